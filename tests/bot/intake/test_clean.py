"""The way of a person's file: good ones come out as they look, bad ones come back with a reason."""

from __future__ import annotations

import asyncio
import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.intake import Intake, Limits, Picture, Rejected, decode
from bot.intake.answers import check_plain_png
from nst_engine import images
from tests.bot.intake import files

GOOD = files.good_files()
BAD = files.bad_files()


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.png))
    assert image.mode in ("RGB", "RGBA")
    assert (image.format, image.size) == ("PNG", (picture.width, picture.height))
    assert not image.info
    return images.load(image)  # on white


def distance(found: object, wanted: object) -> int:
    return int(np.abs(np.asarray(found, int) - np.asarray(wanted, int)).max())


@pytest.mark.parametrize("name", GOOD)
async def test_good_files_come_out_as_they_look(intake: Intake, name: str) -> None:
    data, looks, tolerance = GOOD[name]()
    picture = await intake.clean(data)
    assert (picture.width, picture.height) == files.SIZE
    assert distance(files.corners(opened(picture)), looks) <= tolerance
    check_plain_png(picture.png, *files.SIZE, alpha=True)


TRANSPARENT = {  # how opaque the corners are
    "png alpha": (0, 128, 255, 255),
    "png grey with alpha": (0, 128, 255, 255),
    "png palette with alpha": (0, 128, 255, 255),
    "png 16-bit with alpha": (0, 128, 255, 255),
    "webp alpha": (0, 128, 255, 255),
    "tiff alpha": (0, 128, 255, 255),
    "avif alpha": (0, 128, 255, 255),
    "png with a transparent colour": (0, 255, 255, 255),
    "png palette with a transparent colour": (0, 255, 255, 255),
    "gif with a transparent colour": (0, 255, 255, 255),
    "heic alpha": (0, 255, 255, 255),
}


@pytest.mark.parametrize("name", TRANSPARENT)
async def test_a_photo_keeps_its_transparency_and_a_style_is_on_white(intake: Intake, name: str) -> None:
    data, looks, tolerance = GOOD[name]()
    for photo in (await intake.clean(data), await intake.clean_moving(data)):
        assert isinstance(photo, Picture)
        found = Image.open(io.BytesIO(photo.png))
        assert found.mode == "RGBA"
        assert distance(files.corners(found.getchannel("A")), TRANSPARENT[name]) <= max(4, tolerance)
    style = await intake.clean(data, purpose="style")
    assert Image.open(io.BytesIO(style.png)).mode == "RGB"
    assert distance(files.corners(opened(style)), looks) <= tolerance


async def test_what_is_opaque_has_no_alpha(intake: Intake) -> None:
    assert Image.open(io.BytesIO((await intake.clean(GOOD["png 16-bit, opaque alpha"]().data)).png)).mode == "RGB"


async def test_a_photo_that_is_transparent_everywhere_is_refused(intake: Intake) -> None:
    image = files.quadrants()
    image.putalpha(0)
    for ask in (intake.clean, intake.clean_moving):
        with pytest.raises(Rejected) as caught:
            await ask(files.save(image, "PNG"))
        assert caught.value.rejection.code == "transparent"


@pytest.mark.parametrize("name", BAD)
async def test_bad_files_are_refused_for_the_right_reason(intake: Intake, name: str) -> None:
    data, code, facts = BAD[name]
    with pytest.raises(Rejected) as caught:
        await intake.clean(data)
    rejection = caught.value.rejection
    assert rejection.code == code, rejection
    assert facts.items() <= rejection.facts.items()


def test_the_decoder_itself_refuses_what_the_parent_would_have_stopped() -> None:
    for data, code, _ in BAD.values():
        with pytest.raises(Rejected) as caught:
            decode.decode(data, Limits())
        assert caught.value.rejection.code == code


async def test_limits_of_one_call(intake: Intake) -> None:
    data = files.save(files.quadrants(), "GIF", **files.frames(4))
    for limits, code in [
        (Limits(max_bytes=100), "too_many_bytes"),
        (Limits(max_pixels=64 * 48 - 1), "too_many_pixels"),
        (Limits(max_side=63), "too_many_pixels"),
        (Limits(max_frames=4), "too_many_frames"),
        (Limits(min_side=49), "too_small"),
    ]:
        with pytest.raises(Rejected) as caught:
            await intake.clean(data, limits)
        assert caught.value.rejection.code == code
    fitting = Limits(max_bytes=len(data), max_pixels=64 * 48, max_side=64, max_frames=5, min_side=48)
    assert (await intake.clean(data, fitting)).width == 64


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_frames_are_counted_in_every_format_that_moves(kind: str) -> None:
    data = files.save(files.quadrants(), kind, **files.frames(4))
    assert decode.decode(data, Limits(max_frames=5)).width == 64
    with pytest.raises(Rejected, match="too_many_frames"):
        decode.decode(data, Limits(max_frames=4))


