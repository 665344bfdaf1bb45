"""What people send that cannot be painted: they are told what it is, and nothing of it is fetched."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House, picture
from tests.telegram_api.files import Kind


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("voice", "a voice message"),
        ("audio", "a sound file"),
    ],
)
async def test_what_is_no_picture_is_said_to_be_none(house: House, kind: Kind, said: str) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_other(house.anna, chat, kind, b"something", mime="audio/ogg")
    assert f"That is {said}, not a picture." in (await house.said(chat, sent)).words
    assert not house.telegram.calls("getFile")


async def test_stickers_that_are_drawn_anew_each_moment_are_no_pictures(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_sticker(house.anna, chat, b"lottie", animated=True)
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
    assert "The photo is a PDF" in (await house.said(chat, pdf)).words


async def test_a_command_below_or_about_a_sound_is_answered_in_groups_too(house: House) -> None:
    sound = await house.telegram.send_other(house.bert, house.group, "audio", b"sound")
    asked = await house.telegram.say(house.anna, house.group, house.command(house.group, text="ink"), reply_to=sound)
    about = await house.said(house.group, asked, words="a sound file")
    own = await house.telegram.send_other(house.anna, house.group, "audio", b"sound", house.command(house.group))
    assert (await house.said(house.group, own)).words == about.words


@pytest.mark.parametrize(
    ("mime", "name"), [("video/x-matroska", "Matroska"), ("video/x-msvideo", "AVI"), ("video/3gpp", "3GPP")]
)
async def test_of_a_film_in_another_format_it_is_said_which_ones_do(house: House, mime: str, name: str) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_document(house.anna, chat, b"film", mime=mime, name=None)
    said = (await house.said(chat, sent)).words
    assert f"can't read ({name})" in said
    assert "MP4, WebM, MOV, or GIF" in said
    assert not house.telegram.calls("getFile")
