"""The data directory: where everything lies in it, its one owner, its secret."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from bot.store import disk
from bot.store.errors import DataDirInUse, SecretKeyMissing

_KEY_BYTES = 32
_HASHED_TABLES = ("bans", "overrides")


class DataFolder:
    """The paths of a data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.database = self.path / "impasto.db"
        self.files = self.path / "files"
        self.incoming = self.files / "incoming"
        self.backups = self.path / "backups"
        self.secret = self.path / "secret.key"
        self.lock = self.path / "impasto.lock"
        self.owner = self.path / "owner.pid"

    def make(self) -> None:
        """Make the folders, owner-only. A folder that already holds other people's things keeps its own mode."""
        disk.make_folder(self.path)
        strangers = {entry.name for entry in self.path.iterdir()}
        if not strangers or self.database.name in strangers or self.lock.name in strangers:
            _close_to_others(self.path, disk.FOLDER_MODE)
        for folder in (self.files, self.incoming, self.backups):
            disk.make_folder(folder)
            _close_to_others(folder, disk.FOLDER_MODE)
        for suffix in ("", "-wal", "-shm"):
            path = self.database.with_name(self.database.name + suffix)
            if path.exists():
                _close_to_others(path, disk.FILE_MODE)

    def secret_key(self) -> bytes:
        """Return the key of the hashes of people, made at first use. Raises SecretKeyMissing rather than void bans."""
        self.require_key()
        try:
            key = self.secret.read_bytes()
            _close_to_others(self.secret, disk.FILE_MODE)
        except FileNotFoundError:
            key = secrets.token_bytes(_KEY_BYTES)
            disk.write_whole(self.secret, key)
        return key

    def require_key(self) -> None:
        """Raise SecretKeyMissing when the key is cut short, or is gone while something hangs on it."""
        try:
            lost = self.secret.stat().st_size != _KEY_BYTES
        except FileNotFoundError:
            lost = self._has_hashes()
        if lost:
            raise SecretKeyMissing(self.secret)

    def _has_hashes(self) -> bool:
        with closing(sqlite3.connect(self.database)) as connection:
            return any(
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 (names are constants)
                for table in _HASHED_TABLES
            )


class Ownership:
    """The hold on a data directory. The kernel frees it when the process dies, however it dies."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._lock = FileLock(folder.lock, timeout=0, mode=disk.FILE_MODE, thread_local=False)

    def take(self) -> None:
        """Take the folder, which must be there, or raise DataDirInUse, naming the process that holds it."""
        try:
            self._lock.acquire()
        except Timeout:
            raise DataDirInUse(self._folder.path, _read_pid(self._folder.owner)) from None
        disk.write_whole(self._folder.owner, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go, also of what was never taken."""
        if self._lock.is_locked:
            self._folder.owner.unlink(missing_ok=True)
            self._lock.release()


def _read_pid(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _close_to_others(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 & ~mode:
        path.chmod(mode)
