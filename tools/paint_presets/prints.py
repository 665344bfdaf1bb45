"""Things pulled from a press: a woodcut, a block print of waves, a comic page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.paint_presets.easel import Array, Easel, mix, pick, ramp, rgb, smoothstep

# Rows of waves from far to near: level, rise, period, offset (units).
WAVES = (
    (400, 62, 330, 40),
    (455, 120, 520, 330),
    (545, 80, 350, 140),
    (600, 165, 640, 560),
    (690, 75, 300, 60),
    (735, 95, 420, 350),
)


def hatch(phase: Array, tone: Array, softness: float = 0.12) -> Array:
    """Lines one unit of `phase` apart, swelling from nothing (tone 0) to solid ink (tone 1)."""
    saw = np.abs(2 * (phase - np.floor(phase)) - 1)
    ink = smoothstep(-softness, softness, np.clip(tone, 0, 1) * 1.16 - 0.08 - saw)
    return np.asarray(ink, dtype=np.float32)


def woodcut(easel: Easel) -> Array:
    """A mountain lake at sunrise, cut in wood: black lines over two colour blocks."""
    x, y = easel.x, easel.y
    wobble = 1.5 * easel.noise(26, 2)
    sx, sy = 350.0, 215.0
    r, angle = np.hypot(x - sx, y - sy), np.arctan2(y - sy, x - sx)
    shore = 560.0

    peaks = np.full_like(x, 9e3)
    facet = np.zeros_like(x)
    for px, top, width in ((760, 120, 1.0), (520, 285, 0.8), (960, 250, 0.75), (180, 330, 0.85), (30, 270, 0.8)):
        flank = top + np.abs(x - px - 14 * easel.noise(50)) * 1.02 / width + 15 * easel.noise(60, 3)
        side = np.tanh((x - px + 26 * np.sin((y - top) / 26) * (1 + (y - top) / 190)) / 14)
        facet = np.where(flank < peaks, side, facet)
        peaks = np.minimum(peaks, flank)
    mountain = (y > peaks) & (y < shore)
    height = y - peaks

    sky_phase = angle * 90 / np.pi
    sky_tone = 0.16 + 0.5 * smoothstep(120, 620, r) + 0.1 * np.sin(angle * 8)
    sky = hatch(sky_phase + 0.12 * wobble, sky_tone)
    cloud = easel.noise(210, 3, stretch=2.6) + 0.25 * np.sin(y / 42) - 0.12
    cloud_ink = hatch((y + 5 * np.sin(x / 33)) / 13 + 0.1 * wobble, 0.62 - 1.9 * (cloud - 0.06))
    sky = np.where(cloud > 0.06, np.where(cloud < 0.078, 1.0, cloud_ink), sky)
    sky = np.where(r < 84, hatch(r / 9 + 0.1 * wobble, 0.06 + 0 * r), sky)
    sky = np.where(np.abs(r - 84) < 2.6, 1.0, sky)

    lit = smoothstep(-0.4, 0.4, facet + 0.5 * easel.noise(34, 2))
    rock_phase = np.where(lit > 0.5, (y + 0.9 * x) / 13, (y - 1.5 * x) / 16)
    tone = np.where(lit > 0.5, 0.82 - 0.1 * easel.noise(40), 0.13 + 0.3 * smoothstep(0, 300, height))
    tone = tone + 0.16 * easel.noise(22, 2)
    rock = hatch(rock_phase + 0.22 * wobble, tone)
    rock = np.where(height < 3.2, 1.0, rock)

    depth = np.maximum(y - shore, 0.0)
    mirror_row = np.clip(((shore - depth * 2.1) * easel.px).astype(np.int64), 0, easel.height - 1)
    mirrored = np.take_along_axis(mountain.astype(np.float32), mirror_row, axis=0)
    glint = np.exp(-(((x - sx) / (46 + depth * 0.22)) ** 2))
    water_tone = 0.34 + 0.5 * mirrored - 0.62 * glint + 0.26 * easel.noise(40, 2, stretch=5)
    water = hatch(1.5 * np.sqrt(depth + 6) + 0.35 * np.sin(x / 27 + depth / 9) + 0.3 * wobble, water_tone)

    ink = np.where(mountain, rock, sky)
    ink = np.where(y >= shore, water, ink)
    ink = np.maximum(ink, smoothstep(4, 2, np.abs(y - shore)))
    pines, needles = _pines(easel)
    ink = np.where(pines, needles, ink)

    paper = easel.fill("#f4e6c8") * (1 + 0.05 * easel.noise(6, 2))[..., None]
    sun_block = ramp(r / 420, "#f04a24", "#f26b2e", "#f7a655", "#f4d9a4")
    paper = mix(paper, sun_block, smoothstep(430, 330, r) * (~mountain) * (y < shore))
    blue = mix(easel.fill("#7fb2ae"), easel.fill("#2f6d7c"), lit * 0.8)
    paper = mix(paper, blue, (mountain & (height > 2)) * (0.92 - 0.6 * (1 - lit) * smoothstep(170, 40, height)))
    paper = mix(paper, mix(easel.fill("#5b9aa0"), easel.fill("#f0803c"), glint), (y > shore) * 0.9)
    # The plank's own grain shows where the ink lies thin.
    grain = np.sin(y / 2.4 + 6 * easel.noise(240, 2, stretch=3)) * 0.5 + easel.noise(3, 1, stretch=9)
    ink = ink * (0.95 - 0.17 * smoothstep(0.5, 1.2, grain))
    return np.clip(mix(paper * (1 - 0.04 * grain)[..., None], easel.fill("#14110f"), ink), 0, 1)


def _pines(easel: Easel) -> tuple[NDArray[np.bool_], Array]:
    """Where the pines stand, and their ink."""
    x, y, rng = easel.x, easel.y, easel.rng
    where = np.zeros(x.shape, dtype=bool)
    ink = np.ones_like(x)
    for px in np.concatenate([rng.uniform(-20, 270, 8), rng.uniform(790, 1040, 8)]):
        foot, tall = rng.uniform(650, 800), rng.uniform(170, 340)
        t = (y - (foot - tall)) / tall
        tier = np.mod(t * 8 + 0.12 * np.sin(x / 7), 1)
        reach = tall * 0.2 * t * (0.45 + 0.75 * tier) + 1.5 * easel.noise(7)
        tree = (np.abs(x - px) < reach) & (t > 0) & (t < 1)
        light = (tier - 0.15) * 0.55 + 0.5 * np.clip((px - x) / (reach + 1), -1, 1)
        cutting = hatch((y + 0.7 * np.abs(x - px)) / 9, 0.98 - 0.75 * np.clip(light, 0, 1))
        ink = np.where(tree, cutting, ink)
        where |= tree
    bank = y > 715 + 22 * np.sin(x / 120) + 14 * easel.noise(60, 2)
    grass = hatch(x / 11 + 0.5 * np.sin(y / 14) + easel.noise(30), 0.74 - 0.4 * easel.noise(50))
    ink = np.where(bank & ~where, grass, ink)
    return where | bank, np.asarray(ink, dtype=np.float32)


def waves(easel: Easel) -> Array:
    """Great waves under a red sun, printed from blocks in Prussian blue."""
    x, y, rng = easel.x, easel.y, easel.rng
    paper = ramp(y / easel.h + 0.05 * easel.noise(200), "#c9b48a", "#ecdcb4", "#f3e7c8", "#e6cf9c")
    sun = np.hypot(x - 700, y - 190)
    paper = mix(paper, ramp(sun / 95 + 0.1 * easel.noise(90), "#d8321f", "#dd4526", "#c4281c"), smoothstep(96, 94, sun))
    paper = mix(paper, easel.fill("#2c1a18"), smoothstep(2.2, 1.2, np.abs(sun - 96)) * 0.8)
    for cy, cx, long in ((120, 850, 250), (150, 560, 170), (240, 880, 200), (78, 330, 230), (290, 640, 150)):
        t = np.abs(x - cx) / long
        thick = 13 + 5 * np.cos((x - cx) / 24)
        band = (np.abs(y - cy) < thick * np.sqrt(np.clip(1 - t**4, 0, 1))) & (t < 1)
        edge = np.abs(np.abs(y - cy) - thick * np.sqrt(np.clip(1 - t**4, 0, 1))) < 1.3
        paper = mix(paper, easel.fill("#f2e6cc"), band * 0.92)
        paper = mix(paper, easel.fill("#38506a"), (edge & (t < 1)) * 1.0)
    picture = paper
    for number, (level, rise, period, offset) in enumerate(WAVES):
        knots = rng.uniform(0.75, 1.15, 64)

        def crest(at: Array, number: int = number, knots: Array = knots) -> Array:
            level, rise, period, offset = WAVES[number]
            turn = (at - offset) / period * 2 * np.pi
            # A long back and a steep front; no two waves of a row are equally high.
            swell = 0.5 + 0.5 * np.cos(turn + 0.75 * np.cos(turn))
            tall = np.interp(at / period, np.arange(-32, 32), knots)
            return np.asarray(level - rise * tall * (1.7 * swell**1.6 - 0.5) + 5 * np.sin(at / 23 + number))

        def shear(height: Array, level: float = level, rise: float = rise) -> Array:
            """How far the wind has pushed the wave over at this height."""
            return np.asarray(0.75 * np.maximum(level - height, 0) ** 2 / rise)

        at = x + shear(y)
        depth = y - crest(at)
        body = depth > 0
        deep = np.maximum(depth, 0)
        stripe = 2.2 * deep / (15 + deep / 6) + 0.5 * np.sin(at / 60) + 0.12 * easel.noise(30)
        step = np.floor(stripe).astype(np.int64)
        colour = pick(step + number, "#0f2f63", "#2b5f97", "#eadfc0", "#123a73", "#6d9dba", "#1a4a86", "#d5dcc8")
        colour = mix(colour, easel.fill("#0b2452"), smoothstep(40, 300, depth) * 0.6)
        outline = smoothstep(0.16, 0.06, np.abs(stripe - np.rint(stripe)) * (0.6 + 0.4 * np.sin(at / 17)))
        colour = mix(colour, easel.fill("#0a1a3a"), outline * 0.85)
        picture = mix(picture, colour, body.astype(np.float32))
        picture = mix(picture, easel.fill("#0a1734"), smoothstep(2.6, 1.2, np.abs(depth)))
        spots = np.arange(-80, easel.w + 260, 5.0, dtype=np.float32)
        tops = crest(spots)
        _foam(easel, picture, spots - shear(tops), tops, np.clip((level - tops) / rise, 0, 1.3))
    grain = np.sin(y / 3.1 + 7 * easel.noise(260, 2, stretch=4)) + 1.3 * easel.noise(3, 1, stretch=8)
    return np.asarray(np.clip(picture * (1 + 0.035 * grain + 0.03 * easel.noise(4, 2))[..., None], 0, 1))


def _foam(easel: Easel, picture: Array, xs: Array, ys: Array, high: Array) -> None:
    """Claws of foam, drawn into `picture`: outlined discs where the crest (xs, ys) is `high`, and spray above."""
    rng = easel.rng
    for row, (chance, low) in enumerate(((0.9, 0.25), (0.6, 0.5), (0.5, 0.75), (0.35, 0.55))):
        for fx, fy, tall in zip(xs, ys, high, strict=True):
            if tall < low + rng.normal(0, 0.06) or rng.uniform() > chance:
                continue
            spray = row == 3
            gx = fx + (rng.normal(-30, 40) if spray else rng.normal(0, 4))
            gy = fy - rng.exponential(26) - 6 if spray else fy + 3 + 11 * row + rng.normal(0, 4)
            radius = rng.uniform(1.3, 3.6) if spray else rng.uniform(4, 8) * (0.45 + 0.8 * tall)
            _disc(easel, picture, gx, gy, radius, "#f6efd9", None if spray else "#12284f")


def _disc(easel: Easel, picture: Array, cx: float, cy: float, radius: float, fill: str, line: str | None) -> None:
    x0, x1 = (int(np.clip((cx + d) * easel.px, 0, easel.width)) for d in (-radius - 3, radius + 4))
    y0, y1 = (int(np.clip((cy + d) * easel.px, 0, easel.height)) for d in (-radius - 3, radius + 4))
    if x0 >= x1 or y0 >= y1:
        return
    r = np.hypot(easel.x[y0:y1, x0:x1] - cx, easel.y[y0:y1, x0:x1] - cy)
    patch = mix(picture[y0:y1, x0:x1], rgb(fill)[None, None], smoothstep(radius + 0.5, radius - 0.5, r))
    if line is not None:
        width = 1.5 if radius < 15 else 3.4
        patch = mix(patch, rgb(line)[None, None], smoothstep(width, width * 0.5, np.abs(r - radius)))
    picture[y0:y1, x0:x1] = patch


def comic(easel: Easel) -> Array:
    """A comic's explosion over a city: flat inks, dots in two screens, fat outlines."""
    x, y = easel.x, easel.y
    cx, cy = 560.0, 330.0
    r, angle = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)

    def screen(pitch: float, turn: float) -> Array:
        u = (x * np.cos(turn) + y * np.sin(turn)) / pitch
        v = (y * np.cos(turn) - x * np.sin(turn)) / pitch
        return np.asarray(np.hypot(u - np.rint(u), v - np.rint(v)))

    def dots(tone: Array, pitch: float, turn: float) -> Array:
        size = np.sqrt(np.clip(tone, 0, 1) / np.pi) * 1.05
        return smoothstep(0.06, -0.06, screen(pitch, turn) - size)

    paper = easel.fill("#fdf3d6")
    picture = mix(
        paper, easel.fill("#1a9ad6"), dots(0.15 + 0.65 * y / easel.h + 0.2 * smoothstep(200, 600, r), 11, 0.6)
    )
    spoke = np.cos(angle * 22 + 0.6 * np.sin(angle * 7))
    ray = smoothstep(0.72, 0.80, spoke + 0.0004 * r) * (r > 250)
    picture = mix(picture, easel.fill("#ffffff"), ray)
    picture = mix(
        picture,
        easel.fill("#101018"),
        smoothstep(0.985, 0.992, np.cos(angle * 41 + 1.3)) * (r > 300 + 90 * np.sin(angle * 13)),
    )

    def star(points: int, base: float, depth: float, phase: float) -> Array:
        saw = np.abs(np.mod(angle * points / (2 * np.pi) + phase, 1) - 0.5) * 2
        uneven = 1 + 0.24 * np.sin(angle * 3 + phase * 9) + 0.14 * np.sin(angle * 7 + 2)
        return np.asarray(r - base * uneven * (1 - depth * (1 - saw) ** 0.9))

    layers = (
        (star(15, 330, 0.42, 0.1), "#e4181f", "#ff7a1a", 10.0, 0.3, 9.0),
        (star(13, 262, 0.38, 0.55), "#ff8a14", "#ffd21a", 9.0, 1.0, 7.0),
        (star(11, 196, 0.34, 0.2), "#ffe01a", "#fffbe0", 8.0, 0.75, 6.0),
    )
    for shape, ink, ground, pitch, turn, line in layers:
        tone = 0.75 - 0.9 * smoothstep(-150, 0, -shape - 150) + 0.25 * (y - cy) / 300
        flat = mix(easel.fill(ground), easel.fill(ink), dots(tone, pitch, turn))
        picture = mix(picture, flat, (shape < 0).astype(np.float32))
        picture = mix(picture, easel.fill("#101018"), smoothstep(line, line - 1.5, np.abs(shape) * 0.75))
    return _city(easel, picture, screen(8.0, 0.9))


