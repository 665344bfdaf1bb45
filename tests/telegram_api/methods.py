"""The methods that send, and what all methods need: who is reached, by which file, in which thread."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from tests.telegram_api.files import MAX_DOWNLOAD_BYTES, Kind, Media, Shelf
from tests.telegram_api.parameters import Upload
from tests.telegram_api.refusals import bad, forbidden, unmodelled
from tests.telegram_api.rules import (
    CHAT_ACTIONS,
    MAX_GROUP,
    MIN_GROUP,
    checked_caption,
    checked_markup,
    checked_text,
)
from tests.telegram_api.updates import Updates
from tests.telegram_api.views import file_json, message_json
from tests.telegram_api.world import Chat, Message, World

_PERMISSIONS = {  # what it takes to send what, and as what a refusal names it
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "animation": ("can_send_other_messages", "animations"),
    "video": ("can_send_videos", "videos"),
}

Params = dict[str, Any]
Uploads = dict[str, Upload]
Method = Callable[["Api", Params, Uploads], Coroutine[Any, Any, Any]]


class Asked(Protocol):
    """A press or an inline query that waits for its answer."""

    @property
    def id(self) -> str:
        """Its id."""

    def answer(self, values: Params) -> None:
        """Take the answer; raises Refused where it is too late."""


class Api:
    """What the methods work on."""

    def __init__(self) -> None:
        self.world = World()
        self.shelf = Shelf()
        self.updates = Updates()
        self.asked: dict[str, Asked] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.sent: list[Message] = []
        self.portrait: Media | None = None  # the bot's own profile photo

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot knows of; raises Refused."""
        chat = self.world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise bad(
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to.id,
            )
        return chat

    def reached(self, chat_id: int | str) -> Chat:
        """Return a chat in which the bot may write; raises Refused."""
        if chat_id in self.world.humans and chat_id not in self.world.chats:
            raise forbidden("bot can't initiate conversation with a user")
        chat = self.chat(chat_id)
        where = f"{chat.kind} chat"
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.kind != "private" and chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {where}")
        if chat.kind != "private" and chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {where}")
        if chat.kind == "channel" and chat.bot_status == "member":
            raise bad("need administrator rights in the channel chat")
        return chat

    def allowed(self, chat: Chat, kind: str) -> None:
        """Refuse what the group keeps from the bot; `kind` is that of the message. Raises Refused."""
        permission, name = _PERMISSIONS[kind]
        if not chat.bot_may(permission):
            raise bad(f"not enough rights to send {name} to the chat")

    def thread(self, chat: Chat, thread: int | None) -> int | None:
        """Return a thread that the bot may write to; raises Refused."""
        if thread is not None and (not chat.is_forum or thread not in chat.topics):
            raise bad("message thread not found")
        if thread in chat.closed_topics and chat.bot_status != "administrator":
            raise bad("TOPIC_CLOSED")
        return thread

    def replied(self, chat: Chat, wish: Any) -> Message | None:
        """Return the message to reply to, None where it is gone and that does not matter; raises Refused."""
        if wish is None:
            return None
        if wish.keys() - {"message_id", "chat_id", "allow_sending_without_reply"}:
            raise unmodelled(f"replies with {sorted(wish)}")
        if wish.get("chat_id", chat.id) != chat.id:
            raise unmodelled("replies in another chat")
        message = chat.messages.get(wish["message_id"])
        if message is None and not wish.get("allow_sending_without_reply", False):
            raise bad("message to be replied not found")
        return message

    def media(self, kind: Kind, value: Any, uploads: Uploads, *, detect: bool = True, **facts: Any) -> Media:
        """Return what a call shows: what it uploads, or names by an id; raises Refused.

        `detect`: an animation is known as one, also where it comes as a document.
        """
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
            if name not in uploads:
                raise bad(f"wrong file attach://{name}: there is no such part")
            value = uploads[name]
        if isinstance(value, str) and value.startswith("file://") and self.shelf.local is not None:
            path = Path(unquote(urlsplit(value).path))
            value = Upload(path.name, "application/octet-stream", path.read_bytes())
        if not isinstance(value, Upload):
            return self.shelf.known(str(value), kind)
        if not value.data:
            raise bad("file must be non-empty")
        if kind == "photo":
            return self.shelf.photo(value.data)
        mime, name = value.mime, value.name or "file"
        if kind == "document" and detect and value.data.startswith(b"GIF8"):
            kind = "animation"
        if kind == "video":
            if value.data[4:8] != b"ftyp":
                raise unmodelled("videos other than MP4")
            facts = {"width": 320, "height": 320, "duration": 1, **facts}
        if kind == "animation":
            if not value.data.startswith((b"GIF8",)) and value.data[4:8] != b"ftyp":
                raise unmodelled("animations other than GIF and MP4")
            if value.data.startswith(b"GIF8"):  # Telegram makes films of them
                mime, name = "video/mp4", f"{name}.mp4"
            facts = {"width": 320, "height": 320, "duration": 1, **facts}
        return self.shelf.file(kind, value.data, name, mime, **facts)

    def send(self, chat: Chat, params: Params, **content: Any) -> Message:
        """Put a message of the bot into a chat."""
        replied = self.replied(chat, params.get("reply_parameters"))
        thread = self.thread(chat, params.get("message_thread_id"))
        message = self.world.add(
            chat,
            sender=None if chat.kind == "channel" else self.world.me,
            sender_chat=chat if chat.kind == "channel" else None,
            reply_to=replied,
            thread=thread,
            silent=params.get("disable_notification", False),
            **content,
        )
        chat.other_bot_spoke = False
        self.sent.append(message)
        return message


