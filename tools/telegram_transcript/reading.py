"""Reads what a chat of the stand-in shows at this moment, as a person in it sees it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import av
from PIL import Image, UnidentifiedImageError

from tests.telegram_api import world
from tests.telegram_api.files import Media
from tests.telegram_api.queries import Query
from tests.telegram_api.server import FakeTelegram
from tools.telegram_transcript import page

_SHOWN = ("photo", "animation", "video", "video_note", "sticker")  # rather than as files


def chat(where: world.Chat) -> page.Chat:
    """Return what stands at the top of a chat."""
    if where.kind == "private":
        return page.Chat(title="Impasto", below="bot", grouped=False)
    return page.Chat(title=where.title, below=f"{len(where.members)} members", grouped=True)


def bubbles(messages: Sequence[world.Message], viewer: world.Human) -> list[page.Bubble]:
    """Return messages as they are now; those of an album are one."""
    return [
        _bubble(list(together), viewer)
        for _, together in groupby(messages, key=lambda message: message.album or message.id)
    ]


def offers(telegram: FakeTelegram, query: Query) -> tuple[page.Offer, ...]:
    """Return what an inline query was answered with."""
    found = []
    for result in query.results:
        file_id = result.get("photo_file_id")
        picture = telegram.api.shelf.get(file_id).data if file_id is not None else None
        found.append(
            page.Offer(title=result.get("title", ""), description=result.get("description", ""), picture=picture)
        )
    return tuple(found)


def picture_of(message: world.Message) -> bytes | None:
    """Return the picture that a message shows or has as a file, the way people get it."""
    return _shown(message.media) if message.media is not None else None


def _bubble(messages: list[world.Message], viewer: world.Human) -> page.Bubble:
    first = messages[0]
    said = [message for message in messages if message.words]
    words = said[0] if len(said) == 1 else first  # an album shows the words of one of its messages, or none
    media = [message.media for message in messages if message.media is not None]
    text = words.words
    return page.Bubble(
        number=first.id,
        author=_author(first),
        own=first.sender is viewer and first.sender_chat is None,
        service=bool(first.service),
        forwarded=_origin(first),
        via=first.via_bot.username or "" if first.via_bot is not None else "",
        quote=_quote(first.reply_to) if first.reply_to is not None else None,
        pictures=tuple(_shown(each) or b"" for each in media if each.kind in _SHOWN),
        badge="GIF" if media and media[0].kind == "animation" else "",
        veiled=first.spoiler,
        above=first.above,
        file=_file(media[0]) if media and media[0].kind not in _SHOWN else None,
        text=", ".join(first.service) if first.service else text,
        marked=tuple(_letters(text, entity) for entity in words.entities),
        rows=tuple(tuple(_label(button) for button in row) for row in first.keyboard or ()),
        time=f"{datetime.fromtimestamp(first.date, UTC):%H:%M}",
    )


def _author(message: world.Message) -> str:
    if message.sender_chat is not None:
        return message.sender_chat.title
    return message.sender.name if message.sender is not None else ""


def _origin(message: world.Message) -> str:
    if message.origin is None:
        return ""
    return str(message.origin.get("sender_user", {}).get("first_name", "somebody"))


def _quote(message: world.Message) -> page.Quote:
    if not message.alive:
        return page.Quote(author="", text="Deleted message")
    kinds = {"photo": "Photo", "animation": "GIF", "sticker": "Sticker", "document": "File"}
    kind = kinds.get(message.media.kind, message.media.kind) if message.media is not None else "Message"
    return page.Quote(author=_author(message), text=message.words or kind, picture=picture_of(message))


def _file(media: Media) -> page.File:
    return page.File(name=media.file.name or "file", size=media.file.size, picture=_shown(media))


def _shown(media: Media) -> bytes | None:
    """Return what can be looked at, if anything: of photos what Telegram made of them, of films the first frame."""
    data = media.file.data
    if data[4:8] == b"ftyp":
        return _first_frame(data)
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        return None
    return data


def _first_frame(film: bytes) -> bytes | None:
    stream = io.BytesIO()
    try:
        with av.open(io.BytesIO(film)) as opened:
            next(opened.decode(video=0)).to_image().save(stream, "PNG")
    except (av.FFmpegError, StopIteration):
        return None
    return stream.getvalue()


def _label(button: dict[str, Any]) -> str:
    return f"{button['text']}{' ↗' if 'url' in button else ''}"


def _letters(text: str, entity: dict[str, Any]) -> tuple[int, int]:
    """Return the first and the last letter of an entity, which counts in UTF-16 units."""
    units = text.encode("utf-16-le")
    start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    first = len(units[:start].decode("utf-16-le"))
    return first, first + len(units[start:end].decode("utf-16-le"))
