"""Pictures between files, arrays of pixels and Pillow. Nothing here imports torch."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from nst_engine import arrays, repair
from nst_engine.errors import DECODER_ERRORS, BadPicture
from nst_engine.srgb import eight_bit, orientation, profile_of, to_srgb, upright

Pixels = NDArray[np.uint8]
"""A picture, height × width × 3, sRGB, 0 to 255; × 4, with its alpha last, where it is transparent somewhere."""


class ArrayLike(Protocol):
    """An array of numpy's, or anything that makes one of itself, such as a torch.Tensor."""

    def __array__(self) -> NDArray[Any]:
        """Return it as an array."""


Picture = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | ArrayLike
"""What the painter takes for a picture: a file's path, its bytes, an open file, a Pillow image, an array or a tensor.

`nst_engine.arrays` says how arrays and tensors are read.
"""

_QUALITY = 95  # of JPEG and WebP, 0 to 100: a painting's strokes suffer first
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".avif": "AVIF", ".tif": "TIFF",
            ".tiff": "TIFF", ".bmp": "BMP", ".gif": "GIF"}  # fmt: skip
_OPAQUE = ("JPEG", "BMP")  # a BMP may hold alpha, but hardly any program looks at it


def load(picture: Picture, ground: str | None = "white") -> Image.Image:
    """Return the picture as an upright RGB image in sRGB with transparency laid on `ground`; raises BadPicture.

    Without a ground, what is transparent stays so: the image is RGBA then, unless all of it is opaque.
    This trusts the picture's size: bytes from strangers go through the bot's intake first.
    """
    try:
        if isinstance(picture, Image.Image):
            picture.load()  # first, since Pillow turns a TIFF upright while it loads
            return _seen(picture, b"", ground)
        if not isinstance(picture, (str, os.PathLike, bytes, bytearray, memoryview)) and not hasattr(picture, "read"):
            return _seen(arrays.to_image(picture), b"", ground)
        data = _bytes(picture)
        try:
            return _decoded(data, ground)
        except DECODER_ERRORS:
            if (whole := repair.mended(data)) is None:
                raise
            return _decoded(whole, ground)
    except (*DECODER_ERRORS, Image.DecompressionBombError) as error:
        raise BadPicture(f"this picture cannot be read: {error}") from error


def _bytes(picture: Any) -> bytes:
    if isinstance(picture, (str, os.PathLike)):
        return Path(picture).expanduser().read_bytes()
    if not hasattr(picture, "read"):
        return bytes(picture)
    data = picture.read()
    if not isinstance(data, bytes):
        raise TypeError('the file is open for text; open it in mode "rb"')
    return data


def _decoded(data: bytes, ground: str | None) -> Image.Image:
    if not data:
        raise ValueError("it is empty (an open file is read from where it stands: go back with seek(0))")
    _know_heic()
    with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as image:
        warnings.simplefilter("ignore")
        image.load()
        return _seen(image, data, ground)


def _know_heic() -> None:
    """Teach Pillow what phones send, once, where the library for it is installed."""
    if "HEIF" not in Image.OPEN:
        try:
            import pi_heif
        except ImportError:
            return
        pi_heif.register_heif_opener()


def _seen(image: Image.Image, data: bytes, ground: str | None) -> Image.Image:
    """Return the picture as a viewer shows it; `data` is the file that it came from."""
    if not (image.width and image.height):
        raise ValueError("it is empty")
    turned, profile = orientation(image), profile_of(image, data)
    return upright(to_srgb(eight_bit(image), profile, ground), turned)


def square(picture: Image.Image) -> Image.Image:
    """Return the largest centred square of the picture."""
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def resize(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture at this size in pixels, resampled with Lanczos' filter."""
    if picture.size == (width, height):
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def format_of(name: str) -> str:
    """Return Pillow's name of the format of a file's name, by its suffix; raises ValueError with what there is."""
    suffix = Path(name).suffix.lower()
    if suffix not in _FORMATS:
        found = f"the suffix {suffix!r} is none" if suffix else "a suffix is missing"
        raise ValueError(f"{name}: {found} that can be written; use {', '.join(_FORMATS)}")
    return _FORMATS[suffix]


def encoded(picture: Image.Image, form: str, quality: int = _QUALITY) -> bytes:
    """Return a picture as a file's bytes in a format by Pillow's name; JPEGs keep their colours at full resolution.

    What is transparent stays so; in a JPEG or BMP it is white. `quality` is of JPEG, WebP and AVIF, 0 to 100.
    """
    stream = io.BytesIO()
    if form in _OPAQUE:
        picture = load(picture)
    if form == "JPEG":
        picture.save(stream, form, quality=quality, subsampling=0)
    elif form in ("WEBP", "AVIF"):
        picture.save(stream, form, quality=quality)
    else:
        picture.save(stream, form)
    return stream.getvalue()


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
