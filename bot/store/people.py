"""What is kept about people: their use of the quota, bans and overrides under a keyed hash, and how to forget them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.model import LeftMessage, Limits
from bot.ports import Clock
from bot.store import refs, usage
from bot.store.database import Database
from bot.store.files import Files
from bot.store.removals import leave_messages_of
from bot.store.rows import to_json
from bot.store.styles import drop_styles, kept_by_person


class Ban(msgspec.Struct, frozen=True):
    """Why a person is banned, and until when (Unix seconds; None: for good)."""

    reason: str
    until: float | None = None


class People:
    """The people of a store."""

    def __init__(self, database: Database, files: Files, clock: Clock, person_hash: Callable[[str], str]) -> None:
        self._database, self._files, self._clock, self._person_hash = database, files, clock, person_hash

    async def used(self, subject: str, day: str) -> int:
        """Return the paintings charged on a day (ISO date) to a person's hash or a place's subject."""
        return await usage.used(self._database.read, subject, day)

    async def used_here(self, person_hash: str, place_key: str, day: str) -> int:
        """Return the paintings charged on a day (ISO date) to a person at one place."""
        subject = usage.person_subject(person_hash, usage.place_subject(place_key))
        return await usage.used(self._database.read, subject, day)

    async def reset_usage(self, person_hash: str, day: str) -> None:
        """Start a person's day afresh, at every place."""
        async with self._database.transaction() as run:
            await run(
                "DELETE FROM usage WHERE day = ?2 AND (subject = ?1 OR substr(subject, 1, length(?1) + 1) = ?1 || '@')",
                (person_hash, day),
            )

    async def name(self, person_key: str) -> str:
        """Return what a person was called when they asked last; empty where nothing of theirs is kept."""
        rows = await self._database.read(
            "SELECT person ->> 'name' AS name FROM jobs WHERE person_key = ? ORDER BY created_at DESC LIMIT 1",
            (person_key,),
        )
        return str(rows[0]["name"] or "") if rows else ""

    async def ban(self, person_key: str, reason: str, until: float | None) -> None:
        """Ban a person until a time or for good; replaces an earlier ban."""
        async with self._database.transaction() as run:
            await run(
                "INSERT OR REPLACE INTO bans (person_hash, reason, banned_at, until) VALUES (?, ?, ?, ?)",
                (self._person_hash(person_key), reason, self._clock.now(), until),
            )

    async def unban(self, person_key: str) -> bool:
        """Lift a ban; tells whether there was one in force."""
        async with self._database.transaction() as run:
            rows = await run("DELETE FROM bans WHERE person_hash = ? RETURNING until", (self._person_hash(person_key),))
        return any(row["until"] is None or row["until"] > self._clock.now() for row in rows)

    async def banned(self, person_key: str) -> Ban | None:
        """Return the ban in force, if there is one."""
        rows = await self._database.read(
            "SELECT reason, until FROM bans WHERE person_hash = ? AND (until IS NULL OR until > ?)",
            (self._person_hash(person_key), self._clock.now()),
        )
        return Ban(rows[0]["reason"], rows[0]["until"]) if rows else None

    async def set_override(self, person_key: str, limits: Limits) -> None:
        """Set a person's own limits in place of earlier ones."""
        async with self._database.transaction() as run:
            await run(
                "INSERT OR REPLACE INTO overrides (person_hash, limits, set_at) VALUES (?, ?, ?)",
                (self._person_hash(person_key), to_json(limits), self._clock.now()),
            )

    async def override(self, person_key: str) -> Limits:
        """Return a person's own limits; empty ones where an admin set none."""
        rows = await self._database.read(
            "SELECT limits FROM overrides WHERE person_hash = ?", (self._person_hash(person_key),)
        )
        return msgspec.json.decode(rows[0]["limits"], type=Limits) if rows else Limits()

    async def clear_override(self, person_key: str) -> None:
        """Let the common limits hold for a person again."""
        async with self._database.transaction() as run:
            await run("DELETE FROM overrides WHERE person_hash = ?", (self._person_hash(person_key),))

    async def count_jobs(self, person_key: str) -> int:
        """Return how many jobs of a person there are, in whatever state."""
        [(count,)] = await self._database.read("SELECT count(*) FROM jobs WHERE person_key = ?", (person_key,))
        return int(count)

    async def forget(self, person_key: str) -> tuple[int, int, list[LeftMessage]]:
        """Delete a person's jobs, drafts, saved styles, reports and pictures.

        Returns how many jobs and files went, and the messages that are to go as well, which `removals` has from now on.

        Files that somebody else refers to stay for them, and styles saved for a place stay with the place. Bans,
        limits and the day's use stay too, under the hash alone.
        """
        async with self._database.transaction() as run:
            left = await leave_messages_of(run, person_key, self._clock.now())
            jobs = await run("DELETE FROM jobs WHERE person_key = ? RETURNING id", (person_key,))
            drafts = await run("DELETE FROM drafts WHERE person_key = ? RETURNING place_key", (person_key,))
            await run("DELETE FROM reports WHERE person_key = ?", (person_key,))
            dropped = await drop_styles(run, kept_by_person(person_key))
            for owner in (
                *(refs.job_owner(row["id"]) for row in jobs),
                *(refs.draft_owner(person_key, row["place_key"]) for row in drafts),
            ):
                dropped |= await refs.drop(run, owner)
        files = await self._files.discard(dropped)
        await self._database.checkpoint()
        return len(jobs), files, left
