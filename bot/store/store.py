"""The store as a whole: opened in order, closed in reverse, owned by one process at a time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

from bot import resources
from bot.ports import Clock
from bot.store import migrations
from bot.store.database import Database, uninterrupted
from bot.store.drafts import Drafts
from bot.store.errors import DatabaseDamaged, from_os, from_sqlite
from bot.store.files import Files
from bot.store.folder import DataFolder, Ownership
from bot.store.jobs import Jobs
from bot.store.people import People
from bot.store.removals import Removals
from bot.store.reports import Reports
from bot.store.settings import Flags, Places
from bot.store.styles import Styles
from bot.store.uploads import Uploads

BACKUP_DAYS = 30
"""How long backups from before a migration are kept: they hold people who were forgotten since."""


class Store:
    """Rows in SQLite, pictures in a folder. Open it with `Store.open`."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        clock: Clock,
        key: bytes,
        min_free_bytes: int,
        closing: AsyncExitStack,
    ) -> None:
        self.folder = folder.path
        self._key, self._closing = key, closing
        self.files = Files(database, folder, clock, min_free_bytes)
        self.jobs = Jobs(database, self.files, clock, self.person_hash)
        self.people = People(database, self.files, clock, self.person_hash)
        self.drafts = Drafts(database, self.files)
        self.styles = Styles(database, self.files, clock)
        self.reports = Reports(database)
        self.places = Places(database, self.files)
        self.flags = Flags(database)
        self.uploads = Uploads(database)
        self.removals = Removals(database, clock)

    @classmethod
    async def open(cls, folder: Path, *, clock: Clock, min_free_bytes: int = 0) -> Store:
        """Open a data directory, making or migrating what needs it, and clear away what a crash left behind.

        `min_free_bytes` is what `files.put` leaves free on the disk. Raises DataDirInUse, DatabaseTooNew,
        MigrationFailed, DatabaseDamaged, SecretKeyMissing, StorageFull, StorageFailed.
        """
        paths = DataFolder(folder)
        async with AsyncExitStack() as stack:
            ownership = Ownership(paths)
            stack.callback(ownership.release)  # before taking: a cancellation may come while the thread takes it
            await uninterrupted(asyncio.to_thread(_take, paths, ownership))
            key = await uninterrupted(asyncio.to_thread(_prepare, paths))
            database = await Database.open(paths.database)
            stack.push_async_callback(database.close)
            store = cls(paths, database, clock, key, min_free_bytes, AsyncExitStack())
            await store.files.sweep_all()
            await store.jobs.end_unreadable()
            store._closing = stack.pop_all()
            return store

    async def close(self) -> None:
        """Close and let go of the data directory; harmless when done twice."""
        await self._closing.aclose()

    def person_hash(self, person_key: str) -> str:
        """Return the keyed hash under which bans, limits and use of the quota outlive a person (HMAC-SHA256)."""
        return hmac.new(self._key, person_key.encode(), hashlib.sha256).hexdigest()


def _take(paths: DataFolder, ownership: Ownership) -> None:
    try:
        paths.make()
        ownership.take()
    except OSError as error:
        raise from_os(error, paths.path) from error


def _prepare(paths: DataFolder) -> bytes:
    """Migrate and check; returns the secret key."""
    known = migrations.read_migrations(resources.migrations())
    migrations.migrate_database(paths.database, known, paths.backups)
    try:
        migrations.remove_old_backups(paths.backups, BACKUP_DAYS * 86400)
        with closing(sqlite3.connect(paths.database)) as connection:
            if faults := migrations.faults_of(connection, thorough=False):
                raise DatabaseDamaged(paths.database, tuple(faults))
        return paths.secret_key()
    except sqlite3.Error as error:
        raise from_sqlite(error, paths.database) from error
    except OSError as error:
        raise from_os(error, paths.path) from error
