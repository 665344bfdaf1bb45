"""A view as Discord shows it: content, files and buttons."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import discord
from discord.utils import MISSING

from bot.outcomes import DeliveredFile
from bot.presenter.view import Button, Reference, View, shortened

CONTENT_LENGTH = 2000  # characters, Discord's limit
ALT_LENGTH = 1024
LABEL_LENGTH = 80
CUSTOM_ID_LENGTH = 100

# What means something to Discord, but in an address, which must stay whole. discord.py's own escaping leaves a link
# with another name as it is when one stands before it.
_MEANT = re.compile(r"(?P<address>https?://[^\s<>\[\]()*|`\\]+)|[\\_~|*`\[]|<(?=[@#:/a-z])")
_BEGINNING = re.compile(r"^([^\S\n]*)([>#-])", re.MULTILINE)  # of a quotation, a heading, a list
# Discord would draw a list and take the line after its end for a part of it.
_NUMBERED = re.compile(r"^(\s*\d+)(\.)(?=\s)", re.MULTILINE)

_STYLES = {
    "primary": discord.ButtonStyle.primary,
    "secondary": discord.ButtonStyle.secondary,
    "danger": discord.ButtonStyle.danger,
}


class Rendered(NamedTuple):
    """What one message holds. Files are made anew for each sending, as sending uses them up."""

    content: str
    files: tuple[DeliveredFile, ...] = ()
    alt_texts: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    mention: int | None = None
    spoiler: bool = False

    def to_send(self) -> dict[str, Any]:
        """Return the keyword arguments of a send."""
        return {**self._common(), "files": self._files(), "view": self._view() or MISSING}

    def to_edit(self, *, keep_files: bool = False) -> dict[str, Any]:
        """Return the keyword arguments of an edit, which replaces all files unless they are to be kept."""
        files = {} if keep_files else {"attachments": self._files()}
        return {**self._common(), **files, "view": self._view()}

    def _common(self) -> dict[str, Any]:
        users = [discord.Object(self.mention)] if self.mention is not None else False
        allowed = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)
        return {"content": self.content, "allowed_mentions": allowed}

    def _files(self) -> list[discord.File]:
        alt_texts = (*self.alt_texts, *[""] * len(self.files))
        return [
            discord.File(
                io.BytesIO(file.data),
                filename=file.name,
                description=shortened(alt, ALT_LENGTH) if alt else None,
                spoiler=self.spoiler,
            )
            for file, alt in zip(self.files, alt_texts, strict=False)
        ]

    def _view(self) -> discord.ui.View | None:
        if not self.buttons:
            return None
        view = discord.ui.View(timeout=None)
        for number, row in enumerate(self.buttons):
            for button in row:
                view.add_item(_button(button, number))
        view.stop()  # presses are told by their ids, also after a restart: the library need not remember this view
        return view


def render(view: View) -> Rendered:
    """Return a view for Discord: what people wrote is escaped, and at most the requester is notified."""
    mention = int(view.mention.id) if view.mention is not None else None
    greeting = f"<@{mention}> " if mention is not None else ""
    files = tuple(file for file in (view.picture, *view.files) if file is not None)
    alt_texts = (*([view.alt_text or ""] if view.picture else []), *view.file_alt_texts)
    text = escaped(view.text, CONTENT_LENGTH - len(greeting))
    named = _with_names(text, view.references)
    return Rendered(
        content=greeting + (named if len(named) <= CONTENT_LENGTH - len(greeting) else text),
        files=files,
        alt_texts=alt_texts,
        buttons=view.buttons,
        mention=mention,
        spoiler=view.spoiler,
    )


def _with_names(text: str, references: Sequence[Reference]) -> str:
    """Let Discord show the names of channels and roles, in the reader's own client."""
    for reference in references:
        if reference.id.isdecimal():
            mention = f"<#{reference.id}>" if reference.kind == "room" else f"<@&{reference.id}>"
            text = re.sub(rf"\\?[#@]\u200b?{reference.id}\b", mention, text)
    return text


def escaped(text: str, longest: int) -> str:
    """Return text that shows as it is, in at most `longest` characters."""
    length = longest
    while len(shown := _escaped(shortened(text, length))) > longest:
        length -= max(1, (len(shown) - longest) // 2)
    return shown


def _escaped(text: str) -> str:
    """Escape markdown, mentions, custom emoji and the like; addresses stay addresses."""
    text = _MEANT.sub(lambda match: match["address"] or f"\\{match[0]}", text)
    text = _BEGINNING.sub(r"\1\\\2", text)
    return discord.utils.escape_mentions(_NUMBERED.sub(r"\1\\\2", text))


def custom_id(button: Button) -> str:
    """Return the id by which a press is told: `job:<id>:<verb>` or `do:<verb>`, and the verb's argument."""
    parts: Sequence[str | None] = (
        ("job", button.job_id, button.verb, button.argument) if button.job_id else ("do", button.verb, button.argument)
    )
    found = ":".join(part for part in parts if part is not None)
    if len(found) > CUSTOM_ID_LENGTH:
        raise ValueError(f"the id of a button is too long: {found}")
    return found


def _button(button: Button, row: int) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(
        label=shortened(button.label, LABEL_LENGTH),
        emoji=button.emoji,
        style=_STYLES[button.style],
        custom_id=custom_id(button),
        row=row,
    )
