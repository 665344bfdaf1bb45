"""Works on paper: ink wash, wax crayon, watercolour, and dots of pure colour."""

from __future__ import annotations

import numpy as np

from tools.paint_presets.brush import Brush, Layer, contours
from tools.paint_presets.cells import dots, mean_of
from tools.paint_presets.easel import Array, Easel, mix, ramp, rgb, smoothstep


def ink(easel: Easel) -> Array:
    """Mountains in mist and a branch of bamboo, in ink on rice paper, with a red sun."""
    x, y, rng = easel.x, easel.y, easel.rng
    fibre = easel.noise(5, 2) + 0.8 * easel.noise(2.5, 1, stretch=12)
    paper = ramp(0.5 + 0.35 * easel.noise(300, 2) + 0.1 * fibre, "#e2d5b8", "#f3ead6", "#faf4e6")
    sun = np.hypot(x - 655, y - 190) + 3 * easel.noise(20, 2)
    wash = smoothstep(74, 66, sun) * (0.82 + 0.16 * smoothstep(40, 70, sun) + 0.14 * easel.noise(40, 3))
    paper = mix(paper, easel.fill("#c8321f"), wash)
    # Ink multiplies: `wet` is how much light each wash takes away.
    dark = np.zeros_like(x)
    peaks = (
        (300, 110, 250, 0.42),
        (820, 210, 300, 0.5),
        (110, 290, 220, 0.62),
        (560, 400, 300, 0.7),
        (930, 440, 260, 0.85),
        (240, 520, 330, 0.95),
    )
    for number, (px, top, width, depth) in enumerate(peaks):
        rough = 26 * easel.noise(70, 4) + 6 * easel.noise(14, 2)
        slope = np.abs(x - px) / width
        ridge = top + 210 * slope**1.25 + 70 * smoothstep(0.3, 0.5, slope) + rough
        below = y - ridge
        mist = np.exp(-np.maximum(below, 0) / (70 + 14 * number))
        pull = np.abs(easel.noise(26, 3, stretch=0.45) + 0.3 * np.sin((x - px) / 9 + below / 25))
        texture = smoothstep(0.34, 0.04, pull) * smoothstep(-0.3, 0.35, easel.noise(80, 2) + 0.4 * np.sign(x - px))
        layer = depth * (0.62 * mist + 0.75 * texture * np.exp(-np.maximum(below, 0) / 120))
        layer = layer + depth * 0.5 * smoothstep(9, 1, below) * (0.6 + 0.4 * easel.noise(40))
        cover = smoothstep(-2, 2, below)
        veil = smoothstep(60, 260, below)  # the mist at a mountain's foot hides what lies behind
        dark = dark * (1 - cover * (0.55 + 0.45 * veil)) + layer * cover
    dark = np.clip(dark, 0, 1.2)
    bleed = easel.blur(dark, 5)
    dark = 0.75 * dark + 0.3 * bleed + 0.05 * fibre * dark
    picture = paper * (1 - np.clip(dark, 0, 0.96)[..., None] * (1 - rgb("#16181f")))

    tooth = 0.5 + 0.5 * (0.6 * easel.noise(3, 2) + 0.6 * easel.noise(4, 1, stretch=9))
    brush = Brush(easel, picture, tooth=tooth * 0.55 + 0.62)
    for base, lean, thick in ((905, -0.13, 24), (985, -0.05, 30), (838, -0.2, 13), (30, 0.06, 15)):
        _bamboo(easel, brush, base, lean, thick)
    for _ in range(7):
        bx, by = rng.uniform(360, 560), rng.uniform(170, 270)
        for side in (-1, 1):
            wing = Layer(3.2, 17, 1, taper=0.95)
            brush.stroke(bx + side * 7, by, side * -0.45, wing, rgb("#1a1a20"), curvature=side * 0.03)
    picture = brush.colour
    splash, reach = dots(easel, 46, 3.2)
    spots = (splash >= 0) & (splash % 5 == 0) & (reach < 0.8)
    picture = mix(picture, picture * 0.25, spots * smoothstep(0.25, 0.5, easel.noise(120)))
    seal = (np.abs(x - 96) < 27) & (np.abs(y - 660) < 27)
    carve = np.sin(x / 3.4 + 2 * easel.noise(18)) * np.sin(y / 4.1 + 2 * easel.noise(15)) > 0.1
    frame = np.maximum(np.abs(x - 96), np.abs(y - 660)) > 22
    picture = mix(picture, easel.fill("#b3261a"), seal * (carve | frame) * (0.85 + 0.2 * easel.noise(5)))
    return np.clip(picture * (1 + 0.03 * fibre)[..., None], 0, 1)


