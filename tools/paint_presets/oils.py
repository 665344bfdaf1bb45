"""Oil paintings: a night of lights, a field at noon, an autumn wood laid on with a knife."""

from __future__ import annotations

import numpy as np

from tools.paint_presets.brush import Brush, Layer, contours
from tools.paint_presets.easel import Array, Easel, mix, ramp, rgb, smoothstep

LIGHTS = (
    (780, 140, 1.25), (190, 120, 0.7), (400, 255, 0.5), (560, 80, 0.45), (930, 345, 0.45),
    (60, 330, 0.5), (290, 385, 0.35), (600, 330, 0.38), (80, 40, 0.35), (960, 50, 0.35),
)  # fmt: skip
"""Where the night's lights stand and how large they are: x, y, size."""


def night(easel: Easel) -> Array:
    """A night sky whose winds curl around the lights, over hills and a lake that gives the lights back."""
    x, y = easel.x, easel.y
    stream = y * 0.011 + 1.2 * easel.noise(330, 2)
    spin_x, spin_y = np.zeros_like(x), np.zeros_like(x)
    for i, (lx, ly, size) in enumerate(LIGHTS):
        r2 = (x - lx) ** 2 + (y - ly) ** 2
        stream = stream + (3.2 if i % 2 else -3.2) * size * np.exp(-r2 / (2 * (88 * size) ** 2))
        near = smoothstep(110, 55, np.sqrt(r2) / size)
        spin_x, spin_y = spin_x - near * (y - ly), spin_y + near * (x - lx)
    wave = 0.5 + 0.5 * np.sin(stream * 5.2 + 0.7 * easel.noise(150))
    sky = ramp(wave, "#0a1a4f", "#14348c", "#2457b8", "#4f8fd0", "#a9cfdc", "#f3e3a6")
    sky = mix(sky, ramp(y / easel.h, "#0b1440", "#1f5fae", "#7fb7b4"), np.full_like(y, 0.25))
    for lx, ly, size in LIGHTS:
        r = np.hypot(x - lx, y - ly) / size
        halo = ramp(r / 92, "#fff9d8", "#ffdf55", "#f5a91c", "#e3d06a", "#7fbdb0", "#2f6fc0")
        sky = mix(sky, halo, smoothstep(98, 34, r))
    flow = contours(easel, stream)
    # Around a light the strokes close into rings, wherever the wind would carry them.
    sign = np.sign(np.cos(flow) * spin_x + np.sin(flow) * spin_y + 1e-6)
    direction = np.arctan2(np.sin(flow) * 12 + sign * spin_y, np.cos(flow) * 12 + sign * spin_x)

    shore = 590.0
    ridge = 500 + 60 * np.sin(x / 150 + 1) + 26 * np.sin(x / 61)
    hills = ramp(0.5 + 0.5 * np.sin((y - ridge) / 9 + 2 * easel.noise(90)), "#0a1f3f", "#17505f", "#3f8a72", "#7fae6a")
    land = smoothstep(-3, 3, y - ridge)
    scene = mix(sky, hills, land)
    slope = np.arctan2(60 / 150 * np.cos(x / 150 + 1) + 26 / 61 * np.cos(x / 61), 1.0)
    direction = np.where(land > 0.5, slope + 0.3 * easel.noise(120), direction)

    ripple = 0.5 + 0.5 * np.sin((y - shore) / (4 + np.maximum(y - shore, 0) / 30) + 5 * easel.noise(34, 2, stretch=4))
    water = ramp(ripple, "#06103a", "#0f2c74", "#2a63ad", "#5f9fc4", "#e8c56a")
    for lx, _, size in LIGHTS:
        beam = np.exp(-(((x - lx) / (26 * size + np.maximum(y - shore, 0) * 0.16)) ** 2)) * (0.35 + 0.65 * ripple)
        water = mix(water, ramp(1 - beam, "#fff2b0", "#ffc63a", "#e88a1a"), beam * 1.2 * size)
    scene = mix(scene, water, smoothstep(-2, 2, y - shore))
    direction = np.where(y > shore, 0.12 * easel.noise(80, stretch=3), direction).astype(np.float32)

    brush = Brush(easel, mix(scene * 0.55, easel.fill("#071033"), np.full_like(y, 0.35)))
    brush.cover(scene, direction, Layer(26, 110, 17, jitter=0.05))
    brush.cover(scene, direction, Layer(14, 66, 11, jitter=0.075, keep=0.9))
    _town(easel, brush, shore)
    bright = smoothstep(0.25, 0.85, scene.mean(axis=-1)) * smoothstep(14, 30, np.abs(y - shore + 8))
    brush.cover(scene * 1.06, direction, Layer(8, 44, 9, jitter=0.09, keep=0.75), 0.3 + 0.7 * bright)
    for lx, ly, size in LIGHTS:
        for r in np.arange(24 * size, 1, -5.0):
            for a in np.arange(0, 2 * np.pi, 13 / r):
                spot = lx + r * np.cos(a), ly + r * np.sin(a)
                core = ramp(np.float32(r / 26 / size + easel.rng.normal(0, 0.12)), "#fffdf0", "#fff1a8", "#ffd23c")
                brush.stroke(*spot, a + np.pi / 2, Layer(7, 15, 1, load=1.8), core, curvature=1 / max(r, 9))
    return brush.finish(0.9)


