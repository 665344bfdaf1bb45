"""What the fake server says of messages and members, in the Bot API's words."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from tests.telegram_api.files import File, Media
from tests.telegram_api.world import BOT_USERNAME, PERMISSIONS, Chat, Human, Message, Status, World

_MARKS = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{4,32})?)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{3,31})"
    r"|(?P<url>https?://[^\s]+)"
    r"|(?P<hashtag>(?<!\w)#[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def found_entities(text: str) -> list[dict[str, Any]]:
    """Return the entities that Telegram itself finds in a text."""
    return [
        {"type": str(match.lastgroup), "offset": units(text[: match.start()]), "length": units(match.group())}
        for match in _MARKS.finditer(text)
    ]


def message_json(message: Message, *, nested: bool = False) -> dict[str, Any]:
    """A `Message`, with the one that it replies to unless it is `nested` itself."""
    found: dict[str, Any] = {"message_id": message.id, "date": message.date, "chat": message.chat.as_json()}
    if message.sender is not None:
        found["from"] = message.sender.as_json()
    if message.sender_chat is not None:
        found["sender_chat"] = message.sender_chat.as_json()
    if message.thread is not None:
        found["message_thread_id"] = message.thread
        if message.in_topic:
            found["is_topic_message"] = True
    # Whoever writes in a topic replies to the message that began it, unless to another.
    # What a deleted message was a reply to is forgotten, too.
    replied = message.reply_to if message.reply_to is not None and message.reply_to.alive else None
    replied = replied or message.chat.topics.get(message.thread or 0)
    if replied is not None and replied is not message and not nested:
        found["reply_to_message"] = message_json(replied, nested=True)
    if message.media is not None:
        found |= media_json(message.media)
    if message.text is not None:
        found["text"] = message.text
    if message.caption is not None:
        found["caption"] = message.caption
    if message.entities:
        found["entities" if message.text is not None else "caption_entities"] = message.entities
    if message.keyboard:
        found["reply_markup"] = {"inline_keyboard": message.keyboard}
    optional = {
        "media_group_id": message.album,
        "edit_date": message.edited,
        "forward_origin": message.origin,
        "has_media_spoiler": message.spoiler or None,
        "show_caption_above_media": message.above or None,
        "via_bot": message.via_bot and message.via_bot.as_json(),
    }
    return found | {name: value for name, value in optional.items() if value is not None} | message.service


def media_json(media: Media) -> dict[str, Any]:
    """The fields of a message that tell what it shows."""
    if media.kind == "photo":
        return {"photo": [_size_json(file) for file in media.files]}
    file = media.file
    facts: dict[str, Any] = {**_file_json(file), **media.facts}
    if file.name is not None and media.kind not in ("sticker", "voice", "video_note"):
        facts["file_name"] = file.name
    if file.mime is not None and media.kind not in ("sticker", "video_note"):
        facts["mime_type"] = file.mime
    if media.thumbnail is not None:
        facts["thumbnail"] = _size_json(media.thumbnail)
    found: dict[str, Any] = {media.kind: facts}
    if media.kind == "animation":  # for clients that know no animations
        found["document"] = {key: facts[key] for key in facts.keys() - {"width", "height", "duration"}}
    return found


def file_json(file: File) -> dict[str, Any]:
    """A `File`."""
    return {**_file_json(file), "file_path": file.path}


def member_json(human: Human, status: Status, *, in_channel: bool = False) -> dict[str, Any]:
    """A `ChatMember`."""
    member: dict[str, Any] = {"user": human.as_json(), "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        may = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
            "can_edit_stories", "can_delete_stories",
        )  # fmt: skip
        member |= dict.fromkeys(may, False) | {"can_manage_chat": True, "can_delete_messages": True}
        member |= {"can_post_messages": True, "can_edit_messages": True} if in_channel else {}
    elif status == "kicked":
        member["until_date"] = 0
    return member


def muted_json(human: Human) -> dict[str, Any]:
    """A `ChatMemberRestricted` who may not write."""
    return restricted_json(human, PERMISSIONS)


def full_chat_json(chat: Chat) -> dict[str, Any]:
    """A `ChatFullInfo`."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    full = {**chat.as_json(), "accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}
    forbidden = chat.forbidden | set(PERMISSIONS if chat.read_only else ())
    return full | ({"permissions": permissions_json(forbidden)} if chat.is_group else {})


def permissions_json(forbidden: Collection[str]) -> dict[str, bool]:
    """A `ChatPermissions`."""
    return {name: name not in forbidden for name in PERMISSIONS}


def restricted_json(human: Human, forbidden: Collection[str]) -> dict[str, Any]:
    """A `ChatMember` who may not do all that the others may."""
    return {
        "user": human.as_json(),
        "status": "restricted",
        "is_member": True,
        "until_date": 0,
        **permissions_json(forbidden),
    }


def me_json(world: World) -> dict[str, Any]:
    """The bot itself."""
    return world.me.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.switches.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def is_for_bot(message: Message, world: World) -> bool:
    """Whether a message in a group reaches a bot in privacy mode.

    After https://core.telegram.org/bots/features#privacy-mode: service messages; commands that are meant for this bot,
    and others if it was the last bot to write there; replies to messages of this bot or meant for it; what was sent
    via it. Nothing is said of captions there: those count here when they name the bot, so that nothing relies on more.
    Administrators hear all.
    """
    chat = message.chat
    if not chat.is_group or message.service or chat.bot_status == "administrator" or not world.switches.privacy_mode:
        return True
    replied = message.reply_to
    if message.via_bot is world.me or (replied is not None and (replied.sender is world.me or replied.reached_bot)):
        return True
    commands = [entity for entity in message.entities if entity["type"] == "bot_command"]
    if not commands or commands[0]["offset"] != 0:
        return False
    command = message.words[: commands[0]["length"]]  # whatever signs follow it
    if "@" in command:
        return command.partition("@")[2].lower() == BOT_USERNAME
    return message.text is not None and not chat.other_bot_spoke


def _size_json(file: File) -> dict[str, Any]:
    return {**_file_json(file), "width": file.width, "height": file.height}


def _file_json(file: File) -> dict[str, Any]:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
