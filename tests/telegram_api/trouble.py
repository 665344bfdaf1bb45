"""What goes wrong: floods by Telegram's rules, failures as a test orders them, answers that are held back."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.telegram_api.refusals import Refused, too_many
from tests.telegram_api.world import Chat

BURST = 3  # messages that a chat takes at once
A_SECOND = 1.0  # messages a second that it takes in the long run
A_MINUTE_IN_GROUPS = 20


class Severed(Exception):
    """The connection breaks instead of an answer."""


@dataclass
class Ordered:
    """The next `times` calls of a method (a pattern such as "send*") fail; those of one chat only, if `chat` is given.

    `refused` None breaks the connection. `performed`: the call is carried out, and only its answer is lost.
    """

    method: str
    refused: Refused | None
    times: int = 1
    chat: int | None = None
    performed: bool = False


class Hold:
    """Calls that wait, before anything is done, until `release`; `waiting` are those that do."""

    def __init__(self, method: str, chat: int | None) -> None:
        self.method, self.chat = method, chat
        self.waiting = 0
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let them go on."""
        self._released.set()

    async def wait(self) -> None:
        """Wait as a call."""
        self.waiting += 1
        try:
            await self._released.wait()
        finally:
            self.waiting -= 1


@dataclass
class Trouble:
    """All of it for one server."""

    ordered: list[Ordered] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def next_for(self, method: str, params: dict[str, Any]) -> Ordered | None:
        """Return what was ordered for this call, and count it."""
        for ordered in self.ordered:
            if ordered.times > 0 and _fits(ordered.method, ordered.chat, method, params):
                ordered.times -= 1
                return ordered
        return None

    async def hold(self, method: str, params: dict[str, Any]) -> None:
        """Wait where calls are held back."""
        for hold in list(self.holds):
            if _fits(hold.method, hold.chat, method, params):
                await hold.wait()


def _fits(pattern: str, chat: int | None, method: str, params: dict[str, Any]) -> bool:
    return fnmatchcase(method, pattern) and (chat is None or params.get("chat_id") == chat)


class Flood:
    """Counts what a bot writes, chat by chat; after https://core.telegram.org/bots/faq#my-bot-is-hitting-limits."""

    def __init__(self) -> None:
        self._tokens: dict[int, tuple[float, float]] = {}
        self._minute: dict[int, deque[float]] = {}
        self._closed_until: dict[int, float] = {}

    def check(self, method: str, chat: Chat, items: int) -> None:
        """Count a call that writes; raises Refused, with a wait that grows no longer by asking again."""
        if not (method.startswith(("send", "edit"))) or method == "sendChatAction":
            return
        now = time.monotonic()
        if (closed := self._closed_until.get(chat.id, 0.0)) > now:
            raise too_many(math.ceil(closed - now))
        tokens, at = self._tokens.get(chat.id, (float(BURST), now))
        tokens = min(BURST, tokens + (now - at) * A_SECOND)
        minute = self._minute.setdefault(chat.id, deque())
        while minute and minute[0] <= now - 60:
            minute.popleft()
        wait = 0.0
        if tokens < min(items, BURST):
            wait = (min(items, BURST) - tokens) / A_SECOND
        if chat.kind != "private" and len(minute) + items > A_MINUTE_IN_GROUPS:
            wait = max(wait, minute[0] + 60 - now)
        if wait > 0:
            seconds = math.ceil(wait)
            self._closed_until[chat.id] = now + seconds
            raise too_many(seconds)
        self._tokens[chat.id] = (tokens - items, now)
        minute.extend([now] * items)
