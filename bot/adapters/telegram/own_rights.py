"""What a chat keeps from the bot, so that nobody is charged for what could not be handed over there."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from telegram import (
    Bot,
    Chat,
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberRestricted,
    ChatPermissions,
)
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.recent import Recent

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 120.0
"""How long it is believed that nothing is lacking. That something is, is looked at anew each time."""

_CHATS_REMEMBERED = 1000
_AS_PICTURES = ("can_send_photos", "can_send_documents")  # a painting goes as either
_TO_POST = "can_post_messages"


class OwnRights:
    """What the bot may do in each chat, as Telegram says."""

    def __init__(self, bot: Bot, now: Callable[[], float]) -> None:
        """`now` returns Unix seconds."""
        self._bot, self._now = bot, now
        self._able = Recent[int, float](_CHATS_REMEMBERED)  # by chat: until when nothing is lacking

    async def lacking(self, chat: Chat | None) -> tuple[str, ...]:
        """Return the permissions without which no painting arrives in a chat; none where Telegram does not say."""
        if chat is None or chat.type == ChatType.PRIVATE or self._able.get(chat.id, 0.0) > self._now():
            return ()
        try:
            lacking = await self._look(chat)
        except TelegramError as error:
            log.info("telegram.own_rights_unknown", chat=chat.id, reason=type(error).__name__)
            return ()
        if not lacking:
            self._able[chat.id] = self._now() + KNOWN_SECONDS
        return lacking

    def forget(self, chat_id: int) -> None:
        """Look again at this chat."""
        self._able.pop(chat_id, None)

    async def _look(self, chat: Chat) -> tuple[str, ...]:
        me = await self._bot.get_chat_member(chat.id, self._bot.id)
        if chat.type == ChatType.CHANNEL:
            may_post = not isinstance(me, ChatMemberAdministrator) or me.can_post_messages is not False
            return () if may_post else (_TO_POST,)
        if not isinstance(me, ChatMemberMember | ChatMemberRestricted):
            return ()  # administrators are kept from nothing
        common = (await self._bot.get_chat(chat.id)).permissions
        own = me if isinstance(me, ChatMemberRestricted) else None
        return () if any(_may(name, common, own) for name in _AS_PICTURES) else _AS_PICTURES[:1]


def _may(name: str, common: ChatPermissions | None, own: ChatMemberRestricted | None) -> bool:
    """Tell whether both the group and the bot's own restrictions allow something; what is not said is allowed."""
    return all(getattr(each, name, None) is not False for each in (common, own))
