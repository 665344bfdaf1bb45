"""Who asks."""

from __future__ import annotations

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked. `locale` is a BCP 47 tag as the platform gives it; `name` is for greeting only."""

    platform: str
    id: str
    locale: str = "en"
    name: str = ""

    @property
    def key(self) -> str:
        """The identity that rows are stored under, such as "discord:1234"."""
        return f"{self.platform}:{self.id}"
