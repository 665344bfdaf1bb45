"""What people hand to the library as a picture: files of every kind, arrays, tensors; each is seen as it is meant."""

import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms

from nst_engine import images
from nst_engine.errors import BadPicture

PIXELS = np.asarray(Image.radial_gradient("L").resize((48, 32))).copy()
PIXELS[0, 0], PIXELS[1, 0] = 0, 255
RGB = np.stack([PIXELS, PIXELS[::-1], np.full_like(PIXELS, 90)], axis=2)
TENSOR = torch.from_numpy(RGB.copy()).permute(2, 0, 1)


def seen(picture) -> np.ndarray:
    return np.asarray(images.load(picture)).astype(int)


def saved(form: str = "PNG", pixels: np.ndarray = RGB, **more) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form, **more)
    return stream.getvalue()


def refusal(picture) -> str:
    with pytest.raises(BadPicture) as caught:
        images.load(picture)
    return str(caught.value)


# ---- arrays and tensors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [
        RGB,
        RGB / 255,
        (RGB / 255).astype(np.float16),
        RGB.astype(np.uint16) * 257,
        RGB.astype(np.uint32) * (2**32 // 255),
        RGB.astype(np.int64) * (2**63 // 255),
        (RGB / 255 + 2e-4).clip(0, 1.0004),
        np.dstack([RGB, np.full_like(PIXELS, 255)]),
        RGB[None],
        TENSOR,
        TENSOR / 255,
        (TENSOR / 255)[None].requires_grad_(),
        (TENSOR / 255).double(),
        torch.cat([TENSOR, torch.full((1, 32, 48), 255, dtype=torch.uint8)]),
    ],
    ids=lambda picture: f"{type(picture).__name__}-{picture.dtype}-{'x'.join(map(str, picture.shape))}",
)
def test_arrays_and_tensors_are_read_by_one_rule(picture):
    assert np.abs(seen(picture) - RGB).max() <= 1


def test_bfloat16_is_read_as_far_as_it_goes():
    assert np.abs(seen((TENSOR / 255).bfloat16()) - RGB).max() <= 2


@pytest.mark.parametrize("grey", [PIXELS, PIXELS[..., None], torch.from_numpy(PIXELS.copy())[None], PIXELS / 255])
def test_what_has_one_channel_is_grey(grey):
    assert np.array_equal(seen(grey), np.dstack([PIXELS] * 3))


def test_booleans_are_black_and_white():
    assert set(np.unique(seen(PIXELS > 100))) == {0, 255}


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (RGB.astype(float), "floats are 0 to 1; these are 0 to 255; divide them by 255"),
        (RGB / 255 - 0.5, "floats are 0 to 1"),
        (np.full((32, 32, 3), np.nan), "floats are 0 to 1"),
        (np.full((32, 32, 3), np.inf), "floats are 0 to 1"),
        (RGB.astype(np.int32), "white is 2147483647, and this ends at 255: convert it with .astype(numpy.uint8)"),
        (RGB.astype(np.uint16), "in uint16 white is 65535, and this ends at 255"),
        ((PIXELS > 100).astype(np.uint8), "in uint8 white is 255, and this ends at 1: multiply it by 255"),
        (RGB.astype(np.int16) - 100, "whole numbers are 0 to 32767 in int16; these begin at -100"),
        (RGB.transpose(2, 0, 1), "(3, 32, 48); turn it with .transpose(1, 2, 0)"),
        (torch.from_numpy(RGB.copy()), "a tensor is (3, height, width)"),
        (np.stack([RGB, RGB]), "an array is (height, width, 3)"),
        (RGB.astype(complex), "no picture"),
        (np.zeros((0, 5, 3), np.uint8), "empty"),
        ([[1, 2], [3, 4]], "list is no picture"),
        (None, "NoneType is no picture"),
        (7, "int is no picture"),
    ],
    ids=range(16),
)
def test_arrays_that_are_not_meant_so_are_refused_in_a_sentence(picture, words):
    assert words in refusal(picture)


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["path", "text", "bytes", "bytearray", "memoryview", "stream", "file"])
def test_a_file_comes_in_any_form(tmp_path, kind):
    data, path = saved(), tmp_path / "photo.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        forms = {
            "path": path, "text": str(path), "bytes": data, "bytearray": bytearray(data),
            "memoryview": memoryview(data), "stream": io.BytesIO(data), "file": file,
        }  # fmt: skip
        assert np.array_equal(seen(forms[kind]), RGB)