def _town(easel: Easel, brush: Brush, shore: float) -> None:
    """Houses as strokes along the water's edge, each with a lamp and the lamp's reflection."""
    rng = easel.rng
    for tx in np.sort(rng.uniform(20, 1004, 44)):
        tall = rng.uniform(10, 30)
        wall = rgb(str(rng.choice(["#101a38", "#1d2c55", "#2b3f6a", "#241d44"])))
        brush.stroke(tx, shore - tall / 2, np.pi / 2, Layer(rng.uniform(14, 22), tall, 1, taper=0), wall)
        lamp = rgb(str(rng.choice(["#ffd24a", "#fff0b0", "#ff9d2e"])))
        brush.stroke(tx, shore - rng.uniform(4, tall), np.pi / 2, Layer(6, 9, 1, taper=0, load=1.8), lamp)
        for depth in np.arange(8, rng.uniform(40, 130), 9):
            brush.stroke(tx + rng.normal(0, 2.5), shore + depth, 0.0, Layer(5, 18, 1), lamp * 0.92)


def noon(easel: Easel) -> Array:
    """A field at noon: a turquoise sky with rolling clouds, ripe corn, poppies, two flame-shaped trees."""
    x, y, rng = easel.x, easel.y, easel.rng
    horizon = 330 + 20 * np.sin(x / 170) + 10 * easel.noise(160)
    sky_stream = y * 0.012 + 1.6 * easel.noise(260, 2)
    curls = 0.5 + 0.5 * np.sin(sky_stream * 5 + easel.noise(120))
    sky = ramp(curls, "#1f8fc4", "#47b4d6", "#8fd6dc", "#eef3df", "#fffbe8")
    sun = np.hypot(x - 800, y - 120)
    sky = mix(sky, ramp(sun / 130, "#fffbd0", "#ffe34d", "#ffc12e", "#ffe9a0"), smoothstep(150, 60, sun))
    depth = np.clip((y - horizon) / (easel.h - 330), 0, 1)
    rows = 0.5 + 0.5 * np.sin((x - 420) / (12 + 95 * depth) * 2 + 1.5 * easel.noise(140))
    corn = ramp(rows, "#a8641a", "#d98e16", "#f4b81f", "#ffd84a", "#fff0a0")
    hills = ramp(0.5 + 0.5 * np.sin((y - horizon) / 6 + 3 * easel.noise(80)), "#2d6a8c", "#4f9a6a", "#a4bf57")
    scene = mix(sky, hills, smoothstep(-3, 3, y - horizon + 46 + 30 * easel.noise(200)))
    scene = mix(scene, corn, smoothstep(-3, 3, y - horizon))
    meadow = smoothstep(600, 640, y + 40 * easel.noise(130))
    grass = ramp(0.5 + 0.5 * easel.noise(26, 2), "#14523a", "#2f8a3f", "#86b833", "#e2d65a")
    scene = mix(scene, grass, meadow)

    direction = contours(easel, sky_stream + 3 * np.exp(-(sun**2) / (2 * 95**2)))
    fan = np.arctan2(easel.h * 0.9 - y + 240, (420 - x) * 0.9 + 1e-3) + 0.3 * easel.noise(90)
    direction = np.where(y > horizon, fan, direction)
    direction = np.where(meadow > 0.5, -np.pi / 2 + 0.7 * easel.noise(70), direction).astype(np.float32)

    brush = Brush(easel, easel.fill("#b5651d"))
    brush.cover(scene, direction, Layer(30, 92, 19, jitter=0.05, load=1.2))
    brush.cover(scene, direction, Layer(17, 62, 12, jitter=0.08, load=1.2, keep=0.9))
    brush.cover(scene, direction, Layer(9, 40, 10, jitter=0.1, keep=0.6, load=1.3))
    for base_x, base_y, tall in ((165, 560, 470), (262, 545, 320)):
        for i in range(560):
            t = 1 - np.sqrt(rng.uniform())
            side = rng.uniform(-1, 1) * 58 * (1 - t) ** 0.7 * (0.35 + min(t * 5, 1) * 0.65)
            lean = -np.pi / 2 + side / 170 + 0.35 * np.sin(t * 14 + side / 20)
            leaf = ("#0c2f2c", "#14524a", "#2a7a3c", "#6ca03a", "#d6b93c")[min(int(abs(rng.normal()) * 2), 4)]
            curve = 0.012 * rng.normal()
            stroke = Layer(11 if i < 400 else 7, 54, 1, load=1.3)
            brush.stroke(base_x + side, base_y - t * tall, lean, stroke, rgb(leaf), curvature=curve)
    for _ in range(230):
        fx, fy = rng.uniform(0, easel.w), easel.h - abs(rng.normal()) * 95
        size = 7 + 12 * np.clip((fy - 520) / 250, 0, 1)
        flower = rgb(
            str(rng.choice(["#e3261f", "#ff5a2c", "#c8102e", "#fff3e0", "#5b4fc4"], p=[0.4, 0.2, 0.15, 0.1, 0.15]))
        )
        for turn in rng.uniform(0, np.pi, 3):
            brush.stroke(fx, fy, turn, Layer(size * 0.8, size * 1.3, 1, load=1.6), flower)
    return brush.finish(1.0)


