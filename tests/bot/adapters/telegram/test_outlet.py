"""From a result to a message, and all that Telegram puts in the way of it."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.sending import parted
from bot.adapters.telegram.statuses import GROUP_GAP_SECONDS, PRIVATE_GAP_SECONDS
from bot.model import Person
from bot.outcomes import DraftExpired, Stats
from bot.ports import Gone, Later, Sent
from tests.bot.adapters.telegram.posting import eventually, file, picture, posting, view

PREVIEW = picture(kind="JPEG")


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


def flood(post, method: str, seconds: int, times: int = 1, chat=None) -> None:
    said = f"Too Many Requests: retry after {seconds}"
    post.telegram.fail(method, 429, said, retry_after=seconds, times=times, chat=chat)


async def shown(post, job, iteration, ref, preview=None):
    """Show an update, and let the time pass after which it may be made."""
    answer = await post.show(job, iteration, ref, preview)
    await post.passes(max(PRIVATE_GAP_SECONDS, GROUP_GAP_SECONDS))
    return answer


# ---- the status message -------------------------------------------------------------------------------------------


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
    await shown(post, job, 10, ref)
    await shown(post, job, 20, ref, PREVIEW)
    await shown(post, job, 30, ref, PREVIEW)
    await shown(post, job, 40, ref, picture(70, 70, "JPEG"))
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
        await shown(post, job, 10, ref, PREVIEW)
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
    assert await shown(post, job, 10, ref) == ref
    assert "10" in post.sent()[0].text


async def test_who_deletes_the_status_message_ends_the_updates_and_gets_no_other(post):
    job = post.job()
    ref = await post.status(job)
    await post.telegram.delete(post.sent()[0])
    assert await shown(post, job, 10, ref) == ref
    assert await shown(post, job, 20, ref) is None
    assert post.sent() == []
    assert len(post.edits()) == 1
    assert isinstance(await post.deliver(job), Sent)


async def test_a_flooded_edit_is_never_answered_with_a_new_message(post):
    job = post.job()
    ref = await post.status(job)
    flood(post, "editMessage*", 20)
    assert await shown(post, job, 10, ref) == ref
    assert await shown(post, job, 20, ref) == ref
    assert len(post.sent()) == 1
    assert len(post.edits()) == 1
    await post.passes(20)
    assert "20" in post.sent()[0].text


async def test_the_first_status_waits_for_nothing_but_a_flood(post):
    first = post.job(job_id="one")
    ref = await post.status(first)
    await post.status(post.job(job_id="two"))  # at once, although there was one just now
    flood(post, "editMessageText", 20)
    await shown(post, first, 10, ref)
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


# ---- what arrives -------------------------------------------------------------------------------------------------


async def test_a_painting_comes_as_a_new_message_that_mentions_only_who_asked(post):
    asked = await post.telegram.say(post.anna, post.group, "/stylize ink")
    job = post.job(place=post.place(post.group, message=str(asked.id)))
    answer = await post.deliver(job)
    (message,) = post.sent(post.group)
    assert message.photo == picture()
    assert message.mentioned == [post.anna.id]
    assert message.caption.startswith("Anna\nHere is your painting.")
    assert (message.reply_to, message.silent) == (asked, False)
    assert {"j:k3f9:again", "j:k3f9:delete"} <= set(message.data)
    assert answer == Sent(f"{post.group.id}/{message.id}", message.media.file.id)


async def test_in_private_nobody_is_mentioned(post):
    await post.deliver(post.job())
    (message,) = post.sent()
    assert message.mentioned == []
    assert message.caption.startswith("Here is your painting.")


async def test_details_are_an_album_with_the_words_below(post):
    job = post.job(task="inspect")
    answer = await post.deliver(job, file(), file(picture(50, 50)))
    first, second, words = post.sent()
    assert first.album == second.album
    assert words.data == ["j:k3f9:delete"]
    await post.outlet.remove(job.place, answer.ref)
    assert post.sent() == []


async def test_two_results_for_a_chat_come_one_after_the_other(post):
    hold = post.telegram.hold("sendPhoto")
    one = asyncio.create_task(post.deliver(post.job(job_id="one")))
    two = asyncio.create_task(post.deliver(post.job(job_id="two")))
    await eventually(lambda: hold.waiting)
    await post.settled()
    assert hold.waiting == 1
    hold.release()
    assert isinstance(await one, Sent) and isinstance(await two, Sent)


async def test_status_messages_are_silent_while_a_result_is_under_way(post):
    job, other = post.job(job_id="one"), post.job(job_id="two")
    ref = await post.status(other)
    await post.passes(PRIVATE_GAP_SECONDS)
    hold = post.telegram.hold("sendPhoto")
    delivery = asyncio.create_task(post.deliver(job))
    await eventually(lambda: hold.waiting)
    for iteration in (10, 20, 30):
        assert await shown(post, other, iteration, ref) == ref
    assert post.edits() == []
    hold.release()
    await delivery
    await post.passes(PRIVATE_GAP_SECONDS)
    assert post.edits() == ["editMessageText"]
    assert "30" in post.sent()[0].text


# ---- floods -------------------------------------------------------------------------------------------------------


async def test_a_flooded_result_comes_as_soon_as_the_flood_is_over_and_nothing_is_asked_before(post):
    job = post.job()
    flood(post, "sendPhoto", 17)
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
    flood(post, "editMessage*", 30, times=1000, chat=post.group)
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
    flood(post, "sendPhoto", 600, chat=post.group)
    assert isinstance(await post.deliver(post.job(post.group)), Later)
    assert isinstance(await post.deliver(post.job()), Sent)


async def test_answers_are_not_sent_into_a_flood_either(post):
    flood(post, "sendPhoto", 17)
    await post.deliver(post.job())
    view = post.presenter.view(post.waiting(post.job()), "en")
    assert await post.outlet.send(post.place(), view, "en") == Later(17)
    assert post.telegram.calls("sendMessage") == []


# ---- when it does not get through ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"), [(500, "Internal Server Error"), (502, "Bad Gateway"), (401, "Unauthorized")]
)
async def test_a_delivery_that_fails_for_now_is_tried_again(post, code, said):
    post.telegram.fail("sendPhoto", code, said)
    assert isinstance(await post.deliver(post.job()), Later)
    assert isinstance(await post.deliver(post.job()), Sent)
    assert len(post.sent()) == 1


async def test_an_answer_that_is_lost_means_one_message_too_many_at_most_and_patience(post):
    post.telegram.lose("sendPhoto", performed=True)
    first = await post.deliver(post.job())
    assert isinstance(first, Later)
    assert first.seconds >= 60  # until then, a broken connection is replaced
    post.telegram.lose("sendPhoto", performed=False)
    second = await post.deliver(post.job())
    assert second.seconds >= 2 * first.seconds
    assert isinstance(await post.deliver(post.job()), Sent)
    assert len(post.sent()) == 2


async def test_an_album_whose_words_were_flooded_does_not_come_twice(post):
    job = post.job(task="inspect")
    flood(post, "sendMessage", 5)
    assert await post.deliver(job, file(), file()) == Later(5)
    post.clock.advance(5)
    answer = await post.deliver(job, file(), file())
    assert len(post.telegram.calls("sendMediaGroup")) == 1
    assert len(post.sent()) == len(parted(answer.ref)[1]) == 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot is not a member of the supergroup chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send photos to the chat"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    ],
)
async def test_where_the_group_is_lost_the_painting_comes_in_private(post, code, said):
    post.telegram.fail("send*", code, said, chat=post.group, times=9)
    job = post.job(place=post.place(post.group, thread=None, message="3"))
    answer = await post.deliver(job)
    (message,) = post.sent()
    assert message.photo
    assert message.caption.startswith("I could not post this where you asked for it")
    assert message.reply_to is None
    assert message.mentioned == []
    assert "j:k3f9:again" in message.data
    assert answer.ref == f"{post.private.id}/{message.id}"


async def test_a_cancelled_job_of_a_lost_group_bothers_nobody(post):
    await post.telegram.remove_bot(post.group)
    job = post.job(post.group)
    assert isinstance(await post.outlet.deliver(job.place, post.cancelled(job), "k3f9"), Gone)
    assert post.sent() == []


async def test_who_blocked_the_bot_is_not_asked_again(post):
    await post.telegram.block(post.anna)
    assert isinstance(await post.deliver(post.job()), Gone)
    assert len(post.telegram.calls("sendPhoto")) == 1
    await post.telegram.remove_bot(post.group)
    assert isinstance(await post.deliver(post.job(post.group)), Gone)


async def test_who_is_a_chat_has_no_private_chat(post):
    channel = post.telegram.channel("News", post.anna)
    job = post.job(channel)
    job = msgspec.structs.replace(job, person=Person(platform="telegram", id=str(channel.id), name="News"))
    assert isinstance(await post.deliver(job), Sent)
    (message,) = post.sent(channel)
    assert message.mentioned == []
    await post.telegram.remove_bot(channel)
    assert isinstance(await post.deliver(job), Gone)


async def test_a_private_chat_that_is_flooded_is_waited_for(post):
    await post.telegram.remove_bot(post.group)
    flood(post, "sendPhoto", 9, chat=post.private)
    assert await post.deliver(post.job(post.group)) == Later(9)


async def test_where_the_topic_is_gone_the_painting_comes_into_the_forum(post):
    forum = post.telegram.group("Forum", post.anna, forum=True)
    await post.deliver(post.job(place=post.place(forum, thread="99", message="100")))
    (message,) = post.sent(forum)
    assert message.photo
    assert message.mentioned == [post.anna.id]


# ---- groups that move ---------------------------------------------------------------------------------------------


async def test_a_group_that_moved_is_followed_once_and_for_all(post):
    old = post.telegram.group("Old", post.anna, supergroup=False)
    asked = await post.telegram.say(post.anna, old, "/stylize ink")
    place = post.place(old, message=str(asked.id))
    new = await post.telegram.migrate(old)
    answer = await post.deliver(post.job(place=place))
    (message,) = post.sent(new)
    assert answer.ref == f"{new.id}/{message.id}"
    assert message.reply_to is None  # the new group numbers its messages anew
    assert post.moves == [(str(old.id), str(new.id))]
    asked_for = len(post.telegram.calls("sendPhoto"))
    assert isinstance(await post.deliver(post.job(place=place, job_id="two")), Sent)
    assert len(post.telegram.calls("sendPhoto")) == asked_for + 1
    assert len(post.moves) == 1


async def test_a_move_that_cannot_be_noted_does_not_stop_the_painting(post):
    async def broken(old: str, new: str) -> None:
        raise RuntimeError("the store is gone")

    post.outlet.on_moved = broken
    old = post.telegram.group("Old", post.anna, supergroup=False)
    new = await post.telegram.migrate(old)
    assert isinstance(await post.deliver(post.job(old)), Sent)
    assert len(post.sent(new)) == 1


async def test_where_the_group_is_now_a_reply_is_asked_for_as_well(post):
    old = post.telegram.group("Old", post.anna, supergroup=False)
    new = await post.telegram.migrate(old)
    await post.outlet.send(post.place(old), view(), "en", force_reply=True)
    (call,) = [call for call in post.telegram.calls("sendMessage") if call.params["chat_id"] == new.id]
    assert call.params["reply_markup"]["force_reply"] is True


# ---- removing -----------------------------------------------------------------------------------------------------


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
    assert await post.outlet.remove(job.place, ref)
    await post.telegram.remove_bot(post.group)
    assert await post.outlet.remove(job.place, ref)
    assert len(post.telegram.calls("deleteMessage")) == 2


async def test_a_removal_waits_for_a_flood_and_for_a_server_that_fails(post):
    job = post.job()
    ref = await post.status(job)
    flood(post, "deleteMessage", 40)
    removal = asyncio.create_task(post.outlet.remove(job.place, ref))
    await eventually(lambda: post.clock.sleeping)
    post.telegram.fail("deleteMessage", 500, "Internal Server Error")
    await post.passes(40)
    await eventually(lambda: post.clock.sleeping)
    assert len(post.sent()) == 1
    await post.passes(20)
    assert await removal
    assert post.sent() == []


async def test_a_removal_does_not_wait_for_ever(post):
    ref = await post.status(post.job())
    flood(post, "deleteMessage", 3600)
    assert not await asyncio.wait_for(post.outlet.remove(post.place(), ref), 10)  # which may be tried again
    assert len(post.sent()) == 1
    await post.passes(3600)
    assert await post.outlet.remove(post.place(), ref)
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


# ---- telling ------------------------------------------------------------------------------------------------------


async def test_somebody_is_told_at_a_place(post):
    expired = DraftExpired(had_photo=True)
    assert await post.outlet.tell(post.place(post.group), post.person(), expired)
    (message,) = post.sent(post.group)
    assert message.mentioned == [post.anna.id]
    await post.telegram.remove_bot(post.group)
    assert not await post.outlet.tell(post.place(post.group), post.person(), expired)


async def test_who_is_told_something_hears_it_after_a_short_flood(post):
    flood(post, "sendMessage", 40)
    telling = asyncio.create_task(post.outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True)))
    await eventually(lambda: post.clock.sleeping)
    await post.passes(40)
    assert await telling
    assert len(post.sent()) == 1
    flood(post, "sendMessage", 3600)
    assert not await post.outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True))


async def test_who_may_have_been_told_is_not_told_twice(post):
    post.telegram.lose("sendMessage", performed=True)
    assert not await post.outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True))
    assert len(post.sent()) == 1


async def test_what_is_to_be_told_waits_for_a_bot_that_connects(post):
    outlet = TelegramOutlet(post.presenter, post.clock)
    telling = asyncio.create_task(outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True)))
    await post.settled()
    assert not telling.done()
    outlet.serve(post.bot)
    assert await telling
    assert len(post.sent()) == 1


async def test_an_owner_is_told_in_private(post):
    stats = Stats(by_state={}, people=1, last_day={}, files=1, file_bytes=1, free_bytes=1, engine="cpu", paused=False)
    assert await post.outlet.notify(str(post.anna.id), stats)
    (message,) = post.sent()
    assert message.text
    assert not await post.outlet.notify("anna", stats)
    assert not await post.outlet.notify("-100123", stats)
    assert not await post.outlet.notify("4711", stats)


async def test_an_answer_can_go_to_a_person_alone(post):
    view = post.presenter.view(post.waiting(post.job()), "en")
    place = post.place(post.group, message="3")
    assert isinstance(await post.outlet.send(place, view, "en", private_to=str(post.anna.id)), Sent)
    assert len(post.sent()) == 1
    assert post.sent(post.group) == []
    assert isinstance(await post.outlet.send(place, view, "en", private_to="-100123"), Gone)


# ---- before there is a bot, and after ------------------------------------------------------------------------------


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
    assert await removal
    assert post.sent() == []


async def test_a_removal_gives_up_waiting_for_a_bot(post, monkeypatch):
    monkeypatch.setattr("bot.adapters.telegram.outlet._PATIENCE_SECONDS", 0.05)
    outlet = TelegramOutlet(post.presenter, post.clock)
    assert not await outlet.remove(post.place(), f"{post.private.id}/1")
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
    await asyncio.wait_for(post.outlet.finish(0.05), 30)
    await post.bot.shutdown()
    assert (await delivery).seconds <= 5  # the next run has connections of its own
    hold.release()
