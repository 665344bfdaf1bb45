"""Reports: thanks to those who write them, and what the owners read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import Person, Report
from bot.outcomes import (
    Outcome,
    ReportEmpty,
    ReportReceived,
    ReportsPage,
    ReportTaken,
    ReportUnread,
    TooManyReports,
)
from bot.presenter.commands import command_name
from bot.presenter.limits import someone
from bot.presenter.view import Button, View, plain, shortened
from bot.presenter.words import N_, Words, safe

_TEXT_LENGTH = 1000  # characters of a report that is shown alone
_PAGE_LENGTH = 1800  # characters of a page
_ON_A_PAGE = 900  # characters of all the reports' texts on a page together
_LINK_LENGTH = 100  # characters
_MOST_ROWS = 5


def _taken(outcome: ReportTaken, words: Words) -> View:
    return plain(words.gettext("Thank you. The people who run this bot will look at it."))


def _received(outcome: ReportReceived, words: Words) -> View:
    report, painter = outcome.report, outcome.painter
    return plain(
        words.gettext("{person} reported something:", person=_reporter(report, words)),
        words.gettext("“{text}”", text=safe(report.text, _TEXT_LENGTH)),
        _subject(report, painter, words),
        buttons=(_buttons(report, painter, words),),
    )


def _page(outcome: ReportsPage, words: Words) -> View:
    if not outcome.reports:
        return plain(words.gettext("There are no open reports."))
    length = _ON_A_PAGE // len(outcome.reports)
    shown = [(report, outcome.painters.get(report.job_id or "")) for report in outcome.reports]
    lines = [_line(number, *each, length, words) for number, each in enumerate(shown, start=1)]
    more = words.ngettext("…and {n} more.", "…and {n} more.", outcome.more) if outcome.more else ""
    rows = tuple(_buttons(*each, words, number) for number, each in enumerate(shown[:_MOST_ROWS], start=1))
    view = plain(words.gettext("Open reports, newest first:"), *lines, more, buttons=rows)
    return msgspec.structs.replace(view, text=shortened(view.text, _PAGE_LENGTH))


def _line(number: int, report: Report, painter: Person | None, length: int, words: Words) -> str:
    text = words.gettext("“{text}”", text=safe(report.text, max(length, 20)))
    parts = (_reporter(report, words), _subject(report, painter, words))
    return f"{number}. {words.when(report.reported_at)}: {text}\n    " + " · ".join(filter(None, parts))


def _reporter(report: Report, words: Words) -> str:
    return someone(report.person_key, report.person_name or "", words)


def _subject(report: Report, painter: Person | None, words: Words) -> str:
    """Say what a report is about: whose painting, in which server or group, and the link."""
    parts = []
    if report.job_id and painter is not None:
        whose = someone(painter.key, painter.name, words)
        parts.append(words.gettext("painting {job_id} of {person}", job_id=safe(report.job_id), person=whose))
    elif report.job_id:
        parts.append(words.gettext("painting {job_id}", job_id=safe(report.job_id)))
    if report.place_name:
        parts.append(someone(report.place_key, report.place_name, words))
    if report.link:
        parts.append(safe(report.link, _LINK_LENGTH))
    return " · ".join(parts)


def _buttons(report: Report, painter: Person | None, words: Words, number: int | None = None) -> tuple[Button, ...]:
    """Return what an owner can do about a report: see the painting, delete it, close the report."""

    def label(alone: str, numbered: str) -> str:
        return words.gettext(alone) if number is None else words.gettext(numbered, number=number)

    # Translators: button, at most 20 characters: closes a report
    close_label = label(N_("Close"), N_("Close {number}"))
    close = Button(verb="report_close", argument=report.id, label=close_label, emoji="✔️")
    if painter is None:
        return (close,)
    # Several reports may be about one painting, and a chat may take no two buttons that ask for the same.
    apart = None if number is None else str(number)
    # Translators: button, at most 20 characters: shows the painting that a report is about
    show_label = label(N_("Show"), N_("Show {number}"))
    # Translators: button, at most 20 characters: deletes the painting that a report is about
    delete_label = label(N_("Delete"), N_("Delete {number}"))
    return (
        Button(verb="result", job_id=report.job_id, argument=apart, label=show_label, emoji="🖼️"),
        Button(verb="report_delete", argument=report.id, label=delete_label, emoji="🗑️", style="danger"),
        close,
    )


def _unread(outcome: ReportUnread, words: Words) -> View:
    contact = words.gettext("Questions? Ask {contact}.", contact=safe(outcome.contact)) if outcome.contact else ""
    return plain(words.gettext("Nobody reads reports here yet, so I have not kept yours."), contact, is_error=True)


def _empty(outcome: ReportEmpty, words: Words) -> View:
    how = ""
    if words.dialect.typed:
        how = words.gettext(
            "Write it after {report}; as a reply to a painting, or with a link to one, it is about that one.",
            report=command_name("report", words),
        )
    return plain(words.gettext("Please say in a few words what is wrong."), how, is_error=True)


def _too_many(outcome: TooManyReports, words: Words) -> View:
    if outcome.limit == 0:
        return plain(words.gettext("Reports are switched off here."), is_error=True)
    return plain(
        words.ngettext(
            "You have sent {n} report today already. Please send the next one tomorrow.",
            "You have sent {n} reports today already. Please send the next one tomorrow.",
            outcome.limit,
        ),
        is_error=True,
    )


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    ReportTaken: _taken,
    ReportReceived: _received,
    ReportsPage: _page,
    ReportEmpty: _empty,
    ReportUnread: _unread,
    TooManyReports: _too_many,
}
