"""How a job stands, and how it ended."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.model import Job
from bot.outcomes.base import Outcome, Refusal
from nst_engine.protocol import PaintFacts, Progress


class Accepted(Outcome, frozen=True, kw_only=True):
    """The job is stored. `ahead` jobs come before it; `seconds_left` is an estimate, None while unknown."""

    job: Job
    ahead: int
    seconds_left: float | None = None
    engine_ready: bool = True  # as in Waiting
    repeated: bool = False  # the same idempotency key came before: this is that job


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Photos of a batch that were not taken, and why: the one of this number (from 1), or the last `count` of them."""

    why: Refusal
    number: int | None = None
    count: int = 1


class BatchAccepted(Outcome, frozen=True, kw_only=True):
    """Several photos of one request: those that were taken are a job each, and each has a status of its own."""

    jobs: tuple[Accepted, ...]
    left: tuple[LeftOut, ...] = ()

    @property
    def photos(self) -> int:
        """How many photos came."""
        return len(self.jobs) + sum(left.count for left in self.left)


class Waiting(Outcome, frozen=True, kw_only=True):
    """Status: the job stands in the queue. `engine_ready` is false when no engine could be had for minutes."""

    job: Job
    ahead: int
    seconds_left: float | None = None
    engine_ready: bool = True


class Painting(Outcome, frozen=True, kw_only=True):
    """Status: an engine works on the job. `retry` is true when an earlier attempt was lost."""

    job: Job
    progress: Progress | None = None
    retry: bool = False
    spoiler: bool = False  # as in Finished, for the previews


StatusOutcome = Waiting | Painting

# ---- endings that are delivered to the place --------------------------------------------------------------------


class DeliveredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand over: encoded bytes and what they are."""

    role: str
    media_type: str
    data: bytes
    name: str  # a file name to suggest, such as "starry-night-k3f9.png"
    transparent: bool = False  # somewhere, and a chat that shows photos would lose that
    sound: bool = False  # of a film: it has one


class Finished(Outcome, frozen=True, kw_only=True):
    """A result to deliver: painting, variations sheet, film, or details. `styles` are titles to credit.

    `background` are those of the styles where the mask is black.
    """

    job: Job
    files: tuple[DeliveredFile, ...]
    styles: tuple[str, ...]
    background: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    facts: PaintFacts | None = None
    spoiler: bool = False  # hidden until somebody wants to see it


FailureReason = Literal[
    "out_of_memory",
    "bad_picture",
    "bad_task",
    "not_finite",
    "engine_error",
    "engine_died",
    "engine_hung",
    "engine_unavailable",
    "inputs_gone",
    "storage_full",
    "storage_error",
    "expired",
    "undeliverable",
]


class Failed(Outcome, frozen=True, kw_only=True):
    """The job ended without a result, or (`reason` "undeliverable") with one that could not be handed over.

    `refunded` paintings went back to the day's quota.

    `smaller` is a size (long side, in pixels) that may work where this one did not; see `Studio.smaller`.
    """

    job: Job
    reason: str
    refunded: int = 0
    smaller: int | None = None


class Cancelled(Outcome, frozen=True, kw_only=True):
    """The job was cancelled, by its person or (`by_admin`) by an admin.

    The place of the job is told. `answer`: this is for whoever cancelled it instead; `told_here`: they asked where
    that place is told, so that they need no message more.
    """

    job: Job
    refunded: int = 0
    by_admin: bool = False
    answer: bool = False
    told_here: bool = False


DeliveryOutcome = Finished | Failed | Cancelled