def _bamboo(easel: Easel, brush: Brush, base: float, lean: float, thick: float) -> None:
    rng = easel.rng
    black, grey = rgb("#121319"), rgb("#4a4d55")
    foot = 800.0
    while foot > -60:
        joint = rng.uniform(95, 140)
        top = foot - joint
        cx = base + lean * (800 - (foot + top) / 2)
        brush.stroke(
            cx, (foot + top) / 2, np.pi / 2 + lean, Layer(thick, joint * 0.95, 1, taper=-0.12), grey, second=black
        )
        brush.stroke(base + lean * (800 - top), top, 0.1, Layer(thick * 0.3, thick * 1.3, 1, taper=0.5), black)
        if rng.uniform() < 0.75:
            twig_x, twig_y = base + lean * (800 - top), top
            aim = rng.choice([-1, 1]) * rng.uniform(0.3, 0.9) + (np.pi if rng.uniform() < 0.6 else 0)
            for _ in range(5):
                twig_x, twig_y = twig_x + 22 * np.cos(aim), twig_y + 22 * np.sin(aim) * 0.6
                brush.stroke(twig_x, twig_y, aim, Layer(2.6, 26, 1), black)
                for _ in range(3):
                    fall = rng.normal(np.pi / 2, 0.75)
                    long = rng.uniform(40, 82)
                    leaf = Layer(rng.uniform(9, 15), long, 1, taper=0.96)
                    tone = black if rng.uniform() < 0.7 else grey
                    lx, ly = twig_x + np.cos(fall) * long / 2, twig_y + np.sin(fall) * long / 2
                    brush.stroke(lx, ly, fall, leaf, tone, curvature=rng.normal(0, 0.006))
        foot = top