def test_what_is_wrong_with_an_open_file_is_said(tmp_path):
    stream = io.BytesIO(saved())
    stream.read()
    assert "seek(0)" in refusal(stream)
    path = tmp_path / "photo.png"
    path.write_bytes(saved())
    with path.open(encoding="latin-1") as file:
        assert '"rb"' in refusal(file)
    assert "No such file" in refusal(tmp_path / "missing.png")


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "L", "1", "P", "CMYK", "LA", "RGBA", "YCbCr", "HSV"])
def test_pillow_images_of_every_mode_look_as_they_are(mode):
    grey = Image.fromarray(PIXELS)
    if mode == "I;16":
        image = Image.fromarray(PIXELS.astype(np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray((PIXELS / 255).astype(np.float32))
    elif mode == "1":
        image = grey.point(lambda value: 255 if value > 127 else 0).convert("1")
    else:
        image = grey.convert(mode)
    wanted = np.asarray(image.convert("L")) if mode == "1" else PIXELS
    before = image.copy()
    assert np.abs(seen(image) - np.dstack([wanted] * 3)).max() <= 4
    assert (image.mode, image.info) == (before.mode, before.info)


def test_a_file_that_pillow_opened_looks_as_the_file_itself(tmp_path):
    grey = Image.fromarray(PIXELS)
    grey.save(tmp_path / "inverted.tif", tiffinfo={262: 0})
    Image.fromarray(RGB).save(tmp_path / "turned.tif", tiffinfo={274: 6})
    (tmp_path / "empty-alpha.bmp").write_bytes(saved("BMP", np.dstack([RGB, np.zeros_like(PIXELS)])))
    for path in tmp_path.iterdir():
        with Image.open(path) as opened:
            assert np.array_equal(seen(opened), seen(path)), path.name


def test_a_float_tiff_is_no_black_rectangle(tmp_path):
    path = tmp_path / "float.tif"
    Image.fromarray((PIXELS / 255).astype(np.float32)).save(path)
    assert np.abs(seen(path) - np.dstack([PIXELS] * 3)).max() <= 1


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(*chunks: bytes, pixels: np.ndarray = RGB) -> bytes:
    """A PNG with more chunks behind its header."""
    data = saved("PNG", pixels)
    return data[:33] + b"".join(chunks) + data[33:]


def in_srgb(samples: np.ndarray, light) -> np.ndarray:
    """What sRGB makes of samples whose light is `light(sample)`."""
    linear = np.vectorize(light)(samples / 255)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.clip(linear, 0, 1) ** (1 / 2.4) - 0.055) * 255


def test_a_display_p3_picture_has_its_colours(tmp_path):
    """Against LittleCMS itself, by way of a profile that Apple's phones embed the like of."""
    from nst_engine.icc import Primaries, matrix_profile

    p3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
    profile = matrix_profile(p3, lambda v: v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4)
    path = tmp_path / "p3.png"
    Image.new("RGB", (8, 8), (200, 120, 60)).save(path, icc_profile=profile)
    assert np.abs(seen(path)[0, 0] - (213, 115, 42)).max() <= 1


def test_profiles_that_are_made_here_are_whole():
    from nst_engine.icc import SRGB, _srgb, matrix_profile

    made = ImageCms.ImageCmsProfile(io.BytesIO(matrix_profile(SRGB, _srgb)))
    assert (made.profile.xcolor_space.strip(), made.profile.is_matrix_shaper) == ("RGB", True)
    usual = ImageCms.createProfile("sRGB")
    image = Image.fromarray(RGB)
    assert np.abs(np.asarray(ImageCms.profileToProfile(image, made, usual)).astype(int) - RGB).max() <= 1


@pytest.mark.parametrize(("gamma", "light"), [(1.0, lambda v: v), (1 / 1.8, lambda v: v**1.8)])
def test_a_png_with_a_gamma_looks_as_it_says(gamma, light):
    data = with_chunks(chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000))))
    assert np.abs(seen(data) - in_srgb(RGB, light)).max() <= 3


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk(b"gAMA", struct.pack(">I", 45_455))],
        [chunk(b"sRGB", b"\0"), chunk(b"gAMA", struct.pack(">I", 100_000))],
        [chunk(b"gAMA", b"\0\0\0\0")],
        [chunk(b"gAMA", b"\0")],
        [chunk(b"cICP", bytes((1, 13, 0, 1)))],
        [chunk(b"cICP", bytes((77, 13, 0, 1)))],
        [chunk(b"cHRM", bytes(32)), chunk(b"gAMA", struct.pack(">I", 45_455))],
        [chunk(b"cHRM", struct.pack(">8I", *[30_000] * 8)), chunk(b"gAMA", struct.pack(">I", 45_455))],
    ],
    ids=["usual", "srgb-counts-more", "nought", "short", "srgb-named", "unknown", "no-primaries", "one-point"],
)
def test_what_a_png_says_that_is_srgb_or_nonsense_changes_nothing(chunks):
    assert np.array_equal(seen(with_chunks(*chunks)), RGB)


