"""What the owners named in the config may do: `/impasto stats`, `pause`, `ban` and so on. The studio decides who is."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import Count, Days, Size, Text, command
from bot.model import Limits, Person
from bot.outcomes import Refusal

_DAY_SECONDS = 86400


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., None]]:
    """Return the owners' commands below `/impasto`, all of which answer in private."""
    studio = desk.studio

    async def begun(interaction: discord.Interaction) -> Person:
        await desk.begin(interaction, private=True)
        return desk.person(interaction)

    @command("impasto stats")
    async def stats(interaction: discord.Interaction) -> None:
        await desk.answer(interaction, await studio.stats(await begun(interaction)))

    @command("impasto pause")
    async def pause(interaction: discord.Interaction, reason: Text = "") -> None:
        await desk.answer(interaction, await studio.pause(await begun(interaction), reason))

    @command("impasto resume")
    async def resume(interaction: discord.Interaction) -> None:
        await desk.answer(interaction, await studio.resume(await begun(interaction)))

    @command("impasto ban")
    async def ban(
        interaction: discord.Interaction, person: discord.User, reason: Text = "", days: Days | None = None
    ) -> None:
        owner = await begun(interaction)
        until = None if days is None else desk.clock.now() + days * _DAY_SECONDS
        await desk.answer(interaction, await studio.ban(owner, key_of(person), reason, until, name=person.display_name))

    @command("impasto unban")
    async def unban(interaction: discord.Interaction, person: discord.User) -> None:
        owner = await begun(interaction)
        await desk.answer(interaction, await studio.unban(owner, key_of(person), name=person.display_name))

    @command("impasto quota")
    async def quota(
        interaction: discord.Interaction,
        person: discord.User,
        paintings_a_day: Count | None = None,
        waiting_at_once: Count | None = None,
        largest_size: Size | None = None,
        reset: bool = False,
    ) -> None:
        owner, whom, name = await begun(interaction), key_of(person), person.display_name
        limits = Limits(paintings_a_day=paintings_a_day, waiting_at_once=waiting_at_once, largest_size=largest_size)
        if reset:
            outcome = await studio.quota_reset(owner, whom, name=name)
            if isinstance(outcome, Refusal) or limits == Limits():
                await desk.answer(interaction, outcome)
                return
        await desk.answer(interaction, await studio.quota_set(owner, whom, limits, name=name))

    @command("impasto cancel")
    async def cancel(interaction: discord.Interaction, job: str) -> None:
        owner = await begun(interaction)
        await desk.answer(interaction, await studio.cancel(owner, job.strip(), place=desk.place(interaction)))

    @command("impasto reload")
    async def reload(interaction: discord.Interaction) -> None:
        await desk.answer(interaction, await studio.reload(await begun(interaction)))

    @command("impasto reports")
    async def reports(interaction: discord.Interaction) -> None:
        await desk.answer(interaction, await studio.reports(await begun(interaction)))

    return [stats, pause, resume, ban, unban, quota, cancel, reload, reports]


def key_of(user: discord.User | discord.Member) -> str:
    """Return the identity under which the studio knows somebody."""
    return Person(platform="discord", id=str(user.id)).key
