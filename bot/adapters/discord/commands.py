"""All commands and menus, as Discord's command tree takes them."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.adapters.discord import gallery, menus, owners, personal, settings, stylize
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import AnyCommand, group


def all_commands(desk: Desk) -> list[AnyCommand]:
    """Return every command, group and menu, each bound to the desk."""
    return [
        *stylize.commands(desk),
        *gallery.commands(desk),
        *personal.commands(desk),
        _impasto(desk),
        *menus.menus(desk),
    ]


def _impasto(desk: Desk) -> app_commands.Group:
    """Return `/impasto`: in servers it is shown to those who manage them; what it does is for the studio to allow."""
    return group(
        "impasto",
        *settings.commands(desk),
        *owners.commands(desk),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )
