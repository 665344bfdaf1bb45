"""Moving pictures as one file: plain PNGs of one size put together into an animated PNG, and taken apart again.

Chunks are moved, pixels are never decoded: what was checked stays as it was. See the APNG chapter of the PNG
specification, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import msgspec

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">I4s")
_CONTROL = struct.Struct(">IIIIIHHBB")  # of a frame: number, width, height, x, y, delay, its denominator, two manners
_DELAY_PARTS = 100  # of a frame a second
_LEAST_HEADER = 33  # bytes: signature and IHDR


class Motion(msgspec.Struct, frozen=True):
    """How many frames a picture has, and how many it plays in a second."""

    frames: int
    frames_per_second: float


STILL = Motion(1, 8.0)


def join(frames: Sequence[bytes], frames_per_second: float) -> bytes:
    """Return plain PNGs of the same size and kind, two or more, as one animated PNG that plays for ever."""
    first = frames[0]
    header = first[len(_SIGNATURE) : _LEAST_HEADER]
    width, height = struct.unpack_from(">II", header, _HEADER.size)
    parts = [_SIGNATURE, header, _chunk(b"acTL", struct.pack(">II", len(frames), 0))]
    delay, number = (_DELAY_PARTS, round(_DELAY_PARTS * frames_per_second)), 0
    for index, frame in enumerate(frames):
        if frame[len(_SIGNATURE) : _LEAST_HEADER] != header:
            raise ValueError("the frames differ in size or kind")
        parts.append(_chunk(b"fcTL", _CONTROL.pack(number, width, height, 0, 0, *delay, 0, 0)))
        number += 1
        for name, body in _chunks(frame):
            if name != b"IDAT":
                continue
            if index == 0:
                parts.append(_chunk(name, body))
            else:
                parts.append(_chunk(b"fdAT", struct.pack(">I", number) + body))
                number += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def split(png: bytes) -> tuple[bytes, ...]:
    """Return the frames of what `join` made, as plain PNGs in order; a still PNG is the only frame of its own.

    Raises ValueError for a file that was not made so.
    """
    start = png[:_LEAST_HEADER]
    frames: list[list[bytes]] = []
    for name, body in _chunks(png):
        if name == b"fcTL":
            frames.append([start])
        elif name in (b"IDAT", b"fdAT"):
            if not frames:
                return (png,)
            frames[-1].append(_chunk(b"IDAT", body if name == b"IDAT" else body[4:]))
    end = _chunk(b"IEND", b"")
    if any(len(frame) < 2 for frame in frames):
        raise ValueError("a frame without pixels")
    return tuple(b"".join([*frame, end]) for frame in frames)


def motion(png: bytes) -> Motion:
    """Return how a PNG moves, by what stands before its first pixels."""
    frames = 1
    for name, body in _chunks(png):
        if name == b"acTL":
            frames = int.from_bytes(body[:4], "big")
        elif name == b"fcTL" and frames > 1:
            delay, denominator = _CONTROL.unpack(body)[5:7]
            return Motion(frames, denominator / delay if delay and denominator else STILL.frames_per_second)
        elif name == b"IDAT":
            break
    return STILL


def _chunk(name: bytes, body: bytes) -> bytes:
    return b"".join([_HEADER.pack(len(body), name), body, struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + _HEADER.size <= len(png):
        length, name = _HEADER.unpack_from(png, at)
        yield name, png[at + _HEADER.size : at + _HEADER.size + length]
        at += _HEADER.size + length + 4
