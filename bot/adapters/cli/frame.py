"""What every command shares: the config that was named, the house, and the console for everything but results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot.adapters.cli.house import House
    from bot.config import Config
    from bot.tokens import Tokens

OpenHouse = Callable[[], "House"]


class Frame:
    """Made once for each command line; loads only what a command asks for, so that --help stays quick."""

    def __init__(self, open_house: OpenHouse) -> None:
        self.house = open_house
        self.config_file: Path | None = None
        self.verbose = False

    @cached_property
    def console(self) -> Console:
        """The console on stderr."""
        from rich.console import Console

        return Console(stderr=True)

    def config(self) -> Config:
        """Load the config; raises ConfigError."""
        from bot.config_file import load

        return load(self.config_file)

    def tokens(self) -> Tokens:
        """Take the tokens out of the environment and the secrets file; raises ConfigError."""
        from bot.config_file import find, user_folder
        from bot.tokens import load_tokens

        file = find(self.config_file)
        return load_tokens(file.absolute().parent if file else user_folder())

    def set_up_logs(self, config: Config, level: str | None = None, tokens: Tokens | None = None) -> None:
        """Set up logging; --verbose wins over the level, and the level over the config's."""
        from bot.logs import configure

        level = "debug" if self.verbose else level or config.bot.log_level
        configure(level, config.bot.log_format, tokens=tokens)


def frame_of(context: typer.Context) -> Frame:
    """Return the frame of a command that runs."""
    frame = context.find_root().obj
    assert isinstance(frame, Frame)
    return frame
