"""Pictures are fetched from Telegram's own files alone, never more than is wanted, and the token stays secret."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from telegram.constants import FileSizeLimit
from telegram.ext import ExtBot

from bot.adapters.telegram.pictures import LARGEST_DOWNLOAD, Picture, Pictures, origins
from bot.config import Config
from bot.downloads import Source
from bot.ports import NotBrought
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.bot.intake.files import DATA
from tests.bot.test_patience import Quick
from tests.telegram_api.server import TOKEN, FakeTelegram

LIMIT = 10**9
MEGABYTES_20 = 20_000_000  # as Telegram's manual counts them
JUST_TOO_LARGE = 20 * 1024 * 1024 + 1  # as its server does


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[ExtBot[None]]:
    async with ExtBot(TOKEN, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as found:
        yield found


@pytest.fixture
async def source(telegram: FakeTelegram) -> AsyncIterator[Source]:
    found = Source([telegram.base_file_url], clock=Quick())
    yield found
    await found.close()


def kept(telegram: FakeTelegram, data: bytes, size: int | None = None) -> Picture:
    """A file that Telegram has."""
    media = telegram.api.shelf.file("document", data, "a.png", "image/png", size=size)
    return Picture(file_id=media.file.id, size=media.file.size)


async def refusal(pictures: Pictures, bot: ExtBot[None], wanted: Picture) -> NotBrought:
    with structlog.testing.capture_logs() as logs, pytest.raises(NotBrought) as refused:
        await pictures.fetch(bot, wanted, "style")()
    assert TOKEN not in repr(refused.value) + repr(refused.value.__context__) + repr(logs)
    assert refused.value.__cause__ is None, "what caused it may hold the token"
    return refused.value


# ---- from the server --------------------------------------------------------------------------------------------


async def test_a_picture_is_fetched(telegram: FakeTelegram, bot: ExtBot[None], source: Source) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    assert await pictures.fetch(bot, kept(telegram, b"bytes"), "photo")() == b"bytes"


def test_twenty_megabytes_are_as_many_as_the_library_says_in_either_way_of_counting() -> None:
    assert FileSizeLimit.FILESIZE_DOWNLOAD == MEGABYTES_20
    assert FileSizeLimit.FILESIZE_DOWNLOAD <= LARGEST_DOWNLOAD < JUST_TOO_LARGE


async def test_a_file_just_as_large_as_telegram_gives_is_fetched(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source
) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    assert await pictures.fetch(bot, kept(telegram, b"bytes", size=MEGABYTES_20), "photo")() == b"bytes"


async def test_a_file_larger_than_telegram_gives_is_not_asked_for(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source
) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    refused = await refusal(pictures, bot, kept(telegram, b"bytes", size=JUST_TOO_LARGE))
    assert (refused.which, refused.code) == ("style", "too_many_bytes")
    assert refused.facts == {"found": JUST_TOO_LARGE, "limit": LARGEST_DOWNLOAD}
    assert not telegram.calls("getFile")


async def test_a_file_of_unknown_size_that_telegram_refuses_is_too_large(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source
) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    wanted = Picture(file_id=kept(telegram, b"bytes", size=JUST_TOO_LARGE).file_id)
    refused = await refusal(pictures, bot, wanted)
    assert (refused.code, refused.facts["limit"]) == ("too_many_bytes", LARGEST_DOWNLOAD)
    assert telegram.calls("getFile")


@pytest.mark.parametrize("announced", [True, False])
async def test_the_admins_limit_holds_whatever_is_announced(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source, announced: bool
) -> None:
    pictures = Pictures(source, max_bytes=4, local=False)
    wanted = kept(telegram, b"bytes", size=None if announced else 3)
    assert (await refusal(pictures, bot, wanted)).facts == {"found": 5, "limit": 4}


async def test_a_file_id_that_means_nothing_any_more_is_gone(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source
) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    assert (await refusal(pictures, bot, Picture(file_id="expired"))).code == "gone"


@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_a_file_that_cannot_be_had_now_is_out_of_reach(
    telegram: FakeTelegram, bot: ExtBot[None], source: Source, method: str
) -> None:
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    for order in (
        telegram.fail(method, 502, "Bad Gateway", times=99),
        telegram.lose(method, performed=False, times=99),
    ):
        assert (await refusal(pictures, bot, kept(telegram, b"bytes"))).code == "unreachable"
        order.times = 0


HICCUPS: list[tuple[str, dict[str, Any]]] = [
    (
        "getFile",
        {"error_code": 400, "description": "Bad Request: the file is temporarily unavailable"},
    ),
    ("getFile", {"error_code": 429, "description": "Too Many Requests: retry after 3", "retry_after": 3}),
    ("getFile", {"error_code": 500, "description": "Internal Server Error"}),
    ("getFile", {"error_code": 502, "description": "Bad Gateway"}),
    ("file", {"error_code": 502, "description": "Bad Gateway"}),
    ("file", {"error_code": 429, "description": "Too Many Requests"}),
    ("getFile", {}),
    ("file", {}),
]


async def test_one_hiccup_loses_no_picture(telegram: FakeTelegram, bot: ExtBot[None], source: Source) -> None:
    pictures, lost = Pictures(source, max_bytes=LIMIT, local=False), []
    for method, failure in HICCUPS:
        for times in (1, 3):
            if failure:
                telegram.fail(method, **failure, times=times)
            else:
                telegram.lose(method, performed=False, times=times)
            try:
                assert await pictures.fetch(bot, kept(telegram, b"bytes"), "photo")() == b"bytes"
            except NotBrought as error:
                lost.append((method, failure, times, error))
    assert not lost


async def test_who_waits_for_a_picture_is_told_so_until_it_is_there(house: House) -> None:
    chat = house.private(house.anna)
    house.telegram.fail("getFile", 429, "Too Many Requests: retry after 20", retry_after=20)
    asked = await house.ask(house.anna)
    late = await house.said(chat, asked, words="The picture does not come through yet. I keep trying for a moment.")
    async with house.one_more(house.anna) as found:
        house.clock.advance(20)
    await eventually(lambda: not late.alive)
    await house.delivered(found[0].id)


async def test_behind_a_proxy_files_come_through_it_like_all_the_rest(
    unopened: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        async with aiohttp.ClientSession(auto_decompress=False) as onwards:
            address = str(request.url).replace("http://telegram.invalid", house.telegram.base_url.removesuffix("/bot"))
            sent = {key: value for key, value in request.headers.items() if key == "Content-Type"}
            async with onwards.request(request.method, address, data=await request.read(), headers=sent) as answer:
                return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    house = unopened
    proxy = web.Server(forward)
    runner = web.ServerRunner(proxy, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{runner.addresses[0][1]}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    behind = "http://telegram.invalid"
    house.sections = {"telegram": {"base_url": f"{behind}/bot", "base_file_url": f"{behind}/file/bot"}}
    try:
        await house.open()
        assert (await house.painted(house.anna)).photo is not None
    finally:
        await house.close()
        await runner.cleanup()
    assert any("/file/bot" in address for address in asked)
    assert any("/getUpdates" in address for address in asked)


def test_files_come_from_the_one_configured_server_alone() -> None:
    assert origins(Config()) == ("https://api.telegram.org/file/bot",)
    own = Config.model_validate({"telegram": {"base_file_url": "http://127.0.0.1:8081/file/bot"}})
    source = Source(origins(own))
    assert source.has("http://127.0.0.1:8081/file/bot1:A/photos/file_1.jpg")
    assert not source.has("https://api.telegram.org/file/bot1:A/photos/file_1.jpg")
    assert not source.has("http://127.0.0.1:8082/file/bot1:A/photos/file_1.jpg")


# ---- from the disk, in local mode -------------------------------------------------------------------------------


@pytest.fixture
async def local(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[ExtBot[None]]:
    telegram.api.shelf.local = tmp_path
    addresses = {"base_url": telegram.base_url, "base_file_url": telegram.base_file_url}
    async with ExtBot(TOKEN, **addresses, local_mode=True) as found:
        yield found


async def test_ones_own_server_hands_over_files_of_any_size_on_the_disk(
    telegram: FakeTelegram, local: ExtBot[None], source: Source
) -> None:
    pictures, data = Pictures(source, max_bytes=LIMIT, local=True), bytes(JUST_TOO_LARGE)
    assert await pictures.fetch(local, kept(telegram, data), "photo")() == data


async def test_the_admins_limit_holds_on_the_disk_as_well(
    telegram: FakeTelegram, local: ExtBot[None], source: Source
) -> None:
    pictures = Pictures(source, max_bytes=4, local=True)
    wanted = kept(telegram, b"bytes", size=3)
    assert (await refusal(pictures, local, wanted)).facts == {"found": 5, "limit": 4}


def cleaned_away(path: Path) -> None:
    path.unlink()


def made_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def made_unreadable(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


@pytest.mark.parametrize("change", [cleaned_away, made_a_pipe, made_unreadable])
async def test_a_file_that_is_none_any_more_is_not_waited_for(
    telegram: FakeTelegram, local: ExtBot[None], source: Source, change: Callable[[Path], None]
) -> None:
    pictures, media = Pictures(source, max_bytes=LIMIT, local=True), kept(telegram, b"bytes")
    change(Path(telegram.api.shelf.get(media.file_id).path))
    assert (await refusal(pictures, local, media)).code in ("gone", "unreachable")


async def test_without_local_mode_no_file_of_the_disk_is_read(
    telegram: FakeTelegram, tmp_path: Path, bot: ExtBot[None], source: Source
) -> None:
    telegram.api.shelf.local = tmp_path
    pictures = Pictures(source, max_bytes=LIMIT, local=False)
    assert (await refusal(pictures, bot, kept(telegram, b"bytes"))).code == "unreachable"


# ---- through the whole chain ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mime", "name"), [("image/heic", None), ("application/octet-stream", "IMG_1.HEIC"), (None, "IMG_1.heif")]
)
async def test_a_phones_own_pictures_are_known_by_their_type_or_name(
    house: House, mime: str | None, name: str | None
) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_document(
            house.anna,
            house.private(house.anna),
            (DATA / "quadrants.heic").read_bytes(),
            "/stylize ink size=64",
            mime=mime,
            name=name,
        )
    assert (found[0].request.width, found[0].request.height) == (64, 48)


async def test_a_file_that_is_too_large_is_refused_in_words_that_say_how_large(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_document(house.anna, chat, picture(), "/stylize ink", size=JUST_TOO_LARGE)
    refused = await house.said(chat, sent)
    assert "too large" in refused.words
    assert "at most 20 MB" in refused.words
    assert not house.telegram.calls("getFile")


async def test_in_local_mode_the_largest_file_is_painted(unopened: House, tmp_path: Path) -> None:
    unopened.telegram.api.shelf.local = tmp_path / "server"
    await unopened.open()
    try:
        async with unopened.one_more(unopened.anna) as found:
            await unopened.telegram.send_document(
                unopened.anna, unopened.private(unopened.anna), picture(), "/stylize ink size=96"
            )
        await unopened.delivered(found[0].id)
    finally:
        await unopened.close()


async def test_something_happens_in_sight_while_pictures_are_fetched(house: House) -> None:
    hold = house.telegram.hold("file")
    chat = house.private(house.anna)
    begun = await house.ask(house.anna)
    await house.telegram.say(house.anna, chat, "/quota")  # waits its turn
    asked = await house.telegram.say(house.bert, house.private(house.bert), "/quota")
    await house.said(house.private(house.bert), asked)  # others don't
    await eventually(lambda: len(chat.actions) == 1)
    house.clock.advance(5)
    await eventually(lambda: len(chat.actions) == 2)
    assert [one for one in house.telegram.from_bot(chat) if one.id > begun.id] == []
    async with house.one_more(house.anna):
        hold.release()


async def test_in_a_topic_it_happens_there(house: House) -> None:
    hold = house.telegram.hold("file")
    async with house.one_more(house.anna):
        await house.ask(house.anna, house.forum, thread=house.paintings)
        await eventually(lambda: house.forum.actions)
        hold.release()
    assert set(house.forum.actions) == {("upload_photo", house.paintings)}
