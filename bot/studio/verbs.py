"""The verbs that make a new job of an old one: again, stronger, softer, colors, bigger, swap, variations, pick, film,
details. What each costs and works from is the table in docs/architecture.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal

import msgspec

from bot import outcomes
from bot.model import (
    FileRole,
    Job,
    JobFile,
    Person,
    Place,
    StoredRegion,
    StoredRequest,
    StoredStyle,
    TaskKind,
    Verb,
    is_made,
)
from bot.outcomes import Accepted
from bot.store import FileDamaged, FileGone
from bot.studio.admission import Admission
from bot.studio.context import Context, Refused
from bot.studio.inputs import input_files, swapped
from bot.studio.jobs_wanted import How, NewJob
from bot.studio.moving import paintings_of, task_of
from bot.studio.origins import painting_of
from bot.studio.pictures import png_size
from bot.studio.rights import not_yours
from bot.studio.submission import Submission
from nst_engine.options import LARGEST_SIZE, SMALLEST_SIZE, Options
from nst_engine.protocol import Variations

STRENGTH_STEP = 15
BIGGER = 1.5
VARIATION_STRENGTHS = Variations(id="", content=b"", styles=()).strengths

FilmFormat = Literal["gif", "mp4"]
Change = Callable[[StoredRequest], StoredRequest]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants something of which job, and where; see How for the rest."""

    person: Person
    place: Place
    job_id: str
    key: str | None = None
    status_ref: str | None = None
    roles: tuple[str, ...] = ()
    hidden: bool = False
    lacking: tuple[str, ...] = ()

    @property
    def how(self) -> How:
        """What the adapter added."""
        return How(key=self.key, status_ref=self.status_ref, roles=self.roles, hidden=self.hidden, lacking=self.lacking)


