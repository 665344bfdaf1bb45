"""What an adapter renders: text, pictures and buttons, without anything that belongs to one platform."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from bot.model import Person
from bot.outcomes import DeliveredFile

CAPTION_LENGTH = 960
"""Length of a text that goes with a picture: Telegram takes 1024, and the mention needs room as well."""
SHORT_LENGTH = 200
"""Length of a text that answers a pressed button; Telegram's limit."""

_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"  # around words that read from right to left; see `words.safe`

ButtonStyle = Literal["primary", "secondary", "danger"]


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """Something to press: a verb of the studio, the job that it is about, and the verb's argument if it takes one.

    `argument` is the strength's number ("1" to "4") for pick, the format for film, the token for forget, a moment for
    history (the page `after` it, or else before it), "PAGE" or "PAGE:saved" for styles, "mine:NAME" or "place:NAME" for
    style_remove (names of at most 40 characters; the style's token where the dialect is typed), a style's token for
    style_pick and style_drop, the report's id for report_close, the size in pixels for smaller, and the offer's token
    for offer.
    """

    verb: str
    label: str
    job_id: str | None = None
    emoji: str | None = None
    argument: str | None = None
    style: ButtonStyle = "secondary"


def number_in(argument: str) -> int:
    """Return the number that a button's argument is, 0 for none; a stranger may have written it."""
    return int(argument) if argument.isdecimal() else 0


_AFTER = "after:"


def moments_in(argument: str) -> tuple[float | None, float | None]:
    """Return before which moment a page of the history ends, or after which it begins, in Unix seconds.

    Both are None, which means the newest page, where the argument is no such moment.
    """
    moment = _moment_in(argument.removeprefix(_AFTER))
    return (None, moment) if argument.startswith(_AFTER) else (moment, None)


def after(moment: float) -> str:
    """Return the argument of a button that shows what came after a moment (Unix seconds)."""
    return f"{_AFTER}{moment!r}"


def _moment_in(argument: str) -> float | None:
    try:
        moment = float(argument)
    except ValueError:
        return None
    return moment if math.isfinite(moment) else None


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A room or role of the platform that a text names as `text`; an adapter that can, shows its name instead."""

    kind: Literal["room", "role"]
    id: str

    @property
    def text(self) -> str:
        """What stands in the view's text: it reads well enough where no adapter replaces it."""
        return f"#{self.id}" if self.kind == "room" else f"@{self.id}"


Rows = tuple[tuple[Button, ...], ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `text` is plain: an adapter escapes it for its platform.

    `mention` is who should be notified, before the text. `short` says the same in at most SHORT_LENGTH characters.
    `picture` is to be shown and `files` are to be attached; `alt_text` describes the picture and `file_alt_texts` the
    files, one by one. `progress` is from 0 to 1. Rows of buttons hold at most five. `references` are what the text
    names by an id. `spoiler`: the picture and the files are hidden until somebody wants to see them.
    """

    text: str
    short: str
    mention: Person | None = None
    picture: DeliveredFile | None = None
    alt_text: str | None = None
    files: tuple[DeliveredFile, ...] = ()
    file_alt_texts: tuple[str, ...] = ()
    buttons: Rows = ()
    progress: float | None = None
    is_error: bool = False
    spoiler: bool = False
    references: tuple[Reference, ...] = ()


def plain(*lines: str, is_error: bool = False, buttons: Rows = ()) -> View:
    """Make a view that is text and buttons only; empty lines are left out."""
    text = "\n".join(filter(None, lines))
    return View(text=text, short=shortened(" ".join(text.split()), SHORT_LENGTH), buttons=buttons, is_error=is_error)


def shortened(text: str, longest: int) -> str:
    """Return the text, with an ellipsis for its end where it is longer than `longest`, as `length` counts."""
    if length(text) <= longest:
        return text
    cut = _beginning(text, longest - 2).rstrip()
    is_open = cut.count(_ISOLATE) > cut.count(_END_OF_ISOLATE)
    return f"{cut}…{_END_OF_ISOLATE}" if is_open else _beginning(text, longest - 1).rstrip(f" {_ISOLATE}") + "…"


def length(text: str) -> int:
    """Return how long chats take a text to be: in UTF-16 units, of which an emoji has two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _beginning(text: str, longest: int) -> str:
    cut = text[: max(longest, 0)]
    while length(cut) > longest:
        cut = cut[: -max(1, (length(cut) - longest) // 2)]
    return cut
