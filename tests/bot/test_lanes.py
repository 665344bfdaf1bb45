"""Locks by key: one after the other in a lane, and no memory of lanes that are empty."""

from __future__ import annotations

import asyncio

import pytest

from bot.lanes import Lanes


async def test_what_shares_a_key_comes_one_after_the_other_in_order() -> None:
    lanes, seen = Lanes[str](), []

    async def enter(key: str, number: int) -> None:
        async with lanes.lane(key):
            seen.append((key, number, "in"))
            await asyncio.sleep(0)
            seen.append((key, number, "out"))

    await asyncio.gather(*(enter("a", number) for number in range(3)), enter("b", 0))

    own = [event for event in seen if event[0] == "a"]
    assert own == [("a", number, step) for number in range(3) for step in ("in", "out")]
    assert seen.index(("b", 0, "in")) < seen.index(("a", 0, "out"))


async def test_several_may_be_abreast_and_no_more() -> None:
    lanes, here, most = Lanes[int](2), 0, 0

    async def enter() -> None:
        nonlocal here, most
        async with lanes.lane(1):
            here += 1
            most = max(most, here)
            await asyncio.sleep(0)
            here -= 1

    await asyncio.gather(*(enter() for _ in range(5)))

    assert most == 2


async def test_a_lane_is_forgotten_when_the_last_has_left_also_one_who_gave_up_waiting() -> None:
    lanes = Lanes[str]()
    async with lanes.lane("a"):
        waiting = asyncio.create_task(_pass(lanes))
        await asyncio.sleep(0)
        assert lanes.length("a") == 2
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert lanes.length("a") == 1

    assert (len(lanes), lanes.length("a")) == (0, 0)


async def _pass(lanes: Lanes[str]) -> None:
    async with lanes.lane("a"):
        pass
