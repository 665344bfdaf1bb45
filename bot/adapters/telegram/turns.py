"""In which order updates are served: what one person says in one chat in its order, all the rest at once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.adapters.telegram.places import written_in
from bot.lanes import Lanes

log = structlog.get_logger(__name__)

_IN_A_LANE = 100  # who sends a flood gets no answer to the rest of it
_MESSAGES_AT_ONCE = 64
_OTHERS_AT_ONCE = 256
_UNBOUNDED = 2**31  # the library's own bound knows no difference between messages and presses

Lane = tuple[int, int]
"""A chat, and who speaks there."""


class Turns(BaseUpdateProcessor):
    """Serves updates. Presses and inline queries never wait behind messages, which may have pictures to fetch."""

    def __init__(self) -> None:
        super().__init__(_UNBOUNDED)
        self._messages = asyncio.Semaphore(_MESSAGES_AT_ONCE)
        self._others = asyncio.Semaphore(_OTHERS_AT_ONCE)
        self._lanes = Lanes[Lane]()
        self._serving: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def turn(self, update: object) -> AsyncIterator[None]:
        """Wait until an update's turn has come, and hold it."""
        lane = _lane_of(update)
        if lane is None:
            async with self._others:
                yield
            return
        async with self._lanes.lane(lane), self._messages:  # first the lane: one person cannot take up all the room
            yield

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Serve one update; the library calls this."""
        task = asyncio.ensure_future(self._serve(update, coroutine))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        await task

    async def initialize(self) -> None:
        """Nothing is to be prepared."""

    async def shutdown(self) -> None:
        """Stop whatever is still being served."""
        serving = set(self._serving)
        for task in serving:
            task.cancel()
        if serving:
            await asyncio.wait(serving)

    async def _serve(self, update: object, coroutine: Awaitable[Any]) -> None:
        try:
            lane = _lane_of(update)
            if lane is not None and self._lanes.length(lane) >= _IN_A_LANE:
                log.info("telegram.flood_not_served")
                return
            async with self.turn(update):
                await coroutine
        finally:
            if inspect.iscoroutine(coroutine):
                coroutine.close()  # where its turn never came


def _lane_of(update: object) -> Lane | None:
    if not isinstance(update, Update):
        return None
    message = written_in(update)
    if message is None:
        return None
    speaker = message.sender_chat or message.from_user or message.chat
    return message.chat_id, speaker.id
