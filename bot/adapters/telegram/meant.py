"""What is meant for me: which messages, and which of the words below pictures.

In private, everything is. In groups, where people talk about paintings and show each other pictures, only commands,
buttons and replies to what I asked are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from telegram import Message

from bot.adapters.telegram.commands import buttons_of, is_mine, job_of, typed_in
from bot.adapters.telegram.pictures import picture_of

_CORRECTED_WITHIN = timedelta(minutes=1)


def is_private(message: Message) -> bool:
    """Tell whether nobody else reads along."""
    return message.chat.type == message.chat.PRIVATE


def is_gallery(message: Message, bot_id: int) -> bool:
    """Tell whether a message's picture shows what may be chosen, which nobody wants painted."""
    return is_mine(message, bot_id) and any(button.verb == "style_pick" for button in buttons_of(message))


def answers(message: Message, bot_id: int) -> bool:
    """Tell whether a message replies to what I asked or said, and not to something that I painted."""
    about = message.reply_to_message
    if about is None or not is_mine(about, bot_id):
        return False
    return is_gallery(about, bot_id) or (about.effective_attachment is None and job_of(about, bot_id) is None)


def begins(message: Message, bot_id: int) -> bool:
    """Tell whether a picture replies to a gallery that nobody chooses from for a photo; stickers are reactions."""
    about = message.reply_to_message
    if about is None or message.sticker is not None or not is_gallery(about, bot_id):
        return False
    return not any(button.verb == "draft_drop" for button in buttons_of(about))


def is_corrected(message: Message) -> bool:
    """Tell whether an edited message was edited soon enough to be what its person means now."""
    return message.edit_date is not None and message.edit_date - message.date <= _CORRECTED_WITHIN


def captions_of(messages: Iterable[Message], username: str, command: str) -> str:
    """Return the words that people wrote below pictures of theirs, a line each, without those of `command`.

    What stands below several pictures alike is said once.

    Forwarded words and those of another bot are somebody else's, and what is below a mask says that it is one.
    """
    lines = []
    for message in messages:
        typed, picture = typed_in(message, username), picture_of(message)
        is_own = message.forward_origin is None and message.via_bot is None
        if not message.caption or not is_own or (picture is not None and picture.is_mask):
            continue
        if typed is None:
            said = re.sub(rf"(?<!\w)@{re.escape(username)}\b", "", message.caption, flags=re.IGNORECASE).strip()
            lines.append("" if said.startswith("/") else said)
        elif typed.name != command:  # "/oil" means the style, where there is no such command
            lines.append(f"{typed.name} {typed.words}")
    return "\n".join(filter(None, dict.fromkeys(lines)))
