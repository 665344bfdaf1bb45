"""Makes the files that people send: good ones in every mode and format, and bad ones of every sort."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageCms

DATA = Path(__file__).with_name("data")
"""HEICs of `quadrants()`, made once with pillow-heif, because no HEVC encoder is installed here."""

SIZE = (64, 48)
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (40, 60, 200), (240, 230, 90)
COLORS = (RED, GREEN, BLUE, YELLOW)
"""Top left, top right, bottom left, bottom right."""


def quadrants() -> Image.Image:
    """A picture of which every turn and flip looks different."""
    image = Image.new("RGB", SIZE)
    for color, corner in zip(COLORS, [(0, 0), (32, 0), (0, 24), (32, 24)], strict=True):
        image.paste(color, (*corner, corner[0] + 32, corner[1] + 24))
    return image


def grey(color: tuple[int, int, int]) -> tuple[int, int, int]:
    level = round(np.dot(color, (0.299, 0.587, 0.114)))
    return (level, level, level)


GREYS = tuple(grey(color) for color in COLORS)


def corners(image: Image.Image) -> tuple[tuple[int, int, int], ...]:
    """The colours a little inside each corner, in the order of COLORS."""
    right, bottom = image.width - 9, image.height - 9
    return tuple(image.getpixel(at) for at in [(8, 8), (right, 8), (8, bottom), (right, bottom)])


def with_hole(mode: str = "RGBA") -> Image.Image:
    """The quadrants with the first one wholly transparent, and the second one half."""
    image = quadrants().convert(mode)
    alpha = Image.new("L", SIZE, 255)
    alpha.paste(0, (0, 0, 32, 24))
    alpha.paste(128, (32, 0, 64, 24))
    image.putalpha(alpha)
    return image


def save(image: Image.Image, format_name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_name, **options)
    return stream.getvalue()


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = "a secret in the description"
    return tags.tobytes()


# ---- PNG by hand, for what Pillow does not write -------------------------------------------------------------------


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, kind: int, rows: bytes, extra: Iterable[bytes] = ()) -> bytes:
    """A PNG of these rows (without filter bytes), with extra chunks before the pixels."""
    pitch = len(rows) // height
    lines = b"".join(b"\0" + rows[at : at + pitch] for at in range(0, len(rows), pitch)) if rows else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(lines, 1))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + body + chunk(b"IEND", b"")


def deep_png(kind: int, pixels: np.ndarray, extra: Iterable[bytes] = ()) -> bytes:
    """A 16-bit PNG: 0 grey, 2 colour, 4 grey with alpha, 6 colour with alpha."""
    return png(pixels.shape[1], pixels.shape[0], 16, kind, pixels.astype(">u2").tobytes(), extra)


def deep_quadrants() -> np.ndarray:
    return np.asarray(quadrants()).astype(np.uint16) * 257


# ---- TIFF by hand --------------------------------------------------------------------------------------------------


def tiff(pixels: np.ndarray, *, bits: int, photometric: int, sample_format: int = 1, raw: bytes | None = None) -> bytes:
    """A little-endian TIFF of one strip; `raw` replaces the bytes of the samples."""
    height, width = pixels.shape[:2]
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    strip = raw if raw is not None else pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    after = 8 + len(strip)
    per_sample = struct.pack(f"<{samples}H", *[bits] * samples)
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, samples, bits if samples == 1 else after),
        (259, 3, 1, 1),
        (262, 3, 1, photometric),
        (273, 4, 1, 8),
        (277, 3, 1, samples),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
        (339, 3, 1, sample_format),
    ]
    directory = after + len(per_sample)
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        struct.pack("<2sHI", b"II", 42, directory)
        + strip
        + per_sample
        + struct.pack("<H", len(entries))
        + packed
        + bytes(4)
    )


# ---- ICC profiles by hand ------------------------------------------------------------------------------------------

P3_XYZ = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
"""Display P3's primaries, adapted to D50: a row for each of red, green, blue."""
SRGB_XYZ = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC version 2 profile."""
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78), **tags}
    tags[b"wtpt"] = b"XYZ " + bytes(4) + _fixed(0.9642, 1.0, 0.8249)
    tags[b"cprt"] = b"text" + bytes(4) + b"none\0"
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", at, len(content))
        body += padded
        at += len(padded)
    header = struct.pack(">I4sI4s4s4s", at, b"none", 0x02400000, kind, space, connection)
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256))


def p3_profile(gamma: float = 2.2) -> bytes:
    """A profile like Display P3, with a plain power for its curve."""
    tags: dict[bytes, bytes] = {}
    for letter, xyz in zip(b"rgb", P3_XYZ, strict=True):
        tags[bytes([letter]) + b"XYZ"] = b"XYZ " + bytes(4) + _fixed(*xyz)
        tags[bytes([letter]) + b"TRC"] = _gamma(gamma)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(gamma: float) -> bytes:
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(gamma)})


def cmyk_profile() -> bytes:
    """A press on which cyan ink is red, and no other ink does anything."""
    white, red = bytes([255, 128, 128]), bytes([round(50 * 2.55), 128 + 70, 128 + 50])  # L*, a*, b*
    nodes = b"".join(red if node & 8 else white for node in range(16))  # the first channel varies slowest
    identity = bytes(range(256))
    matrix = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + identity * 4 + nodes + identity * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut, b"A2B1": lut})


# ---- the good ------------------------------------------------------------------------------------------------------


class Good(NamedTuple):
    """A file that shows the quadrants: its bytes, how its corners look, how far off each channel may be."""

    data: bytes
    looks: tuple[tuple[int, int, int], ...] = COLORS
    tolerance: int = 3


def _lab() -> Image.Image:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    result = ImageCms.applyTransform(quadrants(), to_lab)
    assert result is not None
    return result


def frames(more: int = 2) -> dict[str, Any]:
    """Options that save so many frames behind the first, each unlike the one before."""
    return {
        "save_all": True,
        "append_images": [Image.new("RGB", SIZE, (level, 0, 0)) for level in range(0, 40 * more, 40)],
    }


HOLED = ((255, 255, 255), (148, 208, 158), BLUE, YELLOW)
"""How `with_hole` looks on white: the second corner is halfway between green and white."""
HOLED_GREY = ((255, 255, 255), *(tuple(round((c * 128 + 255 * 127) / 255) for c in GREYS[1]),), *GREYS[2:])


def _key(color: tuple[int, int, int]) -> bytes:
    return chunk(b"tRNS", struct.pack(">3H", *color))


def good_files() -> dict[str, Callable[[], Good]]:
    """All good files by name; each is made when it is called for."""
    picture, deep = quadrants(), deep_quadrants()
    deep_grey = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    opaque = np.full((*deep.shape[:2], 1), 65535, np.uint16)
    holed = np.asarray(with_hole()).astype(np.uint16) * 257
    white = (255, 255, 255)
    keyed = (white, *COLORS[1:])
    return {
        "jpeg": lambda: Good(save(picture, "JPEG", quality=95, subsampling=0)),
        "jpeg progressive": lambda: Good(save(picture, "JPEG", quality=95, progressive=True)),
        "jpeg grey": lambda: Good(save(picture.convert("L"), "JPEG", quality=95), GREYS),
        "jpeg CMYK without a profile": lambda: Good(save(picture.convert("CMYK"), "JPEG", quality=95), tolerance=6),
        "jpeg of two pictures": lambda: Good(save(picture, "MPO", quality=95, **frames())),
        "png": lambda: Good(save(picture, "PNG"), tolerance=0),
        "png grey": lambda: Good(save(picture.convert("L"), "PNG"), GREYS, 1),
        "png black and white": lambda: Good(
            save(picture.convert("L").point(lambda level: 255 * (level > 100)).convert("1"), "PNG"),
            ((0, 0, 0), (255,) * 3, (0, 0, 0), (255,) * 3),
            0,
        ),
        "png palette": lambda: Good(save(picture.quantize(8), "PNG")),
        "png palette with a transparent colour": lambda: Good(
            save(picture.quantize(4, dither=Image.Dither.NONE), "PNG", transparency=_index_of(picture, RED)), keyed
        ),
        "png palette with alpha": lambda: Good(save(with_hole().quantize(8), "PNG"), HOLED, 4),
        "png alpha": lambda: Good(save(with_hole(), "PNG"), HOLED, 1),
        "png grey with alpha": lambda: Good(save(with_hole("L"), "PNG"), HOLED_GREY, 1),
        "png with a transparent colour": lambda: Good(save(picture, "PNG", transparency=RED), keyed, 0),
        "png 16-bit": lambda: Good(deep_png(2, deep), tolerance=1),
        "png 16-bit with alpha": lambda: Good(deep_png(6, holed), HOLED, 1),
        "png 16-bit, opaque alpha": lambda: Good(deep_png(6, np.concatenate([deep, opaque], 2)), tolerance=1),
        "png 16-bit grey": lambda: Good(deep_png(0, deep_grey), GREYS, 1),
        "png 16-bit grey with alpha": lambda: Good(deep_png(4, np.stack([deep_grey, holed[..., 3]], 2)), HOLED_GREY, 1),
        "png 16-bit with a transparent colour": lambda: Good(
            deep_png(2, deep, [_key(tuple(c * 257 for c in RED))]), keyed, 1
        ),
        "png 16-bit grey with a transparent level": lambda: Good(
            deep_png(0, deep_grey, [chunk(b"tRNS", struct.pack(">H", GREYS[0][0] * 257))]), (white, *GREYS[1:]), 1
        ),
        "png animated": lambda: Good(save(picture, "PNG", **frames()), tolerance=0),
        "gif": lambda: Good(save(picture, "GIF")),
        "gif grey": lambda: Good(save(picture.convert("L"), "GIF"), GREYS, 1),
        "gif animated": lambda: Good(save(picture, "GIF", **frames())),
        "gif with a transparent colour": lambda: Good(
            save(picture.quantize(4, dither=Image.Dither.NONE), "GIF", transparency=_index_of(picture, RED)), keyed
        ),
        "webp": lambda: Good(save(picture, "WEBP", quality=95), tolerance=6),
        "webp lossless": lambda: Good(save(picture, "WEBP", lossless=True), tolerance=0),
        "webp alpha": lambda: Good(save(with_hole(), "WEBP", lossless=True), HOLED, 1),
        "webp animated": lambda: Good(save(picture, "WEBP", lossless=True, **frames()), tolerance=1),
        "bmp": lambda: Good(save(picture, "BMP"), tolerance=0),
        "bmp palette": lambda: Good(save(picture.quantize(8), "BMP")),
        "bmp 32-bit": lambda: Good(save(with_hole(), "BMP"), tolerance=0),
        "tiff": lambda: Good(save(picture, "TIFF"), tolerance=0),
        "tiff LZW": lambda: Good(save(picture, "TIFF", compression="tiff_lzw"), tolerance=0),
        "tiff deflate": lambda: Good(save(picture, "TIFF", compression="tiff_adobe_deflate"), tolerance=0),
        "tiff JPEG": lambda: Good(save(picture, "TIFF", compression="jpeg", quality=95), tolerance=6),
        "tiff fax": lambda: Good(
            save(
                picture.convert("L").point(lambda level: 255 * (level > 100)).convert("1"), "TIFF", compression="group4"
            ),
            ((0, 0, 0), (255,) * 3, (0, 0, 0), (255,) * 3),
            0,
        ),
        "tiff alpha": lambda: Good(save(with_hole(), "TIFF"), HOLED, 1),
        "tiff CMYK": lambda: Good(save(picture.convert("CMYK"), "TIFF"), tolerance=1),
        "tiff LAB": lambda: Good(save(_lab(), "TIFF"), tolerance=9),
        "tiff 16-bit": lambda: Good(tiff(deep, bits=16, photometric=2), tolerance=1),
        "tiff 16-bit grey": lambda: Good(tiff(deep_grey, bits=16, photometric=1), GREYS, 1),
        "tiff 16-bit grey, white is zero": lambda: Good(tiff(65535 - deep_grey, bits=16, photometric=0), GREYS, 1),
        "tiff 12-bit grey": lambda: Good(
            tiff(deep_grey, bits=12, photometric=1, raw=_twelve_bits(deep_grey // 16)), GREYS, 1
        ),
        "tiff 32-bit grey": lambda: Good(tiff(deep_grey.astype(np.uint32), bits=32, photometric=1), GREYS, 1),
        "tiff float, 0 to 1": lambda: Good(_float_tiff(deep_grey / 65535), GREYS, 1),
        "tiff float, 0 to 255": lambda: Good(_float_tiff(deep_grey / 257), GREYS, 1),
        "tiff of two pages": lambda: Good(save(picture, "TIFF", **frames()), tolerance=0),
        "avif": lambda: Good(save(picture, "AVIF", quality=90), tolerance=6),
        "avif alpha": lambda: Good(save(with_hole(), "AVIF", quality=95), HOLED, 8),
        "avif animated": lambda: Good(save(picture, "AVIF", quality=90, **frames()), tolerance=6),
        "heic": lambda: Good((DATA / "quadrants.heic").read_bytes(), tolerance=4),
        "heic 10-bit": lambda: Good((DATA / "quadrants-10-bit.heic").read_bytes(), tolerance=4),
        "heic alpha": lambda: Good((DATA / "quadrants-alpha.heic").read_bytes(), (white, *COLORS[1:]), 6),
        "jpeg with a zip behind it": lambda: Good(
            save(picture, "JPEG", quality=95, subsampling=0) + b"PK\3\4" + bytes(99)
        ),
    }


def _index_of(picture: Image.Image, color: tuple[int, int, int]) -> int:
    """The palette index that the first corner gets when the picture is quantised to four colours."""
    index = picture.quantize(4, dither=Image.Dither.NONE).getpixel((8, 8))
    assert picture.getpixel((8, 8)) == color
    assert isinstance(index, int)
    return index


def _float_tiff(levels: np.ndarray) -> bytes:
    return tiff(levels.astype(np.float32), bits=32, photometric=1, sample_format=3)


def _twelve_bits(samples: np.ndarray) -> bytes:
    first, second = samples.reshape(-1, 2).astype(np.uint32).T
    packed = first << 12 | second
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], 1).astype(np.uint8).tobytes()


# ---- the bad -------------------------------------------------------------------------------------------------------


def _animated_gif(frames: int) -> bytes:
    """A GIF of many frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 64, 48, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


