"""Takes messages away again, as far as Telegram lets a bot do that."""

from __future__ import annotations

import io

import msgspec
import structlog
from PIL import Image
from telegram import Bot
from telegram.error import TelegramError

from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.sending import edit, reference
from bot.adapters.telegram.statuses import Statuses
from bot.outcomes import DeliveredFile
from bot.ports import Clock, Removal
from bot.presenter import View

log = structlog.get_logger(__name__)

_LONGEST_SECONDS = 240.0  # of waiting for Telegram, in all
_BLANK_SIDE = 64  # pixels


async def remove(bot: Bot, statuses: Statuses, clock: Clock, chat: str, message: int, instead: View) -> Removal:
    """Remove a message, also after a flood or a lost connection; "later" when that took too long.

    Bots can remove nothing that is older than 48 hours, but edit it: then `instead` takes the place of all it held.
    """
    waited = 0.0
    while True:
        reason, wait = "flood control", statuses.paused(chat)
        if not wait:
            try:
                await bot.delete_message(int(chat), message)
                return "done"
            except TelegramError as error:
                trouble = trouble_of(error)
            if trouble.meaning == "gone":
                return "done"
            if trouble.meaning in ("lost", "moved"):  # a supergroup knows nothing of what its group called its messages
                return "stays"
            if trouble.meaning == "stays":
                return await _empty(bot, reference(chat, message), instead)
            if trouble.meaning == "flood" and trouble.seconds is not None:
                statuses.pause(chat, trouble.seconds)
            reason, wait = trouble.reason, trouble.seconds or 0.0
        waited += wait
        if not wait or waited > _LONGEST_SECONDS:
            log.warning("telegram.not_removed", chat=chat, message=message, reason=reason)
            return "later" if wait else "stays"
        await clock.sleep(wait)


async def _empty(bot: Bot, ref: str, instead: View) -> Removal:
    stream = io.BytesIO()
    Image.new("RGB", (_BLANK_SIDE, _BLANK_SIDE), "white").save(stream, "PNG")
    blank = DeliveredFile(role="blank", media_type="image/png", data=stream.getvalue(), name="blank.png")
    try:
        await edit(bot, ref, msgspec.structs.replace(instead, picture=blank), private=True)
    except TelegramError as error:
        trouble = trouble_of(error)
        if trouble.meaning == "unchanged":
            return "done"
        log.warning("telegram.not_removed", ref=ref, reason=trouble.reason)
        return "stays" if trouble.seconds is None else "later"
    return "done"
