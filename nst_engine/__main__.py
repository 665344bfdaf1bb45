"""`python -m nst_engine`: the engine process. Frames in on stdin, frames out on stdout, the log on stderr."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from nst_engine.pipes import Pipes, die_with_parent
from nst_engine.settings import Backbone, ConvolutionsName, DtypeName, Settings
from nst_engine.worker import EXIT_DEVICE_LOST, EXIT_NOT_READY, Worker

if TYPE_CHECKING:
    from nst_engine.painting import Painter

_MORE = f"""
A frame is a length (4 bytes, big-endian) and a message in msgpack; nst_engine/protocol.py has them all. The first
message out is Hello, when the network is loaded. Then every Paint, Variations, Film, Animate and Inspect is answered by
one Result or Failure; a Cancel stops its task between two iterations. The process ends when stdin ends, or when its
parent does. To paint by hand, use `impasto stylize`.

exit status: 0 stdin ended; 2 bad arguments, or stdin is torn; {EXIT_NOT_READY} no such device, or no weights;
{EXIT_DEVICE_LOST} the device failed.
"""


def _parsed(arguments: list[str] | None) -> tuple[Settings, int]:
    """Return the settings and the niceness that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m nst_engine",
        description="Impasto's engine process: paints what its parent asks for.",
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--device", default="auto", help="auto (CUDA, else Apple's GPU, else the CPU), cpu, mps, cuda or cuda:N")
    add("--backbone", choices=get_args(Backbone), help="whose VGG-19; default vgg19, or file with --weights-file")
    add("--weights-file", type=Path, metavar="FILE", help="the network's weights, .safetensors or a torch.save")
    add("--dtype", choices=get_args(DtypeName), default="auto", help="auto takes what a timed trial finds faster")
    add("--convolutions", choices=get_args(ConvolutionsName), default="auto", help="winograd: in float32, on a CPU")
    add("--threads", type=int, metavar="N", help="CPU threads; default: one for each core")
    add("--memory-gb", type=float, metavar="GB", help="what painting may take; default: nearly all that is free")
    add("--deterministic", action="store_true", help="on CUDA: the same bytes for the same seed, somewhat slower")
    add("--cache-folder", type=Path, metavar="FOLDER", help="for downloaded and converted weights")
    add("--nice", type=int, default=0, metavar="0-19", help="lower the priority by so much; default 0")
    given = parser.parse_args(arguments)
    chosen = {name: value for name, value in vars(given).items() if value is not None and name != "nice"}
    if "weights_file" in chosen:
        chosen.setdefault("backbone", "file")
    if not 0 <= given.nice <= 19:
        parser.error(f"--nice: found {given.nice}, use 0 to 19")
    try:
        return Settings(**chosen), given.nice
    except ValueError as error:
        parser.error(str(error))


def main(arguments: list[str] | None = None) -> None:
    """Run the engine process until its stdin ends."""
    started = time.monotonic()
    settings, nice = _parsed(arguments)
    pipes = Pipes.take_over()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="level=%(levelname)s %(message)s")
    logging.captureWarnings(capture=True)
    die_with_parent()
    os.nice(nice)
    # Read when torch loads its threads: waiting ones sleep instead of spinning. Beside one busy process that is twice
    # as fast, on a quiet machine a fifth slower: see docs/experiments.md.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

    def make_painter() -> Painter:
        from nst_engine.painting import Painter  # torch takes seconds to import, and stdin is watched by now

        return Painter(settings)

    Worker(pipes, make_painter).serve(started)


if __name__ == "__main__":
    main()
