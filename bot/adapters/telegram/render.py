"""A view as Telegram shows it: text with a mention, and a keyboard. No parse mode, so nothing needs escaping."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User
from telegram.constants import MessageLimit

from bot.adapters.telegram.data import encode
from bot.model import Person
from bot.presenter import Button, View
from bot.presenter.view import Reference, shortened
from bot.presenter.view import length as utf16_length
from bot.presenter.words import safe

TEXT_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH)
"""Of a message without a picture. This length and the next are in UTF-16 units."""
CAPTION_LENGTH = int(MessageLimit.CAPTION_LENGTH)
"""Of the text below a picture or a file."""

_LABEL_LENGTH = 64
_NAMELESS = "👋"  # in place of a name that consists of nothing that shows: a mention needs something to stand on
_WIDEST = {
    1: 2 * _LABEL_LENGTH,
    2: 20,
    3: 14,
    4: 8,
    5: 6,
}  # letters of a label, by how many stand in a row of a phone's screen
# The server turns these into mentions by itself. A text that repeats people's words must notify nobody.
_USERNAME = re.compile(r"(?<![\w@./])@(?=\w{4})")
_JOINER = "\u2060"  # shows as nothing


class Text(NamedTuple):
    """What a message says, and what in it mentions somebody."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def text_of(view: View, longest: int, *, private: bool) -> Text:
    """Return the text of a view in at most `longest` UTF-16 units.

    In a private chat nobody needs to be mentioned. Who is no person but a chat (an anonymous admin, a channel) cannot
    be: there the name stands without a link.
    """
    said = _USERNAME.sub(f"@{_JOINER}", _with_words(view.text, view.references))
    if private or view.mention is None:
        return Text(shortened(said, longest))
    name = _name(view.mention)
    text = shortened(f"{name}\n{said}", longest)
    if not _is_human(view.mention):
        return Text(text)
    user = User(id=int(view.mention.id), first_name=name, is_bot=False)
    entity = MessageEntity(MessageEntity.TEXT_MENTION, offset=0, length=utf16_length(name), user=user)
    return Text(text, (entity,))


def private_chat(person_id: str) -> str | None:
    """Return the chat in which a person can be reached alone; None for who is no person but a chat."""
    return person_id if re.fullmatch(r"[1-9][0-9]{0,18}", person_id, re.ASCII) else None


def keyboard_of(view: View) -> InlineKeyboardMarkup | None:
    """Return the buttons of a view, in rows that a phone can show; None without any."""
    rows = [[_button(button) for button in row] for whole in view.buttons for row in _rows(whole)]
    return InlineKeyboardMarkup(rows) if rows else None


def _name(person: Person) -> str:
    return safe(person.name) or _NAMELESS


def _is_human(person: Person) -> bool:
    return private_chat(person.id) is not None


def _with_words(text: str, references: Sequence[Reference]) -> str:
    """Telegram has no names for topics that a bot could look up, and a role is a word, not somebody's name."""
    for reference in references:
        if reference.kind == "role":
            text = text.replace(reference.text, reference.id)
    return text


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(shortened(_label(button), _LABEL_LENGTH), callback_data=encode(button))


def _label(button: Button) -> str:
    return f"{button.emoji} {button.label}".strip() if button.emoji else button.label


def _rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Break one row into as few as can be read, of about the same number of buttons."""
    for rows in range(1, len(buttons) + 1):
        in_row = math.ceil(len(buttons) / rows)
        found = [buttons[start : start + in_row] for start in range(0, len(buttons), in_row)]
        if rows == len(buttons) or all(_fits(row) for row in found):
            return found
    return []


def _fits(row: Sequence[Button]) -> bool:
    return len(row) in _WIDEST and max(_width(_label(button)) for button in row) <= _WIDEST[len(row)]


def _width(label: str) -> int:
    """Return about how wide a label is, in letters."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in label
    )
