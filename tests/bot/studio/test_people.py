"""History, deleting, forgetting, drafts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model import Place, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Deleted,
    DraftDropped,
    DraftState,
    ForgetAsked,
    Forgotten,
    HistoryPage,
    MissingPicture,
    NotYours,
    OptionRefused,
    PictureRejected,
    PresetUnknown,
    QuotaState,
    TooManyStyles,
    TooManyWaiting,
    WeightRefused,
    WrongState,
)
from bot.ports import Later
from bot.studio import delivery
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    OWNER,
    PLACE,
    House,
    a_request,
    eventually,
    make_config,
    picture,
)
from tests.bot.studio.test_trouble import painting


async def test_the_history_is_ones_own_and_comes_in_pages(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 10})
    studio = await house.open(start=False)
    mine = []
    for number in range(5):
        mine.append(await house.submitted(number=number))
        house.clock.advance(1)
    await house.submitted(BERT, number=9)
    found: list[str] = []
    before = None
    while True:
        page = await studio.history(ANNA, before=before, limit=2)
        assert isinstance(page, HistoryPage)
        found += [job.id for job in page.jobs]
        before = page.next_before
        if before is None:
            break
    assert found == [job.id for job in reversed(mine)]


async def test_the_quota_says_what_is_left(house: House) -> None:
    studio = await house.open(start=False)
    await house.submitted()
    quota = await studio.quota(ANNA, PLACE)
    assert isinstance(quota, QuotaState)
    assert (quota.used, quota.waiting, quota.limits.paintings_a_day) == (1, 1, 30)
    assert 0 < quota.resets_at - house.clock.now() <= 86400


async def test_deleting_removes_message_and_pictures(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    assert await studio.delete(BERT, job.id) == NotYours(verb="delete")
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert job.sent_ref in house.outlet.removed
    assert await house.store.jobs.files(job.id) == []
    page = await studio.history(ANNA)
    assert isinstance(page, HistoryPage)
    assert page.jobs == ()
    assert await house.used() == 1
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)


async def test_moderators_and_owners_may_delete(house: House) -> None:
    studio = await house.open()
    one, two = await house.painted(), await house.painted(number=1)
    assert await studio.delete(BERT, one.id, moderator=True) == Deleted(job_id=one.id)
    assert await studio.delete(OWNER, two.id) == Deleted(job_id=two.id)


async def test_what_is_not_done_cannot_be_deleted(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    assert await studio.delete(ANNA, job.id) == WrongState(verb="delete", state="queued")


async def test_forgetting_asks_then_takes_everything_but_anothers_pictures(house: House) -> None:
    studio = await house.open()
    mine = await house.painted()
    other = await house.accepted(studio.submit(BERT, PLACE, a_request()))  # the very same pictures
    await house.finished(other.id)
    await studio.draft_photo(ANNA, ELSEWHERE, picture(50))
    under_way = await painting(house)
    waiting = await house.submitted(number=5)
    await studio.ban(OWNER, ANNA.key, "rude")
    assert await house.used() == 3

    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    assert asked.jobs == 3
    assert isinstance(await studio.forget(ANNA, "guess"), ForgetAsked)  # which makes the first token void
    assert isinstance(await studio.forget(BERT, asked.token), ForgetAsked)
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    gone = await studio.forget(ANNA, asked.token)
    assert isinstance(gone, Forgotten)
    assert gone.jobs == 3
    assert gone.files > 0

    for job in (mine, under_way, waiting):
        assert await house.store.jobs.get(job.id) is None
    again = await house.accepted(studio.again(BERT, PLACE, other.id))
    await house.finished(again.id)
    assert await house.store.people.banned(ANNA.key)
    assert await house.used() == 2  # what had not begun was refunded
    assert await studio.draft_state(ANNA, ELSEWHERE) == DraftState(
        has_photo=False, has_style=False, expires_at=house.clock.now() + 3600
    )
    assert await studio.forget(ANNA, asked.token) != gone


async def test_a_token_to_forget_expires(house: House) -> None:
    studio = await house.open(start=False)
    await house.submitted()
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    house.clock.advance(601)
    assert isinstance(await studio.forget(ANNA, asked.token), ForgetAsked)


# ---- drafts -----------------------------------------------------------------------------------------------------


async def test_a_draft_grows_into_a_painting(house: House) -> None:
    studio = await house.open()
    assert await studio.draft_submit(ANNA, PLACE) == MissingPicture(which="photo")
    state = await studio.draft_photo(ANNA, PLACE, picture(1))
    assert state == DraftState(has_photo=True, has_style=False, expires_at=house.clock.now() + 3600)
    assert await studio.draft_submit(ANNA, PLACE) == MissingPicture(which="style")
    await studio.draft_style(ANNA, PLACE, picture=picture(2), weight=3)
    await studio.draft_style(ANNA, PLACE, preset="ink")
    await studio.draft_options(ANNA, PLACE, {"size": 64, "strength": 10})
    await studio.draft_options(ANNA, PLACE, {"strength": "20"})
    await studio.draft_photo(ANNA, PLACE, picture(3, size=(60, 90)))
    outcome = await studio.draft_submit(ANNA, PLACE, key="draft 1")
    assert isinstance(outcome, Accepted)
    request = outcome.job.request
    assert (request.width, request.height) == (60, 90)
    assert [(style.preset, style.weight) for style in request.styles] == [(None, 3), ("ink", 1)]
    assert (request.options.size, request.options.strength) == (64, 20)
    repeated = await studio.draft_submit(ANNA, PLACE, key="draft 1")
    assert isinstance(repeated, Accepted)
    assert repeated.job.id == outcome.job.id
    assert await studio.draft_drop(ANNA, PLACE) == DraftDropped(existed=False)
    await house.finished(outcome.job.id)


async def test_a_refused_draft_stays(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 0})
    studio = await house.open(start=False)
    await studio.draft_photo(ANNA, PLACE, picture(1))
    await studio.draft_style(ANNA, PLACE, picture=picture(2))
    assert await studio.draft_submit(ANNA, PLACE) == TooManyWaiting(limit=0)
    assert await studio.draft_drop(ANNA, PLACE) == DraftDropped(existed=True)


async def test_drafts_belong_to_a_person_and_a_place_and_expire(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_photo(ANNA, PLACE, picture(1))
    for person, place in ((BERT, PLACE), (ANNA, ELSEWHERE)):
        state = await studio.draft_state(person, place)
        assert isinstance(state, DraftState)
        assert not state.has_photo
    house.clock.advance(3599)
    state = await studio.draft_style(ANNA, PLACE, picture=picture(2))  # which gives it another hour
    assert isinstance(state, DraftState)
    assert state.has_photo
    house.clock.advance(3601)
    state = await studio.draft_state(ANNA, PLACE)
    assert isinstance(state, DraftState)
    assert not state.has_photo
    house.clock.advance(3600)
    await studio.tidy()
    assert await house.store.files.totals() == (0, 0)


async def test_bad_additions_are_refused_and_lose_nothing(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_photo(ANNA, PLACE, picture(1))
    assert isinstance(await studio.draft_photo(ANNA, PLACE, b"text"), PictureRejected)
    assert isinstance(await studio.draft_style(ANNA, PLACE, preset="no such thing"), PresetUnknown)
    assert isinstance(await studio.draft_style(ANNA, PLACE, picture=picture(2), weight=-1), WeightRefused)
    assert isinstance(await studio.draft_style(ANNA, PLACE), MissingPicture)
    assert isinstance(await studio.draft_options(ANNA, PLACE, {"strength": 101}), OptionRefused)
    for number in range(4):
        await studio.draft_style(ANNA, PLACE, picture=picture(number))
    assert await studio.draft_style(ANNA, PLACE, picture=picture(9)) == TooManyStyles(limit=4)
    state = await studio.draft_state(ANNA, PLACE)
    assert isinstance(state, DraftState)
    assert (state.has_photo, state.has_style) == (True, True)


async def test_an_album_arrives_at_once(house: House) -> None:
    studio = await house.open(start=False)
    await asyncio.gather(
        studio.draft_photo(ANNA, PLACE, picture(1)), studio.draft_style(ANNA, PLACE, picture=picture(2))
    )
    state = await studio.draft_state(ANNA, PLACE)
    assert isinstance(state, DraftState)
    assert (state.has_photo, state.has_style) == (True, True)


async def test_a_place_with_a_preset_of_its_own_needs_no_style(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(preset="oil"))
    state = await studio.draft_photo(ANNA, PLACE, picture(1))
    assert isinstance(state, DraftState)
    assert state.has_style
    outcome = await studio.draft_submit(ANNA, PLACE)
    assert isinstance(outcome, Accepted)
    assert outcome.job.request.styles[0].preset == "oil"


async def test_forgetting_leaves_no_file_of_a_painting_that_came_a_moment_too_late(house: House) -> None:
    studio = await house.open()
    store, arrived, go_on = house.store, asyncio.Event(), asyncio.Event()
    finish = store.jobs.finish

    async def slow(*arguments: Any, **more: Any) -> bool:
        arrived.set()
        await go_on.wait()
        try:
            return await finish(*arguments, **more)
        finally:
            arrived.clear()

    store.jobs.finish = slow  # type: ignore[method-assign, assignment]
    await house.submitted()
    await arrived.wait()
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    assert isinstance(await studio.forget(ANNA, asked.token), Forgotten)
    go_on.set()
    await eventually(lambda: not arrived.is_set())
    await eventually(lambda: files_of(house) == [])
    assert await store.files.totals() == (0, 0)


async def test_forgetting_takes_the_status_of_what_was_not_delivered_yet(house: House) -> None:
    studio = await house.open()
    house.outlet.answers.append(Later(3600))
    await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor and the delivery
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(ANNA, asked.token)
    assert house.outlet.removed == ["mine"]


async def test_forgetting_takes_what_a_refused_request_left(house: House) -> None:
    studio = await house.open(start=False)
    await house.submitted()
    style = RequestedStyle(picture=b"no picture")
    refused = await studio.submit(ANNA, PLACE, Request(content=picture(), styles=(style,)))  # the photo of the first
    assert isinstance(refused, PictureRejected)
    refused = await studio.submit(ANNA, PLACE, Request(content=picture(7), styles=(style,)))
    assert isinstance(refused, PictureRejected)
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(ANNA, asked.token)
    assert files_of(house) == []


async def test_forgetting_takes_what_a_refused_swap_looked_at(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 1})
    studio = await house.open(start=False)
    job = await house.submitted()
    assert await studio.swap(ANNA, PLACE, job.id) == TooManyWaiting(limit=1)
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(ANNA, asked.token)
    assert files_of(house) == []


def files_of(house: House) -> list[str]:
    return [path.name for path in (house.folder / "files").rglob("*") if path.is_file()]


async def test_a_draft_that_is_submitted_twice_at_once_is_painted_and_charged_once(house: House) -> None:
    """A button that was pressed twice: each press is an event of its own, with its own key."""
    studio = await house.open(start=False)
    await studio.draft_photo(ANNA, PLACE, picture())
    await studio.draft_style(ANNA, PLACE, preset="ink")
    first, second, third = await asyncio.gather(
        studio.draft_submit(ANNA, PLACE, key="press 1"),
        studio.draft_submit(ANNA, PLACE, key="press 2"),
        studio.draft_submit(ANNA, PLACE, key="press 1"),  # the platform repeats itself
    )
    assert isinstance(first, Accepted)
    assert second == MissingPicture(which="photo")
    assert isinstance(third, Accepted)
    assert (third.job.id, third.repeated) == (first.job.id, True)
    assert await house.used() == 1


async def test_a_damaged_picture_in_a_draft_is_asked_for_again(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_style(ANNA, PLACE, preset="ink")
    before = set(files_of(house))
    await studio.draft_photo(ANNA, PLACE, picture())
    [digest] = set(files_of(house)) - before
    (house.folder / "files" / digest[:2] / digest).write_bytes(b"something else")
    assert await studio.draft_submit(ANNA, PLACE) == MissingPicture(which="photo")


async def test_a_message_that_could_not_be_removed_can_be_deleted_again(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    await eventually(lambda: house.outlet.removed)  # the status
    remove, calls = house.outlet.remove, 0

    async def broken(place: Place, ref: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("the platform is away")
        await remove(place, ref)

    house.outlet.remove = broken  # type: ignore[method-assign]
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert job.sent_ref in house.outlet.removed


async def test_an_outlet_that_hangs_holds_up_neither_deleting_nor_forgetting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.1)
    studio = await house.open()
    done = await house.painted()
    await eventually(lambda: house.outlet.removed)  # the status
    house.outlet.answers.append(Later(3600))
    other = await house.accepted(studio.submit(ANNA, PLACE, a_request(1), status_ref="mine"))
    await house.state(other.id, "painted")
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor and the delivery
    remove, wakes = house.outlet.remove, asyncio.Event()

    async def slow(place: Place, ref: str) -> None:
        await wakes.wait()
        await remove(place, ref)

    house.outlet.remove = slow  # type: ignore[method-assign]
    async with asyncio.timeout(20):
        assert await studio.delete(ANNA, done.id) == Deleted(job_id=done.id)
        asked = await studio.forget(ANNA)
        assert isinstance(asked, ForgetAsked)
        assert isinstance(await studio.forget(ANNA, asked.token), Forgotten)
    assert files_of(house) == []
    wakes.set()
    await eventually(lambda: {done.sent_ref, "mine"} <= set(house.outlet.removed))
