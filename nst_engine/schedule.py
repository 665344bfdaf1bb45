"""How large, at how many scales and for how long to paint: plain arithmetic, shared by the painter and the bot.

The bot prices and times a job from this before any engine has seen it, so nothing here imports torch.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from nst_engine.options import Options, Quality
from nst_engine.protocol import Animate, Film, Inspect, Task, Variations

SMALLEST_SIDE = 16  # pixels: of these relu5_1 sees one
AFFORDABLE_SECONDS = 60.0  # that people wait for a painting without being asked whether they would
_USUAL_PROPORTIONS = 4, 3  # of photos
COARSEST_LONG_SIDE = 100  # pixels: coarse scales give large strokes, but below this a face is one pixel of relu4_2


class Scale(NamedTuple):
    """One step from coarse to fine: the picture's size in pixels and how many iterations to paint at it."""

    width: int
    height: int
    iterations: int

    @property
    def work(self) -> float:
        """Megapixel-iterations."""
        return self.width * self.height * self.iterations / 1e6


# Iterations at the finest scale, at the one before it, and at all coarser ones and the coarsest. Most of the painting
# happens where it costs least; the finest scale only adds brushwork, and longer there brings back more of the photo.
_ITERATIONS: dict[Quality, tuple[int, int, int]] = {
    "draft": (6, 16, 36),
    "standard": (30, 70, 100),
    "fine": (100, 150, 200),
}
_ADAM_FACTOR = 2  # Adam needs more of its (equally dear) iterations to get anywhere


def painted_size(options: Options, width: int, height: int) -> tuple[int, int]:
    """Return the painting's width and height in pixels for a photo of `width` × `height` pixels.

    The long side becomes `options.size`; the proportions stay, but no side goes below SMALLEST_SIDE: see `least_size`.
    """
    if options.square:
        return options.size, options.size
    ratio = options.size / max(width, height)
    return max(SMALLEST_SIDE, round(width * ratio)), max(SMALLEST_SIDE, round(height * ratio))


def least_size(options: Options, width: int, height: int) -> int:
    """Return the least size at which a photo of `width` × `height` pixels keeps its proportions, in pixels.

    It may be larger than any size that is allowed: then the photo has to be cropped.
    """
    if options.square:
        return SMALLEST_SIDE
    return math.ceil((SMALLEST_SIDE - 0.5) * max(width, height) / min(width, height))


def plan(options: Options, width: int, height: int) -> tuple[Scale, ...]:
    """Return the scales to paint at, coarse to fine, for a photo of `width` × `height` pixels; halves in between."""
    width, height = painted_size(options, width, height)
    count = scale_count(options)
    scales = []
    for step in range(count - 1, -1, -1):
        small = max(SMALLEST_SIDE, round(width / 2**step)), max(SMALLEST_SIDE, round(height / 2**step))
        scales.append(Scale(*small, _iterations(options, step, coarsest=step == count - 1)))
    return tuple(scales)


def work(task: Options | Task, width: int, height: int) -> float:
    """Return what a task costs, in megapixel-iterations, for a photo of `width` × `height` pixels.

    Divided by an engine's speed it is the time in seconds. A film or a look inside costs next to nothing.
    """
    if isinstance(task, (Film, Inspect)):
        return 0.0
    if isinstance(task, Variations):
        options = variation_options(task.options, task.strengths[0])
        return len(task.strengths) * sum(scale.work for scale in plan(options, width, height))
    if isinstance(task, Animate):
        return animation_work(task.options, width, height, len(task.frames))
    options = task if isinstance(task, Options) else task.options
    return sum(scale.work for scale in plan(options, width, height))


def animation_work(options: Options, width: int, height: int, frames: int) -> float:
    """Return what so many frames of `width` × `height` pixels cost, as `work` does of a task that holds them."""
    return frames * work(options, width, height)


def usual_work() -> float:
    """Return what a standard painting of the usual size costs, in megapixel-iterations."""
    return work(Options(), *_USUAL_PROPORTIONS)


def affordable_quality(options: Options, width: int, height: int, speed: float) -> Quality:
    """Return what to paint with where nobody chose the quality, for a photo of `width` × `height` pixels.

    That is "standard" where it takes no longer than AFFORDABLE_SECONDS at `speed` (megapixel-iterations a second),
    else "draft". Who asks for a large painting expects to wait: one of the usual size decides for all larger ones.
    """
    standard = msgspec.structs.replace(options, quality="standard")
    least = min(work(standard, width, height), usual_work())
    return "standard" if least <= AFFORDABLE_SECONDS * speed else "draft"


def variation_options(options: Options, strength: int) -> Options:
    """Return the options of one picture of a sheet of variations: another strength, at draft quality."""
    return msgspec.structs.replace(
        options, strength=strength, quality="draft", iterations=None, content_weight=None, style_weight=None
    )


def scale_count(options: Options) -> int:
    """Return at how many scales a painting with these options is painted."""
    if options.scales is not None:
        return options.scales
    count = 1
    while options.size / 2**count >= COARSEST_LONG_SIDE:
        count += 1
    return count


def _iterations(options: Options, coarseness: int, coarsest: bool) -> int:
    """Return the iterations at the scale that lies `coarseness` halvings below the finest one."""
    usual = _ITERATIONS[options.quality]
    count = usual[-1] if coarsest else usual[min(coarseness, len(usual) - 1)]
    if options.optimizer == "adam":
        count *= _ADAM_FACTOR
    if options.iterations is None:
        return count
    if coarseness == 0:
        return options.iterations
    # What is asked for at the finest scale is no less at coarser ones, and little is little everywhere.
    return max(1, round(count * min(1.0, options.iterations / usual[0])), min(options.iterations, 2 * count))
