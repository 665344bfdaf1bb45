"""Half-made requests: one for each person and place, with the pictures that they hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from bot.model import Draft, JobFile
from bot.store import refs
from bot.store.database import Database
from bot.store.files import Files
from bot.store.rows import to_json


class Drafts:
    """The drafts of a store."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database, self._files = database, files

    async def get(self, person_key: str, place_key: str) -> Draft | None:
        """Return a draft, also one that has expired and was not dropped yet."""
        drafts = _drafts(
            await self._database.read(
                "SELECT draft FROM drafts WHERE person_key = ? AND place_key = ?", (person_key, place_key)
            )
        )
        return drafts[0] if drafts else None

    async def of(self, person_key: str) -> list[Draft]:
        """Return a person's drafts at all places."""
        return _drafts(await self._database.read("SELECT draft FROM drafts WHERE person_key = ?", (person_key,)))

    async def expired(self, now: float) -> list[Draft]:
        """Return the drafts that have expired at `now` (Unix seconds), which stay until they are dropped."""
        return _drafts(
            await self._database.read("SELECT draft FROM drafts WHERE expires_at <= ? ORDER BY expires_at", (now,))
        )

    async def put(self, draft: Draft) -> None:
        """Store a draft in place of the earlier one; raises FileGone when a picture is not in the store."""
        person, place = draft.person.key, draft.place.key
        pictures = [JobFile(role="style", digest=style.digest, position=at) for at, style in enumerate(draft.styles)]
        pictures += [
            JobFile(role="background", digest=style.digest, position=at) for at, style in enumerate(draft.background)
        ]
        pictures += [JobFile(role="other", digest=digest, position=at) for at, digest in enumerate(draft.others)]
        if draft.content is not None:
            pictures.append(JobFile(role="content", digest=draft.content))
        if draft.mask is not None:
            pictures.append(JobFile(role="mask", digest=draft.mask))
        owner = refs.draft_owner(person, place)
        dropped: set[str] = set()
        try:
            async with self._database.transaction() as run:
                dropped = await refs.drop(run, owner)
                await refs.add(run, owner, pictures)
                await run(
                    "INSERT OR REPLACE INTO drafts (person_key, place_key, draft, expires_at) VALUES (?, ?, ?, ?)",
                    (person, place, to_json(draft), draft.expires_at),
                )
        finally:  # what the draft held before was settled then: another put of the same picture is somebody else's
            self._files.settle(picture.digest for picture in pictures if picture.digest not in dropped)
        await self._files.discard(dropped)

    async def set_shown(self, person_key: str, place_key: str, ref: str | None) -> bool:
        """Remember the message that shows a draft; False when there is no draft any more."""
        which = (person_key, place_key)
        async with self._database.transaction() as run:
            rows = await run("SELECT draft FROM drafts WHERE person_key = ? AND place_key = ?", which)
            for draft in _drafts(rows):
                shown = to_json(msgspec.structs.replace(draft, shown_ref=ref))
                await run("UPDATE drafts SET draft = ? WHERE person_key = ? AND place_key = ?", (shown, *which))
        return bool(rows)

    async def drop(self, person_key: str, place_key: str) -> bool:
        """Delete a draft; tells whether there was one."""
        async with self._database.transaction() as run:
            rows = await run(
                "DELETE FROM drafts WHERE person_key = ? AND place_key = ? RETURNING place_key",
                (person_key, place_key),
            )
            dropped = await refs.drop(run, refs.draft_owner(person_key, place_key))
        await self._files.discard(dropped)
        return bool(rows)


def _drafts(rows: Iterable[sqlite3.Row]) -> list[Draft]:
    return [msgspec.json.decode(row["draft"], type=Draft) for row in rows]
