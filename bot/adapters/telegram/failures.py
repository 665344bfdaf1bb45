"""What Telegram's errors mean for a message that is to be sent, edited or removed.

The Bot API has no codes for them, only sentences: https://core.telegram.org/bots/api#making-requests names three
parameters, and the rest is what its open-source server (tdlib/telegram-bot-api) says.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import httpx
import structlog
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBDeprecationWarning

from bot.ports import Gone, Later

log = structlog.get_logger(__name__)

Meaning = Literal[
    "flood",  # the chat wants to be left alone for `seconds`
    "later",  # it passes; nothing has happened
    "unsure",  # it passes; what was asked for may have happened all the same
    "moved",  # the group is a supergroup now, called `chat`
    "unchanged",  # the message says that already
    "gone",  # the message is not there any more, or cannot be edited any more
    "stays",  # the message is too old to be removed
    "no_text",  # the message holds a picture: it has a caption
    "no_caption",  # the message holds no picture: it has a text
    "topic",  # the forum's topic is gone or closed
    "too_large",  # a file has too many bytes
    "no_photo",  # a picture cannot be a photo; as a document it may go
    "no_media",  # the chat takes no files of this kind; of another one it may
    "lost",  # the chat cannot be reached any more
    "refused",  # anything else: asking again does not help
]

_FORMS: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    ("unchanged", ("message is not modified",)),
    ("no_text", ("there is no text in the message",)),
    ("no_caption", ("there is no caption in the message",)),
    (
        "gone",
        (
            "message to edit not found",
            "message to delete not found",
            "message can't be edited",
            "message_id_invalid",
            "message_edit_time_expired",
            "message identifier is not specified",
        ),
    ),
    ("stays", ("message can't be deleted", "message_delete_forbidden")),
    ("topic", ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")),
    ("too_large", ("request entity too large", "file is too big", "too big for a photo", "file_too_large")),
    (
        "no_photo",
        (
            "photo_invalid_dimensions",
            "photo_invalid",
            "photo_ext_invalid",
            "photo_save_file_invalid",
            "image_process_failed",
            "wrong type of the web page content",
        ),
    ),
    (
        "no_media",
        (
            "not enough rights to send photos",
            "not enough rights to send animations",
            "not enough rights to send videos",
            "chat_send_photos_forbidden",
            "chat_send_gifs_forbidden",
            "chat_send_videos_forbidden",
        ),
    ),
    (
        "lost",
        (
            "chat not found",
            "user not found",
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "bot is not a member",
            "was kicked",
            "was blocked",
            "group is deactivated",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_admin_required",
            "chat_forbidden",
            "chat_send_",  # chat_send_photos_forbidden and its like: what members may not send there
            "channel_private",
            "channel_invalid",
            "peer_id_invalid",
            "user_is_blocked",
            "user_is_deactivated",
            "user_deactivated",
            "input_user_deactivated",
            "bot can't initiate",
        ),
    ),
    ("flood", ("too many requests",)),
    ("later", ("logged out",)),
)

_SERVER_SECONDS = 15.0
_LIMIT_SECONDS = 30.0  # where a flood names no time
_LONGEST_LIMIT_SECONDS = 24 * 3600.0
_LOGIN_SECONDS = 300.0
_CONFLICT_SECONDS = 30.0

# Of these, httpx is sure that no complete request left: the same again sends nothing twice.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteError, httpx.WriteTimeout)


@dataclass(frozen=True)
class Trouble:
    """Why something did not get through; `seconds` is set where another try makes sense, and `chat` for "moved"."""

    meaning: Meaning
    reason: str
    seconds: float | None = None
    chat: str | None = None


def trouble_of(error: TelegramError) -> Trouble:
    """Return what an error of python-telegram-bot means; its `reason` holds no address and no token."""
    if isinstance(error, RetryAfter):
        return Trouble("flood", "flood control", seconds=_announced(error))
    if isinstance(error, ChatMigrated):
        return Trouble("moved", "the group is a supergroup now", chat=str(error.new_chat_id))
    if isinstance(error, InvalidToken):  # somebody has to change it, or a server in between has lost its mind
        return Trouble("later", "the token is not accepted", seconds=_LOGIN_SECONDS)
    if isinstance(error, Conflict):
        return Trouble("later", "another bot runs with this token", seconds=_CONFLICT_SECONDS)
    said = error.message.lower()
    if meaning := _meaning(said):
        seconds = {"flood": _LIMIT_SECONDS, "later": _SERVER_SECONDS}.get(meaning)
        return Trouble(meaning, _shortened(error), seconds=seconds)
    if isinstance(error, Forbidden):
        return Trouble("lost", _shortened(error))
    if isinstance(error, BadRequest):
        return Trouble("refused", _shortened(error))
    if isinstance(error.__cause__, _NOT_SENT):
        return Trouble("later", type(error.__cause__).__name__, seconds=_SERVER_SECONDS)
    # A timeout, a lost connection, 5xx, or an answer that is none.
    return Trouble("unsure", type(error.__cause__ or error).__name__, seconds=_SERVER_SECONDS)


def answer_of(trouble: Trouble) -> Gone | Later:
    """Return what trouble with a new message means to whoever wanted it sent."""
    if trouble.seconds is not None:
        return Later(trouble.seconds)
    if trouble.meaning not in ("lost", "topic", "no_media"):
        log.error("telegram.refused", reason=trouble.reason)
    return Gone(trouble.reason)


def _meaning(said: str) -> Meaning | None:
    return next((meaning for meaning, forms in _FORMS if any(form in said for form in forms)), None)


def _announced(error: RetryAfter) -> float:
    """Return how long to wait, in seconds: python-telegram-bot 22 tells it as a number or as a timedelta."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # numbers are on their way out; both are fine here
        said = error.retry_after
    seconds = said.total_seconds() if isinstance(said, timedelta) else float(said)
    return min(seconds, _LONGEST_LIMIT_SECONDS) if seconds > 0 else _LIMIT_SECONDS


def _shortened(error: TelegramError) -> str:
    return f"{type(error).__name__}: {error.message[:200]}"
