"""How large, at how many scales and for how long to paint: plain arithmetic, shared by the painter and the bot.

The bot prices and times a job from this before any engine has seen it, so nothing here imports torch.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from nst_engine.options import Options, Quality
from nst_engine.protocol import Animate, Film, Inspect, Task, Variations

SMALLEST_SIDE = 16  # pixels: of these relu5_1 sees one
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


# Iterations at each coarser scale, and at the finest.
_ITERATIONS: dict[Quality, tuple[int, ...]] = {"draft": (40, 18), "standard": (70, 70), "fine": (200, 250)}
_ADAM_FACTOR = 2  # Adam needs more of its (equally dear) iterations to get anywhere


def painted_size(options: Options, width: int, height: int) -> tuple[int, int]:
    """Return the painting's width and height in pixels for a photo of `width` × `height` pixels.

    The long side becomes `options.size`; the proportions stay, but no side goes below SMALLEST_SIDE.
    """
    if options.square:
        return options.size, options.size
    ratio = options.size / max(width, height)
    return max(SMALLEST_SIDE, round(width * ratio)), max(SMALLEST_SIDE, round(height * ratio))


def plan(options: Options, width: int, height: int) -> tuple[Scale, ...]:
    """Return the scales to paint at, coarse to fine, for a photo of `width` × `height` pixels; halves in between."""
    width, height = painted_size(options, width, height)
    count = options.scales or _scale_count(max(width, height))
    coarse, finest = _ITERATIONS[options.quality]
    if options.optimizer == "adam":
        coarse, finest = coarse * _ADAM_FACTOR, finest * _ADAM_FACTOR
    if options.iterations is not None:
        coarse, finest = max(1, round(coarse * options.iterations / finest)), options.iterations
    scales = []
    for step in range(count - 1, -1, -1):
        small = max(SMALLEST_SIDE, round(width / 2**step)), max(SMALLEST_SIDE, round(height / 2**step))
        scales.append(Scale(*small, coarse if step else finest))
    return tuple(scales)


def work(task: Options | Task, width: int, height: int) -> float:
    """Return what a task costs, in megapixel-iterations, for a photo of `width` × `height` pixels.

    Divided by an engine's `Hello.speed` it is the time in seconds. A film or a look inside costs next to nothing.
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


def variation_options(options: Options, strength: int) -> Options:
    """Return the options of one picture of a sheet of variations: another strength, at draft quality."""
    return msgspec.structs.replace(
        options, strength=strength, quality="draft", iterations=None, content_weight=None, style_weight=None
    )


def _scale_count(long_side: int) -> int:
    count = 1
    while long_side / 2**count >= COARSEST_LONG_SIDE:
        count += 1
    return count
