"""Files that strangers name, fetched from the hosts of a chat only, and never more of them than is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import aiohttp
from yarl import URL

from bot.clock import SystemClock
from bot.outcomes import Which
from bot.patience import Passing, patiently
from bot.ports import Clock, Fetch, NotBrought

_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_PIECE = 64 * 1024  # bytes
_GONE = (403, 404, 410)  # signed addresses answer 403 when they have expired
_PASSES = (408, 425, 429, 500, 502, 503, 504)


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
    """Where files are fetched from. Nobody can make it ask anywhere else, or take more than it is told to."""

    def __init__(self, origins: Collection[str], *, proxied: bool = False, clock: Clock | None = None) -> None:
        """`origins` are scheme, host and port of each place: "https://cdn.example.org", "http://127.0.0.1:8081".

        `proxied`: ask through the proxy that HTTPS_PROXY and its like name, where they do.
        """
        self.origins = {URL(origin).origin() for origin in origins}
        self.clock: Clock = clock or SystemClock()
        self._proxied = proxied
        self._session: aiohttp.ClientSession | None = None

    def has(self, address: str) -> bool:
        """Tell whether an address lies at one of the origins."""
        try:
            # By the parser that the request is made with: where two read an address differently, one can be fooled.
            url = URL(address)
            return url.user is None and url.password is None and url.origin() in self.origins
        except ValueError:
            return False

    async def read(self, address: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes, never holding more.

        Raises TooLarge, Gone or Unreachable, and Passing where another try makes sense.
        """
        if not self.has(address):
            raise Unreachable
        try:
            async with asyncio.timeout(_SECONDS), self._opened().get(address, allow_redirects=False) as response:
                if response.status in _GONE:
                    raise Gone
                if response.status in _PASSES:
                    raise Passing(Unreachable(), _seconds(response.headers.get("Retry-After")))
                if response.status != 200:
                    raise Unreachable
                return await _bounded(response, limit)
        except (aiohttp.InvalidURL, ValueError):
            raise Unreachable from None  # an address may hold a secret: keep it out of the log
        except (aiohttp.ClientError, OSError):
            raise Passing(Unreachable()) from None

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
                trust_env=self._proxied,
            )
        return self._session


def fetching(read: Callable[[], Awaitable[bytes]], which: Which, limit: int, clock: Clock) -> Fetch:
    """Return a Fetch of what `read` reads, patiently; NotBrought stands for its TooLarge, Gone and Unreachable."""

    async def bytes_of() -> bytes:
        try:
            return await patiently(read, clock)
        except TooLarge as large:
            raise NotBrought(which, "too_many_bytes", {"found": large.found, "limit": limit}) from None
        except Gone:
            raise NotBrought(which, "gone") from None
        except Unreachable:
            raise NotBrought(which, "unreachable") from None

    return bytes_of


def _seconds(said: str | None) -> float | None:
    """Return how long to wait, where a server says so in seconds."""
    return float(said) if said is not None and said.isascii() and said.isdigit() else None


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (announced := response.content_length or 0) > limit:
        raise TooLarge(announced)
    data = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        data += piece
        if len(data) > limit:
            raise TooLarge(len(data))
    return bytes(data)
