"""The verbs that only tell: history, quota, queue."""

from __future__ import annotations

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

    async def history(self, person: Person, before: float | None, limit: int) -> HistoryPage:
        """Return a page of the person's jobs, newest first."""
        limit = max(1, min(limit, _LONGEST_PAGE))
        jobs = await self._context.store.jobs.history(person.key, before=before, limit=limit + 1)
        page = tuple(jobs[:limit])
        presets = self._context.presets
        titles = {
            style.preset: presets.get(style.preset).title
            for job in page
            for style in job.request.styles
            if style.preset is not None and style.preset in presets
        }
        return HistoryPage(jobs=page, next_before=page[-1].created_at if len(jobs) > limit else None, titles=titles)

    async def quota(self, person: Person, place: Place, roles: Sequence[str]) -> QuotaState:
        """Return what the person, who has these roles, may still do today at this place."""
        return (await self._admission.standing(person, place, roles)).told()

    async def queue(self, person: Person) -> QueueState:
        """Return the whole queue as this person may see it: what is being painted, then what waits, in order."""
        context, all_ids = self._context, self._context.is_owner(person)
        entries = []
        for running in list(context.running.values()):
            mine = running.job.person.key == person.key
            entries.append(
                QueueEntry(
                    job_id=running.job.id if mine or all_ids else None,
                    mine=mine,
                    state="painting",
                    task=running.job.task,
                    seconds_left=context.seconds_left(running),
                )
            )
        jobs = {job.id: job for job in await context.store.jobs.by_state("queued")}
        order, finished = context.order()
        for entry in order:
            mine = entry.person_key == person.key
            job = jobs.get(entry.job_id)
            if job is not None:
                entries.append(
                    QueueEntry(
                        job_id=job.id if mine or all_ids else None,
                        mine=mine,
                        state="queued",
                        task=job.task,
                        seconds_left=finished.get(job.id),
                    )
                )
        return QueueState(
            entries=tuple(entries),
            paused=await context.store.flags.get(PAUSED_FLAG) is not None,
            engine_ready=any(engine.hello is not None for engine in context.engines),
        )
