"""Pieces set side by side: stained glass, mosaic, cubist facets."""

from __future__ import annotations

import numpy as np

from tools.paint_presets.brush import Brush, Layer
from tools.paint_presets.cells import compact, cut, edge_distance, local_frame, mean_of, voronoi
from tools.paint_presets.easel import Array, Easel, mix, pick, ramp, rgb, smoothstep


def glass(easel: Easel) -> Array:
    """A rose window: glowing panes between lead lines."""
    x, y, rng = easel.x, easel.y, easel.rng
    dx, dy = x - 512, y - 390
    r, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    # Rings of petals: the bounds of a ring are scalloped, its panes alternate.
    rings = np.zeros(x.shape, dtype=np.int64)
    labels = np.zeros(x.shape, dtype=np.int64)
    for number, (bound, panes, scallop) in enumerate(
        ((44, 1, 0), (104, 8, 14), (168, 16, 16), (250, 16, -22), (335, 32, 16)), start=1
    ):
        outside = r > bound + scallop * np.abs(np.sin(angle * panes / 2))
        rings = np.where(outside, number, rings)
        count = (8, 16, 16, 32, 32)[number - 1]
        turn = 0.5 * (number % 2)
        pane = np.floor((angle / (2 * np.pi) + 0.5) * count + turn).astype(np.int64) % count
        labels = np.where(outside, number * 1000 + pane, labels)
    bent_x, bent_y = x + 26 * easel.noise(170), y + 26 * easel.noise(170)
    field = voronoi(easel, 88, bent_x, bent_y)
    labels = np.where(rings == 5, 100_000 + field, labels)
    medallion = np.hypot(np.abs(dx) - 430, np.abs(dy) - 300)
    corner = np.floor((np.arctan2(dy, dx) * 0 + np.arctan2(np.abs(dy) - 300, np.abs(dx) - 430) / np.pi + 1) * 4)
    quarter = (dx > 0) * 2 + (dy > 0)
    labels = np.where(medallion < 78, 200_000 + quarter * 100 + corner.astype(np.int64), labels)
    labels = np.where(medallion < 30, 300_000 + quarter, labels)
    rings = np.where(medallion < 78, 6, rings)
    rings = np.where(medallion < 30, 7, rings)
    labels = compact(labels)

    ring_of = np.rint(mean_of(rings.astype(np.float32), labels)).astype(np.int64)
    palettes = (
        ("#ffd23c", "#ffb01f"),
        ("#c8102e", "#e8391f"),
        ("#1b4fc4", "#0f2f9a", "#2f7ae0"),
        ("#ffb81c", "#e0641a"),
        ("#0f7f4f", "#12a06a", "#0b5f7a"),
        ("#16309c", "#2250c8", "#4b2a9a", "#0f6fb0", "#7a1f8c", "#1596a8", "#102070"),
        ("#d4145a", "#f0842a", "#e8391f"),
        ("#fff0a0",),
    )
    base = np.stack([rgb(str(rng.choice(palettes[k]))) for k in ring_of])
    base = base * rng.uniform(0.8, 1.2, (len(base), 1)).astype(np.float32)
    colour = base[labels]
    edge = edge_distance(easel, labels)
    ox, oy, size = local_frame(easel, labels)
    # Light comes from behind, stronger toward each pane's upper part; glass is uneven, with streaks and seeds.
    streak = easel.noise(46, 3, stretch=3) + 0.7 * easel.noise(9, 2)
    glow = 0.86 + 0.42 * smoothstep(3, 22, edge) - 0.34 * (ox * 0.3 + oy) / (size + 1) + 0.26 * streak
    colour = colour * glow[..., None]
    white = smoothstep(0.42, 0.95, glow + 0.45 * easel.noise(60, 2) - 0.72)
    colour = mix(colour, 0.5 * colour + 0.55, white * 0.75)
    seeds = smoothstep(0.75, 0.95, easel.noise(7))
    colour = colour + 0.14 * seeds[..., None]
    enamel = np.abs(np.sin(edge / 5.5 + 2.2 * np.sin(angle * 16) * (rings == 3) + easel.noise(40))) < 0.13
    colour = np.where(
        (enamel & (edge > 9) & (edge < 40) & ((rings == 1) | (rings == 3)))[..., None], colour * 0.45, colour
    )

    width = np.where((rings < 5) | (rings > 5), 5.6, 4.6) + 1.1 * easel.noise(60)
    lead = smoothstep(width + 0.9, width - 0.3, edge)
    came = 0.10 + 0.30 * np.clip(1 - edge / width, 0, 1) * (0.8 + 0.4 * easel.noise(14))
    metal = came[..., None] * rgb("#b8c0d8")
    halo = easel.blur(np.clip(colour, 0, 1) * (1 - lead)[..., None], 9)
    picture = mix(colour * (0.72 + 0.28 * smoothstep(0, 7, edge - width))[..., None], metal, lead)
    return np.clip(picture + 0.2 * halo, 0, 1)


