"""Requests that are fetched only when that is worth it, and few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.model import Person, PlaceSettings, Request
from bot.outcomes import (
    Accepted,
    Banned,
    ChannelNotAllowed,
    ForgetAsked,
    Forgotten,
    HistoryPage,
    InputsGone,
    OptionRefused,
    Outcome,
    Paused,
    PictureRejected,
    QuotaUsedUp,
    StyleSaved,
    TooManyWaiting,
)
from bot.ports import NotBrought
from bot.studio import arrivals
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, House, a_request, eventually, make_config, picture
from tests.waiting import PATIENCE


class Bringer:
    """Brings a request when the gate opens, and counts how many are on their way."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.brought = self.now = self.most = 0

    def bring(self, number: int = 0) -> Callable[[], asyncio.Future[Request]]:
        async def fetch() -> Request:
            self.brought += 1
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                await self.gate.wait()
                return a_request(number)
            finally:
                self.now -= 1

        return lambda: asyncio.ensure_future(fetch())


async def test_a_request_is_brought_and_painted(house: House) -> None:
    studio = await house.open()
    bringer = Bringer()
    bringer.gate.set()
    job = await house.accepted(studio.submit(ANNA, PLACE, bringer.bring(), key="press 1"))
    await house.finished(job.id)
    again = await studio.submit(ANNA, PLACE, bringer.bring(), key="press 1")
    assert isinstance(again, Accepted)
    assert (again.repeated, again.job.id, bringer.brought) == (True, job.id, 1)


async def test_nothing_is_fetched_for_who_is_refused_anyhow(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 2, "paintings_a_day": 3})
    studio = await house.open(start=False)
    bringer = Bringer()

    async def refused(person: Person = ANNA) -> Outcome:
        return await studio.submit(person, PLACE, bringer.bring())

    await studio.ban(OWNER, BERT.key)
    assert await refused(BERT) == Banned()
    await studio.pause(OWNER)
    assert await refused() == Paused()
    await studio.resume(OWNER)
    await house.store.places.put(PLACE.key, PlaceSettings(allowed_channels=("1",)))
    assert await refused() == ChannelNotAllowed(channels=("1",))
    await house.store.places.put(PLACE.key, PlaceSettings(paintings_a_day_for_all=0))
    assert isinstance(await refused(), QuotaUsedUp)
    await house.store.places.put(PLACE.key, PlaceSettings())
    await house.submitted(), await house.submitted(number=1)
    assert await refused() == TooManyWaiting(limit=2)
    assert bringer.brought == 0


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (NotBrought("style", "gone"), PictureRejected(which="style", code="gone")),
        (NotBrought("photo", "unreachable"), PictureRejected(which="photo", code="unreachable")),
        (
            NotBrought("photo", "too_many_bytes", {"found": 30, "limit": 20}),
            PictureRejected(which="photo", code="too_many_bytes", facts={"found": 30, "limit": 20}),
        ),
    ],
)
async def test_what_cannot_be_fetched_is_said(house: House, error: NotBrought, refusal: PictureRejected) -> None:
    studio = await house.open(start=False)

    async def bring() -> Request:
        raise error

    assert await studio.submit(ANNA, PLACE, bring) == refusal
    assert await house.used() == 0


async def test_what_takes_forever_counts_as_unreachable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "_BRING_SECONDS", 0.05)
    studio = await house.open(start=False)
    outcome = await studio.submit(ANNA, PLACE, Bringer().bring())
    assert outcome == PictureRejected(which="photo", code="unreachable")


async def test_a_broken_fetch_is_the_adapters_fault_and_frees_its_turn(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 1})
    studio = await house.open(start=False)

    async def bring() -> Request:
        raise RuntimeError("a bug")

    for _ in range(arrivals.AT_ONCE + 1):
        with pytest.raises(RuntimeError, match="a bug"):
            await studio.submit(ANNA, PLACE, bring)

    async def bad() -> Request:
        return a_request(strength=101)

    assert isinstance(await studio.submit(ANNA, PLACE, bad), OptionRefused)
    await house.submitted()


