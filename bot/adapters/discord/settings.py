"""`/impasto settings`: what those who run a server choose for it. The studio checks who may, and every value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands, ui
from discord.app_commands import Choice

from bot.adapters.discord.failures import TROUBLES, trouble_of
from bot.adapters.discord.parameters import (
    MOST_CHOICES,
    Count,
    Size,
    Strength,
    StyleName,
    choices,
    command,
    style_choices,
)
from bot.model import PlaceSettings
from bot.outcomes import SettingsState
from bot.presenter import CHOICES, COMMANDS

if TYPE_CHECKING:
    from bot.adapters.discord.desk import Desk

log = structlog.get_logger(__name__)

Channel = app_commands.AppCommandChannel | app_commands.AppCommandThread

PATH = "impasto settings"
_NAMES = {"daily": "paintings_a_day", "daily_for_all": "paintings_a_day_for_all"}  # of the studio, where they differ
_PAINTED_IN = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
)
LIST = "list"
"""What the ids of the lists below the answer begin with; submissions.py serves what is chosen from them."""


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., None]]:
    """Return `/impasto settings`."""

    async def complete(interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        return await style_choices(desk, interaction, current)

    @command(PATH)
    @app_commands.autocomplete(preset=complete)
    @app_commands.choices(quality=choices("quality"), reset=choices("reset"))
    async def settings(
        interaction: discord.Interaction,
        preset: StyleName | None = None,
        size: Size | None = None,
        quality: str | None = None,
        strength: Strength | None = None,
        channels: Channel | None = None,
        roles: discord.Role | None = None,
        daily: Count | None = None,
        daily_for_all: Count | None = None,
        spoiler: bool | None = None,
        reset: str | None = None,
    ) -> None:
        given = {
            "preset": preset,
            "size": size,
            "quality": quality,
            "strength": strength,
            "channels": channels and (str(channels.id),),  # the lists below the answer take several
            "roles": roles and (str(roles.id),),
            "daily": daily,
            "daily_for_all": daily_for_all,
            "spoiler": spoiler,
        }
        changes: dict[str, Any] = dict.fromkeys(taken_back(reset))
        changes |= {_NAMES.get(name, name): value for name, value in given.items() if value is not None}
        await change(desk, interaction, changes)

    return [settings]


def taken_back(reset: str | None) -> list[str]:
    """Return the studio's names of the settings that go back to what is usual."""
    names = [name for name in CHOICES["reset"] if name != "all"] if reset == "all" else [reset] if reset else []
    return [_NAMES.get(name, name) for name in names]


async def change(desk: Desk, interaction: discord.Interaction, changes: Mapping[str, Any]) -> None:
    """Change settings, or only show them where nothing is to be changed."""
    await desk.begin(interaction, private=True)
    person, place, manager = desk.person(interaction), desk.place(interaction), desk.is_manager(interaction)
    if changes:
        outcome = await desk.studio.settings_change(person, place, changes, manager=manager)
    else:
        outcome = await desk.studio.settings(person, place, manager=manager)
    await desk.answer(interaction, outcome)
    if isinstance(outcome, SettingsState):
        lists = Lists(desk, outcome.settings, interaction.locale.value)
        try:
            await interaction.edit_original_response(view=lists)
        except TROUBLES as error:  # the settings are said already
            log.info("discord.lists_not_shown", reason=trouble_of(error).reason)


class Lists(ui.View):
    """The channels and roles that the bot may paint in and for, to choose from."""

    def __init__(self, desk: Desk, settings: PlaceSettings, locale: str) -> None:
        super().__init__(timeout=None)

        def text(parameter: str) -> str:
            english = COMMANDS[PATH].parameters[parameter]
            return desk.presenter.command_text("description", english, locale) or english

        channels: ui.ChannelSelect[Any] = ui.ChannelSelect(
            custom_id=f"{LIST}:channels",
            placeholder=text("channels"),
            min_values=0,
            max_values=MOST_CHOICES,
            channel_types=list(_PAINTED_IN),
            default_values=_known(settings.allowed_channels),
        )
        roles: ui.RoleSelect[Any] = ui.RoleSelect(
            custom_id=f"{LIST}:roles",
            placeholder=text("roles"),
            min_values=0,
            max_values=MOST_CHOICES,
            default_values=_known(settings.allowed_roles),
        )
        self.add_item(channels)
        self.add_item(roles)
        self.stop()  # what is chosen is told by the lists' ids, also after a restart


def _known(chosen: Sequence[str]) -> list[discord.Object]:
    return [discord.Object(int(each)) for each in chosen if each.isdecimal()][:MOST_CHOICES]
