"""Files that decode completely though they are not quite in order: put in order, so that strict decoders take them.

Whoever decodes tries the file as it is first, and this only where that failed.
"""

from __future__ import annotations

import io
import zlib

from PIL import Image

from nst_engine.icc import PNG_SIGNATURE

_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_ANCILLARY = 0x20  # in the first letter of a PNG chunk's name: the picture can be shown without it
_MOVES = {b"acTL", b"fcTL", b"fdAT"}  # without these an animation would stand still
_LENGTHS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4, b"pHYs": 9}  # bytes, of chunks that have but one

# Restart markers among arbitrary bits: whatever a decoder waits for in the middle of a scan, it finds it here.
_NOISE = bytes(range(1, 200, 7))
_CONTINUATION = _NOISE + b"".join(bytes((0xFF, 0xD0 + number)) + _NOISE for number in range(8))


def mended(data: bytes) -> bytes | None:
    """Return a file's bytes put in order; None where there is nothing to mend, or where pixels are missing."""
    if data.startswith(_JPEG_START):
        return _ended(data)
    if data.startswith(PNG_SIGNATURE):
        return _without_broken_extras(data)
    return None


def _ended(data: bytes) -> bytes | None:
    """Return a JPEG with the end that it lacks, if its pixels are all there.

    A decoder invents the pixels that are missing and does not tell. So two ends are tried: the plain one, and one with
    noise before it. Where all pixels are there nobody reads the noise; else the two pictures differ.
    """
    body = data.rstrip(b"\xff")
    whole = body + _JPEG_END
    try:
        return whole if _small(whole) == _small(body + _CONTINUATION + _JPEG_END) else None
    except (OSError, SyntaxError, ValueError):
        return None


def _small(data: bytes) -> bytes:
    """Decode a JPEG at an eighth of its size, which reads all of the file but takes little memory.

    Not so a progressive one, whose later parts do not show at that size.
    """
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
        if "progressive" not in picture.info:
            picture.draft(picture.mode, (max(1, picture.width // 8), max(1, picture.height // 8)))
        return picture.tobytes()


def _without_broken_extras(data: bytes) -> bytes | None:
    """Return a PNG without those chunks that are damaged and no part of the picture."""
    kept, at, found = [PNG_SIGNATURE], len(PNG_SIGNATURE), False
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        is_whole = end > len(data) or zlib.crc32(data[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")
        if kind[0] & _ANCILLARY and kind not in _MOVES and not (is_whole and _LENGTHS.get(kind, length) == length):
            found = True
        else:
            kept.append(data[at:end])
        at = end
    return b"".join(kept) + data[at:] if found else None
