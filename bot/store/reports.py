"""What people want the owners to look at. Only open reports are kept."""

from __future__ import annotations

import sqlite3

import msgspec

from bot.model import Report
from bot.store import usage
from bot.store.database import Database

_COLUMNS = ", ".join(Report.__struct_fields__)
_VALUES = ", ".join(f":{name}" for name in Report.__struct_fields__)


class Reports:
    """The reports of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, report: Report, *, subject: str, day: str, limit: int) -> bool:
        """Store a report, unless `subject` has sent `limit` of them on that day (ISO date); tells whether it did."""
        async with self._database.transaction() as run:
            if await usage.used(run, subject, day) >= limit:
                return False
            await usage.charge(run, subject, day, 1)
            await run(
                f"INSERT INTO reports ({_COLUMNS}) VALUES ({_VALUES})",  # noqa: S608 (names of columns)
                msgspec.structs.asdict(report),
            )
        return True

    async def open(self, limit: int) -> tuple[list[Report], int]:
        """Return the newest reports, at most `limit`, and how many there are in all."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS}, count(*) OVER () AS open FROM reports"  # noqa: S608 (names of columns)
            " ORDER BY reported_at DESC, id LIMIT ?",
            (limit,),
        )
        return [_read(row) for row in rows], int(rows[0]["open"]) if rows else 0

    async def get(self, report_id: str) -> Report | None:
        """Return a report that is open."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM reports WHERE id = ?",  # noqa: S608 (names of columns)
            (report_id,),
        )
        return _read(rows[0]) if rows else None

    async def count(self) -> int:
        """Return how many there are."""
        [(count,)] = await self._database.read("SELECT count(*) FROM reports")
        return int(count)

    async def close(self, report_id: str) -> bool:
        """Delete a report; tells whether there was one."""
        async with self._database.transaction() as run:
            return bool(await run("DELETE FROM reports WHERE id = ? RETURNING id", (report_id,)))

    async def clean(self, before: float) -> int:
        """Delete what was reported before a time (Unix seconds); returns how many went."""
        async with self._database.transaction() as run:
            return len(await run("DELETE FROM reports WHERE reported_at < ? RETURNING id", (before,)))


def _read(row: sqlite3.Row) -> Report:
    return msgspec.convert({name: row[name] for name in Report.__struct_fields__}, Report)
