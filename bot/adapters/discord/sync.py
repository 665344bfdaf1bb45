"""Tells Discord of the commands, but only when they changed: it allows so many changes a day."""

from __future__ import annotations

from pathlib import Path

import discord
import structlog
from discord import app_commands

from bot.adapters.discord.failures import TROUBLES
from bot.fingerprint import fingerprint, note, noted

log = structlog.get_logger(__name__)

FILE = "discord-commands.sha256"
"""In the data folder: what Discord was told last."""

_ALL = ""  # they are told at once, so that one fingerprint is enough


async def sync(tree: app_commands.CommandTree[discord.Client], data_dir: Path) -> bool:
    """Register the commands of the tree where they differ from what was registered last; True if they were.

    A Discord that cannot take them now is asked again at the next start: the commands that it knows still work.
    """
    file = data_dir / FILE
    digest = await _digest(tree)
    if (await noted(file)).get(_ALL) == digest:
        return False
    try:
        await tree.sync()
    except TROUBLES:
        log.exception("discord.commands_not_synced")
        return False
    await note(file, {_ALL: digest})
    log.info("discord.commands_synced")
    return True


async def _digest(tree: app_commands.CommandTree[discord.Client]) -> str:
    """Return the fingerprint of all that Discord would be told, for this application."""
    translator = tree.translator
    payload = [
        command.to_dict(tree) if translator is None else await command.get_translated_payload(tree, translator)
        for command in tree.get_commands()
    ]
    payload.sort(key=lambda command: (command["type"], command["name"]))
    return fingerprint({"application": tree.client.application_id, "commands": payload})
