"""For those who run a place or the bot."""

from __future__ import annotations

from typing import Any, Literal

from bot.model import Limits, Person, PlaceSettings, Report
from bot.outcomes.base import Outcome
from bot.outcomes.refusals import Banned


class SettingsState(Outcome, frozen=True, kw_only=True):
    """What those who run a place chose; `saved` tells that it has just been changed.

    `usual` is what holds where they chose nothing, and `most` what nobody may exceed, whatever was chosen. `titles` are
    those of the presets among their styles, by name.
    """

    settings: PlaceSettings
    saved: bool = False
    usual: PlaceSettings = PlaceSettings()
    most: Limits = Limits()
    titles: dict[str, str] = {}


class PersonLimits(Outcome, frozen=True, kw_only=True):
    """To an owner: the limits of a person ("platform:id") wherever a place sets none, and how far they are used.

    `own` are those that an owner set for this person alone, `limits` what holds. `done` is what has just been done.
    """

    person: str
    name: str
    own: Limits
    limits: Limits
    used: int
    waiting: int
    ban: Banned | None = None
    done: Literal["", "quota_set", "quota_reset"] = ""


class ReportsPage(Outcome, frozen=True, kw_only=True):
    """To an owner: open reports, newest first; `more` is how many are not shown.

    `painters`, by the job's id, asked for the paintings that they are about and that are there to be seen and deleted.
    """

    reports: tuple[Report, ...]
    more: int = 0
    painters: dict[str, Person] = {}


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
    """An admin's verb took effect: pause, resume, ban, unban, cancel, reload, report_close, report_delete."""

    verb: str
    person: str | None = None
    name: str = ""
    details: dict[str, Any] = {}


class ReloadFailed(Outcome, frozen=True, kw_only=True):
    """The config file has faults; the old settings stay in force."""

    faults: tuple[str, ...]