async def test_one_person_has_few_on_the_way(house: House) -> None:
    studio = await house.open(start=False)
    bringer = Bringer()
    under_way = [asyncio.ensure_future(studio.submit(ANNA, PLACE, bringer.bring(number))) for number in range(3)]
    await eventually(lambda: bringer.now == 2)  # the third waits for its turn, and counts
    assert await studio.submit(ANNA, PLACE, bringer.bring(4)) == TooManyWaiting(limit=3)
    assert await studio.submit(ANNA, PLACE, a_request(4)) == TooManyWaiting(limit=3)
    bringer.gate.set()
    assert all(isinstance(outcome, Accepted) for outcome in await asyncio.gather(*under_way))
    assert bringer.brought == 3


async def test_a_crowd_is_let_in_few_at_a_time(house: House) -> None:
    studio = await house.open(start=False)
    bringer = Bringer()
    crowd = [Person(platform="discord", id=str(1000 + number)) for number in range(2 * arrivals.AT_ONCE)]
    under_way = [asyncio.ensure_future(studio.submit(person, PLACE, bringer.bring())) for person in crowd]
    await eventually(lambda: bringer.now == arrivals.AT_ONCE)
    for _ in range(20):
        await asyncio.sleep(0.005)
    assert bringer.brought == arrivals.AT_ONCE
    bringer.gate.set()
    assert all(isinstance(outcome, Accepted) for outcome in await asyncio.gather(*under_way))
    assert (bringer.brought, bringer.most) == (len(crowd), arrivals.AT_ONCE)


async def test_who_gives_up_waiting_leaves_no_trace(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 1})
    studio = await house.open(start=False)
    bringer = Bringer()
    for _ in range(arrivals.AT_ONCE + 1):
        given_up = asyncio.ensure_future(studio.submit(ANNA, PLACE, bringer.bring()))
        await eventually(lambda: bringer.now == 1)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        assert bringer.now == 0
    await house.submitted()


async def test_who_fetches_slowly_leaves_turns_to_others(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 20})
    studio = await house.open(start=False)
    slow, quick = Bringer(), Bringer()
    quick.gate.set()
    under_way = [asyncio.ensure_future(studio.submit(ANNA, PLACE, slow.bring(n))) for n in range(2 * arrivals.AT_ONCE)]
    await eventually(lambda: slow.now)
    await house.accepted(asyncio.wait_for(studio.submit(BERT, PLACE, quick.bring()), PATIENCE))
    assert 0 < slow.most < arrivals.AT_ONCE
    slow.gate.set()
    assert all(isinstance(outcome, Accepted) for outcome in await asyncio.gather(*under_way))


async def test_styles_that_are_being_saved_are_no_paintings_under_way(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 1})
    studio = await house.open(start=False)
    gate = asyncio.Event()

    async def fetch() -> bytes:
        await gate.wait()
        return picture(1)

    saving = asyncio.ensure_future(studio.style_save(ANNA, PLACE, "mine", fetch))
    await asyncio.sleep(0.05)
    await house.submitted()
    gate.set()
    assert await saving == StyleSaved(name="mine")


async def test_what_is_on_its_way_when_its_person_is_forgotten_comes_to_nothing(house: House) -> None:
    studio = await house.open(start=False)
    bringer = Bringer()

    async def fetch() -> bytes:
        return (await bringer.bring()()).content

    painting = asyncio.ensure_future(studio.submit(ANNA, PLACE, bringer.bring(1)))
    style = asyncio.ensure_future(studio.style_save(ANNA, PLACE, "mine", fetch))
    others = asyncio.ensure_future(studio.submit(BERT, PLACE, bringer.bring(2)))
    await eventually(lambda: bringer.now == 3)
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    assert isinstance(await studio.forget(ANNA, asked.token), Forgotten)
    bringer.gate.set()
    assert await painting == InputsGone(verb="submit")
    assert await style == InputsGone(verb="style_save")
    kept = await house.accepted(others)
    assert await studio.history(ANNA) == HistoryPage(jobs=())
    assert [entry.kind for entry in await studio.style_names(ANNA, PLACE, "")] == ["preset", "preset"]
    assert (await house.store.files.totals())[0] == len(await house.store.jobs.files(kept.id))
    await house.submitted()  # who comes back is a newcomer
