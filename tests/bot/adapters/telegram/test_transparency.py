"""A cut-out on Telegram: shown on white, as photos are there, and sent as it is for full quality and for stickers."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Message
from tests.worlds import cut_out


async def painted(house: House, *, as_sticker: bool = False, **facts: object) -> Message:
    """A painting of a cut-out that was sent as a file, or as a sticker."""
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as jobs:
        if as_sticker:
            sent = await house.telegram.send_sticker(house.anna, chat, cut_out(1, kind="WEBP", lossless=True))
            await house.telegram.say(house.anna, chat, "/stylize ink size=96", reply_to=sent)
        else:
            await house.telegram.send_document(house.anna, chat, cut_out(1), "/stylize ink size=96", **facts)
    await house.delivered(jobs[0].id)
    return await house.result_of(jobs[0].id)


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(io.BytesIO(data))


def is_cut_out(image: Image.Image) -> bool:
    """Tell whether it is transparent on the left, and opaque on the right."""
    alpha = np.asarray(image.getchannel("A"))
    third = image.width // 3
    return not alpha[:, :third].any() and bool((alpha[:, -third:] == 255).all())


@pytest.mark.parametrize("as_sticker", [False, True], ids=["file", "sticker"])
async def test_the_painting_of_a_cut_out_is_shown_on_white(house: House, as_sticker: bool) -> None:
    result = await painted(house, as_sticker=as_sticker)
    photo = opened(result.photo)
    assert photo.mode == "RGB"
    assert np.asarray(photo)[:, :30].min() > 240
    assert "white here" in result.words
    stored = await house.studio.result(house.person(house.anna), (await house.newest(house.anna)).id)
    assert is_cut_out(opened(stored.files[0].data))


async def test_full_quality_is_transparent(house: House) -> None:
    result = await painted(house)
    await house.press(house.anna, result, "full")
    copy = await house.said(result.chat, result, strict=False)
    assert opened(copy.document).format == "PNG"
    assert is_cut_out(opened(copy.document))


async def test_a_button_sends_it_for_a_sticker(house: House) -> None:
    result = await painted(house)
    pressed = await house.press(house.anna, result, "sticker")
    assert not pressed.alert
    copy = await house.said(result.chat, result, strict=False)
    found = opened(copy.document)
    assert (found.format, max(found.size)) == ("WEBP", 512)
    assert len(copy.document or b"") <= 512 * 1024
    assert is_cut_out(found)
    assert copy.media is not None
    assert copy.media.files[0].name.endswith(".webp")
    assert "512" in copy.words
    assert not copy.data  # the buttons stand below the painting itself
    assert len(await house.jobs(house.anna)) == 1


async def test_a_sticker_goes_when_its_painting_goes(house: House) -> None:
    result = await painted(house)
    await house.press(house.anna, result, "sticker")
    copy = await house.said(result.chat, result, strict=False)
    await house.press(house.anna, result, "delete")
    await eventually(lambda: not result.alive and not copy.alive)


async def test_the_word_does_what_the_button_does(house: House) -> None:
    result = await painted(house)
    asked = await house.telegram.say(house.anna, result.chat, "sticker please", reply_to=result)
    assert opened((await house.said(result.chat, asked)).document).format == "WEBP"


async def test_again_is_transparent_too(house: House) -> None:
    result = await painted(house)
    for verb in ("again", "bigger"):
        async with house.one_more(house.anna) as jobs:
            await house.press(house.anna, result, verb)
        job = await house.delivered(jobs[0].id)
        stored = await house.studio.result(house.person(house.anna), job.id)
        assert is_cut_out(opened(stored.files[0].data)), verb


async def test_what_is_made_of_it_arrives(house: House) -> None:
    result = await painted(house)
    for verb in ("film", "details", "variations"):
        async with house.one_more(house.anna) as jobs:
            await house.press(house.anna, result, verb)
        await house.delivered(jobs[0].id)


async def test_a_hidden_one_comes_in_an_archive(house: House) -> None:
    """As any file does there. A cut-out comes as a file, which cannot be hidden, but its style can."""
    chat = house.private(house.anna)
    kept = await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle secret", spoiler=True)
    await house.said(chat, kept)
    async with house.one_more(house.anna) as jobs:
        await house.telegram.send_document(house.anna, chat, cut_out(1), "/stylize secret size=96")
    await house.delivered(jobs[0].id)
    result = await house.result_of(jobs[0].id)
    await house.press(house.anna, result, "sticker")
    copy = await house.said(chat, result, strict=False)
    with zipfile.ZipFile(io.BytesIO(copy.document or b"")) as archive:
        (name,) = archive.namelist()
        assert name.endswith(".webp")


async def test_what_is_opaque_has_no_such_button(house: House) -> None:
    result = await house.painted(house.anna)
    assert not [data for data in result.data if data.endswith(":sticker")]
    assert "white" not in result.words


async def test_what_is_transparent_everywhere_is_refused_in_words(house: House) -> None:
    nothing = io.BytesIO()
    Image.new("RGBA", (64, 64), (200, 30, 30, 0)).save(nothing, "PNG")
    chat = house.private(house.anna)
    asked = await house.telegram.send_document(house.anna, chat, nothing.getvalue(), "/stylize ink")
    assert "transparent everywhere" in (await house.said(chat, asked)).words
    assert not await house.jobs(house.anna)
