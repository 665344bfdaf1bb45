"""What comes back of forms and select lists: told by their ids, so that they work for as long as they are shown.

Discord lets people send a form, or choose from a list, long after it was shown, also when the bot was restarted
meanwhile. What I cannot serve any more is answered with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import discord

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.forms import FORM
from bot.adapters.discord.pictures import are_hidden
from bot.adapters.discord.places import Interaction
from bot.adapters.discord.presses import Press
from bot.adapters.discord.settings import LIST, change
from bot.adapters.discord.stylize import Wish, submit
from bot.outcomes import Accepted, ChosenTwice, FormForgotten, JobUnknown, Refusal

_FORM = re.compile(rf"{FORM}:(\w+):(.*)")
_LIST = re.compile(rf"{LIST}:(channels|roles)")
_PRESS = Press.__discord_ui_compiled_template__


class Given:
    """What somebody filled into a form."""

    def __init__(self, interaction: Interaction) -> None:
        data: Mapping[str, Any] = dict(interaction.data or {})
        files = data.get("resolved", {}).get("attachments", {})
        self._files = {key: discord.Attachment(data=file, state=interaction._state) for key, file in files.items()}
        self._answers = {answer["custom_id"]: answer for answer in _answers(data.get("components", []))}

    def chosen(self, name: str) -> list[str]:
        """Return what was chosen from a list; nothing where it was left alone."""
        return list(self._answers.get(name, {}).get("values") or [])

    def text(self, name: str) -> str:
        """Return what was written into a field."""
        return str(self._answers.get(name, {}).get("value") or "")

    def file(self, name: str) -> discord.Attachment | None:
        """Return the file that was uploaded, if one was."""
        return next((self._files[key] for key in self.chosen(name) if key in self._files), None)


def _answers(components: list[Any]) -> Iterator[dict[str, Any]]:
    for component in components:
        if "component" in component:  # a label
            yield from _answers([component["component"]])
        elif "components" in component:  # a row
            yield from _answers(component["components"])
        elif "custom_id" in component:
            yield component


Serve = Callable[[Desk, Interaction, str, Given], Awaitable[None]]
"""Serves a form: desk, interaction, what the form is about, and what was filled in."""


async def serve(desk: Desk, interaction: Interaction) -> None:
    """Serve a form or a choice from a list; presses of buttons are served elsewhere."""
    try:
        data: Mapping[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            form = _FORM.fullmatch(custom_id)
            if form is not None and form[1] in _SERVED:
                await _SERVED[form[1]](desk, interaction, form[2], Given(interaction))
            else:  # a form of another version
                await desk.answer(interaction, FormForgotten())
        elif interaction.type is discord.InteractionType.component:
            if chosen := _LIST.fullmatch(custom_id):
                await change(desk, interaction, {chosen[1]: tuple(map(str, data.get("values") or ()))})
            elif not _PRESS.fullmatch(custom_id):  # what another version showed
                await desk.answer(interaction, JobUnknown(job_id=""))
    except Exception as error:  # noqa: BLE001 - the library would only log it, and the person would wait
        await desk.broken(interaction, error)


# ---- forms -------------------------------------------------------------------------------------------------------


async def _stylize(desk: Desk, interaction: Interaction, token: str, given: Given) -> None:
    pictures = desk.asked_about.get(token)
    if pictures is None:
        await desk.answer(interaction, FormForgotten())
        return
    found = [pictures[int(number)] for number in given.chosen("picture") or ["0"]]
    style, mask = given.file("style"), given.file("mask")
    options: dict[str, str] = {}
    for choice in given.chosen("how"):
        name, _, value = choice.partition("=")
        if name in options:
            await desk.answer(interaction, ChosenTwice(option=name))
            return
        options[name] = value
    wish = Wish(
        photos=tuple(desk.fetch(each.picture, "photo") for each in found),
        style=None if style is None else desk.fetch(style, "style"),
        presets=tuple(dict.fromkeys((*given.chosen("saved"), *given.chosen("preset")))),
        mask=None if mask is None else desk.fetch(mask, "mask"),
        options=options,
        hidden=any(each.hidden for each in found) or are_hidden(style, mask),
    )
    await submit(desk, interaction, wish)


async def _restyle(desk: Desk, interaction: Interaction, job_id: str, given: Given) -> None:
    photo = given.file("photo")
    if photo is None:
        await desk.answer(interaction, FormForgotten())
        return
    fetch, person, place = desk.fetch(photo, "photo"), desk.person(interaction), desk.place(interaction)

    async def make(ref: str | None) -> Accepted | Refusal:
        how = desk.how(interaction, ref, hidden=are_hidden(photo))
        return await desk.studio.restyle(person, place, job_id, fetch, **how)

    await desk.ask(interaction, make)


async def _report(desk: Desk, interaction: Interaction, about: str, given: Given) -> None:
    guild, channel, message, job_id = about.split(":")
    await desk.begin(interaction, private=True)
    outcome = await desk.studio.report(
        desk.person(interaction),
        desk.place(interaction),
        given.text("text"),
        job_id=job_id or None,
        link=f"https://discord.com/channels/{guild}/{channel}/{message}",
        message=desk.outlet.ref(channel, int(message)),
        place_name=desk.place_name(interaction),
    )
    await desk.answer(interaction, outcome)


_SERVED: dict[str, Serve] = {"stylize": _stylize, "restyle": _restyle, "report": _report}
