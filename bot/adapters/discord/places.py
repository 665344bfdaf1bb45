"""Who asks, and where: what an interaction says about its person and place, in the studio's words."""

from __future__ import annotations

import discord

from bot.model import DiscordPlace, Person
from bot.studio.batches import MOST_PHOTOS

PLATFORM = "discord"
REPLY_SECONDS = 15 * 60.0
"""How long Discord lets an interaction be answered with its own token."""

Interaction = discord.Interaction[discord.Client]


def person_of(interaction: Interaction) -> Person:
    """Return who asks."""
    user = interaction.user
    return Person(platform=PLATFORM, id=str(user.id), locale=interaction.locale.value, name=user.display_name)


def place_of(interaction: Interaction, now: float) -> DiscordPlace:
    """Return where to answer; `now` is Unix seconds, from which the end of the reply token counts."""
    channel = interaction.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    here = str(interaction.channel_id or 0)
    reply = is_reply_only(interaction)
    return DiscordPlace(
        channel=str(parent) if parent else here,
        thread=here if parent else None,
        guild=str(interaction.guild_id) if interaction.guild_id else None,
        message=str(interaction.message.id) if interaction.message else None,
        installation="user" if reply else "guild",
        reply_token=interaction.token if reply else None,
        reply_until=now + REPLY_SECONDS if reply else None,
    )


def is_reply_only(interaction: Interaction) -> bool:
    """Tell whether the bot's own token does not reach this place: it came along with the person alone."""
    if interaction.is_guild_integration() or interaction.context.dm_channel:
        return False
    return interaction.is_user_integration()


def most_photos(interaction: Interaction, *, film: bool) -> int:
    """Return how many photos may be painted at once here; `film`: with a film of each.

    Where only the interaction's token reaches, Discord takes five messages more: a status and a result of each job.
    """
    if not is_reply_only(interaction):
        return MOST_PHOTOS
    return 1 if film else 2


def roles_of(interaction: Interaction) -> tuple[str, ...]:
    """Return the ids of the roles that the person has here."""
    user = interaction.user
    return tuple(str(role.id) for role in user.roles) if isinstance(user, discord.Member) else ()


def is_manager(interaction: Interaction) -> bool:
    """Tell whether the person may change this server's settings."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def is_moderator(interaction: Interaction) -> bool:
    """Tell whether the person may remove other people's messages here."""
    return interaction.guild_id is not None and interaction.permissions.manage_messages


def is_mentioned(interaction: Interaction) -> bool:
    """Tell whether the message whose button was pressed mentions the person."""
    message = interaction.message
    return message is not None and any(user.id == interaction.user.id for user in message.mentions)
