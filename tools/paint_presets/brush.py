"""A loaded brush: short curved strokes with bristle marks and thick paint.

A stroke is a parabola's arc in its own frame: `u` runs along the stroke and `v` across it. Bristles are a texture
stretched along `u`. Each stroke leaves colour and a height, and `Easel.relief` lights the heights at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.paint_presets.easel import Array, Easel

BRISTLE_BANK = 24
BRISTLES, ALONG = 48, 96  # the size of one bristle texture: across and along the stroke


@dataclass(frozen=True)
class Layer:
    """One pass of strokes over the picture; lengths in units."""

    width: float
    length: float
    spacing: float  # distance between stroke centres
    jitter: float = 0.06  # how far a stroke's colour may stray, 0..1
    wobble: float = 0.12  # how far its direction may stray, radians
    keep: float = 1.0  # the share of strokes that is laid at all
    taper: float = 0.35  # how much narrower the ends are, 0..1
    load: float = 1.0  # thickness of the paint
    hair: float = 1.0  # how much the bristles show: 0 is a knife


class Brush:
    """Lays strokes on `colour` (H, W, 3) and `height` (H, W, units)."""

    def __init__(self, easel: Easel, ground: Array, tooth: Array | None = None) -> None:
        """`tooth` (H, W, 0..1) is how readily the ground takes dry colour; without it paint covers all."""
        self.easel = easel
        self.tooth = tooth
        self.colour = ground.copy()
        self.height = np.zeros(ground.shape[:2], dtype=np.float32)
        self._bank = [_bristles(easel.rng) for _ in range(BRISTLE_BANK)]

    def stroke(
        self,
        x: float,
        y: float,
        angle: float,
        layer: Layer,
        colour: Array,
        *,
        curvature: float = 0.0,
        second: Array | None = None,
    ) -> None:
        """One stroke centred on (x, y) units; `second` is a colour that some bristles carry."""
        px = self.easel.px
        half_l, half_w = layer.length * px / 2, max(layer.width * px / 2, 0.6)
        reach = abs(curvature / px) * half_l**2 / 2 + half_w
        c, s = np.cos(angle), np.sin(angle)
        box_x, box_y = abs(c) * half_l + abs(s) * reach + 1, abs(s) * half_l + abs(c) * reach + 1
        cx, cy = x * px, y * px
        x0, x1 = max(int(cx - box_x), 0), min(int(cx + box_x) + 2, self.easel.width)
        y0, y1 = max(int(cy - box_y), 0), min(int(cy + box_y) + 2, self.easel.height)
        if x0 >= x1 or y0 >= y1:
            return
        dx = np.arange(x0, x1, dtype=np.float32)[None, :] + np.float32(0.5 - cx)
        dy = np.arange(y0, y1, dtype=np.float32)[:, None] + np.float32(0.5 - cy)
        u = (dx * np.float32(c) + dy * np.float32(s)) / np.float32(half_l)
        bend = np.float32(curvature / px * half_l**2 / 2)
        v = (dy * np.float32(c) - dx * np.float32(s)) - bend * u * u
        v /= np.float32(half_w) * (1 - np.float32(layer.taper) * u * u)
        texture = self._bank[int(self.easel.rng.integers(BRISTLE_BANK))]
        row = np.clip((v + 1) * (BRISTLES / 2), 0, BRISTLES - 1).astype(np.int32)
        column = np.clip((u + 1) * (ALONG / 2), 0, ALONG - 1).astype(np.int32)
        bristle = texture[row, column] * np.float32(layer.hair) + np.float32(0.4 * (1 - layer.hair))
        edge = np.clip((1 - np.abs(v)) * np.float32(half_w / 1.2), 0, 1)
        # Bristles run dry at different lengths, which makes the ragged end.
        end = np.clip((1.12 - np.abs(u) - 0.35 * (1 - texture[row, 0])) * np.float32(half_l / 3), 0, 1)
        alpha = edge * end * (np.abs(u) <= 1)
        if self.tooth is not None:
            alpha = alpha * np.clip((self.tooth[y0:y1, x0:x1] + 0.55 * bristle - 0.6) * 5, 0, 1)
        paint = colour[None, None, :] * (0.86 + 0.28 * bristle)[..., None]
        if second is not None:
            paint += ((bristle > 0.62) * np.float32(0.75))[..., None] * (second - paint)
        ridge = np.float32(0.5) * np.clip((np.abs(v) - 0.6) * 3, 0, 1)
        thick = np.float32(layer.load) * (0.7 * bristle + ridge + 0.4) * np.float32(min(layer.width, 24) / 10)
        patch, relief = self.colour[y0:y1, x0:x1], self.height[y0:y1, x0:x1]
        patch += alpha[..., None] * (paint - patch)
        relief += alpha * (thick + 0.35 * relief - relief)

    def cover(self, target: Array, angle: Array, layer: Layer, where: Array | None = None) -> None:
        """Strokes all over, in `target`'s colours along `angle` (radians); `where` (0..1) is the chance of each."""
        easel, rng = self.easel, self.easel.rng
        columns, rows = int(easel.w / layer.spacing) + 2, int(easel.h / layer.spacing) + 2
        gy, gx = np.mgrid[0:rows, 0:columns]
        x = ((gx + rng.uniform(-0.7, 0.7, gx.shape)) * layer.spacing).ravel().astype(np.float32)
        y = ((gy + rng.uniform(-0.7, 0.7, gy.shape)) * layer.spacing).ravel().astype(np.float32)
        chance = np.full(x.shape, layer.keep, dtype=np.float32)
        if where is not None:
            chance = chance * easel.sample(where, x, y)
        order = rng.permutation(x.size)
        order = order[rng.uniform(size=x.size) < chance[order]]
        x, y = x[order], y[order]
        colours = easel.sample(target, x, y)
        colours = colours + layer.jitter * (rng.normal(size=(x.size, 1)) * 0.8 + rng.normal(size=colours.shape) * 0.5)
        colours = np.clip(colours, 0, 1).astype(np.float32)
        turn, curvature = _heading(easel, angle, x, y, layer.length)
        turn = turn + rng.normal(size=x.size) * layer.wobble
        length = rng.uniform(0.75, 1.25, x.size)
        for i in range(x.size):
            shape = replace(layer, length=layer.length * length[i])
            second = colours[(i * 7 + 3) % x.size] if i % 5 == 0 and layer.jitter > 0.05 else None
            if second is not None:
                second = 0.6 * colours[i] + 0.4 * second
            self.stroke(x[i], y[i], turn[i], shape, colours[i], curvature=curvature[i], second=second)

    def finish(self, strength: float = 1.0) -> Array:
        """The picture with its paint lit from the upper left."""
        return np.clip(self.easel.relief(self.colour, self.height, strength), 0, 1)


