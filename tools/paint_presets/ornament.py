"""Ornament: neon tubes, gilded fans, a stitched garden."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from tools.paint_presets.brush import Brush, Layer, contours
from tools.paint_presets.easel import Array, Easel, mix, ramp, rgb, smoothstep


def neon(easel: Easel) -> Array:
    """Neon over a wet street at night: towers, a sign of rings, and their light in the puddles."""
    x, y, rng = easel.x, easel.y, easel.rng
    street = 520.0
    ground = ramp(y / easel.h, "#120428", "#2a0a4a", "#3d0f5c", "#0a0618")
    ground = ground * (1 + 0.25 * easel.noise(140, 3))[..., None]
    for left in np.arange(-30, 1050, 58.0):
        wide, top = rng.uniform(50, 120), rng.uniform(90, 360)
        tower = (x > left) & (x < left + wide) & (y > top) & (y < street)
        wall = ramp((x - left) / wide, "#0b0420", "#1c0a3c", "#090318")
        ground = mix(ground, wall, tower * 0.85)
        lit = (np.mod(x - left, 13) > 6) & (np.mod(y - top, 15) > 7) & (x - left > 6) & (left + wide - x > 7)
        chance = np.sin(np.floor((x - left) / 13) * 12.9 + np.floor((y - top) / 15) * 78.2 + left) * 43758.5
        on = (chance - np.floor(chance)) > 0.62
        glow = rgb(str(rng.choice(["#ff9a4a", "#4ad8ff", "#ff4ab8", "#ffe27a"])))
        ground = mix(ground, np.broadcast_to(glow, ground.shape), (tower & lit & on) * 0.75)
    tubes: dict[str, list[list[tuple[float, float]]]] = {
        c: [] for c in ("#ff2bd6", "#19e3ff", "#ffd319", "#7b4dff", "#3dff9a", "#ff5a36")
    }
    names = list(tubes)
    turn = np.linspace(0, 2 * np.pi, 121)
    for i, r in enumerate((172, 150, 118, 92, 60)):
        tubes[names[i % 3]].append([(690 + r * np.cos(a), 235 + r * np.sin(a)) for a in turn])
    for k in range(12):
        a = k * np.pi / 6
        tubes[names[(k % 2) * 3]].append([(690 + r * np.cos(a), 235 + r * np.sin(a)) for r in (186, 236)])
    rose = 84 * np.abs(np.sin(2.5 * turn))
    tubes["#ff5a36"].append(list(zip(690 + rose * np.cos(turn), 235 + rose * np.sin(turn), strict=True)))
    for i in range(7):
        left, top, wide = rng.uniform(10, 420), rng.uniform(110, 380), rng.uniform(50, 120)
        box = [
            (left, street),
            (left, top),
            (left + wide / 2, top - wide * 0.6),
            (left + wide, top),
            (left + wide, street),
        ]
        tubes[names[i % 6]].append(box)
        for k in range(int((street - top) / 40)):
            level = top + 28 + 40 * k
            zig = [(left + 9 + t * (wide - 18) / 6, level + (10 if t % 2 else -10)) for t in range(7)]
            tubes[names[(i + 2) % 6]].append(zig)
    for i in range(5):
        amplitude, base, period = rng.uniform(10, 34), 60 + 29 * i, rng.uniform(70, 110)
        tubes[names[2 * i % 6]].append(
            [(t, base + amplitude * np.sin(t / period + i)) for t in np.arange(-10, 1040, 6.0)]
        )
    for i in range(15):
        run = (i - 7) * 150.0
        tubes["#7b4dff"].append([(512 + run * 0.32, street), (512 + run * 1.5, easel.h + 10)])
    for k in range(8):
        level = street + 4 + 3.9 * k**2
        tubes["#19e3ff"].append([(-10, level), (1040, level)])

    sheet = np.zeros_like(ground)
    for colour, lines in tubes.items():
        sheet = np.maximum(sheet, _lines(easel, lines, 3.6)[..., None] * rgb(colour))
    cores = _lines(easel, [line for lines in tubes.values() for line in lines], 1.5)
    light = sheet * 1.1 + 1.5 * easel.blur(sheet, 4) + 1.9 * easel.blur(sheet, 13) + 1.6 * easel.blur(sheet, 42)
    depth = np.maximum(y - street, 0)
    shake = 10 * easel.noise(26, 2, stretch=5) * np.clip(depth / 60, 0, 2)
    mirror = easel.sample(light + 0.5 * ground, x + shake, np.clip(2 * street - y * 1.0 - depth * 0.6, 0, street - 4))
    puddle = smoothstep(-0.35, 0.25, easel.noise(110, 2, stretch=3))
    wet = mirror * (0.35 + 0.5 * puddle)[..., None]
    light = np.where((depth > 0)[..., None], 0.55 * light + wet, light)
    picture = ground * (0.8 + 0.2 * easel.noise(6, 2))[..., None] + light
    rain = smoothstep(0.62, 0.9, np.abs(easel.noise(7, 1, stretch=1) * easel.noise(90)) * 2.2)
    picture = picture + 0.25 * rain[..., None] * (easel.blur(sheet, 30) * 3 + 0.05)
    picture = 1 - np.exp(-1.25 * np.maximum(picture, 0))  # tubes saturate toward white instead of clipping
    return np.clip(mix(picture, easel.fill("#fffafd"), cores * 0.9), 0, 1)


def _lines(easel: Easel, lines: list[list[tuple[float, float]]], width: float) -> Array:
    """Polylines (units) as a mask in 0..1."""
    sheet = Image.new("L", (easel.width, easel.height))
    pen = ImageDraw.Draw(sheet)
    for line in lines:
        points = [(px * easel.px, py * easel.px) for px, py in line]
        pen.line(points, fill=255, width=max(round(width * easel.px), 1), joint="curve")
    return np.asarray(sheet, dtype=np.float32) / np.float32(255)


def deco(easel: Easel) -> Array:
    """Gilded fans under a rising sun, in emerald, black and cream."""
    x, y, rng = easel.x, easel.y, easel.rng
    brushed = easel.noise(4, 2, stretch=14)
    sheen = 0.5 + 0.38 * np.sin((x + 0.7 * y) / 105 + 0.8 * easel.noise(260)) + 0.12 * brushed
    gold = ramp(sheen, "#6f4312", "#b9812a", "#e9c15a", "#fff1b8", "#d7a23c")
    marble = np.abs(easel.noise(190, 4))
    black = ramp(marble * 4.5, "#c9b27a", "#24382f", "#0b1517", "#0a1114")
    emerald = ramp(0.5 + 0.6 * easel.noise(90, 3) + 0.1 * brushed, "#04312d", "#0b5a4e", "#128a72", "#3fbf9a")
    cream = ramp(0.5 + 0.5 * easel.noise(60, 3), "#e6d3ae", "#f6ead0", "#fff8e6")
    rose = ramp(0.5 + 0.6 * easel.noise(70, 3), "#7a1f2f", "#b83a3f", "#e0705a")

    sx, sy = 512.0, 410.0
    r, angle = np.hypot(x - sx, y - sy), np.arctan2(y - sy, x - sx)
    ray = np.mod(angle / np.pi * 24 + 0.5, 1)
    which = np.mod(np.floor(angle / np.pi * 24 + 0.5), 4)
    picture = np.where((which % 2 == 0)[..., None], black, emerald)
    picture = np.where(((which == 1) & (r > 300))[..., None], cream, picture)
    spine = np.minimum(ray, 1 - ray) * r * np.pi / 24
    picture = mix(picture, gold, smoothstep(3.2, 2.2, spine))
    picture = mix(
        picture, gold, smoothstep(2, 1.2, np.abs(np.abs(ray - 0.5) * r * np.pi / 24 - r * 0.03)) * (which % 2 == 0)
    )
    for radius, width in ((176, 5), (190, 2.5), (318, 3), (330, 6), (452, 3), (540, 5)):
        scallop = radius + 9 * np.abs(np.sin(angle * 24)) * (radius > 300)
        picture = mix(picture, gold, smoothstep(width, width - 1.2, np.abs(r - scallop)))
    disc = ramp(r / 176, "#fff8d8", "#f6d67a", "#d99a35")
    disc = mix(disc, rose, (np.mod(r, 34) > 22) & (r > 50))
    picture = mix(picture, disc, smoothstep(174, 172, r))
    picture = mix(picture, gold, smoothstep(2.4, 1.4, np.abs(np.mod(r, 34) - 22)) * (r < 172))

    # Scales below: rows of overlapping fans, each with its own ribs.
    size = 66.0
    for row in range(8):
        level = 440 + row * size * 0.55
        shift = (row % 2) * size
        column = np.floor((x + shift) / (2 * size))
        dx, dy = x + shift - (column + 0.5) * 2 * size, y - level - size
        fan = np.hypot(dx, dy)
        inside = (fan < size) & (dy < 0.4 * size)
        ribs = np.abs(np.sin(np.arctan2(dy, dx) * 9))
        band = np.floor(fan / (size / 4.4))
        kind = np.mod(column + row * 3 + rng.integers(0, 4), 4)[..., None]
        field = np.where(kind == 0, emerald, np.where(kind == 1, black, np.where(kind == 2, rose, emerald * 0.7)))
        field = np.where((band == 2)[..., None], cream, field)
        field = mix(field, gold, smoothstep(0.2, 0.1, ribs) * (band != 2) * (fan > 12))
        field = mix(field, field * 0.45, smoothstep(0.18, 0.1, np.abs(ribs - 0.6)) * (band == 2))
        for ring in range(1, 5):
            field = mix(field, gold, smoothstep(2.2, 1.2, np.abs(fan - ring * size / 4.4)))
        field = mix(field, gold, smoothstep(5, 3.8, np.abs(fan - size + 2)))
        shadow = smoothstep(size + 12, size, fan) * (dy < 0.4 * size) * 0.6
        picture = mix(picture, picture * 0.3, shadow)
        picture = np.where(inside[..., None], field, picture)
    for side in (x, easel.w - x):
        for edge, width in ((26.0, 2.0), (36.0, 5.0), (48.0, 1.6)):
            picture = mix(picture, gold, smoothstep(width, width - 1, np.abs(side - edge)))
        chevron = np.abs(np.mod(y + np.abs(side - 12) * 1.4, 22) - 11)
        margin = (side < 24).astype(np.float32)
        picture = mix(picture, mix(black, gold, smoothstep(4.2, 3.2, chevron)), margin)
    light = picture.mean(axis=-1)
    return np.clip(easel.relief(picture, 2.2 * easel.blur(light, 1.1) + 0.25 * brushed, 0.55), 0, 1)


def thread(easel: Easel) -> Array:
    """Folk flowers in satin stitch on dark linen."""
    x, y, rng = easel.x, easel.y, easel.rng
    weave = np.sin(x * 1.25) * 0.5 + np.sin(y * 1.25) * 0.5
    linen = ramp(0.5 + 0.35 * weave + 0.35 * easel.noise(130, 2), "#0d1026", "#1a1f42", "#2a3160")
    brush = Brush(easel, linen)
    # The ground is stitched too, in bands that flow like water, so that no part of the cloth is plain.
    stream = y * 0.013 + 1.5 * easel.noise(240, 2)
    bands = ramp(0.5 + 0.5 * np.sin(stream * 5), "#141238", "#1f2f7a", "#0f5a78", "#3a1f66", "#14163f")
    cloth = Layer(6.5, 34, 6.5, jitter=0.045, wobble=0.06, taper=0.1, load=1.3, hair=0.75)
    brush.cover(bands, contours(easel, stream), cloth)
    needle = Layer(5.2, 30, 1, taper=0.12, load=1.5, hair=0.75)

    def stitch(ax: float, ay: float, bx: float, by: float, colour: Array, width: float = 5.2) -> None:
        shape = Layer(width, float(np.hypot(bx - ax, by - ay)) + 3, 1, taper=needle.taper, load=1.5, hair=0.75)
        tone = np.clip(colour * rng.uniform(0.86, 1.14), 0, 1).astype(np.float32)
        brush.stroke((ax + bx) / 2, (ay + by) / 2, float(np.arctan2(by - ay, bx - ax)), shape, tone)

    def leaf(ax: float, ay: float, turn: float, long: float, wide: float, dark: str, light: str) -> None:
        """A leaf: slanting stitches from the rib to both edges."""
        c, s = np.cos(turn), np.sin(turn)
        for side in (1, -1):
            for t in np.arange(0.02, 1, 3.6 / long):
                reach = wide * np.sin(np.pi * t**0.8)
                u, v = t * long, 0.0
                u2, v2 = min(u + reach * 0.7, long), side * reach
                shade = rgb(dark) * (1 - t) + rgb(light) * t if side > 0 else rgb(light) * (1 - t) + rgb(dark) * t
                stitch(ax + u * c - v * s, ay + u * s + v * c, ax + u2 * c - v2 * s, ay + u2 * s + v2 * c, shade)
        for t in np.arange(0, 0.9, 15 / long):
            u = t * long
            stitch(ax + u * c, ay + u * s, ax + (u + 14) * c, ay + (u + 14) * s, rgb("#f6e7b8"), 3.4)

    def bloom(cx: float, cy: float, size: float, petals: int, hues: tuple[str, str, str]) -> None:
        """A flower: rings of long and short stitches that point to the middle."""
        for inner, outer, hue in ((0.62, 1.0, hues[0]), (0.36, 0.68, hues[1]), (0.14, 0.4, hues[2])):
            radius = size * outer
            for a in np.arange(0, 2 * np.pi, 4.2 / radius):
                notch = 0.72 + 0.28 * abs(np.cos(a * petals / 2)) ** 0.6
                far, near = radius * notch * rng.uniform(0.95, 1.02), size * inner * rng.uniform(0.8, 1.05)
                fade = rgb(hue) * (0.75 + 0.4 * abs(np.cos(a * petals / 2)))
                stitch(cx + near * np.cos(a), cy + near * np.sin(a), cx + far * np.cos(a), cy + far * np.sin(a), fade)
        for r in np.arange(0, size * 0.2, 5.5):
            for a in np.arange(0, 2 * np.pi, 7 / max(r, 2)):
                stitch(
                    cx + r * np.cos(a),
                    cy + r * np.sin(a),
                    cx + r * np.cos(a) + 4,
                    cy + r * np.sin(a) + 3,
                    rgb("#ffd23c"),
                    6.5,
                )

    # Vines first, then leaves on them, then flowers on top.
    for base, amplitude, period, phase in ((150, 62, 170, 0.0), (400, 74, 200, 2.0), (640, 60, 160, 4.0)):
        spots = np.arange(-10, 1044, 9.0)
        level = base + amplitude * np.sin(spots / period * 2.2 + phase)
        for i in range(len(spots) - 1):
            for lift, hue in ((0, "#2f8f5a"), (5, "#8fce5a")):
                stitch(spots[i] - 3, level[i] + lift, spots[i + 1] + 3, level[i + 1] + lift, rgb(hue))
        for i in range(3, len(spots), 5):
            side = 1 if (i // 5) % 2 else -1
            greens = (("#14603f", "#7fd06a"), ("#0f6a7a", "#7fe0c8"), ("#4a7a1f", "#d6e05a"))[int(rng.integers(3))]
            leaf(spots[i], level[i], side * rng.uniform(0.7, 1.3), rng.uniform(56, 92), rng.uniform(15, 25), *greens)
    hues = (
        ("#d81e3f", "#ff7a5a", "#ffd9a0"),
        ("#f2a01f", "#ffd84a", "#fff6c0"),
        ("#e0469a", "#ffa0cc", "#fff0f6"),
        ("#2f6fe0", "#7fc4ff", "#e8f6ff"),
        ("#8a3fd0", "#c89aff", "#f4e8ff"),
        ("#f5f0e0", "#ffd0b0", "#f0703a"),
    )
    places = (
        (190, 210, 104),
        (520, 130, 84),
        (840, 240, 112),
        (360, 420, 90),
        (660, 450, 106),
        (930, 560, 84),
        (130, 590, 100),
        (450, 660, 96),
        (760, 690, 78),
    )
    for i, (cx, cy, size) in enumerate(places):
        bloom(cx, cy, size, 5 + i % 4, hues[i % len(hues)])
    for _ in range(110):
        kx, ky = rng.uniform(0, 1024), rng.uniform(0, 768)
        if min((kx - cx) ** 2 + (ky - cy) ** 2 - (size + 12) ** 2 for cx, cy, size in places) < 0:
            continue
        knot = rgb(str(rng.choice(["#ffd23c", "#ff6a8a", "#7fe0ff", "#ffffff", "#ff9a3a"])))
        for a in np.arange(0, 2 * np.pi, np.pi / 4):
            stitch(kx, ky, kx + 9 * np.cos(a), ky + 9 * np.sin(a), knot, 4)
    return brush.finish(1.1)
