"""What people do: they write, send pictures, press buttons, ask inline, and change groups."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.telegram_api.files import Kind, Media
from tests.telegram_api.methods import Api
from tests.telegram_api.other_methods import remove
from tests.telegram_api.queries import Query, button_data
from tests.telegram_api.rules import RESULT_FIELDS, checked_caption, checked_keyboard, checked_text
from tests.telegram_api.updates import Updates
from tests.telegram_api.views import found_entities, is_for_bot, member_json, message_json
from tests.telegram_api.world import BOT_ID, Chat, Human, Message, Status, Switches, World

_BOX: dict[str, Any] = {"width": 320, "height": 240, "duration": 1}


class People:
    """Everything that comes from people; each action ends when its update is on the way to the bot."""

    def __init__(self) -> None:
        self.api = Api()

    @property
    def world(self) -> World:
        """Who and what there is."""
        return self.api.world

    @property
    def updates(self) -> Updates:
        """What is on its way to the bot."""
        return self.api.updates

    @property
    def switches(self) -> Switches:
        """How strict the server is."""
        return self.world.switches

    def person(self, name: str, *, id: int | None = None, language: str | None = "en") -> Human:  # noqa: A002
        """Make a person; they have not begun a private chat yet."""
        return self.world.person(name, id=id, language=language)

    def private(self, human: Human) -> Chat:
        """A person's private chat with the bot; from now on the bot may write to it."""
        return self.world.private(human)

    def group(self, title: str, *members: Human, **facts: Any) -> Chat:
        """Make a group; `admins`, `forum`, `supergroup` and `bot`, its status, as in World.group."""
        return self.world.group(title, *members, **facts)

    def channel(self, title: str, *admins: Human) -> Chat:
        """Make a channel in which the bot may write."""
        return self.world.channel(title, *admins)

    # ---- writing ------------------------------------------------------------------------------------------------

    async def say(self, who: Human, chat: Chat, text: str, **facts: Any) -> Message:
        """Write a text. `facts`: reply_to, thread, anonymous, as_chat (a channel of theirs), forwarded."""
        return self._post(who, chat, text=text, entities=found_entities(text), **facts)

    async def send_photo(
        self, who: Human, chat: Chat, data: bytes, caption: str | None = None, **facts: Any
    ) -> Message:
        """Send a photo; `album` is the id of the album that it belongs to, `facts` as in `say`."""
        return self._post_media(who, chat, self.api.shelf.photo(data), caption, **facts)

    async def send_document(
        self,
        who: Human,
        chat: Chat,
        data: bytes,
        caption: str | None = None,
        *,
        mime: str | None = "image/png",
        name: str | None = "picture.png",
        size: int | None = None,
        **facts: Any,
    ) -> Message:
        """Send a file, uncompressed; `size` in bytes is what Telegram is to say of it, whatever it has."""
        media = self.api.shelf.file("document", data, name, mime, size=size)
        return self._post_media(who, chat, media, caption, **facts)

    async def send_sticker(
        self, who: Human, chat: Chat, data: bytes, *, animated: bool = False, video: bool = False, **facts: Any
    ) -> Message:
        """Send a sticker; static ones are WebP, `animated` ones Lottie, `video` ones WebM."""
        sticker: dict[str, Any] = {"type": "regular", "is_animated": animated, "is_video": video, "emoji": "🎨"}
        name = "s.tgs" if animated else "s.webm" if video else "s.webp"
        media = self.api.shelf.file("sticker", data, name, None, width=512, height=512, **sticker)
        return self._post_media(who, chat, media, None, **facts)

    async def send_video(
        self, who: Human, chat: Chat, data: bytes, caption: str | None = None, **facts: Any
    ) -> Message:
        """Send a video; as with all of them, Telegram's apps have made an MP4 of it."""
        return await self.send_other(who, chat, "video", data, caption, mime="video/mp4", name="v.mp4", **facts)

    async def send_animation(
        self, who: Human, chat: Chat, data: bytes, caption: str | None = None, **facts: Any
    ) -> Message:
        """Send a film without sound; of a GIF that somebody picks, Telegram's apps make such a film first."""
        return await self.send_other(who, chat, "animation", data, caption, mime="video/mp4", name="g.mp4", **facts)

    async def send_other(
        self,
        who: Human,
        chat: Chat,
        kind: Kind,
        data: bytes,
        caption: str | None = None,
        *,
        mime: str | None = None,
        name: str | None = None,
        **facts: Any,
    ) -> Message:
        """Send what is no still picture: "video", "animation", "voice", "audio", "video_note", which has no caption."""
        assert kind != "video_note" or caption is None, "nobody can write below a video message"
        sound = {"voice": {"duration": 1}, "audio": {"duration": 1}, "video_note": {"length": 240, "duration": 1}}
        more = sound.get(kind, _BOX)
        media = self.api.shelf.file(kind, data, name, mime, **more)
        return self._post_media(who, chat, media, caption, **facts)

    async def send_service(self, who: Human, chat: Chat, fields: dict[str, Any], **facts: Any) -> Message:
        """Send what this world knows nothing of, such as a "live_photo": the message has the fields as they are."""
        return self._post(who, chat, service=fields, **facts)

    async def send_album(
        self,
        who: Human,
        chat: Chat,
        pictures: Sequence[bytes],
        caption: str | None = None,
        *,
        caption_on: int = 0,
        captions: Mapping[int, str] | None = None,
        videos: Collection[int] = (),
        order: Sequence[int] | None = None,
        gap: float = 0.0,
        documents: bool = False,
        **facts: Any,
    ) -> list[Message]:
        """Send an album; its items have rising ids, but arrive in `order`, `gap` seconds apart.

        Any of them may have a caption: `captions` are by place, as are `videos`, which may stand among photos.
        """
        assert not (videos and documents), "files go together with files alone"
        album, said = str(secrets.randbelow(10**17)), {caption_on: caption, **(captions or {})}
        found = []
        for place, data in enumerate(pictures):
            shelf = self.api.shelf
            if place in videos:
                media = shelf.file("video", data, f"{place}.mp4", "video/mp4", **_BOX)
            else:
                media = shelf.file("document", data, f"{place}.png", "image/png") if documents else shelf.photo(data)
            found.append(self._post_media(who, chat, media, said.get(place), album=album, arrives=False, **facts))
        for turn, place in enumerate(order or range(len(found))):
            if turn:
                await asyncio.sleep(gap)
            self.arrive(found[place])
        return found

    async def edit(
        self, who: Human, message: Message, *, text: str | None = None, caption: str | None = None
    ) -> Message:
        """Change one's own message; it stays where it is."""
        assert message.sender is who or message.sender_chat is message.chat, "only one's own"
        said = text if text is not None else caption
        message.text, message.caption = text, caption
        message.entities, message.edited = found_entities(said or ""), int(time.time())
        self.arrive(message)
        return message

    async def delete(self, message: Message) -> None:
        """Delete a message, of which no bot hears."""
        remove(message)

    def _post_media(self, who: Human, chat: Chat, media: Media, caption: str | None, **facts: Any) -> Message:
        return self._post(who, chat, media=media, caption=caption, entities=found_entities(caption or ""), **facts)

    def _post(
        self,
        who: Human,
        chat: Chat,
        *,
        anonymous: bool = False,
        as_chat: Chat | None = None,
        forwarded: bool = False,
        arrives: bool = True,
        **content: Any,
    ) -> Message:
        assert chat.kind == "private" or chat.members.get(who.id) in ("member", "administrator", "creator"), "no member"
        sender, sender_chat = who, as_chat
        if anonymous:
            assert chat.members[who.id] != "member", "only administrators are anonymous"
            sender, sender_chat = self.world.anonymous_admin, chat
        elif as_chat is not None:
            sender = self.world.channel_bot
        if forwarded:
            user = Human(1, "Somebody else").as_json()
            content["origin"] = {"type": "user", "date": int(time.time()) - 60, "sender_user": user}
        if chat.kind == "channel":
            message = self.world.add(chat, sender_chat=chat, **content)
        else:
            message = self.world.add(chat, sender=sender, sender_chat=sender_chat, **content)
        if arrives:
            self.arrive(message)
        return message

    def arrive(self, message: Message) -> bool:
        """Send the bot the news of a message, if it may hear of it."""
        chat = message.chat
        heard = not chat.blocked and (chat.kind == "private" or chat.bot_status not in ("left", "kicked"))
        if not heard or not is_for_bot(message, self.world):
            return False
        kind = "channel_post" if chat.kind == "channel" else "message"
        message.reached_bot = True
        return self.updates.push(kind if message.edited is None else f"edited_{kind}", message_json(message))

    # ---- pressing and asking inline -----------------------------------------------------------------------------

    async def press(self, who: Human, message: Message, what: str = "", *, data: str | None = None) -> Query:
        """Press a button, by its verb, its data or a part of its label, and wait for the answer.

        `data` sends just that, as a changed client could. Raises NotAnswered.
        """
        return await (await self.start_press(who, message, what, data=data)).wait()

    async def start_press(self, who: Human, message: Message, what: str = "", *, data: str | None = None) -> Query:
        """Press a button without waiting."""
        query = Query(str(secrets.randbelow(10**18)), self.switches.callback_seconds)
        self.api.asked[query.id] = query
        content = {
            "id": query.id,
            "from": who.as_json(),
            "chat_instance": str(-message.chat.id),
            "data": button_data(message, what) if data is None else data,
        }
        if message.via_bot is not None:  # it may be in a chat of which the bot knows nothing
            content["inline_message_id"] = f"BAAAA{message.chat.id}_{message.id}"
        elif message.alive:
            content["message"] = message_json(message)
        else:
            content["message"] = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
        assert self.updates.push("callback_query", content), "the bot does not listen to presses"
        return query

    async def inline(self, who: Human, text: str, *, offset: str = "", chat_type: str = "sender") -> Query:
        """Write `@bot text` somewhere, and wait for the answer; raises NotAnswered."""
        query = Query(str(secrets.randbelow(10**18)), self.switches.callback_seconds)
        self.api.asked[query.id] = query
        content = {"id": query.id, "from": who.as_json(), "query": text, "offset": offset, "chat_type": chat_type}
        assert self.updates.push("inline_query", content), "the bot does not listen to inline queries"
        return await query.wait()

    async def choose(self, who: Human, chat: Chat, result: dict[str, Any]) -> Message:
        """Send a result of an inline query into a chat of theirs."""
        said = result.get("input_message_content")
        content: dict[str, Any] = {"via_bot": self.world.me, "keyboard": checked_keyboard(result.get("reply_markup"))}
        if said is not None:
            text, entities = checked_text(said["message_text"], said.get("entities"), self.world)
            return self._post(who, chat, text=text, entities=entities, **content)
        caption, entities = checked_caption(result.get("caption"), result.get("caption_entities"), self.world)
        name = str(RESULT_FIELDS[result["type"]][0])
        return self._post(
            who, chat, media=self.api.shelf.of(result[name]), caption=caption, entities=entities, **content
        )

    # ---- changing chats -----------------------------------------------------------------------------------------

    async def migrate(self, chat: Chat) -> Chat:
        """Upgrade a basic group to a supergroup; both hear of it."""
        creator = next(self.world.humans[one] for one in chat.members if one != BOT_ID)
        new = self.world.upgrade(chat)
        for where, service in ((chat, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": chat.id})):
            self.arrive(self.world.add(where, sender=creator, service=service))
        return new

    async def close_topic(self, chat: Chat, thread: int, *, delete: bool = False) -> None:
        """Close a topic of a forum, or delete it with all that it holds."""
        if not delete:
            chat.closed_topics.add(thread)
            return
        for message in [one for one in chat.messages.values() if one.thread == thread]:
            remove(message)
        del chat.topics[thread]

    async def remove_bot(self, chat: Chat) -> None:
        """Throw the bot out of a chat."""
        self._change(chat, "kicked")

    async def add_bot(self, chat: Chat, status: Status = "member") -> None:
        """Take the bot into a chat, or make it something else there."""
        self._change(chat, status)

    async def block(self, human: Human) -> None:
        """Block the bot in private."""
        chat = self.private(human)
        self._change(chat, "kicked")
        chat.blocked = True

    async def unblock(self, human: Human) -> None:
        """Unblock the bot."""
        chat = self.private(human)
        chat.blocked = False
        self._change(chat, "member")

    def _change(self, chat: Chat, status: Status) -> None:
        before, chat.members[BOT_ID] = chat.members.get(BOT_ID, "member"), status
        who = chat.human or next(self.world.humans[one] for one in chat.members if one != BOT_ID)
        content = {
            "chat": chat.as_json(),
            "from": who.as_json(),
            "date": int(time.time()),
            "old_chat_member": member_json(self.world.me, before),
            "new_chat_member": member_json(self.world.me, status),
        }
        self.updates.push("my_chat_member", content)
