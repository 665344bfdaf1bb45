"""What is kept and told of a painting on its way: losses, small frames, previews, the time left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from time import perf_counter

from torch import Tensor

from nst_engine import images
from nst_engine.errors import Cancelled
from nst_engine.goal import Losses
from nst_engine.images import Pixels
from nst_engine.progress import OnProgress, ShouldStop
from nst_engine.protocol import Frame, LossPoint, Progress
from nst_engine.schedule import Scale
from nst_engine.tensors import to_pixels

MOST_FRAMES = 24
_FRAME_SIDE = 320  # pixels, the long side of frames
_PREVIEW_SIDE = 384  # pixels, the most that the long side of previews has; that of the painting, where it has fewer
_FIRST_PREVIEW, _NEXT_PREVIEW = 1.0, 2.5  # seconds after the first iteration, and between previews


class Record:
    """Follows one painting: call `iterated` for each iteration, in order."""

    def __init__(self, scales: Sequence[Scale], on_progress: OnProgress | None, should_stop: ShouldStop | None) -> None:
        self.history: list[LossPoint] = []
        self.frames: list[Frame] = []
        self._scales = scales
        self._on_progress, self._should_stop = on_progress, should_stop
        self._iterations = sum(scale.iterations for scale in scales)
        self._frame_iterations = _spread(self._iterations)
        self._work_done, self._work = 0.0, sum(scale.work for scale in scales)
        self._began: float | None = None
        self._next_preview = 0.0

    def check_stop(self) -> None:
        """Raise Cancelled if the painting should stop."""
        if self._should_stop is not None and self._should_stop():
            raise Cancelled

    def iterated(self, scale: int, losses: Losses, picture: Callable[[], Tensor]) -> None:
        """Note the losses, and pass on what is due; `picture` makes it (1, 3, H, W) when asked. Raises Cancelled."""
        self.check_stop()
        now = perf_counter()
        if self._began is None:
            self._began, self._next_preview = now, now + _FIRST_PREVIEW
        iteration = len(self.history)
        self.history.append(LossPoint(iteration, scale, *losses))
        if iteration in self._frame_iterations:
            self.frames.append(Frame(iteration, _small_jpeg(picture(), _FRAME_SIDE)))
        if self._on_progress is not None:
            self._on_progress(self._progress(now, picture))
        self._work_done += self._scales[scale].work / self._scales[scale].iterations

    def _progress(self, now: float, picture: Callable[[], Tensor]) -> Progress:
        assert self._began is not None
        point = self.history[-1]
        preview = None
        if now >= self._next_preview:
            preview, self._next_preview = self._preview(picture()), now + _NEXT_PREVIEW
        scale = self._scales[point.scale]
        elapsed = now - self._began
        work_done = self._work_done + scale.work / scale.iterations
        seconds_left = elapsed * (self._work / self._work_done - 1) if self._work_done else inf
        return Progress(
            id="",
            iteration=point.iteration + 1,
            iterations=self._iterations,
            scale=point.scale,
            scales=len(self._scales),
            width=scale.width,
            height=scale.height,
            content_loss=point.content,
            style_loss=point.style,
            seconds_left=seconds_left,
            done=min(work_done / self._work, 1.0),
            preview=preview,
        )

    def _preview(self, picture: Tensor) -> bytes:
        """Return the picture as all previews are sized, lest what people watch grow from scale to scale."""
        last = self._scales[-1]
        factor = min(1.0, _PREVIEW_SIDE / max(last.width, last.height))
        return images.small_jpeg(
            _thinned(picture, _PREVIEW_SIDE),
            (max(1, round(last.width * factor)), max(1, round(last.height * factor))),
        )


def _spread(iterations: int) -> frozenset[int]:
    """Choose at most MOST_FRAMES iterations, first and last among them, denser at the start where most happens."""
    last = iterations - 1
    return frozenset(round(last * (step / (MOST_FRAMES - 1)) ** 1.5) for step in range(MOST_FRAMES))


def _small_jpeg(picture: Tensor, long_side: int) -> bytes:
    return images.small_jpeg(_thinned(picture, long_side), long_side)


def _thinned(picture: Tensor, long_side: int) -> Pixels:
    """Return every n-th pixel, which is quick, and leaves at least twice as many as the long side is to have."""
    step = max(1, max(picture.shape[-2:]) // (2 * long_side))
    return to_pixels(picture[..., ::step, ::step])