def crayon(easel: Easel) -> Array:
    """A child's summer day in wax crayon: layered scribbles that catch on the paper's tooth."""
    x, y, rng = easel.x, easel.y, easel.rng
    tooth = 0.64 + 0.5 * easel.noise(7, 2) + 0.2 * easel.noise(2.6)
    brush = Brush(easel, easel.fill("#fbf5e6"), tooth=tooth)
    hill = 520 - 60 * np.sin(x / 190 + 0.6)
    far_hill = 455 - 50 * np.sin(x / 150 + 2.6)
    sun = np.hypot(x - 150, y - 140)
    arch = np.hypot(x - 690, (y - 520) * 1.05)

    def scribble(
        colour: str, where: Array, angle: Array | float, *, width: float = 10, length: float = 76, gap: float = 11
    ) -> None:
        flat = np.broadcast_to(np.asarray(angle, dtype=np.float32), x.shape)
        layer = Layer(width, length, gap, jitter=0.06, wobble=0.2, taper=0.0, load=0.6)
        brush.cover(easel.fill(colour), flat, layer, where)

    sky = smoothstep(4, -4, y - far_hill) * smoothstep(96, 102, sun)
    scribble("#4fb3ea", sky, -0.45, gap=10)
    scribble("#2472d4", sky * smoothstep(300, 0, y), 0.35, gap=12)
    scribble("#8fe0f0", sky, -0.9 + 0.3 * easel.noise(120), gap=13)
    for cx, cy in ((400, 120), (860, 95), (560, 210)):
        puff = np.minimum(np.hypot((x - cx) / 1.5, y - cy), np.hypot((x - cx - 60) / 1.3, y - cy + 16)) - 40
        scribble("#ffffff", smoothstep(4, -4, puff), contours(easel, puff), length=36, gap=6)
        scribble("#b9b5e6", smoothstep(6, -2, puff) * smoothstep(-12, 10, y - cy), 0.1, length=34, gap=9, width=6)
    ring = np.arctan2(x - 690, -(y - 520)).astype(np.float32)
    for i, colour in enumerate(("#e5332a", "#f58220", "#fbd21e", "#3fae49", "#2b6fd6", "#7d3fb2")):
        stripe = smoothstep(13, 9, np.abs(arch - 330 + 22 * i)) * sky
        scribble(colour, stripe, ring, length=52, gap=6, width=7)
    rays = np.arctan2(y - 140, x - 150).astype(np.float32)
    beam = smoothstep(0.2, 0.5, np.cos(rays * 11)) * smoothstep(104, 112, sun) * smoothstep(215, 190, sun)
    scribble("#fbb81e", beam, rays, length=60, gap=7)
    scribble("#ffd92a", smoothstep(97, 90, sun), contours(easel, sun), length=44, gap=6)
    scribble("#f58a1f", smoothstep(97, 90, sun) * smoothstep(40, 90, sun), contours(easel, sun), length=34, gap=8)
    land = smoothstep(-3, 3, y - far_hill) * smoothstep(3, -3, y - hill)
    scribble("#2f9e6a", land, 0.2, gap=7)
    scribble("#1f6f8a", land, 1.1, gap=11)
    grass = smoothstep(-3, 3, y - hill)
    scribble("#8fcf3c", grass, -0.3 + 0.4 * easel.noise(100), gap=8)
    scribble("#3fa535", grass, 1.2, gap=9, length=44)
    scribble("#f2e84a", grass * smoothstep(0.0, 0.4, easel.noise(110)), 0.5, gap=9)
    scribble("#13703a", grass * smoothstep(600, 768, y), 1.5, gap=8, length=36)
    wall = (np.abs(x - 700) < 105) & (y > 430) & (y < 610)
    roof = (y > 330) & (y < 436) & (np.abs(x - 700) < (y - 322) * 1.25)
    scribble("#f6c58a", wall * 1.0, 1.57, length=50, gap=5)
    scribble("#e07b39", wall * 1.0, 0.1, length=50, gap=10, width=5)
    scribble("#d2232a", roof * 1.0, -0.7, length=36, gap=5)
    scribble("#7a1226", roof * 1.0, 0.75, length=36, gap=10, width=6)
    door = (np.abs(x - 700) < 25) & (y > 510) & (y < 610)
    panes = (np.abs(np.abs(x - 700) - 64) < 22) & (np.abs(y - 490) < 24)
    scribble("#2a5fc4", door * 1.0, 1.57, length=30, gap=4, width=6)
    scribble("#ffe94a", panes * 1.0, 0.6, length=20, gap=4, width=6)
    for tx, foot, size in ((300, 600, 1.25), (930, 590, 1.0), (70, 640, 0.9)):
        trunk = (np.abs(x - tx) < 17 * size) & (y > foot - 140 * size) & (y < foot + 6)
        scribble("#6b3f1f", trunk * 1.0, 1.57, length=44, gap=4)
        crown = (
            np.hypot(x - tx, (y - foot + 205 * size) * 1.05)
            - (100 + 12 * np.sin(np.arctan2(y - foot + 205 * size, x - tx) * 7)) * size
        )
        curl = contours(easel, crown + 30 * easel.noise(60))
        scribble("#4cb944", smoothstep(4, -6, crown), curl, length=40, gap=6)
        scribble(
            "#0f6b3c",
            smoothstep(4, -6, crown) * smoothstep(-60, 60, x - tx + y - foot + 205 * size),
            curl + 0.8,
            length=40,
            gap=8,
        )
        scribble(
            "#c6e03a",
            smoothstep(4, -6, crown) * smoothstep(10, -80, x - tx + y - foot + 205 * size),
            curl,
            length=30,
            gap=8,
        )
    for _ in range(60):
        fx, fy = rng.uniform(0, 1024), rng.uniform(640, 768)
        petal = rgb(str(rng.choice(["#e5332a", "#f04f9a", "#ffffff", "#fbd21e", "#7d3fb2", "#ff7f2a"])))
        brush.stroke(fx, fy + 20, 1.5, Layer(4, 34, 1, taper=0), rgb("#13703a"))
        for turn in np.arange(0, np.pi, np.pi / 3):
            brush.stroke(fx, fy, turn, Layer(8, 25, 1, taper=0), petal)
        brush.stroke(fx, fy, 0, Layer(8, 8, 1, taper=0), rgb("#fbb81e"))
    return np.clip(easel.relief(brush.colour, brush.height * 0.35 + 0.25 * easel.noise(3, 2), 0.3), 0, 1)


