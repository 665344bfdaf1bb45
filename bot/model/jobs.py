"""Requests that were accepted: how they stand, and their files."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.model.people import Person
from bot.model.places import Place
from bot.model.requests import StoredRequest
from nst_engine.protocol import PaintFacts

TaskKind = Literal["paint", "variations", "animate", "film", "inspect"]
State = Literal["queued", "painting", "painted", "delivered", "failed", "cancelled", "expired"]

TRANSITIONS: dict[State, tuple[State, ...]] = {
    "queued": ("painting", "cancelled", "failed", "expired"),
    "painting": ("painted", "queued", "cancelled", "failed"),
    "painted": ("delivered", "expired"),
    "delivered": (),
    "failed": (),
    "cancelled": (),
    "expired": (),
}
"""Which state may follow which; docs/architecture.md says who may cause each and what it refunds."""

UNDELIVERABLE = "undeliverable"
"""The error code of a job that expired because nobody could be reached; what it made stays in the history."""

ENDED: tuple[State, ...] = ("delivered", "failed", "cancelled", "expired")
WAITING: tuple[State, ...] = ("queued", "painting")

Verb = Literal[
    "submit",
    "again",
    "stronger",
    "softer",
    "colors",
    "bigger",
    "swap",
    "variations",
    "pick",
    "film",
    "details",
    "restyle",
    "revise",
    "smaller",
]
"""What made a job. The verbs that make none (cancel, delete, history…) are methods of the studio alone."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was accepted and stored. Times are Unix seconds, cost is in megapixel-iterations."""

    id: str
    key: str  # idempotency key: the same key never makes a second job
    state: State
    person: Person
    place: Place
    verb: Verb
    task: TaskKind
    request: StoredRequest
    cost: float
    paintings: int  # how much of the day's quota it took
    created_at: float
    parent: str | None = None
    attempts_engine: int = 0  # times an engine died or hung over it
    attempts_delivery: int = 0
    lease_until: float | None = None
    deliver_after: float | None = None
    status_ref: str | None = None
    sent_ref: str | None = None
    upload: str | None = None  # the platform's own name of the delivered picture, to send it again without uploading
    told: bool = False  # its place knows how it ended, or never will
    started_at: float | None = None
    painted_at: float | None = None
    ended_at: float | None = None
    refunded: bool = False
    deleted: bool = False
    error_code: str | None = None
    error_detail: str | None = None
    width: int | None = None  # of the result
    height: int | None = None
    facts: PaintFacts | None = None


def is_undelivered(job: Job) -> bool:
    """Tell whether a job was done, but could be handed over nowhere."""
    return job.state == "expired" and job.error_code == UNDELIVERABLE


def is_made(job: Job) -> bool:
    """Tell whether a job has made what it was to make, delivered or not."""
    return job.state in ("painted", "delivered") or is_undelivered(job)


FileRole = Literal[
    "content",
    "style",
    "init",
    "mask",
    "background",
    "other",
    "painting",
    "variations",
    "film",
    "progress_sheet",
    "loss_plot",
    "frames",
    "history",
]


class JobFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job refers to; `position` orders files of one role."""

    role: FileRole
    digest: str
    position: int = 0
    media_type: str = "image/png"
