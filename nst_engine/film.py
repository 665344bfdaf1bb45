"""A film of the way to a painting, from the small frames that were kept of it. Nothing here imports torch."""

from __future__ import annotations

import importlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

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
    return (_gif if format == "gif" else _mp4)(frames, images.load(painting), max_bytes)


# ---- GIF ----------------------------------------------------------------------------------------------------------


def _gif(frames: Sequence[Frame], painting: Image.Image, max_bytes: int) -> File:
    opened = [images.load(frame.jpeg) for frame in frames]
    width, height = max(picture.size for picture in opened)  # the first frames may come from a coarser scale
    for colors, every, shrink in _gif_attempts():
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        pictures = [images.resize(picture, *size) for picture in [*opened[::-every][::-1], painting]]
        data = _encoded_gif(pictures, colors)
        if len(data) <= max_bytes:
            return File(role="film", media_type="image/gif", data=data, width=size[0], height=size[1])
    raise FilmError(f"no GIF of this painting fits into {max_bytes} bytes; allow more, or ask for an MP4")


def _gif_attempts() -> Iterator[tuple[int, int, float]]:
    """Yield (colours, use every n-th frame, factor on the sides) from the best looking to the smallest."""
    yield from ((256, 1, 1.0), (128, 1, 1.0), (64, 1, 1.0), (128, 1, 0.75), (128, 2, 0.75), (64, 2, 0.6))
    yield from ((64, 3, 0.45), (32, 4, 0.35), (32, 6, 0.25), (16, 8, 0.15))


def _encoded_gif(pictures: Sequence[Image.Image], colors: int) -> bytes:
    palette = _shared_palette(pictures, colors)
    quantized = [picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
    moment = round(1000 / FRAMES_PER_SECOND)
    durations = [moment] * (len(quantized) - 1) + [round(1000 * HOLD_SECONDS)]
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


def _mp4(frames: Sequence[Frame], painting: Image.Image, max_bytes: int) -> File:
    av = _pyav()
    long_side = min(MP4_LONG_SIDE, max(painting.size))
    for quality, shrink in ((20, 1.0), (26, 1.0), (32, 1.0), (32, 0.7), (36, 0.5), (40, 0.35)):
        factor = long_side * shrink / max(painting.size)
        width, height = (max(16, 2 * round(side * factor / 2)) for side in painting.size)  # yuv420p halves both
        pictures = [images.resize(images.load(frame.jpeg), width, height) for frame in frames]
        pictures += [images.resize(painting, width, height)] * round(HOLD_SECONDS * FRAMES_PER_SECOND)
        data = _encoded_mp4(av, pictures, quality)
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


def _encoded_mp4(av: Any, pictures: Sequence[Image.Image], quality: int) -> bytes:
    encoder = next((name for name in _ENCODERS if name in av.codecs_available), None)
    if encoder is None:
        raise FilmError(f"this PyAV has none of the encoders {', '.join(_ENCODERS)}; ask for a GIF")
    with tempfile.TemporaryDirectory(prefix="impasto-film-") as folder:
        path = Path(folder, "film.mp4")  # a real file: moving the index to the front needs to open it again
        with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
            video = container.add_stream(encoder, rate=FRAMES_PER_SECOND)
            video.width, video.height = pictures[0].size
            video.pix_fmt = "yuv420p"  # what every player and chat shows
            video.time_base = Fraction(1, FRAMES_PER_SECOND)
            if encoder == "libx264":
                video.options = {"crf": str(quality), "preset": "medium"}
            else:  # these know bits, not quality: two bits a pixel at 20, and half as many for every six more
                video.bit_rate = round(2 * video.width * video.height * FRAMES_PER_SECOND * 2.0 ** ((20 - quality) / 6))
            for place, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
                frame.pts = place
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
        return path.read_bytes()
