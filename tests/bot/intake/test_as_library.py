"""Strangers' files are seen as the library sees them, odd ones as well; and a style must have something in it."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from bot.intake import Limits, Picture, Rejected, decode
from nst_engine import icc, images
from tests.bot.intake import files
from tests.bot.intake.files import chunk

PIXELS = np.asarray(Image.effect_noise((96, 64), 60).convert("RGB")).copy()
PIXELS[..., 2] = 80


def saved(form: str, pixels: np.ndarray = PIXELS, **more: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form, **more)
    return stream.getvalue()


def with_chunk(kind: bytes, data: bytes) -> bytes:
    png = saved("PNG")
    return png[:33] + chunk(kind, data) + png[33:]


def damaged_text() -> bytes:
    png = bytearray(with_chunk(b"tEXt", b"Title\0Ghost"))
    png[33 + 8] ^= 1
    return bytes(png)


P3 = icc.Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
FILES = {
    "plain": saved("PNG"),
    "jpeg-without-end": saved("JPEG", quality=95)[:-2],
    "progressive-without-end": saved("JPEG", quality=95, progressive=True)[:-2],
    "damaged-text": damaged_text(),
    "short-gamma": with_chunk(b"gAMA", b"\0"),
    "linear": with_chunk(b"gAMA", struct.pack(">I", 100_000)),
    "named-p3": with_chunk(b"cICP", bytes((12, 13, 0, 1))),
    "profile": saved("PNG", icc_profile=icc.matrix_profile(P3, lambda sample: sample**2.2)),
    "empty-alpha": saved("BMP", np.dstack([PIXELS, np.zeros((64, 96), np.uint8)])),
    "transparent": saved("PNG", np.dstack([PIXELS, np.full((64, 96), 100, np.uint8)])),
    "floats": saved("TIFF", PIXELS[..., 0].astype(np.float32) / 255),
    "turned": saved("JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_intake_sees_what_the_library_sees(name: str) -> None:
    for picture in (decode.decode(FILES[name], Limits()), decode.decode_moving(FILES[name], Limits())):
        assert isinstance(picture, Picture)
        for ground in ("white", None):
            assert np.array_equal(images.load(picture.png, ground), images.load(FILES[name], ground))


def test_the_library_sees_every_good_file_as_it_looks() -> None:
    """HEICs as phones write them, deep samples, profiles, orientations: all that the intake takes."""
    for name, make in files.good_files().items():
        data, looks, tolerance = make()
        found = np.asarray(files.corners(images.load(data)), int)
        assert np.abs(found - np.asarray(looks, int)).max() <= tolerance, name


async def test_a_whole_file_without_its_end_passes_the_sandbox(intake) -> None:
    picture = await intake.clean(FILES["jpeg-without-end"])
    assert (picture.width, picture.height) == (96, 64)
    with pytest.raises(Rejected) as caught:
        await intake.clean(FILES["jpeg-without-end"][:-200])
    assert caught.value.rejection.code == "truncated"


FLAT = {
    "one-colour": Image.new("RGB", (64, 48), (40, 120, 200)),
    "all-transparent": Image.merge("RGBA", (*Image.fromarray(PIXELS).split(), Image.new("L", (96, 64)))),
    "white-on-transparent": Image.new("LA", (64, 48), (255, 90)),
}


@pytest.mark.parametrize("name", FLAT)
async def test_a_style_of_one_colour_is_refused_and_a_photo_of_one_is_not(intake, name: str) -> None:
    stream = io.BytesIO()
    FLAT[name].save(stream, "PNG")
    with pytest.raises(Rejected) as caught:
        await intake.clean(stream.getvalue(), purpose="style")
    assert caught.value.rejection.code == "flat_style"
    if name != "all-transparent":
        await intake.clean(stream.getvalue())
