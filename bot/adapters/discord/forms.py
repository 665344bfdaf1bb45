"""The forms that open over a chat: paint this picture, the same style on another photo, report a painting.

Each has an id that says what it is about, so that it can be served whenever it is sent: see submissions.py.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.adapters.discord.found import Found
from bot.adapters.discord.parameters import LONGEST_TEXT, MOST_CHOICES
from bot.outcomes import StyleEntry
from bot.presenter import Field, Form
from bot.presenter.view import shortened
from bot.studio.batches import MOST_PHOTOS

if TYPE_CHECKING:
    from bot.adapters.discord.desk import Desk

FORM = "form"
_MOST_QUESTIONS = 5  # that Discord shows in one form
_LONGEST_LABEL = 100  # characters of a choice
_BUTTON_OF_JOB = re.compile(r"job:([^:]+):")


class _Form(ui.Modal):
    """A form about something, which `argument` finds again."""

    def __init__(self, kind: str, argument: str, title: str) -> None:
        super().__init__(title=title, custom_id=f"{FORM}:{kind}:{argument}")
        self.stop()  # what is sent is told by the id, also after a restart: the library need not remember this form

    def ask(self, field: Field, component: ui.Item[Any]) -> None:
        """Add a question; Discord shows a hint below its label."""
        self.add_item(ui.Label(text=field.label, description=field.hint or None, component=component))


# ---- paint this --------------------------------------------------------------------------------------------------


def stylize_form(
    desk: Desk,
    pictures: Sequence[Found],
    styles: Sequence[StyleEntry],
    locale: str,
    *,
    largest: int | None = None,
    together: bool = True,
) -> ui.Modal:
    """Ask for a style, or a picture of one, how to paint, and where; and for the picture where there are several.

    `pictures` holds at least one; of more than Discord shows, the first are offered. The form's token finds them again,
    for as long as the desk remembers them. Sizes beyond `largest`, in pixels, are not offered. `together`: several of
    the pictures may be painted at once.
    """
    form, token = desk.presenter.form("stylize", locale), secrets.token_hex(8)
    pictures = pictures[:MOST_CHOICES]
    desk.asked_about[token] = pictures
    modal = _Form("stylize", token, form.title)
    rows = _style_lists(desk, form, styles, locale)
    others = 3 + (len(pictures) > 1)  # the questions besides those for a style by its name
    if len(rows) + others > _MOST_QUESTIONS:
        rows = [_one_list(desk, form, styles, locale)]
    if len(pictures) > 1:
        asked = form.fields["pictures" if together else "picture"]
        modal.ask(asked, _pictures(desk, pictures, locale, together=together))
    for field, select in rows:
        modal.ask(field, select)
    modal.ask(form.fields["own_style"], _upload("style", required=False))
    modal.ask(form.fields["how"], _dials(form, largest))
    modal.ask(form.fields["mask"], _upload("mask", required=False))
    return modal


def _pictures(desk: Desk, pictures: Sequence[Found], locale: str, *, together: bool) -> ui.Select[Any]:
    """Return the list of pictures: one that is chosen already, or of several `together` those that somebody chooses."""
    options = []
    for number, found in enumerate(pictures):
        label = desk.presenter.phrase("picture_number", locale, number=number + 1)
        label = shortened(f"{label}: {found.name}" if found.name else label, _LONGEST_LABEL)
        options.append(discord.SelectOption(label=label, value=str(number), default=number == 0 and not together))
    most = min(len(pictures), MOST_PHOTOS) if together else 1
    return ui.Select(custom_id="picture", options=options, max_values=most)


def _style_lists(
    desk: Desk, form: Form, styles: Sequence[StyleEntry], locale: str
) -> list[tuple[Field, ui.Select[Any]]]:
    """Return a list for saved styles and one for presets, lest the ones leave no room for the others."""
    kinds = {
        "saved": [entry for entry in styles if entry.kind != "preset"],
        "preset": [entry for entry in styles if entry.kind == "preset"],
    }
    offered = {kind: entries for kind, entries in kinds.items() if entries}
    if len(offered) == 1:
        [(kind, entries)] = offered.items()
        return [(Field(label=form.fields["style"].label), _styles(desk, form, kind, entries, locale))]
    return [(form.fields[kind], _styles(desk, form, kind, entries, locale)) for kind, entries in offered.items()]


def _one_list(desk: Desk, form: Form, styles: Sequence[StyleEntry], locale: str) -> tuple[Field, ui.Select[Any]]:
    """Return one list for all styles, in which presets leave room for the first saved ones."""
    presets = [entry for entry in styles if entry.kind == "preset"]
    saved = [entry for entry in styles if entry.kind != "preset"]
    room = max(MOST_CHOICES - len(presets), MOST_CHOICES // 3)
    entries = [*saved[:room], *presets]
    return Field(label=form.fields["style"].label), _styles(desk, form, "preset", entries, locale)


def _styles(desk: Desk, form: Form, kind: str, entries: Sequence[StyleEntry], locale: str) -> ui.Select[Any]:
    return ui.Select(
        custom_id=kind,
        placeholder=form.fields["style"].hint,
        required=False,
        min_values=0,
        options=[
            discord.SelectOption(label=desk.presenter.style_label(entry, locale), value=entry.name)
            for entry in entries[:MOST_CHOICES]
        ],
    )


def _dials(form: Form, largest: int | None) -> ui.Select[Any]:
    """Return the list of strengths, sizes and qualities, of which several can be chosen: `strength=70`."""
    choices = {
        value: label
        for value, label in form.fields["how"].choices.items()
        if largest is None or not value.startswith("size=") or int(value.removeprefix("size=")) <= largest
    }
    return ui.Select(
        custom_id="how",
        required=False,
        min_values=0,
        max_values=len({value.partition("=")[0] for value in choices}),
        options=[discord.SelectOption(label=label, value=value) for value, label in choices.items()],
    )


def _upload(name: str, *, required: bool) -> ui.FileUpload[Any]:
    return ui.FileUpload(custom_id=name, required=required, min_values=int(required), max_values=1)


# ---- the others --------------------------------------------------------------------------------------------------


def restyle_form(desk: Desk, job_id: str, locale: str) -> ui.Modal:
    """Ask for a photo of one's own for the style of a painting."""
    form = desk.presenter.form("restyle", locale)
    modal = _Form("restyle", job_id, form.title)
    modal.ask(form.fields["photo"], _upload("photo", required=True))
    return modal


def report_form(desk: Desk, message: discord.Message, locale: str) -> ui.Modal:
    """Ask what is wrong with a message."""
    form = desk.presenter.form("report", locale)
    guild = message.guild.id if message.guild is not None else "@me"
    modal = _Form("report", f"{guild}:{message.channel.id}:{message.id}:{job_of(message) or ''}", form.title)
    text: ui.TextInput[Any] = ui.TextInput(custom_id="text", style=discord.TextStyle.paragraph, max_length=LONGEST_TEXT)
    modal.ask(form.fields["text"], text)
    return modal


def job_of(message: discord.Message) -> str | None:
    """Return the id of the job that a message of mine is about, as its buttons name it; None without any."""
    if not message.author.bot:
        return None
    found = (_BUTTON_OF_JOB.match(custom_id) for custom_id in _custom_ids(message))
    return next((match[1] for match in found if match), None)


def _custom_ids(message: discord.Message) -> Iterator[str]:
    for row in message.components:
        for component in getattr(row, "children", ()):
            if isinstance(component, discord.Button) and component.custom_id:
                yield component.custom_id
