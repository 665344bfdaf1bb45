"""Where the bot may write, edit and delete, as python-telegram-bot hears it from the fake server."""

from __future__ import annotations

import pytest
from telegram import (
    ForceReply,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.worlds import picture

from .conftest import keyboard

# ---- editing and deleting ---------------------------------------------------------------------------------------


async def test_edits_that_change_nothing(world):
    bot, anna = world.bot, world.anna.id
    text = (await bot.send_message(anna, "text", reply_markup=keyboard(["a"]))).message_id
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_text(" text", anna, text, reply_markup=keyboard(["a"]))
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_reply_markup(anna, text, reply_markup=keyboard(["a"]))
    await bot.edit_message_text("text", anna, text)
    assert world.private.messages[text].buttons == [], "who leaves out the keyboard takes it away"
    photo = await bot.send_photo(anna, picture(), caption="caption")
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_caption(anna, photo.message_id, caption="caption")
    with pytest.raises(BadRequest, match="is not modified"):
        media = InputMediaPhoto(photo.photo[-1].file_id, caption="caption")
        await bot.edit_message_media(media, anna, photo.message_id)


async def test_edits_of_what_is_not_there(world):
    bot, anna = world.bot, world.anna.id
    text, photo = await bot.send_message(anna, "text"), await bot.send_photo(anna, picture())
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await bot.edit_message_text("other", anna, photo.message_id)
    with pytest.raises(BadRequest, match=r"(?i)there is no caption in the message to edit"):
        await bot.edit_message_caption(anna, text.message_id, caption="other")
    await bot.delete_message(anna, text.message_id)
    for edit in (
        bot.edit_message_text("other", anna, text.message_id),
        bot.edit_message_media(InputMediaPhoto(picture()), anna, text.message_id),
        bot.edit_message_reply_markup(anna, text.message_id),
    ):
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await edit
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(anna, text.message_id)
    assert await bot.delete_messages(anna, [text.message_id, photo.message_id])
    assert world.private.messages == {}


async def test_other_peoples_messages(world):
    said = await world.telegram.say(world.anna, world.group, "/stylize")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await world.bot.edit_message_text("other", world.group.id, said.id)
    for delete in (world.bot.delete_message, lambda chat, number: world.bot.delete_messages(chat, [number])):
        with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
            await delete(world.group.id, said.id)
    await world.telegram.add_bot(world.group, "administrator")
    assert await world.bot.delete_message(world.group.id, said.id)


async def test_a_message_that_opens_the_field_for_a_reply(world):
    bot = world.bot
    sent = await bot.send_message(world.group.id, "Which?", reply_markup=ForceReply(True, "Send it here"))
    message = world.group.messages[sent.message_id]
    assert message.force_reply == {"force_reply": True, "selective": True, "input_field_placeholder": "Send it here"}
    assert sent.reply_markup is None
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("other", world.group.id, sent.message_id)
    for chat, wrong in ((world.channel, ForceReply()), (world.group, ForceReply(True, "a" * 65))):
        with pytest.raises(BadRequest):
            await bot.send_message(chat.id, "Which?", reply_markup=wrong)


# ---- where ------------------------------------------------------------------------------------------------------


async def test_replies(world):
    bot, anna = world.bot, world.anna.id
    said = await world.telegram.say(world.anna, world.private, "hi")
    assert (await bot.send_message(anna, "hello", reply_to_message_id=said.id)).reply_to_message.text == "hi"
    await world.telegram.delete(said)
    with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
        await bot.send_photo(anna, picture(), reply_to_message_id=said.id)
    wish = ReplyParameters(said.id, allow_sending_without_reply=True)
    assert (await bot.send_message(anna, "hello", reply_parameters=wish)).reply_to_message is None


async def test_threads(world):
    bot, forum = world.bot, world.forum
    said = await world.telegram.say(world.anna, forum, "/stylize", thread=world.topic)
    inside = await bot.send_message(forum.id, "hello", reply_to_message_id=said.id)
    assert (inside.message_thread_id, inside.is_topic_message) == (world.topic, True)
    for chat, thread in ((forum, 1), (forum, 999), (world.group, world.topic)):
        with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
            await bot.send_message(chat.id, "hello", message_thread_id=thread)


async def test_closed_and_deleted_topics(world):
    forum = world.forum
    said = await world.telegram.say(world.anna, forum, "/stylize", thread=world.topic)
    await world.telegram.close_topic(forum, world.topic)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await world.bot.send_message(forum.id, "hello", message_thread_id=world.topic)
    await world.telegram.close_topic(forum, world.topic, delete=True)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await world.bot.send_message(forum.id, "hello", message_thread_id=world.topic)
    assert said.id not in forum.messages


async def test_a_reply_in_a_group_names_a_thread_that_nobody_can_write_to(world):
    said = await world.telegram.say(world.anna, world.group, "/stylize")
    await world.telegram.say(world.anna, world.group, "/stylize", reply_to=said)
    message = (await world.bot.get_updates())[-1].message
    assert (message.message_thread_id, message.is_topic_message) == (said.id, None)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await world.bot.send_message(world.group.id, "hello", message_thread_id=said.id)


async def test_closed_doors(world):
    bot = world.bot
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(world.maud.id, "hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(123, "hello")
    await world.telegram.block(world.anna)
    with pytest.raises(Forbidden, match=r"bot was blocked by the user"):
        await bot.send_photo(world.anna.id, picture())
    await world.telegram.remove_bot(world.group)
    for refused in (
        bot.send_message(world.group.id, "hello"),
        bot.send_chat_action(world.group.id, "typing"),
        bot.get_chat_member(world.group.id, world.anna.id),
    ):
        with pytest.raises(Forbidden, match="kicked"):
            await refused
    await world.telegram.add_bot(world.channel, "left")
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(world.channel.id, "hello")


async def test_an_upgraded_group(world):
    new = await world.telegram.migrate(world.small)
    with pytest.raises(ChatMigrated) as caught:
        await world.bot.send_message(world.small.id, "hello")
    assert caught.value.new_chat_id == new.id
    assert (await world.bot.send_message(new.id, "hello")).chat.type == "supergroup"
    old, there = (update.message for update in await world.bot.get_updates())
    assert (old.migrate_to_chat_id, there.migrate_from_chat_id) == (new.id, world.small.id)
