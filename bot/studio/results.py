"""What a job made, read from the store and named as people get it: for delivery, and once more out of the history."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec

from bot import outcomes
from bot.model import Job, Person, Place, StoredStyle, is_made
from bot.outcomes import DeliveredFile, Finished
from bot.presets import UnknownPreset
from bot.stickers import sticker
from bot.store import FileDamaged, FileGone
from bot.studio.context import Context, Refused
from bot.studio.pictures import png_has_alpha
from bot.studio.rights import not_yours
from nst_engine.sound import has_sound

_RESULTS = ("painting", "variations", "film", "progress_sheet", "loss_plot")
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "video/mp4": "mp4"}


class Results:
    """Reads results."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def result(
        self, person: Person, job_id: str, place: Place | None = None, *, verb: str = "result"
    ) -> Finished:
        """Return once more what a job of the person made, also what could not be delivered; owners see any."""
        job = await self._context.store.jobs.get(job_id)
        if job is None:
            raise Refused(outcomes.JobUnknown(job_id=job_id))
        if job.person.key != person.key and not self._context.is_owner(person):
            raise await not_yours(self._context, job, place, verb)
        if not is_made(job):
            raise Refused(outcomes.WrongState(verb=verb, state=job.state))
        try:
            return await self.finished(job)
        except (FileGone, FileDamaged):
            raise Refused(outcomes.InputsGone(verb=verb)) from None

    async def sticker(self, person: Person, job_id: str, place: Place | None = None) -> Finished:
        """Return a painting as a picture for a sticker; raises Refused as `result` does, and for what is none."""
        result = await self.result(person, job_id, place, verb="sticker")
        if result.job.task == "animate":
            raise Refused(outcomes.StillOnly(what="sticker"))
        if result.job.task != "paint":
            raise Refused(outcomes.WrongState(verb="sticker", state=result.job.state))
        painting = result.files[0]
        made = msgspec.structs.replace(
            painting,
            role="sticker",
            media_type="image/webp",
            data=await asyncio.to_thread(sticker, painting.data),
            name=f"{painting.name.removesuffix('.png')}.webp",
        )
        return msgspec.structs.replace(result, files=(made,))

    async def finished(self, job: Job) -> Finished:
        """Return what a job made, with its files; raises FileGone and FileDamaged."""
        store = self._context.store
        files = [file for file in await store.jobs.files(job.id) if file.role in _RESULTS]
        if job.task in ("film", "inspect"):  # they hold the painting as what they work from
            files = [file for file in files if file.role != "painting"]
        files.sort(key=lambda file: _RESULTS.index(file.role))
        if not files:
            raise FileGone("of the result")
        titles, credited = self._styles(job.request.styles)
        background, credited_too = self._styles(job.request.background)
        names = titles + [style.saved for style in job.request.styles if style.saved is not None]
        stem = "-".join([_slug(names[0] if names else "painting"), job.id[:4]])
        delivered = []
        for file in files:
            data = await store.files.get(file.digest)
            name = stem if file.role in ("painting", "film") else f"{stem}-{file.role.replace('_', '-')}"
            delivered.append(
                DeliveredFile(
                    role=file.role,
                    media_type=file.media_type,
                    data=data,
                    name=f"{name}.{_SUFFIXES.get(file.media_type, 'bin')}",
                    transparent=file.role == "painting" and png_has_alpha(data),
                    sound=file.media_type == "video/mp4" and has_sound(data),
                )
            )
        facts = job.facts
        if facts is None and job.parent is not None:
            parent = await store.jobs.get(job.parent)
            facts = parent.facts if parent is not None else None
        return Finished(
            job=job,
            files=tuple(delivered),
            styles=tuple(titles),
            background=tuple(background),
            credits=(*credited, *credited_too),
            facts=facts,
            spoiler=await is_hidden(self._context, job),
        )

    def _styles(self, styles: Sequence[StoredStyle]) -> tuple[list[str], list[str]]:
        """Return titles and credits of the presets in use; a person's own pictures have none."""
        titles, credited = [], []
        for style in styles:
            if style.preset is None:
                continue
            try:
                preset = self._context.presets.get(style.preset)
            except UnknownPreset:  # an admin removed it meanwhile
                titles.append(style.preset)
            else:
                titles.append(preset.title)
                if preset.credits:
                    credited.append(preset.credits)
        return titles, credited


async def is_hidden(context: Context, job: Job) -> bool:
    """Tell whether what a job shows is hidden: as everything at its place, or as a picture that it is made of."""
    return job.request.hidden or (await context.store.places.get(job.place.key)).spoiler


def _slug(title: str) -> str:
    """Return a title as it may stand in a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "painting"
