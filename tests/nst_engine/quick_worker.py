"""The real worker over a painter that only pretends: for tests of the process, not of the painting.

`options.seed` chooses what happens while it "paints"; iterations take 10 ms each.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_engine import errors, images
from nst_engine.options import Options
from nst_engine.pipes import Pipes, die_with_parent
from nst_engine.progress import parts
from nst_engine.protocol import Frame, LossPoint, Progress
from nst_engine.worker import Worker

LONG, PRINTS, PREVIEWS, LOST_DEVICE, TELLS = 1, 2, 3, 4, 5
RAISES: dict[int, Exception] = {
    10: errors.OutOfMemory("too large"),
    11: MemoryError(),
    12: errors.NotFinite("NaN"),
    13: errors.BadOptions("these contradict each other"),
    14: errors.BadPicture("no picture"),
    15: ZeroDivisionError("a fault of ours"),
    16: SystemError("a fault of Python's"),
}


class QuickPainter:
    """Has what the worker uses of nst_engine.Painter."""

    device, device_name, dtype, backbone, weights, speed = "cpu", "pretended", "float32", "none", "0" * 64, 5.0
    memory_bytes, convolutions = 8 * 10**9, "direct"

    def stylize(
        self,
        content: bytes,
        styles: Sequence[tuple[bytes, float]],
        options: Options,
        *,
        init: bytes | None,
        mask: bytes | None = None,
        background: Sequence[tuple[bytes, float]] | None = None,
        regions: Sequence[tuple[bytes, Sequence[tuple[bytes, float]]]] = (),
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> Any:
        if options.seed == TELLS:
            raise errors.BadOptions(f"{init!r} {mask!r} {background} {regions}")
        picture = images.load(content)
        width, height = picture.size
        history, frames = [], []
        iterations = 100_000 if options.seed == LONG else 60
        for iteration in range(iterations):
            if should_stop():
                raise errors.Cancelled
            time.sleep(0.01)
            history.append(LossPoint(iteration, 0, 1.0, 2.0, 0.0, 3.0))
            on_progress(
                Progress(
                    id="", iteration=iteration + 1, iterations=iterations, scale=1, scales=1, width=width,
                    height=height, content_loss=1.0, style_loss=2.0,
                    seconds_left=(iterations - iteration - 1) * 0.01,
                    preview=b"preview %d" % iteration if options.seed == PREVIEWS and iteration % 20 == 10 else None,
                )
            )  # fmt: skip
            if iteration == 5:
                self._act(options.seed)
        frames.append(Frame(0, images.small_jpeg(images.np.asarray(picture), 64)))
        return SimpleNamespace(
            picture=images.np.asarray(picture), png=lambda: images.png(images.np.asarray(picture)), width=width,
            height=height, history=tuple(history), frames=tuple(frames), engine_seconds=0.5, iterations=iterations,
            content_loss=1.0, style_loss=float(options.strength), backbone="none", device="cpu", dtype="float32",
            convolutions="direct", seed=options.seed,
        )  # fmt: skip

    def animate(
        self,
        frames: Sequence[bytes],
        styles: Sequence[tuple[bytes, float]],
        options: Options,
        *,
        init: bytes | None,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> list[Any]:
        return [
            self.stylize(frame, styles, options, init=init, on_progress=tell, should_stop=should_stop)
            for frame, tell in zip(frames, parts(on_progress, len(frames)), strict=True)
        ]

    def _act(self, seed: int) -> None:
        if seed in RAISES:
            raise RAISES[seed]
        if seed == PRINTS:
            sys.stdout.write("a stray print from Python\n")
            sys.stdout.flush()
            os.write(1, b"a stray print from C\n")
            subprocess.run(["echo", "a stray print from another process"], check=True)
        if seed == LOST_DEVICE:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")


def make_painter() -> Any:
    """Take as long to load as LOADING_SECONDS says, and fail as LOADING_FAILS says."""
    time.sleep(float(os.environ.get("LOADING_SECONDS", "0")))
    if reason := os.environ.get("LOADING_FAILS"):
        raise errors.WeightsError(reason)
    return QuickPainter()


if __name__ == "__main__":
    began = time.monotonic()
    taken = Pipes.take_over()
    die_with_parent()
    Worker(taken, make_painter).serve(began)
