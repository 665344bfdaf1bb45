"""Where the data lies that comes with the project but is no Python: migrations and the example config.

In a checkout it lies at the repository's root, in the installed wheel under `bot/_data` (see pyproject.toml).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class ResourceMissing(Exception):
    """The installation lacks a file that belongs to it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is missing from this installation of Impasto; install it again")


def find(name: str) -> Path:
    """Return the path of a file or folder that comes with the project; raises ResourceMissing."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root / name
        if path.exists():
            return path
    raise ResourceMissing(name)


def migrations() -> Path:
    """Return the folder of the numbered SQL files."""
    return find("migrations")


def example_config() -> Path:
    """Return the example config, which documents every key."""
    return find("config.example.toml")
