"""One writer and one reader over SQLite in write-ahead mode.

Coroutines that share a connection would mix their transactions, so the writer has a lock around BEGIN IMMEDIATE …
COMMIT. Readers see what is committed and never wait for the writer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import aiosqlite

from bot.store.errors import StorageFailed, from_sqlite

T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any]

_BUSY_MILLISECONDS = 5000  # how long to wait for somebody who looks in from outside, such as the sqlite3 shell
_LOG_BYTES = 16 * 1024 * 1024  # the write-ahead log is cut back to this after a checkpoint


class Run(Protocol):
    """Runs one statement inside a transaction and returns its rows."""

    async def __call__(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Raises StorageFull, StorageFailed or DatabaseDamaged."""


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even when cancelled meanwhile; only then is the cancellation raised.

    A thread cannot be stopped half-way, so whoever holds a lock around its work must wait for it.
    """
    task = asyncio.ensure_future(work)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            interruption = error
    if interruption is not None:
        raise interruption from (None if task.cancelled() else task.exception())
    return task.result()


class Database:
    """An open, migrated database."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._path, self._writer, self._reader = path, writer, reader
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open both connections; raises StoreError."""
        writer = await _connect(
            path,
            "PRAGMA synchronous = FULL",  # what was told to a person survives a power cut
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",  # forgotten means overwritten
            f"PRAGMA journal_size_limit = {_LOG_BYTES}",
        )
        try:
            [(mode,)] = await writer.execute_fetchall("PRAGMA journal_mode = WAL")
            if mode != "wal":
                raise StorageFailed(path, f"the file system allows no write-ahead log (it stayed at {mode!r})")
            reader = await _connect(path, "PRAGMA query_only = ON")
        except BaseException as error:
            await uninterrupted(writer.close())
            if isinstance(error, sqlite3.Error):
                raise from_sqlite(error, path) from error
            raise
        return cls(path, writer, reader)

    async def close(self) -> None:
        """Wait for the transaction under way, then close; SQLite folds its log into the database."""
        async with self._lock:
            try:
                await uninterrupted(self._reader.close())
            finally:
                await uninterrupted(self._writer.close())

    async def read(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Run one query on what is committed."""
        return await self._fetch(self._reader, sql, parameters)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Run]:
        """Everything that runs inside happens, or nothing does: also when the coroutine is cancelled in the middle.

        A cancellation that comes during the commit waits for it, so that then it did happen.
        """
        async with self._lock:
            try:
                await self._write("BEGIN IMMEDIATE")
                yield self._write
                await uninterrupted(self._write_through("commit"))
            except BaseException:
                # Also after a cancelled statement: it still runs in the connection's thread, before the rollback.
                await uninterrupted(self._write_through("rollback"))
                raise

    async def checkpoint(self) -> None:
        """Empty the write-ahead log, so that nothing deleted lingers in it."""
        async with self._lock:
            await self._write("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _write(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        return await self._fetch(self._writer, sql, parameters)

    async def _write_through(self, how: str) -> None:
        try:
            await (self._writer.commit() if how == "commit" else self._writer.rollback())
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error

    async def _fetch(self, connection: aiosqlite.Connection, sql: str, parameters: Parameters) -> list[sqlite3.Row]:
        try:
            return list(await connection.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error


async def _connect(path: Path, *pragmas: str) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None)
    # A bot that crashes without closing must end, not wait for ever for this thread; SQLite stands that as any crash.
    vars(connection).get("_thread", connection).daemon = True
    try:
        await connection
        connection.row_factory = sqlite3.Row
        for pragma in (f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}", *pragmas):
            await connection.execute_fetchall(pragma)
    except sqlite3.Error as error:
        await uninterrupted(connection.close())
        raise from_sqlite(error, path) from error
    except BaseException:
        await uninterrupted(connection.close())
        raise
    return connection
