"""Every kind of picture that Pillow delivers, turned into an upright one in 8-bit sRGB. Nothing here imports numpy.

The library and the bot's intake read pictures by this alone, so that both see the same.
"""

from __future__ import annotations

import io
import math
import struct
from typing import cast

from PIL import Image, ImageCms

from nst_engine import icc
from nst_engine.errors import DECODER_ERRORS

_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")  # D50, as the TIFF specification has it
_PROFILE_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}

BITS_PER_SAMPLE, PHOTOMETRIC = 258, 262  # TIFF tags
WHITE_IS_ZERO = 0

_ORIENTATION = 0x0112  # EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


LEAST_CONTRAST = 16
"""Of 255: a picture with less is the same everywhere but for noise."""


def contrast(image: Image.Image) -> int:
    """Return how far the levels of an L or RGB picture lie apart, 0 to 255, in the channel where they do the most."""
    ranges = cast("tuple[tuple[int, int], ...]", image.getextrema() if image.mode == "RGB" else (image.getextrema(),))
    return max(high - low for low, high in ranges)


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where there is none that can be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def upright(image: Image.Image, turned: int) -> Image.Image:
    """Return the picture as it is to be seen, for the EXIF orientation that it had."""
    return image.transpose(_UPRIGHT[turned]) if turned in _UPRIGHT else image


def profile_of(image: Image.Image, data: bytes) -> bytes | None:
    """Return the ICC profile of a file's colours: its own, or one of what the file says otherwise; None for sRGB."""
    profile: bytes | None = image.info.get("icc_profile")
    if image.format == "PNG":
        return icc.of_png(data) or profile
    if image.format in ("AVIF", "HEIF"):
        return profile or icc.of_heif(data)
    return profile


def to_srgb(image: Image.Image, profile: bytes | None, ground: str | None = "white") -> Image.Image:
    """Return L, LA, RGB, RGBA, CMYK or LAB as RGB: colours converted by the ICC profile, what is transparent laid on a
    ground of a colour. Without a ground it stays transparent: then this is RGBA, unless all of it is opaque.
    """
    if image.mode not in ("LA", "RGBA"):
        return _apply_profile(image, profile)
    alpha = image.getchannel("A")
    opaque = _apply_profile(image.convert(image.mode[:-1]), profile)
    if alpha.getextrema() == (255, 255):
        return opaque
    if ground is None:
        opaque.putalpha(alpha)
        return opaque
    laid = Image.new("RGB", image.size, ground)
    laid.paste(opaque, mask=alpha)
    return laid


def eight_bit(image: Image.Image) -> Image.Image:
    """Return a loaded picture of any mode as L, LA, RGB, RGBA, CMYK or LAB."""
    mode = image.mode
    if mode.startswith("I") or mode == "F":
        return _scaled(image)
    key = image.info.get("transparency")
    if mode in ("RGB", "L", "1", "P"):
        if mode == "P":
            return image.convert("RGBA" if image.has_transparency_data else "RGB")
        if key is None:
            return image.convert("L") if mode == "1" else image
        if isinstance(key, tuple) and max(key) > 255:  # a key for 16-bit samples, of which Pillow keeps the high bytes
            image = image.copy()  # which may be somebody's own
            image.info["transparency"] = tuple(value >> 8 for value in key)
        return image.convert("RGBA" if mode == "RGB" else "LA")
    if mode in ("PA", "RGBa"):
        return image.convert("RGBA")
    if mode == "La":
        return image.convert("LA")
    if mode == "RGBA" and image.format == "BMP" and image.getchannel("A").getextrema() == (0, 0):
        return image.convert("RGB")  # many programs leave the fourth byte empty and mean nothing by it
    if mode in ("LA", "RGBA", "CMYK", "LAB"):
        return image
    return image.convert("RGB")  # YCbCr, RGBX, HSV


def _scaled(image: Image.Image) -> Image.Image:
    """Return a picture of deep integers or floats as L, or as LA where a sample value is the key for transparency."""
    tags = getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        top = 4095 if tags.get(BITS_PER_SAMPLE) == (12,) else 65535
        grey = _look_up(image, [min(255, (value * 255 + top // 2) // top) for value in range(65536)])
    else:
        black, white = _range(image)
        slope = 255 / (white - black)
        # Pillow clips to 0…255 when it makes L of F, and cuts the fraction off.
        grey = image.convert("F").point(lambda value: value * slope + (0.5 - black * slope)).convert("L")
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        grey = grey.point([255 - level for level in range(256)])
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(_look_up(image, [0 if value == key else 255 for value in range(65536)]))
    return grey


def _look_up(image: Image.Image, table: list[int]) -> Image.Image:
    """Map 16-bit samples to 8-bit ones."""
    return image.convert("I").point(table, "L")


def _range(image: Image.Image) -> tuple[float, float]:
    """Guess which samples mean black and white; 32-bit and float files do not say.

    The smallest usual range that holds all samples (1 for floats, 8 bits, 16 bits) is taken, otherwise all that occur.
    """
    low, high = cast("tuple[float, float]", image.getextrema())
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0  # scene-linear files with holes in them: what shines brighter than white is white
    if low >= 0:
        for white in (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0):
            if high <= white:
                return 0.0, white
    return (low, high) if high > low else (low, low + 1)


def _apply_profile(image: Image.Image, data: bytes | None) -> Image.Image:
    """Convert L, RGB, CMYK or LAB to sRGB by its ICC profile; one that is broken or for other pixels is ignored."""
    if image.mode == "LAB":
        return _transform(image, ImageCms.ImageCmsProfile(_LAB))
    if data:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
            space = _PROFILE_SPACES.get(profile.profile.xcolor_space)
            if image.mode == "L" and space == "RGB":
                image = image.convert("RGB")
            if image.mode == space:
                return _transform(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, struct.error):
            pass  # a picture in slightly wrong colours is worth more than none
    return image.convert("RGB")


def _transform(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    target = ImageCms.ImageCmsProfile(_SRGB)
    transform = ImageCms.ImageCmsTransform(profile, target, image.mode, "RGB", _INTENT, flags=_FLAGS)
    return transform.apply(image)
