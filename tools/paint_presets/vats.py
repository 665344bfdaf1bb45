"""Colour that floats or soaks: marbled paper, wax-resist cloth."""

from __future__ import annotations

import numpy as np

from tools.paint_presets.cells import edge_distance, voronoi
from tools.paint_presets.easel import Array, Easel, mix, ramp, rgb, smoothstep


def marbling(easel: Easel) -> Array:
    """Paint dropped on water, then drawn with a stylus and a comb.

    Each drop pushes what floats already outward and keeps its area; a tine drags it along a line. Both have
    closed forms that can be undone (Lu, Jaffer, Jin, Zhao, Mao: "Mathematical Marbling", 2012), so every pixel is
    traced back to the drop that it came from.
    """
    rng = easel.rng
    inks = [
        rgb(c)
        for c in (
            "#0d2b5e",
            "#f6ead0",
            "#c92a2a",
            "#1f7a8c",
            "#f2b134",
            "#14213d",
            "#e8e3d3",
            "#7a1f3d",
            "#2f9c8a",
            "#f07f3c",
        )
    ]
    drops = [
        (rng.uniform(-60, 1084), rng.uniform(-60, 828), rng.uniform(26, 66), int(rng.integers(len(inks))))
        for _ in range(110)
    ]
    for ring in range(7):  # bull's-eyes: drops in drops
        bx, by = rng.uniform(100, 924), rng.uniform(80, 690)
        drops += [(bx, by, 44 - 2.6 * k, (ring * 3 + (k % 2) * 5 + k // 3) % len(inks)) for k in range(9)]
    px, py = easel.x.astype(np.float64).ravel(), easel.y.astype(np.float64).ravel()
    # Undo the last gestures first: swirls, then the fine comb, then the coarse one across it.
    for sx, sy, turn, reach in (
        (250, 250, 2.6, 95),
        (760, 480, -2.9, 110),
        (520, 640, 2.1, 70),
        (830, 150, 2.3, 80),
        (90, 600, -2.0, 70),
    ):
        dx, dy = px - sx, py - sy
        a = -turn * np.exp(-(dx * dx + dy * dy) / (2 * reach * reach))
        px, py = sx + dx * np.cos(a) - dy * np.sin(a), sy + dx * np.sin(a) + dy * np.cos(a)
    wave = 30 * np.sin(px / 150)
    for pitch, pull, across in ((64, 92, False), (96, 120, True), (40, 34, False)):
        along, over = (px, py) if across else (py, px + wave * (not across))
        phase = over / pitch
        row = np.floor(phase)
        gap = np.abs(phase - row - 0.5) * pitch
        drag = pull * np.exp(-gap / (pitch * 0.16)) * np.where(row % 2 == 0, 1, -1)
        if across:
            px = along - drag
        else:
            py = along - drag
    colour = np.empty((px.size, 3), dtype=np.float32)
    colour[:] = rgb("#1b3a5c")
    shade = np.zeros(px.size, dtype=np.float32)
    alive = np.arange(px.size)
    for dx0, dy0, radius, ink in reversed(drops):
        dx, dy = px - dx0, py - dy0
        squared = dx * dx + dy * dy
        inside = squared < radius * radius
        hit = alive[inside]
        colour[hit] = inks[ink]
        shade[hit] = np.sqrt(squared[inside]) / radius
        keep = ~inside
        scale = np.sqrt(1 - radius * radius / squared[keep])
        px, py = dx0 + dx[keep] * scale, dy0 + dy[keep] * scale
        alive = alive[keep]
    picture: Array = colour.reshape(easel.height, easel.width, 3)
    rim = shade.reshape(easel.height, easel.width)
    # Floating paint is thin in the middle of a drop and gathers at its rim.
    picture = picture * (0.9 + 0.16 * rim - 0.34 * smoothstep(0.93, 1.0, rim))[..., None]
    specks = smoothstep(0.66, 0.8, easel.noise(6)) * smoothstep(-0.1, 0.3, easel.noise(90))
    picture = mix(picture, easel.fill("#f6ead0"), specks * 0.65)
    film = 1 + 0.07 * easel.noise(120, 2) + 0.05 * easel.noise(5, 2)
    return easel.paper(np.clip(picture * film[..., None], 0, 1), 0.035)


def batik(easel: Easel) -> Array:
    """Flowers and tendrils in wax on cloth, dyed rust, then indigo; the wax has cracked."""
    x, y, rng = easel.x, easel.y, easel.rng
    bx, by = x + 7 * easel.noise(60), y + 7 * easel.noise(60)
    dye = easel.noise(120, 3)
    ground = ramp(0.45 + 0.5 * dye, "#0b1a3f", "#12295c", "#1d3f80", "#2c5a9c")
    # Filling of the ground: rows of small diamonds and dots.
    u, v = (bx + by) / 25, (bx - by) / 25
    cell = np.hypot(u - np.rint(u), v - np.rint(v))
    picture = mix(ground, easel.fill("#e9d7ad"), smoothstep(0.15, 0.10, cell) * 0.9)
    picture = mix(picture, easel.fill("#8a4a22"), smoothstep(0.06, 0.0, np.abs(cell - 0.33)) * 0.75)

    # Slanting bands, every other one with a running pattern of blades.
    slant = (bx * 0.8 + by) / 165
    band, place = np.floor(slant), slant - np.floor(slant)
    run = (bx - 0.8 * by) / 46 + 0.5 * np.sin(2 * np.pi * place)
    blade = (
        np.abs(run - np.rint(run)) - 0.42 * np.maximum(np.sin(np.pi * np.clip((place - 0.12) / 0.76, 0, 1)), 0) ** 1.4
    )
    parang = ramp(0.5 + 0.7 * dye, "#4a1c12", "#8a3f1c", "#b5652a")
    parang = mix(parang, easel.fill("#f0dfb4"), smoothstep(0.05, -0.02, blade))
    parang = mix(parang, easel.fill("#5a2414"), smoothstep(-0.07, -0.13, blade))
    parang = mix(parang, easel.fill("#e2b468"), smoothstep(-0.22, -0.27, blade))
    picture = mix(picture, parang, (band % 2 == 0).astype(np.float32))
    border = np.minimum(place, 1 - place) * 130
    picture = mix(picture, easel.fill("#0a1533"), smoothstep(8, 6.5, border))
    picture = mix(picture, easel.fill("#f0dfb4"), smoothstep(3.2, 2, border))

    spirals = [
        (rng.uniform(0, 1024), rng.uniform(0, 768), rng.uniform(60, 110), rng.uniform(0, 6), rng.choice([-1, 1]))
        for _ in range(26)
    ]
    for sx, sy, size, turn, hand in spirals:
        r, a = np.hypot(bx - sx, by - sy), hand * np.arctan2(by - sy, bx - sx)
        t = r / size
        arm = np.abs(np.mod(a / (2 * np.pi) + turn - 2.1 * np.sqrt(t), 1) - 0.5) * 2 * np.pi * np.maximum(r, 3) / 3.4
        width = 8.5 * (1.15 - t)
        inside = t < 1.05
        picture = mix(picture, easel.fill("#0a1533"), smoothstep(width + 4.5, width + 3, arm) * inside)
        picture = mix(picture, easel.fill("#f0dfb4"), smoothstep(width + 0.8, width - 0.6, arm) * inside)
        picture = mix(picture, easel.fill("#b4602a"), smoothstep(width - 2.2, width - 3.2, arm) * inside)
    flowers = (
        (300, 270, 190, 8),
        (760, 500, 210, 10),
        (770, 120, 120, 6),
        (130, 610, 135, 7),
        (470, 640, 105, 6),
        (985, 250, 105, 8),
        (520, 60, 90, 7),
    )
    for i, (fx, fy, size, petals) in enumerate(flowers):
        picture = _flower(easel, picture, bx - fx, by - fy, size, petals, i)
    crack_x, crack_y = x + 24 * easel.noise(70, 3), y + 24 * easel.noise(70, 3)
    veins = edge_distance(easel, voronoi(easel, 92, crack_x, crack_y))
    fine = edge_distance(easel, voronoi(easel, 34, crack_x, crack_y))
    where = smoothstep(-0.2, 0.4, easel.noise(150, 2))
    crack = smoothstep(1.5, 0.2, veins) * 0.85 + smoothstep(1.1, 0.1, fine) * where * 0.7
    light = picture.mean(axis=-1)
    picture = mix(picture, easel.fill("#14264f"), np.clip(crack, 0, 1) * smoothstep(0.2, 0.5, light))
    picture = mix(picture, picture * rgb("#6a7fb0"), smoothstep(14, 0, veins) * where * 0.35)
    weave = np.sin(x * 2.1) * np.sin(y * 2.1)
    return np.clip(picture * (1 + 0.05 * weave + 0.09 * dye + 0.05 * easel.noise(5, 2))[..., None], 0, 1)


def _flower(easel: Easel, picture: Array, dx: Array, dy: Array, size: float, petals: int, turn: int) -> Array:
    """One flower: two rows of petals in rust and cream with veins, dotted all round."""
    r, a = np.hypot(dx, dy), np.arctan2(dy, dx) + 0.4 * turn
    for row, (reach, outer, inner) in enumerate(((1.0, "#7a2a18", "#d98a3a"), (0.66, "#c4501f", "#f4d58a"))):
        wing = np.abs(np.cos(a * petals / 2 + row * np.pi / 2)) ** 0.55
        shape = r / size - reach * (0.30 + 0.70 * wing)
        edge = shape * size
        picture = mix(picture, easel.fill("#081230"), smoothstep(13, 10, edge))
        picture = mix(picture, easel.fill("#f3e3bb"), smoothstep(6, 4.5, edge))
        fill = ramp(r / size / reach + 0.15 * easel.noise(30), inner, inner, outer)
        veins = np.abs(np.sin(a * petals * 3 + 0.2 * np.sin(r / 9)))
        fill = mix(fill, easel.fill("#f6e7c0"), smoothstep(0.2, 0.08, veins) * (r > 0.3 * size * reach) * 0.85)
        rings = np.abs(np.sin(edge / 6.5))
        fill = mix(fill, easel.fill("#3a1420"), smoothstep(0.22, 0.1, rings) * (edge > -34) * 0.8)
        picture = mix(picture, fill, smoothstep(0.5, -0.8, edge))
        pearl = np.hypot(np.mod(edge - 18, 1000) - 0.0, np.mod(a * size * reach / 12, 1) * 12 - 6)
        picture = mix(picture, easel.fill("#f3e3bb"), smoothstep(3.6, 2.6, pearl) * (row == 0))
    heart = r / size
    picture = mix(picture, easel.fill("#14264f"), smoothstep(0.24, 0.22, heart))
    seeds = np.hypot(np.mod(dx, 9) - 4.5, np.mod(dy, 9) - 4.5)
    picture = mix(picture, easel.fill("#f4c95a"), smoothstep(3, 2, seeds) * (heart < 0.2))
    return mix(picture, easel.fill("#f3e3bb"), smoothstep(0.02, 0.008, np.abs(heart - 0.225)))
