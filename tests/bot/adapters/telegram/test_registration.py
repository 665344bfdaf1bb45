"""Telegram is told the commands that changed, for each audience in each language; and its set-up is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import telegram as library
from pydantic import SecretStr
from telegram.constants import BotCommandLimit

from bot.adapters.telegram.bot_api_server import bad_token
from bot.adapters.telegram.registration import FILE, examine, sync
from bot.config import Config
from bot.findings import Finding
from bot.presenter import TELEGRAM_COMMANDS, Presenter, languages
from bot.presenter.dialect import TELEGRAM
from tests.bot.adapters.telegram.posting import picture
from tests.telegram_api.other_methods import METHODS
from tests.telegram_api.server import TOKEN, FakeTelegram

LANGUAGES = len(languages())
SCOPES = ("default", "all_group_chats", "all_chat_administrators")


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[library.Bot]:
    async with library.Bot(TOKEN, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as found:
        yield found


class Menu:
    """The bot's way of telling commands, with the waits that it was asked for."""

    def __init__(self, bot: library.Bot, folder: Path) -> None:
        self.bot, self.folder, self.waited = bot, folder, list[float]()

    async def tell(self, *owners: str) -> bool:
        return await sync(self.bot, Presenter(dialect=TELEGRAM), owners, self.folder, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def menu(bot: library.Bot, tmp_path: Path) -> Menu:
    return Menu(bot, tmp_path)


def names(telegram: FakeTelegram, scope: str, language: str = "") -> set[str]:
    return {command["command"] for command in telegram.commands[scope, language]}


# ---- the menu of commands ----------------------------------------------------------------------------------------


async def test_each_audience_sees_its_commands_in_every_language(telegram, menu):
    olga = telegram.person("Olga")
    telegram.private(olga)
    assert await menu.tell(f"telegram:{olga.id}", "discord:77")
    everybody = {name for name, command in TELEGRAM_COMMANDS.items() if command.audience == "everybody"}
    owners = {name for name, command in TELEGRAM_COMMANDS.items() if command.audience == "owners"}
    assert {"stylize", "help", "forgetme"} <= everybody
    assert owners >= {"stats", "ban"}
    for language in ("", "de", "es", "fr", "ja", "pt", "ru", "uk"):
        assert names(telegram, "default", language) == everybody | {"settings"}
        assert names(telegram, "all_group_chats", language) == everybody
        assert names(telegram, "all_chat_administrators", language) == everybody | {"settings"}
        assert names(telegram, f"chat:{olga.id}", language) == set(TELEGRAM_COMMANDS)
    assert len(telegram.commands) == LANGUAGES * 4
    said = {language: telegram.commands["default", language][1]["description"] for language in ("", "de", "ja")}
    assert said[""] == TELEGRAM_COMMANDS["styles"].description
    assert len(set(said.values())) == 3
    for commands in telegram.commands.values():
        assert len(commands) <= BotCommandLimit.MAX_COMMAND_NUMBER
        assert all(0 < len(each["description"]) <= 100 for each in commands)


async def test_what_telegram_knows_it_is_not_told_again(telegram, menu):
    assert await menu.tell()
    before = len(telegram.calls("setMyCommands"))
    assert before == LANGUAGES * len(SCOPES)
    assert await menu.tell()
    assert len(telegram.calls("setMyCommands")) == before


@pytest.mark.parametrize("content", [None, b"\xff\xfe nonsense"])
async def test_a_lost_note_only_costs_telling_it_again(telegram, menu, content):
    await menu.tell()
    if content is None:
        (menu.folder / FILE).unlink()
    else:
        (menu.folder / FILE).write_bytes(content)
    assert await menu.tell()
    assert len(telegram.calls("setMyCommands")) == 2 * LANGUAGES * len(SCOPES)


async def test_who_is_no_owner_any_more_loses_their_commands(telegram, menu):
    olga = telegram.person("Olga")
    telegram.private(olga)
    await menu.tell(f"telegram:{olga.id}")
    assert await menu.tell()
    assert not [scope for scope, _ in telegram.commands if scope.startswith("chat:")]
    assert len(telegram.calls("deleteMyCommands")) == LANGUAGES


async def test_an_owner_who_never_started_the_bot_is_told_later_and_stops_nobody(telegram, menu):
    assert not await menu.tell("telegram:123456", "telegram:not-a-number")
    assert len(telegram.commands) == LANGUAGES * len(SCOPES)
    telegram.private(telegram.person("Olga", id=123456))
    assert not await menu.tell("telegram:123456", "telegram:not-a-number")
    assert names(telegram, "chat:123456") == set(TELEGRAM_COMMANDS)


async def test_a_flood_is_sat_out(telegram, menu):
    telegram.fail("setMyCommands", 429, "Too Many Requests: retry after 7", retry_after=7)
    assert await menu.tell()
    assert menu.waited == [7]
    assert len(telegram.commands) == LANGUAGES * len(SCOPES)


async def test_a_long_flood_is_left_to_the_next_start_which_tells_only_the_rest(telegram, menu):
    telegram.fail("setMyCommands", 429, "Too Many Requests: retry after 3000", retry_after=3000)
    assert not await menu.tell()
    assert menu.waited == []
    assert await menu.tell()
    assert len(telegram.calls("setMyCommands")) == 1 + LANGUAGES * len(SCOPES)


async def test_a_lost_connection_is_left_to_the_next_start(telegram, menu):
    await menu.tell()
    (menu.folder / FILE).write_text("0 default/de\n", encoding="ascii")
    telegram.lose("setMyCommands", performed=False)
    assert not await menu.tell()
    assert await menu.tell()


async def test_another_bot_in_the_same_folder_is_told_everything(telegram, menu, tmp_path):
    await menu.tell()
    other = FakeTelegram(token="6000000000:another")
    await other.start()
    other.world.me.id = 6_000_000_000
    try:
        async with library.Bot(other.token, base_url=other.base_url) as bot:
            assert await sync(bot, Presenter(dialect=TELEGRAM), (), tmp_path)
        assert len(other.commands) == LANGUAGES * len(SCOPES)
    finally:
        await other.stop()


# ---- is everything set up? ---------------------------------------------------------------------------------------


async def looked_at(telegram: FakeTelegram, token: str = TOKEN, **section: Any) -> dict[str, list[Finding]]:
    addresses = {"base_url": telegram.base_url, "base_file_url": telegram.base_file_url}
    config = Config.model_validate({"telegram": {**addresses, **section}})
    found: dict[str, list[Finding]] = {}
    async for finding in examine(SecretStr(token), config):
        found.setdefault(finding.topic, []).append(finding)
        assert finding.level == "ok" or finding.advice, finding
        assert TOKEN not in " ".join(finding)
    return found


async def test_a_bot_that_is_set_up(telegram):
    channel = telegram.channel("Styles", telegram.person("Olga"))
    found = await looked_at(telegram, inline_chat=channel.id)
    assert {finding.level for findings in found.values() for finding in findings} == {"ok"}, found
    assert "@impasto_test_bot" in found["telegram"][0].found
    assert "Styles" in found["inline"][1].found


async def test_a_token_that_is_not_accepted(telegram):
    found = await looked_at(telegram, "5000000001:another-one")
    assert found["telegram"] == [Finding("FAIL", "telegram", bad_token(), found["telegram"][0].advice)]
    assert "base_url" in found["telegram"][0].advice


async def test_a_server_that_is_not_there(telegram):
    found = await looked_at(telegram, base_url="http://127.0.0.1:9/bot")
    (finding,) = found["telegram"]
    assert finding.level == "FAIL"
    assert "cannot be reached" in finding.found


async def test_an_address_without_a_bot_api_server(telegram):
    found = await looked_at(telegram, base_url=telegram.base_url.removesuffix("/bot") + "/elsewhere/bot")
    (finding,) = found["telegram"]
    assert (finding.level, "answers 404" in finding.found) == ("FAIL", True)


async def test_a_server_that_answers_oddly(telegram, monkeypatch):
    async def get_me(*_: object) -> dict[str, Any]:
        return {"id": 7, "is_bot": True}

    monkeypatch.setitem(METHODS, "getMe", get_me)
    (finding,) = (await looked_at(telegram))["telegram"]
    assert (finding.level, "does not answer as a Bot API server does" in finding.found) == ("FAIL", True)


# ---- are files served? -------------------------------------------------------------------------------------------


async def test_files_are_really_fetched_where_the_bot_has_a_picture_of_its_own(telegram):
    telegram.api.portrait = telegram.api.shelf.photo(picture())
    (finding,) = (await looked_at(telegram))["files"]
    assert (finding.level, finding.found) == ("ok", f"they are served at {telegram.base_file_url}")
    for wrong in (
        telegram.base_file_url.replace("/file/bot", "/elsewhere/file/bot"),
        telegram.base_url,
        "http://127.0.0.1:9/file/bot",
    ):
        (finding,) = (await looked_at(telegram, base_file_url=wrong))["files"]
        assert (finding.level, wrong in finding.found) == ("FAIL", True)
        assert "telegram.base_file_url" in finding.advice


async def test_without_one_at_least_somebody_has_to_answer(telegram):
    (finding,) = (await looked_at(telegram))["files"]
    assert (finding.level, "/setuserpic" in finding.advice) == ("ok", True)
    (finding,) = (await looked_at(telegram, base_file_url="http://127.0.0.1:9/file/bot"))["files"]
    assert finding.level == "FAIL"


async def test_a_local_servers_files_are_looked_for_on_the_disk(telegram, tmp_path):
    (finding,) = (await looked_at(telegram, local_mode=True))["files"]
    assert finding.level == "ok"
    telegram.api.shelf.local = tmp_path
    telegram.api.portrait = media = telegram.api.shelf.photo(picture())
    (finding,) = (await looked_at(telegram, local_mode=True))["files"]
    assert (finding.level, finding.found) == ("ok", "they are read from this disk")
    Path(media.files[0].path).unlink()  # noqa: ASYNC240
    (finding,) = (await looked_at(telegram, local_mode=True))["files"]
    assert (finding.level, "cannot be read from this disk" in finding.found) == ("FAIL", True)


@pytest.mark.parametrize(
    ("fact", "value", "topic", "advice"),
    [
        ("can_join_groups", False, "groups", "/setjoingroups"),
        ("can_read_all_group_messages", True, "privacy", "/setprivacy"),
        ("supports_inline_queries", False, "inline", "/setinline"),
    ],
)
async def test_what_botfather_can_change(telegram, monkeypatch, fact, value, topic, advice):
    me = library.Bot.get_me

    async def get_me(self: library.Bot, **options: Any) -> library.User:
        user = await me(self, **options)
        with user._unfrozen():
            setattr(user, fact, value)
        return user

    monkeypatch.setattr(library.Bot, "get_me", get_me)
    (finding,) = (await looked_at(telegram))[topic]
    assert finding.level == "warn"
    assert advice in finding.advice


async def test_a_webhook_of_somebody_else_is_seen(telegram, bot):
    await bot.set_webhook("https://elsewhere.example/secret-path")
    (finding,) = (await looked_at(telegram))["news"]
    assert (finding.level, "elsewhere.example" in finding.found) == ("warn", True)
    assert "secret-path" not in finding.found


async def test_a_webhook_of_ones_own(telegram, bot):
    ours = "https://bot.example.org/telegram"
    (finding,) = (await looked_at(telegram, webhook_url=ours))["news"]
    assert finding.level == "warn"  # not set yet
    await bot.set_webhook(f"{ours}/abcdef")
    assert (await looked_at(telegram, webhook_url=ours))["news"] == [Finding("ok", "news", f"they are sent to {ours}")]
    telegram.updates.webhook |= {"last_error_date": 1_767_225_600, "last_error_message": "Connection refused"}
    (finding,) = (await looked_at(telegram, webhook_url=ours))["news"]
    assert (finding.level, "Connection refused" in finding.found) == ("warn", True)


@pytest.mark.parametrize("status", [None, "left", "member"])
async def test_a_chat_for_the_styles_in_which_the_bot_may_not_post(telegram, status):
    channel = telegram.channel("Styles", telegram.person("Olga"))
    if status is not None:
        await telegram.add_bot(channel, status)
    found = await looked_at(telegram, inline_chat=-1009999999999 if status is None else channel.id)
    assert found["inline"][1].level == "warn"
    assert "telegram.inline_chat" in found["inline"][1].advice


async def test_without_a_chat_for_the_styles(telegram):
    found = await looked_at(telegram)
    assert "without pictures" in found["inline"][1].found
