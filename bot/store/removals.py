"""Messages that are to go although nothing else is known of them: what was sent to people who were forgotten since."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import msgspec
import structlog

from bot.model import LeftMessage, Place
from bot.ports import Clock
from bot.store.database import Database, Run
from bot.store.rows import to_json

log = structlog.get_logger(__name__)


class Removals:
    """The messages that a store remembers to have removed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def all(self) -> list[LeftMessage]:
        """Return all of them, the oldest first."""
        return _readable(await self._database.read("SELECT * FROM removals ORDER BY id"))

    async def add(self, place: Place, ref: str) -> LeftMessage:
        """Remember a message."""
        async with self._database.transaction() as run:
            rows = await run(
                "INSERT INTO removals (place, ref, since) VALUES (?, ?, ?) RETURNING *",
                (to_json(place), ref, self._clock.now()),
            )
        return _readable(rows)[0]

    async def copied(self, job_id: str, place: Place, ref: str) -> None:
        """Remember a message that shows a job's result once more; nothing where there is no such job any more."""
        async with self._database.transaction() as run:
            await run(
                "INSERT OR IGNORE INTO copies (job_id, place, ref) SELECT id, ?, ? FROM jobs WHERE id = ?",
                (to_json(place), ref, job_id),
            )

    async def leave_copies_of(self, job_id: str) -> list[LeftMessage]:
        """Let the copies of a job's result be messages that are to go."""
        async with self._database.transaction() as run:
            rows = await run(
                "INSERT INTO removals (place, ref, since) SELECT place, ref, ?2 FROM copies WHERE job_id = ?1"
                " RETURNING *",
                (job_id, self._clock.now()),
            )
            await run("DELETE FROM copies WHERE job_id = ?", (job_id,))
        return _readable(rows)

    async def done(self, message: LeftMessage) -> None:
        """Forget a message that is gone, or never will be."""
        async with self._database.transaction() as run:
            await run("DELETE FROM removals WHERE id = ?", (message.id,))
        if not await self._database.read("SELECT 1 FROM removals LIMIT 1"):
            await self._database.checkpoint()  # the journal still holds what was forgotten


async def leave_messages_of(run: Run, person_key: str, now: float) -> list[LeftMessage]:
    """Remember the messages that show a person's jobs and what they made, copies too; the jobs may go then."""
    rows = await run(
        "INSERT INTO removals (place, ref, since)"
        " SELECT place, sent_ref, ?2 FROM jobs WHERE person_key = ?1 AND sent_ref IS NOT NULL"
        " UNION ALL SELECT place, status_ref, ?2 FROM jobs WHERE person_key = ?1 AND status_ref IS NOT NULL"
        " UNION ALL SELECT copies.place, copies.ref, ?2 FROM copies JOIN jobs ON id = job_id WHERE person_key = ?1"
        " RETURNING *",
        (person_key, now),
    )
    return _readable(rows)


def _readable(rows: Collection[sqlite3.Row]) -> list[LeftMessage]:
    messages = []
    for row in rows:
        try:
            place = msgspec.json.decode(row["place"], type=Place)
        except msgspec.MsgspecError as error:
            log.error("a message to remove cannot be read and is left out", detail=str(error))
        else:
            messages.append(LeftMessage(id=row["id"], place=place, ref=row["ref"], since=row["since"]))
    return messages
