"""What people send that cannot be painted: they are told what it is, and nothing of it is fetched."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House, picture
from tests.telegram_api.files import Kind
from tests.telegram_api.views import media_json
from tests.telegram_api.world import Human


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


# ---- what is meant all the same -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts", [{"mime": "application/octet-stream", "name": "download"}, {"mime": None, "name": None}]
)
async def test_a_file_of_unknown_type_is_looked_at(house: House, facts: dict[str, str | None]) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_document(house.anna, chat, picture(1, (96, 72)), "ink size=96", **facts)
    assert found[0].request.width == 96
    other = await house.telegram.send_document(house.anna, chat, b"\0\1\2 something", **facts)
    assert "no format that I know" in (await house.said(chat, other)).words


async def test_in_groups_such_a_file_is_taken_where_a_picture_is_asked_for(house: House) -> None:
    facts = {"mime": "application/octet-stream", "name": "download"}
    theirs = await house.telegram.send_document(house.bert, house.group, picture(1, (96, 72)), **facts)
    async with house.one_more(house.anna) as found:
        words = house.command(house.group, text="ink size=96")
        await house.telegram.say(house.anna, house.group, words, reply_to=theirs)
    assert found[0].request.width == 96


async def test_a_picture_that_comes_through_another_bot_is_one(house: House) -> None:
    chat = house.private(house.anna)
    robot = Human(77, "Picture finder", "pic", is_bot=True)
    sent = await house.telegram.send_photo(house.anna, chat, picture(1), "/stylize oil", via_bot=robot)
    gallery = await house.said(chat, sent, words="I have the photo")  # the words are the other bot's
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    await house.delivered(found[0].id)


async def test_a_live_photo_and_a_paid_one_are_photos(house: House) -> None:
    chat, shelf = house.private(house.anna), house.telegram.api.shelf
    for at, field in enumerate(("live_photo", "paid_media")):
        sizes = media_json(shelf.photo(picture(at, (96, 72))))["photo"]
        film = {"file_id": "film", "file_unique_id": "film", "width": 9, "height": 9, "duration": 1, "photo": sizes}
        paid = {"star_count": 5, "paid_media": [{"type": "photo", "photo": sizes}]}
        sent = await house.telegram.send_service(house.anna, chat, {field: film if at == 0 else paid})
        await house.said(chat, sent, words="I have the photo")
        async with house.one_more(house.anna) as found:
            await house.telegram.say(house.anna, chat, "ink size=96")
        assert found[0].request.width == 96


async def test_what_has_to_be_paid_for_first_is_said_to_be_so(house: House) -> None:
    chat = house.private(house.anna)
    paid = {"paid_media": {"star_count": 5, "paid_media": [{"type": "preview", "width": 32, "height": 24}]}}
    sent = await house.telegram.send_service(house.anna, chat, paid)
    assert "has to be paid for" in (await house.said(chat, sent)).words
