"""Films: of the way to a painting, from the small frames that were kept of it, or of painted frames. Without torch."""

from __future__ import annotations

import importlib
import io
import logging
import math
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_engine import images
from nst_engine.errors import BadOptions, PaintError
from nst_engine.images import Picture
from nst_engine.protocol import File, Frame
from nst_engine.sound import Sound, packets_for, track_for, unpacked

log = logging.getLogger(__name__)

FRAMES_PER_SECOND = 8
HOLD_SECONDS = 2.0  # on the painting, at the end
_PALETTE_SAMPLE = 40_000  # pixels that a palette is fitted to
_PALETTE_STEPS = 4
_BAYER_SPREAD = 14.0  # of 255, at 256 colours
MP4_LONG_SIDE = 640  # pixels; frames are smaller, but the painting at the end may be crisp
_SHORTEST, _LONGEST = 1 / 60, 660.0  # seconds that a picture is shown; what a GIF can hold
_SAME_PACE = Fraction(1, 90)  # of a second: GIFs count hundredths
_MOST_RATE, _PARTS = 30, 4  # frames a second where times differ, and in how many the shortest is told from others
_SOUND_SHARE = 1 / 4  # of a film's bytes: what is heard is not to spoil what is painted
DEFAULT_MAX_BYTES = 8 * 1024 * 1024

# From the wheel of PyAV; the first that is there is used. x264 (GPL) and OpenH264 (BSD) write H.264, the others do for
# builds without them.
_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "mpeg4")


class FilmError(PaintError):
    """The film cannot be made here: PyAV is missing, or no film is as small as was asked."""


class _Pace(NamedTuple):
    """For how many seconds each picture is shown, how often all are (0: for ever), whether anything stands still."""

    seconds: tuple[Fraction, ...]
    plays: int = 0
    steady: bool = False

    def of(self, kept: Sequence[int]) -> _Pace:
        """Return the pace where only these pictures are kept: each is shown until the next of them."""
        starts = [Fraction(0), *accumulate(self.seconds)]
        times = [Fraction(0), *(starts[place] for place in kept[1:]), starts[-1]]
        return self._replace(seconds=tuple(end - start for start, end in pairwise(times)))

    def ticks(self, rate: Fraction | int) -> list[int]:
        """Return for how many ticks to show each picture, `rate` to a second, each for one at least.

        What is cut off one picture is given to a later one, so that the film as a whole lasts as long as it should.
        """
        ends = [0]
        for end in accumulate(self.seconds):
            ends.append(max(ends[-1] + 1, round(end * rate)))
        return [end - start for start, end in pairwise(ends)]


