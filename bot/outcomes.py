"""What the studio answers: typed outcomes, without words. The presenter turns each into a view.

A refusal is an outcome too, never an exception: an adapter that forgets one fails the type check, not the person.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bot.model import Job, Limits, TaskKind
from nst_engine.protocol import PaintFacts, Progress


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all outcomes."""


class Refusal(Outcome, frozen=True, kw_only=True):
    """Base of the outcomes that say no. Nothing was stored, nothing was charged."""


# ---- refusals ---------------------------------------------------------------------------------------------------

Which = Literal["photo", "style", "init"]


class Banned(Refusal, frozen=True, kw_only=True):
    """The person is banned, until `until` (Unix seconds) or for good."""

    until: float | None = None
    reason: str = ""


class Paused(Refusal, frozen=True, kw_only=True):
    """An admin paused new work; what is queued will be painted."""

    reason: str = ""


class QuotaUsedUp(Refusal, frozen=True, kw_only=True):
    """The day's paintings are used; `resets_at` is Unix seconds. `whose` tells the person's cap from the place's."""

    limit: int
    used: int
    needed: int
    resets_at: float
    whose: Literal["person", "place"] = "person"


class TooManyWaiting(Refusal, frozen=True, kw_only=True):
    """The person has `limit` jobs waiting or painting already."""

    limit: int


class QueueFull(Refusal, frozen=True, kw_only=True):
    """Everybody together has `limit` jobs waiting."""

    limit: int


class SizeNotAllowed(Refusal, frozen=True, kw_only=True):
    """The long side asked for exceeds what this person may have, in pixels."""

    size: int
    largest: int


class TooMuchWork(Refusal, frozen=True, kw_only=True):
    """The painting would take more megapixel-iterations than anybody may ask for.

    `iterations` is how many would do at this size, where their number was chosen; None where size or quality decide.
    """

    work: float
    largest: float
    iterations: int | None = None


class PictureRejected(Refusal, frozen=True, kw_only=True):
    """A picture did not pass the intake; `code` and `facts` are those of bot.intake.Rejection."""

    which: Which
    code: str
    facts: dict[str, str | int] = {}


class MissingPicture(Refusal, frozen=True, kw_only=True):
    """The request lacks its photo, its style or the picture to start from."""

    which: Which


class PresetUnknown(Refusal, frozen=True, kw_only=True):
    """No preset has this name; `near` holds similar ones."""

    name: str
    near: tuple[str, ...] = ()


class OptionRefused(Refusal, frozen=True, kw_only=True):
    """An option's name or value is wrong; see nst_engine.options.OptionError."""

    option: str
    found: str
    allowed: str
    near: tuple[str, ...] = ()


class WeightRefused(Refusal, frozen=True, kw_only=True):
    """A style's weight is not a number above 0 and at most 1000, or there are too many styles."""

    found: float


class TooManyStyles(Refusal, frozen=True, kw_only=True):
    """More styles than `limit` in one request."""

    limit: int


class JobUnknown(Refusal, frozen=True, kw_only=True):
    """No such job: never was, or its person was forgotten."""

    job_id: str


class NotYours(Refusal, frozen=True, kw_only=True):
    """Only the requester may do this (and admins or moderators, where the verb says so)."""

    verb: str


class NotAdmin(Refusal, frozen=True, kw_only=True):
    """Only the owners named in the config may do this."""

    verb: str


class WrongState(Refusal, frozen=True, kw_only=True):
    """The job is in a state in which this verb means nothing: "it is already painted"."""

    verb: str
    state: str


class InputsGone(Refusal, frozen=True, kw_only=True):
    """The job's pictures have been cleaned away (or deleted), so that the verb cannot work from them."""

    verb: str


class NothingStronger(Refusal, frozen=True, kw_only=True):
    """The dial is at its end already: stronger at 100, softer at 0, bigger at the largest size."""

    verb: str
    value: int


class StorageFull(Refusal, frozen=True, kw_only=True):
    """The disk has no room for another job; admins see the figures in the log."""


