"""Several photos of one request: how many were taken, and which were not, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.outcomes import BatchAccepted, LeftOut, Outcome
from bot.presenter import places, refusals, style_words
from bot.presenter.view import Button, View, plain
from bot.presenter.words import Words

_MOST_ROWS = 5  # of buttons that chats show


def _accepted(outcome: BatchAccepted, words: Words) -> View:
    lines, buttons = [_taken(outcome, words)], list[tuple[Button, ...]]()
    for left in outcome.left:
        why = _why(left, words)
        lines.append(_left_out(left, " ".join(why.text.split()), words))
        buttons += why.buttons
    return plain(*lines, buttons=tuple(buttons[:_MOST_ROWS]))


def _taken(outcome: BatchAccepted, words: Words) -> str:
    taken = len(outcome.jobs)
    if not outcome.left:
        return words.ngettext(
            "I paint your {n} photo; a message shows how it stands.",
            "I paint your {n} photos; each has a message of its own that shows how it stands.",
            taken,
        )
    return words.ngettext(
        "I paint {n} of your {photos} photos; a message shows how it stands.",
        "I paint {n} of your {photos} photos; each has a message of its own that shows how it stands.",
        taken,
        photos=outcome.photos,
    )


def _left_out(left: LeftOut, why: str, words: Words) -> str:
    if left.number is not None:
        return words.gettext("Photo {number} is left out: {why}", number=left.number, why=why)
    return words.ngettext(
        "The last photo is left out: {why}", "The last {n} photos are left out: {why}", left.count, why=why
    )


def _why(left: LeftOut, words: Words) -> View:
    views = {**refusals.VIEWS, **places.VIEWS, **style_words.VIEWS}
    return views[type(left.why)](left.why, words)


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {BatchAccepted: _accepted}
