"""Asking Telegram for news, for as long as the bot runs: whatever goes wrong is told, and asked again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


class NewsRefused(TelegramError):
    """Telegram does not accept the token any more (401), or there is nothing at this address any more (404)."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"news are refused with {code}")


class NewsRequest(HTTPXRequest):
    """What the library asks for news with.

    Its loop would end for good, and without a word of ours, at a token that is refused once, and it tells nobody of a
    network in which everything times out. Other errors it tells of, and asks again less and less often: so all do.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Ask once; the library calls this. Raises TelegramError."""
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except TimedOut as error:  # an answer without news comes long before that
            raise NetworkError(error.message) from error.__cause__
        if code in _REFUSED:
            raise NewsRefused(code)
        return code, payload
