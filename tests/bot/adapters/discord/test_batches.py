"""Several photos in one `/stylize`: a job each, shown by a message of its own."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.conftest import picture

SIZES = {"photo": (90, 60), "second_photo": (60, 90), "third_photo": (80, 80), "fourth_photo": (96, 72)}


@pytest.fixture
async def roomy(unopened):
    """A house in which one person may have four paintings waiting."""
    unopened.sections["limits"] = {"waiting_at_once": 4}
    try:
        await unopened.open()
        yield unopened
    finally:
        await unopened.close()


def photos(*names):
    """Photos by the parameters that take them, each of a size of its own."""
    return {name: (f"{name}.png", picture(number, SIZES[name])) for number, name in enumerate(names)}


def sizes(jobs):
    return [(job.request.width, job.request.height) for job in reversed(jobs)]


async def test_each_photo_is_painted_in_the_same_way(roomy):
    house = roomy
    result = await house.stylize(house.anna, **photos(*SIZES), strength=70, quality="draft")
    assert "I paint your 4 photos; each has a message of its own" in result.response.content
    jobs = await house.jobs(house.anna)
    assert sizes(jobs) == [*SIZES.values()]
    assert [job.request.chosen for job in jobs] == [{"strength": 70, "size": 96, "quality": "draft"}] * 4
    for job in jobs:
        await house.delivered(job.id)
        assert (await house.result_of(job.id)).content.startswith(house.anna.mention)
    said, *results = house.channel.history()
    assert said.id == result.response.id
    assert len(results) == 4


async def test_each_has_a_status_of_its_own_and_can_be_cancelled(house, env):
    await house.stylize(house.anna, **photos("photo", "third_photo"), preset="slow")
    painting, waiting = reversed(await house.jobs(house.anna))
    assert painting.status_ref and waiting.status_ref
    assert painting.status_ref != waiting.status_ref
    channel, _, message = waiting.status_ref.partition("/")
    await house.anna.click(house.message(int(channel), int(message)), custom_id=f"job:{waiting.id}:cancel")
    assert (await house.told(waiting.id)).state == "cancelled"
    assert (await house.job(painting.id)).state in ("queued", "painting")


async def test_when_no_photo_is_taken_it_is_said_in_private(house, env):
    broken = {name: (f"{name}.png", b"no picture") for name in ("photo", "second_photo")}
    result = await house.stylize(house.anna, **broken)
    (said,) = result.followups
    assert said.ephemeral
    assert not house.channel.history()
    assert not await house.jobs(house.anna)


async def test_what_the_quota_does_not_allow_is_left_out(unopened):
    house = unopened
    house.sections["limits"] = {"paintings_a_day": 1}
    try:
        await house.open()
        result = await house.stylize(house.anna, **photos("photo", "second_photo", "third_photo"))
        assert "I paint 1 of your 3 photos" in result.response.content
        assert "The last 2 photos are left out: " in result.response.content
        [job] = await house.jobs(house.anna)
        await house.delivered(job.id)
    finally:
        await house.close()


async def test_one_hidden_photo_hides_all_paintings_of_the_request(house, env):
    hidden = {"photo": ("SPOILER_photo.png", picture(1)), "second_photo": ("photo.png", picture(2))}
    await house.stylize(house.anna, **hidden)
    jobs = await house.jobs(house.anna)
    assert len(jobs) == 2
    for job in jobs:
        await house.delivered(job.id)
        assert (await house.result_of(job.id)).attachments[0].is_spoiler()
