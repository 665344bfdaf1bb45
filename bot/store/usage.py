"""The book of the quota: paintings charged to a person or a place on a day, inside a job's transaction."""

from __future__ import annotations

import sqlite3

from bot.store.database import Run


def place_subject(place_key: str) -> str:
    """Return the subject under which the use of everybody at a place is counted."""
    return f"place:{place_key}"


def person_subject(person_hash: str, place: str) -> str:
    """Return the subject under which a person's use at one place is counted; `place` is the place's own subject."""
    return f"{person_hash}@{place}"


async def used(run: Run, subject: str, day: str) -> int:
    """Return how many paintings a subject was charged on a day (ISO date)."""
    rows = await run("SELECT paintings FROM usage WHERE subject = ? AND day = ?", (subject, day))
    return int(rows[0]["paintings"]) if rows else 0


async def charge(run: Run, subject: str, day: str, paintings: int) -> None:
    """Add to a subject's day."""
    await run(
        "INSERT INTO usage (subject, day, paintings) VALUES (?1, ?2, ?3)"
        " ON CONFLICT DO UPDATE SET paintings = paintings + ?3",
        (subject, day, paintings),
    )


async def refund(run: Run, job_id: str) -> None:
    """Give a job's paintings back to the day and to whom they were charged, once; a second call changes nothing."""
    rows = await run(
        "UPDATE jobs SET refunded = 1 WHERE id = ? AND refunded = 0 AND paintings > 0"
        " RETURNING paintings, quota_day, person_hash, quota_place",
        (job_id,),
    )
    for row in rows:
        for subject in _subjects(row):
            await run(
                "UPDATE usage SET paintings = max(0, paintings - ?) WHERE subject = ? AND day = ?",
                (row["paintings"], subject, row["quota_day"]),
            )


def _subjects(row: sqlite3.Row) -> list[str]:
    return subjects(row["person_hash"], row["quota_place"])


def subjects(person_hash: str, place: str | None) -> list[str]:
    """Return all that is charged for a painting of a person at a place (the place's subject, None without one)."""
    return [person_hash] if place is None else [person_hash, person_subject(person_hash, place), place]
