"""The connection to Discord: least intents, no memory of messages or members, and all errors in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.adapters.discord import submissions
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.places import PLATFORM
from bot.adapters.discord.presses import Press
from bot.adapters.discord.sync import sync
from bot.adapters.discord.talking import serve_message
from bot.adapters.discord.translator import Translator

log = structlog.get_logger(__name__)

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""All that is listened to: which guilds there are, with their channels and roles, and that messages are written.

What they say Discord shows only where they mention the bot, and in direct messages. No members.
"""

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_LONGEST_LIMIT_SECONDS = 60.0  # that the library sits out a rate limit by itself


class Tree(app_commands.CommandTree["ImpastoClient"]):
    """The commands; what breaks in one is logged and said."""

    async def on_error(
        self, interaction: discord.Interaction[ImpastoClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Log an error under a reference, and tell that to the person."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.client.desk.broken(interaction, cause)


class ImpastoClient(commands.AutoShardedBot):
    """The bot as Discord knows it."""

    def __init__(self, desk: Desk, offered: Sequence[AnyCommand], data_dir: Path) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=_LONGEST_LIMIT_SECONDS,
        )
        self.desk = desk
        self._offered, self._data_dir = offered, data_dir

    async def setup_hook(self) -> None:
        """Offer commands and buttons."""
        self.add_dynamic_items(Press)
        for command in self._offered:
            self.tree.add_command(command)
        await self.tree.set_translator(Translator(self.desk.presenter))
        await sync(self.tree, self._data_dir)

    async def on_ready(self) -> None:
        """Let the outlet begin."""
        log.info("discord.ready", guilds=len(self.guilds), shards=self.shard_count)
        self.desk.outlet.serve(self)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Serve forms and lists, also those that an earlier run showed; the library serves commands and buttons."""
        await submissions.serve(self.desk, interaction)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget what a guild chose, as it does not want the bot any more."""
        log.info("discord.guild_left", guild=guild.id)
        await self.desk.studio.leave(f"{PLATFORM}:{guild.id}")

    async def on_message(self, message: discord.Message, /) -> None:
        """Serve what is meant for the bot; there are no commands in words."""
        if self.user is not None:
            await serve_message(self.desk, self.user, message)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what breaks in an event."""
        log.exception("discord.event_broke", name=event_method)
