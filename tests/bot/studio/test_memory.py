"""Paintings that would not fit into the engine's memory: refused before they start, and offered smaller."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.model import Job, Limits, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Banned,
    Failed,
    InputsGone,
    JobUnknown,
    NotYours,
    OptionRefused,
    SizeNotAllowed,
    TooLargeForMemory,
    TooManyWaiting,
    TooMuchWork,
)
from bot.presenter import Presenter
from nst_engine.memory import fitting_size, needed_bytes
from nst_engine.options import Options
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, PRIVATE, TINA, House, fetching, make_config, picture
from tests.bot.studio.test_masks import fetched, mask
from tests.fake_engine import SEEDS
from tests.waiting import eventually

INK = RequestedStyle(preset="ink")


async def cramped(house: House, size: int = 700, *, work: float = 1e6) -> None:
    """Open with an engine that can hold a painting of this size, and not much more."""
    memory = needed_bytes(Options(size=size), 96, 72, 1)
    house.environment["FAKE_ENGINE_MEMORY"] = str(memory)
    house.config = make_config(
        limits={"largest_size": 2048}, ceiling={"megapixel_iterations": work, "largest_size": 4096}
    )
    studio = await house.open()
    await house.painted(BERT)  # the engine has said hello
    assert studio is house.studio


async def asked(house: House, size: int, **wish: Any) -> Any:
    options = {"size": size, "iterations": 1, "scales": 1}
    request = Request(content=picture(), styles=(INK,), options=options, **wish)
    return await house.studio.submit(ANNA, PLACE, request)


async def too_large(house: House, size: int = 2048, **wish: Any) -> TooLargeForMemory:
    outcome = await asked(house, size, **wish)
    assert isinstance(outcome, TooLargeForMemory), outcome
    return outcome


async def test_what_does_not_fit_is_offered_at_the_largest_size_that_does(house: House) -> None:
    await cramped(house)

    outcome = await too_large(house)

    memory = int(house.environment["FAKE_ENGINE_MEMORY"])
    assert outcome.size == 2048
    assert outcome.largest == fitting_size(Options(size=2048), 96, 72, memory)
    assert 600 <= outcome.largest < 2048
    assert await house.used() == 0
    view = Presenter().view(outcome, "en")
    [[button]] = view.buttons
    assert (button.verb, button.argument, button.label) == ("offer", outcome.offer, f"At {outcome.largest} pixels")
    assert str(outcome.largest) in view.text


async def test_one_press_paints_it_at_that_size_with_all_that_was_asked_for(house: House) -> None:
    await cramped(house)
    outcome = await too_large(house, mask=mask())
    assert outcome.offer is not None

    job = await house.accepted(house.studio.take_offer(ANNA, PLACE, outcome.offer, key="press"))

    assert job.request.options.size == outcome.largest
    assert job.request.options.iterations == 1
    assert job.request.mask is not None
    assert await house.used() == 1
    await house.finished(job.id)
    again = await house.studio.take_offer(ANNA, PLACE, outcome.offer, key="press")
    assert isinstance(again, Accepted)
    assert (again.job.id, again.repeated) == (job.id, True)
    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer, key="another"), JobUnknown)
    assert await house.used() == 1


async def test_a_draft_is_done_with_when_its_painting_is_taken_at_another_size(house: House) -> None:
    await cramped(house)
    studio, words = house.studio, "ink size=2048 iterations=1 scales=1"
    other = await studio.draft_pictures(TINA, PLACE, [fetching(1)])
    assert not isinstance(other, Accepted)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))
    outcome = await studio.draft_text(TINA, PRIVATE, words)
    assert isinstance(outcome, TooLargeForMemory)
    assert await studio.has_draft(TINA, PRIVATE)  # in case that another style is wanted instead

    job = await house.accepted(studio.take_offer(TINA, PRIVATE, outcome.offer or ""))

    assert job.request.mask is not None
    assert not await studio.has_draft(TINA, PRIVATE)
    assert await studio.has_draft(TINA, PLACE)


async def test_an_offer_is_its_persons_own(house: House) -> None:
    await cramped(house)
    outcome = await too_large(house)

    assert isinstance(await house.studio.take_offer(BERT, PLACE, outcome.offer or ""), NotYours)
    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer or ""), Accepted)


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 12, "\x00", "é"])
async def test_a_made_up_offer_is_no_offer(house: House, token: str) -> None:
    studio = await house.open(start=False)
    assert isinstance(await studio.take_offer(ANNA, PLACE, token), JobUnknown)


async def test_an_offer_ends_after_half_an_hour_and_its_pictures_go_with_the_sweep(house: House) -> None:
    await cramped(house)
    before = (await house.store.files.totals())[0]
    outcome = await too_large(house, init=None)
    assert (await house.store.files.totals())[0] > before - 1

    house.clock.advance(1801)
    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer or ""), JobUnknown)
    house.clock.advance(3600)
    await house.studio.tidy()

    assert (await house.store.files.totals())[0] == before


async def test_who_asks_for_too_much_again_and_again_has_the_last_offers_kept_and_no_more(house: House) -> None:
    await cramped(house)
    await too_large(house)
    before = (await house.store.files.totals())[0]

    offers = []
    for number in range(6):
        request = Request(content=picture(20 + number // 2), styles=(INK,), options={"size": 2048 - number})
        outcome = await house.studio.submit(ANNA, PLACE, request)
        assert isinstance(outcome, TooLargeForMemory)
        offers.append(outcome.offer or "")

    assert (await house.store.files.totals())[0] == before + 2  # the last two photos
    for gone in offers[:3]:
        assert isinstance(await house.studio.take_offer(ANNA, PLACE, gone), JobUnknown)
    await house.finished((await house.accepted(house.studio.take_offer(ANNA, PLACE, offers[3]))).id)


async def test_an_offer_does_not_outlive_a_restart(house: House) -> None:
    await cramped(house)
    outcome = await too_large(house)
    await house.close()
    studio = await house.open()
    assert isinstance(await studio.take_offer(ANNA, PLACE, outcome.offer or ""), JobUnknown)


async def test_an_offer_that_is_refused_can_be_taken_later(house: House) -> None:
    await cramped(house)
    outcome = await too_large(house)
    await house.studio.ban(OWNER, ANNA.key)

    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer or ""), Banned)
    await house.studio.unban(OWNER, ANNA.key)
    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer or ""), Accepted)


async def test_forgetting_takes_offers_along(house: House) -> None:
    await cramped(house)
    before = (await house.store.files.totals())[0]
    outcome = await too_large(house, mask=mask())

    question = await house.studio.forget(ANNA)
    await house.studio.forget(ANNA, msgspec.structs.asdict(question)["token"])

    assert (await house.store.files.totals())[0] == before
    answer = await house.studio.take_offer(ANNA, PLACE, outcome.offer or "")
    assert isinstance(answer, (JobUnknown, InputsGone))


async def test_what_would_be_too_much_work_at_any_rate_is_not_offered(house: House) -> None:
    await cramped(house, work=1)

    outcome = await asked(house, 2048)

    assert isinstance(outcome, TooMuchWork), outcome
    assert await house.used() == 0


async def test_an_offer_is_held_to_the_limits_of_when_and_where_it_is_taken(house: House) -> None:
    await cramped(house)
    outcome = await too_large(house)
    await house.studio.quota_set(OWNER, ANNA.key, Limits(largest_size=300))

    answer = await house.studio.take_offer(ANNA, PLACE, outcome.offer or "")

    assert answer == SizeNotAllowed(size=outcome.largest, largest=300)
    await house.studio.quota_set(OWNER, ANNA.key, Limits(largest_size=2048))
    assert isinstance(await house.studio.take_offer(ANNA, PLACE, outcome.offer or ""), Accepted)


async def test_an_offer_that_is_being_taken_is_forgotten_with_its_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cramped(house)
    before = (await house.store.files.totals())[0]
    outcome = await too_large(house)
    question = await house.studio.forget(ANNA)
    admitted = house.studio._admission.admitted

    async def meanwhile(*arguments: Any, **more: Any) -> Any:
        standing = await admitted(*arguments, **more)
        await house.studio.forget(ANNA, msgspec.structs.asdict(question)["token"])
        return standing

    monkeypatch.setattr(house.studio._admission, "admitted", meanwhile)
    answer = await house.studio.take_offer(ANNA, PLACE, outcome.offer or "")

    assert isinstance(answer, JobUnknown)
    assert (await house.store.files.totals())[0] == before


async def test_bigger_is_offered_as_large_as_it_gets(house: House) -> None:
    await cramped(house)
    job = (await asked(house, 640)).job
    await house.finished(job.id)

    outcome = await house.studio.bigger(ANNA, PLACE, job.id)

    assert isinstance(outcome, TooLargeForMemory)
    assert (outcome.size, outcome.offer is not None) == (960, True)
    bigger = await house.accepted(house.studio.take_offer(ANNA, PLACE, outcome.offer or ""))
    assert (bigger.verb, bigger.parent, bigger.request.options.size) == ("bigger", job.id, outcome.largest)
    await house.finished(bigger.id)


async def test_nothing_is_refused_where_the_engine_does_not_say_what_it_has(house: House) -> None:
    house.config = make_config(limits={"largest_size": 2048}, ceiling={"megapixel_iterations": 1e6})
    await house.open(start=False)
    assert isinstance(await asked(house, 2048), Accepted)


@pytest.mark.parametrize("size", [64, 512])
async def test_where_nothing_fits_nothing_smaller_is_offered(house: House, size: int) -> None:
    house.environment["FAKE_ENGINE_MEMORY"] = str(needed_bytes(Options(size=64), 96, 72, 1) - 1)
    studio = await house.open()
    await eventually(lambda: studio._context.memory_bytes)

    outcome = await asked(house, size)

    assert outcome == TooLargeForMemory(size=size, largest=None)
    view = Presenter().view(outcome, "en")
    assert view.text == (
        "Not even the smallest painting fits into my memory. Please ask the people who run this bot to allow me more"
        " (engine.memory_gb)."
    )
    assert view.is_error
    assert not view.buttons
    assert await house.store.files.totals() == (0, 0)
    assert await house.used() == 0


async def test_what_fits_at_the_smallest_size_alone_is_offered_at_that(house: House) -> None:
    house.environment["FAKE_ENGINE_MEMORY"] = str(needed_bytes(Options(size=64), 96, 72, 1))
    studio = await house.open()
    await eventually(lambda: studio._context.memory_bytes)
    outcome = await too_large(house, 512)
    assert outcome.largest == 64
    job = await house.accepted(studio.take_offer(ANNA, PLACE, outcome.offer or ""))
    assert job.request.options.size == 64


# ---- what did not fit after all ---------------------------------------------------------------------------------


async def test_what_ran_out_of_memory_is_offered_smaller(house: House) -> None:
    studio = await house.open()
    job = await house.submitted(seed=SEEDS["out-of-memory"], size=480)

    failed = await house.told(job.id)

    assert isinstance(failed, Failed)
    assert (failed.reason, failed.smaller, failed.refunded) == ("out_of_memory", 336, 1)
    [[button]] = Presenter().view(failed, "en").buttons
    assert (button.verb, button.job_id, button.argument) == ("smaller", job.id, "336")
    smaller = await house.accepted(studio.smaller(ANNA, PLACE, job.id, 336))
    assert (smaller.verb, smaller.parent, smaller.request.options.size) == ("smaller", job.id, 336)


async def test_what_is_as_small_as_can_be_is_not_offered_smaller(house: House) -> None:
    await house.open()
    job = await house.submitted(seed=SEEDS["out-of-memory"], size=64)
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert failed.smaller is None
    view = Presenter().view(failed, "en")
    assert not view.buttons
    assert "Not even the smallest painting" in view.text


@pytest.mark.parametrize("size", [-1, 0, 63, 96, 10**9])
async def test_smaller_is_smaller(house: House, size: int) -> None:
    studio = await house.open()
    job: Job = await house.painted()
    outcome = await studio.smaller(ANNA, PLACE, job.id, size)
    assert isinstance(outcome, OptionRefused)
    assert outcome.option == "size"


async def test_smaller_is_for_who_asked(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    assert isinstance(await studio.smaller(BERT, PLACE, job.id, 64), NotYours)
    assert isinstance(await studio.smaller(ANNA, PLACE, "no-such-job", 64), JobUnknown)
    house.environment["FAKE_ENGINE_SECONDS"] = "0.5"
    assert isinstance(await studio.smaller(ANNA, PLACE, job.id, 64), (Accepted, TooManyWaiting))
