"""What the intake answers, and the messages between it and the process that decodes.

The parent sends one frame with an `Order`, then the picture's bytes until the end of the stream. The child sends one
frame with an `Answer`; after a `Cleaned` follow the PNG's bytes, after an `Animated` those of several, and a sound. A
frame is its length (4 bytes, big-endian) and msgpack.
"""

from __future__ import annotations

import struct
import zlib
from typing import Literal

import msgspec

from bot.intake.limits import Limits
from nst_engine.icc import PNG_SIGNATURE
from nst_engine.sound import unpacked

FRAME_HEADER = struct.Struct(">I")

RejectionCode = Literal[
    "empty",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "too_narrow",
    "not_a_picture",
    "unsupported_format",
    "truncated",
    "too_many_frames",
    "too_slow",
    "too_much_memory",
    "unreadable",
    "flat_mask",
    "flat_style",
    "color_missing",
    "transparent",
    "no_clips",
    "internal",
]

Purpose = Literal["photo", "mask", "style"]
"""What a picture is wanted for."""

FASTEST = 12.0
"""Frames a second that a moving picture has here at most."""
LEAST_MILLISECONDS, LONGEST_MILLISECONDS = 20, 60_000
"""For how long one frame is shown."""
MOST_PLAYS = 1000
"""How often all frames are shown, before it counts as for ever."""

READABLE = "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF, BMP"
"""The formats that are read, as a person would name them."""


class Picture(msgspec.Struct, frozen=True):
    """An upright sRGB picture: an 8-bit RGB PNG without metadata, RGBA where a photo is transparent, and its size."""

    png: bytes
    width: int
    height: int


class Moving(msgspec.Struct, frozen=True):
    """A moving picture as an animated PNG of plain frames (bot/animated_png.py).

    `clip`: it came as a video; `sound`: with a sound, which the file holds where that could be kept.
    """

    png: bytes
    width: int
    height: int
    frames: int
    frames_per_second: float
    clip: bool
    sound: bool = False


class Rejection(msgspec.Struct, frozen=True, tag="rejection"):
    """Why a picture was refused. The facts by code:

    | code | facts |
    | --- | --- |
    | empty | |
    | too_many_bytes | found, limit (bytes) |
    | too_many_pixels | width, height, limit (pixels in all), limit_side (pixels) |
    | too_small | width, height, limit (pixels of the shorter side) |
    | too_narrow | |
    | not_a_picture | found: PDF, text, web page, video, audio, archive, office document, program, unknown |
    | unsupported_format | found (a format's name), allowed (names of formats) |
    | truncated | format |
    | too_many_frames | format, limit |
    | too_slow | limit (seconds) |
    | too_much_memory | limit (bytes) |
    | unreadable | format, detail (for the log) |
    | flat_mask | |
    | flat_style | |
    | color_missing | found, there (colours, as #rrggbb and commas) |
    | transparent | |
    | no_clips | |
    | internal | detail (for the log) |
    """

    code: RejectionCode
    facts: dict[str, str | int] = {}


class Rejected(Exception):
    """Raised for a picture that is refused."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection)
        self.rejection = rejection

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.rejection.facts.items())
        return f"{self.rejection.code} ({facts})" if facts else self.rejection.code


def reject(code: RejectionCode, **facts: str | int) -> Rejected:
    """Make the exception for a refused picture."""
    return Rejected(Rejection(code, facts))


class Cleaned(msgspec.Struct, frozen=True, tag="cleaned"):
    """A picture was decoded; `size` bytes of PNG follow the frame."""

    width: int
    height: int
    size: int


class Animated(msgspec.Struct, frozen=True, tag="animated"):
    """A moving picture was decoded; its frames follow the message, each a PNG of so many bytes as `sizes` say.

    Each is shown for so many `milliseconds`, and all of them `plays` times; 0 is for ever. A `sound` of so many bytes
    comes last (nst_engine/sound.py): 0 where it could not be kept, None where there is none.
    """

    width: int
    height: int
    sizes: tuple[int, ...]
    milliseconds: tuple[int, ...]
    plays: int = 0
    sound: int | None = None


class Layer(msgspec.Struct, frozen=True):
    """One means of protection: whether the kernel accepted it, and what exactly was set or why not."""

    name: str
    active: bool
    detail: str


class Attempt(msgspec.Struct, frozen=True):
    """Something forbidden that was tried inside: whether it was refused, and how."""

    name: str
    refused: bool
    detail: str


class Protection(msgspec.Struct, frozen=True, tag="protection"):
    """What stands between a hostile picture and this machine, as a decoding process found it when it tried."""

    layers: tuple[Layer, ...]
    attempts: tuple[Attempt, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that was tried was refused."""
        return all(attempt.refused for attempt in self.attempts)


