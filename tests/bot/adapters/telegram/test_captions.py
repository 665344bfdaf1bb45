"""Words below pictures, with a command or without: what names a style or an option counts, the rest is asked about."""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.adapters.telegram.conftest import QUIET_SECONDS, House, eventually, picture
from tests.bot.adapters.telegram.test_asking import PHOTO, PHOTO_SIZE, STYLE, STYLE_SIZE, nothing_more, painted, styles


@pytest.mark.parametrize("caption", ["oil size=96", "/stylize oil size=96", "/Oil size=96", "Oil\nsize=96"])
async def test_a_style_below_a_photo_is_painted_in(house: House, caption: str) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, house.private(house.anna), PHOTO, caption)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, ["oil"])


@pytest.mark.parametrize(
    "captions", [{0: "strength=60 size=96"}, {1: "strength=60 size=96"}, {0: "strength=60", 1: "size=96"}]
)
async def test_words_below_any_picture_of_an_album_hold_for_it(house: House, captions: dict[int, str]) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(house.anna, house.private(house.anna), [PHOTO, STYLE], captions=captions)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None])
    assert found[0].request.options.strength == 60


@pytest.mark.parametrize("caption", ["/oil size=96", "oil size=96 @impasto_test_bot"])
async def test_what_is_no_command_is_a_caption_below_an_album_too(house: House, caption: str) -> None:
    chat = house.private(house.anna)
    first, _ = await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE], caption, caption_on=1)
    await house.said(chat, first, words="I paint your 2 photos")
    jobs = await house.jobs(house.anna)
    assert {painted(job): styles(job) for job in jobs} == {PHOTO_SIZE: ["oil"], STYLE_SIZE: ["oil"]}


async def test_words_below_the_other_pictures_of_a_command_count_too(house: House) -> None:
    async with house.one_more(house.anna) as found:
        captions = {0: "my cat", 1: "/stylize size=96", 2: "strength=60"}
        chat = house.private(house.anna)
        await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE, picture(3)], captions=captions)
    assert (found[0].request.options.strength, styles(found[0])) == (60, [None, None])


async def test_pictures_of_a_cat_are_not_painted_in_the_style_of_a_cat(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE, picture(3)], "my cat")
    gallery = await house.said(chat, sent[0], words="In “my cat” I found neither a style nor an option.")
    assert "There are 2 more pictures: are they the styles?" in gallery.words
    assert not await house.jobs(house.anna)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "They are the styles")
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None, None])
    await eventually(lambda: not gallery.alive)


async def test_a_second_photo_with_words_is_asked_about_and_may_be_painted_instead(house: House) -> None:
    chat = house.private(house.anna)
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO, "my cat"))
    second = await house.telegram.send_photo(house.anna, chat, STYLE, "my dog")
    gallery = await house.said(chat, second, words="is it the style, or should I paint that one instead?")
    await house.press(house.anna, gallery, "Paint that instead")
    await eventually(lambda: "one more picture" not in gallery.words)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert (painted(found[0]), styles(found[0])) == (STYLE_SIZE, ["ink"])


async def test_in_a_group_too_words_below_the_picture_that_was_asked_for_count(house: House) -> None:
    asks = await house.said(house.group, await house.telegram.say(house.anna, house.group, house.command(house.group)))
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, house.group, PHOTO, "oil size=96", reply_to=asks)
    assert styles(found[0]) == ["oil"]


async def test_words_of_somebody_else_are_not_read(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_photo(house.anna, chat, PHOTO, "oil size=96", forwarded=True)
    gallery = await house.said(chat, sent, words="I have the photo")
    assert "oil" not in gallery.words
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, chat, STYLE, "what a picture", forwarded=True)
    assert styles(found[0]) == [None]


# ---- corrected within the minute ----------------------------------------------------------------------------------


async def test_a_style_that_is_written_below_a_photo_afterwards_counts(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_photo(house.anna, chat, PHOTO)
    gallery = await house.said(chat, sent)
    async with house.one_more(house.anna) as found:
        await house.telegram.edit(house.anna, sent, caption="oil size=96")
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, ["oil"])
    await eventually(lambda: not gallery.alive)


async def test_options_that_were_refused_are_corrected_below_the_picture_or_in_words(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE], "strength=700 size=96")
    await house.said(chat, sent[0], words="700")
    async with house.one_more(house.anna) as found:
        await house.telegram.edit(house.anna, sent[0], caption="strength=70 size=96")
    assert (painted(found[0]), styles(found[0]), found[0].request.options.strength) == (PHOTO_SIZE, [None], 70)
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    typed = await house.telegram.say(house.anna, chat, "oil strength=800 size=96")
    await house.said(chat, typed, words="800")
    async with house.one_more(house.anna) as found:
        await house.telegram.edit(house.anna, typed, text="oil strength=80 size=96")
    assert found[0].request.options.strength == 80


async def test_what_is_edited_later_or_was_served_is_left_alone(house: House) -> None:
    chat = house.private(house.anna)
    served = await house.telegram.send_photo(house.anna, chat, PHOTO, "oil size=96")
    await eventually(lambda: house.jobs(house.anna))
    [job] = await house.jobs(house.anna)
    await house.delivered(job.id)
    result = await house.result_of(job.id)
    await house.telegram.edit(house.anna, served, caption="ink size=96")
    await nothing_more(house, house.anna, chat, result)
    old = await house.telegram.send_photo(house.anna, chat, PHOTO)
    gallery = await house.said(chat, old)
    old.date -= 61
    await house.telegram.edit(house.anna, old, caption="oil size=96")
    await nothing_more(house, house.anna, chat, gallery)
    assert len(await house.jobs(house.anna)) == 1
    await asyncio.sleep(QUIET_SECONDS)
