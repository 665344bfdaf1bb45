"""Films: of the way to a painting, from the small frames that were kept of it, or of painted frames. Without torch."""

from __future__ import annotations

import importlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from PIL import Image

from nst_engine import images
from nst_engine.errors import BadOptions, PaintError
from nst_engine.images import Picture
from nst_engine.protocol import File, Frame

FRAMES_PER_SECOND = 8
HOLD_SECONDS = 2.0  # on the painting, at the end
MP4_LONG_SIDE = 640  # pixels; frames are smaller, but the painting at the end may be crisp
DEFAULT_MAX_BYTES = 8 * 1024 * 1024

# From the wheel of PyAV; the first that is there is used. x264 (GPL) and OpenH264 (BSD) write H.264, the others do for
# builds without them.
_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "mpeg4")


class FilmError(PaintError):
    """The film cannot be made here: PyAV is missing, or no film is as small as was asked."""


class _Pace(NamedTuple):
    """How fast a film plays, and for how many seconds it stays on its last picture."""

    frames_per_second: Fraction
    hold_seconds: float


def make_film(
    frames: Sequence[Frame],
    painting: Picture,
    format: Literal["gif", "mp4"] = "gif",  # noqa: A002 - the word on the wire
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> File:
    """Return the film: every frame once, then HOLD_SECONDS of the painting.

    A film that would exceed `max_bytes` gets fewer colours or bits, then fewer frames, then fewer pixels.
    Raises BadPicture, BadOptions (no frames) or FilmError.
    """
    if not frames:
        raise BadOptions("a film needs the frames of a painting, and there are none")
    pictures = [images.load(frame.jpeg) for frame in frames]
    last, pace = images.load(painting), _Pace(Fraction(FRAMES_PER_SECOND), HOLD_SECONDS)
    if format == "mp4":
        return _mp4([*pictures, last], last.size, pace, max_bytes)
    # As large as the frames; the first of them may come from a coarser scale.
    return _gif([*pictures, last], max(picture.size for picture in pictures), pace, max_bytes)


def make_animation(
    pictures: Sequence[Picture],
    frames_per_second: float,
    format: Literal["gif", "mp4"] = "gif",  # noqa: A002 - the word on the wire
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> File:
    """Return the pictures as a film at `frames_per_second`, 1 to 30; GIF players know hundredths of a second.

    A film that would exceed `max_bytes` loses what `make_film` takes from it. Raises BadPicture, BadOptions (no
    pictures, another pace) or FilmError.
    """
    if not pictures or not 1 <= frames_per_second <= 30:
        raise BadOptions("an animation needs at least one picture, and 1 to 30 of them a second")
    rate = Fraction(frames_per_second).limit_denominator(1000)
    opened = [images.load(picture) for picture in pictures]
    return (_gif if format == "gif" else _mp4)(opened, opened[0].size, _Pace(rate, float(1 / rate)), max_bytes)


# ---- GIF ----------------------------------------------------------------------------------------------------------


def _gif(opened: Sequence[Image.Image], largest: tuple[int, int], pace: _Pace, max_bytes: int) -> File:
    (*before, last), (width, height) = opened, largest
    for colors, every, shrink in _gif_attempts():
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        pictures = [images.resize(picture, *size) for picture in [*before[::-every][::-1], last]]
        data = _encoded_gif(pictures, colors, pace._replace(frames_per_second=pace.frames_per_second / every))
        if len(data) <= max_bytes:
            return File(role="film", media_type="image/gif", data=data, width=size[0], height=size[1])
    raise FilmError(f"no GIF of this painting fits into {max_bytes} bytes; allow more, or ask for an MP4")


def _gif_attempts() -> Iterator[tuple[int, int, float]]:
    """Yield (colours, use every n-th frame, factor on the sides) from the best looking to the smallest."""
    yield from ((256, 1, 1.0), (128, 1, 1.0), (64, 1, 1.0), (128, 1, 0.75), (128, 2, 0.75), (64, 2, 0.6))
    yield from ((64, 3, 0.45), (32, 4, 0.35), (32, 6, 0.25), (16, 8, 0.15))


def _encoded_gif(pictures: Sequence[Image.Image], colors: int, pace: _Pace) -> bytes:
    palette = _shared_palette(pictures, colors)
    quantized = [picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
    moment = round(1000 / pace.frames_per_second)
    durations = [moment] * (len(quantized) - 1) + [round(1000 * pace.hold_seconds)]
    stream = io.BytesIO()
    quantized[0].save(
        stream, "GIF", save_all=True, append_images=quantized[1:], duration=durations, loop=0, optimize=False
    )
    return stream.getvalue()


def _shared_palette(pictures: Sequence[Image.Image], colors: int) -> Image.Image:
    """Return a palette image for all pictures, so that colours do not flicker from frame to frame."""
    width, height = pictures[0].size
    strip = Image.new("RGB", (width, height * len(pictures)))
    for place, picture in enumerate(pictures):
        strip.paste(picture, (0, place * height))
    # The octree keeps small bright areas, which median cut averages away.
    return strip.quantize(colors, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


# ---- MP4 ----------------------------------------------------------------------------------------------------------


def _mp4(opened: Sequence[Image.Image], largest: tuple[int, int], pace: _Pace, max_bytes: int) -> File:
    av = _pyav()
    long_side = min(MP4_LONG_SIDE, max(largest))
    for quality, shrink in ((20, 1.0), (26, 1.0), (32, 1.0), (32, 0.7), (36, 0.5), (40, 0.35)):
        factor = long_side * shrink / max(largest)
        width, height = (max(16, 2 * round(side * factor / 2)) for side in largest)  # yuv420p halves both
        pictures = [images.resize(picture, width, height) for picture in opened]
        pictures += [pictures[-1]] * (round(pace.hold_seconds * pace.frames_per_second) - 1)
        data = _encoded_mp4(av, pictures, quality, pace.frames_per_second)
        if len(data) <= max_bytes:
            return File(role="film", media_type="video/mp4", data=data, width=width, height=height)
    raise FilmError(f"no MP4 of this painting fits into {max_bytes} bytes; allow more")


def _pyav() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise FilmError(
            'an MP4 needs PyAV, which is not installed: pip install "impasto[mp4]", or ask for a GIF'
        ) from error


def _encoded_mp4(av: Any, pictures: Sequence[Image.Image], quality: int, rate: Fraction) -> bytes:
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
            for place, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
                frame.pts = place
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
        return path.read_bytes()
