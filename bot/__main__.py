"""The entry: `impasto …`, or `python -m bot …`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.adapters.cli.house import House
from bot.adapters.cli.main import main as command_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code."""
    return command_line(arguments, _open_house)


def _open_house() -> House:
    from bot.app import App  # everything there is: not for --help to wait for

    return App()


if __name__ == "__main__":
    sys.exit(main())
