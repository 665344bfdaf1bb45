"""The verbs that only tell: history, quota, queue."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.model import Person, Place
from bot.outcomes import HistoryPage, QueueEntry, QueueState, QuotaState
from bot.studio.admission import Admission
from bot.studio.context import Context
from bot.studio.standing import PAUSED_FLAG

_LONGEST_PAGE = 50


class Overview:
    """Tells people how things stand."""

    def __init__(self, context: Context, admission: Admission) -> None:
        self._context, self._admission = context, admission

    async def history(self, person: Person, before: float | None, after: float | None, limit: int) -> HistoryPage:
        """Return a page of the person's jobs, newest first: a full one, where there are as many at all."""
        limit, jobs = max(1, min(limit, _LONGEST_PAGE)), self._context.store.jobs
        if after is not None:
            newer = await jobs.history_after(person.key, after=after, limit=limit)
            before = math.nextafter(newer[0].created_at, math.inf) if len(newer) == limit else None
        found = await jobs.history(person.key, before=before, limit=limit + 1)
        if before is not None and not found:  # the rest was deleted meanwhile
            before, found = None, await jobs.history(person.key, before=None, limit=limit + 1)
        page = tuple(found[:limit])
        is_newest = before is None or not await jobs.history_after(person.key, after=page[0].created_at, limit=1)
        presets = self._context.presets
        titles = {
            style.preset: presets.get(style.preset).title
            for job in page
            for style in job.request.styles
            if style.preset is not None and style.preset in presets
        }
        return HistoryPage(
            jobs=page,
            next_before=page[-1].created_at if len(found) > limit else None,
            next_after=None if is_newest else page[0].created_at,
            titles=titles,
        )

    async def quota(self, person: Person, place: Place, roles: Sequence[str]) -> QuotaState:
        """Return what the person, who has these roles, may still do today at this place."""
        return (await self._admission.standing(person, place, roles)).told()

    async def queue(self, person: Person) -> QueueState:
        """Return the whole queue as this person may see it: what is being painted, then what waits, in order."""
        context, all_ids = self._context, self._context.is_owner(person)
        queued = {job.id: job for job in await context.store.jobs.by_state("queued")}
        # Nothing is awaited from here on, so that a job which changes its state meanwhile is listed, and once.
        painting = {job_id: (one.job, context.seconds_left(one)) for job_id, one in context.running.items()}
        order, finished = context.order()
        starting = [job for job in queued.values() if context.scheduler.taken(job.id) and job.id not in painting]
        waiting = [queued[entry.job_id] for entry in order if entry.job_id in queued]
        entries = [
            QueueEntry(
                job_id=job.id if all_ids or job.person.key == person.key else None,
                mine=job.person.key == person.key,
                state=state,
                task=job.task,
                seconds_left=seconds_left,
            )
            for state, listed in (
                ("painting", [*painting.values()]),
                ("queued", [(job, finished.get(job.id)) for job in (*starting, *waiting)]),
            )
            for job, seconds_left in listed
        ]
        return QueueState(
            entries=tuple(entries),
            paused=await context.store.flags.get(PAUSED_FLAG) is not None,
            engine_ready=any(engine.hello is not None for engine in context.engines),
        )
