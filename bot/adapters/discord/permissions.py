"""What the bot must be allowed to do, so that a painting can be handed over where it was asked for."""

from __future__ import annotations

import discord

from bot.adapters.discord.places import Interaction, is_reply_only
from bot.outcomes import MayNotWrite, PermissionMissing, Refusal

NEEDED = discord.Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True)
"""All that an invitation asks for. Pictures go as attachments, so that not even embedded links are needed."""

_IN_CHANNELS = ("view_channel", "send_messages", "attach_files")
_IN_THREADS = ("view_channel", "send_messages_in_threads", "attach_files")


def refusal(interaction: Interaction) -> Refusal | None:
    """Return why nothing can be posted where the interaction came from: for want of the person's rights, or of mine.

    A button stays where it is when a channel becomes read-only: who may not write may not have me write for them.
    """
    return MayNotWrite() if not may_write(interaction) else missing(interaction)


def may_write(interaction: Interaction) -> bool:
    """Tell whether the person may write where the interaction came from."""
    if interaction.guild_id is None:
        return True
    theirs, channel = interaction.permissions, interaction.channel
    if not isinstance(channel, discord.Thread):
        return theirs.send_messages
    return theirs.send_messages_in_threads and (not channel.locked or theirs.manage_threads)


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