Answer = Cleaned | Animated | Rejection | Protection


class Order(msgspec.Struct, frozen=True):
    """What the child is to do. `without` leaves layers out, to see what each is worth alone.

    "clean" takes the first frame, for a `purpose`; "move" takes all frames of what moves, which may be a `clip`. A mask
    may be what has a `color` in a picture (nst_engine.regions).
    """

    limits: Limits
    task: Literal["clean", "move", "probe"] = "clean"
    purpose: Purpose = "photo"
    color: str | None = None
    clip: bool = False
    without: tuple[str, ...] = ()


def frame(message: Order | Answer) -> bytes:
    """Pack a message with its length."""
    body = msgspec.msgpack.encode(message)
    return FRAME_HEADER.pack(len(body)) + body


def unpack_answer(stream: bytes | bytearray) -> tuple[Answer, bytes]:
    """Split a child's whole output into its answer and the bytes after it; raises ValueError where it does not fit."""
    end = FRAME_HEADER.size
    if len(stream) < end:
        raise ValueError("no answer")
    end += FRAME_HEADER.unpack_from(stream)[0]
    if len(stream) < end:
        raise ValueError("the answer ends early")
    view = memoryview(stream)
    answer: Answer = msgspec.msgpack.decode(view[FRAME_HEADER.size : end], type=Answer)
    return answer, bytes(view[end:])


_CHUNK_HEADER = struct.Struct(">I4s")
_RGB, _RGBA = 2, 6  # kinds of colour in a PNG's header
_LATE = 0.001  # seconds that a sound may end after the pictures: both are rounded


def check_sound(packed: bytes, seconds: float) -> None:
    """Check that this is a packed sound that ends with pictures of so many seconds; raises ValueError.

    It is not decoded here, nor in the film: its packets are copied, and those who play the film hear what was sent.
    """
    if unpacked(packed).seconds > seconds + _LATE:
        raise ValueError("the sound goes on after the pictures")


def check_plain_png(png: bytes, width: int, height: int, *, alpha: bool = False) -> None:
    """Check that this is an 8-bit RGB PNG of this size with pixel data and nothing else; raises ValueError.

    With `alpha` it may be RGBA as well.
    The process that decodes is the one that a hostile picture may take over, so its answer is not believed: whoever
    opens this file needs no more than inflate and the PNG filters, for no more pixels than were agreed.
    """
    starts = tuple(_png_start(width, height, kind) for kind in ((_RGB, _RGBA) if alpha else (_RGB,)))
    if not png.startswith(starts):
        raise ValueError("not a plain RGB PNG of the size that was promised")
    position, names = len(starts[0]), []
    while position < len(png):
        if position + _CHUNK_HEADER.size > len(png):
            raise ValueError("the PNG ends early")
        length, name = _CHUNK_HEADER.unpack_from(png, position)
        position += _CHUNK_HEADER.size + length + 4
        names.append(name)
    if position != len(png) or names[-1:] != [b"IEND"] or len(names) < 2 or set(names[:-1]) != {b"IDAT"}:
        raise ValueError("the PNG holds more, or less, than pixels")


def _png_start(width: int, height: int, kind: int) -> bytes:
    """Return signature and header of a PNG of 8 bits a sample, without interlacing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return PNG_SIGNATURE + struct.pack(">I", len(header) - 4) + header + struct.pack(">I", zlib.crc32(header))
