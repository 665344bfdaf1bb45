"""Commands about oneself: history, quota, queue, help, privacy, reports, and to be forgotten."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import discord
from discord import app_commands

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import Text, command, everywhere

_LINK = re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d+|@me)/(?P<channel>\d+)/(?P<message>\d+)")
_NUMBER = re.compile(r"\d{15,20}", re.ASCII)  # of a message, as Discord lets people copy it
_JOB = re.compile(r"[a-z0-9]{10}", re.ASCII)  # as a job's buttons name it


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
        person, place = desk.person(interaction), desk.place(interaction)
        about = about_which(interaction, painting or "")
        more = f"\n{painting}" if painting and about == About() else ""  # whatever it says, somebody can read it
        outcome = await studio.report(
            person,
            place,
            text + more,
            job_id=about.job_id,
            link=about.link,
            message=about.ref(desk),
            place_name=desk.place_name(interaction),
        )
        await desk.answer(interaction, outcome)

    @command("forget-me")
    async def forget_me(interaction: discord.Interaction) -> None:
        await desk.begin(interaction, private=True)
        await desk.answer(interaction, await studio.forget(desk.person(interaction)))

    return [everywhere(each) for each in (history, quota, queue, help_, privacy, report, forget_me)]


class About(NamedTuple):
    """What somebody reports: a message, by channel and number and as a link, or a job."""

    message: tuple[str, int] | None = None
    link: str | None = None
    job_id: str | None = None

    def ref(self, desk: Desk) -> str | None:
        """Return what the outlet calls the message."""
        return desk.outlet.ref(*self.message) if self.message is not None else None


def about_which(interaction: discord.Interaction, text: str) -> About:
    """Return what somebody means by a link to a message, by a message's number, or by a job's id."""
    if found := _LINK.search(text):
        return About((found["channel"], int(found["message"])), found[0])
    word = text.strip()
    if _NUMBER.fullmatch(word):
        channel = str(interaction.channel_id)
        link = f"https://discord.com/channels/{interaction.guild_id or '@me'}/{channel}/{word}"
        return About((channel, int(word)), link)
    return About(job_id=word) if _JOB.fullmatch(word) else About()
