import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.model import TRANSITIONS, JobFile
from bot.store import DatabaseDamaged, FileGone, JobUnreadable, StorageFull, Store
from bot.store.database import Database, uninterrupted
from bot.store.errors import StorageFailed, from_sqlite
from bot.store.migrations import Migration, migrate_database
from nst_engine.protocol import PaintFacts
from tests.waiting import PATIENCE

from .conftest import DAY, accept, files_on_disk, make_charge


@pytest.fixture
async def database(tmp_path):
    path = tmp_path / "x.db"
    migrate_database(
        path, [Migration(1, "0001_x.sql", "CREATE TABLE t (x INTEGER PRIMARY KEY, y BLOB) STRICT;")], tmp_path
    )
    opened = await Database.open(path)
    yield opened
    await opened.close()


async def count(database):
    [(number,)] = await database.read("SELECT count(*) FROM t")
    return number


async def test_settings_are_those_of_the_law(database):
    async with database.transaction() as run:
        found = {
            name: (await run(f"PRAGMA {name}"))[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }
    with pytest.raises(StorageFailed, match="readonly"):
        await database.read("INSERT INTO t (x) VALUES (1)")


async def test_what_fails_in_a_transaction_undoes_it(database):
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as run:
            await run("INSERT INTO t (x) VALUES (1)")
            raise ZeroDivisionError
    with pytest.raises(StorageFailed, match="UNIQUE"):
        async with database.transaction() as run:
            await run("INSERT INTO t (x) VALUES (1)")
            await run("INSERT INTO t (x) VALUES (1)")
    assert await count(database) == 0


async def test_readers_do_not_see_what_is_not_committed_and_do_not_wait(database):
    async with database.transaction() as run:
        await run("INSERT INTO t (x) VALUES (1)")
        assert await count(database) == 0
    assert await count(database) == 1


async def test_transactions_of_many_coroutines_do_not_mix(database):
    async def add(number):
        async with database.transaction() as run:
            [(highest,)] = await run("SELECT coalesce(max(x), 0) FROM t")
            await asyncio.sleep(0)
            await run("INSERT INTO t (x) VALUES (?)", (highest + 1,))
            if number % 3 == 0:
                raise LookupError

    done = await asyncio.gather(*(add(number) for number in range(30)), return_exceptions=True)
    assert sum(error is None for error in done) == 20
    assert [row["x"] for row in await database.read("SELECT x FROM t")] == list(range(1, 21))


async def test_a_cancellation_at_any_moment_undoes_or_completes_and_leaves_it_usable(database):
    async def both(number):
        async with database.transaction() as run:
            await run("INSERT INTO t (x) VALUES (?)", (2 * number,))
            await run("INSERT INTO t (x) VALUES (?)", (2 * number + 1,))

    for number in range(60):
        task = asyncio.create_task(both(number))
        for _ in range(number % 12):
            await asyncio.sleep(0 if number % 2 else 0.0003)
        task.cancel()
        await asyncio.wait([task])
        rows = await database.read("SELECT x FROM t WHERE x / 2 = ?", (number,))
        assert len(rows) in ((0, 2) if task.cancelled() else (2,))
    async with asyncio.timeout(PATIENCE), database.transaction() as run:
        await run("INSERT INTO t (x) VALUES (1000)")


async def test_uninterrupted_ends_its_work_before_the_cancellation_shows():
    steps = []

    async def work():
        await asyncio.sleep(0.01)
        steps.append("done")

    task = asyncio.create_task(uninterrupted(work()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["done"]


async def test_a_lock_from_outside_is_waited_for(tmp_path, database):
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None, check_same_thread=False)) as outside:
        outside.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.2, lambda: outside.execute("COMMIT"))
        async with database.transaction() as run:
            await run("INSERT INTO t (x) VALUES (1)")
    assert await count(database) == 1


