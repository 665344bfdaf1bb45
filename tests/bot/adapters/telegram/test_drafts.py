"""Drafts, which a photo or a style begins: what they wait for is pressed, never comes, or is not wanted any more."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import TelegramPlace
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Chat, Human


def place_of(chat: Chat) -> TelegramPlace:
    return TelegramPlace(chat=str(chat.id), private=chat.kind == "private")


async def has_draft(house: House, who: Human, chat: Chat) -> bool:
    return await house.studio.has_draft(house.person(who), place_of(chat))


async def time_is_up(house: House, who: Human, chat: Chat) -> None:
    """Let the time pass in which a draft may be finished, until somebody has looked for such drafts."""
    house.clock.advance(60 * house.config.store.draft_minutes)

    async def is_gone() -> bool:
        house.clock.advance(30)
        return await house.store.drafts.get(house.person(who).key, place_of(chat).key) is None

    await eventually(is_gone)


async def test_a_style_is_picked_for_a_photo_and_the_gallery_goes(house):
    chat = house.private(house.anna)
    photo = await house.telegram.send_photo(house.anna, chat, picture(1))
    page = await house.said(chat, photo)
    async with house.one_more(house.anna) as jobs:
        pressed = await house.press(house.anna, page, "style_pick")
    assert pressed.text
    await house.delivered(jobs[0].id)
    assert [style.preset for style in jobs[0].request.styles] == ["ink"]
    assert jobs[0].place.message == str(photo.id)  # and not the gallery, which is gone
    assert not page.alive


async def test_a_style_that_is_pressed_twice_is_painted_once(house):
    chat = house.private(house.anna)
    page = await house.said(chat, await house.telegram.send_photo(house.anna, chat, picture(1)))
    async with house.one_more(house.anna) as jobs:
        await asyncio.gather(*(house.telegram.press(house.anna, page, data=page.data[number]) for number in (0, 0, 1)))
    await house.delivered(jobs[0].id)
    assert len(await house.jobs(house.anna)) == 1
    assert not await has_draft(house, house.anna, chat)


async def test_a_style_that_is_picked_first_asks_for_the_photo(house):
    chat = house.private(house.anna)
    page = await house.said(chat, await house.telegram.say(house.anna, chat, "/styles"))
    await house.press(house.anna, page, "style_pick")
    question = await house.said(chat, page)
    assert "Ink on paper" in question.words
    async with house.one_more(house.anna) as jobs:
        await house.telegram.send_photo(house.anna, chat, picture(1))
    await house.delivered(jobs[0].id)
    await eventually(lambda: not question.alive)


async def test_a_draft_is_dropped_by_its_button(house):
    chat = house.private(house.anna)
    page = await house.said(chat, await house.telegram.send_photo(house.anna, chat, picture(1)))
    pressed = await house.press(house.anna, page, "draft_drop")
    assert pressed.text
    await eventually(lambda: not page.alive)
    assert not await has_draft(house, house.anna, chat)


# ---- what never comes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_group", [False, True])
async def test_who_does_not_send_the_photo_in_time_is_told_and_the_question_goes(house, in_group):
    chat = house.group if in_group else house.private(house.anna)
    begun = await house.telegram.say(house.anna, chat, house.command(chat))
    question = await house.said(chat, begun)
    assert await has_draft(house, house.anna, chat)
    await time_is_up(house, house.anna, chat)
    told = await house.said(chat, begun, words="The photo never came, so I have stopped waiting for it.")
    assert told.mentioned == ([house.anna.id] if in_group else [])
    await eventually(lambda: not question.alive)
    assert not await has_draft(house, house.anna, chat)
    assert house.telegram.from_bot(chat) == [told]


async def test_who_does_not_choose_a_style_in_time_is_told_once_and_may_begin_again(house):
    chat = house.private(house.anna)
    first = await house.telegram.send_photo(house.anna, chat, picture(1))
    gallery = await house.said(chat, first)
    await time_is_up(house, house.anna, chat)
    told = await house.said(chat, first, words="The style never came, so I let your photo go.")
    await eventually(lambda: not gallery.alive)
    await house.telegram.press(house.anna, gallery, data=gallery.data[0])  # a style now, for the next photo
    question = await house.said(chat, told, words="photo", strict=False)
    async with house.one_more(house.anna) as jobs:
        await house.telegram.send_photo(house.anna, chat, picture(2))
    await house.delivered(jobs[0].id)
    await eventually(lambda: not question.alive)
    assert sum("never came" in one.words for one in house.sent_since(chat, first)) == 1


async def test_cancel_may_be_said_without_a_slash(house):
    for chat in (house.private(house.anna), house.group):
        await house.ask(house.anna, chat, "")
        gallery = await eventually(lambda chat=chat: next(iter(house.telegram.from_bot(chat)), None))
        said = await house.telegram.say(house.anna, chat, "Cancel, please", reply_to=gallery)
        assert "Dropped" in (await house.said(chat, said)).words
        await eventually(lambda gallery=gallery: not gallery.alive)
    assert not await house.jobs(house.anna)
