"""A place that goes on under another key: all that was stored under the old one follows, in one transaction."""

from __future__ import annotations

import msgspec

from bot.model import Draft, Place, TelegramPlace
from bot.store import refs, usage
from bot.store.database import Run
from bot.store.rows import to_json
from bot.store.styles import kept_by_place


async def move(run: Run, old: Place, new: Place) -> set[str]:
    """Move all from one place to the other, where what is there already stays; returns the digests let go of.

    A second time there is nothing left to move.
    """
    keys = (new.key, old.key)
    await run("UPDATE OR IGNORE place_settings SET place_key = ? WHERE place_key = ?", keys)
    await run("DELETE FROM place_settings WHERE place_key = ?", (old.key,))
    await run("UPDATE reports SET place_key = ? WHERE place_key = ?", keys)
    await _move_usage(run, usage.place_subject(old.key), usage.place_subject(new.key))
    await _move_jobs(run, old, new)
    return await _move_styles(run, kept_by_place(old.key), kept_by_place(new.key)) | await _move_drafts(run, old, new)


async def _move_usage(run: Run, old: str, new: str) -> None:
    for row in await run("DELETE FROM usage WHERE subject = ? RETURNING day, paintings", (old,)):
        await usage.charge(run, new, row["day"], row["paintings"])
    theirs = "DELETE FROM usage WHERE substr(subject, -length(?1)) = ?1 RETURNING subject, day, paintings"
    for row in await run(theirs, (usage.person_subject("", old),)):
        person = row["subject"].removesuffix(usage.person_subject("", old))
        await usage.charge(run, usage.person_subject(person, new), row["day"], row["paintings"])
    await run("UPDATE jobs SET quota_place = ? WHERE quota_place = ?", (new, old))


async def _move_jobs(run: Run, old: Place, new: Place) -> None:
    for row in await run("SELECT id, place FROM jobs WHERE place_key = ?", (old.key,)):
        place = moved(msgspec.json.decode(row["place"], type=Place), new)
        await run("UPDATE jobs SET place_key = ?, place = ? WHERE id = ?", (new.key, to_json(place), row["id"]))


async def _move_styles(run: Run, old: str, new: str) -> set[str]:
    dropped: set[str] = set()
    for row in await run("SELECT key FROM saved_styles WHERE keeper = ?", (old,)):
        key = row["key"]
        if await run("SELECT 1 FROM saved_styles WHERE keeper = ? AND key = ?", (new, key)):
            await run("DELETE FROM saved_styles WHERE keeper = ? AND key = ?", (old, key))
            dropped |= await refs.drop(run, refs.style_owner(old, key))
        else:
            await run("UPDATE saved_styles SET keeper = ? WHERE keeper = ? AND key = ?", (new, old, key))
            await refs.rename(run, refs.style_owner(old, key), refs.style_owner(new, key))
    return dropped


async def _move_drafts(run: Run, old: Place, new: Place) -> set[str]:
    dropped: set[str] = set()
    for row in await run("DELETE FROM drafts WHERE place_key = ? RETURNING person_key, draft, expires_at", (old.key,)):
        person = row["person_key"]
        was, becomes = refs.draft_owner(person, old.key), refs.draft_owner(person, new.key)
        draft = msgspec.json.decode(row["draft"], type=Draft)
        draft = msgspec.structs.replace(draft, place=moved(draft.place, new))
        if await run(
            "INSERT OR IGNORE INTO drafts (person_key, place_key, draft, expires_at) VALUES (?, ?, ?, ?)"
            " RETURNING place_key",
            (person, new.key, to_json(draft), row["expires_at"]),
        ):
            await refs.rename(run, was, becomes)
        else:
            dropped |= await refs.drop(run, was)
    return dropped


def moved(place: Place, new: Place) -> Place:
    """Return where somebody is answered now who was answered at `place`; messages there have no successors."""
    if isinstance(place, TelegramPlace) and isinstance(new, TelegramPlace):
        return msgspec.structs.replace(place, chat=new.chat, message=None)
    return new
