"""Style pictures that are kept under names, by people for themselves or for a place."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from bot.model import JobFile, SavedStyle
from bot.naming import style_key
from bot.ports import Clock
from bot.store import refs
from bot.store.database import Database, Run
from bot.store.files import Files
from bot.store.rows import to_json

_PLACE = "place:"


def kept_by_person(person_key: str) -> str:
    """Return the keeper under which a person's own styles stand."""
    return f"person:{person_key}"


def kept_by_place(place_key: str) -> str:
    """Return the keeper under which a place's styles stand."""
    return f"{_PLACE}{place_key}"


class Styles:
    """The saved styles of a store."""

    def __init__(self, database: Database, files: Files, clock: Clock) -> None:
        self._database, self._files, self._clock = database, files, clock

    async def all_of(self, keepers: Sequence[str]) -> list[SavedStyle]:
        """Return what these keepers have, in their order and each by name."""
        rows = await self._database.read(
            "SELECT s.* FROM json_each(?) AS k JOIN saved_styles AS s ON s.keeper = k.value ORDER BY k.key, s.key",
            (to_json(keepers),),
        )
        return [_row_to_style(row) for row in rows]

    async def save(
        self, keeper: str, name: str, digest: str, *, limit: int, hidden: bool = False
    ) -> Literal["saved", "replaced", "too_many"]:
        """Keep a stored picture under a name, in place of the one that had it; not more than `limit` names.

        The picture of a style that was not saved, and one that was replaced, goes unless somebody refers to it.
        Raises FileGone when the picture is not in the store.
        """
        key = style_key(name)
        owner = refs.style_owner(keeper, key)
        try:
            async with self._database.transaction() as run:
                rows = await run("SELECT key FROM saved_styles WHERE keeper = ?", (keeper,))
                replaced = any(row["key"] == key for row in rows)
                too_many = not replaced and len(rows) >= limit
                if too_many:
                    loose = {digest}
                else:
                    loose = await refs.drop(run, owner)
                    await refs.add(run, owner, [JobFile(role="style", digest=digest)])
                    await run(
                        "INSERT OR REPLACE INTO saved_styles (keeper, key, name, digest, saved_at, hidden)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (keeper, key, name, digest, self._clock.now(), int(hidden)),
                    )
        finally:
            self._files.settle([digest])
        await self._files.discard(loose)
        return "too_many" if too_many else "replaced" if replaced else "saved"

    async def remove(self, keeper: str, name: str) -> bool:
        """Keep a style no longer; tells whether there was one."""
        async with self._database.transaction() as run:
            key = style_key(name)
            rows = await run("DELETE FROM saved_styles WHERE keeper = ? AND key = ? RETURNING key", (keeper, key))
            loose = await refs.drop(run, refs.style_owner(keeper, key))
        await self._files.discard(loose)
        return bool(rows)


async def drop_styles(run: Run, keeper: str) -> set[str]:
    """Delete all that a keeper has, inside a transaction; returns the digests that it let go of."""
    dropped: set[str] = set()
    for row in await run("DELETE FROM saved_styles WHERE keeper = ? RETURNING key", (keeper,)):
        dropped |= await refs.drop(run, refs.style_owner(keeper, row["key"]))
    return dropped


def _row_to_style(row: sqlite3.Row) -> SavedStyle:
    return SavedStyle(
        name=row["name"],
        digest=row["digest"],
        for_place=row["keeper"].startswith(_PLACE),
        saved_at=row["saved_at"],
        hidden=bool(row["hidden"]),
    )