class Verbs:
    """Makes jobs of jobs."""

    def __init__(self, context: Context, admission: Admission, submission: Submission) -> None:
        self._context, self._admission, self._submission = context, admission, submission

    async def again(self, asked: Asked) -> Accepted:
        """Paint once more with a new seed; a sheet of variations becomes another sheet."""
        job = await self.subject(asked, "again")
        task: TaskKind = "variations" if job.task == "variations" else task_of(job.request)
        return await self._paint(asked, "again", job, _options(seed=secrets.randbelow(2**32)), task=task)

    async def smaller(self, asked: Asked, size: int) -> Accepted:
        """Paint at a smaller size, in pixels, what was too large for the engine's memory."""
        job = await self.subject(asked, "smaller")
        most = job.request.options.size
        if not SMALLEST_SIZE <= size < most:
            allowed = f"a whole number from {SMALLEST_SIZE} to {most - 1}"
            raise Refused(outcomes.OptionRefused(option="size", found=str(size), allowed=allowed))
        task: TaskKind = "variations" if job.task == "variations" else task_of(job.request)
        return await self._paint(asked, "smaller", job, _options(size=size), task=task)

    async def change_strength(self, asked: Asked, verb: Literal["stronger", "softer"]) -> Accepted:
        """Paint with more or less of the style."""
        job = await self.subject(asked, verb)
        old = job.request.options.strength
        new = min(100, old + STRENGTH_STEP) if verb == "stronger" else max(0, old - STRENGTH_STEP)
        if new == old:
            raise Refused(outcomes.NothingStronger(verb=verb, value=old))
        return await self._paint(asked, verb, job, _options(strength=new))

    async def colors(self, asked: Asked) -> Accepted:
        """Paint with the photo's colours instead of the style's, or the other way round."""
        job = await self.subject(asked, "colors")
        other = "photo" if job.request.options.colors == "style" else "style"
        return await self._paint(asked, "colors", job, _options(colors=other))

    async def bigger(self, asked: Asked) -> Accepted:
        """Paint larger, starting from the finished painting."""
        job = await self._still(asked, "bigger")
        painting = await self._results(job, "bigger", "painting")
        standing = await self._admission.standing(asked.person, asked.place)
        size = job.request.options.size
        largest = min(standing.limits.largest_size or 0, LARGEST_SIZE)
        if size >= largest:
            raise Refused(outcomes.NothingStronger(verb="bigger", value=size))

        def change(request: StoredRequest) -> StoredRequest:
            request = _options(size=min(largest, round(size * BIGGER)), init="file")(request)
            return msgspec.structs.replace(request, init=painting[0].digest)

        return await self._paint(asked, "bigger", job, change)

    async def swap(self, asked: Asked) -> Accepted:
        """Paint the heaviest style in the style of the photo."""
        job = await self._still(asked, "swap")
        heaviest = max(job.request.styles, key=lambda style: style.weight)
        if heaviest.lent:  # a painting of it would show somebody else's picture
            raise Refused(outcomes.NotYours(verb="swap"))
        try:
            width, height = png_size(await self._context.store.files.get(heaviest.digest))
        except (FileGone, FileDamaged):
            raise Refused(outcomes.InputsGone(verb="swap")) from None

        return await self._paint(asked, "swap", job, lambda request: swapped(request, heaviest, width, height))

    async def variations(self, asked: Asked) -> Accepted:
        """Paint a sheet of four strengths."""
        job = await self._still(asked, "variations")
        return await self._paint(asked, "variations", job, _options(), task="variations")

    async def pick(self, asked: Asked, index: int) -> Accepted:
        """Paint properly at one of a sheet's strengths; `index` is 1 to 4."""
        job = await self.subject(asked, "pick")
        strengths = job.request.strengths
        if job.task != "variations" or strengths is None:
            raise Refused(outcomes.WrongState(verb="pick", state=job.state))
        if not 1 <= index <= len(strengths):
            raise Refused(outcomes.OptionRefused(option="pick", found=str(index), allowed="a number from 1 to 4"))
        return await self._paint(asked, "pick", job, _options(strength=strengths[index - 1]))

    async def film(self, asked: Asked, format: str) -> Accepted:  # noqa: A002 - that is what it is
        """Make a film of the way to the painting."""
        if format not in ("gif", "mp4"):
            raise Refused(outcomes.OptionRefused(option="format", found=format, allowed="gif or mp4"))
        job = await self._still(asked, "film")
        request = msgspec.structs.replace(job.request, format=format)
        files = await self._results(job, "film", "frames", "painting")
        return await self._look_back(asked, "film", "film", job, request, files)

    async def details(self, asked: Asked) -> Accepted:
        """Draw the progress sheet and the loss plot."""
        job = await self._still(asked, "details")
        files = await self._results(job, "details", "frames", "history", "painting")
        return await self._look_back(asked, "details", "inspect", job, job.request, files)

    # ---- what they share ----------------------------------------------------------------------------------------

    async def subject(self, asked: Asked, verb: Verb) -> Job:
        """Return the painting or sheet that the verb is about: of a film or details, what they were made from."""
        job = await self._context.store.jobs.get(asked.job_id)
        if job is None:
            raise Refused(outcomes.JobUnknown(job_id=asked.job_id))
        mine = job.person.key == asked.person.key
        if not mine and not (verb == "restyle" and job.place.key == asked.place.key):
            raise await not_yours(self._context, job, asked.place, verb)
        painting = await painting_of(self._context, job)
        if painting is None:
            raise Refused(outcomes.InputsGone(verb=verb))
        if not mine and painting.place.key != asked.place.key:  # only a film or details of it were made here
            raise Refused(outcomes.NotYours(verb=verb))
        return painting

    async def _still(self, asked: Asked, verb: Verb) -> Job:
        """Return the subject of a verb that does not go with a moving painting."""
        job = await self.subject(asked, verb)
        if job.request.frames > 1:
            raise Refused(outcomes.StillOnly(what=verb))
        return job

    async def _results(self, job: Job, verb: Verb, *roles: FileRole) -> list[JobFile]:
        """Return the files of these roles, in this order; raises Refused when there are none yet, or none any more."""
        if job.task != "paint" or not is_made(job):
            raise Refused(outcomes.WrongState(verb=verb, state=job.state))
        by_role = {file.role: file for file in await self._context.store.jobs.files(job.id)}
        if any(role not in by_role for role in roles):
            raise Refused(outcomes.InputsGone(verb=verb))
        return [by_role[role] for role in roles]

    async def _paint(
        self, asked: Asked, verb: Verb, job: Job, change: Change, *, task: TaskKind | None = None
    ) -> Accepted:
        task = task or task_of(job.request)
        strengths = VARIATION_STRENGTHS if task == "variations" else None
        kind = job.request.format if task == "animate" else None
        request = msgspec.structs.replace(change(job.request), strengths=strengths, format=kind, film=False)
        files = input_files(request)
        kept = {file.digest for file in await self._context.store.jobs.files(job.id)}
        if any(file.digest not in kept for file in files):
            raise Refused(outcomes.InputsGone(verb=verb))
        paintings = paintings_of(request, self._context.config.limits.frames_a_painting)
        return await self._accept(asked, verb, task, job, request, files, paintings=paintings)

    async def _look_back(
        self, asked: Asked, verb: Verb, task: TaskKind, job: Job, request: StoredRequest, files: list[JobFile]
    ) -> Accepted:
        return await self._accept(asked, verb, task, job, request, files, paintings=0)

    async def _accept(
        self,
        asked: Asked,
        verb: Verb,
        task: TaskKind,
        job: Job,
        request: StoredRequest,
        files: list[JobFile],
        *,
        paintings: int,
    ) -> Accepted:
        if repeated := await self._admission.repeated(asked.person, asked.how):
            return repeated
        standing = await self._admission.admitted(asked.person, asked.place, asked.how, paintings=paintings)
        if paintings:
            self._admission.require_size(request.options.size, standing, moving=request.frames > 1)
        new = NewJob(
            person=asked.person,
            place=asked.place,
            request=_said_once(request),
            verb=verb,
            task=task,
            files=files,
            paintings=paintings,
            parent=job.id,
        )
        return await self._admission.accept(new.told(asked.how), standing)


def _said_once(request: StoredRequest) -> StoredRequest:
    """Return a request without what its first painting has said already."""
    styles, background = map(without_slips, (request.styles, request.background))
    regions = without_slips_there(request.regions)
    return msgspec.structs.replace(
        request, standard_seconds=None, styles=styles, background=background, regions=regions
    )


def without_slips(styles: tuple[StoredStyle, ...]) -> tuple[StoredStyle, ...]:
    """Return styles as they are from the second painting on: what was not typed quite right is not said again."""
    return tuple(msgspec.structs.replace(style, slip=None) for style in styles)


def without_slips_there(regions: tuple[StoredRegion, ...]) -> tuple[StoredRegion, ...]:
    """Return parts of a photo with their styles as `without_slips` has them."""
    return tuple(msgspec.structs.replace(region, styles=without_slips(region.styles)) for region in regions)


def _options(**values: object) -> Change:
    """Return the change of a request that gives its options these values."""

    def change(request: StoredRequest) -> StoredRequest:
        options: Options = msgspec.structs.replace(request.options, **values)
        return msgspec.structs.replace(request, options=options)

    return change
