"""The two ways to a place on Discord: the bot's own token, and the token of the interaction."""

from __future__ import annotations

import re
from typing import Protocol

import discord

from bot.adapters.discord.render import Rendered
from bot.model import DiscordPlace

DEFAULT_LIMIT = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
"""Bytes of a file that Discord takes everywhere."""

_LINK = re.compile(r"/channels/(?:\d+|@me)/(\d+)/(\d+)", re.ASCII)


class Route(Protocol):
    """A way to send, edit and remove messages at one place; all of it raises discord.py's errors."""

    @property
    def limit(self) -> int:
        """How many bytes a file may have."""

    async def send(self, rendered: Rendered, nonce: str | None = None) -> str:
        """Send a message and return its reference; the same nonce within some minutes sends nothing twice."""

    async def edit(self, message: int, rendered: Rendered, *, keep_files: bool) -> None:
        """Edit a message."""

    async def remove(self, message: int) -> None:
        """Remove a message."""


class ChannelRoute:
    """Through the bot's own token, to a channel, a thread or a direct message."""

    def __init__(self, client: discord.Client, channel: int, guild: int | None = None) -> None:
        self._client, self._channel, self._guild = client, channel, guild

    @property
    def limit(self) -> int:
        """How many bytes a file may have; a boosted guild takes more."""
        guild = self._client.get_guild(self._guild) if self._guild is not None else None
        return guild.filesize_limit if guild is not None else DEFAULT_LIMIT

    async def send(self, rendered: Rendered, nonce: str | None = None) -> str:
        """Send a message to the channel."""
        channel = self._client.get_partial_messageable(self._channel)
        message = rendered.to_send() if nonce is None else {**rendered.to_send(), "nonce": nonce}
        sent = await channel.send(**message)
        return reference(self._channel, sent.id)

    async def edit(self, message: int, rendered: Rendered, *, keep_files: bool) -> None:
        """Edit a message of the channel."""
        partial = self._client.get_partial_messageable(self._channel).get_partial_message(message)
        await partial.edit(**rendered.to_edit(keep_files=keep_files))

    async def remove(self, message: int) -> None:
        """Remove a message from the channel."""
        await self._client.get_partial_messageable(self._channel).get_partial_message(message).delete()


class ReplyRoute:
    """Through an interaction's token, as long as that lasts: where the bot came along with a person alone.

    Discord knows no nonce here.
    """

    def __init__(self, client: discord.Client, channel: int, token: str) -> None:
        self._channel = channel
        self._webhook = discord.Webhook.partial(client.application_id or 0, token, client=client)

    @property
    def limit(self) -> int:
        """How many bytes a file may have."""
        return DEFAULT_LIMIT

    async def send(self, rendered: Rendered, nonce: str | None = None) -> str:
        """Send a follow-up."""
        sent = await self._webhook.send(**rendered.to_send(), wait=True)
        return reference(self._channel, sent.id)

    async def edit(self, message: int, rendered: Rendered, *, keep_files: bool) -> None:
        """Edit the answer or a follow-up."""
        await self._webhook.edit_message(message, **rendered.to_edit(keep_files=keep_files))

    async def remove(self, message: int) -> None:
        """Remove the answer or a follow-up."""
        await self._webhook.delete_message(message)


def reference(channel: int | str, message: int | str) -> str:
    """Return what finds a message again."""
    return f"{channel}/{message}"


def linked(link: str) -> str | None:
    """Return what finds the message again that a link leads to; None where it leads to none."""
    found = _LINK.search(link)
    return reference(found[1], found[2]) if found is not None else None


def parted(ref: str) -> tuple[int, int]:
    """Return the channel and the message that a reference names."""
    channel, _, message = ref.partition("/")
    return int(channel), int(message)


def channel_of(place: DiscordPlace) -> int:
    """Return the channel or thread that messages for a place go to."""
    return int(place.thread or place.channel)


def route_to(client: discord.Client, place: DiscordPlace) -> Route:
    """Return the way to a place."""
    channel = channel_of(place)
    if place.reply_token is not None:
        return ReplyRoute(client, channel, place.reply_token)
    return ChannelRoute(client, channel, int(place.guild) if place.guild else None)


def route_back(client: discord.Client, place: DiscordPlace, ref: str) -> tuple[Route, int]:
    """Return the way to a message that was sent for a place, which may be a direct message, and its id."""
    channel, message = parted(ref)
    return (route_to(client, place) if channel == channel_of(place) else ChannelRoute(client, channel)), message
