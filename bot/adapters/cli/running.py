"""`impasto run`: the bot itself."""

from __future__ import annotations

import asyncio

import typer

from bot.adapters.cli.frame import frame_of


def run(context: typer.Context) -> None:
    """Run the bot until it is stopped (Ctrl-C, or SIGTERM).

    Discord is served when IMPASTO_DISCORD_TOKEN is set, Telegram when IMPASTO_TELEGRAM_TOKEN is; discord_token and
    telegram_token in secrets.toml beside the config file do the same. Without a chat, it still paints what comes from
    "impasto stylize --submit".
    """
    frame = frame_of(context)
    config, tokens = frame.config(), frame.tokens()
    frame.set_up_logs(config, tokens=tokens)
    asyncio.run(frame.house().run(config, tokens, frame.config))
