"""Answers about oneself: what was made, what is left, what waits, drafts, to be forgotten, help and reports."""

from __future__ import annotations

import msgspec

from bot.model import Job, Limits, Person, Report, TaskKind
from bot.outcomes.base import Outcome, Refusal, Whose


class Deleted(Outcome, frozen=True, kw_only=True):
    """A result and its files are gone; `message_only`: no more than the message whose button was pressed."""

    job_id: str
    message_only: bool = False


class HistoryPage(Outcome, frozen=True, kw_only=True):
    """A person's jobs, newest first.

    `next_before` is what to pass for older ones, None at the end; `next_after` for newer ones, None at the beginning.
    """

    jobs: tuple[Job, ...]
    next_before: float | None = None
    next_after: float | None = None
    titles: dict[str, str] = {}  # of the presets in use, by name


class DayCap(msgspec.Struct, frozen=True, kw_only=True):
    """How many paintings there are a day, and how many of them are used."""

    whose: Whose
    limit: int
    used: int

    @property
    def left(self) -> int:
        """How many are left; a cap that was lowered meanwhile leaves none."""
        return max(0, self.limit - self.used)


class QuotaState(Outcome, frozen=True, kw_only=True):
    """What a person may still do here today, and by whose cap; `resets_at` is Unix seconds.

    `refusal` is what they would be told if they asked for a painting now; None where nothing stands against it.
    """

    limits: Limits
    caps: tuple[DayCap, ...]
    waiting: int
    resets_at: float
    largest_moving_size: int
    frames_a_painting: int
    refusal: Refusal | None = None

    @property
    def used(self) -> int:
        """The paintings of the day that the person used, wherever that was."""
        return next((cap.used for cap in self.caps if cap.whose == "person"), 0)

    @property
    def left(self) -> int:
        """How many paintings the person may have here today."""
        return min((cap.left for cap in self.caps), default=0)


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
    """A person's jobs and pictures are gone; only a keyed hash for bans and today's quota stays.

    Of the messages that showed them, so many are removed, stay where they are, or are to go as soon as that works.
    """

    jobs: int
    files: int
    messages: int = 0
    staying: int = 0
    to_come: int = 0


class DraftState(Outcome, frozen=True, kw_only=True):
    """What a half-made request still needs. `styles` are the titles or names of those that it has and that have one.

    `background` is the same of those for where the mask is black. `moving`: the photo is a moving picture. `others` is
    how many more pictures came of which nobody said what they are for. `unread` are words below a picture that named
    nothing.
    """

    has_photo: bool
    has_style: bool
    expires_at: float
    styles: tuple[str, ...] = ()
    has_mask: bool = False
    background: tuple[str, ...] = ()
    moving: bool = False
    others: int = 0
    unread: str = ""


class DraftDropped(Outcome, frozen=True, kw_only=True):
    """The draft is gone, or there was none."""

    existed: bool


class DraftExpired(Outcome, frozen=True, kw_only=True):
    """The rest of a half-made request did not come in time, so that it was dropped."""

    had_photo: bool


class Help(Outcome, frozen=True, kw_only=True):
    """What the bot does and how to ask for it, with what holds for this person here; `brief`: nobody asked for it.

    `name` is what people type in any chat to send a painting there; None where that does not go. `refusal` is what
    keeps them from being painted for here for longer than today; `reports`: somebody reads them.
    """

    platform: str
    presets: int
    limits: Limits
    owner: bool = False
    brief: bool = False
    name: str | None = None
    refusal: Refusal | None = None
    reports: bool = True


class Welcome(Outcome, frozen=True, kw_only=True):
    """To a group that has just taken the bot in: how to ask."""


class CommandUnknown(Outcome, frozen=True, kw_only=True):
    """There is no command of this name; `near` are those that may have been meant, best first."""

    name: str
    near: tuple[str, ...] = ()


class OwnId(Outcome, frozen=True, kw_only=True):
    """How the config and the owners name the person ("telegram:123"); `owner`: the config does."""

    key: str
    owner: bool = False


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
    """To an owner: somebody reported something. `painter` asked for the painting that it is about, if that is there."""

    report: Report
    painter: Person | None = None
