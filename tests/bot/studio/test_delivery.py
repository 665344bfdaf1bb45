"""Delivery over bad days and over restarts."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import CliPlace, Place, is_undelivered
from bot.outcomes import Deleted, DeliveryOutcome, Failed, Finished, PermissionMissing, WrongState
from bot.ports import Gone, Later, Sent
from bot.store import StorageFull
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    PLACE,
    House,
    a_request,
    eventually,
    fetching,
    make_config,
    picture,
)
from tests.bot.studio.test_trouble import begun, painting
from tests.fake_engine import SEEDS
from tests.waiting import PATIENCE


async def test_later_means_then_and_not_before(house: House) -> None:
    await house.open()
    house.outlet.answers += [Later(600), Later(60)]
    job = await house.submitted()
    await eventually(lambda: len(house.outlet.delivered) == 1)
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor and the delivery
    house.clock.advance(599)
    await asyncio.sleep(0.05)
    assert len(house.outlet.delivered) == 1
    assert (await house.job(job.id)).state == "painted"
    house.clock.advance(1)
    await eventually(lambda: len(house.outlet.delivered) == 2)
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    house.clock.advance(60)
    await house.finished(job.id)
    assert (await house.job(job.id)).attempts_delivery == 2


async def test_later_survives_a_restart(house: House) -> None:
    await house.open()
    house.outlet.answers.append(Later(600))
    job = await house.submitted()
    await eventually(lambda: len(house.outlet.delivered) == 1)
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    await house.close()
    await house.open()
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    assert len(house.outlet.delivered) == 1
    house.clock.advance(601)
    await house.finished(job.id)


async def test_an_outlet_that_breaks_is_tried_again_with_growing_pauses(house: House) -> None:
    await house.open()
    house.outlet.answers += [RuntimeError("the platform is away"), RuntimeError("still away")]
    job = await house.submitted()
    waits = []
    for attempt in (1, 2):
        await eventually(lambda: len(house.outlet.delivered) == attempt)  # noqa: B023 - awaited at once
        await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
        waits.append(((await house.job(job.id)).deliver_after or 0) - house.clock.now())
        house.clock.advance(waits[-1])
    await house.finished(job.id)
    assert waits == [30, 60]


async def test_a_place_that_is_gone_ends_it_but_the_history_keeps_it(house: House) -> None:
    studio = await house.open()
    house.outlet.answers.append(Gone("the channel was deleted"))
    job = await house.submitted()
    expired = await house.state(job.id, "expired")
    assert expired.refunded
    assert await house.used() == 0
    page = await studio.history(ANNA)
    assert [entry.id for entry in page.jobs] == [job.id]  # type: ignore[union-attr]
    again = await house.accepted(studio.again(ANNA, PLACE, job.id))
    await house.finished(again.id)


async def test_what_nobody_got_is_told_and_given_back_also_after_a_restart(house: House) -> None:
    studio = await house.open()
    house.outlet.answers += [Gone("no pictures here"), Later(3600)]
    job = await house.submitted()
    await eventually(lambda: len(house.outlet.delivered) == 2)
    await house.state(job.id, "expired")
    await house.close()
    studio = await house.open()
    await eventually(lambda: len(house.outlet.delivered) == 3)
    ending = house.ending(job.id)
    assert isinstance(ending, Failed)
    assert (ending.reason, ending.refunded) == ("undeliverable", 1)
    await house.status_gone(job.id)
    assert isinstance(await studio.result(ANNA, job.id), Finished)
    assert await house.used() == 0  # nobody is charged for having it later
    for verb in ("bigger", "film", "details"):
        other = await house.accepted(getattr(studio, verb)(ANNA, PLACE, job.id))
        await house.finished(other.id)
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)


async def test_what_was_given_up_in_the_queue_is_not_called_undelivered(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    house.clock.advance(25 * 3600)
    await studio.tidy()
    ended = await house.state(job.id, "expired")
    assert not is_undelivered(ended)
    assert await studio.result(ANNA, job.id) == WrongState(verb="result", state="expired")


async def test_where_the_bot_lacks_a_permission_nothing_is_let_in(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    lacking = ("can_send_photos",)
    refused = PermissionMissing(permissions=lacking)
    assert await studio.submit(ANNA, PLACE, a_request(1), lacking=lacking) == refused
    for verb in ("again", "stronger", "softer", "colors", "bigger", "swap", "variations", "film", "details"):
        assert await getattr(studio, verb)(ANNA, PLACE, first.id, lacking=lacking) == refused
    assert await studio.restyle(ANNA, PLACE, first.id, picture(5), lacking=lacking) == refused
    assert await studio.stylize(ANNA, PLACE, "ink", [fetching(1)], lacking=lacking) == refused
    assert await studio.draft_pictures(ANNA, PLACE, [fetching(1)], lacking=lacking) == refused
    assert not await studio.has_draft(ANNA, PLACE)
    assert await house.used() == 1


async def test_after_some_days_it_is_given_up(house: House) -> None:
    await house.open()
    house.outlet.answers += [Later(3 * 86400)] * 3
    job = await house.submitted()
    for attempt in (1, 2, 3):
        await eventually(lambda: len(house.outlet.delivered) == attempt)  # noqa: B023
        await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
        house.clock.advance(3 * 86400)
    await house.state(job.id, "expired")
    await eventually(lambda: len(house.outlet.delivered) == 4)  # it is told
    assert isinstance(house.ending(job.id), Failed)


async def test_an_adapter_that_is_not_in_use_keeps_its_results(house: House) -> None:
    studio = await house.open()
    place = CliPlace(output="/nowhere/painting.png")
    job = await house.accepted(studio.submit(ANNA, place, a_request()))
    await house.state(job.id, "painted")
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    assert (await house.job(job.id)).state == "painted"


async def test_a_failure_is_told_later_too(house: House) -> None:
    await house.open()
    house.outlet.answers += [Later(5), RuntimeError("away")]
    job = await house.submitted(seed=SEEDS["engine-error"])
    for attempt in (1, 2):
        await eventually(lambda: len(house.outlet.delivered) == attempt)  # noqa: B023
        await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
        house.clock.advance(60)
    await eventually(lambda: len(house.outlet.delivered) == 3)
    assert isinstance(house.ending(job.id), Failed)


async def test_an_outlet_that_takes_long_to_be_ready_tells_of_a_failure_all_the_same(house: House) -> None:
    await house.open()
    house.outlet.answers += [Later(5)] * 60
    job = await house.submitted(seed=SEEDS["engine-error"])
    for attempt in range(1, 61):
        await eventually(lambda: len(house.outlet.delivered) == attempt)  # noqa: B023
        await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
        assert not (await house.job(job.id)).told
        house.clock.advance(5)

    async def told() -> bool:
        return (await house.job(job.id)).told

    await eventually(told)
    assert len(house.outlet.delivered) == 61


async def test_what_cannot_be_told_for_hours_is_told_no_more(house: House) -> None:
    await house.open()
    house.outlet.answers += [Later(1200)] * 10
    job = await house.submitted(seed=SEEDS["engine-error"])
    for attempt in range(1, 5):
        await eventually(lambda: len(house.outlet.delivered) == attempt)  # noqa: B023
        if attempt < 4:
            await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
            house.clock.advance(1200)

    async def told() -> bool:
        return (await house.job(job.id)).told

    await eventually(told)
    assert len(house.outlet.delivered) == 4


async def test_a_slow_outlet_delays_nobody_and_sees_only_the_latest(house: House) -> None:
    await house.open()
    house.outlet.show_gate = asyncio.Event()
    job = await house.submitted()
    await house.state(job.id, "painted", "delivered")
    assert len(house.outlet.shown) == 1
    house.outlet.show_gate.set()
    await house.finished(job.id)
    await eventually(lambda: house.outlet.removed)


async def test_a_place_where_handing_over_takes_long_holds_up_no_other(house: House) -> None:
    studio = await house.open()
    deliver, wakes = house.outlet.deliver, asyncio.Event()

    async def slow(place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        if place == PLACE:
            await wakes.wait()
        return await deliver(place, outcome, key)

    house.outlet.deliver = slow  # type: ignore[method-assign]
    for number in range(5):
        job = await house.submitted(number=number)
        await house.state(job.id, "painted")
    other = await house.accepted(studio.submit(BERT, ELSEWHERE, a_request()))
    await house.finished(other.id)
    wakes.set()
    await house.finished(job.id)


async def test_a_status_message_that_comes_after_the_result_is_removed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.studio.status._LAST_SHOW_SECONDS", 0.05)
    await house.open()
    house.outlet.show_gate = asyncio.Event()
    job = await house.submitted()
    await house.finished(job.id)
    assert house.outlet.removed == []
    house.outlet.show_gate.set()
    await eventually(lambda: house.outlet.removed)
    assert len(house.outlet.shown) == 1
    await house.status_gone(job.id)


async def test_an_outlet_that_cannot_show_does_not_stop_the_painting(house: House) -> None:
    await house.open()

    def broken(_: object) -> None:
        raise RuntimeError("no such channel")

    house.outlet.show_hook = broken
    job = await house.submitted()
    await house.finished(job.id)


async def test_a_status_message_that_was_removed_does_not_come_back(house: House) -> None:
    studio = await house.open()
    house.outlet.lost_status = True
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    await house.finished(job.id)
    assert len(house.outlet.shown) == 1
    assert house.outlet.removed == []
    assert (await house.job(job.id)).status_ref is None


async def test_a_restart_takes_up_everything(house: House) -> None:
    """One job painted but not delivered, one being painted, one queued."""
    await house.open()
    house.outlet.answers.append(Later(10))
    painted = await house.submitted()
    await house.state(painted.id, "painted")
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    under_way = await painting(house)
    queued = await house.submitted(number=2)
    assert (await house.job(under_way.id)).state == "painting"
    await house.close()
    store_states = {}
    studio = await house.open(start=False)
    for job in (painted, under_way, queued):
        found = await house.job(job.id)
        store_states[found.id] = (found.state, found.attempts_engine)
    assert store_states == {painted.id: ("painted", 0), under_way.id: ("queued", 0), queued.id: ("queued", 0)}
    house.clock.advance(10)
    house.outlet.shown.clear()
    await studio.start()
    await house.finished(painted.id)
    await begun(house, under_way.id)
    await studio.cancel(ANNA, under_way.id)
    await house.finished(queued.id)
    assert await house.used() == 3


async def test_a_kill_in_the_middle_of_painting_is_no_attempt(house: House) -> None:
    """As after SIGKILL: the row still says painting when the next run begins."""
    await house.open(start=False)
    job = await house.submitted()
    assert await house.store.jobs.start(job.id, house.clock.now() + 3600)
    await house.close()
    await house.open()
    await house.finished(job.id)
    assert (await house.job(job.id)).attempts_engine == 0


async def test_closing_takes_seconds_even_when_the_outlet_hangs(house: House) -> None:
    await house.open()
    house.outlet.show_gate = asyncio.Event()
    job = await house.submitted(seed=SEEDS["slow"])
    await house.state(job.id, "painting")
    await asyncio.wait_for(house.close(), PATIENCE)


async def test_what_is_delivered_twice_is_so_with_the_same_key(house: House) -> None:
    """Killed between the platform's yes and our commit: the key lets a platform notice the repetition."""
    await house.open()
    house.outlet.answers.append(Sent("first"))
    delivered = house.store.jobs.delivered

    async def lost(*_: object) -> bool:
        raise asyncio.CancelledError

    house.store.jobs.delivered = lost  # type: ignore[method-assign]
    job = await house.submitted()
    await eventually(lambda: len(house.outlet.delivered) == 1)
    await house.close()
    await house.open()
    assert house.store.jobs.delivered is not delivered
    await house.finished(job.id)
    assert [key for _, key in house.outlet.delivered] == [job.id, job.id]
    assert make_config().store.deliver_days == 7


