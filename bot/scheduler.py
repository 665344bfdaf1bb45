"""Whose turn it is: people take turns by cost, in memory and without a clock.

Who has been served the least goes next, with their oldest job; among equals, who has waited longest since their last
turn ended. Who has had no turn yet counts as served as little as the least served, and starts their account there. So
nobody banks credit while away, a newcomer is behind at most one job of each other person, and nobody starves, however
many newcomers come: none starts lower than the least served stood at its highest, and that rises until it reaches all.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Sequence
from copy import copy
from typing import NamedTuple

LEAST_COST = 1.0  # megapixel-iterations; a film costs next to nothing, but turns must count


class Entry(NamedTuple):
    """A job that waits; `cost` is in megapixel-iterations."""

    created_at: float  # Unix seconds
    job_id: str
    person_key: str
    cost: float


class _Turn(NamedTuple):
    """A turn that was taken: the job, what its person was charged, and how they stood before."""

    entry: Entry
    charged: float
    since: int
    fresh: bool


class Scheduler:
    """The queue of everybody."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Entry]] = {}  # by person, oldest first; nobody is here without a job
        self._turns: dict[str, _Turn] = {}  # by job: what is being painted
        self._served: dict[str, float] = {}  # by person: the cost of their turns, on top of the floor when they came
        self._since: dict[str, int] = {}  # by person: when their last turn ended, or when they came before the first
        self._fresh: set[str] = set()  # who has come and had no turn yet
        self._floor = 0.0  # the least served of those who waited, at its highest; where newcomers start
        self._moment = 0

    def __len__(self) -> int:
        """Return how many jobs wait."""
        return sum(map(len, self._waiting.values()))

    def __contains__(self, job_id: str) -> bool:
        """Tell whether this job waits."""
        return any(entry.job_id == job_id for jobs in self._waiting.values() for entry in jobs)

    def taken(self, job_id: str) -> bool:
        """Tell whether this job was taken and is neither put back nor done."""
        return job_id in self._turns

    def add(self, entry: Entry) -> None:
        """Queue a job, behind the older ones of its person."""
        if not self._waiting and not self._turns:
            self._served.clear()
        person = entry.person_key
        if person not in self._waiting:
            self._least_served()
            if self._served.get(person, 0.0) <= self._floor:
                self._served[person], self._since[person] = self._floor, self._tick()
                self._fresh.add(person)
        bisect.insort(self._waiting.setdefault(person, []), entry, key=_age)

    def remove(self, job_id: str) -> bool:
        """Take a job out of the queue, as when it was cancelled; False when it does not wait."""
        for person, jobs in self._waiting.items():
            for entry in jobs:
                if entry.job_id == job_id:
                    jobs.remove(entry)
                    if not jobs:
                        del self._waiting[person]
                    return True
        return False

    def take(self) -> Entry | None:
        """Return the job whose turn it is and charge its person; None when nobody waits."""
        if not self._waiting:
            return None
        least = self._least_served()
        person = min(
            self._waiting, key=lambda who: (least if who in self._fresh else self._served[who], self._since[who])
        )
        jobs = self._waiting[person]
        entry = jobs.pop(0)
        if not jobs:
            del self._waiting[person]
        charged = max(entry.cost, LEAST_COST)
        self._turns[entry.job_id] = _Turn(entry, charged, self._since[person], person in self._fresh)
        self._served[person] += charged
        self._since[person] = self._tick()
        self._fresh.discard(person)
        return entry

    @property
    def under_way(self) -> int:
        """How many jobs were taken and are neither put back nor done."""
        return len(self._turns)

    def put_back(self, job_id: str) -> None:
        """Queue a job that was taken but could not be painted, as if it had not been taken."""
        turn = self._turns.pop(job_id, None)
        if turn is None:
            return
        person = turn.entry.person_key
        self._served[person] -= turn.charged
        self._since[person] = turn.since
        if turn.fresh:
            self._fresh.add(person)
        bisect.insort_left(self._waiting.setdefault(person, []), turn.entry, key=_age)

    def done(self, job_id: str) -> None:
        """End the turn in which a job was taken."""
        turn = self._turns.pop(job_id, None)
        if turn is not None:
            self._since[turn.entry.person_key] = self._tick()

    def order(self, newcomer: Entry | None = None) -> list[Entry]:
        """Return all that wait, and a newcomer, in the order in which `take` will give them if nothing else comes."""
        future = copy(self)
        future._waiting = {person: list(jobs) for person, jobs in self._waiting.items()}
        future._turns, future._served = dict(self._turns), dict(self._served)
        future._since, future._fresh = dict(self._since), set(self._fresh)
        if newcomer is not None:
            future.add(newcomer)
        for job_id in self._turns:  # before anybody else's turn comes
            future.done(job_id)
        return [entry for entry in iter(future.take, None) if entry is not None]

    def _least_served(self) -> float:
        """Return how much the least served has had, of those who wait and had a turn, and note it as the floor."""
        least = min((self._served[who] for who in self._waiting if who not in self._fresh), default=self._floor)
        self._floor = max(self._floor, least)
        return least

    def _tick(self) -> int:
        self._moment += 1
        return self._moment


def _age(entry: Entry) -> float:
    return entry.created_at


class Lane(NamedTuple):
    """An engine that takes jobs: in how many seconds it is free, and its megapixel-iterations per second."""

    free_in: float
    speed: float


def forecast(order: Iterable[Entry], lanes: Sequence[Lane]) -> dict[str, float]:
    """Return the seconds until each job is finished, when the lanes take them in this order; empty without lanes."""
    free = [(lane.free_in, index) for index, lane in enumerate(lanes)]
    heapq.heapify(free)
    finished: dict[str, float] = {}
    for entry in order if free else ():
        start, index = heapq.heappop(free)
        finished[entry.job_id] = start + entry.cost / lanes[index].speed
        heapq.heappush(free, (finished[entry.job_id], index))
    return finished
