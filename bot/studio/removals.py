"""Takes away messages that nothing else is known of any more; the store knows which, so that a restart goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import structlog

from bot.background import Background
from bot.model import LeftMessage, Place
from bot.ports import Removal
from bot.studio import messages
from bot.studio.context import Context

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 5.0
"""That a person's verb waits for messages to go."""

_AT_ONCE = 4
_GIVEN_UP_SECONDS = 7 * 86400.0  # what finds a message says where somebody was: it is not kept for ever
_CLOSE_SECONDS = 1.0


class Cleared(msgspec.Struct, frozen=True):
    """How many messages went, how many stay for good, and how many are still to go."""

    removed: int = 0
    staying: int = 0
    to_come: int = 0


class Removals:
    """Removes messages."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._background = Background()
        self._in_hand: set[int] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def close(self) -> None:
        """Wait a moment for what is on its way; the rest is for the next start."""
        await self._background.close(wait_seconds=_CLOSE_SECONDS)

    async def take_up(self) -> None:
        """Go on with what could not be removed yet."""
        for message in await self._context.store.removals.all():
            if message.id not in self._in_hand:
                self._start(message)

    async def take_away(self, place: Place, ref: str) -> None:
        """Remove a message, now or later."""
        self._start(await self._context.store.removals.add(place, ref))

    async def clear(self, left: Sequence[LeftMessage]) -> Cleared:
        """Remove messages, and wait a moment for that; what takes longer goes on in the background."""
        tasks = [self._start(message) for message in left]
        if not tasks:
            return Cleared()
        done, _ = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        answers = [task.result() for task in done if not task.cancelled() and task.exception() is None]
        removed, staying = answers.count("done"), answers.count("stays")
        return Cleared(removed=removed, staying=staying, to_come=len(left) - removed - staying)

    def _start(self, message: LeftMessage) -> asyncio.Task[Removal]:
        self._in_hand.add(message.id)
        return self._background.start(self._remove(message), "removal of a message")

    async def _remove(self, message: LeftMessage) -> Removal:
        try:
            async with self._turns:
                answer = await messages.removal(self._context, message.place, message.ref)
            too_long = self._context.clock.now() - message.since > _GIVEN_UP_SECONDS
            if answer != "later" or too_long:
                await self._context.store.removals.done(message)
            if answer == "stays" or (answer == "later" and too_long):
                log.warning("message.stays", platform=type(message.place).__name__)
            return answer
        finally:
            self._in_hand.discard(message.id)
