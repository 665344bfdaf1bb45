"""The language between the bot and an engine: tasks go in; progress, results and failures come out.

Frames are a 4-byte big-endian length and that many bytes of msgpack. Every message is a tagged struct, so that both
sides decode straight into types, and a message that does not fit is refused as a whole. Pictures travel as encoded
bytes (PNG or JPEG), never as paths. Nothing here imports torch.
"""

from __future__ import annotations

import struct
from typing import Literal, Protocol

import msgspec

from nst_engine.options import Options
from nst_engine.settings import Convolutions, Precision

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 512 * 1024 * 1024  # a 6000 px PNG is about 100 MB; anything beyond this is garbage on the pipe
_LENGTH = struct.Struct(">I")


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Base of everything on the wire; `type` holds the class's name."""


# ---- what an engine is asked to do ------------------------------------------------------------------------------


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """One style picture (encoded bytes) and its share; weights are relative to their sum."""

    picture: bytes
    weight: float = 1.0


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the photo: the styles for where the `mask`, a grey picture of any size, is white."""

    mask: bytes
    styles: tuple[Style, ...]


class Paint(_Message, frozen=True, kw_only=True):
    """Paint `content` in `styles`. `init` is the picture to start from when `options.init` is "file".

    What is transparent in the content is so in the painting, a PNG.
    With a `mask`, a grey picture of any size, only what is white in it is painted in `styles` (what is black, with
    `options.invert_mask`); the rest is painted in `background`, or stays the photo where there is none. `regions` are
    more parts, each laid over those before it; without a `mask` the `styles` are then for the rest.
    """

    id: str
    content: bytes
    styles: tuple[Style, ...]
    options: Options = Options()
    init: bytes | None = None
    mask: bytes | None = None
    background: tuple[Style, ...] = ()
    regions: tuple[Region, ...] = ()


class Variations(_Message, frozen=True, kw_only=True):
    """Paint a labelled 2×2 sheet of four strengths, each at draft quality, as one task; the rest as in Paint."""

    id: str
    content: bytes
    styles: tuple[Style, ...]
    options: Options = Options()
    strengths: tuple[int, int, int, int] = (25, 45, 65, 85)
    init: bytes | None = None
    mask: bytes | None = None
    background: tuple[Style, ...] = ()
    regions: tuple[Region, ...] = ()


class Film(_Message, frozen=True, kw_only=True):
    """Make a film of the way to a painting from the frames kept of it, without painting again."""

    id: str
    frames: tuple[Frame, ...]
    painting: bytes
    format: Literal["gif", "mp4"] = "gif"
    max_bytes: int = 8 * 1024 * 1024


class Animate(_Message, frozen=True, kw_only=True):
    """Paint a moving picture (encoded pictures, in order), each frame started from the painting of the one before.

    What does not move from one frame to the next is held still. `init` is for the first frame alone. Answered by a
    film that plays at `frames_per_second`, 1 to 30, or shows each frame for as many `seconds` as there are for it.
    A GIF plays `plays` times; 0 is for ever. An MP4 has the clip's `sound`, packed by nst_engine/sound.py, where it is
    a small part of the film and can be written.
    """

    id: str
    frames: tuple[bytes, ...]
    styles: tuple[Style, ...]
    options: Options = Options()
    init: bytes | None = None
    frames_per_second: float = 8
    seconds: tuple[float, ...] = ()
    plays: int = 0
    sound: bytes | None = None
    format: Literal["gif", "mp4"] = "gif"
    max_bytes: int = 8 * 1024 * 1024


class Inspect(_Message, frozen=True, kw_only=True):
    """Draw a progress sheet from the frames and a loss plot from the history, without painting again."""

    id: str
    frames: tuple[Frame, ...]
    history: tuple[LossPoint, ...]
    painting: bytes


class Cancel(_Message, frozen=True, kw_only=True):
    """Stop the task with this id between two iterations; answered by a Failure with the code "cancelled"."""

    id: str


Task = Paint | Variations | Film | Animate | Inspect
ToEngine = Task | Cancel

# ---- what an engine answers -------------------------------------------------------------------------------------


class LossPoint(msgspec.Struct, frozen=True, array_like=True):
    """The weighted losses at one iteration; `iteration` counts over all scales, `scale` from 0 (coarsest)."""

    iteration: int
    scale: int
    content: float
    style: float
    total_variation: float
    total: float


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """The picture at one iteration, as a small JPEG."""

    iteration: int
    jpeg: bytes


class Hello(_Message, frozen=True, kw_only=True):
    """First frame of an engine that is ready to work."""

    protocol: int
    device: str  # as torch names it: "cpu", "cuda:0", "mps"
    device_name: str  # as a person names it: "AMD EPYC", "NVIDIA H100"
    dtype: Precision
    backbone: str  # "vgg19", "vgg19-torchvision" or a file's name
    weights: str  # SHA-256 of the weights in use, hexadecimal
    speed: float  # megapixel-iterations per second, measured at start; see nst_engine.schedule.work
    seconds_to_ready: float
    pid: int
    convolutions: Convolutions = "direct"  # how they are computed
    memory_bytes: int = 0  # what a painting may take on the device; 0 where that is not known


class Alive(_Message, frozen=True, kw_only=True):
    """A beat from a thread of the engine, about once a second: the process runs, whatever the task does."""

    resident_bytes: int = 0


class Progress(_Message, frozen=True, kw_only=True):
    """Where a task stands. Conflates: only the latest matters. `preview` is a small JPEG, now and then.

    `iteration` counts from 1 to `iterations` over all scales; `scale` from 0 (coarsest) to `scales - 1`.
    """

    id: str
    iteration: int
    iterations: int
    scale: int
    scales: int
    width: int
    height: int
    content_loss: float
    style_loss: float
    seconds_left: float  # infinite while nothing can be said
    done: float | None = None  # the share of the work, 0 to 1: iterations of coarse scales are little of it
    preview: bytes | None = None


Role = Literal["painting", "variations", "film", "progress_sheet", "loss_plot"]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a task made."""

    role: Role
    media_type: str  # image/png, image/gif, video/mp4
    data: bytes
    width: int
    height: int


class PaintFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How a painting was made: for `--json`, captions and details."""

    engine_seconds: float  # first tensor to last: no load, no queue
    iterations: int
    content_loss: float
    style_loss: float
    backbone: str
    device: str
    dtype: str
    seed: int
    convolutions: Convolutions = "direct"


class Result(_Message, frozen=True, kw_only=True):
    """A finished task; never dropped. Paint also carries its history and up to 24 frames for a later film."""

    id: str
    files: tuple[File, ...]
    facts: PaintFacts | None = None
    history: tuple[LossPoint, ...] = ()
    frames: tuple[Frame, ...] = ()


FailureCode = Literal[
    "cancelled",  # as asked
    "out_of_memory",  # the device cannot hold it: a smaller size may do
    "bad_picture",  # the engine could not decode a picture that it was told to trust
    "bad_task",  # options that contradict each other, or a frame that is no task
    "not_finite",  # the optimisation produced NaN or infinity and could not recover
    "engine_error",  # anything else, with the detail in the log
    # Said by the parent, never sent by an engine:
    "engine_died",
    "engine_hung",
    "engine_unavailable",
]


class Failure(_Message, frozen=True, kw_only=True):
    """A task that ended without a result; `id` is empty when the frame could not be read."""

    id: str
    code: FailureCode
    detail: str = ""


FromEngine = Hello | Alive | Progress | Result | Failure

# ---- framing ----------------------------------------------------------------------------------------------------

_encoder = msgspec.msgpack.Encoder()
_to_engine: msgspec.msgpack.Decoder[ToEngine] = msgspec.msgpack.Decoder(ToEngine)
_from_engine: msgspec.msgpack.Decoder[FromEngine] = msgspec.msgpack.Decoder(FromEngine)


class FrameError(Exception):
    """Bytes on the pipe that are no frame: a wrong length, a torn end, or a message that does not decode."""


class Reader(Protocol):
    """Anything with a blocking `read(n)`, such as a pipe's buffered file object."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and b"" at the end."""


def encode(message: ToEngine | FromEngine) -> bytes:
    """Return the message as one frame: length and msgpack. Raises FrameError when it exceeds MAX_FRAME_BYTES."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError(f"a frame of {len(body)} bytes exceeds the limit of {MAX_FRAME_BYTES}")
    return _LENGTH.pack(len(body)) + body


def decode_to_engine(body: bytes) -> ToEngine:
    """Decode a frame's body on the engine's side; raises FrameError."""
    try:
        return _to_engine.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FrameError(f"not a task: {error}") from error


def decode_from_engine(body: bytes) -> FromEngine:
    """Decode a frame's body on the bot's side; raises FrameError."""
    try:
        return _from_engine.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FrameError(f"not an engine's message: {error}") from error


LENGTH_BYTES = _LENGTH.size


def body_length(header: bytes) -> int:
    """Read the length in a frame's header of LENGTH_BYTES bytes; raises FrameError when it cannot be right."""
    if len(header) != LENGTH_BYTES:
        raise FrameError(f"a header of {len(header)} bytes, torn")
    length: int = _LENGTH.unpack(header)[0]
    if not 0 < length <= MAX_FRAME_BYTES:
        raise FrameError(f"a frame of {length} bytes cannot be right")
    return length


def read_body(stream: Reader) -> bytes | None:
    """Read one frame's body from a blocking stream; None at a clean end, FrameError at a torn one."""
    header = _read_exactly(stream, LENGTH_BYTES)
    if not header:
        return None
    length = body_length(header)
    body = _read_exactly(stream, length)
    if len(body) != length:
        raise FrameError(f"a frame of {length} bytes ended after {len(body)}")
    return body


def _read_exactly(stream: Reader, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = stream.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
