"""How news reach the bot: by polling, to a webhook, and which of them in a group; files on the server's own disk."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from telegram.error import BadRequest, Conflict

from tests.waiting import eventually
from tests.worlds import picture


async def texts(world) -> list[str]:
    """What reached the bot, confirmed."""
    found = await world.bot.get_updates()
    if found:
        await world.bot.get_updates(offset=found[-1].update_id + 1)
    return [update.effective_message.text or update.effective_message.caption or "" for update in found]


async def test_news_come_again_until_they_are_confirmed(world):
    for text in ("one", "two", "three"):
        await world.telegram.say(world.anna, world.private, text)
    found = await world.bot.get_updates(limit=2)
    assert [update.message.text for update in found] == ["one", "two"]
    assert await world.bot.get_updates(limit=2) == found
    rest = await world.bot.get_updates(offset=found[1].update_id + 1)
    assert [update.message.text for update in rest] == ["three"]
    last = await world.bot.get_updates(offset=-1)
    assert last == rest
    assert await world.bot.get_updates(offset=rest[0].update_id + 1) == ()
    assert world.telegram.updates.pending == 0


async def test_a_long_poll_ends_with_the_first_news(world):
    asking = asyncio.create_task(world.bot.get_updates(timeout=30))
    await eventually(lambda: world.telegram.calls("getUpdates"))
    await asyncio.sleep(0.05)
    assert not asking.done()
    await world.telegram.say(world.anna, world.private, "hi")
    (update,) = await asking
    assert update.message.text == "hi"


async def test_only_kinds_that_were_asked_for_come(world):
    await world.bot.get_updates(allowed_updates=["message"])
    said = await world.telegram.say(world.anna, world.private, "hi")
    await world.telegram.edit(world.anna, said, text="hello")
    (update,) = await world.bot.get_updates()
    assert update.message.text == "hi", "as it was then"


async def test_two_who_poll_get_in_each_others_way(world):
    first = asyncio.create_task(world.bot.get_updates(timeout=30))
    await eventually(lambda: world.telegram.calls("getUpdates"))
    other = world.another_bot()
    await other.initialize()
    second = asyncio.create_task(other.get_updates(timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await world.telegram.say(world.anna, world.private, "hi")
    assert len(await second) == 1
    await other.shutdown()


# ---- privacy mode -----------------------------------------------------------------------------------------------


async def test_in_a_group_privacy_mode_lets_through_commands_and_replies(world):
    say, group, anna = world.telegram.say, world.group, world.anna
    hello = await world.bot.send_message(group.id, "hello")
    mine = group.messages[hello.message_id]
    await say(anna, group, "not for you")
    await say(anna, group, "@impasto_test_bot mentions do not count")
    await say(anna, group, "/stylize@other_bot")
    await say(anna, group, "see /help")
    await say(anna, group, "to you", reply_to=mine)
    await say(anna, group, "/help")
    await say(anna, group, "/stylize@impasto_test_bot ink")
    assert await texts(world) == ["to you", "/help", "/stylize@impasto_test_bot ink"]
    group.other_bot_spoke = True
    await say(anna, group, "/help")
    await say(anna, group, "/help@Impasto_Test_Bot")
    assert await texts(world) == ["/help@Impasto_Test_Bot"]


async def test_captions_count_as_commands_when_they_name_the_bot(world):
    await world.telegram.send_photo(world.anna, world.group, picture(), "/stylize")
    pictures = [picture(1), picture(2)]
    await world.telegram.send_album(world.anna, world.group, pictures, "/stylize@impasto_test_bot")
    assert await texts(world) == ["/stylize@impasto_test_bot"], "one of the album, the other is not for the bot"


async def test_who_runs_the_group_or_has_no_privacy_mode_hears_all(world):
    world.telegram.switches.privacy_mode = False
    await world.telegram.say(world.anna, world.group, "one")
    world.telegram.switches.privacy_mode = True
    await world.telegram.add_bot(world.group, "administrator")
    await world.telegram.say(world.anna, world.group, "two")
    await world.telegram.say(world.maud, world.channel, "three")
    found = [update for update in await world.bot.get_updates() if update.effective_message]
    assert [update.effective_message.text for update in found] == ["one", "two", "three"]


async def test_albums_come_in_any_order_under_one_id(world):
    pictures = [picture(1), picture(2), picture(3)]
    sent = await world.telegram.send_album(
        world.anna, world.private, pictures, "/stylize", caption_on=1, order=(2, 0, 1), forwarded=True
    )
    found = [update.message for update in await world.bot.get_updates()]
    assert [message.message_id for message in found] == [sent[place].id for place in (2, 0, 1)]
    assert [message.caption for message in found] == [None, None, "/stylize"]
    assert len({message.media_group_id for message in found}) == 1
    assert all(message.forward_origin for message in found)


# ---- webhooks ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def listener(world):
    """Somebody who takes news at a webhook: the requests so far, and the statuses to answer with."""
    took: list[tuple[str, str | None, dict]] = []
    answers: list[int] = []

    async def take(request: web.Request) -> web.Response:
        took.append((request.path, request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=answers.pop(0) if answers else 200)

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.telegram.updates.webhook_origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield took, answers
    await world.telegram.updates.close()
    await runner.cleanup()


async def test_news_are_posted_with_the_secret_until_they_are_taken(world, listener):
    took, answers = listener
    answers[:] = [500, 403]
    await world.bot.set_webhook("https://bot.example.org/telegram/path", secret_token="s3cret-_")
    await world.telegram.say(world.anna, world.private, "one")
    await world.telegram.say(world.anna, world.private, "two")
    await eventually(lambda: len(took) == 4)
    assert {(path, secret) for path, secret, _ in took} == {("/telegram/path", "s3cret-_")}
    assert [body["message"]["text"] for *_, body in took] == ["one", "one", "one", "two"]
    await eventually(lambda: world.telegram.updates.pending == 0)
    assert (await world.bot.get_webhook_info()).url == "https://bot.example.org/telegram/path"


async def test_a_webhook_and_polling_exclude_each_other(world, listener):
    await world.bot.set_webhook("https://bot.example.org/")
    with pytest.raises(Conflict, match="webhook is active"):
        await world.bot.get_updates()
    await world.bot.delete_webhook()
    await world.telegram.say(world.anna, world.private, "one")
    await world.bot.delete_webhook(drop_pending_updates=True)
    assert await world.bot.get_updates() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://bot.example.org"},
        {"url": "https://bot.example.org", "secret_token": "s3cret!"},
        {"url": "https://bot.example.org", "secret_token": "a" * 257},
        {"url": "https://bot.example.org", "max_connections": 101},
    ],
)
async def test_webhooks_that_telegram_does_not_take(world, wrong):
    with pytest.raises(BadRequest):
        await world.bot.set_webhook(**wrong)


# ---- a server of one's own --------------------------------------------------------------------------------------


async def test_in_local_mode_files_of_any_size_lie_on_the_disk(world, tmp_path):
    world.telegram.api.shelf.local = tmp_path
    await world.telegram.send_document(world.anna, world.private, bytes(21_000_000), name="large.png")
    (update,) = await world.bot.get_updates()
    file = await world.bot.get_file(update.message.document)
    assert file.file_path.startswith(str(tmp_path))
    assert await file.download_as_bytearray() == bytes(21_000_000)
