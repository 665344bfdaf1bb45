"""What the owners named in the config may do: /stats, /pause, /ban and so on. The studio decides who is one."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import BaseHandler

from bot.adapters.telegram.commands import Command, answer_alone, is_addressed, job_of, replied_to
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.places import PLATFORM, speaker_of
from bot.outcomes import NotAdmin, Outcome

_ID = re.compile(r"(?:[a-z]+:)?-?[0-9]+", re.ASCII)


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the owners' commands, each bound to the desk."""
    studio = desk.studio

    async def answer(update: Update, outcome: Outcome, *, alone: bool = False) -> None:
        if isinstance(outcome, NotAdmin) and not desk.place(update).private and not is_addressed(update):
            return  # other bots have a /ban, too
        await (answer_alone(desk, update, outcome) if alone else desk.answer(update, outcome))

    async def stats(update: Update, words: str) -> None:
        await answer(update, await studio.stats(desk.person(update)), alone=True)

    async def reports(update: Update, words: str) -> None:
        await answer(update, await studio.reports(desk.person(update)), alone=True)

    async def pause(update: Update, words: str) -> None:
        await answer(update, await studio.pause(desk.person(update), words))

    async def resume(update: Update, words: str) -> None:
        await answer(update, await studio.resume(desk.person(update)))

    async def ban(update: Update, words: str) -> None:
        whom, rest = await _whom(desk, update, words)
        await answer(update, await studio.ban_typed(desk.person(update), whom.key, rest, name=whom.name))

    async def unban(update: Update, words: str) -> None:
        whom, _ = await _whom(desk, update, words)
        await answer(update, await studio.unban(desk.person(update), whom.key, name=whom.name))

    async def setquota(update: Update, words: str) -> None:
        whom, rest = await _whom(desk, update, words)
        await answer(update, await studio.quota_typed(desk.person(update), whom.key, rest, name=whom.name))

    async def reload(update: Update, words: str) -> None:
        await answer(update, await studio.reload(desk.person(update)))

    served = {
        "stats": stats,
        "reports": reports,
        "pause": pause,
        "resume": resume,
        "ban": ban,
        "unban": unban,
        "setquota": setquota,
        "reload": reload,
    }
    return [Command(desk, name, serve) for name, serve in served.items()]


class _Whom(NamedTuple):
    """Who is meant, as the studio knows people, and what Telegram calls them, where it tells."""

    key: str
    name: str = ""


async def _whom(desk: Desk, update: Update, words: str) -> tuple[_Whom, str]:
    """Return who is meant, and the rest of the words.

    An id comes first ("123" is of Telegram, "discord:123" of Discord), or else the command replies to somebody's
    message; a painting stands for who asked for it. What is no id at all the studio refuses, with the form of one.
    """
    first, _, rest = words.partition(" ")
    about = replied_to(update)
    if _ID.fullmatch(first):
        return _Whom(first if ":" in first else f"{PLATFORM}:{first}"), rest.strip()
    if about is None:
        return (_Whom(""), words) if "=" in first else (_Whom(first), rest.strip())
    if (job_id := job_of(about, desk.bot.id)) is not None:
        return _Whom(await desk.studio.requester(job_id) or ""), words
    if (chat := speaker_of(about)) is not None:
        return _Whom(f"{PLATFORM}:{chat.id}", chat.title or ""), words
    author = about.from_user
    return _Whom("") if author is None else _Whom(f"{PLATFORM}:{author.id}", author.full_name), words
