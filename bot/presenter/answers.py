"""Answers to verbs that make no job: history, quota, queue, drafts, deleting and forgetting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.model import WAITING, Job, StoredStyle, TaskKind, is_made, is_undelivered
from bot.outcomes import (
    Deleted,
    ForgetAsked,
    Forgotten,
    HistoryPage,
    Outcome,
    QueueEntry,
    QueueState,
)
from bot.presenter.pages import brief_help
from bot.presenter.status import painter_not_ready
from bot.presenter.view import Button, Rows, View, after, plain
from bot.presenter.words import N_, Words, safe

_QUEUE_LINES = 15
_CANCEL = "❌"

_TASKS: dict[TaskKind, str] = {
    "paint": N_("painting"),
    "variations": N_("four variations"),
    "animate": N_("moving painting"),
    "film": N_("film"),
    "inspect": N_("details"),
}

_STATES = {
    "queued": N_("waiting"),
    "painting": N_("in progress"),
    "painted": N_("finished"),
    "delivered": N_("finished"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "expired": N_("given up"),
}


def _deleted(outcome: Deleted, words: Words) -> View:
    if outcome.message_only:
        return plain(words.gettext("The message is removed."))
    return plain(words.gettext("Deleted, with all its pictures."))


def _history_page(outcome: HistoryPage, words: Words) -> View:
    if not outcome.jobs:
        return plain(words.gettext("There is nothing here yet."), brief_help(words))
    turning = tuple(_turning(outcome, words))
    again, result = _rows("again", _can_repeat, outcome.jobs), _rows("result", _can_resend, outcome.jobs)
    rows = (*again, *result)
    return plain(
        words.gettext("What I made for you, newest first:"),
        *(f"{number}. {_history_line(job, outcome.titles, words)}" for number, job in enumerate(outcome.jobs, start=1)),
        _buttons_help(again, result, words),
        buttons=(*rows, turning) if turning else rows,
    )


def _buttons_help(again: Rows, result: Rows, words: Words) -> str:
    """Say what the numbered buttons do, of those that there are."""
    if again and result:
        return words.gettext(
            "{again} makes one again, {result} sends it once more.", again=_EMOJIS["again"], result=_EMOJIS["result"]
        )
    return words.gettext("{again} makes one again.", again=_EMOJIS["again"]) if again else ""


def _turning(outcome: HistoryPage, words: Words) -> Iterator[Button]:
    """Yield the buttons that turn the pages of the history."""
    if outcome.next_after is not None:
        label = words.gettext("Newer")
        yield Button(verb="history", argument=after(outcome.next_after), label=label, emoji="⏩")
    if outcome.next_before is not None:
        label = words.gettext("Older")
        yield Button(verb="history", argument=repr(outcome.next_before), label=label, emoji="⏪")


_EMOJIS = {"again": "🔁", "result": "🖼️"}
_A_ROW, _ROWS = 5, 2  # numbered buttons; two verbs and "older" make five rows


_STYLES, _STYLE_LENGTH = 2, 30  # of one job, and characters: ten jobs make one message


def _rows(verb: str, can: Callable[[Job], bool], jobs: Sequence[Job]) -> Rows:
    """Return numbered buttons for the jobs that a verb goes with, in as many rows as there is room for."""
    buttons = [
        Button(verb=verb, job_id=job.id, label=str(number), emoji=_EMOJIS[verb])
        for number, job in enumerate(jobs[: _A_ROW * _ROWS], start=1)
        if can(job)
    ]
    return tuple(tuple(buttons[at : at + _A_ROW]) for at in range(0, len(buttons), _A_ROW))


def _can_repeat(job: Job) -> bool:
    return job.state not in WAITING and not job.deleted


def _can_resend(job: Job) -> bool:
    return is_made(job) and not job.deleted


def _history_line(job: Job, titles: Mapping[str, str], words: Words) -> str:
    parts = [words.gettext(_TASKS[job.task])]
    if names := [_style_name(style, titles, words) for style in job.request.styles if style.preset or style.saved]:
        shown = names[:_STYLES]
        parts.append(words.both(shown if len(shown) == len(names) else [*shown, "…"]))
    if job.task in ("paint", "animate"):
        parts.append(words.gettext("strength {strength}", strength=job.request.options.strength))
    if job.width and job.height:
        parts.append(words.size(job.width, job.height))
    if job.state != "delivered":
        parts.append(words.gettext("not delivered") if is_undelivered(job) else words.gettext(_STATES[job.state]))
    return f"{words.when(job.created_at)}: {', '.join(parts)} ({safe(job.id)})"


def _style_name(style: StoredStyle, titles: Mapping[str, str], words: Words) -> str:
    if style.preset is not None:
        title = titles.get(style.preset)
        return words.name(title, _STYLE_LENGTH) if title else safe(style.preset, _STYLE_LENGTH)
    return safe(style.saved, _STYLE_LENGTH)


def _queue_state(outcome: QueueState, words: Words) -> View:
    lines = []
    if outcome.paused:
        lines.append(words.gettext("I take no new paintings for the moment."))
    if not outcome.engine_ready:
        lines.append(painter_not_ready(words))
    if not outcome.entries:
        return plain(*lines, words.gettext("The queue is empty."))
    lines.append(
        words.ngettext("There is {n} job in the queue:", "There are {n} jobs in the queue:", len(outcome.entries))
    )
    shown = outcome.entries[:_QUEUE_LINES]
    lines.extend(f"{place}. {_queue_line(entry, words)}" for place, entry in enumerate(shown, start=1))
    if more := len(outcome.entries) - len(shown):
        lines.append(words.ngettext("…and {n} more.", "…and {n} more.", more))
    if hidden := [place for place, entry in enumerate(outcome.entries, start=1) if entry.mine and place > len(shown)]:
        lines.append(words.gettext("Yours: {numbers}", numbers=words.both(words.number(place) for place in hidden[:5])))
    cancel = tuple(
        Button(verb="cancel", job_id=entry.job_id, label=str(place), emoji=_CANCEL)
        for place, entry in enumerate(outcome.entries, start=1)
        if entry.mine and entry.job_id is not None
    )[:_A_ROW]
    if cancel:
        lines.append(words.gettext("{cancel} cancels one of yours.", cancel=_CANCEL))
    return plain(*lines, buttons=(cancel,) if cancel else ())


def _queue_line(entry: QueueEntry, words: Words) -> str:
    parts = [words.gettext("yours") if entry.mine else words.gettext("somebody's"), words.gettext(_TASKS[entry.task])]
    parts.append(words.gettext(_STATES.get(entry.state, "")))
    if entry.seconds_left is not None:
        parts.append(words.gettext("about {time}", time=words.estimate(entry.seconds_left)))
    return ", ".join(filter(None, parts))


def _forget_asked(outcome: ForgetAsked, words: Words) -> View:
    confirm = Button(
        verb="forget", argument=outcome.token, label=words.gettext("Delete everything"), emoji="🗑️", style="danger"
    )
    question = (
        words.ngettext(
            "Shall I delete everything I keep of you? That is {n} job with all its pictures, for good.",
            "Shall I delete everything I keep of you? That is {n} jobs with all their pictures, for good.",
            outcome.jobs,
        )
        if outcome.jobs
        else words.gettext(
            "Shall I delete everything I keep of you, for good? There are no paintings; anything else, such as saved"
            " styles, goes."
        )
    )
    return plain(
        question,
        words.gettext("Within the next ten minutes you can say yes; otherwise nothing happens."),
        buttons=((confirm,),),
    )


def _forgotten(outcome: Forgotten, words: Words) -> View:
    found = []
    if outcome.jobs:
        found.append(words.ngettext("{n} job", "{n} jobs", outcome.jobs))
    if outcome.files:
        found.append(words.ngettext("{n} picture", "{n} pictures", outcome.files))
    return plain(
        words.gettext("All that I kept of you is deleted: {things}.", things=words.both(found))
        if found
        else words.gettext("All that I kept of you is deleted."),
        *_messages(outcome, words),
        words.gettext("I only keep a code in place of your name, for today's count and for bans."),
    )


def _messages(outcome: Forgotten, words: Words) -> Iterator[str]:
    """Say what became of the paintings that were posted."""
    if outcome.messages:
        yield words.ngettext(
            "{n} message that showed your paintings is removed, too.",
            "{n} messages that showed your paintings are removed, too.",
            outcome.messages,
        )
    if outcome.to_come:
        yield words.ngettext(
            "{n} more message will be removed as soon as its chat lets me.",
            "{n} more messages will be removed as soon as their chats let me.",
            outcome.to_come,
        )
    if outcome.staying:
        yield words.ngettext(
            "{n} message stays, as I can't remove it any more. Those who run that chat can.",
            "{n} messages stay, as I can't remove them any more. Those who run these chats can.",
            outcome.staying,
        )


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Deleted: _deleted,
    HistoryPage: _history_page,
    QueueState: _queue_state,
    ForgetAsked: _forget_asked,
    Forgotten: _forgotten,
}