def test_a_png_names_its_colour_space():
    p3 = with_chunks(chunk(b"cICP", bytes((12, 13, 0, 1))), pixels=np.full((8, 8, 3), (200, 120, 60), np.uint8))
    assert np.abs(seen(p3)[0, 0] - (213, 115, 42)).max() <= 1


@pytest.mark.parametrize(("primaries", "expected"), [(1, (200, 120, 60)), (12, (213, 115, 42)), (99, (200, 120, 60))])
def test_an_avif_names_its_colours(primaries, expected):
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 120, 60)).save(stream, "AVIF", quality=100, subsampling="4:4:4")
    data = bytearray(stream.getvalue())
    at = data.index(b"colrnclx") + 8
    data[at : at + 4] = struct.pack(">HH", primaries, 13)
    assert np.abs(seen(bytes(data))[16, 16].astype(int) - expected).max() <= 3
    pq = with_chunks(chunk(b"cICP", bytes((9, 16, 0, 1))), pixels=np.full((8, 8, 3), 148, np.uint8))
    assert np.abs(seen(pq)[0, 0] - 255).max() <= 3, "paper white of a picture in HDR is white"
    hlg = with_chunks(chunk(b"cICP", bytes((9, 18, 0, 1))), pixels=np.full((8, 8, 3), 191, np.uint8))
    assert np.abs(seen(hlg)[0, 0] - 255).max() <= 3


def test_a_bmp_whose_alpha_means_nothing_is_opaque():
    data = saved("BMP", np.dstack([RGB, np.zeros_like(PIXELS)]))
    assert np.array_equal(seen(data), RGB)


# ---- what is transparent ---------------------------------------------------------------------------------------------

HALF = np.tile(np.where(np.arange(48) < 20, 0, 255).astype(np.uint8), (32, 1))  # transparent on the left


def half(mode: str = "RGBA") -> Image.Image:
    image = Image.fromarray(RGB).convert(mode.rstrip("Aa"))
    image.putalpha(Image.fromarray(HALF))
    return image.convert(mode)


def keyed(mode: str) -> bytes:
    """A PNG of which one colour, or level, is transparent: that of the left."""
    image = Image.fromarray(RGB if mode == "RGB" else PIXELS // 2 + 100).convert(mode)
    key = (7, 7, 7) if mode == "RGB" else 7
    image.paste(key, (0, 0, 20, 32))
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=key)
    return stream.getvalue()


def with_palette() -> Image.Image:
    image = Image.merge("PA", (Image.fromarray(PIXELS), Image.fromarray(HALF)))
    image.putpalette([value for level in range(256) for value in (level, 255 - level, 90)])
    return image


def file(image: Image.Image, form: str, **more) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **more)
    return stream.getvalue()


TRANSPARENT = {
    "RGBA": half,
    "LA": lambda: half("LA"),
    "RGBa": lambda: half().convert("RGBa"),
    "La": lambda: half("LA").convert("La"),
    "PA": with_palette,
    "array": lambda: np.dstack([RGB, HALF]),
    "floats": lambda: np.dstack([RGB, HALF]) / 255,
    "tensor": lambda: torch.from_numpy(np.dstack([RGB, HALF])).permute(2, 0, 1),
    "png": lambda: file(half(), "PNG"),
    "png-grey": lambda: file(half("LA"), "PNG"),
    "png-palette": lambda: file(half().quantize(64), "PNG"),
    "png-key": lambda: keyed("RGB"),
    "png-key-grey": lambda: keyed("L"),
    "png-key-palette": lambda: keyed("P"),
    "webp": lambda: file(half(), "WEBP", lossless=True),
    "tiff": lambda: file(half(), "TIFF"),
}


@pytest.mark.parametrize("kind", TRANSPARENT)
def test_without_a_ground_what_is_transparent_stays_so(kind):
    picture = TRANSPARENT[kind]()
    found = images.load(picture, ground=None)
    assert found.mode == "RGBA"
    assert np.abs(np.asarray(found)[..., 3].astype(int) - HALF).max() <= 2  # palettes are approximate
    on_white = images.load(picture)
    assert on_white.mode == "RGB"
    assert (np.asarray(on_white)[:, :20] >= 253).all()
    assert np.abs(np.asarray(found)[:, 20:, :3].astype(int) - np.asarray(on_white)[:, 20:]).max() <= 2


