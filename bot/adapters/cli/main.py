"""The command line as a whole: `impasto stylize`, `styles`, `reconstruct`, `run`, `config`, `doctor`, `db`; errors.

Importing this loads typer and little else; each command loads what it needs when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated, cast

import typer
from typer.main import get_command

from bot.adapters.cli.configuring import configuring
from bot.adapters.cli.database import database
from bot.adapters.cli.discord import discord
from bot.adapters.cli.doctor import doctor
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.frame import Frame, OpenHouse, frame_of
from bot.adapters.cli.reconstruct import reconstruct
from bot.adapters.cli.running import run
from bot.adapters.cli.styles import styles
from bot.adapters.cli.stylize import stylize

# What typer raises for a wrong command line; its own name for it is not public in every version.
_UsageError = cast(type[typer.BadParameter], typer.BadParameter.__base__)

commands = typer.Typer(name="impasto", rich_markup_mode="rich", pretty_exceptions_enable=False)
commands.command()(stylize)
commands.command()(styles)
commands.command()(reconstruct)
commands.command()(run)
commands.add_typer(configuring, name="config")
commands.add_typer(discord, name="discord")
commands.command()(doctor)
commands.add_typer(database, name="db")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"impasto {metadata.version('impasto')}")
        raise typer.Exit


@commands.callback(invoke_without_command=True)
def impasto(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="The config file ($IMPASTO_CONFIG, else your own)."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log everything on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Repaint photos in a style, by optimising the picture itself under VGG-19 content and style losses.

    [bold]First steps[/bold]

    impasto styles                                  what there is to paint with

    impasto stylize cat.jpg --style starry-river    paint a photo

    impasto doctor                                  is this machine ready?

    impasto run                                     serve the chats whose tokens are set
    """
    frame = frame_of(context)
    frame.config_file, frame.verbose = config, verbose
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None, open_house: OpenHouse) -> int:
    """Run one command line and return its exit code; what went wrong is one line on stderr."""
    from bot.faults import ConfigError

    try:
        code = get_command(commands).main(arguments, prog_name="impasto", standalone_mode=False, obj=Frame(open_house))
    except _UsageError as error:
        # Without a message it is a group without a command, whose help was printed.
        return _complain(error.format_message() + _hint(error), Exit.MISTAKE) if str(error) else Exit.MISTAKE
    except CliError as error:
        return _complain(str(error), error.code)
    except ConfigError as error:
        typer.echo(f"impasto: {error}", err=True)  # one line for each fault
        return Exit.MISTAKE
    except Exception as error:
        sentence = _known(error)
        if sentence is None:
            raise
        return _complain(sentence, Exit.OURS)
    return int(code or Exit.FINE)


def _hint(error: typer.BadParameter) -> str:
    """Return advice for a command line that was not understood."""
    option = getattr(error, "option_name", None)
    if option in ("--config", "-c", "--verbose", "-v", "--version"):
        return f" (it goes before the command: impasto {option} …)"
    return f" (see: {error.ctx.command_path} --help)" if error.ctx else ""


def _known(error: Exception) -> str | None:
    """Return the sentence of an error that carries one for the person; None for a fault in the program."""
    from bot.ports import AdapterFailure, EngineFailure
    from bot.resources import ResourceMissing
    from bot.store import StoreError

    if isinstance(error, EngineFailure):
        return f"the painter does not start: {error.detail} (see: impasto doctor)"
    return str(error) if isinstance(error, (AdapterFailure, StoreError, ResourceMissing)) else None


def _complain(message: str, code: Exit) -> int:
    typer.echo("impasto: " + " ".join(message.split()), err=True)
    sys.stderr.flush()
    return code
