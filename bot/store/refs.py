"""References to files: who holds which picture. A file may go when nobody refers to it any more."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import JobFile
from bot.store.database import Run
from bot.store.errors import FileGone


def job_owner(job_id: str) -> str:
    """Return the owner under which a job's references stand."""
    return f"job:{job_id}"


def draft_owner(person_key: str, place_key: str) -> str:
    """Return the owner under which a draft's references stand."""
    return f"draft:{person_key}|{place_key}"


def style_owner(keeper: str, key: str) -> str:
    """Return the owner under which the picture of a saved style stands."""
    return f"style:{keeper}|{key}"


async def add(run: Run, owner: str, files: Iterable[JobFile]) -> None:
    """Refer to files; raises FileGone for one that was never put or was swept since."""
    for file in files:
        if not await run("SELECT 1 FROM files WHERE digest = ?", (file.digest,)):
            raise FileGone(file.digest)
        await run(
            "INSERT INTO file_refs (owner, role, position, digest, media_type) VALUES (?, ?, ?, ?, ?)",
            (owner, file.role, file.position, file.digest, file.media_type),
        )


async def rename(run: Run, owner: str, becomes: str) -> None:
    """Let an owner's references stand under another name."""
    await run("UPDATE file_refs SET owner = ? WHERE owner = ?", (becomes, owner))


async def drop(run: Run, owner: str, roles: Iterable[str] | None = None) -> set[str]:
    """Let go of an owner's files, of all or of some roles; returns their digests."""
    if roles is None:
        rows = await run("DELETE FROM file_refs WHERE owner = ? RETURNING digest", (owner,))
        return {row["digest"] for row in rows}
    dropped: set[str] = set()
    for role in roles:
        rows = await run("DELETE FROM file_refs WHERE owner = ? AND role = ? RETURNING digest", (owner, role))
        dropped.update(row["digest"] for row in rows)
    return dropped
