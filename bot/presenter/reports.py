"""Reports: thanks to those who write them, and what the owners read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import Report
from bot.outcomes import Outcome, ReportEmpty, ReportReceived, ReportsPage, ReportTaken, TooManyReports
from bot.presenter.commands import command_name
from bot.presenter.view import Button, Rows, View, plain, shortened
from bot.presenter.words import Words, safe

_TEXT_LENGTH = 1000  # characters of a report that is shown alone
_PAGE_LENGTH = 1800  # characters of a page
_ON_A_PAGE = 900  # characters of all the reports' texts on a page together
_LINK_LENGTH = 100  # characters
_BUTTONS_A_ROW, _NARROW_ROW = 5, 3
_MOST_BUTTONS = 25


def _taken(outcome: ReportTaken, words: Words) -> View:
    return plain(words.gettext("Thank you. The people who run this bot will look at it."))


def _received(outcome: ReportReceived, words: Words) -> View:
    # Translators: button, at most 20 characters
    label = words.gettext("Close")
    close = Button(verb="report_close", argument=outcome.report.id, label=label, emoji="✔️")
    return plain(
        words.gettext("Somebody reported something:"),
        words.gettext("“{text}”", text=safe(outcome.report.text, _TEXT_LENGTH)),
        _subject(outcome.report, words),
        buttons=((close,),),
    )


def _page(outcome: ReportsPage, words: Words) -> View:
    if not outcome.reports:
        return plain(words.gettext("There are no open reports."))
    length = _ON_A_PAGE // len(outcome.reports)
    lines = (_line(number, report, length, words) for number, report in enumerate(outcome.reports, start=1))
    more = words.ngettext("…and {n} more.", "…and {n} more.", outcome.more) if outcome.more else ""
    view = plain(words.gettext("Open reports, newest first:"), *lines, more, buttons=_closing(outcome, words))
    return msgspec.structs.replace(view, text=shortened(view.text, _PAGE_LENGTH))


def _line(number: int, report: Report, length: int, words: Words) -> str:
    text = words.gettext("“{text}”", text=safe(report.text, max(length, 20)))
    subject = _subject(report, words)
    return f"{number}. {words.when(report.reported_at)}: {text}" + (f"\n    {subject}" if subject else "")


def _subject(report: Report, words: Words) -> str:
    parts = []
    if report.job_id:
        parts.append(words.gettext("painting {job_id}", job_id=safe(report.job_id)))
    if report.link:
        parts.append(safe(report.link, _LINK_LENGTH))
    return " · ".join(parts)


def _closing(outcome: ReportsPage, words: Words) -> Rows:
    buttons = [
        Button(
            verb="report_close",
            argument=report.id,
            # Translators: button, at most 20 characters
            label=words.gettext("Close {number}", number=number),
            emoji="✔️",
        )
        for number, report in enumerate(outcome.reports[:_MOST_BUTTONS], start=1)
    ]
    beside = _NARROW_ROW if words.dialect.narrow else _BUTTONS_A_ROW
    return tuple(tuple(buttons[at : at + beside]) for at in range(0, len(buttons), beside))


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
    TooManyReports: _too_many,
}
