"""In groups only a command, a button, and a reply to what I asked are for me: people also talk, and send pictures."""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.adapters.telegram.conftest import QUIET_SECONDS, House, picture
from tests.bot.adapters.telegram.test_asking import PHOTO, PHOTO_SIZE, STYLE, STYLE_SIZE, nothing_more, painted, styles
from tests.telegram_api.world import Message


async def reaction(house: House, kind: str, to: Message) -> Message:
    """What Bert shows when he sees a painting."""
    if kind == "sticker":
        return await house.telegram.send_sticker(house.bert, house.group, picture(3, kind="WEBP"), reply_to=to)
    return await house.telegram.send_photo(house.bert, house.group, PHOTO, "me, happy", reply_to=to)


@pytest.mark.parametrize("kind", ["sticker", "photo"])
async def test_a_picture_in_reply_to_a_painting_is_a_reaction(house: House, kind: str) -> None:
    result = await house.painted(house.anna, house.group)
    shown = await reaction(house, kind, result)
    assert shown.reached_bot
    await nothing_more(house, house.bert, house.group, shown)


@pytest.mark.parametrize("kind", ["sticker", "photo"])
async def test_a_reaction_to_a_painting_or_to_a_status_is_none_to_the_question_that_is_open(
    house: House, kind: str
) -> None:
    result = await house.painted(house.anna, house.group)
    begun = await house.telegram.say(house.bert, house.group, house.command(house.group, text="oil size=96"))
    asks = await house.said(house.group, begun)
    shown = await reaction(house, kind, result)
    praise = await house.telegram.say(house.bert, house.group, "ink", reply_to=result)
    await nothing_more(house, house.bert, house.group, praise)
    assert not await house.jobs(house.bert)
    assert shown.alive
    async with house.one_more(house.bert) as found:
        await house.telegram.send_photo(house.bert, house.group, STYLE, reply_to=asks)
    assert (painted(found[0]), styles(found[0])) == (STYLE_SIZE, ["oil"])


async def test_an_album_that_is_not_for_me_is_not_either_where_a_part_of_it_comes_late(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # it hears everything
    begun = await house.telegram.say(house.anna, house.group, house.command(house.group, text="oil size=96"))
    await house.said(house.group, begun)
    first, second = await house.telegram.send_album(house.anna, house.group, [PHOTO, STYLE], order=[0])
    await asyncio.sleep(2 * QUIET_SECONDS)
    house.telegram.arrive(second)
    await nothing_more(house, house.anna, house.group, second)
    await asyncio.sleep(2 * QUIET_SECONDS)
    assert not await house.jobs(house.anna)
    assert first.alive


async def test_words_in_reply_to_a_refusal_go_on_with_the_question(house: House) -> None:
    begun = await house.telegram.say(house.anna, house.group, house.command(house.group))
    asks = await house.said(house.group, begun)
    photo = await house.telegram.send_photo(house.anna, house.group, PHOTO, reply_to=asks)
    gallery = await house.said(house.group, photo)
    wrong = await house.telegram.say(house.anna, house.group, "inc size=96 strength=900", reply_to=gallery)
    refusal = await house.said(house.group, wrong, words="900")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, house.group, "ink size=96", reply_to=refusal)
    assert styles(found[0]) == ["ink"]


async def test_below_a_channels_post_ones_own_photo_is_the_photo(house: House) -> None:
    telegram = house.telegram
    channel = telegram.world.add(
        house.group,
        sender=telegram.person("Telegram", id=777000),
        sender_chat=house.channel,
        media=telegram.api.shelf.photo(STYLE),
        service={"is_automatic_forward": True},
    )
    job = await house.stylize(house.anna, house.group, "oil size=96", photo=PHOTO, reply_to=channel)
    assert (painted(job), styles(job)) == (PHOTO_SIZE, ["oil"])
    async with house.one_more(house.anna) as found:  # without one, the comment is about the post
        words = house.command(house.group, text="oil size=96")
        await telegram.say(house.anna, house.group, words, reply_to=channel)
    assert painted(found[0]) == STYLE_SIZE
