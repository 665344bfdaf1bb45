"""The list of preset pictures, and how one becomes a file."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from PIL import Image

from tools.paint_presets import glazed, oils, ornament, papers, prints, vats
from tools.paint_presets.easel import Array, Easel


class Painter(Protocol):
    """A function that paints one picture; its name is the seed."""

    __name__: str

    def __call__(self, easel: Easel, /) -> Array:
        """Paint on the easel and return the picture, (H, W, 3) in 0..1."""


PAINTERS: Mapping[str, Painter] = MappingProxyType(
    {
        "starry-river": oils.night,
        "noon-field": oils.noon,
        "autumn-knife": oils.knife,
        "river-dots": papers.points,
        "stained-glass": glazed.glass,
        "mosaic": glazed.mosaic,
        "cubist": glazed.cubist,
        "woodcut": prints.woodcut,
        "great-waves": prints.waves,
        "comic": prints.comic,
        "ink-wash": papers.ink,
        "watercolour": papers.watercolour,
        "crayon": papers.crayon,
        "marbling": vats.marbling,
        "batik": vats.batik,
        "neon": ornament.neon,
        "art-deco": ornament.deco,
        "embroidery": ornament.thread,
    }
)
"""Each preset's name with the function that paints it."""

SIZE = 1024  # pixels, the long side
SUPERSAMPLING = 2  # painted larger and scaled down, for smooth edges
BEST_QUALITY, LEAST_QUALITY = 90, 74  # JPEG
LARGEST_FILE = 290 * 1024  # bytes; eighteen of them stay below 5 MB


def paint(name: str, size: int = SIZE) -> Image.Image:
    """Paint a preset's picture, `size` pixels wide and three quarters as high, always the same for one size."""
    painter = PAINTERS[name]
    seed = zlib.crc32(painter.__name__.encode())
    width, height = size * SUPERSAMPLING, size * 3 // 4 * SUPERSAMPLING
    picture = painter(Easel(width, height, np.random.default_rng(seed)))
    levels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(levels).resize((size, size * 3 // 4), Image.Resampling.LANCZOS)


def jpeg(picture: Image.Image, largest: int = LARGEST_FILE) -> bytes:
    """Encode a picture as well as fits into `largest` bytes, between the two qualities."""
    for quality in range(BEST_QUALITY, LEAST_QUALITY - 1, -2):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
        if file.tell() <= largest:
            break
    return file.getvalue()
