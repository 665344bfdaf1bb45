"""What an admin does with a data directory from the command line: migrate, check, backup."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from bot import resources
from bot.store import disk, migrations
from bot.store.database import uninterrupted
from bot.store.errors import DataDirInUse, JobUnreadable, SecretKeyMissing, StorageFailed, from_os, from_sqlite
from bot.store.files import digest_of, path_of
from bot.store.folder import DataFolder, Ownership
from bot.store.migrations import Migrated
from bot.store.rows import row_to_job


async def migrate(folder: Path) -> Migrated:
    """Make a data directory's database or bring it up to date. Raises StoreError, DataDirInUse among them."""
    return await uninterrupted(asyncio.to_thread(_migrate, DataFolder(folder)))


async def check(folder: Path) -> list[str]:
    """Return what is wrong with a data directory, in words; nothing is changed. A bot may be running on it."""
    return await uninterrupted(asyncio.to_thread(lambda: list(_check(DataFolder(folder)))))


async def backup(folder: Path, target: Path) -> Path:
    """Copy a data directory into a new folder `target`, ready to be used as one; returns it.

    A bot may be running on it: the database is copied as it is at one moment, then the files that it refers to.
    Raises StoreError.
    """
    return await uninterrupted(asyncio.to_thread(_backup, DataFolder(folder), DataFolder(target)))


def _migrate(paths: DataFolder) -> Migrated:
    ownership = Ownership(paths)
    try:
        paths.make()
        ownership.take()
        known = migrations.read_migrations(resources.migrations())
        return migrations.migrate_database(paths.database, known, paths.backups)
    except OSError as error:
        raise from_os(error, paths.path) from error
    finally:
        ownership.release()


def _check(paths: DataFolder) -> Iterator[str]:
    if not paths.database.exists():
        yield f"there is no database at {paths.database}"
        return
    ownership = Ownership(paths)
    try:
        at_rest = True
        try:
            ownership.take()
        except DataDirInUse:
            at_rest = False
        with closing(sqlite3.connect(f"{paths.database.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            known = len(migrations.read_migrations(resources.migrations()))
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            yield from migrations.faults_of(connection, thorough=True)
            if version != known:
                older = "impasto db migrate brings it up to date" if version < known else "it was made by a newer one"
                yield f"the database is of version {version}, this Impasto works with version {known}: {older}"
                return
            yield from _check_rows(connection)
            # While a bot runs, files come and go: one without a reference is no fault then.
            yield from _check_files(connection, paths, at_rest=at_rest)
        yield from _check_modes(paths)
        paths.require_key()
    except SecretKeyMissing as error:
        yield str(error)
    except sqlite3.Error as error:
        yield str(from_sqlite(error, paths.database))
    except OSError as error:
        yield str(from_os(error, paths.path))
    finally:
        ownership.release()


def _check_rows(connection: sqlite3.Connection) -> Iterator[str]:
    for row in connection.execute("SELECT * FROM jobs"):
        try:
            row_to_job(row)
        except JobUnreadable as error:
            yield str(error)
    for row in connection.execute(
        "SELECT DISTINCT owner FROM file_refs WHERE owner NOT IN"
        " (SELECT 'job:' || id FROM jobs UNION SELECT 'draft:' || person_key || '|' || place_key FROM drafts"
        " UNION SELECT 'style:' || keeper || '|' || key FROM saved_styles)"
    ):
        yield f"{row['owner']} refers to files, but is not there"


def _check_files(connection: sqlite3.Connection, paths: DataFolder, *, at_rest: bool) -> Iterator[str]:
    known = {row["digest"] for row in connection.execute("SELECT digest FROM files")}
    used = {row["digest"] for row in connection.execute("SELECT digest FROM file_refs")}
    for digest in sorted(known):
        path = path_of(paths.files, digest)
        try:
            if digest_of(path.read_bytes()) != digest:
                yield f"{path} is damaged"
        except FileNotFoundError:
            if at_rest or connection.execute("SELECT 1 FROM files WHERE digest = ?", (digest,)).fetchone():
                yield f"{path} is missing"
    if at_rest:
        for digest in sorted(known - used):
            yield f"{path_of(paths.files, digest)} is not referred to; the next start removes it"
        for path in sorted(paths.files.glob("??/*")):
            if path.name not in known:
                yield f"{path} is not in the database; the next start removes it"


def _check_modes(paths: DataFolder) -> Iterator[str]:
    for path in (paths.database, paths.secret, paths.files):
        if path.exists() and path.stat().st_mode & 0o077:
            yield f"{path} can be read by others; the next start closes it to them"


def _backup(source: DataFolder, target: DataFolder) -> Path:
    if not source.database.exists():
        raise StorageFailed(source.database, "there is no database to copy")
    try:
        if target.path.exists() and any(target.path.iterdir()):
            raise StorageFailed(target.path, "a backup needs a new or empty folder")
        target.make()
        with closing(sqlite3.connect(f"{source.database.as_uri()}?mode=ro", uri=True)) as connection:
            migrations.copy_database(connection, target.database)
        if source.secret.exists():
            disk.write_whole(target.secret, source.secret.read_bytes())
        with closing(sqlite3.connect(target.database)) as copy:
            digests = [digest for (digest,) in copy.execute("SELECT digest FROM files")]
        for digest in digests:
            with suppress(FileNotFoundError):  # removed since the database was copied
                _copy_file(path_of(source.files, digest), path_of(target.files, digest))
    except sqlite3.Error as error:
        raise from_sqlite(error, source.database) from error
    except OSError as error:
        raise from_os(error, target.path) from error
    return target.path


def _copy_file(source: Path, target: Path) -> None:
    disk.make_folder(target.parent)
    shutil.copyfile(source, target)
    target.chmod(disk.FILE_MODE)
    disk.flush_file(target)
