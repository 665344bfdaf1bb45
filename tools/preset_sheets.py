"""Paint three photos in every preset at three strengths, on contact sheets to look at: dull and broken ones show.

python -m tools.preset_sheets [PRESET...] [--size 224] [--quality draft] [--out build/presets]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import skimage.data
from PIL import Image

from bot.presets import Presets
from bot.sheets import Tile, contact_sheet
from nst_engine import Painter
from nst_engine.options import make_options

PHOTOS = ("astronaut", "chelsea", "coffee")
STRENGTHS = (15, 50, 85)
PRESETS_A_SHEET = 3


def main() -> None:
    """Paint, and write one sheet for every few presets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", help="by name; all of them, if none is named")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--quality", default="draft")
    parser.add_argument("--out", type=Path, default=Path("build/presets"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    painter = Painter()
    presets = [preset for preset in Presets.load() if not arguments.presets or preset.name in arguments.presets]
    photos = {name: Image.fromarray(getattr(skimage.data, name)()) for name in PHOTOS}
    began = time.monotonic()
    tiles: list[Tile] = []
    for number, preset in enumerate(presets, start=1):
        for photo in PHOTOS:
            for strength in STRENGTHS:
                chosen = {"size": arguments.size, "quality": arguments.quality, "strength": strength}
                options = make_options(chosen, preset.options())
                painting = painter.stylize(_cropped(photos[photo]), preset.picture_bytes(), options)
                tiles.append(Tile(picture=painting.to_pil(), title=f"{preset.title}, {strength}", name=photo))
        if number % PRESETS_A_SHEET == 0 or number == len(presets):
            path = arguments.out / f"presets-{-(-number // PRESETS_A_SHEET):02}.jpg"
            contact_sheet(tiles, columns=len(PHOTOS) * len(STRENGTHS)).save(path, quality=88)
            tiles.clear()
            seconds = (time.monotonic() - began) * (len(presets) / number - 1)
            print(
                f"{path}: {number} of {len(presets)} presets, about {seconds:.0f} s left", file=sys.stderr, flush=True
            )


def _cropped(photo: Image.Image) -> Image.Image:
    """Return the upper part of a photo in proportions of 4 : 3, about."""
    return photo.crop((0, 0, photo.width, min(photo.height, photo.width * 3 // 4)))


if __name__ == "__main__":
    main()
