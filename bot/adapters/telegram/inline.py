"""Inline mode: `@bot name` in any chat offers styles and one's own last paintings, to send them there.

Telegram shows pictures in it that it has already: styles are posted once to a chat of the owner's, paintings were
delivered before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedMpeg4Gif,
    InlineQueryResultCachedPhoto,
    InlineQueryResultCachedVideo,
    InputTextMessageContent,
    Update,
)
from telegram.constants import InlineQueryLimit
from telegram.error import TelegramError
from telegram.ext import BaseHandler, InlineQueryHandler

from bot.adapters.telegram.commands import STYLE_LINK
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.places import PLATFORM
from bot.adapters.telegram.sending import VIDEO
from bot.model import Person
from bot.outcomes import DeliveredFile, Refusal, Share, StyleEntry
from bot.studio import Studio

log = structlog.get_logger(__name__)

_CACHE_SECONDS = 5  # people come here straight from their painting
_A_PAGE = int(InlineQueryLimit.RESULTS)
_MOST = 1000  # that anybody turns pages for
_PAUSE_SECONDS = 3.5  # between two styles: a group takes about twenty messages a minute
_TRIES = 5
_TOO_LATE = "query is too old"

Sleep = Callable[[float], Awaitable[None]]


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return what answers inline queries."""

    async def serve(update: Update, context: Any) -> None:
        await _answer(desk, update)

    return [InlineQueryHandler(serve)]


async def _answer(desk: Desk, update: Update) -> None:
    query = update.inline_query
    if query is None:
        return
    person = desk.person(update)
    start = min(int(query.offset), _MOST) if query.offset.isdecimal() else 0
    limit, title = start + _A_PAGE + 1, desk.title(person)
    found = await desk.studio.shares(person, None, query.query, limit=limit, title=title)
    shares = found.shares[start : start + _A_PAGE]
    more = len(found.shares) > start + _A_PAGE
    # One picture that Telegram does not know any more, as those that another bot sent, spoils the whole answer.
    for shown in (shares, [msgspec.structs.replace(share, upload=None) for share in shares if share.entry is not None]):
        try:
            await query.answer(
                [_result(desk, person, share) for share in shown],
                cache_time=_CACHE_SECONDS,
                is_personal=True,
                next_offset=str(start + _A_PAGE) if more else "",
            )
            return
        except TelegramError as error:  # it comes too late, for instance: people type on
            trouble = trouble_of(error)
            log.info("telegram.inline_not_answered", reason=trouble.reason, results=len(shown))
            if trouble.meaning != "refused" or _TOO_LATE in trouble.reason.lower():
                return


def _result(desk: Desk, person: Person, share: Share) -> InlineQueryResult:
    said = desk.presenter.share_texts(share, person.locale)
    keyboard = _link(desk, person, share.entry)
    id_ = f"s:{share.entry.token}" if share.entry is not None else f"j:{share.job.id if share.job else ''}"
    if share.upload is not None and share.upload.startswith(VIDEO):
        return InlineQueryResultCachedVideo(
            id_,
            share.upload.removeprefix(VIDEO),
            said.title,
            description=said.description,
            caption=said.caption,
            reply_markup=keyboard,
        )
    if share.upload is not None and share.job is not None and share.job.task == "animate":
        return InlineQueryResultCachedMpeg4Gif(
            id_, share.upload, title=said.title, caption=said.caption, reply_markup=keyboard
        )
    if share.upload is not None:
        return InlineQueryResultCachedPhoto(
            id_,
            share.upload,
            title=said.title,
            description=said.description,
            caption=said.caption,
            reply_markup=keyboard,
        )
    return InlineQueryResultArticle(
        id_, said.title, InputTextMessageContent(said.caption), description=said.description, reply_markup=keyboard
    )


def _link(desk: Desk, person: Person, entry: StyleEntry | None) -> InlineKeyboardMarkup:
    """Return the button that leads from any chat to the bot, and there to a painting in this style."""
    url = f"https://t.me/{desk.bot.username}"
    if entry is not None:
        url += f"?start={STYLE_LINK}{entry.token}"
    label = desk.presenter.phrase("paint_like_this", person.locale)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=url)]])


# ---- the styles' pictures ----------------------------------------------------------------------------------------


async def upload_presets(bot: Bot, studio: Studio, chat_id: int, *, sleep: Sleep = asyncio.sleep) -> None:
    """Post each preset's picture that Telegram does not have yet to a chat, slowly and silently; never raises.

    What is not done when the bot stops, or when the chat takes nothing, is done by the next start.
    """
    try:
        missing = await studio.styles_not_uploaded(PLATFORM)
        for entry in missing:
            picture = await studio.style_picture(entry.name)
            if isinstance(picture, Refusal):  # an admin has just taken it away
                continue
            if (file_id := await _upload(bot, chat_id, entry, picture, sleep)) is not None:
                await studio.style_uploaded(PLATFORM, entry.name, file_id)
            await sleep(_PAUSE_SECONDS)
        if missing:
            log.info("telegram.styles_uploaded", styles=len(missing))
    except TelegramError as error:
        log.warning("telegram.styles_not_uploaded", chat=chat_id, reason=trouble_of(error).reason)
    except Exception:
        log.exception("telegram.styles_not_uploaded", chat=chat_id)


async def _upload(bot: Bot, chat_id: int, entry: StyleEntry, picture: DeliveredFile, sleep: Sleep) -> str | None:
    """Post one picture and return Telegram's name of it; None where it takes none of this kind.

    Raises TelegramError where the chat takes nothing at all.
    """
    for number in range(1, _TRIES + 1):
        try:
            sent = await bot.send_photo(
                chat_id, picture.data, caption=entry.title, filename=picture.name, disable_notification=True
            )
            return sent.photo[-1].file_id
        except TelegramError as error:
            trouble = trouble_of(error)
            if trouble.meaning in ("no_photo", "too_large", "refused"):
                log.warning("telegram.style_not_uploaded", style=entry.name, reason=trouble.reason)
                return None
            if trouble.seconds is None or number == _TRIES:
                raise
            await sleep(trouble.seconds)
    return None
