"""The fake server held against python-telegram-bot: its signatures, its limits, its types."""

from __future__ import annotations

import inspect
import re

import pytest
import telegram
from telegram import constants

from tests.telegram_api import files, rules, trouble, wire
from tests.telegram_api.methods import GROUP_FIELDS
from tests.telegram_api.other_methods import METHODS
from tests.telegram_api.parameters import PARAMETERS, REQUIRED, UNMODELLED
from tests.telegram_api.updates import ALL_KINDS, MAX_AT_ONCE
from tests.telegram_api.world import ANONYMOUS_ADMIN_ID, CHANNEL_BOT_ID
from tests.worlds import picture

from .conftest import keyboard, unknown

# What the library adds to the Bot API, by https://docs.python-telegram-bot.org: all of it ends in other parameters.
LIBRARYS_OWN = {
    "self", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs", "filename",
    "allow_sending_without_reply", "reply_to_message_id", "disable_web_page_preview", "current_offset",
}  # fmt: skip
LIBRARYS_OWN_IN = {"sendMediaGroup": {"caption", "parse_mode", "caption_entities"}}


def parameters_of(method: str) -> dict[str, inspect.Parameter]:
    """The parameters that a method of the library passes on."""
    name = re.sub("(?=[A-Z])", "_", method).lower()
    own = LIBRARYS_OWN | LIBRARYS_OWN_IN.get(method, set())
    found = inspect.signature(getattr(telegram.Bot, name)).parameters
    return {name: parameter for name, parameter in found.items() if name not in own}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_takes_what_the_library_passes_on(method):
    assert set(PARAMETERS[method]) == set(parameters_of(method))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_needs_what_the_library_needs(method):
    needed = {name for name, found in parameters_of(method).items() if found.default is inspect.Parameter.empty}
    assert set(REQUIRED.get(method, ())) == needed


