"""Who asks, and where: what an update says about its person and place, in the studio's words."""

from __future__ import annotations

from telegram import Chat, Message, Update, User
from telegram.constants import ChatType

from bot.model import Person, TelegramPlace

PLATFORM = "telegram"


class Nowhere(ValueError):
    """An update came from nobody, or from no chat."""


def written_in(update: Update) -> Message | None:
    """Return the message that somebody wrote, or edited, just now."""
    return update.message or update.edited_message or update.channel_post or update.edited_channel_post


def person_of(update: Update) -> Person:
    """Return who asks: a user, or the chat that somebody speaks for (a channel, or a group's anonymous admin)."""
    message = None if update.callback_query else update.effective_message
    speaker = None if message is None else speaker_of(message)
    if speaker is not None:
        # A chat has no language of its own: the bot's does.
        return Person(platform=PLATFORM, id=str(speaker.id), locale="", name=speaker.title or "")
    if update.effective_user is None:
        raise Nowhere
    return person_of_user(update.effective_user)


def person_of_user(user: User) -> Person:
    """Return a user as a person."""
    return Person(platform=PLATFORM, id=str(user.id), locale=user.language_code or "", name=user.full_name)


def speaker_of(message: Message) -> Chat | None:
    """Return the chat in whose name a message was written; None where it is a user's own."""
    if message.sender_chat is not None:
        return message.sender_chat
    return message.chat if message.chat.type == ChatType.CHANNEL else None


def place_of(update: Update) -> TelegramPlace:
    """Return where to answer; inline queries, which come from no chat that I see, are answered in private."""
    chat = update.effective_chat
    if chat is None:
        if update.effective_user is None:
            raise Nowhere
        return TelegramPlace(chat=str(update.effective_user.id), private=True)
    query = update.callback_query
    pressed = query.message if query is not None else None
    message = update.effective_message or pressed
    return TelegramPlace(
        chat=str(chat.id),
        thread=topic_of(message) if isinstance(message, Message) else None,
        message=str(message.message_id) if message is not None else None,
        private=chat.type == ChatType.PRIVATE,
    )


def topic_of(message: Message) -> str | None:
    """Return the forum topic of a message; where there are no topics, the field means a chain of replies."""
    is_topic = message.is_topic_message and message.message_thread_id is not None
    return str(message.message_thread_id) if is_topic else None


def key_of(update: Update) -> str:
    """Return what tells a repetition of an update from a second wish; an edited message is the same wish."""
    if update.callback_query is not None:
        return f"c:{update.callback_query.id}"
    message = update.effective_message
    return f"u:{update.update_id}" if message is None else message_key(message.chat_id, message.message_id)


def message_key(chat_id: int, message_id: int) -> str:
    """Return the key of what a message asks for."""
    return f"m:{chat_id}:{message_id}"


def is_from_nobody(message: Message, bot_id: int) -> bool:
    """Tell whether a message is not to be served: from another bot, a channel's copy in its group, or what I offered.

    What somebody sends through another bot, such as one that finds pictures, is theirs; what comes through me is not
    for me.
    """
    if message.is_automatic_forward or (message.via_bot is not None and message.via_bot.id == bot_id):
        return True
    # For those who write in a chat's name, a bot of Telegram's own stands as the author.
    return message.sender_chat is None and message.from_user is not None and message.from_user.is_bot
