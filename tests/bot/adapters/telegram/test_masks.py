"""Masks: pictures that say where to paint, known by the word below them, however they come."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.model import Job
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Message

PHOTO, STYLE = picture(1, size=(96, 72)), picture(2, size=(80, 80))
SIZE = (96, 72)


def half() -> bytes:
    """A mask: white on the left, black on the right."""
    image = Image.new("L", SIZE, 0)
    image.paste(255, (0, 0, SIZE[0] // 2, SIZE[1]))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


MASK = half()


async def is_masked(house: House, job: Job) -> bool:
    """Whether a job has the mask, as far as its photo is the photo: white on the left alone."""
    assert (job.request.width, job.request.height) == SIZE
    if job.request.mask is None:
        return False
    with Image.open(io.BytesIO(await house.store.files.get(job.request.mask))) as kept:
        grey = kept.convert("L")
        assert int(grey.getpixel((5, 5)) or 0) > 240
        assert int(grey.getpixel((grey.width - 5, 5)) or 0) < 15
    return True


def styles(job: Job) -> tuple[list[str | None], list[str | None]]:
    """The presets of a job, and those of its background; None for a picture."""
    return [style.preset for style in job.request.styles], [style.preset for style in job.request.background]


# ---- in an album ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask_first", [False, True])
async def test_photo_and_mask_come_as_an_album(house: House, mask_first: bool) -> None:
    words, chat = "/stylize ink background=oil size=96", house.private(house.anna)
    async with house.one_more(house.anna) as found:
        if mask_first:
            await house.telegram.send_album(house.anna, chat, [MASK, PHOTO], captions={0: "mask", 1: words})
        else:
            await house.telegram.send_album(house.anna, chat, [PHOTO, MASK], captions={0: words, 1: "Mask"})
    assert await is_masked(house, found[0])
    assert styles(found[0]) == (["ink"], ["oil"])
    await house.delivered(found[0].id)


async def test_an_album_of_photo_style_and_mask_needs_no_word_more(house: House) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(
            house.anna, house.private(house.anna), [PHOTO, STYLE, MASK], captions={2: "mask"}
        )
    assert await is_masked(house, found[0])
    assert styles(found[0]) == ([None], [])


async def test_of_two_masks_the_last_counts_and_none_is_a_style(house: House) -> None:
    chat, turned = house.private(house.anna), picture(7, size=(40, 40))
    captions = {0: "mask", 1: "mask"}
    first, *_ = await house.telegram.send_album(house.anna, chat, [turned, MASK, PHOTO], captions=captions)
    await house.said(chat, first, words="mask")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "ink size=96")
    assert await is_masked(house, found[0])
    assert styles(found[0]) == (["ink"], [])


async def test_a_reply_to_such_an_album_takes_it_as_a_whole(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # else it never saw the album
    first, _ = await house.telegram.send_album(house.bert, house.group, [PHOTO, MASK], captions={1: "mask"})
    async with house.one_more(house.anna) as found:
        words = house.command(house.group, text="ink size=96")
        await house.telegram.say(house.anna, house.group, words, reply_to=first)
    assert await is_masked(house, found[0])


# ---- bit by bit -------------------------------------------------------------------------------------------------


async def masked(house: House, photo: Message | None = None) -> Message:
    """Send the photo, unless it is there, and then the mask; return what the bot says to that."""
    chat = house.private(house.anna)
    if photo is None:
        await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    sent = await house.telegram.send_photo(house.anna, chat, MASK, "mask", reply_to=photo)
    return await house.said(chat, sent, words="mask")


async def test_a_mask_comes_while_a_draft_is_open(house: House) -> None:
    gallery = await masked(house)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert await is_masked(house, found[0])
    assert styles(found[0]) == (["ink"], [])


async def test_a_mask_may_come_before_the_photo(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_document(house.anna, chat, MASK, "mask")
    await house.said(chat, sent, words="mask")
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, chat, PHOTO, "/stylize ink size=96")
    assert not await is_masked(house, found[0]), "a command with a photo begins anew"


async def test_a_mask_without_a_photo_waits_for_it(house: House) -> None:
    chat = house.private(house.anna)
    await house.said(chat, await house.telegram.send_document(house.anna, chat, MASK, "mask"), words="mask")
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "ink background=oil size=96")
    assert await is_masked(house, found[0])
    assert styles(found[0]) == (["ink"], ["oil"])


async def test_a_mask_is_taken_out_again_by_its_button(house: House) -> None:
    gallery = await masked(house)
    await house.press(house.anna, gallery, "draft_unmask")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, gallery.chat, "ink size=96")
    assert not await is_masked(house, found[0])
    await eventually(lambda: not gallery.alive)


# ---- replies ----------------------------------------------------------------------------------------------------


async def test_a_mask_in_reply_to_a_photo_is_for_that(house: House) -> None:
    chat = house.private(house.anna)
    photo = await house.telegram.send_photo(house.anna, chat, PHOTO)
    await house.press(house.anna, await house.said(chat, photo), "draft_drop")
    gallery = await masked(house, photo)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert await is_masked(house, found[0])


async def test_a_mask_in_reply_to_another_photo_than_the_one_that_waits_is_for_that(house: House) -> None:
    chat = house.private(house.anna)
    first = await house.telegram.send_photo(house.anna, chat, PHOTO)
    await house.press(house.anna, await house.said(chat, first), "draft_drop")
    other = await house.said(chat, await house.telegram.send_photo(house.anna, chat, STYLE))
    gallery = await masked(house, first)
    await eventually(lambda: not other.alive)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert await is_masked(house, found[0])


async def test_a_bad_mask_in_reply_to_another_photo_leaves_the_one_that_waits(house: House) -> None:
    chat = house.private(house.anna)
    other = await house.telegram.send_photo(house.anna, chat, STYLE)
    await house.press(house.anna, await house.said(chat, other), "draft_drop")
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    sent = await house.telegram.send_photo(house.anna, chat, picture(3, size=(8, 8)), "mask", reply_to=other)
    await house.said(chat, sent, words="mask")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "ink size=96")
    assert not await is_masked(house, found[0])


async def test_a_mask_in_reply_to_the_photo_that_waits_keeps_what_was_said_of_it(house: House) -> None:
    chat = house.private(house.anna)
    photo = await house.telegram.send_photo(house.anna, chat, PHOTO, "/stylize strength=80 size=96")
    await house.said(chat, photo)
    gallery = await masked(house, photo)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert await is_masked(house, found[0])
    assert found[0].request.options.strength == 80


async def test_a_mask_in_reply_to_the_gallery_belongs_to_its_photo(house: House) -> None:
    chat = house.private(house.anna)
    gallery = await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    sent = await house.telegram.send_photo(house.anna, chat, MASK, "mask", reply_to=gallery)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, await house.said(chat, sent, words="mask"), "style_pick")
    assert await is_masked(house, found[0])


async def test_in_groups_the_command_with_the_word_makes_a_mask_of_ones_own_picture(house: House) -> None:
    theirs = await house.telegram.send_photo(house.bert, house.group, PHOTO)
    job = await house.stylize(house.anna, house.group, "ink mask size=96", photo=MASK, reply_to=theirs)
    assert await is_masked(house, job)
    assert styles(job) == (["ink"], [])


async def test_the_word_without_a_picture_is_answered_with_what_lacks(house: House) -> None:
    chat = house.private(house.anna)
    asked = await house.telegram.say(house.anna, chat, "/stylize ink mask size=96")
    assert "The mask is missing." in (await house.said(chat, asked)).words


async def test_a_mask_to_invert_that_lacks_is_asked_for_and_the_photo_stays(house: House) -> None:
    chat, words = house.private(house.anna), "ink invert_mask=yes size=96"
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    await house.said(chat, await house.telegram.say(house.anna, chat, words), words="no mask to invert")
    sent = await house.telegram.send_photo(house.anna, chat, MASK, "mask")
    await house.said(chat, sent, words="mask")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, words)
    assert await is_masked(house, found[0])
    assert found[0].request.options.invert_mask


async def test_a_command_with_the_word_below_the_only_picture_asks_for_the_photo(house: House) -> None:
    asked = await house.ask(house.anna, text="ink mask size=96", photo=MASK)
    await house.said(asked.chat, asked, words="photo")
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, asked.chat, PHOTO)
    assert await is_masked(house, found[0])
    assert styles(found[0]) == (["ink"], [])


async def test_a_mask_that_says_nothing_is_refused_and_the_photo_stays(house: House) -> None:
    chat = house.private(house.anna)
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    stream = io.BytesIO()
    Image.new("L", SIZE, 255).save(stream, "PNG")
    sent = await house.telegram.send_photo(house.anna, chat, stream.getvalue(), "mask")
    await house.said(chat, sent, words="the same everywhere")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "ink size=96")
    assert not await is_masked(house, found[0])
