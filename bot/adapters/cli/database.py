"""`impasto db`: care for the data directory."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.cli.errors import Exit
from bot.adapters.cli.frame import frame_of

database = typer.Typer(help="Care for the data directory: migrate, check, backup.", no_args_is_help=True)


@database.command()
def migrate(context: typer.Context) -> None:
    """Bring the database up to date. A backup is written first; starting the bot does the same."""
    from bot.store import migrate as migrate_folder

    folder = frame_of(context).config().bot.data_dir
    done = asyncio.run(migrate_folder(folder))
    if done.before == done.after:
        typer.echo(f"{folder} is up to date (version {done.after}).")
        return
    kept = f" The database as it was is kept in {done.backup}." if done.backup else ""
    typer.echo(f"{folder} went from version {done.before} to {done.after}.{kept}")


@database.command()
def check(context: typer.Context) -> None:
    """Look for damage: in the database, in the files, between the two. Changes nothing; the bot may be running."""
    from bot.store import check as check_folder

    folder = frame_of(context).config().bot.data_dir
    faults = asyncio.run(check_folder(folder))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(Exit.OURS)
    typer.echo(f"{folder} is in order.")


@database.command()
def backup(
    context: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="A new folder; left out, one with the date beside the data directory.")
    ] = None,
) -> None:
    """Copy database and pictures into a new folder, which can be used as data_dir. The bot may be running."""
    from bot.store import backup as backup_folder

    folder = frame_of(context).config().bot.data_dir
    dated = folder.with_name(f"{folder.name}-{time.strftime('%Y%m%d-%H%M%S')}")
    typer.echo(f"The backup lies at {asyncio.run(backup_folder(folder, (target or dated).expanduser().absolute()))}.")
