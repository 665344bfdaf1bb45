"""Makes pictures fit the attachment limit of a place: better a little compression than no picture."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Iterator
from pathlib import PurePath

import msgspec
from PIL import Image, ImageSequence

from bot.outcomes import DeliveredFile
from bot.presenter import Presenter, View
from nst_engine import images

_QUALITIES = (95, 90, 85, 80, 70)
_SCALED_QUALITY = 85
_STEP = 0.8  # of the sides, from one try to the next
_FORMATS = {"image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP"}
_SMALLEST = 64  # pixels of the long side
_SMALLER = 0.6  # of the bytes of a file that was found too large, from one try to the next
_SMALLER_TRIES = 3


async def made_to_fit(view: View, limit: int, presenter: Presenter, locale: str) -> View:
    """Return what `fitted` does; what fits need not wait for a thread: all of them may be at work on films."""
    return view if fits(view, limit) else await asyncio.to_thread(fitted, view, limit, presenter, locale)


async def tries(view: View, limit: int, presenter: Presenter, locale: str) -> AsyncGenerator[View, None]:
    """Yield what to send, one after the other for as long as a chat finds its files too large, and without them last.

    A chat that takes files of `limit` bytes has refused what fits: the first time that may have been a hiccup, so the
    same is tried once more. What it takes then is anybody's guess, and nobody is told a number.
    """
    fitting = await made_to_fit(view, limit, presenter, locale)
    yield fitting
    if not _files(fitting):
        return
    yield fitting
    for _ in range(_SMALLER_TRIES):
        limit = int(max(len(file.data) for file in _files(fitting)) * _SMALLER)
        fitting = await asyncio.to_thread(fitted, view, limit, presenter, locale, guessed=True)
        if not _files(fitting):
            break
        yield fitting
    yield fitted(view, 0, presenter, locale, guessed=True)


def fitted(view: View, limit: int, presenter: Presenter, locale: str, *, guessed: bool = False) -> View:
    """Return the view with files of at most `limit` bytes; it says so when one had to be changed or left out.

    A file that cannot be made small enough is left out. `guessed`: nobody knows what the chat takes, so the
    limit is not told. Unless it `fits` already, this takes as long as encoding takes: call it in a thread.
    """
    if fits(view, limit):
        return view
    files = _files(view)
    alt_texts = ([view.alt_text or ""] if view.picture else []) + [*view.file_alt_texts, *[""] * len(files)]
    kept: list[tuple[DeliveredFile, str]] = []
    notes: list[str] = []
    for file, alt in zip(files, alt_texts, strict=False):
        small = fit(file, limit)
        if small is not None:
            kept.append((small, alt))
        if small is None and guessed:
            notes.append(presenter.phrase("left_out", locale, name=file.name))
        elif small is None:
            notes.append(presenter.phrase("too_large_here", locale, name=file.name, limit=limit))
        elif small is not file and guessed:
            notes.append(presenter.phrase("refitted_smaller", locale, format=_FORMATS[small.media_type]))
        elif small is not file:
            notes.append(presenter.phrase("refitted", locale, format=_FORMATS[small.media_type], limit=limit))
    return msgspec.structs.replace(
        view,
        text="\n".join([view.text, *dict.fromkeys(notes)]),
        picture=kept[0][0] if kept else None,
        alt_text=kept[0][1] if kept else None,
        files=tuple(file for file, _ in kept[1:]),
        file_alt_texts=tuple(alt for _, alt in kept[1:]),
    )


def fits(view: View, limit: int) -> bool:
    """Tell whether every file of the view has at most `limit` bytes."""
    return all(len(file.data) <= limit for file in _files(view))


def _files(view: View) -> list[DeliveredFile]:
    return [file for file in (view.picture, *view.files) if file is not None]


def fit(file: DeliveredFile, limit: int) -> DeliveredFile | None:
    """Return the file itself where it has at most `limit` bytes, a smaller version, or None where there is none.

    Pictures become JPEG of lower and lower quality, then smaller, and WebP where they are transparent; animated GIFs
    become smaller; other films stay.
    """
    if len(file.data) <= limit:
        return file
    tries = _MAKERS.get(file.media_type)
    if tries is None:
        return None
    for data, media_type, suffix in (_as_webp if file.transparent else tries)(file.data, limit):
        if len(data) <= limit:
            name = str(PurePath(file.name).with_suffix(suffix))
            return msgspec.structs.replace(file, data=data, media_type=media_type, name=name)
    return None


def on_white(file: DeliveredFile) -> DeliveredFile:
    """Return a picture without transparency: the file itself where it has none, else a JPEG. Takes a moment."""
    if not file.transparent:
        return file
    with Image.open(io.BytesIO(file.data)) as opened:
        picture = images.load(opened)
    name = str(PurePath(file.name).with_suffix(".jpg"))
    return msgspec.structs.replace(
        file, data=images.encoded(picture, "JPEG"), media_type="image/jpeg", name=name, transparent=False
    )


def _as_jpeg(data: bytes, limit: int) -> Iterator[tuple[bytes, str, str]]:
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    for quality in _QUALITIES:
        yield _jpeg(picture, quality), "image/jpeg", ".jpg"
    for size in _sizes(picture.size):
        yield _jpeg(picture.resize(size, Image.Resampling.LANCZOS), _SCALED_QUALITY), "image/jpeg", ".jpg"


def _as_webp(data: bytes, limit: int) -> Iterator[tuple[bytes, str, str]]:
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    for quality in _QUALITIES:
        yield images.encoded(picture, "WEBP", quality), "image/webp", ".webp"
    for width, height in _sizes(picture.size):
        yield images.encoded(images.resize(picture, width, height), "WEBP", _SCALED_QUALITY), "image/webp", ".webp"


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    # Not optimize=True: Pillow's buffer for that is too small for noisy pictures, and saving them fails.
    picture.save(stream, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2)
    return stream.getvalue()


def _as_smaller_gif(data: bytes, limit: int) -> Iterator[tuple[bytes, str, str]]:
    with Image.open(io.BytesIO(data)) as opened:
        durations = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(opened)]
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(opened)]
        loop = opened.info.get("loop", 0)
    pixels, share = frames[0].width * frames[0].height, limit / len(data)
    for size in _sizes(frames[0].size):
        if size[0] * size[1] > pixels * share:
            continue  # a film takes seconds to make, and smaller frames have no fewer bytes for each pixel
        first, *rest = [frame.resize(size, Image.Resampling.LANCZOS) for frame in frames]
        stream = io.BytesIO()
        first.save(stream, "GIF", save_all=True, append_images=rest, duration=durations, loop=loop)
        yield stream.getvalue(), "image/gif", ".gif"


_MAKERS = {
    "image/png": _as_jpeg,
    "image/jpeg": _as_jpeg,
    "image/webp": _as_webp,
    "image/gif": _as_smaller_gif,
}
"""What makes a file smaller, by its kind."""


def _sizes(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield smaller and smaller sizes of the same proportions."""
    width, height = float(size[0]), float(size[1])
    while max(width, height) * _STEP >= _SMALLEST:
        width, height = width * _STEP, height * _STEP
        yield max(1, round(width)), max(1, round(height))
