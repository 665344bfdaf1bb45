"""Jobs: stored before anybody is told, charged and refunded in the same transaction, moved by one function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

import msgspec
import structlog

from bot.model import TRANSITIONS, Job, JobFile, State
from bot.ports import Clock
from bot.store import acceptance, refs, usage
from bot.store.acceptance import Charge, NotAccepted
from bot.store.database import Database, Run
from bot.store.errors import JobUnreadable
from bot.store.figures import Figures
from bot.store.files import Files
from bot.store.rows import job_to_row, row_to_file, row_to_job, to_json
from nst_engine.protocol import PaintFacts

log = structlog.get_logger(__name__)


class Jobs(Figures):
    """The jobs of a store."""

    def __init__(self, database: Database, files: Files, clock: Clock, person_hash: Callable[[str], str]) -> None:
        self._database, self._files, self._clock, self._person_hash = database, files, clock, person_hash

    # ---- making and reading -------------------------------------------------------------------------------------

    async def accept(self, job: Job, files: Sequence[JobFile], charge: Charge) -> Job | NotAccepted:
        """Store a queued job with its files and charge the quota, or say what forbids it and change nothing.

        The job that is returned is the one that was read back. Raises FileGone when a file is not in the store.
        """
        if job.state != "queued":
            raise ValueError(f"a job begins as queued, not as {job.state}")
        job = msgspec.structs.replace(job, paintings=charge.paintings)
        subject = self._person_hash(job.person.key)
        row = job_to_row(job) | {
            "person_hash": subject,
            "quota_day": charge.day,
            "quota_place": charge.place_subject,
        }
        try:
            async with self._database.transaction() as run:
                if refusal := await acceptance.refusal(run, job, subject, charge):
                    return refusal
                for charged in usage.subjects(subject, charge.place_subject) if charge.paintings else ():
                    await usage.charge(run, charged, charge.day, charge.paintings)
                await run(_INSERT.format(", ".join(row), ", ".join(f":{name}" for name in row)), row)
                await refs.add(run, refs.job_owner(job.id), files)
                return await _read(run, job.id)
        finally:
            self._files.settle(file.digest for file in files)

    async def get(self, job_id: str) -> Job | None:
        """Return a job; raises JobUnreadable."""
        rows = await self._database.read("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return row_to_job(rows[0]) if rows else None

    async def by_key(self, key: str) -> Job | None:
        """Return the job that an idempotency key made; raises JobUnreadable."""
        rows = await self._database.read("SELECT * FROM jobs WHERE key = ?", (key,))
        return row_to_job(rows[0]) if rows else None

    async def by_sent_ref(self, platform: str, ref: str) -> str | None:
        """Return the id of the job whose result was sent as this message of a platform."""
        rows = await self._database.read(
            "SELECT id FROM jobs WHERE sent_ref = ? AND substr(place_key, 1, ?) = ? LIMIT 1",
            (ref, len(platform) + 1, f"{platform}:"),
        )
        return str(rows[0]["id"]) if rows else None

    async def shown_by(self, ref: str, person_key: str) -> str | None:
        """Return the id of the person's job whose result or status the message with this reference shows."""
        rows = await self._database.read(
            "SELECT id FROM jobs WHERE person_key = ?2 AND ?1 IN (sent_ref, status_ref) LIMIT 1", (ref, person_key)
        )
        return rows[0]["id"] if rows else None

    async def by_state(self, *states: State) -> list[Job]:
        """Return the jobs in any of these states, oldest first."""
        return self._readable(
            await self._database.read(
                "SELECT * FROM jobs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at, rowid",
                (to_json(states),),
            )
        )

    async def unsettled(self) -> list[Job]:
        """Return the jobs that have ended, but whose place was not told or still shows a status message."""
        return self._readable(
            await self._database.read(
                "SELECT * FROM jobs WHERE ended_at IS NOT NULL AND (told = 0 OR status_ref IS NOT NULL)"
                " ORDER BY ended_at, rowid"
            )
        )

    async def files(self, job_id: str) -> list[JobFile]:
        """Return the files that a job still has, by role and position."""
        rows = await self._database.read(
            "SELECT * FROM file_refs WHERE owner = ? ORDER BY role, position", (refs.job_owner(job_id),)
        )
        return [row_to_file(row) for row in rows]

    async def history(self, person_key: str, *, before: float | None, limit: int) -> list[Job]:
        """Return a person's jobs that were not deleted, newest first, made before `before` (Unix seconds)."""
        return self._readable(
            await self._database.read(
                "SELECT * FROM jobs WHERE person_key = ?1 AND deleted = 0 AND (?2 IS NULL OR created_at < ?2)"
                " ORDER BY created_at DESC, rowid DESC LIMIT ?3",
                (person_key, before, limit),
            )
        )

    async def history_after(self, person_key: str, *, after: float, limit: int) -> list[Job]:
        """Return those of a person's jobs that came next after a moment (Unix seconds), newest first."""
        rows = await self._database.read(
            "SELECT * FROM jobs WHERE person_key = ? AND deleted = 0 AND created_at > ?"
            " ORDER BY created_at, rowid LIMIT ?",
            (person_key, after, limit),
        )
        return self._readable(rows[::-1])

    async def shareable(self, person_key: str, *, place_key: str | None, limit: int) -> list[Job]:
        """Return a person's delivered paintings that their chat can send again, newest first; of one place, or all.

        Hidden ones are left out: what is sent by a chat's own name for it cannot be hidden.
        """
        return self._readable(
            await self._database.read(
                "SELECT * FROM jobs WHERE person_key = ?1 AND (?2 IS NULL OR place_key = ?2)"
                " AND task IN ('paint', 'animate') AND state = 'delivered' AND deleted = 0 AND upload IS NOT NULL"
                " AND coalesce(json_extract(request, '$.hidden'), 0) = 0"
                " ORDER BY created_at DESC, rowid DESC LIMIT ?3",
                (person_key, place_key, limit),
            )
        )

    async def waiting_count(self, person_key: str) -> int:
        """Return how many jobs of a person are queued or painting."""
        return await acceptance.waiting(self._database.read, person_key)

    # ---- the way of a job ---------------------------------------------------------------------------------------

    async def start(self, job_id: str, lease_until: float) -> Job | None:
        """Queued → painting; None when it is not queued any more."""
        async with self._database.transaction() as run:
            moved = await _move(run, job_id, "painting", started_at=self._clock.now(), lease_until=lease_until)
            return await _read(run, job_id) if moved else None

    async def requeue(self, job_id: str, *, died: bool) -> bool:
        """Painting → queued, to be painted again; `died` counts an attempt, a restart of the bot does not."""
        async with self._database.transaction() as run:
            moved = await _move(run, job_id, "queued", started_at=None, lease_until=None)
            if moved and died:
                await run("UPDATE jobs SET attempts_engine = attempts_engine + 1 WHERE id = ?", (job_id,))
            return moved

    async def finish(
        self,
        job_id: str,
        files: Sequence[JobFile],
        *,
        width: int | None,
        height: int | None,
        facts: PaintFacts | None,
    ) -> bool:
        """Painting → painted, with the result's files. False when it was ended meanwhile. Raises FileGone."""
        try:
            async with self._database.transaction() as run:
                moved = await _move(
                    run,
                    job_id,
                    "painted",
                    painted_at=self._clock.now(),
                    lease_until=None,
                    width=width,
                    height=height,
                    facts=None if facts is None else to_json(facts),
                )
                if moved:
                    await refs.add(run, refs.job_owner(job_id), files)
                    await _read(run, job_id)
                return moved
        finally:
            self._files.settle(file.digest for file in files)

    async def delivered(self, job_id: str, sent_ref: str | None, upload: str | None = None) -> bool:
        """Painted → delivered; `sent_ref` finds the message again, `upload` the picture in it."""
        async with self._database.transaction() as run:
            return await _move(
                run,
                job_id,
                "delivered",
                ended_at=self._clock.now(),
                sent_ref=sent_ref,
                upload=upload,
                told=1,
                deliver_after=None,
            )

    async def later(self, job_id: str, deliver_after: float) -> None:
        """Count an attempt to deliver; the next one is due at `deliver_after` (Unix seconds)."""
        async with self._database.transaction() as run:
            await run(
                "UPDATE jobs SET deliver_after = ?, attempts_delivery = attempts_delivery + 1 WHERE id = ?",
                (deliver_after, job_id),
            )

    async def end(
        self,
        job_id: str,
        state: Literal["failed", "cancelled", "expired"],
        *,
        refund: bool,
        code: str | None = None,
        detail: str | None = None,
        only_from: tuple[State, ...] | None = None,
        to_tell: bool = True,
    ) -> Job | None:
        """End a job and give its paintings back, once, to the day and to whom they were charged.

        `to_tell` means that its place is to hear of it. None when the job is in no state (of `only_from`) from which
        it can come to `state`.
        """
        async with self._database.transaction() as run:
            if not await self._end(run, job_id, state, refund, code, detail, only_from, to_tell):
                return None
            return await _read(run, job_id)

    async def _end(
        self,
        run: Run,
        job_id: str,
        state: State,
        refund: bool,
        code: str | None,
        detail: str | None,
        only_from: tuple[State, ...] | None = None,
        to_tell: bool = False,
    ) -> bool:
        moved = await _move(
            run,
            job_id,
            state,
            only_from,
            ended_at=self._clock.now(),
            lease_until=None,
            deliver_after=None,
            error_code=code,
            error_detail=detail,
            told=int(not to_tell),
        )
        if moved and refund:
            await usage.refund(run, job_id)
        return moved

    async def end_unreadable(self) -> int:
        """End jobs that this version cannot read, with a refund, lest they wait for ever; returns how many."""
        count = 0
        for row in await self._database.read("SELECT * FROM jobs WHERE state IN ('queued', 'painting', 'painted')"):
            try:
                row_to_job(row)
            except JobUnreadable as error:
                log.error("a job cannot be read and is ended", job=error.job_id, detail=error.detail)
                state: State = "expired" if row["state"] == "painted" else "failed"
                async with self._database.transaction() as run:
                    count += await self._end(run, row["id"], state, True, "storage_error", error.detail)
        return count

    # ---- messages -----------------------------------------------------------------------------------------------

    async def set_status_ref(self, job_id: str, ref: str | None) -> None:
        """Remember the status message, or that there is none any more."""
        async with self._database.transaction() as run:
            await run("UPDATE jobs SET status_ref = ? WHERE id = ?", (ref, job_id))

    async def set_told(self, job_id: str) -> None:
        """Remember that the place of a job that ended knows it, or that there is no use in trying any longer."""
        async with self._database.transaction() as run:
            await run("UPDATE jobs SET told = 1 WHERE id = ?", (job_id,))

    async def set_sent_ref(self, job_id: str, ref: str | None) -> None:
        """Remember the delivered message, or that there is none any more."""
        async with self._database.transaction() as run:
            await run("UPDATE jobs SET sent_ref = ? WHERE id = ?", (ref, job_id))

    # ---- cleaning -----------------------------------------------------------------------------------------------

    async def delete_files(
        self, job_id: str, *, roles: Sequence[str] | None = None, mark_deleted: bool = False
    ) -> None:
        """Let go of a job's files, all or those of some roles; what nobody else refers to is gone at once."""
        async with self._database.transaction() as run:
            dropped = await refs.drop(run, refs.job_owner(job_id), roles)
            if mark_deleted:
                await run("UPDATE jobs SET deleted = 1, upload = NULL WHERE id = ?", (job_id,))
        await self._files.discard(dropped)

    async def clean(self, *, ended_before: float, forget_rows_before: float | None = None) -> int:
        """Let go of the files of jobs that ended before a time; returns how many jobs had some.

        Jobs that ended before `forget_rows_before` are forgotten altogether, and with them the quotas of those days.
        """
        if forget_rows_before is not None:
            ended_before = max(ended_before, forget_rows_before)
        async with self._database.transaction() as run:
            dropped = await run(
                "DELETE FROM file_refs WHERE owner IN (SELECT 'job:' || id FROM jobs WHERE ended_at < ?)"
                " RETURNING owner, digest",
                (ended_before,),
            )
            await run("UPDATE jobs SET upload = NULL WHERE ended_at < ? AND upload IS NOT NULL", (ended_before,))
            if forget_rows_before is not None:
                await run("DELETE FROM jobs WHERE ended_at < ?", (forget_rows_before,))
                await run("DELETE FROM usage WHERE day < date(?, 'unixepoch')", (forget_rows_before,))
        await self._files.discard({row["digest"] for row in dropped})
        return len({row["owner"] for row in dropped})

    def _readable(self, rows: Collection[Any]) -> list[Job]:
        jobs: list[Job] = []
        for row in rows:
            try:
                jobs.append(row_to_job(row))
            except JobUnreadable as error:
                log.error("a job cannot be read and is left out", job=error.job_id, detail=error.detail)
        return jobs


_INSERT = "INSERT INTO jobs ({}) VALUES ({})"


async def _read(run: Run, job_id: str) -> Job:
    [row] = await run("SELECT * FROM jobs WHERE id = ?", (job_id,))
    return row_to_job(row)


async def _move(
    run: Run, job_id: str, to: State, only_from: Collection[State] | None = None, /, **columns: str | float | None
) -> bool:
    """Change a job's state: the only way to. False when TRANSITIONS or `only_from` does not allow it from where it is.

    `columns` are what changes with the state.
    """
    rows = await run("SELECT state FROM jobs WHERE id = ?", (job_id,))
    state: State | None = rows[0]["state"] if rows else None
    if state is None or to not in TRANSITIONS[state] or (only_from is not None and state not in only_from):
        return False
    changes = ", ".join(f"{name} = :{name}" for name in ("state", *columns))
    await run(f"UPDATE jobs SET {changes} WHERE id = :id", {"id": job_id, "state": to, **columns})  # noqa: S608
    return True
