"""`/styles`, the gallery, and `/style`: the styles that somebody keeps under names of their own."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import (
    ALL_STYLES,
    LONGEST_STYLE,
    StyleName,
    choices_of,
    command,
    everywhere,
    group,
    styles_for,
)
from bot.adapters.discord.pictures import are_hidden


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any] | app_commands.Group]:
    """Return `/styles` and `/style save|remove|list`, all of which answer in private."""
    studio = desk.studio

    async def complete_saved(interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        found = await styles_for(desk, interaction, current[:LONGEST_STYLE], limit=ALL_STYLES)
        return choices_of(desk, interaction, [entry for entry in found if entry.kind != "preset"])

    async def show(interaction: discord.Interaction, *, saved_only: bool) -> None:
        await desk.begin(interaction, private=True)
        person, place = desk.person(interaction), desk.place(interaction)
        page = await studio.styles(person, place, saved_only=saved_only, title=desk.title(interaction))
        await desk.answer(interaction, page)

    @command("styles")
    async def styles(interaction: discord.Interaction) -> None:
        await show(interaction, saved_only=False)

    @command("style list")
    async def list_(interaction: discord.Interaction) -> None:
        await show(interaction, saved_only=True)

    @command("style save")
    async def save(
        interaction: discord.Interaction, name: StyleName, picture: discord.Attachment, for_server: bool = False
    ) -> None:
        await desk.begin(interaction, private=True)
        outcome = await studio.style_save(
            desk.person(interaction),
            desk.place(interaction),
            name,
            desk.fetch(picture, "style"),
            for_place=for_server,
            manager=desk.is_manager(interaction),
            hidden=are_hidden(picture),
        )
        await desk.answer(interaction, outcome)

    @command("style remove")
    @app_commands.autocomplete(name=complete_saved)
    async def remove(interaction: discord.Interaction, name: StyleName, for_server: bool = False) -> None:
        await desk.begin(interaction, private=True)
        outcome = await studio.style_remove(
            desk.person(interaction),
            desk.place(interaction),
            name,
            for_place=for_server,
            manager=desk.is_manager(interaction),
        )
        await desk.answer(interaction, outcome)

    return [everywhere(styles), everywhere(group("style", save, remove, list_))]