def knife(easel: Easel) -> Array:
    """Birches in autumn by a lake: slabs of paint laid with a palette knife."""
    x, y, rng = easel.x, easel.y, easel.rng
    glow = np.exp(-(((x - 560) / 260) ** 2 + ((y - 330) / 170) ** 2))
    leaves = ramp(
        0.42 + 0.4 * easel.noise(150, 3) + 0.5 * glow,
        "#3a1020",
        "#7c1a1c",
        "#c23a16",
        "#ee7a14",
        "#ffb31f",
        "#ffe27a",
    )
    haze = ramp(0.5 + 0.6 * easel.noise(110, 2) + 0.25 * glow, "#2c5a78", "#5a93a8", "#b8cdbf", "#fff0c9")
    scene = mix(leaves, haze, smoothstep(0.05, 0.4, easel.noise(170, 2) + 0.35 * glow - 0.12))
    water_line = 545.0
    mirror = easel.sample(scene, x + 14 * easel.noise(30), 2 * water_line - y * 1.0)
    water = mirror * 0.72 + rgb("#123a52") * 0.28
    scene = mix(scene, water, smoothstep(-2, 2, y - water_line))
    bank = smoothstep(26, 12, np.abs(y - water_line + 14 * easel.noise(90)))
    scene = mix(scene, ramp(0.5 + 0.5 * easel.noise(40), "#2a0f16", "#5c1f1a", "#a8501a"), bank)

    air = -0.7 + 1.3 * easel.noise(130)
    direction = np.where(y > water_line, 0.06 * easel.noise(60), air).astype(np.float32)
    brush = Brush(easel, easel.fill("#40161a"))
    slab = Layer(46, 78, 27, jitter=0.07, wobble=0.5, taper=0.0, load=0.8, hair=0.25)
    brush.cover(scene, direction, slab)
    brush.cover(scene, direction, Layer(26, 50, 18, jitter=0.1, wobble=0.6, taper=0.0, keep=0.85, hair=0.3))
    brush.cover(scene, direction, Layer(13, 30, 14, jitter=0.13, wobble=0.7, taper=0.05, keep=0.6, load=1.3, hair=0.5))
    for _ in range(15):
        tx, foot = rng.uniform(20, easel.w - 20), water_line + rng.uniform(-12, 34)
        thick, lean = rng.uniform(9, 27), rng.normal(0, 0.05)
        _birch(easel, brush, tx, foot, thick, lean)
    drops = np.clip(scene * 1.12, 0, 1)
    brush.cover(drops, direction, Layer(9, 17, 15, jitter=0.16, wobble=0.9, taper=0.1, keep=0.4, load=1.6))
    return brush.finish(1.15)


def _birch(easel: Easel, brush: Brush, tx: float, foot: float, thick: float, lean: float) -> None:
    rng = easel.rng
    for ty in np.arange(foot, -30, -thick * 0.55):
        cx = tx + (foot - ty) * lean + rng.normal(0, 0.6)
        taper = thick * (0.55 + 0.45 * ty / foot)
        side = rng.uniform(-0.18, 0.18)
        bark = str(rng.choice(["#fff6e6", "#f1e3d3", "#d9cfd6", "#ffe7b8"]))
        brush.stroke(cx - taper * 0.1, ty, side, Layer(thick * 0.8, taper, 1, taper=0), rgb(bark))
        shade = str(rng.choice(["#4a5a80", "#6b4a5a", "#2b3350"]))
        brush.stroke(cx + taper * 0.4, ty, 1.5 + side, Layer(taper * 0.35, thick, 1, taper=0), rgb(shade))
        if rng.uniform() < 0.28:
            brush.stroke(cx, ty, side, Layer(thick * 0.28, taper * 0.9, 1, taper=0.6), rgb("#1a1420"))
    for depth in np.arange(0, 110, 7.0):
        cx = tx - depth * lean + rng.normal(0, 4)
        fade = rgb("#e9dccb") * (0.9 - depth / 220)
        if rng.uniform() < 0.7:
            brush.stroke(cx, foot + 10 + depth, rng.normal(0, 0.05), Layer(6, thick * 1.5, 1), fade)
