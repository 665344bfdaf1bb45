"""What hiccups is asked for again, for as long as a person would wait; who waits for it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.patience import LONGEST_SECONDS, Passing, patiently, told_when_late
from tests.fakes import FakeClock


class Quick(FakeClock):
    """A clock whose sleepers take no time; it notes how long they meant to."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)


def failing(times: int, error: Callable[[], Exception]) -> Callable[[], asyncio.Future[str]]:
    """What works after it failed so many times."""
    left = times

    async def attempt() -> str:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error()
        return "done"

    return attempt  # type: ignore[return-value]


async def test_what_passes_is_waited_for_longer_each_time_and_not_for_ever() -> None:
    clock = Quick()
    assert await patiently(failing(3, lambda: Passing(OSError())), clock) == "done"
    assert clock.slept == sorted(set(clock.slept)) and len(clock.slept) == 3
    clock = Quick()
    with pytest.raises(OSError):
        await patiently(failing(99, lambda: Passing(OSError())), clock)
    assert 20 < sum(clock.slept) <= LONGEST_SECONDS


async def test_what_is_final_is_not_asked_for_again() -> None:
    clock = Quick()
    with pytest.raises(KeyError):
        await patiently(failing(1, KeyError), clock)
    assert clock.slept == []


async def test_a_wait_that_is_asked_for_is_kept_unless_nobody_would_wait_so_long() -> None:
    clock = Quick()
    assert await patiently(failing(1, lambda: Passing(OSError(), seconds=7)), clock) == "done"
    assert clock.slept == [7]
    clock = Quick()
    with pytest.raises(OSError):
        await patiently(failing(1, lambda: Passing(OSError(), seconds=600)), clock)
    assert clock.slept == []


async def test_who_waits_is_told_once_and_only_where_it_takes_long() -> None:
    told = []

    async def tell() -> None:
        told.append(True)

    async def both(times: int) -> None:
        with told_when_late(tell):
            attempts = (failing(times, lambda: Passing(OSError())) for _ in range(2))
            await asyncio.gather(*(patiently(attempt, Quick()) for attempt in attempts))

    await both(1)
    assert told == []
    await both(4)
    assert told == [True]
    await patiently(failing(4, lambda: Passing(OSError())), Quick())
    assert told == [True]
