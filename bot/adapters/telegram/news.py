"""Asking Telegram for news, for as long as the bot runs: whatever goes wrong is told, and asked again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from telegram import Update
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest

log = structlog.get_logger(__name__)

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
    It would also ask for the same news for ever where one of them is not as it expects, as a poll is from an older Bot
    API server: such a one is left out, and those that came with it are served.
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

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return Telegram's answer; the library calls this. Raises TelegramError."""
        answer = HTTPXRequest.parse_json_payload(payload)
        news = answer.get("result")
        if isinstance(news, list):
            answer["result"] = [_readable(one) for one in news]
        return answer


def _readable(news: Any) -> Any:
    """Return one of the news as it came, or an empty one in its place that the library can read, and so confirm."""
    try:
        Update.de_json(news, None)
    except Exception as error:  # noqa: BLE001 - whatever the library makes of what it does not expect
        if not isinstance(news, dict) or "update_id" not in news:
            return news  # the library tells of it
        log.warning("telegram.news_not_read", kinds=sorted(news.keys() - {"update_id"}), detail=str(error))
        return {"update_id": news["update_id"]}
    return news
