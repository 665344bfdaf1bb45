"""Paces what a chat gets: few updates of status messages, none beside a result, nothing while Telegram says wait.

One budget a chat over all its jobs: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
names one message a second, and twenty a minute in a group; that has to do for results and answers, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from bot.adapters.telegram.failures import Trouble
from bot.adapters.telegram.sending import Shape, parted
from bot.ports import Clock
from bot.recent import Recent

log = structlog.get_logger(__name__)

PRIVATE_GAP_SECONDS = 3.0
"""Between two updates of status messages in a private chat."""
GROUP_GAP_SECONDS = 6.0
"""The same in a group or a channel."""

_KNOWN = 1000  # chats and messages in memory; the oldest are forgotten first


@dataclass
class Shown:
    """What is known of one status message."""

    shape: Shape | None = None  # None: an earlier run sent it
    picture: int | None = None  # the hash of the one that it shows
    no_pictures: bool = False  # the chat takes none
    gone: bool = False
    silent: bool = False  # it is there, but cannot be edited


Edit = Callable[[Shown], Awaitable[Trouble | None]]
"""Brings a message up to date; "unchanged" costs nothing."""


@dataclass
class Wait:
    """A time to let pass. A clock that was set back must not make it longer."""

    since: float = 0.0
    until: float = 0.0

    def left(self, now: float) -> float:
        """Return how many seconds of it are left."""
        return max(0.0, self.until - now) if now >= self.since else 0.0

    def extend(self, now: float, seconds: float) -> None:
        """Let it last so many seconds from now, if it would end sooner."""
        if seconds > self.left(now):
            self.since, self.until = now, now + seconds


@dataclass
class _Chat:
    gap: float
    pause: Wait = field(default_factory=Wait)  # nothing may be sent
    status_pause: Wait = field(default_factory=Wait)  # a little longer, so that results come first
    budget: Wait = field(default_factory=Wait)
    pending: dict[str, tuple[Shown, Edit]] = field(default_factory=dict)  # by reference; the first is next
    turns: asyncio.Task[None] | None = None
    in_order: asyncio.Lock = field(default_factory=asyncio.Lock)  # one delivery after the other
    deliveries: int = 0  # under way, or waiting for their turn
    quiet: asyncio.Event = field(default_factory=asyncio.Event)  # there are no deliveries

    def __post_init__(self) -> None:
        self.quiet.set()

    def wait(self, now: float) -> float:
        """Return in how many seconds a status message may be edited."""
        return max(self.budget.left(now), self.status_pause.left(now))

    def idle(self, now: float) -> bool:
        return not (self.pending or self.turns or self.deliveries or self.wait(now))


class Statuses:
    """The chats of this run and their status messages."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats = Recent[str, _Chat](_KNOWN, lambda name, chat: not chat.idle(self._clock.now()))
        self._known = Recent[str, Shown](_KNOWN, self._is_pending)

    # ---- chats --------------------------------------------------------------------------------------------------

    def pause(self, chat: str, seconds: float) -> None:
        """Leave a chat alone for a while, as Telegram asked for."""
        found, now = self._chat(chat), self._clock.now()
        found.pause.extend(now, seconds)
        found.status_pause.extend(now, seconds + found.gap)

    def paused(self, chat: str) -> float:
        """Return for how many seconds the chat is to be left alone."""
        return self._chat(chat).pause.left(self._clock.now())

    def may_begin(self, chat: str) -> bool:
        """Tell whether there may be a new status message: at once, unless the chat is to be left alone."""
        return self._chat(chat).status_pause.left(self._clock.now()) == 0

    @asynccontextmanager
    async def delivering(self, chat: str) -> AsyncIterator[None]:
        """Deliver something: one after the other, while all status messages of the chat are silent."""
        found = self._chat(chat)
        found.deliveries += 1
        found.quiet.clear()
        try:
            async with found.in_order:
                yield
        finally:
            found.deliveries -= 1
            found.budget.extend(self._clock.now(), found.gap)
            if not found.deliveries:
                found.quiet.set()

    # ---- messages -----------------------------------------------------------------------------------------------

    def begun(self, ref: str, shape: Shape) -> None:
        """Take note of a status message that was sent just now."""
        self._message(ref).shape = shape
        chat = self._chat(parted(ref)[0])
        chat.budget.extend(self._clock.now(), chat.gap)

    def update(self, ref: str, edit: Edit) -> bool:
        """Make an update when its turn comes, unless a later one replaces it; False when the message is gone."""
        message = self._message(ref)
        if message.gone or message.silent:
            return not message.gone
        self._put(ref, message, edit)
        return True

    def drop(self, ref: str) -> None:
        """Make no more updates of a message. One under way needs no waiting for: it will find no message."""
        self._known.pop(ref, None)
        self._chat(parted(ref)[0]).pending.pop(ref, None)

    def stop(self) -> None:
        """Make no more updates."""
        for chat in self._chats.values():
            chat.pending.clear()
            if chat.turns is not None:
                chat.turns.cancel()
        self._known.clear()

    # ---- turns --------------------------------------------------------------------------------------------------

    def _put(self, ref: str, message: Shown, edit: Edit) -> None:
        name, _ = parted(ref)
        chat = self._chat(name)
        chat.pending[ref] = message, edit  # in the place of an earlier one, or as the last of the chat
        if chat.turns is None:
            chat.turns = asyncio.create_task(self._take_turns(name, chat), name=f"status messages of chat {name}")

    async def _take_turns(self, name: str, chat: _Chat) -> None:
        try:
            while chat.pending:
                await chat.quiet.wait()
                if (wait := chat.wait(self._clock.now())) > 0:
                    await self._clock.sleep(wait)
                elif chat.pending:
                    ref = next(iter(chat.pending))
                    await self._edit(name, chat, ref, *chat.pending.pop(ref))
        finally:
            chat.turns = None

    async def _edit(self, name: str, chat: _Chat, ref: str, message: Shown, edit: Edit) -> None:
        try:
            trouble = await edit(message)
        except Exception:
            log.exception("telegram.status_broke")
            message.silent = True
            return
        if trouble is not None and trouble.meaning == "unchanged":
            return  # the next message need not wait
        chat.budget.extend(self._clock.now(), chat.gap)
        if trouble is None:
            return
        if trouble.seconds is None:
            message.gone, message.silent = trouble.meaning == "gone", True
            return
        if trouble.meaning == "flood":
            self.pause(name, trouble.seconds)
        else:
            chat.budget.extend(self._clock.now(), trouble.seconds)
        # What could not be shown is shown later, unless something newer is or the message is dropped.
        if ref not in chat.pending and self._known.get(ref) is message:
            chat.pending[ref] = message, edit

    # ---- memory -------------------------------------------------------------------------------------------------

    def _chat(self, name: str) -> _Chat:
        if name not in self._chats:
            self._chats[name] = _Chat(GROUP_GAP_SECONDS if name.startswith("-") else PRIVATE_GAP_SECONDS)
        return self._chats[name]

    def _is_pending(self, ref: str, shown: Shown) -> bool:
        chat = self._chats.get(parted(ref)[0])
        return chat is not None and ref in chat.pending

    def _message(self, ref: str) -> Shown:
        if ref not in self._known:
            self._known[ref] = Shown()
        return self._known[ref]
