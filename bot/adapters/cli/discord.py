"""`impasto discord`: what the owner of the bot needs of Discord."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.frame import frame_of

discord = typer.Typer(help="Set the bot up on Discord.", no_args_is_help=True)


@discord.callback()
def _group() -> None:
    """Set the bot up on Discord; docs/discord.md leads through all of it."""


@discord.command()
def invite(
    context: typer.Context,
    application: Annotated[
        int | None,
        typer.Option(
            "--application",
            "-a",
            metavar="ID",
            min=1,
            help="The application's id; left out, the token's own is asked for.",
        ),
    ] = None,
) -> None:
    """Print the links with which a server, or a person, adds the bot: least scopes, least permissions.

    Without --application it asks Discord, for which IMPASTO_DISCORD_TOKEN (or secrets.toml) must be set.
    """
    frame = frame_of(context)
    tokens = frame.tokens()
    if application is None and tokens.discord is None:
        raise CliError(
            "set IMPASTO_DISCORD_TOKEN, or name the application: impasto discord invite --application ID", Exit.MISTAKE
        )
    links = asyncio.run(frame.house().discord_invitation(tokens, application))
    typer.echo(f"For a server, which you need Manage Server for:\n  {links.guild}")
    typer.echo(f"For yourself, to use everywhere:\n  {links.user}")
