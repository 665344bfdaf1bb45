"""Requests on their way in: how many pictures of strangers may be in memory, and how long fetching one may take."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot import outcomes
from bot.model import Person
from bot.outcomes import Which
from bot.ports import NotBrought
from bot.studio.context import Refused

AT_ONCE = 8
"""Requests of everybody together whose pictures are in memory; the others wait their turn."""

_BRING_SECONDS = 120.0  # after which what is fetched counts as unreachable

Thing = TypeVar("Thing")


class Arrivals:
    """Lets requests in, few at a time."""

    def __init__(self) -> None:
        self._by_person: Counter[str] = Counter()
        self._turns = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def turn(self, person: Person, limit: int) -> AsyncIterator[None]:
        """Take in a request of a person, who may have `limit` of them on their way; raises Refused beyond that."""
        if self._by_person[person.key] >= limit:
            raise Refused(outcomes.TooManyWaiting(limit=limit))
        self._by_person[person.key] += 1
        try:
            async with self._turns:
                yield
        finally:
            self._by_person[person.key] -= 1
            if not self._by_person[person.key]:
                del self._by_person[person.key]


async def brought(bring: Callable[[], Awaitable[Thing]], which: Which = "photo") -> Thing:
    """Fetch what an adapter offers; raises Refused where that cannot be had. `which` is what takes too long then."""
    try:
        async with asyncio.timeout(_BRING_SECONDS):
            return await bring()
    except NotBrought as error:
        raise Refused(outcomes.PictureRejected(which=error.which, code=error.code, facts=error.facts)) from None
    except TimeoutError:
        raise Refused(outcomes.PictureRejected(which=which, code="unreachable")) from None
