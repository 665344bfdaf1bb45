"""Pictures that people attached: fetched from Discord's own hosts only, and only when they are wanted."""

from __future__ import annotations

import discord

from bot.downloads import Source, TooLarge, fetching
from bot.outcomes import Which
from bot.ports import Fetch

ORIGINS = frozenset(
    {
        "https://cdn.discordapp.com",
        "https://media.discordapp.net",
        "https://images-ext-1.discordapp.net",
        "https://images-ext-2.discordapp.net",
    }
)
"""Where Discord itself keeps files, and its own copies of pictures that people link."""

Picture = discord.Attachment | discord.Asset


def are_hidden(*pictures: Picture | None) -> bool:
    """Tell whether one of these pictures was sent as a spoiler; None counts as none."""
    return any(isinstance(picture, discord.Attachment) and picture.is_spoiler() for picture in pictures)


def fetch(picture: Picture, which: Which, limit: int, source: Source) -> Fetch:
    """Return what fetches the picture, once; it raises NotBrought where it is larger than `limit` bytes, or lost."""

    async def read() -> bytes:
        if isinstance(picture, discord.Attachment) and picture.size > limit:
            raise TooLarge(picture.size)
        return await source.read(picture.url, limit)

    return fetching(read, which, limit, source.clock)
