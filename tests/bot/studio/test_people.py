"""History, deleting, forgetting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model import Place, Request, RequestedStyle
from bot.outcomes import (
    Deleted,
    ForgetAsked,
    Forgotten,
    HistoryPage,
    NotYours,
    PictureRejected,
    QuotaState,
    TooManyWaiting,
    WrongState,
)
from bot.ports import Later, Removal
from bot.studio import delivery, removals
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    OWNER,
    PLACE,
    House,
    a_request,
    eventually,
    fetching,
    make_config,
    picture,
)
from tests.bot.studio.test_trouble import painting
from tests.waiting import PATIENCE


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


async def test_the_pages_of_the_history_can_be_turned_back(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 10})
    studio = await house.open(start=False)
    mine = []
    for number in range(7):
        mine.append((await house.submitted(number=number)).id)
        house.clock.advance(1)
    there = [await studio.history(ANNA, limit=3)]
    while there[-1].next_before is not None:
        there.append(await studio.history(ANNA, before=there[-1].next_before, limit=3))
    assert [[job.id for job in page.jobs] for page in there] == [mine[:3:-1], mine[3:0:-1], mine[:1]]
    assert there[0].next_after is None
    back = [there[-1]]
    while back[-1].next_after is not None:
        back.append(await studio.history(ANNA, after=back[-1].next_after, limit=3))
    shown = [
        [([job.id for job in page.jobs], page.next_before, page.next_after) for page in way] for way in (there, back)
    ]
    assert shown[1] == shown[0][::-1]


async def test_a_page_of_the_history_that_is_gone_is_the_newest(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    for page in (await studio.history(ANNA, before=job.created_at), await studio.history(ANNA, after=job.created_at)):
        assert [each.id for each in page.jobs] == [job.id]
        assert (page.next_before, page.next_after) == (None, None)


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
    assert isinstance(await studio.delete(BERT, job.id, place=PLACE), NotYours)
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
    assert await studio.delete(BERT, one.id, moderates=PLACE) == Deleted(job_id=one.id)
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
    await studio.draft_pictures(ANNA, ELSEWHERE, [fetching(50)])
    await studio.draft_shown(ANNA, ELSEWHERE, "the gallery")
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
    assert not await studio.has_draft(ANNA, ELSEWHERE)
    await eventually(lambda: "the gallery" in house.outlet.removed)
    assert await studio.forget(ANNA, asked.token) != gone


async def test_a_token_to_forget_expires(house: House) -> None:
    studio = await house.open(start=False)
    await house.submitted()
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    house.clock.advance(601)
    assert isinstance(await studio.forget(ANNA, asked.token), ForgetAsked)


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


async def test_a_message_that_could_not_be_removed_can_be_deleted_again(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    await eventually(lambda: house.outlet.removed)  # the status
    remove, calls = house.outlet.remove, 0

    async def broken(place: Place, ref: str) -> Removal:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("the platform is away")
        return await remove(place, ref)

    house.outlet.remove = broken  # type: ignore[method-assign]
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert job.sent_ref in house.outlet.removed


async def test_an_outlet_that_hangs_holds_up_neither_deleting_nor_forgetting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(removals, "PATIENCE_SECONDS", 0.1)
    studio = await house.open()
    done = await house.painted()
    await eventually(lambda: house.outlet.removed)  # the status
    house.outlet.answers.append(Later(3600))
    other = await house.accepted(studio.submit(ANNA, PLACE, a_request(1), status_ref="mine"))
    await house.state(other.id, "painted")
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor and the delivery
    remove, wakes = house.outlet.remove, asyncio.Event()

    async def slow(place: Place, ref: str) -> Removal:
        await wakes.wait()
        return await remove(place, ref)

    house.outlet.remove = slow  # type: ignore[method-assign]
    async with asyncio.timeout(PATIENCE):
        assert await studio.delete(ANNA, done.id) == Deleted(job_id=done.id)
        asked = await studio.forget(ANNA)
        assert isinstance(asked, ForgetAsked)
        assert isinstance(await studio.forget(ANNA, asked.token), Forgotten)
    assert files_of(house) == []
    wakes.set()
    await eventually(lambda: {done.sent_ref, "mine"} <= set(house.outlet.removed))
