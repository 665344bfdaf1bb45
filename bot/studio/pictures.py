"""Pictures on their way into the store: from strangers through the intake, from presets, or from a draft."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Literal

import msgspec
import structlog

from bot import animated_png, outcomes
from bot.intake import Limits, Moving, Purpose, Rejected
from bot.outcomes import Which
from bot.presets import Preset, UnknownPreset
from bot.store import FileDamaged, FileGone, StoreError
from bot.studio.context import Context, Refused

log = structlog.get_logger(__name__)

_KEPT_PER_PAINTED = 1.5  # long sides: a square out of a photo of 3:2 keeps its detail, and more would be lost anyway
_PURPOSES: dict[Which, Purpose] = {"style": "style", "background": "style", "mask": "mask"}
_KNOWN_PRESETS = 64  # whose cleaned pictures are remembered by digest


class StoredPicture(msgspec.Struct, frozen=True):
    """A clean picture in the store: its digest and its size in pixels; of one that moves, how, and as what it came.

    `sound`: it came with one.
    """

    digest: str
    width: int
    height: int
    frames: int = 1
    frames_per_second: float = animated_png.STILL.frames_per_second
    format: Literal["gif", "mp4"] | None = None
    sound: bool = False


class Pictures:
    """Makes pictures safe and stores them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._presets: OrderedDict[bytes, StoredPicture] = OrderedDict()  # by the digest of the preset's own file

    def preset(self, name: str) -> Preset:
        """Return a preset by name; raises Refused for one that there is no more."""
        try:
            return self._context.presets.get(name)
        except UnknownPreset as error:
            raise Refused(outcomes.PresetUnknown(name=error.name)) from None

    async def clean(self, which: Which, data: bytes, color: str | None = None) -> StoredPicture:
        """Store a stranger's picture, made safe; raises Refused when the intake rejects it.

        With a `color` it is a mask of what has this colour in the picture.
        """
        try:
            picture = await self._context.intake.clean(data, self._limits(), _PURPOSES.get(which, "photo"), color)
        except Rejected as error:
            raise _refused(which, error) from None
        return StoredPicture(await self._context.store.files.put(picture.png), picture.width, picture.height)

    async def clean_content(self, data: bytes, moving_side: int) -> StoredPicture:
        """Store as `clean` does what is to be painted, which may move; then its long side is at most `moving_side`."""
        limits = msgspec.structs.replace(self._limits(), max_moving_side=moving_side)
        try:
            found = await self._context.intake.clean_moving(data, limits)
        except Rejected as error:
            raise _refused("photo", error) from None
        digest = await self._context.store.files.put(found.png)
        if not isinstance(found, Moving):
            return StoredPicture(digest, found.width, found.height)
        kind: Literal["gif", "mp4"] = "mp4" if found.clip else "gif"
        pace = found.frames_per_second
        return StoredPicture(digest, found.width, found.height, found.frames, pace, kind, found.sound)

    def _limits(self) -> Limits:
        section = self._context.config.intake
        return Limits(
            max_bytes=section.max_bytes,
            max_pixels=section.max_pixels,
            max_frames=section.max_frames,
            seconds=section.seconds,
            max_moving_frames=section.max_moving_frames,
            memory_bytes=section.memory_bytes,
            max_output_side=min(
                Limits().max_output_side, round(_KEPT_PER_PAINTED * self._context.config.ceiling.largest_size)
            ),
        )

    async def from_preset(self, preset: Preset) -> StoredPicture:
        """Store a preset's picture; it is cleaned like a stranger's, but only once while it lies in the store."""
        try:
            data = await asyncio.to_thread(preset.picture_bytes)
        except OSError as error:
            log.error("preset.gone", preset=preset.name, detail=str(error))
            raise Refused(outcomes.PresetUnknown(name=preset.name)) from None
        name = hashlib.sha256(data).digest()
        if known := self._presets.get(name):
            try:
                return await self.stored(known.digest)
            except (FileGone, FileDamaged):
                pass  # then it is stored anew
        stored = self._presets[name] = await self.clean("style", data)
        while len(self._presets) > _KNOWN_PRESETS:
            self._presets.popitem(last=False)
        return stored

    async def stored(self, digest: str) -> StoredPicture:
        """Look up a clean picture in the store and keep it from the sweep until its job comes.

        Raises FileGone and FileDamaged.
        """
        png = await self._context.store.files.get(digest)
        await self._context.store.files.keep(digest)
        moves = animated_png.motion(png)
        heard = animated_png.sound(png) is not None
        return StoredPicture(digest, *png_size(png), moves.frames, moves.frames_per_second, sound=heard)

    async def kept(self, which: Which, digest: str) -> StoredPicture:
        """Look up as `stored` does; raises Refused when the picture has gone or is damaged."""
        try:
            return await self.stored(digest)
        except (FileGone, FileDamaged):
            raise Refused(outcomes.MissingPicture(which=which)) from None

    async def all_of(self, work: Sequence[Coroutine[Any, Any, StoredPicture]]) -> list[StoredPicture]:
        """Store several pictures at once, or none: raises what went wrong with the first of them that was refused."""
        done = await asyncio.gather(*work, return_exceptions=True)
        stored = [result for result in done if isinstance(result, StoredPicture)]
        for result in done:
            if isinstance(result, BaseException):
                await self.drop([picture.digest for picture in stored])
                raise result
        return stored

    async def drop(self, digests: Sequence[str]) -> None:
        """Remove pictures that were to be referred to, and no longer are; what something else refers to stays."""
        self._context.store.files.settle(digests)
        await self.discard(digests)

    async def discard(self, digests: Iterable[str]) -> None:
        """Remove the pictures of a request that came to nothing; what something else refers to stays."""
        try:
            await self._context.store.files.discard(set(digests))
        except StoreError:
            log.exception("pictures.left")  # to the sweep


def _refused(which: Which, error: Rejected) -> Refused:
    return Refused(outcomes.PictureRejected(which=which, code=error.rejection.code, facts=error.rejection.facts))


def png_has_alpha(png: bytes) -> bool:
    """Tell from the header of a PNG that the intake or an engine made whether it is transparent somewhere."""
    return png[25:26] == b"\6"  # its kind of colour: RGBA


def png_size(png: bytes) -> tuple[int, int]:
    """Read width and height, in pixels, from the header of a PNG that the intake made."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
