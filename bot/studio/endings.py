"""The verbs that end things: cancel, stop, delete, forget."""

from __future__ import annotations

import hmac
import secrets

import msgspec
import structlog

from bot import outcomes
from bot.model import ENDED, WAITING, Job, Person, Place, own_place_key, same_room
from bot.outcomes import Cancelled, Deleted, DraftDropped, ForgetAsked, Forgotten, QueueState
from bot.studio.arrivals import Arrivals
from bot.studio.context import Context, Refused
from bot.studio.delivery import CANCELLED_BY_ADMIN, Delivery, ending_of
from bot.studio.drafts import Drafts
from bot.studio.offers import Offers
from bot.studio.overview import Overview
from bot.studio.removals import Removals
from bot.studio.rights import may_moderate, may_remove, not_yours

log = structlog.get_logger(__name__)

_TOKEN_SECONDS = 600.0


class Endings:
    """Ends and deletes what people have."""

    def __init__(
        self,
        context: Context,
        delivery: Delivery,
        arrivals: Arrivals,
        drafts: Drafts,
        overview: Overview,
        offers: Offers,
        removals: Removals,
    ) -> None:
        self._context, self._delivery, self._arrivals, self._removals = context, delivery, arrivals, removals
        self._drafts, self._overview, self._offers = drafts, overview, offers
        self._tokens: dict[str, tuple[str, float]] = {}  # by person: what confirms forgetting, and until when

    async def cancel(self, person: Person, job_id: str, place: Place | None = None) -> Cancelled:
        """Cancel a job that waits or is being painted; once that has begun, only an admin gives a refund."""
        job = await self._job(job_id)
        by_admin = job.person.key != person.key
        if by_admin and not self._context.is_owner(person):
            raise await not_yours(self._context, job, place, "cancel")
        ended = await self._cancelled(job_id, by_admin=by_admin)
        if ended is None:
            raise Refused(outcomes.WrongState(verb="cancel", state=(await self._job(job_id)).state))
        await self._context.let_go(job_id)
        log.info("job.cancelled", job=job_id, by_admin=by_admin)
        self._delivery.tell(ended)
        outcome = ending_of(ended)
        assert isinstance(outcome, Cancelled)
        told_here = place is not None and same_room(place, job.place)
        return msgspec.structs.replace(outcome, answer=True, told_here=told_here)

    async def stop(self, person: Person, place: Place) -> DraftDropped | Cancelled | QueueState:
        """Drop the draft, else cancel what is meant for certain: the person's only job, or the only one here."""
        dropped = await self._drafts.drop(person, place)
        if dropped.existed:
            return dropped
        jobs = [job for job in await self._context.store.jobs.by_state(*WAITING) if job.person.key == person.key]
        meant = jobs if len(jobs) == 1 else [job for job in jobs if job.place.key == place.key]
        if len(meant) == 1:
            return await self.cancel(person, meant[0].id, place)
        return await self._overview.queue(person) if jobs else dropped

    async def delete(
        self, person: Person, job_id: str, place: Place | None, *, moderates: Place | None, mentioned: bool
    ) -> Deleted:
        """Remove a result from its place, and all files of its job.

        Where nobody knows the job any more, or the person has no right to it, the message at hand may still be theirs
        to remove.
        """
        context = self._context
        job = await context.store.jobs.get(job_id)
        if job is None or not self._may_delete(person, job, moderates):
            if job is not None and place is not None and job.place.key == place.key:
                raise await not_yours(context, job, place, "delete")
            if mentioned or may_remove(context, person, place, moderates):
                log.info("message.deleted", job=job_id)
                return Deleted(job_id=job_id, message_only=True)
            raise Refused(outcomes.JobUnknown(job_id=job_id))
        if job.state not in ENDED:
            raise Refused(outcomes.WrongState(verb="delete", state=job.state))
        await context.store.jobs.delete_files(job_id, mark_deleted=True)
        await self._delivery.remove_result(job)
        await self._removals.clear(await context.store.removals.leave_copies_of(job_id))
        log.info("job.deleted", job=job_id)
        return Deleted(job_id=job_id)

    def _may_delete(self, person: Person, job: Job, moderates: Place | None) -> bool:
        is_theirs = job.person.key == person.key
        return is_theirs or may_moderate(moderates, job.place) or self._context.is_owner(person)

    async def forget(self, person: Person, token: str | None) -> ForgetAsked | Forgotten:
        """Ask first; with the token that was given then, delete all that the person has here."""
        expected, until = self._tokens.get(person.key, ("", 0.0))
        now = self._context.clock.now()
        if token is None or now > until or not hmac.compare_digest(token.encode(), expected.encode()):
            self._tokens = {key: asked for key, asked in self._tokens.items() if asked[1] >= now}
            token = secrets.token_urlsafe(9)
            self._tokens[person.key] = token, now + _TOKEN_SECONDS
            return ForgetAsked(jobs=await self._context.store.people.count_jobs(person.key), token=token)
        del self._tokens[person.key]
        under_way: list[str] = []
        for job in await self._context.store.jobs.by_state("queued", "painting", "painted"):
            if job.person.key == person.key:
                if await self._cancelled(job.id):
                    await self._context.let_go(job.id)
                under_way.append(job.id)
        await self._delivery.settle(under_way)
        self._arrivals.forget(person)
        await self._offers.forget(person)
        drafts = await self._context.store.drafts.of(person.key)
        jobs, files, left = await self._context.store.people.forget(person.key)
        self._drafts.remove_messages(drafts)
        if own_place := own_place_key(person):
            await self._context.store.places.leave(own_place)
        cleared = await self._removals.clear(left)
        log.info("person.forgotten", jobs=jobs, files=files, messages=len(left))
        return Forgotten(
            jobs=jobs,
            files=files,
            messages=cleared.removed,
            staying=cleared.staying,
            to_come=cleared.to_come,
        )

    async def _cancelled(self, job_id: str, *, by_admin: bool = False) -> Job | None:
        """End a job as cancelled, wherever it is just now; None when it is neither waiting nor being painted."""
        jobs, code = self._context.store.jobs, CANCELLED_BY_ADMIN if by_admin else None
        waiting = await jobs.end(job_id, "cancelled", refund=True, code=code, only_from=("queued",))
        if waiting is not None:
            return waiting
        running = self._context.running.get(job_id)
        refund = by_admin or running is None or not running.begun
        return await jobs.end(job_id, "cancelled", refund=refund, code=code, only_from=("painting",))

    async def _job(self, job_id: str) -> Job:
        job = await self._context.store.jobs.get(job_id)
        if job is None:
            raise Refused(outcomes.JobUnknown(job_id=job_id))
        return job
