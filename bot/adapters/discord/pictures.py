"""Pictures that people attached: fetched from Discord's own hosts only, and only when they are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import aiohttp
import discord
from yarl import URL

from bot.outcomes import Which
from bot.ports import Fetch, NotBrought

HOSTS = frozenset(
    {"cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"}
)
"""The hosts that Discord itself keeps files on, and its own copies of pictures that people link."""

Picture = discord.Attachment | discord.Asset

_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_PIECE = 64 * 1024  # bytes
_GONE = (403, 404, 410)  # Discord's addresses are signed, and answer 403 when they have expired


class TooLarge(Exception):
    """A file has more bytes than are wanted; `found` is how many it has, or how many had come by then."""

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__(f"{found} bytes or more")


class Gone(Exception):
    """There is no such file, or not any more."""


class Unreachable(Exception):
    """The file cannot be had now, or from nowhere that files may be fetched from."""


class Source:
    """Where pictures are fetched from. Nobody can make it ask anywhere else, or take more than it is told to."""

    def __init__(self, hosts: Collection[str] = HOSTS) -> None:
        self.hosts = set(hosts)
        self._session: aiohttp.ClientSession | None = None

    def has(self, address: str) -> bool:
        """Tell whether an address lies on one of the hosts, over https at its usual port."""
        try:
            # By the parser that the request is made with: where two read an address differently, one can be fooled.
            url = URL(address)
        except ValueError:
            return False
        return url.scheme == "https" and url.port == 443 and url.user is None and url.host in self.hosts

    async def read(self, address: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes, never holding more; raises TooLarge, Gone or Unreachable."""
        if not self.has(address):
            raise Unreachable
        try:
            async with asyncio.timeout(_SECONDS), self._opened().get(address, allow_redirects=False) as response:
                if response.status in _GONE:
                    raise Gone
                if response.status != 200:
                    raise Unreachable
                return await _bounded(response, limit)
        except (aiohttp.ClientError, OSError, ValueError):
            raise Unreachable from None  # an address may hold a signature: keep it out of the log

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                # A picture is compressed as it is; what unpacks itself could grow beyond every limit.
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
            )
        return self._session


def fetch(picture: Picture, which: Which, limit: int, source: Source) -> Fetch:
    """Return what fetches the picture, once; it raises NotBrought where it is larger than `limit` bytes, or lost."""

    async def bytes_of() -> bytes:
        try:
            if isinstance(picture, discord.Attachment) and picture.size > limit:
                raise TooLarge(picture.size)
            return await source.read(picture.url, limit)
        except TooLarge as large:
            raise NotBrought(which, "too_many_bytes", {"found": large.found, "limit": limit}) from None
        except Gone:
            raise NotBrought(which, "gone") from None
        except Unreachable:
            raise NotBrought(which, "unreachable") from None

    return bytes_of


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (announced := response.content_length or 0) > limit:
        raise TooLarge(announced)
    data = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        data += piece
        if len(data) > limit:
            raise TooLarge(len(data))
    return bytes(data)
