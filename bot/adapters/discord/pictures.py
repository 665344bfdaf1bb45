"""Pictures that people attached: fetched from Discord's own hosts only, and only when they are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.outcomes import Which
from bot.ports import Fetch, NotBrought

HOSTS = frozenset(
    {"cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"}
)
"""The hosts that Discord itself keeps files on, and its own copies of pictures that people link."""

Picture = discord.Attachment | discord.Asset

_SECONDS = 60.0


def fetch(picture: Picture, which: Which, limit: int, hosts: Collection[str] = HOSTS) -> Fetch:
    """Return what fetches the picture, once; it raises NotBrought where it is larger than `limit` bytes, or lost."""

    async def bytes_of() -> bytes:
        if isinstance(picture, discord.Attachment):
            _require_size(picture.size, which, limit)
        if urlsplit(picture.url).hostname not in hosts:
            raise NotBrought(which, "unreachable")
        try:
            async with asyncio.timeout(_SECONDS):
                data = await picture.read()
        except (discord.NotFound, discord.Forbidden):
            raise NotBrought(which, "gone") from None
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            raise NotBrought(which, "unreachable") from None
        _require_size(len(data), which, limit)
        return data

    return bytes_of


def _require_size(size: int, which: Which, limit: int) -> None:
    if size > limit:
        raise NotBrought(which, "too_many_bytes", {"found": size, "limit": limit})
