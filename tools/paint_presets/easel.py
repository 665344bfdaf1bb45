"""What every preset painter stands at: a canvas with its own units and its own random numbers.

Painters think in *units*: the long side is always 1024 units, whatever the resolution. `Easel.px` is the
number of pixels in a unit, so the same seed gives the same composition at every size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Array = NDArray[Any]
"""Numbers with a fraction: float32 wherever it counts, a wider type in small helpers."""

LONG_SIDE = 1024.0  # units


@dataclass(frozen=True)
class Easel:
    """A blank canvas.

    `width`, `height` are pixels. `rng` is consumed by the painter, so one easel serves one picture.
    """

    width: int
    height: int
    rng: np.random.Generator = field(repr=False)

    @property
    def px(self) -> float:
        """Pixels in a unit."""
        return max(self.width, self.height) / LONG_SIDE

    @property
    def w(self) -> float:
        """Width in units."""
        return self.width / self.px

    @property
    def h(self) -> float:
        """Height in units."""
        return self.height / self.px

    @cached_property
    def x(self) -> Array:
        """Each pixel's x in units, (H, W)."""
        row = (np.arange(self.width, dtype=np.float32) + 0.5) / np.float32(self.px)
        return np.broadcast_to(row, (self.height, self.width))

    @cached_property
    def y(self) -> Array:
        """Each pixel's y in units, (H, W)."""
        column = (np.arange(self.height, dtype=np.float32) + 0.5) / np.float32(self.px)
        return np.broadcast_to(column[:, None], (self.height, self.width))

    def fill(self, colour: str) -> Array:
        """A canvas of one colour, (H, W, 3) in 0..1."""
        return np.broadcast_to(rgb(colour), (self.height, self.width, 3)).astype(np.float32)

    def noise(self, scale: float, octaves: int = 1, stretch: float = 1.0) -> Array:
        """Smooth noise in about -1..1, (H, W), with features `scale` units across.

        Each octave halves the scale and the amplitude. `stretch` > 1 draws the features out along x.
        """
        total = np.zeros((self.height, self.width), dtype=np.float32)
        norm = 0.0
        for octave in range(octaves):
            step = scale / 2**octave
            columns = int(np.ceil(self.w / (step * stretch))) + 3
            rows = int(np.ceil(self.h / step)) + 3
            knots = self.rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
            if step * self.px < 1.0:  # finer than a pixel: nothing to see
                continue
            box = (1.0, 1.0, 1.0 + self.w / (step * stretch), 1.0 + self.h / step)
            smooth = Image.fromarray(knots).resize((self.width, self.height), Image.Resampling.BICUBIC, box=box)
            total += np.asarray(smooth) * np.float32(0.5**octave)
            norm += 0.5**octave
        return total / np.float32(max(norm, 1.0))

    def blur(self, picture: Array, radius: float) -> Array:
        """Gaussian blur with a standard deviation in units; the last axis of a 3-D array is left alone."""
        sigma = radius * self.px
        spread = (sigma, sigma, 0) if picture.ndim == 3 else sigma
        return np.asarray(ndimage.gaussian_filter(picture, spread, mode="nearest"), dtype=np.float32)

    def sample(self, picture: Array, x: Array, y: Array) -> Array:
        """`picture` looked up at `x`, `y` (units, any equal shape), bilinear, edges repeated."""
        where = np.stack([y * self.px - 0.5, x * self.px - 0.5])
        if picture.ndim == 2:
            return np.asarray(ndimage.map_coordinates(picture, where, order=1, mode="nearest"))
        layers = [ndimage.map_coordinates(p, where, order=1, mode="nearest") for p in np.moveaxis(picture, -1, 0)]
        return np.stack(layers, axis=-1)

    def relief(self, picture: Array, height: Array, strength: float = 1.0) -> Array:
        """`picture` lit from the upper left, as if `height` (units above the canvas) were thick paint."""
        dy, dx = np.gradient(height * np.float32(self.px))
        slope = (dx + dy) * np.float32(strength * 0.7071)
        light = -slope / np.sqrt(1 + dx**2 + dy**2)
        # Highlights take on the light's white, shadows keep the paint's hue.
        shadow = picture * (1 + np.minimum(light, 0))[..., None]
        return np.asarray(shadow + (1 - shadow) * np.clip(light, 0, 1)[..., None] * 0.55, dtype=np.float32)

    def paper(self, picture: Array, grain: float = 0.05, tooth: float = 3.0) -> Array:
        """`picture` with the fibres and tooth of paper; `grain` is the depth of the modulation."""
        texture = 0.6 * self.noise(tooth, 2) + 0.4 * self.noise(tooth * 2, 1, stretch=4)
        return np.clip(picture * (1 + grain * texture)[..., None], 0, 1)


def rgb(colour: str) -> Array:
    """`"#rrggbb"` as three floats in 0..1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)


def ramp(t: Array | np.floating[Any], *colours: str) -> Array:
    """Colours interpolated evenly over `t` in 0..1 (clipped); shape of `t` plus a last axis of 3."""
    stops = np.stack([rgb(c) for c in colours])
    place = np.linspace(0, 1, len(colours))
    channels = [np.interp(np.clip(t, 0, 1), place, stops[:, i]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def pick(index: NDArray[np.integer], *colours: str) -> Array:
    """The colour with each number in `index`; shape of `index` plus a last axis of 3."""
    stops = np.stack([rgb(c) for c in colours])
    return np.asarray(stops[index % len(colours)])


def mix(below: Array, above: Array, alpha: Array) -> Array:
    """`above` laid over `below` where `alpha` (H, W) in 0..1 says so."""
    a = np.clip(alpha, 0, 1)
    if below.ndim == 3 and a.ndim == 2:
        a = a[..., None]
    return np.asarray(below + (above - below) * a, dtype=np.float32)


def smoothstep(low: float | Array, high: float | Array, value: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between; `low` > `high` falls instead."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)
