"""Whether a job may be stored: everything that is counted is counted inside the transaction that stores it."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.model import WAITING, Job
from bot.store import usage
from bot.store.database import Run
from bot.store.rows import row_to_job, to_json


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """What a job takes from the quota of `day` (ISO date, UTC), and the limits that it must keep to.

    `place_subject` names the row of the place's own use. `here_limit` is a person's cap at the place, `place_limit`
    that of all together there; None means that there is none.
    """

    paintings: int
    day: str
    person_limit: int
    waiting_limit: int
    queue_limit: int
    place_subject: str | None = None
    here_limit: int | None = None
    place_limit: int | None = None


class Duplicate(msgspec.Struct, frozen=True):
    """The idempotency key came before: this is the job that it made."""

    job: Job


class OverQuota(msgspec.Struct, frozen=True):
    """The day's paintings do not suffice."""

    limit: int
    used: int
    whose: Literal["person", "here", "place"]


class OverWaiting(msgspec.Struct, frozen=True):
    """The person has as many jobs queued or painting as they may."""

    limit: int


class OverQueue(msgspec.Struct, frozen=True):
    """As many jobs are queued, of everybody together, as there may be."""

    limit: int


NotAccepted = Duplicate | OverQuota | OverWaiting | OverQueue


async def refusal(run: Run, job: Job, subject: str, charge: Charge) -> NotAccepted | None:
    """Return what forbids a job, in the order in which a person would want to know."""
    if rows := await run("SELECT * FROM jobs WHERE key = ?", (job.key,)):
        return Duplicate(row_to_job(rows[0]))
    if await waiting(run, job.person.key) >= charge.waiting_limit:
        return OverWaiting(charge.waiting_limit)
    [(queued,)] = await run("SELECT count(*) FROM jobs WHERE state = 'queued'")
    if queued >= charge.queue_limit:
        return OverQueue(charge.queue_limit)
    if charge.paintings:  # what costs nothing is free to those who have nothing left
        return await _over_quota(run, subject, charge)
    return None


async def _over_quota(run: Run, subject: str, charge: Charge) -> OverQuota | None:
    caps: list[tuple[Literal["person", "here", "place"], str, int | None]] = [("person", subject, charge.person_limit)]
    if (place := charge.place_subject) is not None:
        caps.append(("here", usage.person_subject(subject, place), charge.here_limit))
        caps.append(("place", place, charge.place_limit))
    for whose, counted, limit in caps:
        if limit is None:
            continue
        used = await usage.used(run, counted, charge.day)
        if used + charge.paintings > limit:
            return OverQuota(limit, used, whose)
    return None


async def waiting(run: Run, person_key: str) -> int:
    """Return how many jobs of a person are queued or painting."""
    [(count,)] = await run(
        "SELECT count(*) FROM jobs WHERE person_key = ? AND state IN (SELECT value FROM json_each(?))",
        (person_key, to_json(WAITING)),
    )
    return int(count)
