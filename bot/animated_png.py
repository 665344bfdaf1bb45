"""Moving pictures as one file: plain PNGs of one size put together into an animated PNG, and taken apart again.

A clip's sound stands in it too, as a chunk that those who read pictures pass over.
Chunks are moved, pixels are never decoded: what was checked stays as it was. See the APNG chapter of the PNG
specification, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from nst_engine.icc import PNG_SIGNATURE

_HEADER = struct.Struct(">I4s")
_CONTROL = struct.Struct(">IIIIIHHBB")  # of a frame: number, width, height, x, y, delay, its denominator, two manners
_MILLISECONDS = 1000
_LONGEST_DELAY = 65_535  # milliseconds
_LEAST_HEADER = 33  # bytes: signature and IHDR
_SOUND = b"soUn"  # by its letters of no use to a picture, and our own


class Motion(msgspec.Struct, frozen=True):
    """For how many seconds each of a picture's frames is shown, and how often all of them are; 0 is for ever."""

    seconds: tuple[float, ...] = ()
    plays: int = 0

    @property
    def frames(self) -> int:
        """How many there are."""
        return max(1, len(self.seconds))

    @property
    def frames_per_second(self) -> float:
        """How many of them play in a second, on average; 8 of what stands still."""
        total = sum(self.seconds)
        return round(len(self.seconds) / total, 2) if total else 8.0


STILL = Motion()


def join(frames: Sequence[bytes], motion: Motion, sound: bytes | None = None) -> bytes:
    """Return plain PNGs of the same size and kind, two or more, as one animated PNG, with a packed sound."""
    first = frames[0]
    header = first[len(PNG_SIGNATURE) : _LEAST_HEADER]
    width, height = struct.unpack_from(">II", header, _HEADER.size)
    parts = [PNG_SIGNATURE, header, _chunk(b"acTL", struct.pack(">II", len(frames), motion.plays))]
    parts += [] if sound is None else [_chunk(_SOUND, sound)]
    number = 0
    for index, (frame, shown) in enumerate(zip(frames, motion.seconds, strict=True)):
        if frame[len(PNG_SIGNATURE) : _LEAST_HEADER] != header:
            raise ValueError("the frames differ in size or kind")
        delay = min(_LONGEST_DELAY, max(1, round(_MILLISECONDS * shown)))
        parts.append(_chunk(b"fcTL", _CONTROL.pack(number, width, height, 0, 0, delay, _MILLISECONDS, 0, 0)))
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
    """Return how a PNG moves, by what stands before its frames."""
    plays, seconds = 0, []
    for name, body in _chunks(png):
        if name == b"acTL":
            plays = int.from_bytes(body[4:8], "big")
        elif name == b"fcTL":
            delay, denominator = _CONTROL.unpack(body)[5:7]
            seconds.append(delay / (denominator or 100))
        elif name == b"IDAT" and not seconds:
            return STILL
    return Motion(tuple(seconds), plays) if len(seconds) > 1 else STILL


def sound(png: bytes) -> bytes | None:
    """Return the sound that `join` was given; empty where there was one that could not be kept."""
    for name, body in _chunks(png):
        if name == _SOUND:
            return body
        if name == b"IDAT":
            break
    return None


def _chunk(name: bytes, body: bytes) -> bytes:
    return b"".join([_HEADER.pack(len(body), name), body, struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_SIGNATURE)
    while at + _HEADER.size <= len(png):
        length, name = _HEADER.unpack_from(png, at)
        yield name, png[at + _HEADER.size : at + _HEADER.size + length]
        at += _HEADER.size + length + 4
