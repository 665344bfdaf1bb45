"""Several photos of one request: a job each, as many as may be taken, and why the others are not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Request
from bot.outcomes import (
    Accepted,
    BatchAccepted,
    Paused,
    PictureRejected,
    PresetUnknown,
    QuotaUsedUp,
    TooManyPhotos,
    TooManyWaiting,
    TooNarrow,
)
from bot.studio.batches import is_of_one_photo
from tests.bot.studio.conftest import (
    ANNA,
    OWNER,
    PLACE,
    PRIVATE,
    TINA,
    House,
    a_request,
    fetching,
    make_config,
    never_fetched,
    picture,
)
from tests.waiting import eventually

SMALL = "size=96 quality=draft"
SIZES = [(96, 72), (80, 80), (60, 90), (90, 60)]


async def broken() -> bytes:
    """What is no picture."""
    return b"no picture"


def photos(count: int) -> list[Any]:
    """What fetches so many photos, each of a size of its own."""
    return [fetching(number, size=size) for number, size in enumerate(SIZES[:count])]


async def batch(answer: Any) -> BatchAccepted:
    outcome = await answer
    assert isinstance(outcome, BatchAccepted), outcome
    return outcome


def sizes(outcome: BatchAccepted) -> list[tuple[int, int]]:
    return [(accepted.job.request.width, accepted.job.request.height) for accepted in outcome.jobs]


async def test_each_photo_is_a_job_with_a_place_in_the_queue(house: House) -> None:
    studio = await house.open(start=False)
    taken = await batch(studio.draft_pictures(TINA, PRIVATE, photos(3), caption=f"oil film {SMALL}", key="m:3:1"))
    assert (sizes(taken), taken.left, taken.photos) == (SIZES[:3], (), 3)
    assert [accepted.ahead for accepted in taken.jobs] == [0, 1, 2]
    assert all(accepted.job.request.film for accepted in taken.jobs)
    assert len({accepted.job.key for accepted in taken.jobs}) == 3
    await eventually(lambda: len({outcome.job.id for outcome, _ in house.outlet.shown}) == 3)  # a status of its own
    assert not await studio.has_draft(TINA, PRIVATE)
    assert await house.used(TINA) == 3


async def test_what_comes_twice_is_taken_once(house: House) -> None:
    studio = await house.open(start=False)
    for _ in range(2):
        answer = await studio.draft_pictures(TINA, PRIVATE, photos(2), caption=f"oil {SMALL}", key="m:3:1")
    assert isinstance(answer, Accepted)
    assert answer.repeated
    for _ in range(2):
        taken = await batch(studio.submit_batch(ANNA, PLACE, [a_request(1), a_request(2)], key="7"))
    assert [accepted.repeated for accepted in taken.jobs] == [True, True]
    assert (await house.used(TINA), await house.used(ANNA)) == (2, 2)


async def test_as_many_are_taken_as_the_quota_allows(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 2})
    studio = await house.open(start=False)
    taken = await batch(studio.stylize(TINA, PRIVATE, f"oil {SMALL}", [*photos(2), never_fetched, never_fetched]))
    assert sizes(taken) == SIZES[:2]
    [left] = taken.left
    assert (type(left.why), left.count, left.number) == (QuotaUsedUp, 2, None)
    refused = await studio.stylize(TINA, PRIVATE, f"oil {SMALL}", [never_fetched, never_fetched])
    assert isinstance(refused, QuotaUsedUp)
    assert await house.used(TINA) == 2


async def test_as_many_are_taken_as_may_wait(house: House) -> None:
    studio = await house.open(start=False)
    taken = await batch(studio.submit_batch(ANNA, PLACE, [a_request(number) for number in range(4)]))
    assert len(taken.jobs) == 3
    [left] = taken.left
    assert (left.why, left.number) == (TooManyWaiting(limit=3), 4)


async def test_what_is_wrong_with_one_photo_leaves_out_that_one(house: House) -> None:
    studio = await house.open(start=False)
    album = [fetching(1, size=SIZES[0]), broken, fetching(2, size=(2000, 20)), fetching(3, size=SIZES[3])]
    taken = await batch(studio.stylize(TINA, PRIVATE, f"oil {SMALL}", album))
    assert sizes(taken) == [SIZES[0], SIZES[3]]
    assert [(type(left.why), left.number) for left in taken.left] == [(PictureRejected, 2), (TooNarrow, 3)]
    assert await house.used(TINA) == 2


async def test_when_none_is_taken_the_answer_is_why(house: House) -> None:
    studio = await house.open(start=False)
    refused = await studio.stylize(TINA, PRIVATE, f"oil {SMALL}", [broken, broken])
    assert isinstance(refused, PictureRejected)
    assert isinstance(await studio.stylize(TINA, PRIVATE, "zzzz", photos(2)), PresetUnknown)
    await studio.pause(OWNER)
    assert isinstance(await studio.stylize(TINA, PRIVATE, "oil", [never_fetched, never_fetched]), Paused)
    assert await house.used(TINA) == 0


async def test_of_more_photos_than_a_place_takes_the_first_are_painted(house: House) -> None:
    studio = await house.open(start=False)
    taken = await batch(studio.submit_batch(ANNA, PLACE, [a_request(number) for number in range(3)], most=1))
    [left] = taken.left
    assert (len(taken.jobs), left.count, left.why) == (1, 2, TooManyPhotos(limit=1))


async def test_two_named_styles_with_a_share_are_mixed_in_each_painting(house: House) -> None:
    studio = await house.open(start=False)
    taken = await batch(studio.stylize(TINA, PRIVATE, f"ink + oil blend=25 {SMALL}", photos(2)))
    for accepted in taken.jobs:
        weights = [(style.preset, style.weight) for style in accepted.job.request.styles]
        assert weights == [("ink", 0.75), ("oil", 0.25)]


async def test_a_style_picture_of_its_own_is_that_of_each_photo(house: House) -> None:
    studio = await house.open(start=False)
    taken = await batch(studio.stylize(TINA, PRIVATE, SMALL, photos(2), styles=[fetching(9)]))
    assert sizes(taken) == SIZES[:2]
    assert len({style.digest for accepted in taken.jobs for style in accepted.job.request.styles}) == 1


async def test_who_is_forgotten_meanwhile_gets_no_more_of_them(house: House) -> None:
    studio = await house.open(start=False)

    async def forgets() -> bytes:
        asked = await studio.forget(ANNA)
        await studio.forget(ANNA, asked.token)
        return picture(2)

    async def bring() -> Request:
        return Request(content=await forgets(), styles=a_request().styles, options={"size": 96})

    await studio.submit_batch(ANNA, PLACE, [a_request(1), bring, a_request(3)])
    assert await house.store.jobs.history(ANNA.key, before=None, limit=10) == []


@pytest.mark.parametrize(("used", "needed", "expected"), [(28, 4, True), (30, 4, False), (30, 1, False)])
def test_what_moves_may_be_too_much_where_a_photo_is_not(used: int, needed: int, expected: bool) -> None:
    assert is_of_one_photo(QuotaUsedUp(limit=30, used=used, needed=needed, resets_at=0.0)) is expected
