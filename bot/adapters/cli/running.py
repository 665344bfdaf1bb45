"""`impasto run`: the bot itself."""

from __future__ import annotations

import asyncio

import typer

from bot.adapters.cli.frame import frame_of


def run(context: typer.Context) -> None:
    """Run the bot until it is stopped (Ctrl-C, or SIGTERM).

    Discord is served when IMPASTO_DISCORD_TOKEN is set, or discord_token in secrets.toml beside the config file;
    Telegram is not served yet. Without a chat, it still paints what comes from "impasto stylize --submit".
    """
    frame = frame_of(context)
    config, tokens = frame.config(), frame.tokens()
    frame.set_up_logs(config, tokens=tokens)
    asyncio.run(frame.house().run(config, tokens, frame.config))
