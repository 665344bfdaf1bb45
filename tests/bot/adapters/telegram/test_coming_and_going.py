"""What the outlet does while there is no bot: before it is connected, and at the end."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.telegram.outlet import TelegramOutlet
from bot.outcomes import DraftExpired
from bot.ports import Later, Sent
from tests.bot.adapters.telegram.posting import eventually, posting
from tests.waiting import PATIENCE


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


async def test_before_the_bot_is_there_everything_waits(post):
    job = post.job()
    ref = await post.status(job)
    asked = len(post.telegram.calls())
    outlet = TelegramOutlet(post.presenter, post.clock)
    assert isinstance(await outlet.deliver(job.place, post.finished(job), job.id), Later)
    assert await outlet.show(job.place, post.painting(job, 1), None) is None
    assert await outlet.show(job.place, post.painting(job, 1), ref) == ref
    assert not await outlet.notify(str(post.anna.id), post.cancelled(job))
    assert len(post.telegram.calls()) == asked
    removal = asyncio.create_task(outlet.remove(job.place, ref))
    await post.settled()
    assert not removal.done()
    outlet.serve(post.bot)
    assert await removal == "done"
    assert post.sent() == []


async def test_a_removal_gives_up_waiting_for_a_bot(post, monkeypatch):
    monkeypatch.setattr("bot.adapters.telegram.outlet._PATIENCE_SECONDS", 0.05)
    outlet = TelegramOutlet(post.presenter, post.clock)
    assert await outlet.remove(post.place(), f"{post.private.id}/1") == "later"
    assert not await outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True))


async def test_the_end_waits_for_what_is_on_its_way(post):
    hold = post.telegram.hold("sendPhoto")
    delivery = asyncio.create_task(post.deliver(post.job()))
    await eventually(lambda: hold.waiting)
    end = asyncio.create_task(post.outlet.finish(60))
    await post.settled()
    assert not end.done()
    hold.release()
    await end
    assert isinstance(await delivery, Sent)
    assert isinstance(await post.deliver(post.job(job_id="two")), Later)


async def test_the_end_waits_for_a_status_message_lest_nobody_knows_of_it(post):
    hold = post.telegram.hold("sendMessage")
    job = post.job()
    status = asyncio.create_task(post.outlet.show(job.place, post.waiting(job), None))
    await eventually(lambda: hold.waiting)
    end = asyncio.create_task(post.outlet.finish(60))
    await post.settled()
    assert not end.done()
    hold.release()
    await end
    assert await status is not None


async def test_the_end_does_not_wait_for_ever_and_what_it_cuts_off_is_repeated_soon(post):
    hold = post.telegram.hold("sendPhoto")
    delivery = asyncio.create_task(post.deliver(post.job()))
    await eventually(lambda: hold.waiting)
    await asyncio.wait_for(post.outlet.finish(0.05), PATIENCE)
    await post.bot.shutdown()
    assert (await delivery).seconds <= 5  # the next run has connections of its own
    hold.release()