def _city(easel: Easel, picture: Array, screen: Array) -> Array:
    """Smoke and a row of towers in front of the blast."""
    x, y, rng = easel.x, easel.y, easel.rng
    ink = easel.fill("#101018")
    for bank in range(3):
        puffs = [
            (rng.uniform(-30, 1054), 560 + 62 * bank + rng.uniform(-34, 22), rng.uniform(34, 74)) for _ in range(20)
        ]
        inside = np.min([np.hypot(x - px, y - py) - size for px, py, size in puffs], axis=0)
        inside = np.minimum(inside, 590 + 62 * bank - y)
        light = np.max(
            [(1 - np.hypot(x - px + size * 0.3, y - py + size * 0.35) / size) for px, py, size in puffs], axis=0
        )
        smoke = (("#ffd9a0", "#f2662a"), ("#ffffff", "#a9a4d6"), ("#f5f0ff", "#5a4fa8"))[bank]
        dot = smoothstep(0.06, -0.06, screen - 0.62 * np.sqrt(np.clip(0.75 - 1.1 * light, 0, 1)))
        picture = mix(picture, mix(easel.fill(smoke[0]), easel.fill(smoke[1]), dot), (inside < 0).astype(np.float32))
        picture = mix(picture, ink, smoothstep(4.5, 3.2, np.abs(inside)))
    for left in np.arange(-20, 1040, 62.0):
        wide, top = rng.uniform(46, 84), rng.uniform(600, 706)
        hue = str(rng.choice(["#1b2f7a", "#5b1f7a", "#123f6a", "#a3123f"]))
        inside = (x > left) & (x < left + wide) & (y > top)
        lit = (np.mod(x - left, 17) > 7) & (np.mod(y - top, 21) > 9) & (x - left > 8) & (left + wide - x > 8)
        lit &= (np.sin(np.floor((x - left) / 17) * 12.9 + np.floor((y - top) / 21) * 78.2 + left) > -0.1) & (
            y > top + 9
        )
        wall = mix(easel.fill(hue), ink, smoothstep(0.06, -0.06, screen - 0.6 * np.clip((x - left) / wide, 0, 1)))
        wall = mix(wall, easel.fill("#ffe01a"), lit.astype(np.float32))
        picture = mix(picture, wall, inside.astype(np.float32))
        frame = np.maximum(np.maximum(left - x, x - left - wide), top - y)
        picture = mix(picture, ink, smoothstep(4.5, 3.2, np.abs(frame)))
    return picture
