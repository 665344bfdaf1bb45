"""What a file is, by its first bytes: enough to refuse most wrong files before anything parses them."""

from __future__ import annotations

import struct

import msgspec

from bot.intake.answers import READABLE, reject
from bot.intake.limits import Limits
from nst_engine.icc import PNG_SIGNATURE


class Kind(msgspec.Struct, frozen=True):
    """A format that is read: Pillow's name for it (FFmpeg's, of clips), and the name that people know."""

    pillow: str
    name: str


JPEG, PNG, WEBP, GIF = Kind("JPEG", "JPEG"), Kind("PNG", "PNG"), Kind("WEBP", "WebP"), Kind("GIF", "GIF")
MP4, WEBM = Kind("mov", "MP4"), Kind("matroska", "WebM")
CLIPS = (MP4, WEBM)
BMP, TIFF, HEIC, AVIF = Kind("BMP", "BMP"), Kind("TIFF", "TIFF"), Kind("HEIF", "HEIC"), Kind("AVIF", "AVIF")
MOVING = (GIF, PNG, WEBP, AVIF)
"""Formats that may hold one picture or several to be shown in turn."""

_STARTS = {
    b"\xff\xd8\xff": JPEG,
    PNG_SIGNATURE: PNG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
}

_UNSUPPORTED = {
    b"8BPS": "Photoshop",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\0\0\1\0": "Windows icon",
    b"icns": "Apple icon",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"DDS ": "DirectDraw surface",
    b"gimp xcf": "GIMP",
    b"qoif": "QOI",
    b"II+\0": "BigTIFF",
    b"MM\0+": "BigTIFF",
    b"II*\0\x10\0\0\0CR": "camera raw",
    b"FUJIFILMCCD-RAW": "camera raw",
    b"IIRO": "camera raw",
    b"IIU\0": "camera raw",
    b"BPG\xfb": "BPG",
    b"\xd7\xcd\xc6\x9a": "Windows metafile",
}

_MATROSKA = b"\x1a\x45\xdf\xa3"  # and WebM

_NO_PICTURE = {
    b"%PDF": "PDF",
    b"%!PS": "PDF",
    b"PK\3\4": "archive",
    b"PK\5\6": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ\0": "archive",
    b"7z\xbc\xaf\x27\x1c": "archive",
    b"Rar!": "archive",
    b"\x28\xb5\x2f\xfd": "archive",
    b"\xd0\xcf\x11\xe0": "office document",
    _MATROSKA: "video",
    b"\0\0\1\xba": "video",
    b"\0\0\1\xb3": "video",
    b"FLV\1": "video",
    b"\x30\x26\xb2\x75": "video",
    b"ID3": "audio",
    b"OggS": "audio",
    b"fLaC": "audio",
    b"\xff\xfb": "audio",
    b"\x7fELF": "program",
    b"MZ": "program",
    b"\xcf\xfa\xed\xfe": "program",
    b"\xca\xfe\xba\xbe": "program",
}

_RIFF = {b"AVI ": "video", b"WAVE": "audio"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}


def check(data: bytes, limits: Limits, *, clips: bool = False) -> Kind:
    """Return the format that the file claims to be, if it is one that is read; raises Rejected.

    `clips` tells whether videos are.
    """
    if not data:
        raise reject("empty")
    if len(data) > limits.max_bytes:
        raise reject("too_many_bytes", found=len(data), limit=limits.max_bytes)
    # The unsupported ones go first: some of them are a supported format with more behind it.
    for start, name in _UNSUPPORTED.items():
        if data.startswith(start):
            raise reject("unsupported_format", found=name, allowed=READABLE)
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return _media_container(data, clips=clips)
    if clips and data.startswith(_MATROSKA):
        return WEBM
    if data.startswith(b"RIFF"):
        if data[8:12] == b"WEBP":
            return WEBP
        raise reject("not_a_picture", found=_RIFF.get(data[8:12], "unknown"))
    if data.startswith(b"BM") and len(data) >= 18 and struct.unpack_from("<I", data, 14)[0] in _BMP_HEADER_SIZES:
        return BMP
    for start, name in _NO_PICTURE.items():
        if data.startswith(start):
            raise reject("not_a_picture", found=name)
    if data[:1] == b"P" and data[1:2] in b"1234567fF" and data[2:3].isspace():
        raise reject("unsupported_format", found="Netpbm", allowed=READABLE)
    return _written(data)


def _media_container(data: bytes, *, clips: bool) -> Kind:
    """Tell pictures from films in the ISO base media container by the brands that the file claims."""
    end = min(struct.unpack_from(">I", data)[0], len(data), 256)
    brands = [data[8:12]] + [data[at : at + 4] for at in range(16, end - 3, 4)]
    if brands[0] == b"crx ":
        raise reject("unsupported_format", found="camera raw", allowed=READABLE)
    if brands[0] in _AVIF_BRANDS:
        return AVIF
    if brands[0] in _HEIC_BRANDS:
        return HEIC
    if brands[0] in (b"mif1", b"msf1"):  # a still picture, coded in what the compatible brands say
        return AVIF if _AVIF_BRANDS.intersection(brands) else HEIC
    if brands[0] in (b"M4A ", b"M4B "):
        raise reject("not_a_picture", found="audio")
    if clips:
        return MP4
    raise reject("not_a_picture", found="video")


def _written(data: bytes) -> Kind:
    """Name what people send by mistake when it is made of characters; otherwise say that it is unknown."""
    head = data[:4096]
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise reject("not_a_picture", found="unknown")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            raise reject("unsupported_format", found="SVG", allowed=READABLE)
        if text.startswith((b"<!doctype html", b"<html")):
            raise reject("not_a_picture", found="web page")
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    try:
        head.decode("utf-16" if b"\0" in head else "utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else the cut at 4096 went through a character
            raise reject("not_a_picture", found="unknown") from None
    raise reject("not_a_picture", found="unknown" if control and b"\0" not in head else "text")


def webp_canvas(data: bytes) -> tuple[int, int] | None:
    """Return width and height as a WebP file's first chunk declares them, None where it is too short or odd.

    libwebp allocates the canvas when it opens a file, before Pillow can look at the size. Layouts: RFC 9649.
    """
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if chunk == b"VP8L" and len(data) >= 25:
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def gif_has_more_frames(data: bytes, limit: int) -> bool:
    """Say whether a GIF holds more than `limit` frames, walking over its blocks without decoding any of them."""
    if len(data) < 13:
        return False
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    frames = 0
    while at < len(data) and frames <= limit:
        introducer = data[at]
        if introducer == 0x21:  # an extension: its label, then sub-blocks
            at += 2
        elif introducer == 0x2C and at + 9 < len(data):  # an image: descriptor, palette, code size, sub-blocks
            frames += 1
            at += 11 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0)
        else:
            break
        while at < len(data) and data[at]:
            at += data[at] + 1
        at += 1
    return frames > limit


def last_box_ends_early(data: bytes) -> bool:
    """Say whether the file ends within a box of the ISO base media container (HEIC, AVIF)."""
    at = 0
    while 0 <= at <= len(data) - 8:
        size = struct.unpack_from(">I", data, at)[0]
        if size == 1 and at <= len(data) - 16:  # a 64-bit size follows the type
            size = struct.unpack_from(">Q", data, at + 8)[0]
        if size < 8:
            return False  # 0: up to the end of the file; others make no sense
        at += size
    return at != len(data)
