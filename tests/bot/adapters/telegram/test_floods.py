"""Telegram has had too many messages: what waits, what is dropped, and that nothing is asked before its time."""

from __future__ import annotations

import pytest

from bot.ports import Later, Sent
from tests.bot.adapters.telegram.posting import picture, posting

PREVIEW = picture(kind="JPEG")


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


async def test_a_flooded_result_comes_as_soon_as_the_flood_is_over_and_nothing_is_asked_before(post):
    job = post.job()
    post.flood("sendPhoto", 17)
    assert await post.deliver(job) == Later(17)
    post.clock.advance(10)
    assert await post.deliver(job) == Later(7)
    assert len(post.telegram.calls("sendPhoto")) == 1
    post.clock.advance(7)
    assert isinstance(await post.deliver(job), Sent)


async def test_a_flood_of_refusals_during_progress_delays_the_result_by_no_more_than_telegram_says(post):
    """Each edit is refused; the job is done meanwhile. It comes in the moment when the last refusal ends."""
    jobs = [post.job(post.group, job_id=name) for name in ("one", "two", "three")]
    refs = [await post.status(job) for job in jobs]
    begun = post.clock.now()
    post.flood("editMessage*", 30, times=1000, chat=post.group)
    for iteration in range(1, 100):
        for job, ref in zip(jobs, refs, strict=True):
            assert await post.show(job, iteration, ref, PREVIEW) == ref
        await post.passes(1)
    refusals = [call for call in post.telegram.calls() if call.code == 429]
    assert 1 <= len(refusals) <= 99 / 30 + 1  # one each time a pause is over, for three jobs together
    answer = await post.deliver(jobs[0])
    assert isinstance(answer, Later)
    assert post.telegram.calls("sendPhoto") == []
    # What the studio does: it waits as long as it was told and tries again, while progress goes on and on.
    ends = post.clock.now() + answer.seconds
    asked = len(post.telegram.calls())
    while post.clock.now() < ends:
        for job, ref in zip(jobs[1:], refs[1:], strict=True):
            await post.show(job, 99, ref, PREVIEW)
        await post.passes(min(0.5, ends - post.clock.now()))
    assert len(post.telegram.calls()) == asked  # nothing at all before the flood is over, which an edit could prolong
    assert isinstance(await post.deliver(jobs[0]), Sent)
    assert post.clock.now() == ends
    assert post.clock.now() > begun + 99
    (message,) = [found for found in post.sent(post.group) if found.photo]
    assert message.mentioned == [post.anna.id]


async def test_a_flood_in_one_chat_is_none_in_another(post):
    post.flood("sendPhoto", 600, chat=post.group)
    assert isinstance(await post.deliver(post.job(post.group)), Later)
    assert isinstance(await post.deliver(post.job()), Sent)


async def test_answers_are_not_sent_into_a_flood_either(post):
    post.flood("sendPhoto", 17)
    await post.deliver(post.job())
    view = post.presenter.view(post.waiting(post.job()), "en")
    assert await post.outlet.send(post.place(), view, "en") == Later(17)
    assert post.telegram.calls("sendMessage") == []
