"""Locks by key: those that share a key come one after the other, or a few at a time; others do not wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Lanes(Generic[Key]):
    """Keeps a lane for each key that somebody is in, and nothing of those that are empty."""

    def __init__(self, abreast: int = 1) -> None:
        """`abreast` is how many may be in one lane at once; the others wait, in the order in which they came."""
        self._abreast = abreast
        self._lanes: dict[Key, tuple[asyncio.Semaphore, list[None]]] = {}  # and one item for each that is in or waits

    @asynccontextmanager
    async def lane(self, key: Key) -> AsyncIterator[None]:
        """Wait for a turn in a key's lane, and hold it."""
        room, here = self._lanes.setdefault(key, (asyncio.Semaphore(self._abreast), []))
        here.append(None)
        try:
            async with room:
                yield
        finally:
            here.pop()
            if not here:
                del self._lanes[key]

    def length(self, key: Key) -> int:
        """Return how many are in a key's lane, those who wait included."""
        return len(self._lanes[key][1]) if key in self._lanes else 0

    def __len__(self) -> int:
        """Return how many lanes somebody is in."""
        return len(self._lanes)
