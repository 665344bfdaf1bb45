"""Buttons: each carries its verb and its job in its id, so that it works for as long as the message is there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast, get_args

import discord

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.forms import restyle_form
from bot.adapters.discord.places import Interaction
from bot.model import Verb
from bot.outcomes import Accepted, Cancelled, Deleted, JobUnknown, Outcome, Refusal
from bot.presenter import moments_in, number_in

if TYPE_CHECKING:
    from bot.adapters.discord.client import ImpastoClient

Serve = Callable[[Desk, Interaction, str, str], Awaitable[None]]
"""Serves a press: desk, interaction, job's id and argument, each empty where the button has none."""


# ---- verbs that make a job ---------------------------------------------------------------------------------------


def _asking(verb: str) -> Serve:
    async def serve(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
        person, place = desk.person(interaction), desk.place(interaction)
        more: tuple[Any, ...] = ()
        if verb in ("pick", "smaller"):
            more = (number_in(argument),)
        elif verb == "film":
            more = (argument or "gif",)

        async def make(ref: str | None) -> Accepted | Refusal:
            method = getattr(desk.studio, verb)
            answer = await method(person, place, job_id, *more, **desk.how(interaction, ref))
            return cast(Accepted | Refusal, answer)

        await desk.ask(interaction, make)

    return serve


async def _offer(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    person, place = desk.person(interaction), desk.place(interaction)
    await desk.ask(
        interaction, lambda ref: desk.studio.take_offer(person, place, argument, **desk.how(interaction, ref))
    )


async def _restyle(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    if refusal := desk.refusal_of(interaction):  # before somebody fills it in for nothing
        await desk.answer(interaction, refusal)
        return
    await interaction.response.send_modal(restyle_form(desk, job_id, interaction.locale.value))


# ---- verbs that make none ----------------------------------------------------------------------------------------


async def _cancel(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    outcome = await desk.studio.cancel(desk.person(interaction), job_id, place=desk.place(interaction))
    if not isinstance(outcome, Cancelled) or not outcome.told_here:
        await desk.answer(interaction, outcome)


async def _delete(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    person, place = desk.person(interaction), desk.place(interaction)
    moderates = place if desk.is_moderator(interaction) else None
    mentioned = desk.is_mentioned(interaction)
    outcome = await desk.studio.delete(person, job_id, place=place, moderates=moderates, mentioned=mentioned)
    if isinstance(outcome, Deleted):
        await desk.take_away(interaction)
    await desk.answer(interaction, outcome)


async def _result(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await desk.begin(interaction, private=True)
    person = desk.person(interaction)
    await desk.answer(interaction, await desk.studio.result(person, job_id, place=desk.place(interaction)))


async def _history(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    before, after = moments_in(argument)
    page = await desk.studio.history(desk.person(interaction), before=before, after=after)
    await desk.replace(interaction, page)


async def _styles(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    page, _, saved = argument.partition(":")
    outcome = await desk.studio.styles(
        desk.person(interaction),
        desk.place(interaction),
        page=number_in(page),
        saved_only=saved == "saved",
        title=desk.title(interaction),
    )
    await desk.replace(interaction, outcome)


async def _style_remove(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    whose, _, name = argument.partition(":")
    outcome = await desk.studio.style_remove(
        desk.person(interaction),
        desk.place(interaction),
        name,
        for_place=whose == "place",
        manager=desk.is_manager(interaction),
        confirmed=True,
    )
    await desk.replace(interaction, outcome)


def _about_report(verb: str) -> Serve:
    async def serve(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
        await interaction.response.defer()
        person = desk.person(interaction)
        outcome: Outcome = await getattr(desk.studio, verb)(person, argument)
        if not isinstance(outcome, Refusal):
            outcome = await desk.studio.reports(person)
        await desk.replace(interaction, outcome)

    return serve


async def _forget(desk: Desk, interaction: Interaction, job_id: str, argument: str) -> None:
    await interaction.response.defer()
    await desk.replace(interaction, await desk.studio.forget(desk.person(interaction), argument))


SERVED: dict[str, Serve] = {
    **{
        verb: _asking(verb)
        for verb in get_args(Verb)
        if verb not in ("submit", "restyle", "revise")  # which come from commands, forms and replies
    },
    "offer": _offer,
    "restyle": _restyle,
    "cancel": _cancel,
    "delete": _delete,
    "result": _result,
    "history": _history,
    "styles": _styles,
    "style_remove": _style_remove,
    "report_close": _about_report("report_close"),
    "report_delete": _about_report("report_delete"),
    "forget": _forget,
}
"""What happens when a button is pressed, by its verb."""


async def _serve(interaction: Interaction, verb: str, job_id: str, argument: str) -> None:
    desk = cast("ImpastoClient", interaction.client).desk
    try:
        if verb in SERVED:
            await SERVED[verb](desk, interaction, job_id, argument)
        else:  # a button of another version
            await desk.answer(interaction, JobUnknown(job_id=job_id))
    except Exception as error:  # noqa: BLE001 - the library would only log it, and the person would wait
        await desk.broken(interaction, error)


class Press(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"(?:job:(?P<job>[a-z0-9]{1,40})|do):(?P<verb>[a-z_]{1,20})(?::(?P<argument>.{1,90}))?",
):
    """A button: about a job (`job:<id>:<verb>`), or about none (`do:<verb>`); an argument may follow."""

    def __init__(self, item: discord.ui.Button[discord.ui.View], match: re.Match[str]) -> None:
        super().__init__(item)
        self._match = match

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Press:
        """Find the button again by its id."""
        return cls(cast("discord.ui.Button[discord.ui.View]", item), match)

    async def callback(self, interaction: Interaction) -> None:
        """Serve a press."""
        await _serve(interaction, self._match["verb"], self._match["job"] or "", self._match["argument"] or "")