async def send_message(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = api.reached(params["chat_id"])
    api.allowed(chat, "text")
    text, entities = checked_text(params["text"], params.get("entities"), api.world)
    markup = checked_markup(params.get("reply_markup"), chat)
    return message_json(api.send(chat, params, text=text, entities=entities, **markup))


async def send_photo(api: Api, params: Params, uploads: Uploads) -> Any:
    return _send_media(api, "photo", params, uploads)


async def send_document(api: Api, params: Params, uploads: Uploads) -> Any:
    return _send_media(api, "document", params, uploads)


async def send_animation(api: Api, params: Params, uploads: Uploads) -> Any:
    facts = {name: params[name] for name in ("width", "height", "duration") if name in params}
    return _send_media(api, "animation", params, uploads, **facts)


async def send_video(api: Api, params: Params, uploads: Uploads) -> Any:
    facts = {name: params[name] for name in ("width", "height", "duration") if name in params}
    return _send_media(api, "video", params, uploads, **facts)


def _send_media(api: Api, kind: Kind, params: Params, uploads: Uploads, **facts: Any) -> Any:
    chat = api.reached(params["chat_id"])
    api.allowed(chat, kind)
    caption, entities = checked_caption(params.get("caption"), params.get("caption_entities"), api.world)
    markup = checked_markup(params.get("reply_markup"), chat)
    api.replied(chat, params.get("reply_parameters"))
    api.thread(chat, params.get("message_thread_id"))
    message = api.send(
        chat,
        params,
        media=api.media(kind, params[kind], uploads, detect=_detects(params), **facts),
        caption=caption,
        entities=entities,
        **markup,
        spoiler=params.get("has_spoiler", False),
        above=params.get("show_caption_above_media", False),
    )
    return message_json(message)


def _detects(values: dict[str, Any]) -> bool:
    return not values.get("disable_content_type_detection", False)


GROUP_FIELDS: dict[str, frozenset[str]] = {
    "photo": frozenset(
        {"type", "media", "caption", "caption_entities", "has_spoiler", "show_caption_above_media"}
    ),
    "document": frozenset({"type", "media", "caption", "caption_entities", "disable_content_type_detection"}),
    "animation": frozenset(
        {
            "type", "media", "caption", "caption_entities", "has_spoiler", "show_caption_above_media", "width",
            "height", "duration",
        }
    ),
}  # fmt: skip
"""What is known of each type of input media; animations fit into no group."""


def checked_media(api: Api, item: Any, uploads: Uploads, *, detect: bool = True) -> dict[str, Any]:
    """Return what an input media makes of a message; in albums, no document is `detect`ed to be something else."""
    if not isinstance(item, dict) or item.get("type") not in GROUP_FIELDS:
        raise unmodelled(f"input media such as {item!r}"[:100])
    if unknown := item.keys() - GROUP_FIELDS[item["type"]]:
        raise bad(f"unknown fields of input media: {sorted(unknown)}")
    caption, entities = checked_caption(item.get("caption"), item.get("caption_entities"), api.world)
    facts = {name: item[name] for name in ("width", "height", "duration") if name in item}
    return {
        "media": api.media(item["type"], item.get("media"), uploads, detect=detect and _detects(item), **facts),
        "caption": caption,
        "entities": entities,
        "spoiler": item.get("has_spoiler", False),
        "above": item.get("show_caption_above_media", False),
    }


async def send_media_group(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = api.reached(params["chat_id"])
    items = params["media"]
    if not isinstance(items, list) or not MIN_GROUP <= len(items) <= MAX_GROUP:
        raise bad(f"there must be {MIN_GROUP} to {MAX_GROUP} items in a media group")
    kinds = {item.get("type") for item in items if isinstance(item, dict)}
    if kinds not in ({"photo"}, {"document"}):
        raise bad("can't mix these in a media group, or media can't be grouped at all")
    api.allowed(chat, next(iter(kinds)))
    api.replied(chat, params.get("reply_parameters"))
    api.thread(chat, params.get("message_thread_id"))
    album = str(secrets.randbelow(10**17))
    contents = [checked_media(api, item, uploads, detect=False) for item in items]
    return [message_json(api.send(chat, params, album=album, **content)) for content in contents]


async def send_chat_action(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = api.reached(params["chat_id"])
    if params["action"] not in CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    api.thread(chat, params.get("message_thread_id"))
    chat.actions.append((params["action"], params.get("message_thread_id")))
    return True


async def get_file(api: Api, params: Params, uploads: Uploads) -> Any:
    file = api.shelf.get(params["file_id"])
    if file.size > MAX_DOWNLOAD_BYTES and api.shelf.local is None:
        raise bad("file is too big")
    return file_json(file)
