"""What the studio answers: typed outcomes, without words. The presenter turns each into a view.

A refusal is an outcome too, never an exception: an adapter that forgets one fails the type check, not the person.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bot.model import Job, Limits, PlaceSettings, Report, TaskKind
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
    """The request lacks its photo, its style or the picture to start from; `verb` is what that was to be for."""

    which: Which
    verb: str = "submit"


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
    """Only the requester may do this (and admins or moderators, where the verb says so).

    `restyle` names the painting whose style the person may put on a photo of their own instead, where there is one.
    """

    verb: str
    restyle: str | None = None


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


class NotManager(Refusal, frozen=True, kw_only=True):
    """Only those who run the place may do this (on Discord: Manage Server)."""

    verb: str


class ChannelNotAllowed(Refusal, frozen=True, kw_only=True):
    """Those who run the place let me paint in `channels` (ids of the platform) only."""

    channels: tuple[str, ...]


class RoleNotAllowed(Refusal, frozen=True, kw_only=True):
    """Those who run the place let me paint for people with one of `roles` (ids of the platform) only."""

    roles: tuple[str, ...]


class TooLongHere(Refusal, frozen=True, kw_only=True):
    """The place can be reached for `largest` more seconds, but the job would take `seconds` in all."""

    seconds: float
    largest: float


class PermissionMissing(Refusal, frozen=True, kw_only=True):
    """I lack permissions at this place; `permissions` are the platform's names ("attach_files")."""

    permissions: tuple[str, ...]


class StyleNameRefused(Refusal, frozen=True, kw_only=True):
    """A saved style's name must be 1 to 40 letters, digits, spaces or hyphens, in any language."""

    found: str


class StyleNameTaken(Refusal, frozen=True, kw_only=True):
    """A preset has this name already."""

    name: str


class TooManySaved(Refusal, frozen=True, kw_only=True):
    """The person (or `for_place`: the place) has `limit` saved styles already."""

    limit: int
    for_place: bool = False


class ReportEmpty(Refusal, frozen=True, kw_only=True):
    """A report needs a few words."""


class TooManyReports(Refusal, frozen=True, kw_only=True):
    """The person has sent `limit` reports today."""

    limit: int


class Broken(Refusal, frozen=True, kw_only=True):
    """A fault of the program; `reference` finds it in the log."""

    reference: str


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
    spoiler: bool = False  # as in Finished, for the previews


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
    titles: dict[str, str] = {}  # of the presets in use, by name


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
    """What a half-made request still needs. `styles` are the titles or names of those that it has and that have one."""

    has_photo: bool
    has_style: bool
    expires_at: float
    styles: tuple[str, ...] = ()


class DraftDropped(Outcome, frozen=True, kw_only=True):
    """The draft is gone, or there was none."""

    existed: bool


class DraftExpired(Outcome, frozen=True, kw_only=True):
    """The rest of a half-made request did not come in time, so that it was dropped."""

    had_photo: bool


# ---- styles, settings, texts, reports ----------------------------------------------------------------------------

StyleKind = Literal["mine", "place", "preset"]


class StyleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One style to choose from: a preset, or a saved one, whose `title` is its name.

    `token` names it in a button, where a name may be too long: eight hexadecimal digits.
    """

    name: str
    title: str
    token: str = ""
    kind: StyleKind = "preset"
    description: str = ""
    credits: str = ""


class StylesPage(Outcome, frozen=True, kw_only=True):
    """A page of the gallery. `picture` is a contact sheet whose numbers begin at `first`; None on an empty page.

    `page` counts from 1. `saved_only` leaves the presets out. `draft` is the person's half-made request at this place,
    which the style is chosen for, where there is one.
    """

    entries: tuple[StyleEntry, ...]
    page: int
    pages: int
    first: int = 1
    picture: DeliveredFile | None = None
    saved_only: bool = False
    draft: DraftState | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Something to send into any chat: a preset, or a painting of the person's own; one of `entry` and `job` is set.

    `upload` is the platform's own name of the picture; None for a preset that was not uploaded yet.
    """

    entry: StyleEntry | None = None
    job: Job | None = None
    styles: tuple[str, ...] = ()  # titles or names, of a painting
    upload: str | None = None


class Shares(Outcome, frozen=True, kw_only=True):
    """What a person may send into any chat, best first: paintings (newest first), then styles."""

    shares: tuple[Share, ...]


class StyleSaved(Outcome, frozen=True, kw_only=True):
    """A style is kept under this name; `replaced` tells that an earlier one had it."""

    name: str
    for_place: bool = False
    replaced: bool = False


class StyleRemoveAsked(Outcome, frozen=True, kw_only=True):
    """Removing destroys: it asks first. `token` is that of StyleEntry."""

    name: str
    token: str = ""
    for_place: bool = False


class StyleRemoved(Outcome, frozen=True, kw_only=True):
    """The saved style is gone; paintings made with it stay."""

    name: str
    for_place: bool = False


class SettingsState(Outcome, frozen=True, kw_only=True):
    """What those who run a place chose; `saved` tells that it has just been changed."""

    settings: PlaceSettings
    saved: bool = False


class Help(Outcome, frozen=True, kw_only=True):
    """What the bot does and how to ask for it, with what holds for this person here; `brief`: nobody asked for it."""

    platform: str
    presets: int
    limits: Limits
    owner: bool = False
    brief: bool = False


class Privacy(Outcome, frozen=True, kw_only=True):
    """What is kept, for how many days, and how to have it deleted; addresses are the admin's, None without."""

    keep_days: float
    keep_history_days: float
    backup_days: float
    policy_url: str | None = None
    terms_url: str | None = None
    contact: str | None = None


class ReportTaken(Outcome, frozen=True, kw_only=True):
    """The owners will see the report."""

    report_id: str


class ReportReceived(Outcome, frozen=True, kw_only=True):
    """To an owner: somebody reported something."""

    report: Report


class ReportsPage(Outcome, frozen=True, kw_only=True):
    """To an owner: open reports, newest first; `more` is how many are not shown."""

    reports: tuple[Report, ...]
    more: int = 0


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
    reports: int = 0


class AdminDone(Outcome, frozen=True, kw_only=True):
    """An admin's verb took effect: pause, resume, ban, unban, quota_set, quota_reset, cancel, reload, report_close."""

    verb: str
    person: str | None = None
    details: dict[str, Any] = {}


class ReloadFailed(Outcome, frozen=True, kw_only=True):
    """The config file has faults; the old settings stay in force."""

    faults: tuple[str, ...]
