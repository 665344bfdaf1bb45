"""Stand-ins for what a test cannot have: a clock that moves when told, and an outlet that remembers."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

from bot.model import Person, Place
from bot.outcomes import DeliveryOutcome, Outcome, StatusOutcome
from bot.ports import Gone, Later, Removal, Sent


class FakeClock:
    """The Clock port; time passes only by `advance`."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._numbers), woken))
        self.advance(0)
        await woken

    def advance(self, seconds: float) -> None:
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    @property
    def sleeping(self) -> int:
        """How many wait for time to pass."""
        return sum(not woken.done() for _, _, woken in self._sleepers)


class RecordingOutlet:
    """The Outlet port; remembers what it was told and answers what the test put into `answers`."""

    def __init__(self) -> None:
        self.shown: list[tuple[StatusOutcome, str | None]] = []
        self.delivered: list[tuple[DeliveryOutcome, str]] = []
        self.removed: list[str] = []
        self.notified: list[tuple[str, Outcome]] = []
        self.told: list[tuple[Place, str, Outcome]] = []
        self.answers: deque[Sent | Gone | Later | Exception] = deque()
        self.show_hook: Callable[[StatusOutcome], None] | None = None
        self.show_gate: asyncio.Event | None = None
        self.lost_status = False
        self.keeps_messages = False  # removing does not work just now
        self.removals: dict[str, Removal] = {}  # what removing comes to, by reference
        self._numbers = count(1)

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        self.shown.append((outcome, ref))
        if self.show_gate is not None:
            await self.show_gate.wait()
        if self.show_hook is not None:
            self.show_hook(outcome)
        if self.lost_status:
            return None
        return ref or f"status-{next(self._numbers)}"

    async def remove(self, place: Place, ref: str) -> Removal:
        self.removed.append(ref)
        return self.removals.get(ref, "later" if self.keeps_messages else "done")

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        self.delivered.append((outcome, key))
        answer = self.answers.popleft() if self.answers else Sent(f"sent-{next(self._numbers)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def tell(self, place: Place, person: Person, outcome: Outcome) -> bool:
        self.told.append((place, person.key, outcome))
        return True

    async def notify(self, person_id: str, outcome: Outcome, locale: str = "") -> bool:
        self.notified.append((person_id, outcome))
        return True
