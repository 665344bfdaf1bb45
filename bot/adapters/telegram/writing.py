"""Who may write where, as Telegram says: who may not is not to make the bot write either.

Commands and pictures come from those who may. A button stays where it is when somebody is muted, or a group is closed.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from telegram import Bot, ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.recent import Recent

log = structlog.get_logger(__name__)

_REMEMBERED = 1000  # people in groups
_REMEMBERED_SECONDS = 60.0
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class Writing:
    """Knows for a minute who may write."""

    def __init__(self, bot: Bot, now: Callable[[], float]) -> None:
        """`now` returns Unix seconds."""
        self._bot, self._now = bot, now
        # By group and person: until when, and whether they may
        self._known = Recent[tuple[int, int], tuple[float, bool]](_REMEMBERED)

    async def may(self, update: Update) -> bool:
        """Tell whether whoever presses may write to this chat; True where Telegram does not say."""
        chat, user = update.effective_chat, update.effective_user
        if chat is None or user is None or chat.type not in _GROUPS:
            return True
        now, key = self._now(), (chat.id, user.id)
        until, known = self._known.get(key, (now, True))
        if until > now:
            return known
        try:
            may = await self._asked(chat.id, user.id)
        except (TelegramError, TypeError) as error:  # the latter where a server leaves out what the library wants
            log.info("telegram.writing_unknown", chat=chat.id, reason=type(error).__name__)
            return True
        self._known[key] = (now + _REMEMBERED_SECONDS, may)
        return may

    async def _asked(self, chat_id: int, user_id: int) -> bool:
        member = await self._bot.get_chat_member(chat_id, user_id)
        if member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR):
            return True
        if member.status == ChatMember.BANNED:
            return False
        if isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
            return False
        permissions = (await self._bot.get_chat(chat_id)).permissions  # of everybody
        return permissions is None or permissions.can_send_messages is not False
