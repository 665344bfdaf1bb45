"""What cannot be had now is asked for again, for as long as a person would wait for it.

Chats and their file servers hiccup: a try later, all is well. Whoever waits is told where that takes a while and there
is a place to say so.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from bot.ports import Clock

T = TypeVar("T")
Tell = Callable[[], Awaitable[None]]
"""Tells whoever waits that it takes a while; raises nothing."""

LONGEST_SECONDS = 25.0
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)  # seconds
_TOLD_AFTER_SECONDS = 2.0

_tell: ContextVar[Tell | None] = ContextVar("tell", default=None)


class Passing(Exception):
    """Something cannot be had now, but may be soon, after `seconds` where that was said. `error`: if it is not."""

    def __init__(self, error: Exception, seconds: float | None = None) -> None:
        self.error, self.seconds = error, seconds
        super().__init__(type(error).__name__)


async def patiently(attempt: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Try until it works; raises what `attempt` raises, and the error of Passing when it has not passed in time."""
    begun = clock.now()
    for pause in (*_PAUSES, math.inf):
        try:
            return await attempt()
        except Passing as passing:
            wait = max(pause, passing.seconds or 0.0)
            waited = clock.now() - begun
            if waited + wait > LONGEST_SECONDS:
                raise passing.error from None
            if waited + wait > _TOLD_AFTER_SECONDS and (tell := _tell.get()) is not None:
                await tell()
            await clock.sleep(wait)
    raise AssertionError


@contextmanager
def told_when_late(tell: Tell) -> Iterator[None]:
    """Have `tell` called, once, when what is asked for meanwhile takes longer than people wait without a word."""
    told = False

    async def once() -> None:
        nonlocal told
        if not told:
            told = True
            await tell()

    token = _tell.set(once)
    try:
        yield
    finally:
        _tell.reset(token)
