"""Figures about all jobs, for owners."""

from __future__ import annotations

from bot.model import TRANSITIONS
from bot.store.database import Database


class Figures:
    """Counts jobs."""

    _database: Database

    async def counts_by_state(self) -> dict[str, int]:
        """Return how many jobs are in each state; every state is there."""
        rows = await self._database.read("SELECT state, count(*) AS jobs FROM jobs GROUP BY state")
        return dict.fromkeys(TRANSITIONS, 0) | {row["state"]: row["jobs"] for row in rows}

    async def since(self, when: float) -> dict[str, int]:
        """Return the work since a time: paintings, seconds of painting, failed jobs, people who asked."""
        [row] = await self._database.read(
            "SELECT (SELECT count(*) FROM jobs WHERE painted_at >= ?1) AS paintings,"
            " (SELECT round(coalesce(sum(painted_at - started_at), 0)) FROM jobs WHERE painted_at >= ?1) AS seconds,"
            " (SELECT count(*) FROM jobs WHERE state = 'failed' AND ended_at >= ?1) AS failed,"
            " (SELECT count(DISTINCT person_key) FROM jobs WHERE created_at >= ?1) AS people",
            (when,),
        )
        return {name: int(row[name]) for name in ("paintings", "seconds", "failed", "people")}