def watercolour(easel: Easel) -> Array:
    """Garden flowers in watercolour: wet washes with dark edges, blooms and splashes on rough paper."""
    x, y, rng = easel.x, easel.y, easel.rng
    grain = easel.noise(4, 2)
    light = np.ones((easel.height, easel.width, 3), dtype=np.float32) * rgb("#fbf7ec")

    def wash(field: Array, colour: Array, strength: float, edge: float = 3.0) -> None:
        """Lay a wash where `field` (units inside the shape) is positive; pigment gathers at its rim."""
        nonlocal light
        field = field + 5 * easel.noise(34, 3)
        body = smoothstep(-0.8, 0.8, field)
        pool = 0.55 + 0.5 * easel.noise(90, 3) + 0.75 * np.exp(-np.maximum(field, 0) / edge)
        density = body * np.clip(strength * pool + 0.13 * grain, 0, 1.5)
        light = light * np.exp(-density[..., None] * -np.log(np.clip(colour, 0.03, 0.98)))

    for hue, scale, strength in (
        ("#7fc4e8", 260, 0.75),
        ("#c8a8e0", 220, 0.6),
        ("#f6d36a", 240, 0.65),
        ("#8fd0a0", 200, 0.7),
    ):
        wash(90 * (easel.noise(scale, 2) - 0.05), rgb(hue), strength, 9)
    hues = ("#e0355a", "#f0762a", "#8a3fc0", "#f2b01f", "#3a5fd0", "#e85aa0", "#d8262a")
    for _ in range(46):
        lx, ly, turn, long = rng.uniform(0, 1024), rng.uniform(180, 790), rng.normal(-1.4, 0.7), rng.uniform(55, 125)
        u = (x - lx) * np.cos(turn) + (y - ly) * np.sin(turn)
        v = (y - ly) * np.cos(turn) - (x - lx) * np.sin(turn) - 0.003 * u * u
        leaf = long * 0.24 * (1 - (u / long) ** 2) - np.abs(v)
        wash(leaf, rgb(str(rng.choice(["#2f8f5a", "#1f6f6a", "#7fae3a", "#13506a"]))), rng.uniform(0.55, 1.0))
    for number in range(17):
        fx, fy = rng.uniform(40, 984), rng.uniform(60, 700)
        size, petals, turn = rng.uniform(48, 108), int(rng.integers(5, 8)), rng.uniform(0, 6)
        r, a = np.hypot(x - fx, y - fy), np.arctan2(y - fy, x - fx) + turn
        dye = rgb(hues[number % len(hues)])
        for row in (1.0, 0.62):
            shape = size * row * (0.5 + 0.5 * np.abs(np.cos(a * petals / 2)) ** 0.6) - r
            wash(shape, np.clip(dye * (1.0 if row == 1 else 0.92), 0, 1), 0.75)
        veins = smoothstep(0.12, 0.02, np.abs(np.sin(a * petals * 2.5))) * smoothstep(size * 0.85, size * 0.3, r)
        light = mix(light, light * dye, veins * 0.6)
        wash(size * 0.17 - r, rgb("#5a2f14"), 1.3, 2)
    spots, reach = dots(easel, 34, 5.5)
    splash = (spots >= 0) & (spots % 4 == 0)
    colours = np.stack([rgb(h) for h in hues])[np.where(spots >= 0, spots, 0) % len(hues)]
    strength = splash * (0.5 + 0.5 * smoothstep(0.6, 0.95, reach)) * smoothstep(0.0, 0.3, easel.noise(160))
    light = light * (1 - strength[..., None] * (1 - colours))
    return np.clip(easel.relief(light, 0.55 * grain + 0.5 * easel.noise(8), 0.3), 0, 1)


