"""Whether a standing picture costs more than the same one lying: 58 × 128 pixels over 128 × 58, in each way to compute.

    python -m benchmarks.standing [--sides 128 58] [--json]

Small pictures tell most: at relu5_1 an activation of this size is three pixels wide. Both take turns in one
process with one thread, and the least processor time of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nst_engine import Settings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the engine process sets it

REPEATS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs=2, default=(128, 58), metavar="PIXELS", help="long side, short side")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    figures = measure(*arguments.sides)
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name:20} {value}" for name, value in figures.items()))


def measure(long: int, short: int) -> dict[str, Any]:
    """Return the processor time of the standing picture over the lying one's, for each way that this machine knows."""
    import torch

    from nst_engine import Settings, devices

    figures: dict[str, Any] = {"instructions": torch.backends.cpu.get_cpu_capability(), "torch": torch.__version__}
    for way in devices.ways(Settings(device="cpu"), torch.device("cpu")):
        name = f"{way.precision}_{way.convolutions}_ratio"
        figures[name] = _ratio(
            Settings(device="cpu", threads=1, dtype=way.precision, convolutions=way.convolutions), long, short
        )
        print(f"{name}: {figures[name]}", file=sys.stderr, flush=True)
    return figures


def _ratio(settings: Settings, long: int, short: int) -> float:
    from PIL import Image

    from benchmarks.painter.pictures import BUNDLED_PHOTO, STYLES, style_file
    from nst_engine import Options, Painter

    painter = Painter(settings)
    with Image.open(BUNDLED_PHOTO) as photo, Image.open(style_file(STYLES[0])) as style:
        lying = photo.convert("RGB").resize((long, short))
        kinds = {kind: (kind(lying), kind(style.convert("RGB"))) for kind in (_as_it_is, _turned)}
    options = Options(size=long, iterations=10)
    seconds = dict.fromkeys(kinds, float("inf"))
    for _ in range(REPEATS):
        for kind, pictures in kinds.items():
            began = process_time()
            painter.stylize(*pictures, options)
            seconds[kind] = min(seconds[kind], process_time() - began)
    return round(seconds[_turned] / seconds[_as_it_is], 3)


def _as_it_is(picture: Any) -> Any:
    return picture


def _turned(picture: Any) -> Any:
    return picture.transpose(2)  # Image.Transpose.ROTATE_90


if __name__ == "__main__":
    main()
