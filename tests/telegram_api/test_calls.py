"""Answers, commands and calls as such, as python-telegram-bot hears it from the fake server."""

from __future__ import annotations

import asyncio
import base64

import aiohttp
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
)
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from tests.waiting import eventually
from tests.worlds import picture

from .conftest import keyboard

# ---- answers, inline results, commands --------------------------------------------------------------------------


async def test_a_press_is_answered_once_in_time_and_in_few_words(world):
    sent = await world.bot.send_message(world.anna.id, "text", reply_markup=keyboard(["j:abc:again"]))
    message = world.private.messages[sent.message_id]
    pressed = [await world.telegram.start_press(world.anna, message, "again") for _ in range(2)]
    first, second = (update.callback_query for update in await world.bot.get_updates())
    assert first.data == "j:abc:again"
    with pytest.raises(BadRequest):
        await first.answer("a" * 201)
    assert await first.answer("a" * 200, show_alert=True)
    assert (pressed[0].text, pressed[0].alert) == ("a" * 200, True)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await first.answer()
    pressed[1].asked_at -= 3600
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await second.answer()


async def test_inline_results(world):
    photo = (await world.bot.send_photo(world.anna.id, picture())).photo[-1].file_id
    asking = asyncio.create_task(world.telegram.inline(world.anna, "ink"))
    (update,) = await world.bot.get_updates(timeout=5)
    query = update.inline_query
    text = InputTextMessageContent("text")
    for results in (
        [InlineQueryResultCachedPhoto(str(number), photo) for number in range(51)],
        [InlineQueryResultCachedPhoto("same", photo)] * 2,
        [InlineQueryResultCachedPhoto("a" * 65, photo)],
        [InlineQueryResultCachedPhoto("a", "AgACAgIAAxkBnonsense")],
        [InlineQueryResultCachedPhoto("a", photo, caption="a" * 1025)],
        [InlineQueryResultArticle("a", "", text)],
    ):
        with pytest.raises(BadRequest):
            await world.bot._post("answerInlineQuery", {"inline_query_id": query.id, "results": results})
    with pytest.raises(BadRequest):
        await query.answer([], next_offset="a" * 65)
    assert await query.answer([InlineQueryResultCachedPhoto("a", photo), InlineQueryResultArticle("b", "title", text)])
    results = (await asking).results
    assert [result["type"] for result in results] == ["photo", "article"]
    chosen = await world.telegram.choose(world.anna, world.group, results[0])
    assert chosen.photo == picture()
    await world.telegram.choose(world.anna, world.group, results[1])
    photo, text = (update.message for update in (await world.bot.get_updates())[-2:])
    assert (photo.via_bot, text.via_bot, text.text) == (world.bot.bot, world.bot.bot, "text")
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await query.answer([])


@pytest.mark.parametrize(
    "commands",
    [
        [("Stylize", "x")],
        [("a" * 33, "x")],
        [("stylize", "")],
        [("stylize", "x" * 257)],
        [("stylize", "x"), ("stylize", "y")],
        [(f"c{number}", "x") for number in range(101)],
    ],
)
async def test_commands_that_telegram_does_not_take(world, commands):
    with pytest.raises(BadRequest):
        await world.bot.set_my_commands(commands)


async def test_commands_are_kept_by_scope_and_language(world):
    bot, scope = world.bot, BotCommandScopeChat(world.group.id)
    await bot.set_my_commands([("stylize", "x")])
    await bot.set_my_commands([("stylize", "malen")], scope=scope, language_code="de")
    assert world.telegram.commands[f"chat:{world.group.id}", "de"] == [{"command": "stylize", "description": "malen"}]
    assert await bot.get_my_commands(scope=scope, language_code="de") == (BotCommand("stylize", "malen"),)
    assert await bot.get_my_commands(scope=scope) == ()
    await bot.delete_my_commands(scope=scope, language_code="de")
    assert await bot.get_my_commands(scope=scope, language_code="de") == ()
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("stylize", "x")], language_code="deu")
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("stylize", "x")], scope=BotCommandScopeChat(123))


# ---- calls as such ----------------------------------------------------------------------------------------------


async def test_unknown_methods_parameters_and_tokens(world):
    bot = world.bot
    with pytest.raises(InvalidToken, match=r"(?i)not found"):
        await bot._post("sendNothing", {})
    for wrong in ({"colour": "red"}, {"parse_mode": "HTML"}, {"disable_notification": "perhaps"}, {"chat_id": "me"}):
        with pytest.raises(BadRequest):
            await bot._post("sendMessage", {"chat_id": world.anna.id, "text": "text", **wrong})
    with pytest.raises(BadRequest):
        await bot._post("sendMessage", {"chat_id": world.anna.id})
    for token in ("123:wrong", "wrong"):
        with pytest.raises(InvalidToken):
            await world.another_bot(token).initialize()
    assert world.private.messages == {}
    assert [call.code for call in world.telegram.calls("sendMessage")] == [400] * 5


async def test_bodies_without_end(world):
    address = f"{world.telegram.base_url}{world.telegram.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        async with session.post(address, data={"chat_id": "1", "text": "a" * 2_000_000}) as response:
            assert response.status == 413
        form = aiohttp.FormData({"chat_id": "1", "text": "a"})
        form.add_field("photo", b"x", filename="x.png")
        async with session.post(address, data=form) as response:
            assert response.status == 400, "a file that nothing refers to"
        form = aiohttp.FormData([(f"field{number}", "a") for number in range(100)], default_to_multipart=True)
        async with session.post(address, data=form) as response:
            assert response.status == 400
        async with session.post(address, data=base64.b64encode(b"x"), headers={"Content-Type": "text/x"}) as response:
            assert response.status == 400


async def test_floods(world):
    world.telegram.switches.flood_rules = True
    sent = 0
    with pytest.raises(RetryAfter) as caught:
        for _ in range(10):
            await world.bot.send_message(world.anna.id, "text")
            sent += 1
    assert sent == 3
    assert caught.value.retry_after in (1, 2)
    with pytest.raises(RetryAfter):
        await world.bot.send_message(world.anna.id, "asking again helps nobody")
    await world.bot.send_message(world.group.id, "other chats have other limits")


async def test_groups_have_twenty_a_minute(world, monkeypatch):
    monkeypatch.setattr("tests.telegram_api.trouble.BURST", 100)
    world.telegram.switches.flood_rules = True
    for number in range(20):
        await world.bot.send_message(world.group.id, str(number))
    with pytest.raises(RetryAfter) as caught:
        await world.bot.send_message(world.group.id, "one too many")
    assert caught.value.retry_after > 50


async def test_ordered_failures(world):
    bot, anna = world.bot, world.anna.id
    world.telegram.fail("send*", 429, "Too Many Requests: retry after 7", retry_after=7, chat=world.private)
    await bot.send_message(world.group.id, "not this one")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(anna, "this one")
    assert caught.value.retry_after == 7
    await bot.send_message(anna, "and no other")
    world.telegram.lose("sendMessage", performed=True)
    with pytest.raises(NetworkError):
        await bot.send_message(anna, "said, but not heard")
    world.telegram.lose("sendMessage", performed=False)
    with pytest.raises(NetworkError):
        await bot.send_message(anna, "never said")
    assert [message.text for message in world.telegram.messages(world.private)] == [
        "and no other",
        "said, but not heard",
    ]
    hold = world.telegram.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(anna, "held"))
    await eventually(lambda: hold.waiting)
    assert len(world.private.messages) == 2
    hold.release()
    assert (await sending).text == "held"
