"""Paces the updates of status messages: Discord wants few, and people the latest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from bot.adapters.discord.failures import Trouble
from bot.ports import Clock
from bot.recent import Recent

log = structlog.get_logger(__name__)

GAP_SECONDS = 4.0
"""Between two updates of one message."""

_KNOWN = 1000  # messages in memory; the oldest are forgotten first

Edit = Callable[[], Awaitable[Trouble | None]]


@dataclass
class _Status:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    not_before: float | None = None  # None: nothing was shown yet
    latest: Edit | None = None
    waiting: asyncio.Task[None] | None = None
    gone: bool = False
    silent: bool = False  # it is there, but cannot be edited


class Statuses:
    """The status messages of this run, by reference."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known = Recent[str, _Status](_KNOWN, lambda ref, status: status.waiting is not None)

    @asynccontextmanager
    async def first(self, ref: str) -> AsyncIterator[bool]:
        """Hold back updates meanwhile; False when there was one already."""
        status = self._status(ref)
        async with status.lock:
            nothing_yet = status.not_before is None and not status.gone
            yield nothing_yet
            if nothing_yet:
                status.not_before = self._clock.now() + GAP_SECONDS

    def shown(self, ref: str) -> None:
        """Take note of a message that was sent just now."""
        self._status(ref).not_before = self._clock.now() + GAP_SECONDS

    async def update(self, ref: str, edit: Edit) -> bool:
        """Make an update, at once or as soon as it may be; False when there is no such message any more."""
        status = self._status(ref)
        if status.gone or status.silent:
            return not status.gone
        async with status.lock:
            if (wait := self._wait(status)) > 0:
                status.latest = edit
                if status.waiting is None:
                    status.waiting = asyncio.create_task(self._later(status, wait), name=f"status message {ref}")
            else:
                await self._edit(status, edit)
        return not status.gone

    async def drop(self, ref: str) -> None:
        """Forget a message, and wait for an update that is under way, lest it come after the removal."""
        status = self._known.pop(ref, None)
        if status is None:
            return
        status.gone, status.latest = True, None
        if status.waiting is not None:
            status.waiting.cancel()
        async with status.lock:
            return

    def stop(self) -> None:
        """Make no more updates."""
        for status in self._known.values():
            if status.waiting is not None:
                status.waiting.cancel()
        self._known.clear()

    async def _later(self, status: _Status, wait: float) -> None:
        try:
            await self._clock.sleep(wait)
            async with status.lock:
                edit, status.latest = status.latest, None
                if edit is not None and not status.gone:
                    await self._edit(status, edit)
        except Exception:
            log.exception("discord.status_broke")
        finally:
            status.waiting = None

    async def _edit(self, status: _Status, edit: Edit) -> None:
        status.latest = None
        trouble = await edit()
        pause = GAP_SECONDS
        if trouble is not None:
            status.gone = status.gone or trouble.gone
            status.silent = trouble.retry_after is None
            pause = max(pause, trouble.retry_after or 0.0)
        status.not_before = self._clock.now() + pause

    def _wait(self, status: _Status) -> float:
        """Return the seconds to wait; the clock may have been set back meanwhile, which must not stop updates."""
        if status.not_before is None:
            return 0.0
        wait = status.not_before - self._clock.now()
        return wait if wait <= 10 * 60 else 0.0

    def _status(self, ref: str) -> _Status:
        if ref not in self._known:
            self._known[ref] = _Status()
        return self._known[ref]
