"""Who runs which group, as Telegram says."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.adapters.telegram.places import speaker_of
from bot.model import ADMINISTRATORS
from bot.recent import Recent

log = structlog.get_logger(__name__)

_CHATS_REMEMBERED = 1000
_REMEMBERED_SECONDS = 180.0


class Administrators:
    """Who runs which group, as Telegram says; remembered for a few minutes."""

    def __init__(self, bot: Bot, now: Callable[[], float]) -> None:
        """`now` returns Unix seconds."""
        self._bot, self._now = bot, now
        # By chat: until when, and the ids of users
        self._known = Recent[int, tuple[float, frozenset[int]]](_CHATS_REMEMBERED)

    async def runs(self, update: Update) -> bool:
        """Tell whether whoever asks runs this chat; False where Telegram does not say. In private, everybody does."""
        chat, user = update.effective_chat, update.effective_user
        if chat is None or chat.type == ChatType.PRIVATE:
            return True
        message = update.effective_message
        if update.callback_query is None and message is not None and (speaker := speaker_of(message)) is not None:
            return speaker.id == chat.id  # an anonymous admin, or the channel itself
        return user is not None and await self.has(chat.id, user.id)

    async def has(self, chat_id: int, user_id: int) -> bool:
        """Tell whether a user runs a chat; False where Telegram does not say, as of a channel that I am not in."""
        return user_id in await self._of(chat_id)

    def forget(self, chat_id: int) -> None:
        """Ask again about this chat."""
        self._known.pop(chat_id, None)

    async def _of(self, chat_id: int) -> frozenset[int]:
        now = self._now()
        until, known = self._known.get(chat_id, (now, frozenset()))
        if until > now:
            return known
        try:
            members = await self._bot.get_chat_administrators(chat_id)
        except TelegramError as error:
            log.info("telegram.administrators_unknown", chat=chat_id, reason=type(error).__name__)
            return frozenset()
        found = frozenset(member.user.id for member in members)
        self._known[chat_id] = (now + _REMEMBERED_SECONDS, found)
        return found

    async def roles(self, update: Update) -> tuple[str, ...]:
        """Return the one role that Telegram knows, where whoever asks in a group has it."""
        chat = update.effective_chat
        is_group = chat is not None and chat.type != ChatType.PRIVATE
        return (ADMINISTRATORS,) if is_group and await self.runs(update) else ()