async def test_a_database_without_room_refuses_undoes_and_recovers(store):
    before = await accept(store)
    # SQLite's own limit gives the very error of a full disk ("database or disk is full").
    limit = await store.jobs._database._write("PRAGMA page_count")
    await store.jobs._database._write(f"PRAGMA max_page_count = {limit[0][0]}")
    with pytest.raises(StorageFull, match="is full"):
        await accept(store, person="bob" * 5000, photo=b"photo", style=b"style", key="big")
    with pytest.raises(StorageFull):
        for number in range(500):  # until the rows of files need another page
            await store.files.put(b"picture %d" % number)
    assert len(files_on_disk(store.folder)) == (await store.files.totals())[0]
    assert await store.people.used(store.person_hash("cli:ada"), DAY) == 1
    assert await store.people.used(store.person_hash("cli:" + "bob" * 5000), DAY) == 0
    assert await store.jobs.get(before.id) == before
    await store.jobs._database._write("PRAGMA max_page_count = 100000")
    assert (await accept(store, key="small")).state == "queued"


def test_errors_of_sqlite_become_the_stores(tmp_path):
    def error(name):
        made = sqlite3.OperationalError("it says")
        made.sqlite_errorname = name
        return from_sqlite(made, tmp_path)

    assert isinstance(error("SQLITE_FULL"), StorageFull)
    assert isinstance(error("SQLITE_CORRUPT_INDEX"), DatabaseDamaged)
    assert isinstance(error("SQLITE_BUSY"), StorageFailed)
    assert "it says (SQLITE_BUSY)" in str(error("SQLITE_BUSY"))


async def test_nothing_deleted_lingers_in_the_database(store, clock):
    secret = "Rumpelstilzchen-vom-Berg"
    job = await accept(store, person=secret, charge=make_charge())
    await store.jobs.end(job.id, "failed", refund=True, detail=secret)
    await store.people.forget(f"cli:{secret}")
    for path in store.folder.glob("impasto.db*"):
        assert secret.encode() not in path.read_bytes()


async def test_a_job_that_cannot_be_read_harms_no_other(store, clock):
    good = await accept(store)
    bad = await accept(store, person="bob")
    painted = await accept(store, person="bob")
    async with store.jobs._database.transaction() as run:
        await run("UPDATE jobs SET request = '{\"from\": \"the future\"}' WHERE person_key = 'cli:bob'")
        await run("UPDATE jobs SET state = 'painting', lease_until = 1 WHERE id = ?", (painted.id,))
        await run("UPDATE jobs SET state = 'painted', lease_until = NULL WHERE id = ?", (painted.id,))
    assert [job.id for job in await store.jobs.by_state("queued")] == [good.id]
    await store.close()
    again = await Store.open(store.folder, clock=clock)
    try:
        rows = await again.jobs._database.read("SELECT id, state, error_code, refunded FROM jobs ORDER BY rowid")
        assert [tuple(row) for row in rows] == [
            (good.id, "queued", None, 0),
            (bad.id, "failed", "storage_error", 1),
            (painted.id, "expired", "storage_error", 1),
        ]
        assert await again.jobs.waiting_count("cli:bob") == 0
        assert (await again.people.forget("cli:bob"))[0] == 2
    finally:
        await again.close()


async def test_a_result_that_could_not_be_read_back_is_not_stored(store):
    job = await accept(store)
    await store.jobs.start(job.id, 1.0)
    facts = PaintFacts(
        engine_seconds=1,
        iterations=1,
        content_loss=float("nan"),
        style_loss=0,
        backbone="x",
        device="cpu",
        dtype="f",
        seed=0,
    )
    with pytest.raises(JobUnreadable, match="content_loss"):
        await store.jobs.finish(job.id, [], width=1, height=1, facts=facts)
    assert (await store.jobs.get(job.id)).state == "painting"
    with pytest.raises(FileGone):
        await store.jobs.finish(job.id, [JobFile(role="painting", digest="0" * 64)], width=1, height=1, facts=None)
    assert (await store.jobs.get(job.id)).state == "painting"


async def test_the_database_knows_the_same_transitions_and_refuses_others(store):
    rows = await store.jobs._database.read("SELECT was, next FROM transitions")
    assert {tuple(row) for row in rows} == {(was, later) for was, nexts in TRANSITIONS.items() for later in nexts}
    job = await accept(store)
    with pytest.raises(Exception, match="no such transition"):
        async with store.jobs._database.transaction() as run:
            await run("UPDATE jobs SET state = 'painted' WHERE id = ?", (job.id,))
    assert (await store.jobs.get(job.id)).state == "queued"
