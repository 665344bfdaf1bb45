"""What may be in a message, as the real python-telegram-bot hears it from the fake server."""

from __future__ import annotations

import io
import struct
import zlib

import aiohttp
import pytest
from PIL import Image
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    User,
)
from telegram.error import BadRequest, NetworkError

from tests.worlds import picture

from .conftest import keyboard


def empty_png(width: int, height: int) -> bytes:
    """A black picture of any size in few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * ((width + 7) // 8)) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def noise(size: int) -> bytes:
    """A picture of more than so many bytes."""
    stream = io.BytesIO()
    Image.effect_noise((4096, size // 4096 + 8), 100).save(stream, "PNG", compress_level=0)
    return stream.getvalue()


# ---- texts, captions, entities ----------------------------------------------------------------------------------


async def test_texts_have_a_length_in_utf_16(world):
    for text in ("a" * 4096, "🎨" * 2048):
        assert (await world.bot.send_message(world.anna.id, text)).text == text
    for text in ("a" * 4097, "🎨" * 2048 + "a"):
        with pytest.raises(BadRequest, match="too long"):
            await world.bot.send_message(world.anna.id, text)
    with pytest.raises(BadRequest, match="empty"):
        await world.bot.send_message(world.anna.id, " \n ")


async def test_captions_have_a_length_in_utf_16(world):
    await world.bot.send_photo(world.anna.id, picture(), caption="🎨" * 512)
    with pytest.raises(BadRequest, match="caption is too long"):
        await world.bot.send_photo(world.anna.id, picture(), caption="🎨" * 512 + "a")
    with pytest.raises(BadRequest, match="caption is too long"):
        media = [InputMediaPhoto(picture()), InputMediaPhoto(picture(), caption="a" * 1025)]
        await world.bot.send_media_group(world.anna.id, media)


async def test_white_space_around_texts_goes_and_entities_move(world):
    bold = MessageEntity("bold", 2, 3)
    sent = await world.bot.send_message(world.anna.id, "\n\nbold\n", entities=[bold])
    assert (sent.text, sent.entities) == ("bold", (MessageEntity("bold", 0, 3),))


@pytest.mark.parametrize(("start", "length"), [(0, 7), (6, 1), (-1, 2), (0, 0), (1, 1), (0, 1)])
async def test_entities_lie_within_the_text_and_split_no_sign(world, start, length):
    with pytest.raises(BadRequest, match=r"(?i)bounds"):
        await world.bot.send_message(world.anna.id, "🎨 abc", entities=[MessageEntity("bold", start, length)])


async def test_only_known_people_are_mentioned(world):
    mention = MessageEntity("text_mention", 0, 4, user=User(world.anna.id, "Anna", False))
    stranger = MessageEntity("text_mention", 5, 4, user=User(99, "Nobo", False))
    sent = await world.bot.send_message(world.group.id, "Anna Nobo", entities=[mention, stranger])
    assert sent.entities == (mention,)


# ---- keyboards --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        keyboard(["a" * 65]),
        keyboard(["ä" * 33]),
        keyboard([""]),
        keyboard(["a"] * 9),
        keyboard(*[["a"] * 8] * 13),
        InlineKeyboardMarkup([[InlineKeyboardButton("no kind")]]),
        InlineKeyboardMarkup([[InlineKeyboardButton(" ", callback_data="a")]]),
        InlineKeyboardMarkup([[InlineKeyboardButton("two", callback_data="a", url="https://example.org")]]),
        InlineKeyboardMarkup([[InlineKeyboardButton("url", url="example")]]),
    ],
)
async def test_keyboards_that_telegram_does_not_take(world, markup):
    with pytest.raises(BadRequest):
        await world.bot.send_message(world.anna.id, "text", reply_markup=markup)
    assert world.private.messages == {}


async def test_keyboards_at_their_limits(world):
    markup = keyboard(*[["ä" * 32] * 8] * 12)
    sent = await world.bot.send_message(world.anna.id, "text", reply_markup=markup)
    assert sent.reply_markup == markup


# ---- pictures and files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        lambda: empty_png(9000, 1001),
        lambda: empty_png(2100, 100),
        lambda: noise(10_000_000),
        lambda: b"no picture",
        lambda: picture()[:200],
    ],
    ids=["sides", "ratio", "bytes", "nothing", "torn"],
)
async def test_photos_that_telegram_does_not_take(world, data):
    found = data()
    with pytest.raises(BadRequest):
        await world.bot.send_photo(world.anna.id, found)
    sent = await world.bot.send_document(world.anna.id, found)
    assert sent.document.file_size == len(found), "as a file it goes"


async def test_photos_at_their_limits(world):
    for data in (empty_png(9000, 1000), empty_png(2000, 100)):
        sent = await world.bot.send_photo(world.anna.id, data)
        assert max(size.width for size in sent.photo) == 1280, "photos are scaled down"


async def test_files_over_50_megabytes_are_refused(world):
    with pytest.raises(NetworkError, match="Too Large"):
        await world.bot.send_document(world.anna.id, bytes(50_000_001))
    assert world.private.messages == {}


async def test_large_files_cannot_be_fetched(world):
    for size in (20_000_000, 20_000_001):
        await world.telegram.send_document(world.anna, world.private, b"small", size=size)
    fine, large = (update.message.document for update in await world.bot.get_updates())
    await world.bot.get_file(fine)
    with pytest.raises(BadRequest, match="too big"):
        await world.bot.get_file(large)


async def test_a_gif_stays_a_document_only_where_that_is_asked_for(world):
    gif = picture(kind="GIF")
    assert (await world.bot.send_document(world.anna.id, gif)).animation is not None
    sent = await world.bot.send_document(world.anna.id, gif, disable_content_type_detection=True)
    assert (sent.animation, sent.document.file_size) == (None, len(gif))
    first, second = InputMediaDocument(gif), InputMediaDocument(gif, disable_content_type_detection=True)
    shown = await world.bot.send_message(world.anna.id, "text")
    assert (await world.bot.edit_message_media(first, world.anna.id, shown.message_id)).animation is not None
    assert (await world.bot.edit_message_media(second, world.anna.id, shown.message_id)).animation is None
    album = await world.bot.send_media_group(world.anna.id, [first, first])
    assert [message.animation for message in album] == [None, None], "in albums nothing is detected"


async def test_files_go_by_the_ids_that_they_have(world):
    bot, anna = world.bot, world.anna.id
    sent = await bot.send_photo(anna, picture(1))
    again = await bot.send_photo(anna, sent.photo[-1].file_id)
    assert again.photo == sent.photo
    with pytest.raises(BadRequest):
        await bot.send_document(anna, sent.photo[-1].file_id)
    for stranger in ("AgACAgIAAxkBnonsense", "https://example.org/photo.png"):
        with pytest.raises(BadRequest):
            await bot.send_photo(anna, stranger)
        with pytest.raises(BadRequest):
            await bot.get_file(stranger)


async def test_files_are_for_those_with_the_token(world):
    await world.telegram.send_photo(world.anna, world.private, picture())
    (update,) = await world.bot.get_updates()
    address = (await world.bot.get_file(update.message.photo[0])).file_path
    async with aiohttp.ClientSession() as session:
        for wrong in (address.replace("AAE", "AAF"), address + "x"):
            async with session.get(wrong) as response:
                assert response.status in (401, 404)


@pytest.mark.parametrize(
    "media",
    [
        [InputMediaPhoto(picture(1))],
        [InputMediaPhoto(picture(1))] * 11,
        [InputMediaPhoto(picture(1)), InputMediaDocument(picture(2))],
        [InputMediaAnimation(picture(1, kind="GIF"))] * 2,
        [InputMediaPhoto(picture(1)), InputMediaPhoto(b"no picture")],
    ],
)
async def test_albums_that_telegram_does_not_take(world, media):
    with pytest.raises(BadRequest):
        await world.bot.send_media_group(world.anna.id, media)
    assert world.private.messages == {}
