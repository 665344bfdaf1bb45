"""The people, chats and messages of the fake server, as they are now."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.telegram_api.files import Media

BOT_ID = 5_000_000_001
BOT_USERNAME = "impasto_test_bot"
ANONYMOUS_ADMIN_ID = 1_087_968_824  # @GroupAnonymousBot, on whose behalf anonymous admins write
CHANNEL_BOT_ID = 136_817_688  # @Channel_Bot, on whose behalf people write as their channels

ChatKind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]
Keyboard = list[list[dict[str, Any]]]
_MEMBER: Status = "member"
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_edit_tag", "can_react_to_messages", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


@dataclass(eq=False)
class Human:
    """A user; the bot and Telegram's own two are such, too."""

    id: int
    name: str
    username: str | None = None
    language: str | None = "en"
    is_bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """A `User`."""
        user: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username is not None:
            user["username"] = self.username
        return user if self.language is None else user | {"language_code": self.language}


@dataclass(eq=False)
class Message:
    """A message as it is now. `reached_bot`: its update was sent to the bot.

    `force_reply`: those whom it addresses find the field for a reply open. Such messages cannot be edited.
    """

    id: int
    chat: Chat
    date: int
    sender: Human | None = None
    sender_chat: Chat | None = None
    text: str | None = None
    caption: str | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    media: Media | None = None
    keyboard: Keyboard | None = None
    force_reply: dict[str, Any] | None = None
    reply_to: Message | None = None
    thread: int | None = None
    in_topic: bool = False
    album: str | None = None
    spoiler: bool = False
    silent: bool = False
    above: bool = False
    edited: int | None = None
    origin: dict[str, Any] | None = None
    service: dict[str, Any] = field(default_factory=dict)
    via_bot: Human | None = None
    reached_bot: bool = False
    alive: bool = True

    @property
    def words(self) -> str:
        """Text or caption."""
        return self.text or self.caption or ""

    @property
    def photo(self) -> bytes | None:
        """What was uploaded, where this shows a photo."""
        return self._bytes("photo")

    @property
    def document(self) -> bytes | None:
        """The file, where this shows one."""
        return self._bytes("document")

    @property
    def animation(self) -> bytes | None:
        """What was uploaded, where this shows an animation."""
        return self._bytes("animation")

    @property
    def video(self) -> bytes | None:
        """What was uploaded, where this shows a video."""
        return self._bytes("video")

    @property
    def buttons(self) -> list[str]:
        """What the buttons say, row by row."""
        return [button["text"] for row in self.keyboard or () for button in row]

    @property
    def data(self) -> list[str]:
        """The callback data of the buttons that have some."""
        return [button["callback_data"] for row in self.keyboard or () for button in row if "callback_data" in button]

    @property
    def mentioned(self) -> list[int]:
        """The ids of the people whom the text mentions."""
        return [entity["user"]["id"] for entity in self.entities if entity["type"] == "text_mention"]

    def _bytes(self, kind: str) -> bytes | None:
        return self.media.sent if self.media is not None and self.media.kind == kind else None

    def __repr__(self) -> str:
        what = self.media.kind if self.media else "service" if self.service else "text"
        return f"<{what} {self.chat.id}/{self.id} {self.words[:60]!r} {self.buttons}>"


@dataclass(eq=False)
class Chat:
    """A chat; `human` is the person of a private one, `topics` are a forum's, by the ids of their first messages.

    `forbidden` is what plain members may not do in a group, by the names of `ChatPermissions`, and `bot_forbidden` what
    the bot alone may not.
    """

    id: int
    kind: ChatKind
    title: str = ""
    human: Human | None = None
    is_forum: bool = False
    blocked: bool = False
    members: dict[int, Status] = field(default_factory=dict)
    topics: dict[int, Message] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    muted: set[int] = field(default_factory=set)  # people who may not write
    read_only: bool = False  # for all but administrators
    messages: dict[int, Message] = field(default_factory=dict)
    migrated_to: Chat | None = None
    forbidden: set[str] = field(default_factory=set)
    bot_forbidden: set[str] = field(default_factory=set)
    other_bot_spoke: bool = False
    actions: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def bot_status(self) -> Status:
        """What the bot is here."""
        return self.members.get(BOT_ID, "left")

    def bot_may(self, permission: str) -> bool:
        """Tell whether the bot may do something here that a group can keep from its members."""
        return self.bot_status != "member" or permission not in self.forbidden | self.bot_forbidden

    @property
    def is_group(self) -> bool:
        """A group of either kind."""
        return self.kind in ("group", "supergroup")

    def as_json(self) -> dict[str, Any]:
        """A `Chat`."""
        chat: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.human is not None:
            user = self.human.as_json()
            return chat | {key: user[key] for key in ("first_name", "username") if key in user}
        return chat | {"title": self.title} | ({"is_forum": True} if self.is_forum else {})

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} {self.title or (self.human.name if self.human else '')}>"


