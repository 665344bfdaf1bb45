"""Forgetting takes the posted paintings out of the chats, too, whatever comes between."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import Place
from bot.outcomes import DeliveryOutcome, ForgetAsked, Forgotten
from bot.ports import Gone, Later, Sent
from bot.studio import removals
from tests.bot.studio.conftest import ANNA, BERT, PLACE, House, a_request, eventually

WEEK_SECONDS = 7 * 86400.0


async def forgotten(house: House) -> Forgotten:
    """Forget Anna."""
    asked = await house.studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    outcome = await house.studio.forget(ANNA, asked.token)
    assert isinstance(outcome, Forgotten)
    return outcome


async def test_posted_paintings_are_removed_and_counted(house: House) -> None:
    await house.open()
    mine = [await house.painted(number=number) for number in range(3)]
    theirs = await house.painted(BERT, number=9)
    assert mine[1].sent_ref is not None
    house.outlet.removals[mine[1].sent_ref] = "stays"
    outcome = await forgotten(house)
    assert (outcome.jobs, outcome.messages, outcome.staying, outcome.to_come) == (3, 2, 1, 0)
    assert {job.sent_ref for job in mine} <= set(house.outlet.removed)
    assert theirs.sent_ref not in house.outlet.removed
    assert await house.store.removals.all() == []


async def test_copies_go_too(house: House) -> None:
    studio = await house.open()
    one, other, theirs = await house.painted(), await house.painted(number=2), await house.painted(BERT, number=9)
    for job, ref in ((one, "from the history"), (other, "in full quality"), (theirs, "somebody else's")):
        await studio.copied(job.id, PLACE, ref)
        await studio.copied(job.id, PLACE, ref)
    await studio.copied("nothing", PLACE, "of no job")
    await studio.delete(ANNA, other.id)
    assert "in full quality" in house.outlet.removed
    outcome = await forgotten(house)
    assert (outcome.messages, outcome.staying, outcome.to_come) == (2, 0, 0)
    assert "from the history" in house.outlet.removed
    assert "somebody else's" not in house.outlet.removed


async def test_what_was_deleted_is_not_removed_twice(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    await studio.delete(ANNA, job.id)
    outcome = await forgotten(house)
    assert (outcome.messages, outcome.staying, outcome.to_come) == (0, 0, 0)
    assert house.outlet.removed.count(str(job.sent_ref)) == 1


async def test_what_cannot_be_removed_at_once_goes_later_also_after_a_restart(house: House) -> None:
    await house.open()
    job = await house.painted()
    house.outlet.keeps_messages = True
    outcome = await forgotten(house)
    assert (outcome.messages, outcome.to_come) == (0, 1)
    await house.close()
    house.outlet.keeps_messages, house.outlet.removed = False, []
    studio = await house.open()
    await eventually(lambda: house.outlet.removed == [job.sent_ref])

    async def nothing_left() -> bool:
        return await house.store.removals.all() == []

    await eventually(nothing_left)
    await studio.tidy()
    assert house.outlet.removed == [job.sent_ref]


async def test_a_slow_chat_holds_nobody_up_and_a_kill_meanwhile_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "PATIENCE_SECONDS", 0.05)
    await house.open()
    job = await house.painted()
    remove = house.outlet.remove

    async def never(place: Place, ref: str) -> removals.Removal:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(house.outlet, "remove", never)
    outcome = await forgotten(house)
    assert outcome.to_come == 1
    (left,) = await house.store.removals.all()  # what a kill would leave
    assert left.ref == job.sent_ref
    await house.close()
    monkeypatch.setattr(house.outlet, "remove", remove)
    await house.open()
    await eventually(lambda: job.sent_ref in house.outlet.removed)


async def test_what_cannot_be_removed_for_a_week_is_given_up(house: House) -> None:
    studio = await house.open()
    await house.painted()
    house.outlet.keeps_messages = True
    await forgotten(house)
    house.clock.advance(WEEK_SECONDS + 1)
    await studio.tidy()

    async def nothing_left() -> bool:
        return await house.store.removals.all() == []

    await eventually(nothing_left)


async def test_a_painting_that_arrives_a_moment_later_is_removed_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = await house.open()
    deliver, arrived, go_on = house.outlet.deliver, asyncio.Event(), asyncio.Event()

    async def slow(place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        arrived.set()
        await go_on.wait()
        await deliver(place, outcome, key)
        return Sent("too late")

    monkeypatch.setattr(house.outlet, "deliver", slow)
    await house.accepted(studio.submit(ANNA, PLACE, a_request()))
    await arrived.wait()
    await forgotten(house)
    go_on.set()
    await eventually(lambda: "too late" in house.outlet.removed)
