"""`impasto config`: make the config file, and check it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.frame import frame_of

configuring = typer.Typer(help="The config file: make one, check it.", no_args_is_help=True)


@configuring.command()
def init(
    context: typer.Context,
    path: Annotated[Path | None, typer.Argument(help="Where; left out, config.toml in your config folder.")] = None,
) -> None:
    """Write a config file that documents every key. A file that is there stays as it is."""
    from bot import resources
    from bot.config_file import CONFIG_FILE, user_folder

    path = (path or frame_of(context).config_file or user_folder() / CONFIG_FILE).expanduser().absolute()
    if path.is_dir():
        path /= CONFIG_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(resources.example_config().read_text(encoding="utf-8"))
    except FileExistsError:
        raise CliError(f"{path} is there already; edit it, or name another file") from None
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror or error}") from None
    typer.echo(f"Wrote {path}; every key in it is explained. Check your changes with: impasto config check")


@configuring.command()
def check(context: typer.Context) -> None:
    """Read the config file and the secrets as the bot would, and name every fault at once."""
    from bot.config_file import find
    from bot.faults import ConfigError

    frame = frame_of(context)
    faulty = False
    for step in (lambda: frame.house().presets(frame.config()), frame.tokens):
        try:
            step()
        except ConfigError as error:
            faulty = True
            typer.echo(str(error), err=True)
    if faulty:
        raise typer.Exit(Exit.MISTAKE)
    file = find(frame.config_file)
    typer.echo(f"{file} is in order." if file else "There is no config file; the defaults apply.")