async def test_what_was_delivered_but_could_not_be_noted_is_not_delivered_again(house: House) -> None:
    """A full disk would otherwise send the same painting every half minute."""
    await house.open()
    delivered, calls = house.store.jobs.delivered, 0

    async def full(job_id: str, *sent: str | None) -> bool:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise StorageFull(house.folder)
        return await delivered(job_id, *sent)

    house.store.jobs.delivered = full  # type: ignore[method-assign]
    job = await house.submitted()
    for attempt in (1, 2):
        await eventually(lambda: calls == attempt)  # noqa: B023 - awaited at once
        await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor and the delivery
        house.clock.advance(30)
    await house.finished(job.id)
    assert len(house.outlet.delivered) == 1
    assert (await house.job(job.id)).sent_ref is not None


async def test_a_status_message_that_cannot_be_removed_is_removed_later(house: House) -> None:
    studio = await house.open()
    house.outlet.keeps_messages = True
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    await house.finished(job.id)
    await eventually(lambda: house.outlet.removed == ["mine"])
    await studio.tidy()
    await eventually(lambda: house.outlet.removed == ["mine"] * 2)
    assert (await house.job(job.id)).status_ref == "mine"
    await house.close()
    house.outlet.keeps_messages = False
    await house.open()
    await house.status_gone(job.id)
    assert house.outlet.removed == ["mine"] * 3


async def test_the_status_message_goes_when_a_delivery_is_given_up(house: House) -> None:
    studio = await house.open()
    house.outlet.answers += [Later(8 * 86400)]
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    await eventually(lambda: len(house.outlet.delivered) == 1)
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)
    house.clock.advance(7.5 * 86400)
    await studio.tidy()
    await house.state(job.id, "expired")
    await eventually(lambda: house.outlet.removed)
    assert house.outlet.removed == ["mine"]
