"""Decoding, as a pure function from bytes to a clean picture. Runs inside the sandbox."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import msgspec
import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from bot.intake import moving, sight
from bot.intake.answers import READABLE, Picture, Purpose, Rejected, reject
from bot.intake.limits import MIB, Limits
from bot.intake.moving import Reel, fill_from_clip, pillow_frames
from nst_engine import repair
from nst_engine.errors import DECODER_ERRORS
from nst_engine.regions import NoSuchColor, in_color
from nst_engine.srgb import LEAST_CONTRAST, contrast, eight_bit, orientation, profile_of, to_srgb, upright

PLUGINS = (  # named, so that nothing is left to be imported once files cannot be opened any more
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

BYTES_PER_PIXEL = 14  # what the hungriest decoders (progressive JPEG, lossless WebP) take, about
DNG_VERSION = 50706  # TIFF tag
_GROUNDS: dict[Purpose, str | None] = {"photo": None, "style": "white", "mask": "black"}  # of what is transparent

Read = TypeVar("Read")


class Source(io.BytesIO):
    """A file that remembers its declared size in pixels, and whether its reader wanted more than there was."""

    pixels = 0
    ran_out = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read like any file."""
        data = super().read(size)
        if size is not None and len(data) < size:
            self.ran_out = True
        return data


def prepare(*, clips: bool = False) -> None:
    """Set the decoders up for this process: single-threaded, strict, and without limits that would speak first.

    `clips` loads what decodes them, which takes a while.
    """
    if clips:
        moving.prepare()
    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_CHUNK = 16 * MIB  # editors write that much XMP; bombs are larger
    Image.preinit()


def decode(data: bytes, limits: Limits, purpose: Purpose = "photo", color: str | None = None) -> Picture:
    """Return the first frame as an upright sRGB picture within the limits; raises Rejected.

    What the header declares is checked before any pixel is decoded. A photo stays transparent where it is, but not
    everywhere; a style is white there, a mask black, and grey altogether. With a `color` a mask is white where the
    picture has that. Masks and styles must not be the same everywhere. A file that is not quite in order is read where
    no pixel is missing.
    """
    return _encode(_in_order(data, lambda whole: _read(whole, limits, purpose, color)))


def _in_order(data: bytes, read: Callable[[bytes], Read]) -> Read:
    """Read a file as it is, else put in order where it can be; raises Rejected."""
    try:
        return read(data)
    except Rejected as rejected:
        whole = repair.mended(data) if rejected.rejection.code in ("truncated", "unreadable") else None
        if whole is None:
            raise
        return read(whole)


def _read(data: bytes, limits: Limits, purpose: Purpose, color: str | None) -> Image.Image:
    with _blamed(data, limits) as (source, kind):
        image: Image.Image = _open(source, kind, limits)
        image.load()
        image = _finished(image, profile_of(image, data), limits, limits.max_output_side, _GROUNDS[purpose])
        if purpose == "mask":
            image = image.convert("L") if color is None else _in_color(image, color)
        if purpose != "photo" and contrast(image) < LEAST_CONTRAST:
            raise reject("flat_mask" if purpose == "mask" else "flat_style")
        if image.mode != "RGBA":
            return image.convert("RGB")
        if image.getchannel("A").getextrema() == (0, 0):
            raise reject("transparent")
        return image


def _in_color(image: Image.Image, color: str) -> Image.Image:
    try:
        return in_color(image.convert("RGB"), color)
    except NoSuchColor as error:
        raise reject("color_missing", found=color, there=", ".join(error.there)) from None


class Film(NamedTuple):
    """Frames of one size, for how many milliseconds to show each, and how often all of them; 0 is for ever.

    `sound` is what is heard with them, packed: empty where it cannot be kept, None where there is nothing.
    """

    frames: tuple[Picture, ...]
    milliseconds: tuple[int, ...]
    plays: int = 0
    sound: bytes | None = None


def decode_moving(data: bytes, limits: Limits) -> Picture | Film:
    """Return a moving picture as upright sRGB frames within the limits; a still one as `decode` does, raises Rejected.

    What keeps a single frame is a still picture. There are at most `max_moving_frames`; see Reel for which.
    """
    return _in_order(data, lambda whole: _read_moving(whole, limits))


def _read_moving(data: bytes, limits: Limits) -> Picture | Film:
    kind = sight.check(data, limits, clips=True)
    reel, plays, sound = Reel(limits.max_moving_frames), 0, None
    if kind in sight.CLIPS:
        sound = fill_from_clip(reel, data, kind, limits)
        if not reel.shots:
            raise reject("truncated", format=kind.name)
        if len(reel.shots) == 1:  # a photo after all, and as large as one
            reel = Reel(1)
            fill_from_clip(reel, data, kind, msgspec.structs.replace(limits, max_moving_side=limits.max_output_side))
    elif kind in sight.MOVING:
        with _blamed(data, limits) as (source, _):
            image = _open(source, kind, limits)
            if getattr(image, "n_frames", 1) > 1:
                plays = moving.plays(image)
                profile = profile_of(image, data)
                reel.fill(pillow_frames(image, lambda: _of_film(image, profile, limits)))
    frames = [shot.image for shot in reel.shots]
    if len(frames) < 2 and kind not in sight.CLIPS:
        return decode(data, limits)
    size = frames[0].size
    _check_size(size, limits)
    if len(frames) == 1:
        return _encode(frames[0])
    resized = (frame if frame.size == size else frame.resize(size) for frame in frames)
    return Film(tuple(map(_encode, resized)), reel.milliseconds, plays, sound)


