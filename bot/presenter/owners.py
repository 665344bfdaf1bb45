"""Answers to the owners of the bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.outcomes import AdminDone, Outcome, ReloadFailed, Stats
from bot.presenter.limits import banned, someone
from bot.presenter.refusals import because
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words, safe

_FAULT_LENGTH = 300  # characters

_DONE = {
    "pause": N_("Paused: no new paintings are taken; those that wait are still painted."),
    "resume": N_("New paintings are taken again."),
    "unban": N_("{person} may ask for paintings again."),
    "cancel": N_("The job is cancelled."),
    "reload": N_("The config file is read and in force."),
    "report_close": N_("The report is closed."),
    "report_delete": N_("The painting is deleted, and the report is closed."),
}

_STATES = {
    "queued": N_("waiting"),
    "painting": N_("in progress"),
    "painted": N_("to be delivered"),
    "delivered": N_("delivered"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "expired": N_("given up"),
}


def _stats(outcome: Stats, words: Words) -> View:
    nothing = words.gettext("nothing")
    by_state = ", ".join(f"{words.number(n)} {_state(state, words)}" for state, n in outcome.by_state.items())
    last_day = ", ".join(_figure(name, n, words) for name, n in outcome.last_day.items())
    return plain(
        words.gettext("Jobs: {figures}", figures=by_state or nothing),
        words.gettext("The last day: {figures}", figures=last_day or nothing),
        words.gettext("People: {people}", people=outcome.people),
        words.gettext(
            "Files: {files} ({size}); free on the disk: {free}",
            files=outcome.files,
            size=words.bytes(outcome.file_bytes),
            free=words.bytes(outcome.free_bytes),
        ),
        words.gettext("Engine: {engine}", engine=safe(outcome.engine, 200)),
        words.gettext("New paintings are paused.") if outcome.paused else "",
        words.ngettext("{n} report is open.", "{n} reports are open.", outcome.reports) if outcome.reports else "",
    )


def _state(name: str, words: Words) -> str:
    return words.gettext(_STATES[name]) if name in _STATES else safe(name)


def _figure(name: str, n: int, words: Words) -> str:
    if name == "paintings":
        return words.ngettext("{n} painting", "{n} paintings", n)
    if name == "seconds":
        return words.ngettext("{n} second of painting", "{n} seconds of painting", n)
    if name == "people":
        return words.ngettext("{n} person", "{n} people", n)
    return f"{words.number(n)} {_state(name, words)}"


def _admin_done(outcome: AdminDone, words: Words) -> View:
    person, details = someone(outcome.person or "?", outcome.name, words), outcome.details
    if outcome.verb == "ban":
        sentence = banned(person, details.get("until"), words)
    elif outcome.verb == "unban" and details.get("was_banned") is False:
        sentence = words.gettext("{person} was not banned.", person=person)
    elif message := _DONE.get(outcome.verb):
        sentence = words.gettext(message, person=person)
    else:
        sentence = words.gettext("Done: {verb}", verb=safe(outcome.verb))
    late = [safe(key) for key in details.get("after_restart", ())]
    restart = words.gettext("These take a restart: {keys}.", keys=words.both(late)) if late else ""
    return plain(sentence, restart, because(str(details.get("reason") or ""), words))


def _reload_failed(outcome: ReloadFailed, words: Words) -> View:
    return plain(
        words.gettext("The config file has faults, so the old settings stay in force:"),
        *(f"• {safe(fault, _FAULT_LENGTH)}" for fault in outcome.faults),
        is_error=True,
    )


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Stats: _stats,
    AdminDone: _admin_done,
    ReloadFailed: _reload_failed,
}
