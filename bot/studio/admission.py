"""Who may have a job now: bans, the pause, limits and quotas; and the one place where jobs are accepted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NoReturn

import msgspec
import structlog

from bot import outcomes
from bot.model import Job, Person, Place, StoredRequest, TaskKind, reachable_until
from bot.outcomes import Accepted, Refusal, Waiting
from bot.quotas import day_of, resets_at
from bot.store import Charge, Duplicate, FileGone, OverQuota, OverWaiting, place_subject
from bot.studio.context import Context, Refused, new_job_id
from bot.studio.jobs_wanted import How, NewJob
from bot.studio.memory import too_large
from bot.studio.offers import Offers
from bot.studio.standing import Standing, ban_of, standing_of
from bot.studio.status import StatusBoard
from nst_engine import schedule
from nst_engine.protocol import Film, Inspect, Paint, Variations

log = structlog.get_logger(__name__)

REACH_MARGIN_SECONDS = 120.0
"""How much sooner than the end of its reach a job's place should get the result: estimates err, and hands over time."""


class Admission:
    """Lets jobs in."""

    def __init__(self, context: Context, status: StatusBoard, offers: Offers) -> None:
        self._context, self._status, self._offers = context, status, offers

    async def repeated(self, person: Person, how: How) -> Accepted | None:
        """Return the job that this key got before, if it came before."""
        key = how.get("key")
        if key is None:
            return None
        job = await self._context.store.jobs.by_key(_scoped(person, key))
        return None if job is None else self._accepted(job, repeated=True)

    async def admitted(self, person: Person, place: Place, how: How, *, paintings: int) -> Standing:
        """Check all that can be checked before any work goes into pictures, and return the person's standing."""
        standing = await self.standing(person, place, how.get("roles", ()))
        _require_nothing(standing.refusal(paintings))
        if lacking := how.get("lacking"):
            raise Refused(outcomes.PermissionMissing(permissions=lacking))
        return standing

    async def require_not_banned(self, person: Person) -> None:
        """Refuse the banned."""
        _require_nothing(await ban_of(self._context, person.key))

    async def standing(self, person: Person, place: Place, roles: Sequence[str] = ()) -> Standing:
        """Return what holds for a person, who has these roles, at a place now."""
        return await standing_of(self._context, person, place, roles)

    def require_size(self, size: int, standing: Standing, *, moving: bool = False) -> None:
        """Refuse a long side (in pixels) beyond the person's largest."""
        _require_nothing(standing.size_refusal(size, moving=moving))

    async def accept(self, new: NewJob, standing: Standing) -> Accepted:
        """Store the job and charge for it in one transaction; raises Refused."""
        context, now = self._context, self._context.clock.now()
        cost = _cost(new.task, new.request)
        try:
            _require_nothing(standing.too_much_for_a_day(new.paintings))
            self._require_work(cost, new)
            self._require_reach(cost, new)
        except Refused:
            context.store.files.settle(file.digest for file in new.files)
            raise
        await self._require_proportions(new, standing)
        await self._require_memory(new)  # last: what is offered then will be accepted
        job_id = new_job_id()
        job = Job(
            id=job_id,
            key=_scoped(new.person, new.key or job_id),
            state="queued",
            person=new.person,
            place=new.place,
            verb=new.verb,
            task=new.task,
            request=new.request,
            cost=cost,
            paintings=new.paintings,
            created_at=now,
            parent=new.parent,
            status_ref=new.status_ref,
        )
        charge = Charge(
            paintings=new.paintings,
            day=day_of(now),
            person_limit=standing.cap("person") or 0,
            place_subject=place_subject(new.place.key),
            here_limit=standing.cap("here"),
            place_limit=standing.cap("place"),
            waiting_limit=standing.limits.waiting_at_once or 0,
            queue_limit=context.config.limits.queue_length,
        )
        try:
            answer = await context.store.jobs.accept(job, new.files, charge)
        except FileGone:
            raise Refused(outcomes.InputsGone(verb=new.verb)) from None
        if isinstance(answer, Duplicate):
            return self._accepted(answer.job, repeated=True)
        if isinstance(answer, OverQuota):
            raise Refused(
                outcomes.QuotaUsedUp(
                    limit=answer.limit,
                    used=answer.used,
                    needed=new.paintings,
                    resets_at=resets_at(now),
                    whose=answer.whose,
                )
            )
        if isinstance(answer, OverWaiting):
            raise Refused(outcomes.TooManyWaiting(limit=answer.limit))
        if not isinstance(answer, Job):
            raise Refused(outcomes.QueueFull(limit=answer.limit))
        context.enqueue(answer)
        log.info("job.accepted", job=answer.id, verb=answer.verb, cost=round(answer.cost, 2))
        accepted = self._accepted(answer)
        if answer.status_ref is None:
            self._status.post(_waiting(accepted))
        await self._status.show_queue(behind=answer.id)
        return accepted

    async def take_offer(self, person: Person, place: Place, token: str, how: How) -> Accepted:
        """Accept what was offered instead of what was refused, here and now; raises Refused."""
        if repeated := await self.repeated(person, how):
            return repeated
        offered = self._offers.find(person, token)
        standing = await self.admitted(person, place, how, paintings=offered.paintings)
        self.require_size(offered.request.options.size, standing, moving=offered.request.frames > 1)
        self._offers.take(person, token)  # it may have been taken or forgotten meanwhile
        try:
            return await self.accept(msgspec.structs.replace(offered, person=person, place=place).told(how), standing)
        except Exception:
            self._offers.give_back(token, offered)
            raise

    async def _require_memory(self, new: NewJob) -> None:
        """Refuse a painting that no engine could hold, and offer it at the largest size that fits, if any does."""
        memory = self._context.memory_bytes
        if memory is None or new.task in ("film", "inspect"):
            return
        refusal = too_large(new.request, memory)
        if refusal is None:
            return
        await self._refuse_size(new, refusal, refusal.largest)

    async def _require_proportions(self, new: NewJob, standing: Standing) -> None:
        """Refuse a painting that would be squashed, and offer it at a size at which it is not, if there is one."""
        if new.task in ("film", "inspect"):
            return
        request, size = new.request, new.request.options.size
        least = schedule.least_size(request.options, request.width, request.height)
        if least <= size:
            return
        allowed = least if least <= standing.largest(moving=request.frames > 1) else None
        await self._refuse_size(new, outcomes.TooNarrow(size=size, least=allowed), allowed)

    async def _refuse_size(
        self, new: NewJob, refusal: outcomes.TooNarrow | outcomes.TooLargeForMemory, size: int | None
    ) -> NoReturn:
        """Refuse a job's size, and offer the job at another one, unless that is None."""
        if size is None:
            self._context.store.files.settle(file.digest for file in new.files)
            raise Refused(refusal)
        request = msgspec.structs.replace(new.request, options=msgspec.structs.replace(new.request.options, size=size))
        offer = await self._offers.make(msgspec.structs.replace(new, request=request, key=None, status_ref=None))
        raise Refused(msgspec.structs.replace(refusal, offer=offer))

    def _require_work(self, cost: float, new: NewJob) -> None:
        """Refuse a job that would keep an engine busy for too long, and say what would do."""
        largest = self._context.config.ceiling.megapixel_iterations
        if cost <= largest:
            return
        fewer = _rounded_down(_affordable_iterations(new.request, largest)) if new.task == "paint" else 0
        raise Refused(outcomes.TooMuchWork(work=cost, largest=largest, iterations=fewer or None))

    def _require_reach(self, cost: float, new: NewJob) -> None:
        """Refuse a job that would be done when its place cannot be reached any more."""
        until = reachable_until(new.place)
        if until is None:
            return
        largest = max(0.0, until - REACH_MARGIN_SECONDS - self._context.clock.now())
        seconds = self._context.estimate(new.person, cost)
        if seconds > largest:
            raise Refused(outcomes.TooLongHere(seconds=seconds, largest=largest))

    def _accepted(self, job: Job, *, repeated: bool = False) -> Accepted:
        ahead, seconds_left = self._context.standing(job.id)
        ready = not self._context.engine_late
        return Accepted(job=job, ahead=ahead, seconds_left=seconds_left, engine_ready=ready, repeated=repeated)


