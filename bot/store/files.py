"""Pictures as files named by their SHA-256, each with a row; references to them are rows too (see refs.py).

A file is on the disk, flushed and under its name, before its row is written, and its row is gone before the file is
removed. So a row always has its file, whatever dies when; a file without a row is a leftover, which the sweep removes.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from bot.ports import Clock
from bot.store import disk
from bot.store.database import Database, uninterrupted
from bot.store.errors import FileDamaged, FileGone, StorageFull, StoreError, from_os
from bot.store.folder import DataFolder

T = TypeVar("T")
GRACE_SECONDS = 3600.0
"""How long a file may lie between its put and the first reference to it."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """Return the name under which bytes are stored: SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def path_of(files: Path, digest: str) -> Path:
    """Return where a file lies; two digits make a folder, so that none gets too long."""
    return files / digest[:2] / digest


class Files:
    """The files of a store."""

    def __init__(self, database: Database, folder: DataFolder, clock: Clock, min_free_bytes: int) -> None:
        self._database, self._folder, self._clock = database, folder, clock
        self._min_free_bytes = min_free_bytes
        self._lock = asyncio.Lock()  # file and row change together: the sweep must not come in between
        self._being_written: set[str] = set()
        self._awaited: dict[str, list[float]] = {}  # put, and a reference may yet come: the times of the puts

    async def put(self, data: bytes) -> str:
        """Store bytes and return their digest. What nobody refers to is swept after a while.

        Raises StorageFull when the disk is full or would have less than `min_free_bytes` left, and StorageFailed;
        then nothing of it stays.
        """
        digest = await asyncio.to_thread(digest_of, data)
        path = path_of(self._folder.files, digest)
        async with self._lock:
            if await self._on_disk(_holds, path, data):
                await self._record(digest, len(data))
                return digest
        await self._on_disk(self._require_room, len(data))
        temporary = self._folder.incoming / secrets.token_hex(16)
        self._being_written.add(temporary.name)
        try:
            await self._on_disk(disk.write_new, temporary, data)
            async with self._lock:
                await uninterrupted(self._take_in(temporary, path, digest, len(data)))
        finally:
            await self._on_disk(temporary.unlink, True)
            self._being_written.discard(temporary.name)
        return digest

    async def keep(self, digest: str) -> None:
        """Spare a stored file as if it had been put just now; raises FileGone."""
        async with self._lock:
            rows = await self._database.read("SELECT bytes FROM files WHERE digest = ?", (digest,))
            if not rows:
                raise FileGone(digest)
            await self._record(digest, rows[0]["bytes"])

    async def get(self, digest: str) -> bytes:
        """Return a file's bytes, checked. Raises FileGone, FileDamaged, StorageFailed."""
        if not _DIGEST.fullmatch(digest):
            raise FileGone(digest)
        try:
            data = await asyncio.to_thread(path_of(self._folder.files, digest).read_bytes)
        except FileNotFoundError:
            raise FileGone(digest) from None
        except OSError as error:
            raise from_os(error, self._folder.files) from error
        if await asyncio.to_thread(digest_of, data) != digest:
            raise FileDamaged(digest)
        return data

    async def sweep(self, older_than_seconds: float = GRACE_SECONDS) -> int:
        """Remove files that nobody refers to and that were put longer ago than this, and leftovers of what died.

        Returns how many files with rows were removed.
        """
        async with self._lock:
            count = await uninterrupted(self._remove("put_at <= ?", self._clock.now() - older_than_seconds))
        await self._sweep_leftovers()
        await self._on_disk(self._remove_partial)
        return count

    async def sweep_all(self) -> int:
        """Sweep without grace, for the start: nothing that was put before it can still be waiting for its job."""
        return await self.sweep(-math.inf)

    async def discard(self, digests: Collection[str]) -> int:
        """Remove those of these files that nobody refers to; returns how many went.

        Another person may have put the same picture a moment ago, their job yet to come: then it stays for them.
        """
        limit = self._clock.now() - GRACE_SECONDS
        async with self._lock:
            free = [digest for digest in digests if not any(at > limit for at in self._awaited.get(digest, ()))]
            return await uninterrupted(self._remove("digest IN (SELECT value FROM json_each(?))", json.dumps(free)))

    def settle(self, digests: Iterable[str]) -> None:
        """The puts of these files have led to a reference, or to a refusal: no need to spare them any longer."""
        for digest in digests:
            times = self._awaited.get(digest, [])
            if len(times) > 1:
                times.pop(0)
            else:
                self._awaited.pop(digest, None)

    async def totals(self) -> tuple[int, int]:
        """Return how many files there are, and their bytes."""
        [row] = await self._database.read("SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM files")
        return int(row["files"]), int(row["bytes"])

    async def _take_in(self, temporary: Path, path: Path, digest: str, size: int) -> None:
        """Give a written file its name and its row, or neither; the caller holds the lock."""
        try:
            await self._on_disk(disk.move, temporary, path)
            await self._record(digest, size)
        except StoreError:
            await self._remove_leftovers([digest])
            raise

    async def _record(self, digest: str, size: int) -> None:
        now = self._clock.now()
        async with self._database.transaction() as run:
            await run(
                "INSERT INTO files (digest, bytes, put_at) VALUES (?1, ?2, ?3)"
                " ON CONFLICT DO UPDATE SET bytes = ?2, put_at = ?3",
                (digest, size, now),
            )
        self._awaited.setdefault(digest, []).append(now)

    async def _remove(self, which: str, value: float | str) -> int:
        """Delete the rows of files that nobody refers to, then the files; the caller holds the lock."""
        unreferred = "digest NOT IN (SELECT digest FROM file_refs)"
        delete = f"DELETE FROM files WHERE {which} AND {unreferred} RETURNING digest"  # noqa: S608 (both constants)
        async with self._database.transaction() as run:
            gone = [row["digest"] for row in await run(delete, (value,))]
        for digest in gone:
            self._awaited.pop(digest, None)
        await self._on_disk(self._unlink, gone)
        return len(gone)

    async def _sweep_leftovers(self) -> None:
        found = await self._on_disk(self._list)
        known = {row["digest"] for row in await self._database.read("SELECT digest FROM files")}
        if found - known:
            async with self._lock:
                await self._remove_leftovers(found - known)

    async def _remove_leftovers(self, digests: Collection[str]) -> None:
        """Remove files without a row; the caller holds the lock, so that no row is about to come."""
        rows = await self._database.read(
            "SELECT digest FROM files WHERE digest IN (SELECT value FROM json_each(?))", (json.dumps(list(digests)),)
        )
        await self._on_disk(self._unlink, set(digests) - {row["digest"] for row in rows})

    async def _on_disk(self, function: Callable[..., T], *arguments: object) -> T:
        try:
            return await uninterrupted(asyncio.to_thread(function, *arguments))
        except OSError as error:
            raise from_os(error, self._folder.files) from error

    def _require_room(self, size: int) -> None:
        free = shutil.disk_usage(self._folder.files).free
        if free - size < self._min_free_bytes:
            raise StorageFull(self._folder.files, free, self._min_free_bytes)

    def _unlink(self, digests: Iterable[str]) -> None:
        for digest in digests:
            path_of(self._folder.files, digest).unlink(missing_ok=True)

    def _list(self) -> set[str]:
        return {path.name for path in self._folder.files.glob("??/*") if _DIGEST.fullmatch(path.name)}

    def _remove_partial(self) -> None:
        for path in self._folder.incoming.iterdir():
            if path.name not in self._being_written:
                path.unlink(missing_ok=True)


def _holds(path: Path, data: bytes) -> bool:
    """Tell whether a file is there with exactly these bytes; a damaged one is not, and so gets replaced."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
