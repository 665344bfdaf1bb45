"""The context menus: "Stylize this" and "Report painting" on messages, "Stylize avatar" on people."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.forms import report_form, stylize_form
from bot.adapters.discord.found import Found, avatars_of, pictures_of
from bot.adapters.discord.parameters import ALL_STYLES, everywhere, styles_for
from bot.outcomes import QuotaState


def menus(desk: Desk) -> list[app_commands.ContextMenu]:
    """Return the menus."""

    async def open_form(interaction: discord.Interaction, pictures: list[Found], *, together: bool) -> None:
        if refusal := desk.refusal_of(interaction):
            await desk.answer(interaction, refusal)
            return
        styles = await styles_for(desk, interaction, "", limit=ALL_STYLES)
        quota = await desk.studio.quota(desk.person(interaction), desk.place(interaction))
        largest = quota.limits.largest_size if isinstance(quota, QuotaState) else None
        form = stylize_form(desk, pictures, styles, interaction.locale.value, largest=largest, together=together)
        await interaction.response.send_modal(form)

    async def stylize_this(interaction: discord.Interaction, message: discord.Message) -> None:
        pictures = list(pictures_of(message, desk.source))
        if pictures:
            await open_form(interaction, pictures, together=True)
        else:
            sentence = desk.presenter.phrase("no_picture", interaction.locale.value)
            await interaction.response.send_message(sentence, ephemeral=True)

    async def stylize_avatar(interaction: discord.Interaction, user: discord.User | discord.Member) -> None:
        await open_form(interaction, avatars_of(user), together=False)

    async def report_painting(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(report_form(desk, message, interaction.locale.value))

    return [
        everywhere(app_commands.ContextMenu(name="Stylize this", callback=stylize_this)),
        everywhere(app_commands.ContextMenu(name="Stylize avatar", callback=stylize_avatar)),
        everywhere(app_commands.ContextMenu(name="Report painting", callback=report_painting)),
    ]
