"""From a result to a message, and all that Telegram puts in the way of it."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.sending import Manner, parted
from bot.adapters.telegram.statuses import PRIVATE_GAP_SECONDS
from bot.model import Person
from bot.outcomes import DraftExpired, Stats
from bot.ports import Gone, Later, Sent
from tests.bot.adapters.telegram.posting import eventually, file, picture, posting, view


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


# ---- what arrives ---------------------------------------------------------------------------------------------------


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
        assert await post.shown(other, iteration, ref) == ref
    assert post.edits() == []
    hold.release()
    await delivery
    await post.passes(PRIVATE_GAP_SECONDS)
    assert post.edits() == ["editMessageText"]
    assert "30" in post.sent()[0].text


# ---- when it does not get through -----------------------------------------------------------------------------------


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
    post.flood("sendMessage", 5)
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
    post.flood("sendPhoto", 9, chat=post.private)
    assert await post.deliver(post.job(post.group)) == Later(9)


async def test_where_the_topic_is_gone_the_painting_comes_into_the_forum(post):
    forum = post.telegram.group("Forum", post.anna, forum=True)
    await post.deliver(post.job(place=post.place(forum, thread="99", message="100")))
    (message,) = post.sent(forum)
    assert message.photo
    assert message.mentioned == [post.anna.id]


# ---- groups that move -----------------------------------------------------------------------------------------------


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
    await post.outlet.send(post.place(old), view(), "en", Manner(force_reply=True))
    (call,) = [call for call in post.telegram.calls("sendMessage") if call.params["chat_id"] == new.id]
    assert call.params["reply_markup"]["force_reply"] is True


# ---- telling --------------------------------------------------------------------------------------------------------


async def test_somebody_is_told_at_a_place(post):
    expired = DraftExpired(had_photo=True)
    assert await post.outlet.tell(post.place(post.group), post.person(), expired)
    (message,) = post.sent(post.group)
    assert message.mentioned == [post.anna.id]
    await post.telegram.remove_bot(post.group)
    assert await post.outlet.tell(post.place(post.group), post.person(), expired)
    assert "could not post this where you asked" in post.sent()[0].words
    await post.telegram.block(post.anna)
    assert not await post.outlet.tell(post.place(post.group), post.person(), expired)


async def test_who_is_told_something_hears_it_after_a_short_flood(post):
    post.flood("sendMessage", 40)
    telling = asyncio.create_task(post.outlet.tell(post.place(), post.person(), DraftExpired(had_photo=True)))
    await eventually(lambda: post.clock.sleeping)
    await post.passes(40)
    assert await telling
    assert len(post.sent()) == 1
    post.flood("sendMessage", 3600)
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
