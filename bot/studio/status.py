"""The one status message of each job: only the latest matters, and a slow or broken outlet delays nobody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.background import Background
from bot.model import Job
from bot.outcomes import StatusOutcome, Waiting
from bot.store import StoreError
from bot.studio.context import Context
from bot.studio.messages import removed

log = structlog.get_logger(__name__)

_FIRST_IN_LINE = 10  # whose numbers are kept up to date; further back they change without meaning much
_LAST_SHOW_SECONDS = 5.0  # that a delivery waits for an update under way, lest it come after the result


@dataclass
class _Message:
    ref: str | None
    latest: StatusOutcome | None = None
    showing: asyncio.Task[None] | None = None
    lost: bool = False  # its person removed it: that ends the updates, not the job
    late: bool = False  # the job's ending did not wait for it: it is to go as soon as it comes


class StatusBoard:
    """Shows how jobs stand."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._background = Background()
        self._messages: dict[str, _Message] = {}

    def post(self, outcome: StatusOutcome) -> None:
        """Show how a job stands as soon as its outlet is ready for it; replaces what was not shown yet."""
        job = outcome.job
        message = self._messages.setdefault(job.id, _Message(job.status_ref))
        if not message.lost:
            message.latest = outcome
            if message.showing is None:
                message.showing = self._background.start(self._show(job, message), f"status of {job.id}")

    async def show_queue(self, *, behind: str | None = None) -> None:
        """Show those that wait where they stand now: who has a status message, or everybody when no engine comes.

        `behind`: only those whose turn comes after this job's, as when it overtook them.
        """
        if not self._is_followed(behind):
            return
        try:
            jobs = {job.id: job for job in await self._context.store.jobs.by_state("queued")}
        except StoreError:  # to see where one stands is not worth a painting
            log.exception("queue.not_shown")
            return
        late = self._context.engine_late
        entries, finished = self._context.order()
        ids = [entry.job_id for entry in entries]
        first = ids.index(behind) + 1 if behind in ids else 0
        until = len(ids) if late else _FIRST_IN_LINE
        for place, job_id in enumerate(ids[first:until], start=first):
            job = jobs.get(job_id)
            if job is not None and (late or job.status_ref or job_id in self._messages):
                ahead = self._context.scheduler.under_way + place
                self.post(Waiting(job=job, ahead=ahead, seconds_left=finished.get(job_id), engine_ready=not late))

    def _is_followed(self, job_id: str | None) -> bool:
        """Tell whether anybody waits behind a job; of None, whether anybody waits."""
        if not len(self._context.scheduler):
            return False
        return job_id is None or self._context.order()[0][-1].job_id != job_id

    async def settle(self, job_id: str) -> None:
        """End the updates of a job; the reference of its status message, if there is one, is in the store then."""
        message = self._messages.pop(job_id, None)
        if message is None:
            return
        message.latest, message.lost = None, True
        if message.showing is not None:
            _, slow = await asyncio.wait({message.showing}, timeout=_LAST_SHOW_SECONDS)
            message.late = bool(slow) and message.ref is None  # cut off it might come, and nobody would know of it
            for task in slow if not message.late else ():
                task.cancel()

    async def close(self) -> None:
        """End all updates."""
        await self._background.close()

    async def _show(self, job: Job, message: _Message) -> None:
        outlet = self._context.outlet(job.place)
        try:
            while outlet is not None and message.latest is not None:
                outcome, message.latest = message.latest, None
                ref = await outlet.show(job.place, outcome, message.ref)
                if ref == message.ref:
                    continue
                if message.late and ref is not None and await removed(self._context, job.place, ref, job=job.id):
                    return
                message.lost = message.lost or ref is None
                message.ref = ref
                await self._context.store.jobs.set_status_ref(job.id, ref)
        except Exception:
            log.exception("status.not_shown", job=job.id)
        finally:
            message.showing = None
