"""What `impasto stylize --submit` and the running bot say to each other, over a socket in the data directory.

Frames are a 4-byte big-endian length and that many bytes of msgpack, both ways.
"""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

import msgspec

from bot.model import Job, Request
from bot.outcomes import Painting, Waiting

VERSION = 2
SOCKET = "impasto.sock"
MAX_ANSWER_BYTES = 1024 * 1024  # answers hold no pictures
_LENGTH = struct.Struct(">I")


class WireError(Exception):
    """The other side said something that is no frame of this version."""


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of the messages."""


class Submit(_Message, frozen=True, kw_only=True):
    """A request, and the absolute path for its painting; the same `key` never makes a second job."""

    version: int
    key: str
    request: Request
    output: str
    replace: bool = False


class Stored(_Message, frozen=True, kw_only=True):
    """The job is stored: from here on it survives everybody's end."""

    job: Job
    text: str


class Refused(_Message, frozen=True, kw_only=True):
    """Nothing was stored; `code` is the exit code."""

    text: str
    code: int


class Standing(_Message, frozen=True, kw_only=True):
    """How the job stands: one of the two."""

    waiting: Waiting | None = None
    painting: Painting | None = None
    engine_ready: bool = True


class Ended(_Message, frozen=True, kw_only=True):
    """The job ended; `written` is its painting's path, `text` what is to be said, `note` something beside that."""

    job: Job
    text: str
    code: int
    written: str | None = None
    note: str = ""


FromBot = Stored | Refused | Standing | Ended
_encoder = msgspec.msgpack.Encoder()
_from_bot: msgspec.msgpack.Decoder[FromBot] = msgspec.msgpack.Decoder(FromBot)
_to_bot: msgspec.msgpack.Decoder[Submit] = msgspec.msgpack.Decoder(Submit)


def socket_path(data_dir: Path) -> Path:
    """Return where the running bot listens."""
    return data_dir / SOCKET


async def send(writer: asyncio.StreamWriter, message: Submit | FromBot) -> None:
    """Send one message; raises OSError when the other side is gone."""
    body = _encoder.encode(message)
    writer.writelines([_LENGTH.pack(len(body)), body])
    await writer.drain()


async def receive_submit(reader: asyncio.StreamReader, max_bytes: int) -> Submit:
    """Read a request of at most `max_bytes`; raises WireError, or EOFError when there is none."""
    try:
        return _to_bot.decode(await _body(reader, max_bytes))
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error


async def receive_answer(reader: asyncio.StreamReader) -> FromBot:
    """Read an answer; raises WireError, or EOFError when the bot is gone."""
    try:
        return _from_bot.decode(await _body(reader, MAX_ANSWER_BYTES))
    except msgspec.MsgspecError as error:
        raise WireError(str(error)) from error


async def _body(reader: asyncio.StreamReader, max_bytes: int) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > max_bytes:
        raise WireError(f"a frame of {length} bytes is more than {max_bytes}")
    return await reader.readexactly(length)