def points(easel: Easel) -> Array:
    """A river at sunset in dots of pure colour, each shade set off by its complement."""
    x, y, rng = easel.x, easel.y, easel.rng
    bank = 400 + 12 * easel.noise(100)
    sun = np.hypot(x - 640, y - 300)
    sky = ramp(y / 400 + 0.06 * easel.noise(200, 2, stretch=4), "#3a56c4", "#8a6fd0", "#f08aa8", "#ffb45a", "#ffe27a")
    sky = mix(sky, ramp(sun / 58, "#fffbe0", "#fff08a", "#ffc22a"), smoothstep(62, 52, sun))
    depth = np.maximum(y - bank, 0)
    river = ramp(
        depth / 368 + 0.10 * np.sin(depth / 9 + 2 * easel.noise(60, stretch=4)),
        "#ffcf6a",
        "#e07fa0",
        "#6a62c8",
        "#1f3f9c",
        "#122a6a",
    )
    gleam = np.exp(-(((x - 640) / (36 + depth * 0.28)) ** 2)) * (0.55 + 0.45 * np.sin(depth / 7 + 3 * easel.noise(50)))
    river = mix(river, easel.fill("#ffdf6a"), gleam)
    scene = mix(sky, river, smoothstep(-3, 3, y - bank))
    hills = smoothstep(-3, 3, y - 355 + 34 * np.sin(x / 130) - 10) * smoothstep(3, -3, y - bank)
    scene = mix(scene, ramp((y - 330) / 70, "#5a4fb0", "#3a6f9a", "#2f8a6a"), hills)
    for tx, top, size in ((110, 60, 1.25), (265, 180, 0.9), (945, 110, 1.1), (380, 290, 0.4), (830, 280, 0.45)):
        crown = np.hypot((x - tx) / 105, (y - top - 150 * size) / 165) / size + 0.22 * easel.noise(46, 2)
        trunk = (np.abs(x - tx) < 12 * size) & (y > top + 200 * size) & (y < top + 420 * size)
        leaf = ramp(
            0.5 + (x - tx + y - top - 150 * size) / (260 * size) + 0.5 * easel.noise(40),
            "#ffe05a",
            "#8fc43a",
            "#1f8a5a",
            "#17406a",
            "#2a1f5a",
        )
        scene = mix(scene, easel.fill("#4a1f4a"), trunk * 1.0)
        scene = mix(scene, leaf, smoothstep(1.0, 0.94, crown))
    shore = smoothstep(-4, 4, y - 650 - 70 * np.sin(x / 260 + 2.2) + 14 * easel.noise(50))
    meadow = ramp(0.5 + 0.5 * easel.noise(70, 2) + (640 - y) / 400, "#123a5a", "#1f7a4a", "#8fc43a", "#f5dc4a")
    scene = mix(scene, meadow, shore)
    for bx, by, size in ((470, 430, 1.0), (740, 470, 1.5), (560, 400, 0.5)):
        u, v = (x - bx) / size, (y - by) / size
        sail = (v < 0) & (v > -92) & (u > -2) & (u < (v + 92) * 0.5)
        jib = (v < -6) & (v > -80) & (u < -5) & (u > -(v + 80) * 0.42)
        hull = (v > 2) & (v < 17) & (np.abs(u) < 42 - v)
        scene = mix(scene, easel.fill("#fff6dc"), sail * 1.0)
        scene = mix(scene, easel.fill("#ff9a5a"), jib * 1.0)
        scene = mix(scene, easel.fill("#5a1f3a"), hull * 1.0)
        mirror = (v > 20) & (v < 86) & (np.abs(u - 10) < 20) & (np.sin(v / 2.6) > 0)
        scene = mix(scene, easel.fill("#ffe9c0"), mirror * 0.8)

    grey = scene.mean(axis=-1, keepdims=True)
    vivid = np.clip(grey + (scene - grey) * 1.25, 0, 1)
    picture = mix(scene * 0.55, easel.fill("#f4ead2"), np.full_like(x, 0.22))
    height = np.zeros_like(x)
    for spacing, radius, stray in ((15.0, 11.2, 0.07), (11.0, 7.0, 0.10), (8.2, 4.4, 0.12)):
        owner, reach = dots(easel, spacing, radius)
        laid = owner >= 0
        number = np.where(laid, owner, 0)
        tone = mean_of(vivid * laid[..., None], number)
        share = mean_of(laid.astype(np.float32), number)
        tone = tone / np.maximum(share, 1e-3)[:, None]
        tone = tone + stray * rng.normal(size=tone.shape) * (0.6 + 0.4 * rng.normal(size=(len(tone), 1)))
        contrast = rng.uniform(size=len(tone)) < 0.08
        mean = tone.mean(axis=-1, keepdims=True)
        tone[contrast] = (mean + 0.05 - 0.7 * (tone - mean))[contrast]  # the complement, as light as its neighbours
        skip = rng.uniform(size=len(tone)) < (0.02 if spacing > 12 else 0.4)
        shown = laid & ~skip[number]
        picture = mix(picture, np.clip(tone, 0, 1).astype(np.float32)[number], shown * smoothstep(1.0, 0.86, reach))
        height = np.where(shown, 1.1 * np.sqrt(np.clip(1 - reach**2, 0, 1)), height).astype(np.float32)
    return np.clip(easel.relief(picture, height + 0.2 * easel.noise(3), 0.4), 0, 1)