def test_every_table_is_of_a_method():
    assert set(PARAMETERS) == set(METHODS)
    assert set(REQUIRED) <= set(METHODS)
    assert set().union(*PARAMETERS.values()) >= UNMODELLED


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (rules.MAX_TEXT, constants.MessageLimit.MAX_TEXT_LENGTH),
        (rules.MAX_CAPTION, constants.MessageLimit.CAPTION_LENGTH),
        (rules.MAX_ENTITIES, constants.MessageLimit.MESSAGE_ENTITIES),
        (rules.MAX_DATA_BYTES, constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        (rules.MAX_BUTTONS, constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        (rules.MAX_BUTTONS_IN_A_ROW, constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW),
        (rules.MAX_PLACEHOLDER, constants.ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER),
        (rules.MAX_CALLBACK_ANSWER, constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
        (rules.MAX_COMMANDS, constants.BotCommandLimit.MAX_COMMAND_NUMBER),
        (rules.MAX_COMMAND, constants.BotCommandLimit.MAX_COMMAND),
        (rules.MAX_COMMAND_DESCRIPTION, constants.BotCommandLimit.MAX_DESCRIPTION),
        (rules.MAX_INLINE_RESULTS, constants.InlineQueryLimit.RESULTS),
        (rules.MAX_INLINE_ID_BYTES, constants.InlineQueryResultLimit.MAX_ID_LENGTH),
        (rules.MAX_INLINE_OFFSET_BYTES, constants.InlineQueryLimit.MAX_OFFSET_LENGTH),
        (rules.MIN_GROUP, constants.MediaGroupLimit.MIN_MEDIA_LENGTH),
        (rules.MAX_GROUP, constants.MediaGroupLimit.MAX_MEDIA_LENGTH),
        (rules.MAX_DELETED_AT_ONCE, constants.BulkRequestLimit.MAX_LIMIT),
        (files.MAX_PHOTO_BYTES, constants.FileSizeLimit.PHOTOSIZE_UPLOAD),
        (files.MAX_DOWNLOAD_BYTES, constants.FileSizeLimit.FILESIZE_DOWNLOAD),
        (wire.MAX_FILE_BYTES, constants.FileSizeLimit.FILESIZE_UPLOAD),
        (wire.MAX_FILE_BYTES_LOCAL, constants.FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE),
        (trouble.A_SECOND, constants.FloodLimit.MESSAGES_PER_SECOND_PER_CHAT),
        (trouble.A_MINUTE_IN_GROUPS, constants.FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
        (MAX_AT_ONCE, constants.PollingLimit.MAX_LIMIT),
        (ANONYMOUS_ADMIN_ID, constants.ChatID.ANONYMOUS_ADMIN),
        (CHANNEL_BOT_ID, constants.ChatID.FAKE_CHANNEL),
    ],
)
def test_limits_are_the_librarys(ours, theirs):
    assert ours == theirs


def test_names_are_the_librarys():
    # "date_time" is for the client alone to find; the bot's own messages here have no use for it.
    assert {one.value for one in constants.MessageEntityType} - {"date_time"} == rules.ENTITY_TYPES
    assert {one.value for one in constants.ChatAction} == rules.CHAT_ACTIONS
    assert {one.value for one in constants.BotCommandScopeType} == set(rules.SCOPES)
    assert set(telegram.Update.ALL_TYPES) >= set(ALL_KINDS)


def fields_of(kind: type) -> set[str]:
    """What the library passes on of one of its types."""
    return set(inspect.signature(kind).parameters) - {"api_kwargs", "filename", "filename_depr"}


def test_fields_are_the_librarys():
    assert fields_of(telegram.InlineKeyboardButton) == rules.BUTTON_FIELDS
    media = {
        "photo": telegram.InputMediaPhoto,
        "document": telegram.InputMediaDocument,
        "animation": telegram.InputMediaAnimation,
    }
    for name, kind in media.items():
        assert fields_of(kind) - {"parse_mode", "thumbnail"} == GROUP_FIELDS[name] - {"type"}, name
    results = {
        "photo": telegram.InlineQueryResultCachedPhoto,
        "document": telegram.InlineQueryResultCachedDocument,
        "mpeg4_gif": telegram.InlineQueryResultCachedMpeg4Gif,
        "video": telegram.InlineQueryResultCachedVideo,
        "article": telegram.InlineQueryResultArticle,
    }
    thumbnails = {"thumbnail_url", "thumbnail_width", "thumbnail_height"}
    for name, kind in results.items():
        file, fields = rules.RESULT_FIELDS[name]
        assert fields_of(kind) - {"parse_mode"} - thumbnails == (fields - {"type"}) | ({file} if file else set()), name
    for name, fields in rules.SCOPES.items():
        scope = "BotCommandScope" + "".join(part.capitalize() for part in name.split("_"))
        assert fields_of(getattr(telegram, scope)) == fields, name


# ---- what the server says ---------------------------------------------------------------------------------------


async def everything(world) -> None:
    """Let people do everything that they can."""
    api, anna, maud, chat = world.telegram, world.anna, world.maud, world.private
    said = await api.say(anna, chat, "/start @somebody https://example.org #tag 🎨")
    await api.say(anna, chat, "answer", reply_to=said, forwarded=True)
    await api.edit(anna, said, text="/help")
    await api.send_photo(anna, chat, picture(1, (2000, 150)), "photo")
    await api.send_document(anna, chat, picture(2), "document")
    await api.send_sticker(anna, chat, picture(3, kind="WEBP"))
    await api.send_video(anna, chat, b"video", "video")
    await api.send_animation(anna, chat, b"film", "film")
    for kind in ("voice", "audio", "video_note"):
        await api.send_other(anna, chat, kind, b"data", mime="video/mp4", name="a.mp4")
    for moves in ("animated", "video"):
        await api.send_sticker(anna, chat, b"sticker", **{moves: True})
    await api.send_album(anna, chat, [picture(4), b"video"], captions={0: "photo", 1: "video"}, videos=[1])
    await api.send_album(anna, chat, [picture(4), picture(5)], "album", order=(1, 0))
    await api.send_album(anna, chat, [picture(4), picture(5)], documents=True, forwarded=True)
    await api.say(maud, world.group, "/stylize@impasto_test_bot", anonymous=True)
    await api.say(maud, world.group, "/stylize@impasto_test_bot", as_chat=world.channel)
    await api.say(anna, world.forum, "/stylize", thread=world.topic)
    post = await api.say(maud, world.channel, "/stylize")
    await api.edit(maud, post, text="/styles")
    await api.migrate(world.small)
    await api.block(anna)
    await api.unblock(anna)
    await api.remove_bot(world.group)
    await api.add_bot(world.group, "administrator")
    shown = await world.bot.send_message(
        anna.id,
        "Choose",
        reply_markup=keyboard(["j:abc:again"]),
    )
    message = chat.messages[shown.message_id]
    await api.start_press(anna, message, "again")
    await api.delete(message)
    await api.start_press(anna, message, data="d:styles:1")


async def test_the_library_understands_all_news(world):
    await everything(world)
    found = await world.bot.get_updates()
    assert len(found) == 32
    assert unknown(found) == []
    for update in found:
        (kind,) = (name for name in telegram.Update.ALL_TYPES if getattr(update, name) is not None)
        assert kind in ALL_KINDS
        assert telegram.Update.de_json(update.to_dict(), world.bot) == update


async def test_the_library_understands_all_answers(world):
    bot, anna = world.bot, world.anna
    gif = picture(1, kind="GIF")
    entity = telegram.MessageEntity("text_mention", 0, 4, user=telegram.User(anna.id, "Anna", False))
    found = [
        await bot.get_me(),
        await bot.send_message(world.group.id, "Anna: here it is", entities=[entity], reply_markup=keyboard(["a"])),
        await bot.send_photo(anna.id, picture(1), caption="photo", has_spoiler=True),
        await bot.send_document(anna.id, picture(1), filename="painting.png", caption="document"),
        await bot.send_animation(anna.id, gif, duration=2, width=96, height=72),
        await bot.send_message(world.forum.id, "in a topic", message_thread_id=world.topic),
        await bot.send_video(anna.id, b"\0\0\0\x18ftypisom", filename="v.mp4", supports_streaming=True),
        await bot.send_message(world.channel.id, "news"),
        await bot.get_chat(world.group.id),
        await bot.get_chat(anna.id),
        await bot.get_chat_member(world.group.id, world.maud.id),
        await bot.get_chat_member(world.group.id, anna.id),
        await bot.get_webhook_info(),
    ]
    found += await bot.send_media_group(
        anna.id, [telegram.InputMediaPhoto(picture(1), caption="one"), telegram.InputMediaPhoto(picture(2))]
    )
    found += await bot.get_chat_administrators(world.group.id)
    await bot.set_my_commands([("stylize", "Paint")])
    found += await bot.get_my_commands()
    photo = found[2].photo[-1]
    file = await bot.get_file(photo)
    assert len(await file.download_as_bytearray()) == photo.file_size
    found.append(file)
    assert unknown(found) == []
    assert found[1].entities == (entity,)
    assert found[4].animation.mime_type == "video/mp4", "Telegram makes films of moving pictures"
    assert found[5].is_topic_message
    assert found[5].reply_to_message.forum_topic_created.name == "Paintings"
    assert found[6].video.mime_type == "video/mp4"
    assert found[7].sender_chat.id == world.channel.id
    assert found[10].status == "creator"


async def test_edits_are_understood(world):
    bot, chat = world.bot, world.anna.id
    text = await bot.send_message(chat, "text")
    edited = await bot.edit_message_text("other", chat, text.message_id, reply_markup=keyboard(["a"]))
    assert (edited.text, edited.reply_markup) == ("other", keyboard(["a"]))
    edited = await bot.edit_message_media(telegram.InputMediaPhoto(picture(1), caption="shown"), chat, text.message_id)
    assert (edited.text, edited.caption, edited.reply_markup) == (None, "shown", None)
    edited = await bot.edit_message_caption(chat, text.message_id, caption="better")
    assert edited.caption == "better"
    edited = await bot.edit_message_reply_markup(chat, text.message_id, reply_markup=keyboard(["b"]))
    assert world.private.messages[text.message_id].data == ["b"]
    assert unknown(edited) == []
    assert await bot.delete_message(chat, text.message_id)
    assert world.private.messages == {}
