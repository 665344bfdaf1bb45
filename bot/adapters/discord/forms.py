"""The forms that open over a chat: paint this picture, the same style on another photo, report a painting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import ui

from bot.adapters.discord.parameters import LONGEST_TEXT, MOST_CHOICES
from bot.adapters.discord.stylize import Wish, submit
from bot.outcomes import StyleEntry
from bot.presenter import Field
from bot.presenter.view import shortened

if TYPE_CHECKING:
    from bot.adapters.discord.desk import Desk

_SECONDS = 900.0  # that a form may stay open; Discord gives its interaction no longer
_LONGEST_LABEL = 100  # characters of a choice
_BUTTON_OF_JOB = re.compile(r"job:([^:]+):")


class Found(NamedTuple):
    """A picture that somebody may mean, and what to call it."""

    name: str
    picture: discord.Attachment | discord.Asset


class DeskForm(ui.Modal):
    """A form of the desk's."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__(title=title, timeout=_SECONDS)
        self.desk = desk

    def ask(self, field: Field, component: ui.Item[Any]) -> None:
        """Add a question; Discord shows a hint below its label."""
        self.add_item(ui.Label(text=field.label, description=field.hint or None, component=component))

    async def on_error(  # type: ignore[override]  # a modal has no item that failed
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Say that something broke, as everywhere."""
        await self.desk.broken(interaction, error)


class StylizeForm(DeskForm):
    """Which style, how strong and where, and which picture where there are several: all the five that Discord takes."""

    def __init__(self, desk: Desk, pictures: Sequence[Found], styles: Sequence[StyleEntry], locale: str) -> None:
        """`pictures` holds at least one; of more than Discord shows, the first are offered.

        Saved styles and presets have a list each, lest the ones leave no room for the others.
        """
        form = desk.presenter.form("stylize", locale)
        super().__init__(desk, form.title)
        self._pictures = pictures[:MOST_CHOICES]
        self.picture: ui.Select[Any] = ui.Select(
            custom_id="picture",
            options=[
                discord.SelectOption(label=self._name(number, found, locale), value=str(number), default=number == 0)
                for number, found in enumerate(self._pictures)
            ],
        )
        kinds = {
            "saved": [entry for entry in styles if entry.kind != "preset"],
            "preset": [entry for entry in styles if entry.kind == "preset"],
        }
        offered = {kind: entries for kind, entries in kinds.items() if entries}
        self.styles: dict[str, ui.Select[Any]] = {
            kind: ui.Select(
                custom_id=kind,
                placeholder=form.fields["style"].hint,
                required=len(offered) == 1,
                min_values=1 if len(offered) == 1 else 0,
                options=[
                    discord.SelectOption(label=desk.presenter.style_label(entry, locale), value=entry.name)
                    for entry in entries[:MOST_CHOICES]
                ],
            )
            for kind, entries in offered.items()
        }
        strengths = form.fields["strength"].choices.items()
        self.strength: ui.Select[Any] = ui.Select(
            custom_id="strength",
            required=False,
            min_values=0,
            options=[discord.SelectOption(label=label, value=value) for value, label in strengths],
        )
        if len(self._pictures) > 1:
            self.ask(form.fields["picture"], self.picture)
        for kind, select in self.styles.items():
            self.ask(form.fields[kind] if len(offered) > 1 else Field(label=form.fields["style"].label), select)
        self.ask(form.fields["strength"], self.strength)
        self.mask: ui.FileUpload[Any] = ui.FileUpload(custom_id="mask", required=False, min_values=0, max_values=1)
        self.ask(form.fields["mask"], self.mask)

    def _name(self, number: int, found: Found, locale: str) -> str:
        label = self.desk.presenter.phrase("picture_number", locale, number=number + 1)
        return shortened(f"{label}: {found.name}" if found.name else label, _LONGEST_LABEL)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Ask for the painting."""
        chosen = int(self.picture.values[0]) if self.picture.values else 0
        wish = Wish(
            photo=self.desk.fetch(self._pictures[chosen].picture, "photo"),
            presets=tuple(name for select in self.styles.values() for name in select.values),
            mask=self.desk.fetch(self.mask.values[0], "mask") if self.mask.values else None,
            options={"strength": self.strength.values[0]} if self.strength.values else {},
        )
        await submit(self.desk, interaction, wish)


class RestyleForm(DeskForm):
    """A photo of one's own for the style of a painting."""

    def __init__(self, desk: Desk, job_id: str, locale: str) -> None:
        form = desk.presenter.form("restyle", locale)
        super().__init__(desk, form.title)
        self._job_id = job_id
        self.photo: ui.FileUpload[Any] = ui.FileUpload(custom_id="photo", min_values=1, max_values=1)
        self.ask(form.fields["photo"], self.photo)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Ask for the painting."""
        desk, photo = self.desk, self.desk.fetch(self.photo.values[0], "photo")
        person, place = desk.person(interaction), desk.place(interaction)
        await desk.ask(
            interaction,
            lambda ref: desk.studio.restyle(person, place, self._job_id, photo, **desk.how(interaction, ref)),
        )


class ReportForm(DeskForm):
    """What is wrong with a message."""

    def __init__(self, desk: Desk, message: discord.Message, locale: str) -> None:
        form = desk.presenter.form("report", locale)
        super().__init__(desk, form.title)
        self._link, self._job_id = message.jump_url, job_of(message)
        self.text: ui.TextInput[Any] = ui.TextInput(
            custom_id="text", style=discord.TextStyle.paragraph, max_length=LONGEST_TEXT
        )
        self.ask(form.fields["text"], self.text)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Hand the report to the owners."""
        desk = self.desk
        await desk.begin(interaction, private=True)
        outcome = await desk.studio.report(
            desk.person(interaction),
            desk.place(interaction),
            self.text.value,
            job_id=self._job_id,
            link=self._link,
            message=desk.outlet.linked(self._link),
            place_name=desk.place_name(interaction),
        )
        await desk.answer(interaction, outcome)


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
