"""Pictures in messages: attached, linked, in components and stickers, as emoji, forwarded, or replied to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import discord

from bot.adapters.discord.pictures import Picture, are_hidden
from bot.downloads import Source

AVATAR_SIDE = 1024  # pixels
_KINDS = ("image/", "video/")
_STILL = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff")
_MOVING = (".gif", ".apng", ".mp4", ".m4v", ".webm", ".mov")
_SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
_EMOJI = re.compile(r"<a?:\w{1,32}:\d{15,20}>")

Part = discord.Message | discord.MessageSnapshot


class Found(NamedTuple):
    """A picture that somebody may mean, and what to call it; `hidden`: it was sent as a spoiler."""

    name: str
    picture: Picture
    hidden: bool = False


class _Media(NamedTuple):
    """A picture that stands in a component."""

    name: str
    media: discord.UnfurledMediaItem
    hidden: bool


def pictures_of(message: discord.Message, source: Source) -> Iterator[Found]:
    """Find the pictures of a message, of what it forwards, and of the message that it replies to; each once.

    `source` is where pictures may be fetched from. In servers, Discord shows me the message itself and what it
    forwards; of what it replies to, without the message content intent, only what I wrote. Emoji come last: who writes
    one beside a picture hardly means the emoji.
    """
    parts: list[Part] = [message, *message.message_snapshots]
    answered = message.reference.resolved if message.reference is not None else None
    if isinstance(answered, discord.Message):
        parts += [answered, *answered.message_snapshots]
    finder = _Finder(message, source)
    seen: set[str] = set()
    for found in (*(found for part in parts for found in finder.pictures(part)), *finder.emoji(parts)):
        address = urlsplit(found.picture.url).path
        if address not in seen:
            seen.add(address)
            yield found


def avatars_of(user: discord.User | discord.Member) -> list[Found]:
    """Return somebody's avatar; of one that moves, the film and then a still of it."""
    avatar = user.display_avatar.with_size(AVATAR_SIDE)
    name = user.display_name
    if not avatar.is_animated():
        return [Found(name, avatar.with_format("png"))]
    return [Found(f"{name}.gif", avatar.with_format("gif")), Found(f"{name}.png", avatar.with_format("png"))]


class _Finder:
    """Looks through the parts of a message."""

    def __init__(self, message: discord.Message, source: Source) -> None:
        self._state, self._source = message._state, source

    def pictures(self, part: Part) -> Iterator[Found]:
        """Find what is attached, linked, part of the layout, or a sticker."""
        yield from _attached(part)
        yield from self._embedded(part)
        for name, media, hidden in _media_in(part.components):
            if (address := self._own(media.proxy_url, media.url)) is not None:
                yield self._found(name, address, hidden=hidden or media.flags.spoiler)
        for sticker in part.stickers:
            if sticker.format is not discord.StickerFormatType.lottie and self._source.has(sticker.url):
                yield self._found(sticker.name, sticker.url)  # lottie is a drawing, and no picture

    def emoji(self, parts: Iterable[Part]) -> Iterator[Found]:
        """Find the emoji of servers in what was written."""
        for part in parts:
            written = "\n".join((part.content, *_texts_in(part.components)))
            hidden = " ".join(_SPOILER.findall(written))
            for text in _EMOJI.findall(written):
                emoji = discord.PartialEmoji.from_str(text)
                if self._source.has(emoji.url):
                    yield self._found(f":{emoji.name}:", emoji.url, hidden=text in hidden)

    def _embedded(self, part: Part) -> Iterator[Found]:
        spoilers = " ".join(_SPOILER.findall(part.content))
        for embed in part.embeds:
            hidden = embed.url is not None and embed.url in spoilers
            media = (embed.video, embed.image, embed.thumbnail)
            moving, *still = (self._own(each.proxy_url, each.url) for each in media)
            for address in (moving,) if moving else still:  # the thumbnail of what moves is a still of it
                if address is not None:
                    yield self._found(embed.title or "", address, hidden=hidden)

    def _own(self, *addresses: str | None) -> str | None:
        # What lies elsewhere is taken from Discord's own copy: to fetch from any address that somebody writes into a
        # message would let them send me anywhere.
        return next((address for address in addresses if address and self._source.has(address)), None)

    def _found(self, name: str, address: str, *, hidden: bool = False) -> Found:
        return Found(name, discord.Asset(self._state, url=address, key=address), hidden)


def _attached(part: Part) -> Iterator[Found]:
    for attachment in part.attachments:
        if _is_picture(attachment.content_type, attachment.filename):
            yield Found(attachment.filename, attachment, are_hidden(attachment))


def _media_in(components: Iterable[object], *, hidden: bool = False) -> Iterator[_Media]:
    """Find the pictures of a layout; what stands in a hidden container is hidden."""
    for component in components:
        if isinstance(component, discord.Container):
            yield from _media_in(component.children, hidden=hidden or component.spoiler)
        elif isinstance(component, discord.SectionComponent):
            yield from _media_in([component.accessory], hidden=hidden)
        elif isinstance(component, discord.ThumbnailComponent):
            name = component.description or ""
            yield _Media(name, component.media, hidden or component.spoiler)
        elif isinstance(component, discord.MediaGalleryComponent):
            for item in component.items:
                yield _Media(item.description or "", item.media, hidden or item.spoiler)
        elif isinstance(component, discord.FileComponent):
            name = component.name or urlsplit(component.media.url).path.rpartition("/")[2]
            if _is_picture(component.media.content_type, name):
                is_hidden = hidden or component.spoiler or name.startswith("SPOILER_")
                yield _Media(name, component.media, is_hidden)


def _texts_in(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        elif isinstance(component, (discord.Container, discord.SectionComponent)):
            yield from _texts_in(component.children)


def _is_picture(kind: str | None, name: str) -> bool:
    return (kind or "").lower().startswith(_KINDS) or name.lower().endswith(_STILL + _MOVING)
