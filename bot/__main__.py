"""The entry: `impasto …`, or `python -m bot …`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.adapters.cli.house import House


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code."""
    try:
        from bot.adapters.cli.main import main as command_line  # here, so that Ctrl-C is heard while modules load

        return command_line(arguments, _open_house)
    except KeyboardInterrupt:
        sys.stderr.write("impasto: interrupted\n")
        return 130


def _open_house() -> House:
    from bot.app import App  # everything there is: not for --help to wait for

    return App()


if __name__ == "__main__":
    sys.exit(main())