def test_a_picture_whose_alpha_is_opaque_is_rgb_on_any_ground():
    for ground in ("white", None):
        found = images.load(np.dstack([RGB, np.full_like(PIXELS, 255)]), ground=ground)
        assert found.mode == "RGB"
        assert np.array_equal(found, RGB)


def test_a_turned_picture_is_transparent_where_it_is_seen():
    exif = Image.Exif()
    exif[0x0112] = 6
    found = images.load(file(half(), "PNG", exif=exif), ground=None)
    assert np.array_equal(np.asarray(found)[..., 3], np.rot90(HALF, -1))


# ---- files that are not quite in order -------------------------------------------------------------------------------

NOISE = np.random.default_rng(5).integers(0, 256, (64, 80, 3), np.uint8)
JPEGS = [{}, {"progressive": True}, {"subsampling": 0, "optimize": True}, {"restart_marker_rows": 1}]


@pytest.mark.parametrize("more", JPEGS, ids=str)
@pytest.mark.parametrize("cut", [1, 2])
def test_a_jpeg_without_its_end_is_whole(more, cut):
    data = saved("JPEG", NOISE, **more)
    assert data.endswith(b"\xff\xd9")
    assert np.array_equal(seen(data[:-cut]), seen(data))


@pytest.mark.parametrize("more", JPEGS, ids=str)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.98])
def test_a_jpeg_whose_pixels_are_missing_is_refused(more, share):
    data = saved("JPEG", NOISE, **more)
    assert "cannot be read" in refusal(data[: int(share * len(data))])


def test_a_jpeg_cut_where_a_part_of_it_ended_is_refused():
    data = saved("JPEG", NOISE, restart_marker_rows=1)
    marker = data.rindex(b"\xff\xd1")
    for end in (marker, marker + 1, marker + 2):
        assert "cannot be read" in refusal(data[:end])


def test_a_png_whose_text_is_damaged_is_whole_and_one_whose_pixels_are_is_not():
    text = bytearray(chunk(b"tEXt", b"Title\0Ghost"))
    text[-1] ^= 1
    assert np.array_equal(seen(with_chunks(bytes(text))), RGB)
    data = bytearray(saved())
    data[data.index(b"IDAT") + 40] ^= 1
    assert "cannot be read" in refusal(bytes(data))


# ---- what is written -------------------------------------------------------------------------------------------------


@pytest.fixture
def painting():
    from nst_engine.finished import Painting

    return Painting(
        picture=NOISE, history=(), frames=(), engine_seconds=0, iterations=0, content_loss=0, style_loss=0,
        backbone="", device="cpu", dtype="float32", seed=0,
    )  # fmt: skip


def test_a_painting_is_saved_to_paths_and_to_open_files(painting, tmp_path):
    path = painting.save(tmp_path / "a.png")
    assert np.array_equal(seen(path), NOISE)
    assert painting.save(str(tmp_path / "b.PNG")) == str(tmp_path / "b.PNG")
    stream = painting.save(io.BytesIO())
    assert Image.open(io.BytesIO(stream.getvalue())).format == "PNG"
    assert Image.open(io.BytesIO(painting.save(io.BytesIO(), "JPEG").getvalue())).format == "JPEG"
    with (tmp_path / "c.webp").open("wb") as file:
        painting.save(file)
    assert Image.open(tmp_path / "c.webp").format == "WEBP"


def test_jpegs_keep_their_colours(painting, tmp_path):
    with Image.open(painting.save(tmp_path / "a.jpg")) as image:
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}


def test_a_name_that_says_no_format_is_refused_before_anything_is_written(painting, tmp_path):
    for name in ("painting", "painting.docx"):
        with pytest.raises(ValueError, match=r"use \.png, \.jpg"):
            painting.save(tmp_path / name)
        assert not (tmp_path / name).exists()


def test_the_numbers_of_hdr_are_those_of_the_standards():
    """SMPTE ST 2084: half a sample is 92 candela; ITU-R BT.2100: half a sample of HLG is a twelfth of the scene."""
    from nst_engine.icc import _hlg_scene, _pq

    assert math.isclose(_pq(0.5) * 203, 92.2457, rel_tol=1e-3)
    assert math.isclose(_hlg_scene(0.5), 1 / 12)
    assert math.isclose(_hlg_scene(1.0), 1.0, rel_tol=1e-6)


def test_paths_may_begin_at_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photo.png").write_bytes(saved())
    assert np.array_equal(seen(Path("~/photo.png")), RGB)
