"""Places' settings, and flags that outlive a restart."""

from __future__ import annotations

import msgspec

from bot.model import Place, PlaceSettings
from bot.store import moving
from bot.store.database import Database
from bot.store.files import Files
from bot.store.rows import to_json
from bot.store.styles import drop_styles, kept_by_place


class Places:
    """What the people who run places chose for them."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database, self._files = database, files

    async def get(self, place_key: str) -> PlaceSettings:
        """Return a place's settings; those of a place that never set any say nothing."""
        rows = await self._database.read("SELECT settings FROM place_settings WHERE place_key = ?", (place_key,))
        return msgspec.json.decode(rows[0]["settings"], type=PlaceSettings) if rows else PlaceSettings()

    async def put(self, place_key: str, settings: PlaceSettings) -> None:
        """Store a place's settings in place of the earlier ones."""
        async with self._database.transaction() as run:
            await run(
                "INSERT OR REPLACE INTO place_settings (place_key, settings) VALUES (?, ?)",
                (place_key, to_json(settings)),
            )

    async def move(self, old: Place, new: Place) -> None:
        """Let all that belongs to a place follow it to another key; what is there already stays."""
        if old.key == new.key:
            return
        async with self._database.transaction() as run:
            loose = await moving.move(run, old, new)
        await self._files.discard(loose)

    async def leave(self, place_key: str) -> None:
        """Delete what was set and the styles that were saved for a place."""
        async with self._database.transaction() as run:
            await run("DELETE FROM place_settings WHERE place_key = ?", (place_key,))
            loose = await drop_styles(run, kept_by_place(place_key))
        await self._files.discard(loose)


class Flags:
    """Small facts by name, such as that new work is paused."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """Return a flag's value, None when it is not set."""
        rows = await self._database.read("SELECT value FROM flags WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else None

    async def set(self, name: str, value: str | None) -> None:
        """Set a flag, or take it away with None."""
        async with self._database.transaction() as run:
            if value is None:
                await run("DELETE FROM flags WHERE name = ?", (name,))
            else:
                await run("INSERT OR REPLACE INTO flags (name, value) VALUES (?, ?)", (name, value))
