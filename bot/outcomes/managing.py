"""For those who run a place or the bot."""

from __future__ import annotations

from typing import Any

from bot.model import PlaceSettings, Report
from bot.outcomes.base import Outcome


class SettingsState(Outcome, frozen=True, kw_only=True):
    """What those who run a place chose; `saved` tells that it has just been changed."""

    settings: PlaceSettings
    saved: bool = False


class ReportsPage(Outcome, frozen=True, kw_only=True):
    """To an owner: open reports, newest first; `more` is how many are not shown."""

    reports: tuple[Report, ...]
    more: int = 0


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