def _of_film(image: Image.Image, profile: bytes | None, limits: Limits) -> Image.Image:
    image.load()
    return _finished(image.copy(), profile, limits, limits.max_moving_side)


def _finished(
    image: Image.Image, profile: bytes | None, limits: Limits, side: int, ground: str | None = "white"
) -> Image.Image:
    """Make a loaded picture one that is kept: scaled to fit, in sRGB, upright; see `to_srgb` for the ground."""
    _check_size(image.size, limits)
    turned = orientation(image)
    # One name for all stages, so that each picture is freed when the next is made.
    image = eight_bit(image)
    _shrink(image, limits, side)
    return upright(to_srgb(image, profile, ground), turned)


@contextmanager
def _blamed(data: bytes, limits: Limits) -> Iterator[tuple[Source, sight.Kind]]:
    """Turn what decoders raise into a rejection that says what is wrong with the file."""
    kind = sight.check(data, limits)
    source = Source(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield source, kind
    except MemoryError:
        raise reject("too_much_memory", limit=limits.memory_bytes) from None
    except DECODER_ERRORS as error:
        raise _blame(error, source, kind, limits) from error


def _open(source: Source, kind: sight.Kind, limits: Limits) -> ImageFile.ImageFile:
    """Read the header and refuse what it declares too much of."""
    data = source.getbuffer()
    if kind is sight.WEBP:
        canvas = sight.webp_canvas(bytes(data[:64])) or (limits.min_side, limits.min_side)
        _check_size(canvas, limits)
        source.pixels = canvas[0] * canvas[1]
        if len(data) < struct.unpack_from("<I", data, 4)[0] + 8:
            raise reject("truncated", format=kind.name)
    if kind is sight.GIF and sight.gif_has_more_frames(source.getvalue(), limits.max_frames):
        raise reject("too_many_frames", format=kind.name, limit=limits.max_frames)
    del data
    Image.MAX_IMAGE_PIXELS = None  # our own check follows, and can name the size
    image = Image.open(source, formats=[kind.pillow])
    Image.MAX_IMAGE_PIXELS = limits.max_pixels  # for frames that turn out larger than the header said
    _check_size(image.size, limits)
    source.pixels = image.width * image.height
    if kind is sight.TIFF:
        if DNG_VERSION in getattr(image, "tag_v2", {}):
            raise reject("unsupported_format", found="camera raw", allowed=READABLE)
        _check_pages(image, limits)
    elif kind is not sight.GIF and getattr(image, "n_frames", 1) > limits.max_frames:
        raise reject("too_many_frames", format=kind.name, limit=limits.max_frames)
    if max(image.size) > limits.max_output_side:
        # Only JPEG can decode at a fraction of its size; the others ignore this.
        side = limits.max_output_side
        image.draft(None, (min(image.width, side), min(image.height, side)))
    return image


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        facts = {"width": width, "height": height, "limit": limits.max_pixels, "limit_side": limits.max_side}
        raise reject("too_many_pixels", **facts)
    if min(size) < limits.min_side:
        raise reject("too_small", width=width, height=height, limit=limits.min_side)


def _check_pages(image: ImageFile.ImageFile, limits: Limits) -> None:
    """Refuse a TIFF of too many pages, without walking further than to the first that is too many."""
    try:
        image.seek(limits.max_frames)
    except EOFError:
        image.seek(0)
        return
    raise reject("too_many_frames", format="TIFF", limit=limits.max_frames)


def _shrink(image: Image.Image, limits: Limits, side: int) -> None:
    """Scale down, in place, to the largest side that is kept. Pillow weights colours by their alpha."""
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if min(image.size) < limits.min_side:  # which it was not before
        raise reject("too_narrow")


def _encode(image: Image.Image) -> Picture:
    """Write the pixels and nothing else. Speed counts here: the engine reads this file once."""
    image.info.clear()
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=1)
    return Picture(stream.getvalue(), image.width, image.height)


def _blame(error: Exception, source: Source, kind: sight.Kind, limits: Limits) -> Rejected:
    """Say what is wrong with a file that a decoder gave up on."""
    text = str(error).lower()
    # libjpeg and libwebp report a lack of memory as broken data; where it was likely, it is what they mean.
    starved = source.pixels * BYTES_PER_PIXEL > limits.memory_bytes and isinstance(error, OSError)
    ends_early = "truncated" in text or "end of file" in text or "premature" in text
    if "memory" in text or (starved and not ends_early):
        return reject("too_much_memory", limit=limits.memory_bytes)
    if isinstance(error, (IndexError, struct.error)):  # what a reader says that found less than it needs
        ends_early = ends_early or source.ran_out
    if isinstance(error, UnidentifiedImageError):
        contained = kind in (sight.HEIC, sight.AVIF) and sight.last_box_ends_early(source.getvalue())
        ends_early = ends_early or source.ran_out or contained
        text = "the header makes no sense"
    if ends_early:
        return reject("truncated", format=kind.name)
    return reject("unreadable", format=kind.name, detail=f"{type(error).__name__}: {text}"[:200])