def mosaic(easel: Easel) -> Array:
    """The sun over a sea with fish, laid in small stones that follow every form."""
    x, y = easel.x, easel.y
    stone = 12.5  # units
    sx, sy = 690.0, 210.0
    r, angle = np.hypot(x - sx, y - sy), np.arctan2(y - sy, x - sx)
    sea = 430 + 26 * np.sin(x / 74) + 12 * np.sin(x / 31 + 1)

    row = np.floor(r / stone)
    along = np.floor((angle / (2 * np.pi) + 0.5) * np.maximum(np.rint(2 * np.pi * (row + 0.5)), 3) + 0.37 * row)
    labels = row.astype(np.int64) * 4096 + along.astype(np.int64)
    rays = 0.5 + 0.5 * np.cos(angle * 16 + 0.25 * np.sin(r / 22))
    sun = ramp(r / 105, "#fff4b8", "#ffd23a", "#f59a1b", "#d9481c")
    ray = ramp((r - 100) / 330, "#ffcf3f", "#f08a24", "#c8452a", "#8a2f4a")
    sky = ramp((r - 90) / 620, "#fff0cc", "#9fd3d0", "#3f9fc0", "#1f5fa0", "#142f6a")
    sky = mix(sky, ray, smoothstep(0.55, 0.75, rays) * smoothstep(430, 330, r))
    scene = mix(sky, sun, (r < 105).astype(np.float32))

    depth = y - sea
    wave_row = np.floor(depth / stone)
    wave_along = np.floor(x / stone + 0.5 * (wave_row % 2) + 0.2 * np.sin(wave_row * 12.9))
    wave = 500_000 + wave_row.astype(np.int64) * 4096 + wave_along.astype(np.int64)
    below = depth > 0
    labels = np.where(below, wave, labels)
    band = 0.5 + 0.5 * np.sin(depth / 21 + 0.8 * np.sin(x / 120))
    water = ramp(band, "#0b2a5c", "#125a8c", "#1f93a8", "#6fcfc0", "#f2f4d8")
    scene = np.where(below[..., None], water, scene)

    for i, (fx, fy, size, facing) in enumerate(
        ((250, 560, 1.25, 1), (610, 610, 1.0, -1), (880, 690, 0.85, 1), (120, 705, 0.8, -1), (460, 712, 0.7, 1))
    ):
        u, v = (x - fx) * facing / size, (y - fy) / size + 6 * np.sin((x - fx) / 40)
        body = (u / 105) ** 2 + (v / 46) ** 2
        tail = (u < -80) & (u > -150) & (np.abs(v) < (-u - 72) * 0.75) & (np.abs(v) > (-u - 125) * 1.2)
        fin = (u > -40) & (u < 40) & (v < -30) & (v > -66 + (u + 40) * 0.35)
        fish = (body < 1) | tail | fin
        ring = np.where(
            body < 1, np.floor((1 - np.sqrt(body)) * 46 * size / stone), 40 + np.floor(np.abs(v) * size / stone)
        )
        along_fish = np.floor((u + 200) * size / stone + 0.5 * (ring % 2))
        cell = 2_000_000 * (i + 1) + ring.astype(np.int64) * 1024 + along_fish.astype(np.int64)
        cell += (v > 0) * 500_000
        labels = np.where(fish, cell, labels)
        palette = (("#7a1020", "#d8331c", "#ff9a2e", "#ffe49a"), ("#8a3a0a", "#f0901a", "#ffd95a", "#fff6d8"))[i % 2]
        skin = ramp(0.5 + 0.5 * np.sin(u / 13) * (0.4 + np.abs(v) / 60) - v / 120, *palette)
        skin = np.where((ring < 1)[..., None], rgb("#2a0f1a"), skin)
        eye = np.hypot(u - 66, v + 10)
        skin = np.where((eye < 15)[..., None], rgb("#fffbe8"), skin)
        skin = np.where((eye < 7)[..., None], rgb("#0a0a18"), skin)
        scene = np.where(fish[..., None], skin, scene)

    labels = compact(labels)
    edge = edge_distance(easel, labels)
    rng, count = easel.rng, int(labels.max()) + 1
    tone = mean_of(scene, labels) * rng.normal(1, 0.13, (count, 1)) + rng.normal(0, 0.035, (count, 3))
    gold = rng.uniform(size=count) < 0.03
    tone[gold] = rgb("#ffd97a")
    ox, oy, radius = local_frame(easel, labels)
    tilt = rng.normal(0, 0.09, (2, count)).astype(np.float32)
    shine = (tilt[0][labels] * ox + tilt[1][labels] * oy) / np.maximum(radius, 1)
    stones = np.clip(tone, 0, 1)[labels].astype(np.float32) * (1.1 + shine + 0.10 * easel.noise(5, 2))[..., None]
    gap = 1.0 + 0.45 * easel.noise(9)
    grout = ramp(0.5 + 0.5 * easel.noise(4, 2), "#3b342e", "#6b6055", "#8f8474")
    bevel = smoothstep(0, 2.6, edge - gap)
    picture = easel.relief(stones, bevel * 0.9, 0.55)
    return np.clip(mix(grout, picture, smoothstep(-0.5, 0.5, edge - gap)), 0, 1)


