"""Commands about oneself: history, quota, queue, help, privacy, reports, and to be forgotten."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import Text, command, everywhere

_LINK = re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d+|@me)/\d+/\d+")


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """Return the commands, all of which answer in private."""
    studio = desk.studio

    @command("history")
    async def history(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        await desk.answer(interaction, await studio.history(desk.person(interaction)))

    @command("quota")
    async def quota(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        person, place, roles = desk.person(interaction), desk.place(interaction), desk.roles(interaction)
        await desk.answer(interaction, await studio.quota(person, place, roles=roles))

    @command("queue")
    async def queue(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        await desk.answer(interaction, await studio.queue(desk.person(interaction)))

    @command("help")
    async def help_(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        person, place, roles = desk.person(interaction), desk.place(interaction), desk.roles(interaction)
        await desk.answer(interaction, await studio.help(person, place, roles=roles))

    @command("privacy")
    async def privacy(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        await desk.answer(interaction, await studio.privacy())

    @command("report")
    async def report(interaction: discord.Interaction, text: Text, painting: str | None = None) -> None:
        await desk.begin(interaction, private=True)
        link, job_id = which_painting(painting)
        person, place = desk.person(interaction), desk.place(interaction)
        message, where = desk.outlet.linked(link) if link else None, desk.place_name(interaction)
        await desk.answer(
            interaction,
            await studio.report(person, place, text, job_id=job_id, link=link, message=message, place_name=where),
        )

    @command("forget-me")
    async def forget_me(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        await desk.answer(interaction, await studio.forget(desk.person(interaction)))

    return [everywhere(each) for each in (history, quota, queue, help_, privacy, report, forget_me)]


def which_painting(text: str | None) -> tuple[str | None, str | None]:
    """Return the link to a message, or else the job's id, that somebody typed."""
    if not text or not text.strip():
        return None, None
    found = _LINK.search(text)
    return (found[0], None) if found else (None, text.strip()[:100])
