"""What can go wrong with the store. Each error's text is a sentence that an admin can act on."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_SQLITE_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")  # the second: no room for the index of the write-ahead log


class StoreError(Exception):
    """Base of everything that the store raises."""


class DataDirInUse(StoreError):
    """Another process owns the data directory; `pid` is None in the moment before it has written its own."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path, self.pid = path, pid
        owner = f"process {pid}" if pid is not None else "another process"
        super().__init__(f"{path} is in use by {owner}; stop it first, or choose another data_dir")


class DatabaseTooNew(StoreError):
    """The database was migrated by a newer Impasto."""

    def __init__(self, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"the database is of version {found}, this Impasto knows versions up to {known}; "
            "install the newer Impasto again, or restore the backup that it wrote"
        )


class MigrationFailed(StoreError):
    """A migration could not be applied, or the folder of migrations is not in order. Nothing of it was kept."""

    def __init__(self, name: str, detail: str, backup: Path | None = None) -> None:
        self.name, self.detail, self.backup = name, detail, backup
        kept = f"; the database as it was before is kept in {backup}" if backup else ""
        super().__init__(f"migration {name} failed and was undone: {detail}{kept}")


class DatabaseDamaged(StoreError):
    """The database is no database, or SQLite found faults in it."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        self.path, self.faults = path, faults
        super().__init__(f"{path} is damaged ({'; '.join(faults)}); restore it from a backup")


class SecretKeyMissing(StoreError):
    """Bans and overrides are keyed by a secret that is gone or cut short: without it they would all be void."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is missing or cut short, and the database holds bans or limits that were made with it; "
            "restore the file from a backup"
        )


class StorageFull(StoreError):
    """The disk has no room. Sizes are bytes; `free` is None when the disk itself said so."""

    def __init__(self, path: Path, free: int | None = None, kept_free: int = 0) -> None:
        self.path, self.free, self.kept_free = path, free, kept_free
        if free is None or not kept_free:
            super().__init__(f"the disk of {path} is full; make room")
        else:
            super().__init__(
                f"the disk of {path} has {free} bytes free, and {kept_free} are to stay free; "
                "make room, or lower store.min_free_bytes"
            )


class StorageFailed(StoreError):
    """The disk or the database refused for another reason than room."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path, self.detail = path, detail
        super().__init__(f"{path}: {detail}")


class FileGone(StoreError):
    """No such file in the store: it was cleaned away, or deleted with its job."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(f"the file {digest} is gone")


class FileDamaged(StoreError):
    """A file's bytes are not those that were put."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(f"the file {digest} is damaged")


class JobUnreadable(StoreError):
    """A stored job does not fit this version's idea of one."""

    def __init__(self, job_id: str, detail: str) -> None:
        self.job_id, self.detail = job_id, detail
        super().__init__(f"job {job_id} cannot be read: {detail}")


def from_os(error: OSError, path: Path) -> StoreError:
    """Return the store's error for one of the operating system."""
    if error.errno in _FULL:
        return StorageFull(path)
    return StorageFailed(path, error.strerror or str(error))


def from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the store's error for one of SQLite."""
    name = getattr(error, "sqlite_errorname", "")
    if name in _SQLITE_FULL:
        return StorageFull(path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DatabaseDamaged(path, (str(error),))
    return StorageFailed(path, f"{error} ({name})" if name else str(error))
