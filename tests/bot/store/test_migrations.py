import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing, suppress

import pytest

from bot import resources
from bot.model import Draft, PlaceSettings
from bot.store import (
    DatabaseDamaged,
    DatabaseTooNew,
    MigrationFailed,
    SecretKeyMissing,
    StorageFull,
    Store,
    check,
    kept_by_person,
    migrate,
)
from bot.store.migrations import Migrated, migrate_database, read_migrations, statements

from .conftest import NOON, TestClock, accept, paint

FIRST = "CREATE TABLE a (x TEXT) STRICT; -- a comment; with semicolons\nINSERT INTO a VALUES ('one; two');"
SECOND = """
CREATE TABLE b (y TEXT) STRICT;
CREATE TRIGGER copy AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.x); INSERT INTO b VALUES ('also'); END;
INSERT INTO a VALUES ('three')"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "0001_first.sql").write_text(FIRST)
    return made


def query(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return [*connection.iterdump(), *connection.execute("PRAGMA user_version").fetchone()]


def run(path, folder):
    return migrate_database(path, read_migrations(folder), path.parent / "backups")


def test_from_nothing_to_the_newest_and_no_further(tmp_path, folder):
    path = tmp_path / "x.db"
    (folder / "0002_second.sql").write_text(SECOND)
    assert run(path, folder) == Migrated(0, 2, None)
    assert query(path, "SELECT x FROM a") == [("one; two",), ("three",)]
    assert query(path, "SELECT y FROM b") == [("three",), ("also",)]
    assert query(path, "PRAGMA user_version") == [(2,)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(path, folder) == Migrated(2, 2, None)


def test_from_an_older_database_with_a_backup_of_it(tmp_path, folder):
    path = tmp_path / "x.db"
    run(path, folder)
    before = dump(path)
    (folder / "0002_second.sql").write_text(SECOND)
    done = run(path, folder)
    assert (done.before, done.after) == (1, 2)
    assert dump(done.backup) == before
    assert stat.S_IMODE(done.backup.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in done.backup.parent.iterdir()) == [done.backup.name]
    assert query(path, "SELECT y FROM b") == [("three",), ("also",)]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("CREATE TABLE b (y TEXT); INSERT INTO nowhere VALUES (1);", "nowhere"),
        ("CREATE TABLE b (y TEXT); CREATE TABLE a (x TEXT);", "already exists"),
        ("CREATE TABLE b (y TEXT); COMMIT; CREATE TABLE c (z TEXT);", "not authorized"),
        ("CREATE TABLE b (y TEXT); INSERT INTO b VALUES ('unfinished", "unrecognized token"),
        (
            "CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (p TEXT REFERENCES p); INSERT INTO c VALUES ('x');",
            "refers to a row of p that is not there",
        ),
    ],
)
def test_a_failing_migration_leaves_the_database_as_it_was_and_a_backup(tmp_path, folder, bad, says):
    path = tmp_path / "x.db"
    run(path, folder)
    before = dump(path)
    (folder / "0002_bad.sql").write_text(bad)
    with pytest.raises(MigrationFailed, match="0002_bad") as failure:
        run(path, folder)
    assert says in str(failure.value)
    assert str(failure.value.backup) in str(failure.value)
    assert dump(path) == before
    assert dump(failure.value.backup) == before
    (folder / "0002_bad.sql").write_text(SECOND)  # and the mended one goes through
    assert run(path, folder).after == 2


def test_a_database_that_is_too_new_is_refused_in_words_and_left_alone(tmp_path, folder):
    path = tmp_path / "x.db"
    (folder / "0002_second.sql").write_text(SECOND)
    run(path, folder)
    before = dump(path)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(DatabaseTooNew, match="version 2, this Impasto knows versions up to 1"):
        run(path, folder)
    assert dump(path) == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("0003_gap.sql", "number 0002 was expected"),
        ("0001_again.sql", "number 0002 was expected"),
        ("2_short.sql", "must look like"),
        ("0002_Räume.sql", "must look like"),
    ],
)
def test_gaps_duplicates_and_odd_names_are_refused(folder, name, says):
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(MigrationFailed, match=says):
        read_migrations(folder)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(MigrationFailed, match="no migrations"):
        read_migrations(tmp_path)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 40, None])
def test_what_is_no_database_of_ours_is_refused_and_left_alone(tmp_path, folder, content):
    path = tmp_path / "x.db"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE somebody_elses (x)")
            connection.commit()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged):
        run(path, folder)
    assert path.read_bytes() == before


def test_no_room_in_the_middle_of_a_migration_undoes_it(tmp_path, folder):
    path = tmp_path / "x.db"
    run(path, folder)
    before = dump(path)
    # The page limit is SQLite's own way to run out of room: the same error as from a full disk.
    (folder / "0002_big.sql").write_text(
        "CREATE TABLE b (y BLOB); PRAGMA max_page_count = 10; INSERT INTO b VALUES (zeroblob(1000000));"
    )
    with pytest.raises(StorageFull):
        run(path, folder)
    assert dump(path) == before


def test_statements_are_split_where_they_end():
    parts = [
        "-- a; b\nCREATE TABLE t (x DEFAULT ';');",
        " /* ; */ SELECT 1;",
        ' SELECT ";" ;',
        "\n-- the end; really\n",
    ]
    assert list(statements("".join(parts))) == parts


async def test_the_projects_own_migrations_are_in_order_and_fill_an_empty_folder(tmp_path):
    known = read_migrations(resources.migrations())
    assert [migration.number for migration in known] == list(range(1, len(known) + 1))
    assert await migrate(tmp_path / "data") == Migrated(0, len(known), None)
    assert await check(tmp_path / "data") == []


async def test_a_newer_database_stops_the_start_and_frees_the_folder(tmp_path):
    clock = TestClock()
    await migrate(tmp_path)
    with closing(sqlite3.connect(tmp_path / "impasto.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    for _ in range(2):  # the second time it would be "in use" if the first had kept the lock
        with pytest.raises(DatabaseTooNew) as refusal:
            await Store.open(tmp_path, clock=clock)
    assert (refusal.value.found, refusal.value.known) == (99, len(read_migrations(resources.migrations())))


async def test_a_damaged_database_stops_the_start(tmp_path, store, clock):
    await store.flags.set("paused", "x" * 20000)
    await store.close()
    database = store.folder / "impasto.db"
    data = bytearray(database.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    database.write_bytes(data)
    with pytest.raises(DatabaseDamaged, match="restore it from a backup"):
        await Store.open(store.folder, clock=clock)
    assert await check(store.folder)


async def test_everything_in_the_folder_is_for_its_owner_only(store):
    await store.files.put(b"picture")
    await store.flags.set("a", "b")
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    paths = list(store.folder.rglob("*"))
    assert {"impasto.db", "impasto.db-wal", "secret.key", "files"} <= {path.name for path in paths}
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


async def test_a_folder_that_was_open_to_others_is_closed(tmp_path, store, clock):
    await store.close()
    for path in (store.folder, *store.folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert len(await check(store.folder)) == 3
    again = await Store.open(store.folder, clock=clock)
    await again.close()
    assert await check(store.folder) == []
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


async def test_a_folder_with_other_things_in_it_keeps_its_mode(tmp_path, clock):
    (tmp_path / "letters.txt").write_text("mine")
    tmp_path.chmod(0o755)
    opened = await Store.open(tmp_path, clock=clock)
    await opened.close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "impasto.db").stat().st_mode) == 0o600


async def test_a_lost_key_is_made_anew_only_while_nothing_hangs_on_it(store, clock):
    await store.close()
    key = store.folder / "secret.key"
    key.unlink()
    again = await Store.open(store.folder, clock=clock)
    assert again.person_hash("cli:ada") != store.person_hash("cli:ada")
    await again.people.ban("cli:eve", "spam", None)
    await again.close()
    kept = key.read_bytes()
    for damage in (key.unlink, lambda: key.write_bytes(kept[:5])):
        damage()
        assert "restore the file from a backup" in "".join(await check(store.folder))
        with pytest.raises(SecretKeyMissing, match="restore the file from a backup"):
            await Store.open(store.folder, clock=clock)
    key.write_bytes(kept)
    once_more = await Store.open(store.folder, clock=clock)
    assert await once_more.people.banned("cli:eve")
    await once_more.close()


async def test_a_cancelled_open_leaves_the_folder_free(tmp_path, clock):
    for delay in (0, 0.001, 0.005, 0.02, 0.05):
        opening = asyncio.create_task(Store.open(tmp_path / "data", clock=clock))
        await asyncio.sleep(delay)
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await (await opening).close()
    opened = await Store.open(tmp_path / "data", clock=clock)
    await opened.close()
    assert await check(tmp_path / "data") == []


async def test_a_database_of_version_1_with_jobs_keeps_everything_and_takes_styles(tmp_path, clock):
    folder, old = tmp_path / "data", tmp_path / "old"
    newest = len(read_migrations(resources.migrations()))
    old.mkdir()
    shutil.copy(resources.migrations() / "0001_foundations.sql", old)
    filled = await Store.open(folder, clock=clock)
    job = await accept(filled)
    await paint(filled, job.id)
    await filled.drafts.put(
        Draft(person=job.person, place=job.place, expires_at=NOON + 60, content=job.request.content)
    )
    await filled.places.put("discord:1", PlaceSettings(preset="ink"))
    await filled.people.ban("discord:2", "rude", None)
    painted = await filled.jobs.get(job.id)
    await filled.close()

    path, kept = folder / "impasto.db", folder / "kept.db"
    path.rename(kept)
    migrate_database(path, read_migrations(old), folder / "backups")  # and into it all that version 1 can hold
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        connection.execute("DELETE FROM transitions")
        connection.execute("ATTACH ? AS kept", (str(kept),))
        for table in tables:
            columns = ", ".join(name for _, name, *_ in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO {table} SELECT {columns} FROM kept.{table}")
        # that version knew nothing of saved styles in a request either
        connection.execute("UPDATE jobs SET request = json_remove(request, '$.styles[0].saved')")
        # and its drafts knew fewer things
        connection.execute("UPDATE drafts SET draft = json_remove(draft, '$.blend', '$.swap', '$.film', '$.seen')")
        connection.commit()
    kept.unlink()

    def rows(table):
        return query(path, f"SELECT {', '.join(columns[table])} FROM {table} ORDER BY 1, 2")

    columns = {table: [name for _, name, *_ in query(path, f"PRAGMA table_info({table})")] for table in tables}
    before = {table: rows(table) for table in tables}
    assert all(before[table] for table in ("jobs", "files", "file_refs", "usage", "drafts", "place_settings", "bans"))

    done = await migrate(folder)
    assert (done.before, done.after) == (1, newest)
    assert query(done.backup, "PRAGMA user_version") == [(1,)]
    assert {table: rows(table) for table in tables} == before
    assert await check(folder) == []

    opened = await Store.open(folder, clock=clock)
    assert await opened.jobs.get(job.id) == painted
    draft = await opened.drafts.get(job.person.key, job.place.key)
    assert (draft.content, draft.seen, draft.swap) == (job.request.content, (), False)
    assert await opened.jobs.delivered(job.id, "ref", "upload")
    assert (await opened.jobs.get(job.id)).upload == "upload"
    await opened.uploads.put("telegram", "0" * 64, "upload")
    assert await opened.places.get("discord:1") == PlaceSettings(preset="ink")
    keeper = kept_by_person(job.person.key)
    assert await opened.styles.save(keeper, "Mine", painted.request.styles[0].digest, limit=1) == "saved"
    assert [style.name for style in await opened.styles.all_of([keeper])] == ["Mine"]
    await opened.close()
    assert await check(folder) == []
