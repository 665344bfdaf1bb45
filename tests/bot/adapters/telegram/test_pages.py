"""Pages that turn in their message: gallery, saved styles and history."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.telegram.desk import Desk
from bot.model import TelegramPlace
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Chat, Human, Message


async def gallery(house: House, who: Human, chat: Chat, name: str = "styles") -> Message:
    return await house.said(chat, await house.telegram.say(who, chat, house.command(chat, name)))


# ---- pages ------------------------------------------------------------------------------------------------------


async def test_the_history_turns_in_its_message_and_sends_results_again(house):
    chat = house.private(house.anna)
    result = await house.painted(house.anna)
    for _ in range(3):
        async with house.one_more(house.anna) as jobs:
            await house.press(house.anna, result, "film")
        await house.delivered(jobs[0].id)
    page = await house.said(chat, await house.telegram.say(house.anna, chat, "/history"))
    job = await house.newest(house.anna)
    await house.telegram.press(house.anna, page, data=f"d:history:{job.created_at}")
    await eventually(lambda: page.edited is not None)
    again = next(data for data in page.data if data.endswith(":result"))
    await house.press(house.anna, page, again)
    copy = await house.said(chat, page)
    assert copy.animation is not None or copy.photo is not None
    await house.press(house.anna, copy, "delete")
    await eventually(lambda: not copy.alive)


@pytest.mark.parametrize("argument", ["", ":", ":nonsense", ":inf", ":-1", ":" + "9" * 50])
@pytest.mark.parametrize("verb", ["history", "styles", "forget", "style_pick", "style_drop", "style_remove"])
async def test_arguments_that_nobody_made_are_answered_and_break_nothing(house, monkeypatch, verb, argument):
    broken: list[BaseException] = []

    async def take_note(self: Desk, update: object, error: BaseException) -> None:
        broken.append(error)

    monkeypatch.setattr(Desk, "broken", take_note)
    chat = house.private(house.anna)
    page = await gallery(house, house.anna, chat)
    await house.telegram.press(house.anna, page, data=f"d:{verb}{argument}")
    await house.said(chat, await house.telegram.say(house.anna, chat, "/privacy"))
    assert broken == []


async def test_the_gallery_turns_in_its_message(house):
    chat = house.private(house.anna)
    for number in range(7):
        name = f"Mine {number}"
        saved = await house.telegram.send_photo(house.anna, chat, picture(number), f"/savestyle {name}")
        await house.said(chat, saved)
    page = await gallery(house, house.anna, chat)
    first = page.photo
    assert "Mine 0" in page.words
    pressed = await house.press(house.anna, page, "styles:2")
    assert not pressed.text
    await eventually(lambda: page.photo != first)
    assert "Slow" in page.words
    assert len(house.telegram.from_bot(chat)) == 8
    await house.press(house.anna, page, "styles:1")
    await eventually(lambda: "Mine 0" in page.words)


async def test_the_styles_of_the_help_come_below_it(house):
    chat = house.private(house.anna)
    help_ = await house.said(chat, await house.telegram.say(house.anna, chat, "/help"))
    await house.press(house.anna, help_, "styles")
    page = await house.said(chat, help_)
    assert page.photo is not None
    assert help_.edited is None


async def test_a_gallery_in_a_group_is_turned_and_used_by_who_asked_for_it(house):
    page = await gallery(house, house.anna, house.group)
    for data in ("d:styles:1", page.data[0]):
        pressed = await house.telegram.press(house.bert, page, data=data)
        assert pressed.alert
    assert not await house.studio.has_draft(house.person(house.bert), TelegramPlace(chat=str(house.group.id)))
    await house.press(house.anna, page, page.data[0])
    assert await house.studio.has_draft(house.person(house.anna), TelegramPlace(chat=str(house.group.id)))


async def test_the_last_saved_style_goes_with_its_gallery(house):
    chat = house.private(house.anna)
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle Only"))
    page = await gallery(house, house.anna, chat, "mystyles")
    await house.press(house.anna, page, "style_drop")
    question = await house.said(chat, page)
    assert "Only" in question.words
    await house.press(house.anna, question, "style_remove")
    await eventually(lambda: question.data == [])
    await house.telegram.press(house.anna, page, data="d:styles:1:saved")
    empty = await house.said(chat, question, words="no saved style", strict=False)  # the gallery cannot be a text
    assert empty.photo is None
    await eventually(lambda: not page.alive)


async def test_a_groups_style_is_removed_by_its_administrators_only(house):
    command = house.command(house.group, "savestyle", "Ours for=group")
    await house.said(house.group, await house.telegram.send_photo(house.maud, house.group, picture(5), command))
    theirs = await gallery(house, house.anna, house.group, "mystyles")
    assert (await house.press(house.anna, theirs, "style_drop")).alert
    hers = await gallery(house, house.maud, house.group, "mystyles")
    assert not (await house.press(house.maud, hers, "style_drop")).alert


@pytest.mark.parametrize("data", ["d:history", "d:forget"])
async def test_nobody_unfolds_what_is_theirs_in_a_group_by_a_button_of_somebody_elses(house, data):
    asked = await house.telegram.say(house.maud, house.group, house.command(house.group, "history"), anonymous=True)
    page = await house.said(house.group, asked)
    await house.painted(house.anna)
    await house.telegram.delete(asked)  # now nobody can see whose it is
    assert (await house.telegram.press(house.anna, page, data=data)).alert
    assert page.edited is None


# ---- what a page should not meet ----------------------------------------------------------------------------------


async def test_pages_of_a_message_that_is_gone_come_anew(house):
    chat = house.private(house.anna)
    page = await gallery(house, house.anna, chat)
    await house.telegram.delete(page)
    await house.telegram.press(house.anna, page, data="d:styles:1")
    assert (await house.said(chat, page, strict=False)).photo is not None


async def test_no_page_turns_in_a_chat_that_is_to_be_left_alone(house):
    chat = house.private(house.anna)
    page = await gallery(house, house.anna, chat)
    house.telegram.fail("sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30)
    await house.telegram.say(house.anna, chat, "/help")
    await eventually(lambda: [call for call in house.telegram.calls("sendMessage") if call.code == 429])
    await house.telegram.press(house.anna, page, data="d:styles:2")
    await asyncio.sleep(0.2)
    assert not house.telegram.calls("editMessageMedia")
    house.clock.advance(25)
    await house.telegram.press(house.anna, page, data="d:styles:1")
    await asyncio.sleep(0.2)
    assert not house.telegram.calls("editMessageMedia")
    house.clock.advance(6)
    await eventually(lambda: house.telegram.calls("editMessageMedia"))


async def test_a_flood_that_a_page_meets_holds_for_the_whole_chat(house):
    chat = house.private(house.anna)
    page = await gallery(house, house.anna, chat)
    house.telegram.fail("editMessage*", 429, "Too Many Requests: retry after 30", retry_after=30)
    await house.telegram.press(house.anna, page, data="d:styles:1")
    await eventually(lambda: house.telegram.calls("editMessageMedia"))
    sent = len(house.telegram.calls("sendMessage"))
    await house.telegram.say(house.anna, chat, "/help")
    await asyncio.sleep(0.2)
    assert len(house.telegram.calls("sendMessage")) == sent


async def test_a_flood_while_a_page_turns_brings_no_message_more(house):
    chat = house.private(house.anna)
    page = await gallery(house, house.anna, chat)
    house.telegram.fail("editMessage*", 429, "Too Many Requests: retry after 1", retry_after=1)
    await house.telegram.press(house.anna, page, data="d:styles:1")
    await eventually(lambda: house.telegram.calls("editMessageMedia"))
    assert house.telegram.from_bot(chat) == [page]