def cubist(easel: Easel) -> Array:
    """A still life with a guitar, seen from several sides at once."""
    x, y, rng = easel.x, easel.y, easel.rng
    labels = compact(cut(easel, 170, 1300))
    count = int(labels.max()) + 1
    ox, oy, size = local_frame(easel, labels)
    # Each facet looks at the still life from a place of its own.
    shift = rng.normal(0, 15, (2, count)).astype(np.float32)
    turn = rng.normal(0, 0.28, count).astype(np.float32)[labels]
    sx = x + shift[0][labels] + ox * (np.cos(turn) - 1) - oy * np.sin(turn)
    sy = y + shift[1][labels] + oy * (np.cos(turn) - 1) + ox * np.sin(turn)
    scene = _still_life(easel, sx, sy)
    tints = ("#d9822b", "#1f4e8c", "#f2dfae", "#8f2f1f", "#3f8a8a", "#141c33", "#d8432a", "#f0b93a")
    tint = pick(rng.integers(0, len(tints), count)[labels], *tints)
    strength = (rng.uniform(0, 1, count) ** 2 * 0.85).astype(np.float32)[labels]
    colour = mix(scene, tint, strength)
    light = rng.uniform(0, 2 * np.pi, count).astype(np.float32)[labels]
    slope = (ox * np.cos(light) + oy * np.sin(light)) / np.maximum(size, 1)
    shade = np.clip(slope * 0.6 + 0.06, -0.8, 0.75)
    lit = colour + (rgb("#fff4d6") - colour) * np.maximum(shade, 0)[..., None]
    colour = lit * (1 + np.minimum(shade, 0))[..., None]

    grey = colour.mean(axis=-1, keepdims=True)
    colour = np.clip(grey + (colour - grey) * 1.45, 0, 1)
    # Every facet is brushed in one direction of its own, so that its edges need no outline.
    brush = Brush(easel, colour)
    stroke = (light + np.pi / 2).astype(np.float32)
    edge = edge_distance(easel, labels)
    brush.cover(colour, stroke, Layer(17, 34, 11, jitter=0.045, wobble=0.15, taper=0.1), smoothstep(4, 10, edge))
    brush.cover(colour, stroke, Layer(8, 24, 8, jitter=0.06, wobble=0.2, taper=0.1), smoothstep(1, 5, edge))
    brush.cover(colour, stroke, Layer(3.4, 13, 5, jitter=0.05, taper=0.1, load=0.5), smoothstep(7, 3, edge))
    picture = brush.finish(0.8)

    kind = rng.integers(0, 6, count)[labels]
    across = ox * np.sin(light) - oy * np.cos(light)
    grain = smoothstep(0.3, 0.8, np.sin(across / 2.9 + 2.6 * easel.noise(45) + 0.6 * easel.noise(9)))
    picture = mix(picture, picture * 0.55, grain * (kind == 0) * 0.9)
    print_line = (np.sin(across / 1.8) > 0.3) & (easel.noise(6, 2) > -0.12) & (kind == 1)
    picture = mix(picture, easel.fill("#1b1620"), print_line * 0.7)
    # A line here and there, thick on the shadow's side: drawn, not leaded.
    ink = 2.4 * np.clip(0.35 - slope, 0, 1) + 0.5 * easel.noise(25)
    picture = mix(picture, easel.fill("#120d14"), smoothstep(ink + 0.6, ink - 0.4, edge) * (slope < 0.2))
    cast = smoothstep(20, 0, edge) * smoothstep(0, -0.6, slope)
    return np.clip(mix(picture, picture * 0.5, cast * 0.5), 0, 1)


