"""From a result in the store to a message at its place, however long that takes, and over restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.background import Background
from bot.model import UNDELIVERABLE, Job
from bot.outcomes import Cancelled, DeliveryOutcome, Failed
from bot.ports import Gone, Later, Sent
from bot.store import FileDamaged, FileGone, StoreError
from bot.studio.arrivals import Turns
from bot.studio.context import Context
from bot.studio.follow_up import FollowUp
from bot.studio.messages import OUTLET_SECONDS, removed
from bot.studio.removals import Removals
from bot.studio.results import Results
from bot.studio.status import StatusBoard
from nst_engine.options import SMALLEST_SIZE

log = structlog.get_logger(__name__)

CANCELLED_BY_ADMIN = "by_admin"
"""The error code of a job that somebody else than its person cancelled."""

_FIRST_RETRY_SECONDS = 30.0  # after an outlet broke; doubles
_LONGEST_RETRY_SECONDS = 3600.0
PATIENCE_SECONDS = 5.0  # that a person's verb waits for an outlet; what takes longer goes on in the background
_AT_ONCE, _OF_ONE_PLACE = 4, 2  # results in memory on their way out; a slow place leaves room for others
_TELLS = 4  # attempts to say that a job ended without a result; more in the first hour: an outlet may not be ready
_TELL_SECONDS = 3600.0
_CLOSE_SECONDS = 3.0
_DAY_SECONDS = 86400.0


class Delivery:
    """Hands over what jobs end with."""

    def __init__(
        self, context: Context, status: StatusBoard, results: Results, follow_up: FollowUp, removals: Removals
    ) -> None:
        self._context, self._status, self._results, self._follow_up = context, status, results, follow_up
        self._removals = removals
        self._background = Background()
        self._waiting = Background()  # retries that a closing studio need not wait for
        self._under_way: set[str] = set()
        self._sent: dict[str, Sent] = {}  # by job: delivered, but the store could not take note of it yet
        self._removing: set[str] = set()  # jobs whose status message is being taken away
        self._turns = Turns(_AT_ONCE, _OF_ONE_PLACE)

    def push(self, job_id: str) -> None:
        """Deliver a painted job, unless that is under way."""
        if job_id not in self._under_way:
            self._under_way.add(job_id)
            self._background.start(self._deliver(job_id), f"delivery of {job_id}")

    def tell(self, job: Job) -> None:
        """Tell a place that a job ended without a result; given up after a while, as nothing depends on it."""
        until = self._context.clock.now() + _TELL_SECONDS
        self._background.start(self._tell(ending_of(job), 1, until), f"ending of {job.id}")

    async def take_up_endings(self) -> None:
        """Tell what an earlier run did not come to tell."""
        for job in await self._context.store.jobs.unsettled():
            if not job.told:
                self.tell(job)

    async def remove_left(self) -> None:
        """Take away status messages of jobs that have ended: an earlier run left them, or it did not work then."""
        for job in await self._context.store.jobs.unsettled():
            if job.told:
                self._background.start(self.remove_status(job.id), f"status of {job.id}")

    async def close(self) -> None:
        """Wait a moment for messages that are on their way, then stop; the rest is for the next start."""
        await self._waiting.close()
        await self._background.close(wait_seconds=_CLOSE_SECONDS)

    async def remove_status(self, job_id: str) -> None:
        """Take away a job's status message, now or some time later, and make sure that no new one comes."""
        await self._status.settle(job_id)
        if job_id in self._removing:
            return
        self._removing.add(job_id)
        try:
            job = await self._context.store.jobs.get(job_id)
            if job is not None and job.status_ref is not None and await self._remove(job, job.status_ref):
                await self._context.store.jobs.set_status_ref(job_id, None)
        finally:
            self._removing.discard(job_id)

    async def settle(self, job_ids: Sequence[str]) -> None:
        """End the updates of the status messages of several jobs; what finds them is in the store then."""
        await asyncio.gather(*map(self._status.settle, job_ids))

    async def remove_result(self, job: Job) -> None:
        """Take away the message with a job's result; its reference stays, for another try, until that is done."""
        if job.sent_ref is not None:
            await self._in_patience([self._remove_result(job, job.sent_ref)])

    async def _remove_result(self, job: Job, ref: str) -> None:
        if await self._remove(job, ref):
            await self._context.store.jobs.set_sent_ref(job.id, None)

    async def _remove(self, job: Job, ref: str) -> bool:
        return await removed(self._context, job.place, ref, job=job.id)

    async def _in_patience(self, work: Sequence[Coroutine[Any, Any, object]]) -> None:
        """Wait a moment for work on messages, which goes on afterwards."""
        tasks = [self._background.start(some, "removal of a message") for some in work]
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)

    async def give_up_old(self) -> None:
        """Let what could not be delivered for too long expire; it stays in the history."""
        for job in await self._context.store.jobs.by_state("painted"):
            if self._too_late(job):
                await self._expire(job, f"not delivered within {self._context.config.store.deliver_days:g} days")

    # ---- results ------------------------------------------------------------------------------------------------

    async def _deliver(self, job_id: str) -> None:
        wait = None
        try:
            wait = await self._bring(job_id)
        except StoreError:
            log.exception("delivery.broke", job=job_id)
            wait = _FIRST_RETRY_SECONDS
        finally:
            if wait is None:
                self._under_way.discard(job_id)
            else:
                self._waiting.start(self._push_later(job_id, wait), f"wait to deliver {job_id}")

    async def _bring(self, job_id: str) -> float | None:
        """Deliver a job if it is time; returns in how many seconds to try again, None when that is settled."""
        await self._status.settle(job_id)
        job = await self._context.store.jobs.get(job_id)
        if job is None or job.state != "painted":
            self._sent.pop(job_id, None)
            return None
        if self._too_late(job):
            await self._expire(job, "too late to deliver")
            return None
        wait = (job.deliver_after or 0.0) - self._context.clock.now()
        return wait if wait > 0 else await self._attempt(job)

    async def _push_later(self, job_id: str, seconds: float) -> None:
        try:
            await self._context.clock.sleep(seconds)
        finally:
            self._under_way.discard(job_id)
        self.push(job_id)

    async def _attempt(self, job: Job) -> float | None:
        """Try once; returns as `_bring` does."""
        answer: Sent | Gone | Later | None = self._sent.get(job.id)
        if answer is None:
            async with self._turns.of(job.place.key):
                try:
                    outcome = await self._results.finished(job)
                except (FileGone, FileDamaged) as error:
                    await self._lost(job, str(error))
                    return None
                answer = await self._hand_over(outcome, job.attempts_delivery)
        if isinstance(answer, Gone):
            await self._expire(job, f"the place is gone: {answer.reason}")
            return None
        if isinstance(answer, Later):
            log.info("delivery.later", job=job.id, seconds=answer.seconds)
            wait = max(0.0, answer.seconds)
            await self._context.store.jobs.later(job.id, self._context.clock.now() + wait)
            return wait
        self._sent[job.id] = answer
        await self._follow_up.queue_film(job)  # before it counts as delivered: a restart comes back to it
        if await self._context.store.jobs.delivered(job.id, answer.ref, answer.upload):
            log.info("job.delivered", job=job.id)
        elif await self._context.store.jobs.get(job.id) is None:  # its person was forgotten while it was on its way
            await self._removals.take_away(job.place, answer.ref)
        del self._sent[job.id]
        await self.remove_status(job.id)
        return None

    async def _hand_over(self, outcome: DeliveryOutcome, attempts: int) -> Sent | Gone | Later:
        """Give an ending to its outlet; whatever goes wrong with that means later."""
        job = outcome.job
        retry = Later(min(_LONGEST_RETRY_SECONDS, _FIRST_RETRY_SECONDS * 2.0 ** min(attempts, 20)))
        outlet = self._context.outlet(job.place)
        if outlet is None:
            log.warning("delivery.no_outlet", job=job.id, place=job.place.key)
            return retry
        try:
            async with asyncio.timeout(OUTLET_SECONDS):
                return await outlet.deliver(job.place, outcome, job.id)
        except Exception:
            log.exception("delivery.failed", job=job.id)
            return retry

    def _too_late(self, job: Job) -> bool:
        since = job.painted_at or job.created_at
        return self._context.clock.now() - since > self._context.config.store.deliver_days * _DAY_SECONDS

    async def _expire(self, job: Job, reason: str) -> None:
        """Give back what nobody got, and say so where the place or the person still lets me: words may go there."""
        log.warning("job.undeliverable", job=job.id, reason=reason)
        ended = await self._context.store.jobs.end(job.id, "expired", refund=True, code=UNDELIVERABLE, detail=reason)
        if ended is not None:
            self.tell(ended)

    async def _lost(self, job: Job, reason: str) -> None:
        log.error("result.lost", job=job.id, reason=reason)
        ended = await self._context.store.jobs.end(job.id, "expired", refund=True, code="storage_error", detail=reason)
        if ended is not None:
            self.tell(ended)

    # ---- other endings ------------------------------------------------------------------------------------------

    async def _tell(self, outcome: Failed | Cancelled, attempt: int, until: float) -> None:
        job_id = outcome.job.id
        await self._status.settle(job_id)
        if attempt == 1:
            await self._status.show_queue()  # others move up
        answer = await self._hand_over(outcome, attempt - 1)
        if isinstance(answer, Later):
            if attempt < _TELLS or self._context.clock.now() < until:
                later = self._tell_later(outcome, attempt, until, answer.seconds)
                self._waiting.start(later, f"wait to tell of {job_id}")
                return
            log.warning("ending.not_told", job=job_id)
        await self._context.store.jobs.set_told(job_id)
        await self.remove_status(job_id)

    async def _tell_later(self, outcome: Failed | Cancelled, attempt: int, until: float, seconds: float) -> None:
        await self._context.clock.sleep(seconds)
        self._background.start(self._tell(outcome, attempt + 1, until), f"ending of {outcome.job.id}")


def ending_of(job: Job) -> Failed | Cancelled:
    """Return how a job ended without a result, from what the store remembers."""
    refunded = job.paintings if job.refunded else 0
    if job.state == "cancelled":
        return Cancelled(job=job, refunded=refunded, by_admin=job.error_code == CANCELLED_BY_ADMIN)
    reason = job.error_code or "engine_error"
    is_painting = job.task in ("paint", "variations", "animate")
    smaller = _smaller(job.request.options.size) if reason == "out_of_memory" and is_painting else None
    return Failed(job=job, reason=reason, refunded=refunded, smaller=smaller)


def _smaller(size: int) -> int | None:
    """Return a long side (pixels) that takes half the memory; None where there is none."""
    smaller = int(size * 0.7) // 16 * 16
    return smaller if smaller >= SMALLEST_SIZE else None