def _bomb_chunk(name: bytes) -> bytes:
    """A compressed text or profile that grows to 64 MiB."""
    return chunk(name, b"bomb\0\0" + zlib.compress(bytes(64 * 1024 * 1024), 1))


def png_bomb(side: int = 30_000) -> bytes:
    """A whole, valid black-and-white PNG: a hundred kilobytes that unpack to `side`² pixels."""
    lines = zlib.compressobj(1)
    body = b"".join(lines.compress(bytes(1 + side // 8) * 100) for _ in range(side // 100)) + lines.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def bad_files() -> dict[str, tuple[bytes, str, dict[str, str | int]]]:
    """All bad files by name: bytes, the code of their rejection, facts that it must state."""
    small = quadrants()
    brands = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"mp42")
    jpeg = save(small, "JPEG")
    huge_jpeg = jpeg.replace(struct.pack(">HH", 48, 64), struct.pack(">HH", 65000, 65000), 1)
    huge_bmp = bytearray(save(small, "BMP"))
    huge_bmp[18:26] = struct.pack("<ii", 30_000, 30_000)
    huge_gif = b"GIF89a" + struct.pack("<HH", 65000, 65000) + _animated_gif(1)[10:]
    huge_webp = b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<II", 10, 0) + b"\xff\x3f\0\xff\x3f\0"
    huge_tiff = tiff(np.zeros((1, 1), np.uint8), bits=8, photometric=1)
    huge_tiff = huge_tiff.replace(struct.pack("<HHII", 256, 4, 1, 1), struct.pack("<HHII", 256, 4, 1, 30_000))
    huge_tiff = huge_tiff.replace(struct.pack("<HHII", 257, 4, 1, 1), struct.pack("<HHII", 257, 4, 1, 30_000))
    animation = chunk(b"acTL", struct.pack(">II", 1_000_000, 0))
    files: dict[str, tuple[bytes, str, dict[str, str | int]]] = {
        "empty": (b"", "empty", {}),
        "text": (b"Dear painter,\nplease paint my cat.\n", "not_a_picture", {"found": "text"}),
        "text with umlauts": ("Schöne Grüße ".encode() * 400, "not_a_picture", {"found": "text"}),
        "text that begins like a BMP": (b"BMW drivers of the world, unite!", "not_a_picture", {"found": "text"}),
        "json": (b'{"cat": "photo"}', "not_a_picture", {"found": "text"}),
        "web page": (b"\n<!DOCTYPE html><html><img src=cat.jpg></html>", "not_a_picture", {"found": "web page"}),
        "pdf": (b"%PDF-1.7\n" + jpeg, "not_a_picture", {"found": "PDF"}),
        "video": (brands + bytes(100), "not_a_picture", {"found": "video"}),
        "webm": (b"\x1a\x45\xdf\xa3" + bytes(100), "not_a_picture", {"found": "video"}),
        "avi": (b"RIFF\x40\0\0\0AVI LIST" + bytes(60), "not_a_picture", {"found": "video"}),
        "mp3": (b"ID3\4" + bytes(100), "not_a_picture", {"found": "audio"}),
        "zip": (b"PK\3\4" + jpeg, "not_a_picture", {"found": "archive"}),
        "program": (b"\x7fELF\2\1\1" + bytes(100), "not_a_picture", {"found": "program"}),
        "zeros": (bytes(1000), "not_a_picture", {"found": "unknown"}),
        "svg": (
            b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
            "unsupported_format",
            {"found": "SVG"},
        ),
        "photoshop": (b"8BPS\0\1" + bytes(100), "unsupported_format", {"found": "Photoshop"}),
        "jpeg 2000": (save(small, "JPEG2000"), "unsupported_format", {"found": "JPEG 2000"}),
        "jpeg xl": (b"\xff\x0a" + bytes(100), "unsupported_format", {"found": "JPEG XL"}),
        "icon": (save(small, "ICO"), "unsupported_format", {"found": "Windows icon"}),
        "netpbm": (save(small, "PPM"), "unsupported_format", {"found": "Netpbm"}),
        "camera raw": (b"II*\0\x10\0\0\0CR\2\0" + bytes(100), "unsupported_format", {"found": "camera raw"}),
        "tiny": (save(small.resize((64, 8)), "PNG"), "too_small", {"width": 64, "height": 8, "limit": 16}),
        "thin": (save(Image.new("L", (12_000, 20)), "PNG"), "too_narrow", {}),
        "png header of 30,000 × 30,000": (
            png(30_000, 30_000, 8, 2, b""),
            "too_many_pixels",
            {"width": 30_000, "height": 30_000},
        ),
        "png bomb": (png_bomb(), "too_many_pixels", {"width": 30_000}),
        "long png": (png(40_000, 20, 8, 2, b""), "too_many_pixels", {"width": 40_000, "limit_side": 20_000}),
        "huge jpeg": (huge_jpeg, "too_many_pixels", {"width": 65_000}),
        "huge bmp": (bytes(huge_bmp), "too_many_pixels", {"width": 30_000}),
        "huge gif": (huge_gif, "too_many_pixels", {"width": 65_000}),
        "huge webp": (huge_webp, "too_many_pixels", {"width": 16_384}),
        "huge tiff": (huge_tiff, "too_many_pixels", {"width": 30_000}),
        "gif of many frames": (_animated_gif(100_000), "too_many_frames", {"format": "GIF", "limit": 2000}),
        "png of many frames": (
            png(64, 48, 8, 2, small.tobytes(), [animation]),
            "too_many_frames",
            {"format": "PNG", "limit": 2000},
        ),
        "png that grows a text": (
            png(64, 48, 8, 2, small.tobytes(), [_bomb_chunk(b"zTXt")]),
            "unreadable",
            {"format": "PNG"},
        ),
        "png that grows a profile": (
            png(64, 48, 8, 2, small.tobytes(), [_bomb_chunk(b"iCCP")]),
            "unreadable",
            {"format": "PNG"},
        ),
        "gif that is a script": (b"GIF89a/*" + b"*/=1;alert(1)//" * 20, "unreadable", {"format": "GIF"}),
        "jpeg without a frame header": (jpeg.replace(b"\xff\xc0", b"\xff\xfe", 1), "unreadable", {"format": "JPEG"}),
    }
    for name, data in {
        "jpeg": save(small.resize((640, 480)), "JPEG"),
        "progressive jpeg": save(small.resize((640, 480)), "JPEG", progressive=True),
        "png": save(Image.effect_noise((64, 48), 50).convert("RGB"), "PNG"),
        "gif": save(Image.effect_noise((64, 48), 50), "GIF"),
        "webp": save(Image.effect_noise((64, 48), 50).convert("RGB"), "WEBP"),
        "bmp": save(small, "BMP"),
        "tiff": save(small, "TIFF"),
        "heic": (DATA / "quadrants.heic").read_bytes(),
        "avif": save(small, "AVIF"),
    }.items():
        for percent in (10, 50, 90):
            files[f"{percent} % of a {name}"] = (data[: len(data) * percent // 100], "truncated", {})
    return files
