"""What a person may send into any chat: paintings that were delivered to them, and presets, by the chat's own names."""

from __future__ import annotations

import asyncio
import hashlib
import io

import structlog
from PIL import Image

from bot import outcomes
from bot.model import Job, Person
from bot.naming import loosely
from bot.outcomes import DeliveredFile, Share, Shares, StyleEntry
from bot.presets import Preset, Presets, UnknownPreset
from bot.sheets import UNREADABLE, on_white
from bot.studio.context import Context, Refused
from bot.studio.gallery import ranked
from bot.studio.style_tokens import entry_of, tokens_of
from bot.studio.styles import Title

log = structlog.get_logger(__name__)

_PAINTINGS = 20  # that are offered: what is older is in the chat where it was painted
_LOOKED_AT = 200  # paintings among which a text looks for some
_SIZE, _QUALITY = (1280, 1280), 90  # of a preset's picture: as large as chats show one


class Sharing:
    """Finds what may be sent again without uploading it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._digests: dict[str, str] = {}  # of presets' files, by name
        self._digests_of: Presets | None = None  # an admin may load others

    async def shares(self, person: Person, place_key: str | None, text: str, *, limit: int, title: Title) -> Shares:
        """Return the person's last paintings (of one place, or of all) and the presets that a text fits, best first."""
        most = max(0, limit)
        paintings = await self._paintings(person, place_key, text, min(_PAINTINGS, most), title)
        uploads, digests = await self._context.store.uploads.all_of(person.platform), await self._known_digests()
        presets = [
            Share(entry=entry, upload=uploads.get(digests.get(entry.name, "")))
            for entry in ranked(text, self._entries(title), lambda entry: self._preset(entry.name).titles)
        ]
        return Shares(shares=tuple([*paintings, *presets][:most]))

    async def not_uploaded(self, platform: str) -> tuple[StyleEntry, ...]:
        """Return the presets whose picture, as it is now, the platform does not have."""
        uploads, digests = await self._context.store.uploads.all_of(platform), await self._known_digests()
        return tuple(entry for entry in self._entries(str) if digests.get(entry.name) not in (None, *uploads))

    async def picture(self, name: str) -> DeliveredFile:
        """Return a preset's picture as it is to be uploaded; raises Refused when there is none."""
        preset = self._preset(name)
        try:
            data = await asyncio.to_thread(_drawn, preset)
        except UNREADABLE as error:
            log.error("preset.gone", preset=preset.name, detail=str(error))
            raise Refused(outcomes.PresetUnknown(name=name)) from None
        return DeliveredFile(role="style", media_type="image/jpeg", data=data, name=f"{preset.name}.jpg")

    async def uploaded(self, platform: str, name: str, upload: str | None) -> None:
        """Remember the platform's own name of a preset's picture; None: the platform has it no longer."""
        digest = (await self._known_digests()).get(name)
        if digest is not None:
            await self._context.store.uploads.put(platform, digest, upload)

    async def _paintings(
        self, person: Person, place_key: str | None, text: str, most: int, title: Title
    ) -> list[Share]:
        jobs = await self._context.store.jobs.shareable(person.key, place_key=place_key, limit=_LOOKED_AT)
        key, found = loosely(text), []
        for job in jobs:
            names = self._names(job, title)
            if not text.strip() or (key and any(key in loosely(name) for name in (*names, *self._foreign(job)))):
                found.append(Share(job=job, styles=names, upload=job.upload))
        return found[:most]

    def _names(self, job: Job, title: Title) -> tuple[str, ...]:
        names = []
        for style in job.request.styles:
            if style.preset is not None and style.preset in self._context.presets:
                names.append(title(self._context.presets.get(style.preset).title))
            elif name := style.preset or style.saved:
                names.append(name)
        return tuple(names)

    def _foreign(self, job: Job) -> list[str]:
        """Return what a painting's presets are called in all languages."""
        presets = self._context.presets
        named = [style.preset for style in job.request.styles if style.preset is not None and style.preset in presets]
        return [title for name in named for title in presets.get(name).titles]

    def _entries(self, title: Title) -> list[StyleEntry]:
        return [entry_of(style, title, token) for token, style in tokens_of([*self._context.presets]).items()]

    def _preset(self, name: str) -> Preset:
        try:
            return self._context.presets.get(name)
        except UnknownPreset:
            raise Refused(outcomes.PresetUnknown(name=name)) from None

    async def _known_digests(self) -> dict[str, str]:
        """Return the digests of presets' files by name, without those that cannot be read."""
        presets = self._context.presets
        if self._digests_of is not presets:
            digests = await asyncio.to_thread(_digests, presets)
            self._digests, self._digests_of = digests, presets
        return self._digests


def _digests(presets: Presets) -> dict[str, str]:
    digests = {}
    for preset in presets:
        try:
            digests[preset.name] = hashlib.sha256(preset.picture_bytes()).hexdigest()
        except OSError as error:
            log.error("preset.gone", preset=preset.name, detail=str(error))
    return digests


def _drawn(preset: Preset) -> bytes:
    stream = io.BytesIO()
    picture = on_white(preset.path, _SIZE)
    picture.thumbnail(_SIZE, Image.Resampling.LANCZOS)
    picture.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
