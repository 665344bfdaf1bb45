"""Brings the database up to this version's tables: numbered SQL, each file in one transaction with its number.

The number of the last migration stands in `PRAGMA user_version`, so a crash leaves the database at one version or
the next, never in between. These functions block.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from bot.store import disk
from bot.store.errors import DatabaseDamaged, DatabaseTooNew, MigrationFailed, StoreError, from_os, from_sqlite

OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


class Migration(msgspec.Struct, frozen=True):
    """One numbered file."""

    number: int
    name: str
    sql: str


class Migrated(msgspec.Struct, frozen=True):
    """What migrating did: the versions before and after, and the backup where there was something to lose."""

    before: int
    after: int
    backup: Path | None = None


def read_migrations(folder: Path) -> list[Migration]:
    """Return the migrations of a folder in order; raises MigrationFailed for a gap, a duplicate or an odd name."""
    migrations: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationFailed(path.name, "its name must look like 0001_foundations.sql")
        migrations.append(Migration(int(match[1]), path.name, path.read_text(encoding="utf-8")))
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationFailed(migration.name, f"number {expected:04d} was expected here, each number once")
    if not migrations:
        raise MigrationFailed(str(folder), "there are no migrations in it")
    return migrations


def statements(sql: str) -> Iterator[str]:
    """Split a script into statements, whatever holds a semicolon (strings, comments, triggers) left whole."""
    statement = ""
    *pieces, rest = sql.split(";")
    for piece in pieces:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if (statement + rest).strip():
        yield statement + rest


def migrate_database(path: Path, migrations: Sequence[Migration], backups: Path) -> Migrated:
    """Bring a database up to date, or make it; an existing one is backed up into the folder `backups` first.

    Raises DatabaseTooNew, DatabaseDamaged, MigrationFailed, StorageFull, StorageFailed.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old, at least 3.37 is needed")
    try:
        if not path.exists():
            disk.write_new(path, b"")  # so that it is owner-only from the first moment; the log files take after it
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            before = _version(connection, path)
            if before > len(migrations):
                raise DatabaseTooNew(before, len(migrations))
            if before == len(migrations):
                return Migrated(before, before)
            backup = None
            if before:
                backup = backups / f"before-{len(migrations):04d}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.db"
                copy_database(connection, backup)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            for migration in migrations[before:]:
                _apply(connection, migration, path, backup)
            return Migrated(before, len(migrations), backup)
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    except OSError as error:
        raise from_os(error, path) from error


def copy_database(connection: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of a database as one self-contained file, which appears only when it is whole."""
    temporary = target.with_name(f".{target.name}.partial")
    disk.make_folder(target.parent)
    temporary.unlink(missing_ok=True)
    disk.write_new(temporary, b"")
    try:
        with closing(sqlite3.connect(temporary)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # no log files beside a backup
        disk.flush_file(temporary)
        disk.move(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def faults_of(connection: sqlite3.Connection, *, thorough: bool) -> list[str]:
    """Return what SQLite finds wrong with a database; thorough compares the indexes with the rows too."""
    pragma = "PRAGMA integrity_check" if thorough else "PRAGMA quick_check"
    faults = [str(line) for (line,) in connection.execute(pragma) if line != "ok"]
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        faults.append(f"{table} {rowid or ''} refers to a row of {parent} that is not there".replace("  ", " "))
    return faults


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
        raise DatabaseDamaged(path, ("it is a database, but not one of Impasto",))
    return int(version)


def _apply(connection: sqlite3.Connection, migration: Migration, path: Path, backup: Path | None) -> None:
    # Foreign keys are off on this connection, so that a migration may rebuild a table; the check comes at the end.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.set_authorizer(_no_transactions)
        for statement in statements(migration.sql):
            connection.execute(statement)
        connection.set_authorizer(None)
        if faults := faults_of(connection, thorough=False):
            raise MigrationFailed(migration.name, "; ".join(faults), backup)
        connection.execute(f"PRAGMA user_version = {migration.number:d}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        full = from_sqlite(error, path)
        raise (full if _is_environment(error) else MigrationFailed(migration.name, str(error), backup)) from error
    finally:
        connection.set_authorizer(None)
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _no_transactions(action: int, *_: str | None) -> int:
    """Deny BEGIN, COMMIT and the like inside a migration: they would end its transaction half-way."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_OK


def _is_environment(error: sqlite3.Error) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_READONLY", "SQLITE_CORRUPT"))


def remove_old_backups(backups: Path, keep_seconds: float) -> None:
    """Remove backups that were written before migrations long ago: they hold people who were since forgotten."""
    limit = time.time() - keep_seconds
    for entry in os.scandir(backups):
        if entry.name.endswith((".db", ".partial")) and entry.stat().st_mtime < limit:
            Path(entry.path).unlink(missing_ok=True)