def _require_nothing(refusal: Refusal | None) -> None:
    """Raise what stands against something, if anything does."""
    if refusal is not None:
        raise Refused(refusal)


def _waiting(accepted: Accepted) -> Waiting:
    return Waiting(
        job=accepted.job,
        ahead=accepted.ahead,
        seconds_left=accepted.seconds_left,
        engine_ready=accepted.engine_ready,
    )


def _scoped(person: Person, key: str) -> str:
    """Nobody's key can name another person's job."""
    return f"{person.key} {key}"


def _cost(task: TaskKind, request: StoredRequest) -> float:
    """Return megapixel-iterations."""
    if task == "animate":
        return schedule.animation_work(request.options, request.width, request.height, request.frames)
    empty: dict[TaskKind, Paint | Variations | Film | Inspect] = {
        "paint": Paint(id="", content=b"", styles=(), options=request.options),
        "variations": Variations(id="", content=b"", styles=(), options=request.options),
        "film": Film(id="", frames=(), painting=b""),
        "inspect": Inspect(id="", frames=(), history=(), painting=b""),
    }
    return schedule.work(empty[task], request.width, request.height)


def _affordable_iterations(request: StoredRequest, largest: float) -> int:
    """Return the most iterations of those that were chosen that cost at most `largest`; 0 where nobody chose any.

    Scales share them unevenly, so that the cost is no multiple of their number.
    """

    def cost(iterations: int) -> float:
        options = msgspec.structs.replace(request.options, iterations=iterations)
        return _cost("paint", msgspec.structs.replace(request, options=options))

    chosen = request.options.iterations or 0
    return bisect_right(range(1, chosen + 1), largest, key=cost)


def _rounded_down(number: int) -> int:
    """Return two leading digits, which are enough for advice."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return number // step * step
