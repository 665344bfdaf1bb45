"""A press of a button: whom it counts for, and the message that the button belongs to."""

from __future__ import annotations

import re
from typing import NamedTuple

import structlog
from telegram import CallbackQuery, ChatMember, ChatMemberAdministrator, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.adapters.telegram import sending
from bot.adapters.telegram.data import Pressed
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.places import PLATFORM, speaker_of
from bot.model import Person, TelegramPlace
from bot.outcomes import Outcome

log = structlog.get_logger(__name__)


class Press(NamedTuple):
    """A press: `person` is whom it counts for, and `mine` says that they are who asked for what it is about."""

    update: Update
    query: CallbackQuery
    person: Person
    place: TelegramPlace
    job_id: str
    argument: str
    mine: bool


# ---- whose press it is -------------------------------------------------------------------------------------------


async def whom(desk: Desk, update: Update, query: CallbackQuery, pressed: Pressed) -> tuple[Person, bool]:
    """Return whom a press counts for, and whether they are who asked.

    Where a channel asked, or a group by an anonymous admin, whoever runs that chat presses for it. That of a channel in
    whose name somebody writes in a group is known where I am in the channel, too.
    """
    presser, chat = desk.person(update), update.effective_chat
    asked = await desk.studio.requester(pressed.job_id) if pressed.job_id is not None else _asked(query)
    if asked is None or asked == presser.key:
        return presser, True
    asker, user = _chat_of(asked), update.effective_user
    if asker is None or chat is None or user is None or not await desk.administrators.has(asker, user.id):
        return presser, False
    title = chat.title if asker == chat.id else await _title_of(desk, asker)
    return Person(platform=PLATFORM, id=str(asker), locale="", name=title or ""), True


def _chat_of(key: str) -> int | None:
    """Return the id of the group or channel that is a person by this key; None for people."""
    found = re.fullmatch(rf"{PLATFORM}:(-[0-9]{{1,18}})", key, re.ASCII)
    return int(found[1]) if found is not None else None


async def _title_of(desk: Desk, chat_id: int) -> str | None:
    try:
        return (await desk.bot.get_chat(chat_id)).title
    except TelegramError:
        return None


def _asked(query: CallbackQuery) -> str | None:
    """Return who wrote what a message of mine replies to; None where that cannot be seen, or nobody else is there."""
    message = query.message
    if not isinstance(message, Message) or message.chat.type == ChatType.PRIVATE:
        return None
    about = message.reply_to_message
    if about is None or about.forum_topic_created is not None:
        return None
    author = speaker_of(about) or about.from_user
    return f"{PLATFORM}:{author.id}" if author is not None else None


async def may_delete(desk: Desk, press: Press) -> bool:
    """Tell whether Telegram lets whoever presses remove other people's messages here."""
    user, chat = press.update.effective_user, press.update.effective_chat
    if user is None or chat is None or chat.type == ChatType.PRIVATE:
        return False
    try:
        member = await desk.bot.get_chat_member(chat.id, user.id)
    except TelegramError as error:
        log.info("telegram.member_unknown", chat=chat.id, reason=trouble_of(error).reason)
        return False
    if isinstance(member, ChatMemberAdministrator):
        return member.can_delete_messages
    return member.status == ChatMember.OWNER


def mentions_presser(press: Press) -> bool:
    """Tell whether the message mentions whoever presses; of an old one Telegram does not say."""
    message, user = press.query.message, press.update.effective_user
    if not isinstance(message, Message) or user is None:
        return False
    entities = (*message.entities, *message.caption_entities)
    return any(entity.user is not None and entity.user.id == user.id for entity in entities)


# ---- the message whose button was pressed -------------------------------------------------------------------------


async def replace(desk: Desk, press: Press, outcome: Outcome) -> None:
    """Show an outcome in place of the message; a new message comes where that one cannot become it."""
    private, message = press.place.private, press.query.message
    view = desk.view(outcome, desk.person(press.update), private=private)
    has_picture = isinstance(message, Message) and bool(message.photo or message.document)
    if not isinstance(message, Message) or has_picture != (view.picture is not None):
        await desk.show(press.update, view)
        if has_picture:  # a gallery whose last style is gone
            await take_away(desk, press)
        return
    if not await desk.is_free(press.place.chat):
        log.info("telegram.not_replaced", reason="flood control")
        return
    shape: sending.Shape = "media" if has_picture else "text"
    try:
        await sending.edit(desk.bot, reference_of(press), view, private=private, shape=shape)
    except TelegramError as error:
        trouble = trouble_of(error)
        if trouble.meaning == "gone":
            await desk.show(press.update, view)
        elif trouble.meaning != "unchanged":  # a chat that is asked too much gets no message more instead
            if trouble.meaning == "flood" and trouble.seconds is not None:
                desk.outlet.statuses.pause(press.place.chat, trouble.seconds)
            log.info("telegram.not_replaced", reason=trouble.reason)


async def take_away(desk: Desk, press: Press) -> None:
    """Remove the message."""
    await desk.outlet.remove(press.place, reference_of(press))


def reference_of(press: Press) -> str:
    """Return what finds the message again."""
    return sending.reference(press.place.chat, int(press.place.message or 0))
