"""What does not fit into the memory is offered smaller: before it begins, at a button, and after it failed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from nst_engine.memory import needed_bytes
from nst_engine.options import Options
from tests.bot.adapters.telegram.conftest import House, picture
from tests.fake_engine import SEEDS
from tests.telegram_api.world import Chat, Message

PHOTO = picture(1, size=(640, 480))
MEMORY = needed_bytes(Options(size=300), 640, 480, 1)  # enough for 240 pixels, and neither for 360 nor for 512


@pytest.fixture
async def small(unopened: House) -> AsyncIterator[House]:
    """The bot and its world, with an engine of little memory that has said so."""
    unopened.environment["FAKE_ENGINE_MEMORY"] = str(MEMORY)
    try:
        await unopened.open()
        await unopened.painted(unopened.owner)
        yield unopened
    finally:
        await unopened.close()


async def offered(house: House, where: Chat) -> Message:
    """Ask for too much, and return the refusal."""
    asked = await house.ask(house.anna, where, "ink size=512", photo=PHOTO)
    refusal = await house.said(where, asked, words="does not fit into my memory")
    assert not await house.jobs(house.anna)
    return refusal


@pytest.mark.parametrize("in_group", [False, True])
async def test_a_smaller_painting_is_one_press_away(small: House, in_group: bool) -> None:
    refusal = await offered(small, small.group if in_group else small.private(small.anna))
    [label] = refusal.buttons
    async with small.one_more(small.anna) as found:
        pressed = await small.press(small.anna, refusal, "offer")
    assert pressed.text
    assert not pressed.alert
    job = await small.delivered(found[0].id)
    assert str(job.request.options.size) in label
    assert (await small.result_of(job.id)).reply_to is refusal.reply_to
    assert not refusal.alive


async def test_an_offer_is_for_whom_it_was_made(small: House) -> None:
    refusal = await offered(small, small.group)
    pressed = await small.press(small.bert, refusal, "offer")
    assert pressed.alert
    assert refusal.alive
    assert not await small.jobs(small.bert)
    async with small.one_more(small.anna):
        await small.press(small.anna, refusal, "offer")


async def test_an_offer_that_a_restart_forgot_says_so(small: House) -> None:
    refusal = await offered(small, small.private(small.anna))
    await small.restart()
    assert (await small.press(small.anna, refusal, "offer")).alert


@pytest.mark.parametrize("in_group", [False, True])
async def test_a_button_that_asks_for_too_much_is_answered_with_an_offer(small: House, in_group: bool) -> None:
    where = small.group if in_group else small.private(small.anna)
    result = await small.painted(small.anna, where, "ink size=240", photo=PHOTO)
    pressed = await small.press(small.anna, result, "bigger")
    assert not pressed.text
    refusal = await small.said(where, result, words="does not fit into my memory")
    async with small.one_more(small.anna) as found:
        assert not (await small.press(small.anna, refusal, "offer")).alert
    await small.delivered(found[0].id)


async def test_what_ran_out_of_memory_is_painted_smaller_by_a_button(small: House) -> None:
    job = await small.stylize(small.anna, text=f"oil size=240 seed={SEEDS['out-of-memory']}", photo=PHOTO)
    await small.told(job.id)
    [failed] = [one for one in small.telegram.from_bot(small.private(small.anna)) if "smaller" in str(one.data)]
    async with small.one_more(small.anna) as found:
        await small.press(small.anna, failed, "smaller")
    assert (found[0].verb, found[0].request.options.size < 240) == ("smaller", True)
