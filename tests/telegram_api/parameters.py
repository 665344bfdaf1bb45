"""Which parameters each method takes, and of what kind; after https://core.telegram.org/bots/api.

The real server overlooks parameters that it does not know. This one refuses them, as they are mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.telegram_api.refusals import bad, unmodelled

Kind = Literal["int", "str", "bool", "json", "chat", "file"]

_WHERE: dict[str, Kind] = {"chat_id": "chat", "message_thread_id": "int", "business_connection_id": "str"}
_SENDING: dict[str, Kind] = {
    **_WHERE,
    "direct_messages_topic_id": "int",
    "disable_notification": "bool",
    "protect_content": "bool",
    "allow_paid_broadcast": "bool",
    "message_effect_id": "str",
    "reply_parameters": "json",
}
_SENDING_ONE: dict[str, Kind] = {**_SENDING, "suggested_post_parameters": "json", "reply_markup": "json"}
_CAPTION: dict[str, Kind] = {"caption": "str", "parse_mode": "str", "caption_entities": "json"}
_EDITING: dict[str, Kind] = {
    "business_connection_id": "str",
    "chat_id": "chat",
    "message_id": "int",
    "inline_message_id": "str",
    "reply_markup": "json",
}
_COMMANDS: dict[str, Kind] = {"scope": "json", "language_code": "str"}

PARAMETERS: dict[str, dict[str, Kind]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "setWebhook": {
        "url": "str",
        "certificate": "file",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "json",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "getFile": {"file_id": "str"},
    "getUserProfilePhotos": {"user_id": "int", "offset": "int", "limit": "int"},
    "sendMessage": {
        **_SENDING_ONE,
        "text": "str",
        "parse_mode": "str",
        "entities": "json",
        "link_preview_options": "json",
    },
    "sendPhoto": {
        **_SENDING_ONE,
        **_CAPTION,
        "photo": "file",
        "show_caption_above_media": "bool",
        "has_spoiler": "bool",
    },
    "sendDocument": {
        **_SENDING_ONE,
        **_CAPTION,
        "document": "file",
        "thumbnail": "file",
        "disable_content_type_detection": "bool",
    },
    "sendAnimation": {
        **_SENDING_ONE,
        **_CAPTION,
        "animation": "file",
        "thumbnail": "file",
        "duration": "int",
        "width": "int",
        "height": "int",
        "show_caption_above_media": "bool",
        "has_spoiler": "bool",
    },
    "sendVideo": {
        **_SENDING_ONE,
        **_CAPTION,
        "video": "file",
        "thumbnail": "file",
        "cover": "file",
        "start_timestamp": "int",
        "duration": "int",
        "width": "int",
        "height": "int",
        "supports_streaming": "bool",
        "show_caption_above_media": "bool",
        "has_spoiler": "bool",
    },
    "sendMediaGroup": {**_SENDING, "media": "json"},
    "sendChatAction": {**_WHERE, "action": "str"},
    "editMessageText": {
        **_EDITING,
        "text": "str",
        "parse_mode": "str",
        "entities": "json",
        "link_preview_options": "json",
    },
    "editMessageCaption": {**_EDITING, **_CAPTION, "show_caption_above_media": "bool"},
    "editMessageMedia": {**_EDITING, "media": "json"},
    "editMessageReplyMarkup": {**_EDITING},
    "deleteMessage": {"chat_id": "chat", "message_id": "int"},
    "deleteMessages": {"chat_id": "chat", "message_ids": "json"},
    "answerCallbackQuery": {
        "callback_query_id": "str",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "answerInlineQuery": {
        "inline_query_id": "str",
        "results": "json",
        "cache_time": "int",
        "is_personal": "bool",
        "next_offset": "str",
        "button": "json",
    },
    "setMyCommands": {**_COMMANDS, "commands": "json"},
    "deleteMyCommands": {**_COMMANDS},
    "getMyCommands": {**_COMMANDS},
    "getChat": {"chat_id": "chat"},
    "getChatMember": {"chat_id": "chat", "user_id": "int"},
    "getChatAdministrators": {"chat_id": "chat", "return_bots": "bool"},
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "setWebhook": ("url",),
    "getFile": ("file_id",),
    "getUserProfilePhotos": ("user_id",),
    "sendMessage": ("chat_id", "text"),
    "sendPhoto": ("chat_id", "photo"),
    "sendDocument": ("chat_id", "document"),
    "sendAnimation": ("chat_id", "animation"),
    "sendVideo": ("chat_id", "video"),
    "sendMediaGroup": ("chat_id", "media"),
    "sendChatAction": ("chat_id", "action"),
    "editMessageText": ("text",),
    "editMessageMedia": ("media",),
    "deleteMessage": ("chat_id", "message_id"),
    "deleteMessages": ("chat_id", "message_ids"),
    "answerCallbackQuery": ("callback_query_id",),
    "answerInlineQuery": ("inline_query_id", "results"),
    "setMyCommands": ("commands",),
    "getChat": ("chat_id",),
    "getChatMember": ("chat_id", "user_id"),
    "getChatAdministrators": ("chat_id",),
}

UNMODELLED = frozenset(
    {
        "allow_paid_broadcast", "business_connection_id", "certificate", "direct_messages_topic_id",
        "cover", "inline_message_id", "ip_address", "message_effect_id", "parse_mode", "start_timestamp",
        "suggested_post_parameters", "thumbnail",
    }
)  # fmt: skip
"""What the real server takes and this one refuses, lest a test rely on it."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {self.mime!r}, {len(self.data)} bytes)"


def decode(method: str, fields: Mapping[str, str], uploads: Mapping[str, Upload]) -> dict[str, Any]:
    """Return the parameters of a call by name; those of files are an Upload or what names one."""
    table = PARAMETERS[method]
    values: dict[str, Any] = {}
    for name, text in fields.items():
        if name not in table:
            raise bad(f"unknown parameter {name} of {method}")
        if name in UNMODELLED:
            raise unmodelled(name)
        values[name] = _decoded(name, table[name], text)
    for name, upload in uploads.items():
        if table.get(name) == "file":
            values[name] = upload
        elif f"attach://{name}" not in str(list(fields.values())):
            raise bad(f"a file {name} that nothing refers to")
    for name in REQUIRED.get(method, ()):
        if name not in values:
            raise bad(f"{name.replace('_', ' ')} is empty")
    return values


def _decoded(name: str, kind: Kind, text: str) -> Any:
    try:
        if kind == "int":
            return int(text)
        if kind == "bool":
            return {"true": True, "false": False}[text]
        if kind == "json":
            return json.loads(text)
        if kind == "chat" and not text.startswith("@"):
            return int(text)
    except (KeyError, ValueError):
        raise bad(f"can't parse {name}: {text[:50]!r} is no {kind}") from None
    return text
