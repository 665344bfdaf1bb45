"""The connection to Telegram: what is listened to, who serves what, and all errors in one place."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from pydantic import SecretStr
from telegram import ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatType, UpdateType
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationHandlerStop,
    BaseHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.adapters.telegram import commands, inline, owners, presses
from bot.adapters.telegram.asking import Asking
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.news import NewsRequest
from bot.adapters.telegram.places import PLATFORM, is_from_nobody, written_in
from bot.adapters.telegram.turns import Turns
from bot.config import TelegramSection
from bot.outcomes import Welcome

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CHANNEL_POST,
    UpdateType.EDITED_CHANNEL_POST,
    UpdateType.CALLBACK_QUERY,
    UpdateType.INLINE_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)
"""All that Telegram is asked to send."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
AnyHandler = BaseHandler[Any, Any, Any]
Serve = Callable[[Update, Any], Coroutine[Any, Any, None]]

_READ_SECONDS = 20.0
_CONNECT_SECONDS = 10.0
_UPLOAD_SECONDS = 120.0  # for a film on a slow line
_POOL = 64  # connections
_POOL_SECONDS = 30.0

MOVING_SECONDS = 3.0
"""After which a group that I seem to have come to turns out to be one that became a supergroup: Telegram tells of both,
in no certain order."""

_NOT_COUNTED = frozenset({"sendChatAction", "getChatAdministrators", "getChatMember", "getChat", "deleteMessage"})


class Limiter(AIORateLimiter):
    """Keeps to Telegram's limits on messages, and only for these: a group's painting waits for no "typing…"."""

    def __init__(self) -> None:
        # A retry would hold up every chat for the flood of one; what is worth another try is tried by the outlet.
        super().__init__(max_retries=0)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Ask Telegram for something; the library calls this."""
        if endpoint in _NOT_COUNTED:
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


def application(config: TelegramSection, token: SecretStr, turns: Turns) -> AnyApplication:
    """Return the library's application, which asks the configured server, not yet connected and without handlers."""
    builder = (
        Application.builder()
        .token(token.get_secret_value())
        .rate_limiter(Limiter())
        .concurrent_updates(turns)
        .job_queue(None)
        .local_mode(config.local_mode)
        .read_timeout(_READ_SECONDS)
        .connect_timeout(_CONNECT_SECONDS)
        .media_write_timeout(_UPLOAD_SECONDS)
        .connection_pool_size(_POOL)
        .pool_timeout(_POOL_SECONDS)
        .get_updates_request(NewsRequest())
    )
    if config.base_url:
        builder = builder.base_url(config.base_url)
    if config.base_file_url:
        builder = builder.base_file_url(config.base_file_url)
    return builder.build()


def add_handlers(app: AnyApplication, desk: Desk, asking: Asking) -> None:
    """Say who serves what: of each group, the first handler that an update is for."""
    groups: list[list[AnyHandler]] = [
        [TypeHandler(Update, _gate(desk, asking))],
        [
            ChatMemberHandler(_membership(desk), ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, _migration(desk)),
            *presses.handlers(desk),
            *inline.handlers(desk),
            *commands.handlers(desk),
            *owners.handlers(desk),
            *asking.handlers(),
        ],
    ]
    for number, handlers in enumerate(groups):
        app.add_handlers(handlers, number)

    async def broken(update: object, context: Any) -> None:
        if isinstance(update, Update):
            await desk.broken(update, context.error)
        else:
            log.error("telegram.broke", exc_info=context.error)

    app.add_error_handler(broken)


def _gate(desk: Desk, asking: Asking) -> Serve:
    async def serve(update: Update, context: Any) -> None:
        """Keep out what is not to be served, and what waits for the rest of its album."""
        message = written_in(update)
        if message is not None and (is_from_nobody(message, desk.bot.id) or asking.gather(update)):
            raise ApplicationHandlerStop

    return serve


def _membership(desk: Desk) -> Serve:
    async def serve(update: Update, context: Any) -> None:
        """Tell a group that takes the bot in how to ask; forget what one chose that does not want it any more.

        Who blocks it in private may come back. A channel is no place to introduce oneself.
        """
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        desk.own_rights.forget(change.chat.id)
        was, is_now = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
        if not is_now:
            log.info("telegram.chat_left", chat=change.chat.id)
            await desk.studio.leave(f"{PLATFORM}:{change.chat.id}")
        elif not was and change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            log.info("telegram.chat_joined", chat=change.chat.id)
            if change.chat.type == ChatType.SUPERGROUP:
                await desk.clock.sleep(MOVING_SECONDS)
            if not desk.outlet.has_moved_to(str(change.chat.id)):
                await desk.answer(update, Welcome())

    return serve


def _is_in(member: ChatMember) -> bool:
    """Tell whether a member of a chat is in it; those with few rights may be or not."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)


def _migration(desk: Desk) -> Serve:
    async def serve(update: Update, context: Any) -> None:
        """Follow a group that became a supergroup, with a new id; both of them tell of it."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        await desk.moved(str(old), str(new))

    return serve