@dataclass
class Switches:
    """How strict the server is, beyond what always holds.

    `callback_seconds` is how long a press waits for its answer; with `flood_rules`, who writes too much is told so.
    """

    privacy_mode: bool = True
    flood_rules: bool = False
    callback_seconds: float = 60.0


class World:
    """Everybody, every chat and every message of one server."""

    def __init__(self) -> None:
        self.switches = Switches()
        self.me = Human(BOT_ID, "Impasto", BOT_USERNAME, None, is_bot=True)
        self.anonymous_admin = Human(ANONYMOUS_ADMIN_ID, "Group", "GroupAnonymousBot", None, is_bot=True)
        self.channel_bot = Human(CHANNEL_BOT_ID, "Channel", "Channel_Bot", None, is_bot=True)
        self.humans: dict[int, Human] = {}
        self.chats: dict[int, Chat] = {}
        self._human_ids = itertools.count(700_000_001)
        self._group_ids = itertools.count(4_000_001)
        self._chat_ids = itertools.count(1_002_000_000_001)
        self._account_ids = itertools.count(1)  # of messages in private chats and basic groups, which share one row
        self._chat_message_ids: dict[int, itertools.count[int]] = {}

    def person(self, name: str, *, id: int | None = None, language: str | None = "en") -> Human:  # noqa: A002
        """Make a person."""
        number = id or next(self._human_ids)
        human = Human(number, name, f"{name.lower()}_{number}" if name.isascii() and name.isalpha() else None, language)
        self.humans[number] = human
        return human

    def private(self, human: Human) -> Chat:
        """The private chat of a person with the bot, which they began at some time."""
        chat = self.chats.get(human.id)
        if chat is None:
            chat = self.chats[human.id] = Chat(human.id, "private", human=human)
        return chat

    def group(
        self,
        title: str,
        *members: Human,
        admins: tuple[Human, ...] = (),
        forum: bool = False,
        supergroup: bool = True,
        bot: Status = "member",
    ) -> Chat:
        """Make a group with the bot in it; its first admin created it."""
        kind: ChatKind = "supergroup" if supergroup or forum else "group"
        chat = self._add(kind, title, admins)
        chat.is_forum = forum
        chat.members |= dict.fromkeys((member.id for member in members), _MEMBER) | {BOT_ID: bot}
        return chat

    def channel(self, title: str, *admins: Human, bot: Status = "administrator") -> Chat:
        """Make a channel in which the bot may write."""
        chat = self._add("channel", title, admins)
        chat.members[BOT_ID] = bot
        return chat

    def topic(self, chat: Chat, name: str) -> int:
        """Open a topic of a forum; returns the id of its thread."""
        assert chat.is_forum, "only forums have topics"
        creator = next((self.humans[one] for one, status in chat.members.items() if status == "creator"), None)
        service = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}}
        message = self.add(chat, sender=creator, service=service)
        message.thread, message.in_topic = message.id, True
        chat.topics[message.id] = message
        return message.id

    def add(self, chat: Chat, **facts: Any) -> Message:
        """Put a new message into a chat."""
        message = Message(id=self._next_id(chat), chat=chat, date=int(time.time()), **facts)
        if message.reply_to is not None:
            # Replies in supergroups have a thread of their own, which no bot may write to: only topics are.
            message.thread = message.thread or message.reply_to.thread
            if message.thread is None and chat.kind == "supergroup" and not chat.is_forum:
                message.thread = message.reply_to.id
        message.in_topic = message.thread in chat.topics
        chat.messages[message.id] = message
        return message

    def upgrade(self, chat: Chat) -> Chat:
        """Make a supergroup of a basic group; its messages stay where they were."""
        assert chat.kind == "group", "only basic groups are upgraded"
        new = self._add("supergroup", chat.title, ())
        new.members = dict(chat.members)
        chat.migrated_to = new
        return new

    def _add(self, kind: ChatKind, title: str, admins: tuple[Human, ...]) -> Chat:
        number = -next(self._group_ids) if kind == "group" else -next(self._chat_ids)
        chat = self.chats[number] = Chat(number, kind, title)
        for place, admin in enumerate(admins):
            chat.members[admin.id] = "administrator" if place else "creator"
        return chat

    def _next_id(self, chat: Chat) -> int:
        if chat.kind in ("private", "group"):
            return next(self._account_ids)
        return next(self._chat_message_ids.setdefault(chat.id, itertools.count(2)))
