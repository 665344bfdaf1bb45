"""Requests on their way in: how many pictures of strangers may be in memory, and how long fetching one may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot import outcomes
from bot.lanes import Lanes
from bot.model import Person
from bot.outcomes import Which
from bot.ports import Fetch, NotBrought
from bot.studio.context import Refused

AT_ONCE = 8
"""Requests of everybody together whose pictures are in memory; the others wait their turn."""

_SHARE = 2  # of these, of one person: who fetches slowly leaves turns to others
_BRING_SECONDS = 120.0  # after which what is fetched counts as unreachable

Kind = Literal["painting", "style", "draft"]
Thing = TypeVar("Thing")


class Turns:
    """Lets a few in at once, of everybody together and, fewer, of one person or place."""

    def __init__(self, at_once: int, share: int) -> None:
        self._all, self._lanes = asyncio.Semaphore(at_once), Lanes[str](share)

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn of this person's or place's, and take it."""
        async with self._lanes.lane(key), self._all:
            yield


@dataclass(eq=False)
class Arrival:
    """What is on its way in from a person; `fetching`: its pictures have a turn, or wait for one."""

    person: Person
    kind: Kind
    fetching: bool = False
    forgotten: bool = False

    def require_wanted(self, verb: str) -> None:
        """Refuse what came before its person asked to be forgotten; to be called right before it is stored."""
        if self.forgotten:
            raise Refused(outcomes.InputsGone(verb=verb))


class Arrivals:
    """Lets requests in, few at a time."""

    def __init__(self) -> None:
        self._by_person: dict[str, list[Arrival]] = {}
        self._turns = Turns(AT_ONCE, _SHARE)

    @contextmanager
    def noted(self, person: Person, kind: Kind) -> Iterator[Arrival]:
        """Know of something on its way, from the first check until it is stored."""
        arrival = Arrival(person, kind)
        self._by_person.setdefault(person.key, []).append(arrival)
        try:
            yield arrival
        finally:
            self._by_person[person.key].remove(arrival)
            if not self._by_person[person.key]:
                del self._by_person[person.key]

    @asynccontextmanager
    async def turn(self, arrival: Arrival, limit: int) -> AsyncIterator[None]:
        """Fetch pictures when there is room for them; raises Refused for who has `limit` of the kind on their way."""
        with self.expected(arrival, limit):
            async with self.room(arrival):
                yield

    @contextmanager
    def expected(self, arrival: Arrival, limit: int) -> Iterator[None]:
        """Count pictures as on their way; raises Refused for who has `limit` of the kind."""
        of_person = self._by_person[arrival.person.key]
        if sum(other.fetching for other in of_person if other.kind == arrival.kind) >= limit:
            raise Refused(outcomes.TooManyWaiting(limit=limit))
        arrival.fetching = True
        try:
            yield
        finally:
            arrival.fetching = False

    @asynccontextmanager
    async def room(self, arrival: Arrival) -> AsyncIterator[None]:
        """Wait until there is room for pictures in memory, and take it."""
        async with self._turns.of(arrival.person.key):
            yield

    def forget(self, person: Person) -> None:
        """See to it that nothing of a person's that is on its way is stored."""
        for arrival in self._by_person.get(person.key, ()):
            arrival.forgotten = True


async def brought(bring: Callable[[], Awaitable[Thing]], which: Which = "photo") -> Thing:
    """Fetch what an adapter offers; raises Refused where that cannot be had. `which` is what takes too long then."""
    try:
        async with asyncio.timeout(_BRING_SECONDS):
            return await bring()
    except NotBrought as error:
        raise Refused(outcomes.PictureRejected(which=error.which, code=error.code, facts=error.facts)) from None
    except TimeoutError:
        raise Refused(outcomes.PictureRejected(which=which, code="unreachable")) from None


async def meant_as(which: Which, fetch: Fetch) -> bytes:
    """Fetch a picture; raises NotBrought as what it is meant for, which who offered it need not have known."""
    try:
        return await fetch()
    except NotBrought as error:
        raise NotBrought(which, error.code, error.facts) from None
