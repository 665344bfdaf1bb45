"""Moving pictures, frame by frame: GIF, WebP and PNG through Pillow, clips through PyAV. Runs inside the sandbox.

No header is believed: frames are looked at one by one until there are enough of them, however many there may be.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from bot.intake import sight
from bot.intake.answers import FASTEST, LEAST_MILLISECONDS, LONGEST_MILLISECONDS, MOST_PLAYS, reject
from bot.intake.limits import Limits
from nst_engine.errors import DECODER_ERRORS
from nst_engine.sound import Ear

if TYPE_CHECKING:
    from av.video.stream import VideoStream

_RATE_TO_HALVE = 5.0  # frames a second: a film that would have fewer jerks, and is rather cut
_SLACK = 0.95  # of the gap between two frames: times in files are rounded
_INSTANT, _USUAL = 0.011, 0.1  # seconds: what shorter frames count as, as in every browser
_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "h263", "prores", "libdav1d", "libvpx", "libvpx-vp9"}
_TOLD_LATE = ("AVIF", "WEBP")  # formats of which Pillow knows a frame's time when it has decoded it
_LONGEST_GAP = 10.0  # seconds in a clip, beyond which its clock is wrong


def prepare() -> None:
    """Load what decodes clips, and what that would load only when it meets a stream."""
    import av
    import av.audio.stream
    import av.subtitles.codeccontext
    import av.subtitles.stream
    import av.video.stream

    av.logging.set_level(av.logging.PANIC)


class Shot(NamedTuple):
    """A frame that was kept, and when it is shown, in seconds from the beginning."""

    at: float
    image: Image.Image


class Coming(NamedTuple):
    """A frame that may be kept: when and for how long it is shown, and what makes its picture, if that is asked for."""

    at: float
    seconds: float
    picture: Callable[[], Image.Image]


class Reel:
    """Picks the frames to keep: at most `most`, evenly, and no faster than FASTEST.

    Where there are too many, every other one goes, once or more, as long as that leaves _RATE_TO_HALVE; then the rest
    of the film is left out.
    """

    def __init__(self, most: int) -> None:
        self.shots: list[Shot] = []
        self._most, self._gap, self._end = most, 1 / FASTEST, 0.0

    @property
    def milliseconds(self) -> tuple[int, ...]:
        """For how long each frame that was kept is shown: until the next, or the end of what there was room for."""
        times = [round(1000 * at) for at in (*(shot.at for shot in self.shots), self._end)]
        return tuple(
            min(LONGEST_MILLISECONDS, max(LEAST_MILLISECONDS, after - before)) for before, after in pairwise(times)
        )

    def fill(self, coming: Iterable[Coming]) -> None:
        """Keep what there is room for."""
        for at, seconds, picture in coming:
            if not self._wants(at):
                self._end = max(self._end, at + seconds)
                continue
            if len(self.shots) == self._most:
                doubled = 2 * self._usual_gap()
                if doubled * _SLACK > 1 / _RATE_TO_HALVE:
                    self._end = at
                    return
                self.shots, self._gap = self.shots[::2], doubled
                if not self._wants(at):
                    self._end = at + seconds
                    continue
            self.shots.append(Shot(at, picture()))
            self._end = at + seconds

    def _wants(self, at: float) -> bool:
        return not self.shots or at >= self.shots[-1].at + _SLACK * self._gap

    def _usual_gap(self) -> float:
        gaps = [after.at - before.at for before, after in pairwise(self.shots)]
        return max(1 / FASTEST, median(gaps)) if gaps else 1 / FASTEST


def pillow_frames(image: Image.Image, picture: Callable[[], Image.Image]) -> Iterator[Coming]:
    """Step an opened animation from frame to frame; `picture` makes a picture of where it stands."""
    at = 0.0
    first = 1 if image.info.get("default_image") else 0  # an animated PNG's picture for those that know only PNG
    for index in range(first, getattr(image, "n_frames", 1)):
        try:
            image.seek(index)
        except EOFError:  # fewer than were declared
            return
        if image.format in _TOLD_LATE:
            image.load()
        seconds = float(image.info.get("duration") or 0) / 1000
        seconds = min(LONGEST_MILLISECONDS / 1000, seconds) if seconds > _INSTANT else _USUAL
        yield Coming(at, seconds, picture)
        at += seconds


def plays(image: Image.Image) -> int:
    """Return how often an opened animation is shown; 0 is for ever. A GIF counts how often it begins anew."""
    loop = image.info.get("loop")
    if image.format != "GIF":
        return loop if isinstance(loop, int) and 0 < loop < MOST_PLAYS else 0
    if loop is None:
        return 1
    return loop + 1 if isinstance(loop, int) and 0 < loop < MOST_PLAYS else 0


def fill_from_clip(reel: Reel, data: bytes, kind: sight.Kind, limits: Limits) -> bytes | None:
    """Decode a clip, upright, scaled to fit and one frame after the other, until a reel has enough; raises Rejected.

    Returns what is to be heard with these frames, packed by nst_engine/sound.py: empty where it cannot be kept, None
    where there is nothing. Whatever is wrong with the sound, the frames are not lost.
    """
    import av

    try:
        with av.open(io.BytesIO(data), format=kind.pillow, metadata_errors="replace") as container:
            pictures = [stream for stream in container.streams.video if not _is_cover(stream)]
            if not pictures:
                if sight.last_box_ends_early(data):
                    raise reject("truncated", format=kind.name)
                raise reject("not_a_picture", found="audio")
            clip = _Clip(container, pictures[0], limits)
            reel.fill(clip.frames())
            sound = clip.sound(sum(reel.milliseconds) / 1000)
    except MemoryError:
        raise reject("too_much_memory", limit=limits.memory_bytes) from None
    except (av.FFmpegError, *DECODER_ERRORS) as error:
        if sight.last_box_ends_early(data) or isinstance(error, EOFError):
            raise reject("truncated", format=kind.name) from None
        raise reject("unreadable", format=kind.name, detail=f"{type(error).__name__}: {error}"[:200]) from None
    if kind is sight.MP4 and sight.last_box_ends_early(data):
        raise reject("truncated", format=kind.name)
    return sound


class _Clip:
    """A clip that is read once: its frames are decoded, and meanwhile its first sound is heard."""

    def __init__(self, container: Any, stream: VideoStream, limits: Limits) -> None:
        self._container, self._stream, self._limits = container, stream, limits
        sounds = container.streams.audio
        self._ear = Ear(sounds[0], limits.max_sound_bytes) if sounds else None
        self._began: float | None = None  # by the clip's clock
        self._in_step = True  # whether it is known what is heard with a frame

    def frames(self) -> Iterator[Coming]:
        """Yield frame after frame; raises Rejected."""
        stream, limits = self._stream, self._limits
        codec = stream.codec_context
        name = codec.name if codec is not None else "?"  # FFmpeg has nothing for it
        if name not in _CODECS:
            raise reject("unsupported_format", found=name[:20], allowed="H.264, H.265, VP8, VP9, AV1")
        stream.thread_type = "NONE"  # one thread: the limits are those of a process
        codec.thread_count = 1
        codec.options = {"max_pixels": str(limits.max_pixels)}
        _check_size(codec.width, codec.height, limits)
        rate = float(stream.average_rate or 0)
        step = 1 / rate if math.isfinite(rate) and 1 <= rate <= 1000 else 1 / FASTEST
        began, at, before = None, 0.0, 0.0
        for frame in self._decoded():
            _check_size(frame.width, frame.height, limits)
            if frame.time is not None:
                if began is None:
                    began = self._began = frame.time
                at = frame.time - began
            if at < before or at > before + _LONGEST_GAP:  # clocks that run backwards, or leap
                began = None if frame.time is None else frame.time - before - step
                at, self._in_step = before + step, False
            yield Coming(at, step, partial(_upright, frame, limits))
            before, at = at, at + step

    def sound(self, seconds: float) -> bytes | None:
        """Return what is heard in so many seconds from the first frame on; more of the clip is read where need be."""
        import av

        if self._ear is None:
            return None
        if self._began is None or not self._in_step:
            return b""
        until = self._began + seconds
        try:
            if not self._ear.closed and not self._ear.has_heard(until):
                for packet in self._container.demux(self._ear.stream):
                    self._ear.hear(packet)
                    if self._ear.closed or self._ear.has_heard(until):
                        break
            return self._ear.sound(self._began, seconds)
        except (av.FFmpegError, MemoryError, *DECODER_ERRORS):
            return b""

    def _decoded(self) -> Iterator[Any]:
        ear = self._ear
        if ear is not None and not ear.closed:
            for packet in self._container.demux(self._stream, ear.stream):
                if packet.stream is self._stream:
                    yield from packet.decode()
                    continue
                ear.hear(packet)
                if ear.closed:  # from here on FFmpeg passes over the sound, however many packets it has
                    break
            else:
                return
        yield from self._container.decode(self._stream)


def _upright(frame: Any, limits: Limits) -> Image.Image:
    scale = min(1.0, limits.max_moving_side / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    image: Image.Image = frame.to_image(width=size[0], height=size[1])
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        facts = {"width": width, "height": height, "limit": limits.max_pixels, "limit_side": limits.max_side}
        raise reject("too_many_pixels", **facts)


def _is_cover(stream: VideoStream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)
