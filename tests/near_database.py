"""A new database without the migrations that make one, and their flushes to the disk: hundreds of tests begin with one.

What migrations do is tested in `tests/bot/store/`, and the whole way wherever the bot has a process of its own.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import resources
from bot.store import disk
from bot.store.migrations import Migrated, Migration, migrate_database, read_migrations


def migrate_or_copy(path: Path, migrations: Sequence[Migration], backups: Path) -> Migrated:
    """Do what `migrate_database` does; where there is no database, copy one that was made once in this process."""
    if path.exists() or list(migrations) != _shipped():
        return migrate_database(path, migrations, backups)
    disk.write_new(path, _made())
    return Migrated(0, len(migrations))


@functools.cache
def _shipped() -> list[Migration]:
    return read_migrations(resources.migrations())


@functools.cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        migrate_database(path, _shipped(), Path(folder) / "backups")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()
