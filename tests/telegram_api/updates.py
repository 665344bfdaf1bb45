"""News for the bot: kept until it has confirmed them, asked for by long polling or posted to its webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.telegram_api.refusals import Refused, bad

ALL_KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "my_chat_member", "chat_member",
)  # fmt: skip
NOT_BY_DEFAULT = frozenset({"chat_member"})
FIRST_UPDATE = 871_000_001
MAX_AT_ONCE = 100
_RETRY_SECONDS = 0.2
_OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Updates:
    """What the bot has not yet confirmed, oldest first.

    `webhook_origin`, such as "http://127.0.0.1:8443", is what stands behind the webhook's address, as a proxy would
    lead to it. `posted` are the statuses that the webhook answered with.
    """

    def __init__(self) -> None:
        self.webhook_origin: str | None = None
        self.webhook: dict[str, Any] = {}
        self.posted: list[int] = []
        self._pending: deque[tuple[str, dict[str, Any]]] = deque()
        self._next_id = FIRST_UPDATE
        self._kinds: frozenset[str] = frozenset(ALL_KINDS) - NOT_BY_DEFAULT
        self._poll: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._posting: asyncio.Task[None] | None = None

    def push(self, kind: str, content: dict[str, Any]) -> bool:
        """Add news; False where the bot did not ask for this kind."""
        assert kind in ALL_KINDS, kind
        if kind not in self._kinds:
            return False
        self._pending.append((kind, {"update_id": self._next_id, kind: content}))
        self._next_id += 1
        self._arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return True

    @property
    def pending(self) -> int:
        """How many the bot has not yet confirmed."""
        return len(self._pending)

    async def poll(self, offset: int, limit: int, seconds: int, kinds: list[str] | None) -> list[dict[str, Any]]:
        """Answer `getUpdates`: what is new from `offset` on, waiting up to so many `seconds` for something."""
        if self.webhook.get("url"):
            raise Refused(409, _WEBHOOK_IS_SET)
        if not 1 <= limit <= MAX_AT_ONCE:
            limit = MAX_AT_ONCE
        self._set_kinds(kinds)
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refused(409, _OTHER_POLLER))
        if offset < 0:
            offset = self._next_id + offset
        while self._pending and self._pending[0][1]["update_id"] < offset:
            self._pending.popleft()
        if not self._pending and seconds > 0:
            mine = self._poll = asyncio.get_running_loop().create_future()
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(mine, min(seconds, 50))
            finally:
                if self._poll is mine:
                    self._poll = None
        return [update for _, update in list(self._pending)[:limit]]

    def set_webhook(self, values: dict[str, Any]) -> None:
        """Post news from now on, or no longer where the address is empty."""
        url = values["url"]
        secret = values.get("secret_token")
        if url and not url.startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not 1 <= values.get("max_connections", 40) <= 100:
            raise bad("max_connections must be from 1 to 100")
        if secret is not None:
            if not 1 <= len(secret) <= 256:
                raise bad("secret token is too long")
            if not all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in secret):
                raise bad("secret token contains unallowed characters")
        self._set_kinds(values.get("allowed_updates"))
        self.drop(values.get("drop_pending_updates", False))
        self._stop_posting()
        self.webhook = {"url": url, "secret": secret} if url else {}
        if url:
            if self._poll is not None and not self._poll.done():
                self._poll.set_exception(Refused(409, _WEBHOOK_IS_SET))
            self._posting = asyncio.create_task(self._post_forever())

    def drop(self, really: bool = True) -> None:
        """Forget what is pending."""
        if really:
            self._pending.clear()

    def webhook_json(self) -> dict[str, Any]:
        """A `WebhookInfo`."""
        last: dict[str, Any] = {
            key: self.webhook[key] for key in ("last_error_date", "last_error_message") if key in self.webhook
        }
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._pending),
            "allowed_updates": sorted(self._kinds),
            **last,
        }

    async def close(self) -> None:
        """Post nothing more."""
        posting = self._stop_posting()
        if posting is not None:
            await asyncio.wait([posting])

    def _stop_posting(self) -> asyncio.Task[None] | None:
        posting, self._posting = self._posting, None
        if posting is not None:
            posting.cancel()
        return posting

    def _set_kinds(self, kinds: list[str] | None) -> None:
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad("can't parse allowed updates")
        self._kinds = frozenset(kinds) if kinds else frozenset(ALL_KINDS) - NOT_BY_DEFAULT

    async def _post_forever(self) -> None:
        """Post one after the other; what is not taken is posted again, as Telegram does it."""
        url, secret = urlsplit(self.webhook["url"]), self.webhook["secret"]
        address = (self.webhook_origin or f"{url.scheme}://{url.netloc}") + url.path
        headers = {} if secret is None else {_SECRET_HEADER: secret}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                while not self._pending:
                    self._arrived.clear()
                    await self._arrived.wait()
                try:
                    async with session.post(address, json=self._pending[0][1]) as response:
                        status = response.status
                except aiohttp.ClientError as error:
                    self.webhook |= {"last_error_date": 1, "last_error_message": str(error)}
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                self.posted.append(status)
                if 200 <= status < 300:
                    self._pending.popleft()
                else:
                    self.webhook |= {"last_error_date": 1, "last_error_message": f"Wrong response: {status}"}
                    await asyncio.sleep(_RETRY_SECONDS)