def _still_life(easel: Easel, x: Array, y: Array) -> Array:
    """Guitar, bottle, bowl and window in flat colours at the places (x, y)."""
    wall = ramp((x + 0.4 * y) / 1300, "#2b4358", "#4d6b78", "#a79a78", "#d9b878")
    table = ramp((x - y) / 1400 + 0.5, "#5a2c18", "#96542a", "#c88a46")
    scene = mix(wall, table, smoothstep(-3, 3, y - 520 + 0.18 * (x - 512)))
    u, v = (x - 470) * 0.82 - (y - 430) * 0.57, (x - 470) * 0.57 + (y - 430) * 0.82
    body = np.minimum(np.hypot(u / 150, (v - 120) / 125), np.hypot(u / 112, (v + 40) / 105))
    wood = ramp(body, "#ffd894", "#e8a04a", "#b8622a", "#6b2f1a")
    scene = mix(scene, wood, smoothstep(1.02, 0.99, body))
    hole = np.hypot(u, v - 20)
    scene = mix(scene, easel.fill("#1a0f14"), smoothstep(48, 45, hole))
    scene = mix(scene, easel.fill("#f0dcae"), smoothstep(5, 3, np.abs(hole - 54)))
    neck = (np.abs(u) < 21) & (v < 10) & (v > -420)
    scene = mix(scene, ramp(0.5 + 0.5 * np.sin(v / 9), "#2a1518", "#6b3a26"), neck.astype(np.float32))
    strings = (np.abs(np.mod(u + 18, 9) - 4.5) < 1.1) & (np.abs(u) < 19) & (v < 165) & (v > -420)
    scene = mix(scene, easel.fill("#fff6dc"), strings.astype(np.float32))
    glass_width = 62 - 34 * smoothstep(320, 260, y)
    bottle = (np.abs(x - 810) < glass_width) & (y > 130) & (y < 610)
    scene = mix(scene, ramp((x - 750) / 125, "#0c3a34", "#2f8a6a", "#b8d8a0", "#14504a"), bottle.astype(np.float32))
    label = bottle & (y > 400) & (y < 500)
    scene = mix(scene, easel.fill("#f4e2b8"), label.astype(np.float32))
    bowl = (np.hypot((x - 190) / 150, (y - 590) / 90) < 1) & (y > 580)
    scene = mix(scene, ramp((x - 60) / 260, "#e8eef0", "#6a9ab8", "#1f3f6a"), bowl.astype(np.float32))
    for fx, fy, fruit in ((120, 545, "#c8321f"), (200, 530, "#e8a01f"), (268, 552, "#7a9a2a")):
        ball = np.hypot(x - fx, y - fy) / 52
        scene = mix(scene, ramp(ball, "#fff0c0", fruit, fruit, "#3a1418"), smoothstep(1.02, 0.98, ball))
    return scene