# ---- upright ---------------------------------------------------------------------------------------------------------

TURNED = {  # where the stored corners (top left, top right, bottom left, bottom right) are seen, by EXIF 2.32
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (3, 2, 1, 0),
    4: (2, 3, 0, 1),
    5: (0, 2, 1, 3),
    6: (2, 0, 3, 1),
    7: (3, 1, 2, 0),
    8: (1, 3, 0, 2),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", TURNED)
def test_orientation_is_applied_and_forgotten(kind: str, orientation: int) -> None:
    data = files.save(files.quadrants(), kind, exif=files.exif(orientation), quality=95)
    picture = decode.decode(data, Limits())
    looks = [files.COLORS[corner] for corner in TURNED[orientation]]
    assert (picture.width, picture.height) == (files.SIZE if orientation < 5 else files.SIZE[::-1])
    assert distance(files.corners(opened(picture)), looks) <= 8
    assert b"secret" not in picture.png


async def test_a_turned_heic_is_turned_once(intake: Intake) -> None:
    picture = await intake.clean((files.DATA / "quadrants-turned.heic").read_bytes())
    assert (picture.width, picture.height) == (48, 64)
    assert distance(files.corners(opened(picture)), [files.COLORS[corner] for corner in TURNED[6]]) <= 4


@pytest.mark.parametrize(
    "tags", [b"Exif\0\0MM\0*" + b"\xff" * 60, b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0nonsense"]
)
def test_broken_exif_is_ignored(tags: bytes) -> None:
    data = files.save(files.quadrants(), "JPEG", exif=tags, quality=95)
    assert distance(files.corners(opened(decode.decode(data, Limits()))), files.COLORS) <= 4


def test_metadata_is_dropped() -> None:
    secret = b"secret-place"
    extra = [files.chunk(name, b"Comment\0" + secret) for name in (b"tEXt", b"prVt")]
    extra.append(files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + secret))
    data = files.png(*files.SIZE, 8, 2, files.quadrants().tobytes(), extra) + secret
    assert secret not in decode.decode(data, Limits()).png
    jpeg = files.save(files.quadrants(), "JPEG", comment=secret, exif=files.exif(1))
    assert secret not in decode.decode(jpeg, Limits()).png


# ---- colours ---------------------------------------------------------------------------------------------------------


def expected_from_p3(color: tuple[int, int, int]) -> np.ndarray:
    """The colour in sRGB by the textbook: linear light, to XYZ (D50), to linear sRGB, to its curve."""
    xyz = (np.asarray(color) / 255) ** 2.2 @ np.asarray(files.P3_XYZ)
    linear = np.clip(xyz @ np.linalg.inv(np.asarray(files.SRGB_XYZ)), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_wide_gamut_profile_is_converted(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": "4:4:4"}
    data = files.save(files.quadrants(), kind, icc_profile=files.p3_profile(), **options)
    found = files.corners(opened(decode.decode(data, Limits())))
    wanted = [expected_from_p3(color) for color in files.COLORS]
    assert distance(found, np.round(wanted)) <= 3
    assert distance(found, files.COLORS) > 8


def test_profiles_of_palettes_and_alpha() -> None:
    """White stays white, and what is opaque is converted."""
    wanted = np.round([expected_from_p3(color) for color in files.COLORS])
    palette = files.save(files.quadrants().quantize(8), "PNG", icc_profile=files.p3_profile())
    assert distance(files.corners(opened(decode.decode(palette, Limits()))), wanted) <= 3
    holed = files.save(files.with_hole(), "PNG", icc_profile=files.p3_profile())
    found = files.corners(opened(decode.decode(holed, Limits())))
    assert found[0] == (255, 255, 255)
    assert distance(found[2:], wanted[2:]) <= 3


def test_a_grey_profile_is_converted() -> None:
    data = files.save(Image.new("L", (32, 32), 128), "PNG", icc_profile=files.grey_profile(1.0))
    found = opened(decode.decode(data, Limits())).getpixel((5, 5))
    assert distance(found, (188, 188, 188)) <= 1  # half the light, on sRGB's curve


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_press_profile_is_converted(kind: str) -> None:
    ink = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    red = opened(decode.decode(files.save(ink, kind, icc_profile=files.cmyk_profile(), quality=100), Limits()))
    assert red.getpixel((9, 9))[0] > 150 > red.getpixel((9, 9))[2]
    cyan = opened(decode.decode(files.save(ink, kind, quality=100), Limits()))
    assert distance(cyan.getpixel((9, 9)), (0, 255, 255)) <= 3


@pytest.mark.parametrize(
    "profile", [b"nonsense", files.p3_profile()[:200], files.cmyk_profile(), files.grey_profile(2.2)]
)
def test_profiles_that_are_broken_or_for_other_pixels_are_ignored(profile: bytes) -> None:
    data = files.save(files.quadrants(), "PNG", icc_profile=profile)
    assert files.corners(opened(decode.decode(data, Limits()))) == files.COLORS


def gradients() -> dict[str, bytes]:
    """The same ramp from black to white in every deep mode."""
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (32, 1))
    return {
        "png 16-bit grey": files.deep_png(0, ramp),
        "png 16-bit": files.deep_png(2, np.stack([ramp] * 3, 2)),
        "tiff 16-bit": files.tiff(ramp, bits=16, photometric=1),
        "tiff 16-bit, big-endian": files.save(Image.fromarray(ramp.astype(">u2")), "TIFF"),
        "tiff signed 32-bit": files.tiff(ramp.astype(np.int32) - 32768, bits=32, photometric=1, sample_format=2),
        "tiff 32-bit, wide": files.tiff(ramp.astype(np.int32) * 30_000, bits=32, photometric=1, sample_format=2),
        "tiff float": files.tiff((ramp / 65535).astype(np.float32), bits=32, photometric=1, sample_format=3),
        "tiff float, odd range": files.tiff(
            (ramp * 3.0 - 9e4).astype(np.float32), bits=32, photometric=1, sample_format=3
        ),
    }


@pytest.mark.parametrize("name", gradients())
def test_deep_gradients_keep_order_and_range(name: str) -> None:
    row = np.asarray(opened(decode.decode(gradients()[name], Limits())))[16, :, 0].astype(int)
    assert (row[0], row[-1]) == (0, 255)
    assert all(left <= right for left, right in pairwise(row))
    assert distance(row, np.arange(256)) <= 1


def test_floats_with_holes_do_not_break_it() -> None:
    samples = np.full((32, 32), 0.5, np.float32)
    samples[0, 0], samples[0, 1] = np.nan, np.inf
    image = opened(decode.decode(files.tiff(samples, bits=32, photometric=1, sample_format=3), Limits()))
    assert distance(image.getpixel((16, 16)), (128, 128, 128)) <= 1


# ---- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_large_pictures_are_scaled_down_with_their_shape(kind: str, orientation: int) -> None:
    large = files.quadrants().resize((1024, 768))
    data = files.save(large, kind, exif=files.exif(orientation))
    picture = decode.decode(data, Limits(max_output_side=200))
    assert (picture.width, picture.height) == ((200, 150) if orientation == 1 else (150, 200))
    looks = [files.COLORS[corner] for corner in TURNED[orientation]]
    assert distance(files.corners(opened(picture)), looks) <= 8


def test_what_is_hidden_does_not_bleed_when_it_is_scaled() -> None:
    """Black under full transparency must not darken the edges."""
    pixels = np.zeros((256, 256, 4), np.uint8)
    pixels[:, 128:] = (255, 255, 255, 255)
    data = files.save(Image.fromarray(pixels), "PNG")
    image = opened(decode.decode(data, Limits(max_output_side=50)))
    assert min(image.getextrema()[0]) >= 253


async def test_many_at_once(intake: Intake) -> None:
    data = [files.save(Image.new("RGB", (32, 16 + number)), "PNG") for number in range(8)]
    pictures = await asyncio.gather(*(intake.clean(each) for each in data))
    assert [picture.height for picture in pictures] == list(range(16, 24))


# ---- anything at all -------------------------------------------------------------------------------------------------

STARTS = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"GIF89a",
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"II*\0\x08\0\0\0",
]
STARTS += [
    b"BM" + bytes(12) + b"\x28\0\0\0",
    b"\0\0\0\x18ftypheic",
    b"\0\0\0\x18ftypavif",
    b"MM\0*\0\0\0\x08",
    b"\x89PNG\r\n\x1a\n",
]


@given(start=st.sampled_from(STARTS), data=st.binary(max_size=2000))
@settings(max_examples=400, deadline=None)
def test_noise_is_refused_in_words(start: bytes, data: bytes) -> None:
    try:
        picture = decode.decode(start + data, Limits(max_pixels=1_000_000))
    except Rejected as rejected:
        assert rejected.rejection.code != "internal"
    else:
        check_plain_png(picture.png, picture.width, picture.height, alpha=True)


@given(name=st.sampled_from(sorted(GOOD)), damage=st.randoms(use_true_random=False), cut=st.booleans())
@settings(max_examples=40, deadline=None)
def test_damaged_files_end_in_a_picture_or_a_reason(name: str, damage: object, cut: bool) -> None:
    """Real processes here: damage that crashes a codec must not take anything with it."""
    data = bytearray(GOOD[name]().data)
    for _ in range(damage.randint(1, 8)):
        data[damage.randrange(len(data))] = damage.randrange(256)
    if cut:
        del data[damage.randrange(1, len(data)) :]

    async def clean() -> Picture:
        return await Intake(Limits(max_pixels=1_000_000)).clean(bytes(data))

    try:
        picture = asyncio.run(clean())
    except Rejected as rejected:
        assert rejected.rejection.code != "internal", rejected
    else:
        check_plain_png(picture.png, picture.width, picture.height, alpha=True)