# ---- accepted and under way -------------------------------------------------------------------------------------


class Accepted(Outcome, frozen=True, kw_only=True):
    """The job is stored. `ahead` jobs come before it; `seconds_left` is an estimate, None while unknown."""

    job: Job
    ahead: int
    seconds_left: float | None = None
    engine_ready: bool = True  # as in Waiting
    repeated: bool = False  # the same idempotency key came before: this is that job


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


StatusOutcome = Waiting | Painting

# ---- endings that are delivered to the place --------------------------------------------------------------------


class DeliveredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand over: encoded bytes and what they are."""

    role: str
    media_type: str
    data: bytes
    name: str  # a file name to suggest, such as "starry-night-k3f9.png"


class Finished(Outcome, frozen=True, kw_only=True):
    """A result to deliver: painting, variations sheet, film, or details. `styles` are titles to credit."""

    job: Job
    files: tuple[DeliveredFile, ...]
    styles: tuple[str, ...]
    credits: tuple[str, ...] = ()
    facts: PaintFacts | None = None


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
]


class Failed(Outcome, frozen=True, kw_only=True):
    """The job ended without a result; `refunded` paintings went back to the day's quota."""

    job: Job
    reason: str
    refunded: int = 0


class Cancelled(Outcome, frozen=True, kw_only=True):
    """The job was cancelled, by its person or (`by_admin`) by an admin."""

    job: Job
    refunded: int = 0
    by_admin: bool = False


DeliveryOutcome = Finished | Failed | Cancelled

# ---- answers to verbs that make no job --------------------------------------------------------------------------


class Deleted(Outcome, frozen=True, kw_only=True):
    """A result and its files are gone."""

    job_id: str


class HistoryPage(Outcome, frozen=True, kw_only=True):
    """A person's jobs, newest first; `next_before` is what to pass for older ones, None at the end."""

    jobs: tuple[Job, ...]
    next_before: float | None = None


class QuotaState(Outcome, frozen=True, kw_only=True):
    """What a person may still do today. `limits` are the effective ones; `resets_at` is Unix seconds."""

    limits: Limits
    used: int
    waiting: int
    resets_at: float


class QueueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the queue; strangers' jobs show no more than their place in it."""

    job_id: str | None
    mine: bool
    state: str
    task: TaskKind
    seconds_left: float | None


class QueueState(Outcome, frozen=True, kw_only=True):
    """The whole queue as one person may see it, in the order in which it will be painted."""

    entries: tuple[QueueEntry, ...]
    paused: bool = False
    engine_ready: bool = True


class ForgetAsked(Outcome, frozen=True, kw_only=True):
    """Forgetting destroys: it asks first. Confirm with `token` (valid for ten minutes)."""

    jobs: int
    token: str


class Forgotten(Outcome, frozen=True, kw_only=True):
    """A person's jobs and pictures are gone; only a keyed hash for bans and today's quota stays."""

    jobs: int
    files: int


class DraftState(Outcome, frozen=True, kw_only=True):
    """What a half-made request still needs."""

    has_photo: bool
    has_style: bool
    expires_at: float


class DraftDropped(Outcome, frozen=True, kw_only=True):
    """The draft is gone, or there was none."""

    existed: bool


# ---- admins -----------------------------------------------------------------------------------------------------


class Stats(Outcome, frozen=True, kw_only=True):
    """Figures for owners: jobs by state, the last day's work, disk in bytes, and the engines in words."""

    by_state: dict[str, int]
    people: int
    last_day: dict[str, int]
    files: int
    file_bytes: int
    free_bytes: int
    engine: str
    paused: bool


class AdminDone(Outcome, frozen=True, kw_only=True):
    """An admin's verb took effect: pause, resume, ban, unban, quota_set, quota_reset, cancel, reload."""

    verb: str
    person: str | None = None
    details: dict[str, Any] = {}


class ReloadFailed(Outcome, frozen=True, kw_only=True):
    """The config file has faults; the old settings stay in force."""

    faults: tuple[str, ...]
