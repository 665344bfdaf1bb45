"""The one status message of a job: sent, edited, gone, removed."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.sending import parted
from bot.adapters.telegram.statuses import GROUP_GAP_SECONDS, PRIVATE_GAP_SECONDS
from bot.ports import Sent
from tests.bot.adapters.telegram.posting import eventually, picture, posting
from tests.waiting import PATIENCE

PREVIEW = picture(kind="JPEG")


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


# ---- sent and edited ------------------------------------------------------------------------------------------------


async def test_the_status_message_is_a_silent_reply_that_says_how_the_job_stands(post):
    asked = await post.telegram.say(post.anna, post.group, "/stylize ink")
    job = post.job(place=post.place(post.group, message=str(asked.id)))
    ref = await post.status(job)
    (message,) = post.sent(post.group)
    assert ref == f"{post.group.id}/{message.id}"
    assert message.text.startswith("Number 3 in the queue")
    assert (message.reply_to, message.silent, message.mentioned) == (asked, True, [])
    assert message.data == ["j:k3f9:cancel"]


async def test_the_status_is_one_message_from_the_queue_to_the_last_preview(post):
    job = post.job()
    ref = await post.status(job)
    await post.shown(job, 10, ref)
    await post.shown(job, 20, ref, PREVIEW)
    await post.shown(job, 30, ref, PREVIEW)
    await post.shown(job, 40, ref, picture(70, 70, "JPEG"))
    (message,) = post.sent()
    assert message.photo == picture(70, 70, "JPEG")
    assert "40" in message.caption
    assert message.data == ["j:k3f9:cancel"]
    assert post.edits() == ["editMessageText", "editMessageMedia", "editMessageCaption", "editMessageMedia"]


@pytest.mark.parametrize("has_preview", [False, True])
async def test_after_a_restart_the_status_message_goes_on(post, has_preview):
    job = post.job()
    ref = await post.status(job)
    if has_preview:
        await post.shown(job, 10, ref, PREVIEW)
    again = TelegramOutlet(post.presenter, post.clock)
    again.serve(post.bot)
    assert await again.show(job.place, post.painting(job, 50), ref) == ref
    await post.passes(PRIVATE_GAP_SECONDS)
    await eventually(lambda: "50" in post.sent()[0].words)
    assert bool(post.sent()[0].photo) == has_preview
    again.rest()


async def test_an_update_that_changes_nothing_is_no_trouble(post):
    job = post.job()
    ref = await post.status(job)
    await post.passes(PRIVATE_GAP_SECONDS)
    assert await post.outlet.show(job.place, post.waiting(job), ref) == ref
    await post.settled()
    assert await post.shown(job, 10, ref) == ref
    assert "10" in post.sent()[0].text


async def test_who_deletes_the_status_message_ends_the_updates_and_gets_no_other(post):
    job = post.job()
    ref = await post.status(job)
    await post.telegram.delete(post.sent()[0])
    assert await post.shown(job, 10, ref) == ref
    assert await post.shown(job, 20, ref) is None
    assert post.sent() == []
    assert len(post.edits()) == 1
    assert isinstance(await post.deliver(job), Sent)


async def test_a_flooded_edit_is_never_answered_with_a_new_message(post):
    job = post.job()
    ref = await post.status(job)
    post.flood("editMessage*", 20)
    assert await post.shown(job, 10, ref) == ref
    assert await post.shown(job, 20, ref) == ref
    assert len(post.sent()) == 1
    assert len(post.edits()) == 1
    await post.passes(20)
    assert "20" in post.sent()[0].text


async def test_the_first_status_waits_for_nothing_but_a_flood(post):
    first = post.job(job_id="one")
    ref = await post.status(first)
    await post.status(post.job(job_id="two"))  # at once, although there was one just now
    post.flood("editMessageText", 20)
    await post.shown(first, 10, ref)
    third = post.job(job_id="three")
    assert await post.show(third, 0, None) is None
    assert len(post.telegram.calls("sendMessage")) == 2
    await post.passes(20 + PRIVATE_GAP_SECONDS)
    assert await post.show(third, 0, None) is not None


async def test_a_status_that_cannot_be_sent_now_is_sent_later_and_not_for_ever(post):
    job = post.job()
    post.telegram.fail("sendMessage", 500, "Internal Server Error", times=10)
    for _ in range(10):
        assert await post.show(job, 1, None) is None
    assert len(post.telegram.calls("sendMessage")) == 1  # it may have arrived: no hurry
    for _ in range(10):
        await post.passes(60)
        assert await post.show(job, 1, None) is None
    assert len(post.telegram.calls("sendMessage")) == 3


async def test_where_the_bot_may_not_write_no_status_is_tried_twice(post):
    await post.telegram.remove_bot(post.group)
    job = post.job(post.group)
    for _ in range(3):
        assert await post.show(job, 1, None) is None
    assert len(post.telegram.calls("sendMessage")) == 1


async def test_several_jobs_of_a_group_share_its_budget(post):
    jobs = [post.job(post.group, job_id=name) for name in ("one", "two", "three")]
    refs = [await post.status(job) for job in jobs]
    for turn in range(1, 7):
        for job, ref in zip(jobs, refs, strict=True):
            await post.show(job, turn, ref)
        await post.passes(GROUP_GAP_SECONDS)
    edited = [call.params["message_id"] for call in post.telegram.calls("editMessageText")]
    assert len(edited) == 6
    assert edited[:3] == edited[3:] == [parted(ref)[1][0] for ref in refs]


# ---- removed --------------------------------------------------------------------------------------------------------


async def test_a_removed_status_message_gets_no_more_updates(post):
    job = post.job()
    ref = await post.status(job)
    await post.show(job, 10, ref)
    await post.outlet.remove(job.place, ref)
    await post.passes(60)
    assert post.sent() == []
    assert post.edits() == []


async def test_what_is_gone_or_out_of_reach_needs_no_removing(post):
    job = post.job(post.group)
    ref = await post.status(job)
    await post.telegram.delete(post.sent(post.group)[0])
    assert await post.outlet.remove(job.place, ref) == "done"
    await post.telegram.remove_bot(post.group)
    assert await post.outlet.remove(job.place, ref) == "stays"
    assert len(post.telegram.calls("deleteMessage")) == 2


async def test_a_removal_waits_for_a_flood_and_for_a_server_that_fails(post):
    job = post.job()
    ref = await post.status(job)
    post.flood("deleteMessage", 40)
    removal = asyncio.create_task(post.outlet.remove(job.place, ref))
    await eventually(lambda: post.clock.sleeping)
    post.telegram.fail("deleteMessage", 500, "Internal Server Error")
    await post.passes(40)
    await eventually(lambda: post.clock.sleeping)
    assert len(post.sent()) == 1
    await post.passes(20)
    assert await removal == "done"
    assert post.sent() == []


async def test_a_removal_does_not_wait_for_ever(post):
    ref = await post.status(post.job())
    post.flood("deleteMessage", 3600)
    assert await asyncio.wait_for(post.outlet.remove(post.place(), ref), PATIENCE) == "later"
    assert len(post.sent()) == 1
    await post.passes(3600)
    assert await post.outlet.remove(post.place(), ref) == "done"
    assert post.sent() == []


@pytest.mark.parametrize("has_picture", [False, True])
async def test_what_is_too_old_to_be_removed_is_emptied(post, has_picture):
    job = post.job()
    answer = await post.deliver(job) if has_picture else None
    ref = answer.ref if answer else await post.status(job)
    post.telegram.fail("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    await post.outlet.remove(job.place, ref)
    (message,) = post.sent()
    assert message.photo != picture()
    assert (message.buttons, message.mentioned) == ([], [])
    assert message.caption.startswith("Deleted")
