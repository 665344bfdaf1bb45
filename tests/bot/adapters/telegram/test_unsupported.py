"""What people send that cannot be painted: they are told what it is, and nothing of it is fetched."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House, picture
from tests.telegram_api.files import Kind


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("video", "a video"),
        ("animation", "an animation"),
        ("voice", "a voice message"),
        ("audio", "a sound file"),
        ("video_note", "a video message"),
    ],
)
async def test_what_is_no_picture_is_said_to_be_none(house: House, kind: Kind, said: str) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_other(house.anna, chat, kind, b"something", mime="video/mp4")
    assert f"That is {said}, not a picture." in (await house.said(chat, sent)).words
    assert not house.telegram.calls("getFile")


@pytest.mark.parametrize("kind", ["animated", "video"])
async def test_stickers_that_move_are_no_pictures(house: House, kind: str) -> None:
    chat, moves = house.private(house.anna), {kind: True}
    sent = await house.telegram.send_sticker(house.anna, chat, picture(1, kind="WEBP"), **moves)
    assert "That is an animated sticker, not a picture." in (await house.said(chat, sent)).words
    asked = await house.telegram.say(house.anna, chat, "/stylize ink", reply_to=sent)
    assert "That is an animated sticker, not a picture." in (await house.said(chat, asked)).words
    assert not house.telegram.calls("getFile")
    assert not await house.jobs(house.anna)


async def test_a_sticker_that_stands_still_is_a_picture(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_sticker(house.anna, chat, picture(1, (96, 72), "WEBP"))
    gallery = await house.said(chat, sent, words="I have the photo")
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "ink size=96", reply_to=gallery)
    assert (await house.delivered(found[0].id)).request.width == 96


async def test_other_files_are_no_pictures(house: House) -> None:
    chat = house.private(house.anna)
    pdf = await house.telegram.send_document(house.anna, chat, b"%PDF", mime="application/pdf", name="a.pdf")
    assert "not a picture but a PDF" in (await house.said(chat, pdf)).words


async def test_a_command_below_or_about_a_video_is_answered_in_groups_too(house: House) -> None:
    video = await house.telegram.send_video(house.bert, house.group, b"video")
    asked = await house.telegram.say(house.anna, house.group, house.command(house.group, text="ink"), reply_to=video)
    about = await house.said(house.group, asked, words="video")
    own = await house.telegram.send_video(house.anna, house.group, b"video", house.command(house.group))
    assert (await house.said(house.group, own)).words == about.words
