"""A clip's sound: its packets as they are, taken out of the clip and put into a film. None of them is decoded.

A stranger's clip is taken apart in a sandbox. What comes out of it are numbers and bytes, so that whoever makes the
film only writes them: no reader of containers or codecs sees them there. Without torch, and without PyAV until then.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

MOST_BYTES = 2 * 1024 * 1024
"""Of a packed sound: two minutes at 128 kbit/s."""
MOST_PACKETS = 50_000

Codec = Literal["aac", "mp3", "opus", "ac3", "eac3", "alac", "flac"]
"""What an MP4 holds and players play, by FFmpeg's names."""

_ENCODERS = {"mp3": "libmp3lame", "opus": "libopus"}  # FFmpeg's own for Opus is an experiment, and it has none for MP3
_BEFORE = 0.3  # seconds of sound from before the first frame: a decoder needs them to begin, and players hide them
_PACKED = 24  # bytes that a packet takes besides its own, at most
_CALLED_SOUND = b"hdlr\0\0\0\0\0\0\0\0soun"  # the box of an MP4 that says what kind of track this is


class SoundPacket(msgspec.Struct, frozen=True, array_like=True):
    """When a packet begins and how long it lasts, in samples from the first frame on, and its bytes."""

    start: Annotated[int, Meta(ge=-192_000, le=2**40)]
    duration: Annotated[int, Meta(ge=0, le=2**40)]
    data: Annotated[bytes, Meta(min_length=1)]


class Sound(msgspec.Struct, frozen=True, array_like=True):
    """The packets of one sound, in order; `rate` in samples a second. `head` is what its decoder must know first."""

    codec: Codec
    rate: Annotated[int, Meta(ge=4000, le=192_000)]
    channels: Annotated[int, Meta(ge=1, le=8)]
    head: Annotated[bytes, Meta(max_length=65_536)]
    packets: Annotated[tuple[SoundPacket, ...], Meta(min_length=1, max_length=MOST_PACKETS)]

    @property
    def seconds(self) -> float:
        """When it ends, from the first frame on."""
        last = self.packets[-1]
        return (last.start + last.duration) / self.rate


_decoder = msgspec.msgpack.Decoder(Sound)


def unpacked(data: bytes) -> Sound:
    """Return a sound that was packed; raises ValueError for anything else, and for times that run backwards."""
    try:
        sound = _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise ValueError(f"this is no sound: {error}") from None
    if any(after.start <= before.start for before, after in pairwise(sound.packets)):
        raise ValueError("the times of this sound run backwards")
    return sound


# ---- out of a clip ------------------------------------------------------------------------------------------------


class Ear:
    """Hears one sound of a clip that is read packet by packet, and keeps its packets until there are too many."""

    def __init__(self, stream: Any, most_bytes: int = MOST_BYTES) -> None:
        """`stream` is PyAV's audio stream."""
        self.stream = stream
        self._packets: list[tuple[float, float, bytes]] = []  # begins, lasts (seconds by the clip's clock), bytes
        context = stream.codec_context  # None: FFmpeg has nothing for it
        self._codec: Any = context.codec.canonical_name if context is not None else ""
        self.closed = self._codec not in get_args(Codec) or context.sample_rate < 1  # then it hears no more
        self._room = most_bytes if self.closed else most_bytes - context.extradata_size - _PACKED

    def hear(self, packet: Any) -> None:
        """Keep a packet of the stream."""
        if self.closed or not packet.size:  # an empty one stands at the end of the clip
            return
        at = packet.pts if packet.pts is not None else packet.dts
        self._room -= packet.size + _PACKED
        if at is None or not packet.time_base or self._room < 0 or len(self._packets) == MOST_PACKETS:
            self.closed = True
            return
        tick = float(packet.time_base)
        self._packets.append((at * tick, max(0, packet.duration or 0) * tick, bytes(packet)))

    def has_heard(self, until: float) -> bool:
        """Tell whether the sound was heard up to a time of the clip's clock, in seconds."""
        return bool(self._packets) and self._packets[-1][0] + self._packets[-1][1] >= until

    def sound(self, began: float, seconds: float) -> bytes | None:
        """Return what is to be heard for so many seconds after `began`, packed.

        Empty where that cannot be had, None where it is nothing.
        """
        if self.closed and not self.has_heard(began + seconds):
            return b""
        context, packets = self.stream.codec_context, list[SoundPacket]()
        rate = context.sample_rate
        length = round(seconds * rate)
        for at, lasts, data in self._packets:
            start = round((at - began) * rate)
            if start >= length:
                break
            if start >= -_BEFORE * rate:
                packets.append(SoundPacket(start, min(round(lasts * rate), length - start), data))
        if not packets:
            return None
        codec, channels = self._codec, context.layout.nb_channels
        packed = msgspec.msgpack.encode(Sound(codec, rate, channels, context.extradata or b"", tuple(packets)))
        try:
            unpacked(packed)
        except ValueError:
            return b""
        return packed


def sound_of(clip: bytes, seconds: float) -> bytes | None:
    """Return what is heard while the first `seconds` of a clip's pictures are seen, for `make_animation`.

    Empty where no MP4 holds it, None where nothing is heard. Only for files that you trust: there is no sandbox here.
    Raises av.FFmpegError for what is no clip.
    """
    import av

    with av.open(io.BytesIO(clip), "r") as container:
        pictures, sounds = container.streams.video, container.streams.audio
        if not pictures or not sounds:
            return None
        began = float((pictures[0].start_time or 0) * (pictures[0].time_base or 0))
        ear = Ear(sounds[0])
        for packet in container.demux(ear.stream):
            ear.hear(packet)
            if ear.closed or ear.has_heard(began + seconds):
                break
        return ear.sound(began, seconds)


# ---- into a film --------------------------------------------------------------------------------------------------


def track_for(container: Any, sound: Sound) -> Any:
    """Add a track for a sound to PyAV's container, before anything is written to it.

    Raises ValueError or av.FFmpegError where that cannot be.
    """
    # PyAV makes a track after an encoder or after another file's track. To read another file here is what is to be
    # avoided; so an encoder is opened, encodes nothing, and its head gives way to the clip's.
    encoder = _ENCODERS.get(sound.codec, sound.codec)
    track = container.add_stream(encoder, rate=sound.rate, layout=f"{sound.channels}c")
    track.codec_context.open()
    track.codec_context.extradata = sound.head or None
    return track


def packets_for(track: Any, sound: Sound) -> Iterator[Any]:
    """Yield the packets of a sound as they go into its track."""
    import av

    for each in sound.packets:
        packet = av.Packet(each.data)
        packet.stream, packet.time_base = track, Fraction(1, sound.rate)
        packet.pts = packet.dts = each.start
        packet.duration = each.duration
        packet.is_keyframe = True
        yield packet


def has_sound(film: bytes) -> bool:
    """Tell whether an MP4 of ours has a sound."""
    return _CALLED_SOUND in film
