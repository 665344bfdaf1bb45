"""A picture that was sent as a spoiler comes back as one, in every way to ask."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.bot.adapters.telegram.test_moving import CLIP


async def is_hidden(house: House, job_id: str) -> bool:
    job = await house.delivered(job_id)
    assert job.sent_ref is not None
    shown = [message for message in house.messages_at(job.sent_ref) if message.media is not None]
    assert shown
    return all(message.spoiler for message in shown)


@pytest.mark.parametrize("in_group", [False, True], ids=["private", "group"])
async def test_a_hidden_photo_gives_a_hidden_painting_and_what_is_made_of_it(house: House, in_group: bool) -> None:
    where = house.group if in_group else house.private(house.anna)
    job = await house.stylize(house.anna, where, spoiler=True)
    assert await is_hidden(house, job.id)
    await house.restart()
    for verb in ("again", "film", "details"):
        async with house.one_more(house.anna) as found:
            await house.press(house.anna, await house.result_of(job.id), verb)
        assert await is_hidden(house, found[0].id), verb


async def test_what_nobody_hid_is_not_hidden(house: House) -> None:
    assert not await is_hidden(house, (await house.stylize(house.anna)).id)


async def test_bit_by_bit_one_hidden_picture_is_enough(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_photo(house.anna, chat, picture(1), spoiler=True)
    await house.said(chat, sent)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, chat, picture(2))
    assert await is_hidden(house, found[0].id)


async def test_an_album_and_a_reply_hide_too(house: House) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        pictures = [picture(1), picture(2)]
        await house.telegram.send_album(house.anna, chat, pictures, "/stylize size=96", spoiler=True)
    assert await is_hidden(house, found[0].id)

    hidden = await house.telegram.send_photo(house.bert, house.group, picture(3), spoiler=True)
    async with house.one_more(house.anna) as found:
        command = house.command(house.group, "stylize", "ink size=96")
        await house.telegram.say(house.anna, house.group, command, reply_to=hidden)
    assert await is_hidden(house, found[0].id)


async def test_a_hidden_clip_gives_a_hidden_film(house: House) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_video(house.anna, chat, CLIP, "/stylize ink size=96", spoiler=True)
    assert await is_hidden(house, found[0].id)


async def test_a_hidden_file_comes_in_an_archive_that_shows_no_preview(house: House) -> None:
    chat = house.private(house.anna)
    result = await house.painted(house.anna, spoiler=True)
    await house.press(house.anna, result, "full")

    async def file():
        return next((one for one in house.telegram.from_bot(chat) if one.media and one.media.kind == "document"), None)

    message = await eventually(file)
    assert message.media.files[0].name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(message.document)) as archive:
        (name,) = archive.namelist()
        assert name.endswith(".png")
        assert archive.read(name).startswith(b"\x89PNG")
    assert "ZIP" in message.words


async def test_a_style_that_was_saved_hidden_hides_the_gallery_and_its_paintings(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle secret", spoiler=True)
    await house.said(chat, sent)
    asked = await house.telegram.say(house.anna, chat, "/styles")
    assert (await house.said(chat, asked)).spoiler
    assert await is_hidden(house, (await house.stylize(house.anna, text="secret size=96")).id)


async def test_what_is_hidden_is_not_sent_into_other_chats(house: House) -> None:
    for spoiler in (True, False):
        job = await house.stylize(house.anna, spoiler=spoiler)
        await house.delivered(job.id)
    answer = await house.telegram.inline(house.anna, "")
    assert [one["id"] for one in answer.results if one["id"].startswith("j:")] == [f"j:{job.id}"]
