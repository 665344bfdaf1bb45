"""Starting and stopping: what the bot asks Telegram for, and what it says when that is refused."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import structlog
from pydantic import SecretStr
from telegram.error import TimedOut
from telegram.request import HTTPXRequest

from bot.adapters.telegram import registration
from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.client import ALLOWED_UPDATES
from bot.config import Config
from bot.ports import AdapterFailure
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.other_methods import METHODS
from tests.telegram_api.server import TOKEN
from tests.waiting import PATIENCE

REALLY_SYNC = registration.sync  # the world of the tests does without
WRONG = "5000000001:AAE-somebody-mistyped-this"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def refused_start(house: House, token: str = TOKEN) -> AdapterFailure:
    """Stop the bot, and let it find that it cannot start."""
    await house.adapter.close()
    with structlog.testing.capture_logs() as logs, pytest.raises(AdapterFailure) as refused:
        await house.adapter.start(house.studio, SecretStr(token))
    assert token not in f"{refused.value}{refused.value.__cause__}{logs}"
    return refused.value


# ---- starting ---------------------------------------------------------------------------------------------------


async def test_no_more_news_are_asked_for_than_are_served(house: House) -> None:
    await eventually(lambda: house.telegram.calls("getUpdates"))
    params = house.telegram.calls("getUpdates")[0].params
    assert params["allowed_updates"] == [*ALLOWED_UPDATES]
    [call] = house.telegram.calls("deleteWebhook")
    assert not call.params.get("drop_pending_updates")


async def test_telegram_is_told_the_commands(unopened: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.telegram.adapter.registration.sync", REALLY_SYNC)
    try:
        await unopened.open()
        await eventually(lambda: unopened.telegram.calls("setMyCommands"))
    finally:
        await unopened.close()


async def test_what_people_sent_while_the_bot_was_down_is_served(house: House) -> None:
    await house.close_bot()
    await house.ask(house.anna)
    await house.telegram.say(house.bert, house.private(house.bert), "/help")
    async with asyncio.timeout(PATIENCE):
        await house.open_bot()
        await eventually(lambda: house.telegram.from_bot(house.private(house.bert)))

    async def is_asked() -> bool:
        return bool(await house.jobs(house.anna))

    await eventually(is_asked)
    [job] = await house.jobs(house.anna)
    await house.delivered(job.id)


async def test_a_wrong_token_is_said_with_where_to_get_the_right_one(house: House) -> None:
    failure = await refused_start(house, WRONG)
    assert "@BotFather" in str(failure)
    assert "IMPASTO_TELEGRAM_TOKEN" in str(failure)
    assert not failure.passing


@pytest.mark.parametrize("token", ["nonsense", "5000000001:AAE half of\nthis", "5000000001:AAEö", "a/../b"])
async def test_something_that_is_no_token_at_all_is_said_as_well(house: House, token: str) -> None:
    failure = await refused_start(house, token)
    assert "@BotFather" in str(failure)
    assert not failure.passing


async def test_an_address_at_which_nothing_is_known_is_not_the_tokens_fault_alone(house: House) -> None:
    house.sections["telegram"] = {"base_url": house.telegram.base_url.removesuffix("/bot") + "/elsewhere/bot"}
    await house.close_bot()
    with pytest.raises(AdapterFailure) as refused:
        await house.open_bot()
    assert "answers 404: either telegram.base_url leads to no Bot API server" in str(refused.value)
    assert not refused.value.passing


@pytest.mark.parametrize("answer", [{"ok": True}, {"id": 7}, [], "yes", None, {"id": "x", "is_bot": 3}])
async def test_a_server_that_answers_oddly_is_told_in_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    async def get_me(*_: object) -> object:
        return answer

    monkeypatch.setitem(METHODS, "getMe", get_me)
    failure = await refused_start(house)
    assert "does not answer as a Bot API server does; look at telegram.base_url" in str(failure)
    assert not failure.passing


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_a_telegram_that_is_out_of_reach_is_tried_again_later(house: House, method: str) -> None:
    house.telegram.fail(method, 502, "Bad Gateway", times=10)
    failure = await refused_start(house)
    assert failure.passing


async def test_after_a_failed_start_another_one_serves(house: House) -> None:
    house.telegram.fail("getMe", 502, "Bad Gateway")
    await refused_start(house)
    await house.adapter.start(house.studio, SecretStr(TOKEN))
    assert (await house.painted(house.anna)).photo is not None


async def test_another_poller_is_told_of_once(house: House) -> None:
    house.telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=3)
    with structlog.testing.capture_logs() as logs:
        await house.telegram.say(house.anna, house.private(house.anna), "/help")  # ends the question for news
        await eventually(lambda: sum(call.code == 409 for call in house.telegram.calls("getUpdates")) == 3)
        asked = await house.telegram.say(house.anna, house.private(house.anna), "/help")
        await house.said(house.private(house.anna), asked)
    complaints = [entry for entry in logs if entry["event"] == "telegram.no_news"]
    assert len(complaints) == 1
    assert "the same token" in complaints[0]["reason"]


@pytest.mark.parametrize(
    ("code", "description", "said"),
    [
        (401, "Unauthorized", "does not accept the token any more"),
        (404, "Not Found", "telegram.base_url leads to no Bot API server"),
        (409, "Conflict: can't use getUpdates method while webhook is active", "setWebhook"),
    ],
)
async def test_what_keeps_news_away_is_told_in_a_sentence_and_the_bot_goes_on_asking(
    house: House, code: int, description: str, said: str
) -> None:
    house.telegram.fail("getUpdates", code, description, times=2)
    chat = house.private(house.anna)
    with structlog.testing.capture_logs() as logs:
        await house.telegram.say(house.anna, chat, "/help")  # ends the question for news
        await eventually(lambda: sum(call.code == code for call in house.telegram.calls("getUpdates")) == 2)
        asked = await house.telegram.say(house.anna, chat, "/help")
        await house.said(chat, asked)
    [complaint] = [entry for entry in logs if entry["event"] == "telegram.no_news"]
    assert said in complaint["reason"]
    assert TOKEN not in str(logs)


async def test_news_that_cannot_be_read_keep_no_others_away(house: House) -> None:
    chat = house.private(house.anna)
    with structlog.testing.capture_logs() as logs:  # an older Bot API server says less of a poll than is required now
        await house.telegram.send_service(house.anna, chat, {"poll": {"id": "1", "question": "Ink?", "options": []}})
        asked = await house.telegram.say(house.anna, chat, "/privacy")
        assert "What I keep" in (await house.said(chat, asked)).words
    assert [log["kinds"] for log in logs if log["event"] == "telegram.news_not_read"] == [["message"]]
    await eventually(lambda: house.telegram.updates.pending == 0)


async def test_a_network_in_which_everything_times_out_is_told_of(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object, **__: object) -> tuple[int, bytes]:
        raise TimedOut from httpx.ConnectTimeout("")

    chat = house.private(house.anna)
    with monkeypatch.context() as cut, structlog.testing.capture_logs() as logs:
        cut.setattr(HTTPXRequest, "do_request", never)
        await house.telegram.say(house.anna, chat, "nothing that arrives")  # ends the question for news
        await eventually(lambda: [entry for entry in logs if entry["event"] == "telegram.no_news"])
    asked = await house.telegram.say(house.anna, chat, "/help")
    await house.said(chat, asked)


async def test_an_error_in_a_handler_is_said_with_a_reference_and_stops_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise ValueError("a fault of the program")

    chat = house.private(house.anna)
    with monkeypatch.context() as patched, structlog.testing.capture_logs() as logs:
        patched.setattr(house.studio, "privacy", breaks)
        asked = await house.telegram.say(house.anna, chat, "/privacy")
        answer = await house.said(chat, asked)
    [entry] = [entry for entry in logs if entry["event"] == "telegram.broke"]
    assert entry["reference"] in answer.words
    asked = await house.telegram.say(house.anna, chat, "/privacy")
    assert entry["reference"] not in (await house.said(chat, asked)).words


async def test_an_error_in_an_album_is_said_as_well(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise ValueError("a fault of the program")

    chat = house.private(house.anna)
    monkeypatch.setattr(house.studio, "draft_pictures", breaks)
    with structlog.testing.capture_logs() as logs:
        sent = await house.telegram.send_album(house.anna, chat, [picture(1), picture(2)])
        answer = await house.said(chat, sent[0])
    [entry] = [entry for entry in logs if entry["event"] == "telegram.broke"]
    assert entry["reference"] in answer.words


# ---- stopping ---------------------------------------------------------------------------------------------------


async def test_what_is_being_served_is_finished_before_the_bot_stops(house: House) -> None:
    chat = house.private(house.anna)
    hold = house.telegram.hold("file")
    await house.ask(house.anna)
    await eventually(lambda: hold.waiting)
    closing = asyncio.create_task(house.adapter.close())
    await asyncio.sleep(0.1)
    assert not closing.done()
    hold.release()
    await closing
    assert len(await house.jobs(house.anna)) == 1
    assert chat.actions


async def test_an_album_that_waits_for_its_turn_is_served_as_a_whole_before_the_bot_stops(house: House) -> None:
    chat = house.private(house.anna)
    hold = house.telegram.hold("file")
    await house.ask(house.anna)
    await eventually(lambda: hold.waiting)
    before = len(house.telegram.calls("getUpdates"))
    await house.telegram.send_album(house.anna, chat, [picture(1), picture(2)], "/stylize size=96")
    await eventually(lambda: len(house.telegram.calls("getUpdates")) > before)
    closing = asyncio.create_task(house.adapter.close())
    await asyncio.sleep(0.1)
    hold.release()
    await closing
    jobs = await house.jobs(house.anna)
    assert len(jobs) == 2
    assert jobs[0].request.styles[0].preset is None


async def test_what_never_ends_does_not_keep_the_bot_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.adapter._STOP_SECONDS", 0.2)
    hold = house.telegram.hold("file")
    await house.ask(house.anna)
    await eventually(lambda: hold.waiting)
    async with asyncio.timeout(PATIENCE):
        await house.adapter.close()
    assert not await house.jobs(house.anna)


async def test_an_adapter_that_was_never_started_closes(unopened: House) -> None:
    await TelegramAdapter(Config(), unopened.presenter).close()


# ---- by webhook -------------------------------------------------------------------------------------------------


async def test_a_webhook_takes_news_only_with_its_path_and_secret(unopened: House) -> None:
    house, port = unopened, free_port()
    house.sections = {"telegram": {"webhook_url": "https://bot.example.org/telegram/", "webhook_port": port}}
    await house.telegram.start()
    house.telegram.updates.webhook_origin = f"http://127.0.0.1:{port}"
    try:
        await house.open_bot()
        asked = await house.telegram.say(house.anna, house.private(house.anna), "/help")
        await house.said(house.private(house.anna), asked)
        first = dict(house.telegram.updates.webhook)
        assert first["url"].startswith("https://bot.example.org/telegram/")
        update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
        path = urlsplit(first["url"]).path
        async with aiohttp.ClientSession() as stranger:
            for address, headers, expected in (
                (path, {}, 403),
                (path, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}, 403),
                ("/telegram/", {"X-Telegram-Bot-Api-Secret-Token": first["secret"]}, 404),
            ):
                async with stranger.post(f"http://127.0.0.1:{port}{address}", json=update, headers=headers) as response:
                    assert response.status == expected
        await house.restart()
        second = house.telegram.updates.webhook
        assert second["url"] != first["url"]
        assert second["secret"] != first["secret"]
        assert not house.telegram.calls("getUpdates")
    finally:
        await house.close()


async def test_a_port_that_is_taken_is_said(unopened: House) -> None:
    house = unopened
    await house.telegram.start()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        house.sections = {"telegram": {"webhook_url": "https://bot.example.org/telegram", "webhook_port": port}}
        try:
            with pytest.raises(AdapterFailure, match=rf"{port}.*telegram.webhook_port") as refused:
                await house.open_bot()
            assert not refused.value.passing
        finally:
            await house.close()


async def test_an_address_that_telegram_does_not_take_is_said(unopened: House) -> None:
    house = unopened
    await house.telegram.start()
    house.sections = {"telegram": {"webhook_url": "https://bot.example.org/telegram", "webhook_port": free_port()}}
    house.telegram.fail("setWebhook", 400, "Bad Request: bad webhook: IP address 127.0.0.1 is reserved", times=10)
    try:
        with pytest.raises(AdapterFailure, match=r"webhook_url.*reserved"):
            await house.open_bot()
    finally:
        await house.close()