def make_film(
    frames: Sequence[Frame],
    painting: Picture,
    format: Literal["gif", "mp4"] = "gif",  # noqa: A002 - the word on the wire
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> File:
    """Return the film: every frame once, then HOLD_SECONDS of the painting.

    Frames of a GIF that come out alike are one, shown for as long as all of them. A film that would exceed `max_bytes`
    gets fewer colours or bits, then fewer frames, then fewer pixels.
    Raises BadPicture, BadOptions (no frames) or FilmError.
    """
    if not frames:
        raise BadOptions("a film needs the frames of a painting, and there are none")
    pictures = [images.load(frame.jpeg) for frame in frames]
    last, pace = images.load(painting), _Pace((*[Fraction(1, FRAMES_PER_SECOND)] * len(frames), Fraction(HOLD_SECONDS)))
    if format == "mp4":
        return _mp4([*pictures, last], last.size, pace, max_bytes)
    # As large as the frames; the first of them may come from a coarser scale.
    return _gif([*pictures, last], max(picture.size for picture in pictures), pace, max_bytes)


def make_animation(
    pictures: Sequence[Picture],
    frames_per_second: float,
    format: Literal["gif", "mp4"] = "gif",  # noqa: A002 - the word on the wire
    max_bytes: int = DEFAULT_MAX_BYTES,
    *,
    seconds: Sequence[float] = (),
    plays: int = 0,
    sound: bytes | None = None,
) -> File:
    """Return the pictures as a film at `frames_per_second`, 1 to 30, as large as the first of them.

    Where `seconds` are given, each picture is shown for as long as they say instead. A GIF is shown `plays` times; 0 is
    for ever. What is the same in two pictures is the same in the film: all share one palette, and no dithering wanders.
    An MP4 has the `sound` of a clip (see nst_engine.sound.sound_of), its packets as they are; it has none where that
    takes more than a quarter of `max_bytes` or cannot be written.
    A film that would exceed `max_bytes` loses what `make_film` takes from it. Raises BadPicture, BadOptions (no
    pictures, another pace) or FilmError.
    """
    check_animation(len(pictures), frames_per_second, format, seconds)
    opened = [images.load(picture) for picture in pictures]
    shown = seconds or [1 / frames_per_second] * len(pictures)
    pace = _Pace(tuple(Fraction(each).limit_denominator(1000) for each in shown), plays, steady=True)
    if format == "gif":
        return _gif(opened, opened[0].size, pace, max_bytes)
    return _mp4(opened, opened[0].size, pace, max_bytes, sound)


def check_animation(
    count: int,
    frames_per_second: float,
    format: Literal["gif", "mp4"],  # noqa: A002 - the word on the wire
    seconds: Sequence[float] = (),
) -> None:
    """Refuse what `make_animation` could not make of any `count` pictures: to be asked before they are painted.

    Raises BadOptions or FilmError.
    """
    if not count or (not seconds and not 1 <= frames_per_second <= 30):
        raise BadOptions("an animation needs at least one picture, and 1 to 30 of them a second")
    if seconds and (len(seconds) != count or not all(_SHORTEST <= each <= _LONGEST for each in seconds)):
        raise BadOptions(f"each picture of an animation is shown for {_SHORTEST:.2g} to {_LONGEST:.0f} seconds")
    if format == "mp4":
        _pyav()


# ---- GIF ----------------------------------------------------------------------------------------------------------


def _gif(opened: Sequence[Image.Image], largest: tuple[int, int], pace: _Pace, max_bytes: int) -> File:
    width, height = largest
    for colors, every, shrink in _gif_attempts():
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        kept = [*sorted(range(len(opened) - 2, -1, -every)), len(opened) - 1]
        pictures = [images.resize(opened[place], *size) for place in kept]
        data = _encoded_gif(pictures, colors, pace.of(kept))
        if len(data) <= max_bytes:
            return File(role="film", media_type="image/gif", data=data, width=size[0], height=size[1])
    raise FilmError(f"no GIF of this painting fits into {max_bytes} bytes; allow more, or ask for an MP4")


def _gif_attempts() -> Iterator[tuple[int, int, float]]:
    """Yield (colours, use every n-th frame, factor on the sides) from the best looking to the smallest."""
    yield from ((256, 1, 1.0), (128, 1, 1.0), (64, 1, 1.0), (128, 1, 0.75), (128, 2, 0.75), (64, 2, 0.6))
    yield from ((64, 3, 0.45), (32, 4, 0.35), (32, 6, 0.25), (16, 8, 0.15))


def _encoded_gif(pictures: Sequence[Image.Image], colors: int, pace: _Pace) -> bytes:
    palette = _shared_palette(pictures, colors)
    dithered = _evenly_dithered if pace.steady else _finely_dithered
    first, *rest = [dithered(picture, palette, colors) for picture in pictures]
    stream = io.BytesIO()
    again = {} if pace.plays == 1 else {"loop": max(0, pace.plays - 1)}  # a GIF counts how often it begins anew
    durations = [10 * hundredths for hundredths in pace.ticks(100)]
    first.save(stream, "GIF", save_all=True, append_images=rest, duration=durations, optimize=False, **again)
    return stream.getvalue()


def _shared_palette(pictures: Sequence[Image.Image], colors: int) -> Image.Image:
    """Return a palette image for all pictures, so that colours do not flicker from frame to frame."""
    pixels = np.concatenate([np.asarray(picture).reshape(-1, 3) for picture in pictures])
    if len(pixels) > _PALETTE_SAMPLE:  # at random: every n-th may be every n-th column
        pixels = pixels[np.random.default_rng(0).integers(0, len(pixels), _PALETTE_SAMPLE)]
    # The octree keeps small bright areas, which median cut averages away; k-means then fits it to the rest.
    octree = Image.fromarray(pixels[None]).quantize(colors, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    entries = np.reshape(octree.getpalette() or [], (-1, 3)).astype(np.float32)
    sample = pixels.astype(np.float32)
    for _ in range(_PALETTE_STEPS):
        nearest = ((entries**2).sum(1) - 2 * sample @ entries.T).argmin(1)
        counts = np.bincount(nearest, minlength=len(entries))[:, None]
        sums = np.stack([np.bincount(nearest, channel, len(entries)) for channel in sample.T], 1)
        entries = np.where(counts, sums / np.maximum(counts, 1), entries).astype(np.float32)
    palette = Image.new("P", (1, 1))
    palette.putpalette(entries.round().astype(np.uint8).tobytes())
    return palette


def _finely_dithered(picture: Image.Image, palette: Image.Image, colors: int) -> Image.Image:
    """Spread each pixel's error over those after it: true colours, but a change at the top changes all below it."""
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _evenly_dithered(picture: Image.Image, palette: Image.Image, colors: int) -> Image.Image:
    """Dither with a fixed pattern (Bayer, 1973): what does not move stays the same from frame to frame."""
    height, width = picture.height, picture.width
    tiled = np.tile(_BAYER, (-(-height // 8), -(-width // 8), 1))[:height, :width]
    spread = _BAYER_SPREAD * (256 / colors) ** (1 / 3)  # about how far colours of a palette are apart
    shifted = (np.asarray(picture) + spread * tiled).clip(0, 255).round().astype(np.uint8)
    return Image.fromarray(shifted).quantize(palette=palette, dither=Image.Dither.NONE)


def _bayer() -> NDArray[np.float32]:
    """Return thresholds (8, 8, 3) in -0.5 to 0.5, each channel's shifted, lest brightness alone make the pattern."""
    square = np.zeros((1, 1))
    for _ in range(3):
        square = np.block([[4 * square, 4 * square + 2], [4 * square + 3, 4 * square + 1]])
    channels = [np.roll(square, shift, (0, 1)) for shift in ((0, 0), (3, 5), (6, 2))]
    return ((np.stack(channels, -1) + 0.5) / 64 - 0.5).astype(np.float32)


_BAYER = _bayer()


# ---- MP4 ----------------------------------------------------------------------------------------------------------


def _mp4(
    opened: Sequence[Image.Image],
    largest: tuple[int, int],
    pace: _Pace,
    max_bytes: int,
    sound: bytes | None = None,
) -> File:
    av = _pyav()
    # What is painted frame by frame is as large as it should be; of a way to a painting only its end is.
    long_side = max(largest) if pace.steady else min(MP4_LONG_SIDE, max(largest))
    rate = _even_rate(pace.seconds)
    for heard, quality, shrink in _mp4_attempts(_fitting(sound, max_bytes)):
        factor = long_side * shrink / max(largest)
        width, height = (max(16, 2 * round(side * factor / 2)) for side in largest)  # yuv420p halves both
        pictures = [images.resize(picture, width, height) for picture in opened]
        shown = [picture for picture, ticks in zip(pictures, pace.ticks(rate), strict=True) for _ in range(ticks)]
        try:
            data = _encoded_mp4(av, shown, quality, rate, heard)
        except (av.FFmpegError, ValueError) as error:
            if heard is None:
                raise
            log.warning("event=sound_left_out reason=%s", error)
            return _mp4(opened, largest, pace, max_bytes)
        if len(data) <= max_bytes:
            return File(role="film", media_type="video/mp4", data=data, width=width, height=height)
    raise FilmError(f"no MP4 of this painting fits into {max_bytes} bytes; allow more")


def _mp4_attempts(sound: Sound | None) -> Iterator[tuple[Sound | None, int, float]]:
    """Yield (sound, quality, factor on the sides) from the best to the smallest, which is silent."""
    for heard in (sound, None) if sound is not None else (None,):
        for quality, shrink in ((20, 1.0), (26, 1.0), (32, 1.0), (32, 0.7), (36, 0.5), (40, 0.35)):
            yield heard, quality, shrink


def _fitting(sound: bytes | None, max_bytes: int) -> Sound | None:
    """Return a sound, if it is a small part of a film of at most so many bytes."""
    if not sound:
        return None
    try:
        if len(sound) > max_bytes * _SOUND_SHARE:
            raise ValueError(f"{len(sound)} of {max_bytes} bytes are too many")
        return unpacked(sound)
    except ValueError as error:
        log.warning("event=sound_left_out reason=%s", error)
        return None


def _even_rate(seconds: Sequence[Fraction]) -> Fraction:
    """Return at how many frames a second each picture gets its time, by being repeated where it stays for longer."""
    *moving, last = seconds
    shortest = min(moving, default=last)
    if all(abs(each - shortest) <= _SAME_PACE for each in moving):  # but for how files count
        return (len(moving) / sum(moving, Fraction(0))).limit_denominator(1000) if moving else 1 / last
    return Fraction(min(_MOST_RATE, math.ceil(_PARTS / shortest)))


def _pyav() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise FilmError(
            'an MP4 needs PyAV, which is not installed: pip install "impasto[mp4]", or ask for a GIF'
        ) from error


def _encoded_mp4(
    av: Any, pictures: Sequence[Image.Image], quality: int, rate: Fraction, sound: Sound | None = None
) -> bytes:
    encoder = next((name for name in _ENCODERS if name in av.codecs_available), None)
    if encoder is None:
        raise FilmError(f"this PyAV has none of the encoders {', '.join(_ENCODERS)}; ask for a GIF")
    with tempfile.TemporaryDirectory(prefix="impasto-film-") as folder:
        path = Path(folder, "film.mp4")  # a real file: moving the index to the front needs to open it again
        with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
            video = container.add_stream(encoder, rate=rate)
            video.width, video.height = pictures[0].size
            video.pix_fmt = "yuv420p"  # what every player and chat shows
            video.time_base = 1 / rate
            if encoder == "libx264":
                video.options = {"crf": str(quality), "preset": "medium"}
            else:  # these know bits, not quality: two bits a pixel at 20, and half as many for every six more
                video.bit_rate = round(2 * video.width * video.height * float(rate) * 2.0 ** ((20 - quality) / 6))
            heard = deque(packets_for(track_for(container, sound), sound) if sound is not None else ())
            for place, picture in enumerate(pictures):
                while heard and heard[0].pts * heard[0].time_base * rate <= place:  # beside what is seen with it
                    container.mux(heard.popleft())
                frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
                frame.pts = place
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            container.mux(heard)
        return path.read_bytes()
