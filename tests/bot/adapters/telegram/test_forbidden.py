"""Groups that keep something from the bot: nobody is charged for what cannot be handed over, and it is said."""

from __future__ import annotations

import pytest

from bot.adapters.telegram.own_rights import KNOWN_SECONDS
from bot.model import TelegramPlace
from tests.bot.adapters.telegram.conftest import House, eventually
from tests.telegram_api.world import BOT_ID, Chat

PICTURES = {"can_send_photos", "can_send_documents", "can_send_other_messages"}


async def used(house: House) -> int:
    return (await house.studio.quota(house.person(house.anna), _place(house.group))).used


def _place(chat: Chat) -> TelegramPlace:
    return TelegramPlace(chat=str(chat.id))


# ---- beforehand --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whom", ["everybody", "the bot"])
async def test_where_pictures_are_forbidden_nothing_is_painted(house, whom):
    forbidden = house.group.forbidden if whom == "everybody" else house.group.bot_forbidden
    forbidden |= PICTURES
    asked = await house.ask(house.anna, house.group)
    told = await house.said(house.group, asked)
    assert "“Send photos”" in told.words
    assert await house.jobs(house.anna) == ()
    assert await used(house) == 0
    forbidden -= PICTURES
    await house.painted(house.anna, house.group)  # at once: nobody has to wait for what they have put right


async def test_buttons_ask_beforehand_too(house):
    result = await house.painted(house.anna, house.group)
    house.group.forbidden |= PICTURES
    house.clock.advance(KNOWN_SECONDS)
    for verb in ("again", "variations", "film", "details"):
        pressed = await house.press(house.anna, result, verb)
        assert pressed.alert, verb
        assert "“Send photos”" in pressed.text
    assert len(await house.jobs(house.anna)) == 1


async def test_an_administrator_is_kept_from_nothing(house):
    house.group.forbidden |= PICTURES
    house.group.members[BOT_ID] = "administrator"
    await house.painted(house.anna, house.group)


# ---- what may still be sent ---------------------------------------------------------------------------------------


async def test_where_photos_alone_are_forbidden_the_painting_comes_as_a_file(house):
    house.group.forbidden |= {"can_send_photos"}
    result = await house.painted(house.anna, house.group)
    assert result.chat is house.group
    assert result.document is not None


async def test_where_gifs_are_forbidden_a_film_comes_as_a_file(house):
    result = await house.painted(house.anna, house.group)
    house.group.forbidden |= {"can_send_other_messages"}
    async with house.one_more(house.anna) as jobs:
        await house.press(house.anna, result, "film")
    await house.delivered(jobs[0].id)
    assert (await house.result_of(jobs[0].id)).document is not None


# ---- afterwards --------------------------------------------------------------------------------------------------


async def test_what_can_be_handed_over_nowhere_is_said_and_given_back(house):
    house.telegram.private(house.anna).blocked = True
    hold = house.telegram.hold("sendPhoto")
    asked = await house.ask(house.anna, house.group)
    await eventually(lambda: hold.waiting)
    house.group.forbidden |= PICTURES
    hold.release()
    told = await house.said(house.group, asked, words="could not hand it over")
    assert "does not count" in told.words
    (job,) = await house.jobs(house.anna)
    job = await house.told(job.id)
    assert (job.state, job.error_code, job.refunded) == ("expired", "undeliverable", True)
    assert await used(house) == 0
    house.telegram.private(house.anna).blocked = False
    private = house.private(house.anna)
    listed = await house.said(private, await house.telegram.say(house.anna, private, "/history"))
    assert "not delivered" in listed.words
    await house.press(house.anna, listed, "result")
    sent = await house.said(private, listed, strict=False)
    assert sent.photo is not None
    assert await used(house) == 0  # it was not handed over when it was asked for


async def test_a_copy_that_a_group_refuses_comes_in_private(house):
    result = await house.painted(house.anna, house.group)
    house.group.forbidden |= PICTURES
    before = await house.telegram.say(house.anna, house.private(house.anna), "/help")
    await house.press(house.anna, result, "full")
    sent = await house.said(house.private(house.anna), before, words="", strict=False)
    await eventually(lambda: any(one.document for one in house.telegram.from_bot(house.private(house.anna))))
    assert sent is not None
