"""Forgetting takes the paintings out of the chats, as far as Telegram lets a bot do that."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House, eventually
from tests.telegram_api.world import Human, Message

TOO_OLD = "Bad Request: message can't be deleted for everyone"


async def forget(house: House, who: Human) -> Message:
    """Ask to be forgotten, in private, and say yes; returns the message that tells what is gone."""
    private = house.private(who)
    asked = await house.telegram.say(who, private, "/forgetme")
    question = await house.said(private, asked)
    await house.press(who, question, "forget")
    await eventually(lambda: "All that I kept of you is deleted" in question.words)
    return question


@pytest.mark.parametrize("where", ["private", "group", "topic"])
async def test_posted_paintings_go(house, where):
    chat = {"private": None, "group": house.group, "topic": house.forum}[where]
    facts = {"thread": house.paintings} if where == "topic" else {}
    result, theirs = await house.painted(house.anna, chat, **facts), await house.painted(house.bert, house.group)
    told = await forget(house, house.anna)
    assert not result.alive
    assert theirs.alive
    assert "1 message that showed your paintings is removed, too." in told.words


async def test_what_was_sent_once_more_goes_too(house):
    result = await house.painted(house.anna, house.group)
    await house.press(house.anna, result, "full")
    file = await eventually(lambda: next((one for one in house.sent_since(house.group, result) if one.media), None))
    private = house.private(house.anna)
    asked = await house.telegram.say(house.anna, private, "/history")
    await house.press(house.anna, await house.said(private, asked), "result")
    copy = await eventually(lambda: next((one for one in house.sent_since(private, asked) if one.photo), None))
    await forget(house, house.anna)
    await eventually(lambda: not any(one.alive for one in (result, file, copy)))


async def test_what_is_too_old_to_be_removed_is_emptied(house):
    result = await house.painted(house.anna, house.group)
    photo = result.photo
    house.telegram.fail("deleteMessage", 400, TOO_OLD, chat=house.group)
    told = await forget(house, house.anna)
    assert result.alive
    assert result.photo != photo
    assert (result.data, result.mentioned) == ([], [])
    assert "1 message that showed your paintings is removed, too." in told.words


async def test_where_i_am_no_more_the_painting_stays_and_that_is_said(house):
    result = await house.painted(house.anna, house.group)
    await house.telegram.remove_bot(house.group)
    told = await forget(house, house.anna)
    assert result.alive
    assert "1 message stays, as I can't remove it any more." in told.words


async def test_delete_below_what_stayed_works_for_those_who_run_the_chat_and_for_whom_it_mentions(house):
    for who in (house.maud, house.anna):
        result = await house.painted(house.anna, house.group)
        house.telegram.fail("deleteMessage", 400, TOO_OLD, chat=house.group)
        house.telegram.fail("editMessageMedia", 400, "Bad Request: CHAT_RESTRICTED", chat=house.group)
        told = await forget(house, house.anna)
        assert "stays" in told.words
        assert result.data
        pressed = await house.press(house.bert, result, "delete")
        assert pressed.alert
        await house.press(who, result, "delete")
        await eventually(lambda result=result: not result.alive)
