"""Pictures between files and arrays of pixels. Nothing here imports torch."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from nst_engine.errors import BadPicture

Pixels = NDArray[np.uint8]
"""A picture, height × width × 3, sRGB, 0 to 255."""

Picture = str | Path | bytes | Image.Image | Pixels
"""What the painter takes for a picture: a file, its bytes, a Pillow image, or pixels."""


def load(picture: Picture, ground: str = "white") -> Image.Image:
    """Return the picture as an upright RGB image with transparency laid on `ground`; raises BadPicture.

    This trusts the picture's size: bytes from strangers go through the bot's intake first.
    """
    try:
        if isinstance(picture, bytes):
            picture = Image.open(io.BytesIO(picture))
        elif isinstance(picture, (str, Path)):
            picture = Image.open(picture)
        elif isinstance(picture, np.ndarray):
            picture = Image.fromarray(picture)
        if picture.mode.startswith("I"):
            # 16 bits, which Pillow would clip to 8 instead of scaling them
            picture = Image.fromarray((np.asarray(picture) / 257).clip(0, 255).astype(np.uint8))
        if not (picture.width and picture.height):
            raise ValueError("it is empty")
        upright = ImageOps.exif_transpose(picture)
        if upright.has_transparency_data:
            flat = Image.new("RGBA", upright.size, ground)
            flat.alpha_composite(upright.convert("RGBA"))
            upright = flat
        return upright.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, TypeError, SyntaxError) as error:
        raise BadPicture(f"this picture cannot be read: {error}") from error


def square(picture: Image.Image) -> Image.Image:
    """Return the largest centred square of the picture."""
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def resize(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture at this size in pixels, resampled with Lanczos' filter."""
    if picture.size == (width, height):
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def png(pixels: Pixels) -> bytes:
    """Return the pixels as a PNG file's bytes."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=4)
    return stream.getvalue()


def small_jpeg(pixels: Pixels, size: int | tuple[int, int], quality: int = 80) -> bytes:
    """Return the pixels as a JPEG of a size (width, height), or whose long side has at most so many pixels."""
    picture = Image.fromarray(pixels)
    if isinstance(size, int):
        picture.thumbnail((size, size), Image.Resampling.BICUBIC)
    else:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=0)  # or the colours of brush strokes would fade
    return stream.getvalue()