def contours(easel: Easel, stream: Array) -> Array:
    """The direction (radians) along the contour lines of `stream`: strokes then flow around its hills."""
    dy, dx = np.gradient(easel.blur(stream, 2))
    return np.asarray(np.arctan2(-dx, dy), dtype=np.float32)


def _heading(easel: Easel, angle: Array, x: Array, y: Array, length: float) -> tuple[Array, Array]:
    """The direction at each point and the curvature (1/units) of the flow there."""
    cos, sin = np.cos(angle), np.sin(angle)

    def at(px: Array, py: Array) -> tuple[Array, Array]:
        return easel.sample(cos, px, py), easel.sample(sin, px, py)

    c, s = at(x, y)
    reach = length / 3
    c1, s1 = at(x + c * reach, y + s * reach)
    c0, s0 = at(x - c * reach, y - s * reach)
    swing = np.arctan2(c0 * s1 - s0 * c1, c0 * c1 + s0 * s1)
    limit = 1.2  # radians over a stroke; sharper turns look like hooks
    return np.arctan2(s, c), np.clip(swing, -limit, limit) / np.float32(2 * reach)


def _bristles(rng: np.random.Generator) -> Array:
    """A texture in 0..1 that varies quickly across the stroke and slowly along it."""
    across = rng.uniform(0, 1, (BRISTLES, 1)) * 0.75
    knots = rng.uniform(0, 1, (BRISTLES, 7))
    along = np.stack([np.interp(np.linspace(0, 6, ALONG), np.arange(7), k) for k in knots])
    return np.asarray(across + 0.25 * along, dtype=np.float32)
