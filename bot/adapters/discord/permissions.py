"""What the bot must be allowed to do, so that a painting can be handed over where it was asked for."""

from __future__ import annotations

import discord

from bot.adapters.discord.places import Interaction, is_reply_only
from bot.outcomes import PermissionMissing

NEEDED = discord.Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True)
"""All that an invitation asks for. Pictures go as attachments, so that not even embedded links are needed."""

_IN_CHANNELS = ("view_channel", "send_messages", "attach_files")
_IN_THREADS = ("view_channel", "send_messages_in_threads", "attach_files")


def missing(interaction: Interaction) -> PermissionMissing | None:
    """Return the permissions that are lacking where the interaction came from; None where nothing is."""
    if interaction.guild_id is None or is_reply_only(interaction):
        return None
    return _lacking(interaction.app_permissions, in_thread=isinstance(interaction.channel, discord.Thread))


def missing_at(message: discord.Message) -> PermissionMissing | None:
    """Return the permissions that are lacking where a message was written; None where nothing is."""
    channel = message.channel
    if message.guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    return _lacking(channel.permissions_for(message.guild.me), in_thread=isinstance(channel, discord.Thread))


def _lacking(granted: discord.Permissions, *, in_thread: bool) -> PermissionMissing | None:
    needed = _IN_THREADS if in_thread else _IN_CHANNELS
    lacking = tuple(name for name in needed if not getattr(granted, name))
    return PermissionMissing(permissions=lacking) if lacking else None
