"""Albums, whose pictures come one by one: gathered, put in order, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from telegram import Update

from bot.adapters.telegram import albums as module
from bot.adapters.telegram.albums import Albums
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.fakes import FakeClock

PICTURES = [picture(1, size=(96, 72)), picture(2, size=(80, 80))]
PHOTO_SIZE = (96, 72)


# ---- on Telegram ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caption_on", [0, 1])
async def test_an_album_may_come_out_of_order_and_slowly(
    house: House, monkeypatch: pytest.MonkeyPatch, caption_on: int
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.albums.QUIET_SECONDS", 1.0)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(
            house.anna,
            house.private(house.anna),
            PICTURES,
            "/stylize size=96",
            caption_on=caption_on,
            order=[1, 0],
            gap=0.6,
        )
    [job] = found
    assert ((job.request.width, job.request.height), len(job.request.styles)) == (PHOTO_SIZE, 1)
    assert len(await house.jobs(house.anna)) == 1


async def test_nobody_waits_while_an_album_is_gathered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.telegram.albums.QUIET_SECONDS", 600.0)
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, PICTURES, "/stylize size=96")
    asked = await house.telegram.say(house.anna, chat, "/quota")
    await house.said(chat, asked)
    async with house.one_more(house.anna) as found:
        house.clock.advance(600)
    assert found[0].place.message == str(sent[0].id)


async def test_an_album_is_served_before_the_bot_stops(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.telegram.albums.QUIET_SECONDS", 600.0)
    chat = house.private(house.anna)
    await house.telegram.send_album(house.anna, chat, PICTURES, "/stylize size=96")
    await eventually(lambda: house.telegram.updates.pending == 0)
    await house.restart()
    [job] = await house.jobs(house.anna)
    await house.delivered(job.id)


async def test_what_comes_late_completes_the_draft_that_the_rest_began(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, PICTURES, order=[0])
    gallery = await house.said(chat, sent[0])
    async with house.one_more(house.anna) as found:
        house.telegram.arrive(sent[1])
    assert (found[0].request.width, found[0].request.height) == PHOTO_SIZE
    await eventually(lambda: not gallery.alive)


async def test_what_comes_late_for_a_painting_that_was_begun_is_left(house: House) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna):
        sent = await house.telegram.send_album(house.anna, chat, [*PICTURES, picture(3)], order=[0, 1])
    result = await house.result_of((await house.delivered((await house.newest(house.anna)).id)).id)
    house.telegram.arrive(sent[2])
    await eventually(lambda: house.telegram.updates.pending == 0)
    asked = await house.telegram.say(house.anna, chat, "/quota")
    answer = await house.said(chat, asked)
    assert house.sent_since(chat, result) == [answer]
    assert len(await house.jobs(house.anna)) == 1


async def test_a_caption_that_is_edited_asks_for_the_whole_album(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, PICTURES, "/stylize strength=700")
    refusal = await house.said(chat, sent[0])
    assert "700" in refusal.words
    async with house.one_more(house.anna) as found:
        await house.telegram.edit(house.anna, sent[0], caption="/stylize strength=70 size=96")
    assert ((found[0].request.width, found[0].request.height), len(found[0].request.styles)) == (PHOTO_SIZE, 1)


async def test_a_command_that_is_added_while_an_album_still_comes_is_for_all_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.albums.QUIET_SECONDS", 600.0)
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, PICTURES)
    await house.telegram.edit(house.anna, sent[0], caption="/stylize strength=70 size=96")
    await house.said(chat, await house.telegram.say(house.anna, chat, "/quota"))
    async with house.one_more(house.anna) as found:
        house.clock.advance(600)
    assert (found[0].request.options.strength, len(found[0].request.styles)) == (70, 1)


async def test_another_command_below_an_album_takes_its_own_picture_only(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_album(house.anna, chat, PICTURES, "/savestyle dots", caption_on=1)
    saved = await house.said(chat, sent[1], words="dots")
    await asyncio.sleep(2 * module.QUIET_SECONDS)
    assert house.telegram.from_bot(chat) == [saved]


async def test_an_album_without_pictures_gets_one_answer(house: House) -> None:
    chat = house.private(house.anna)
    first = await house.telegram.send_other(house.anna, chat, "audio", b"sound", album="77")
    second = await house.telegram.send_other(house.anna, chat, "audio", b"sound", album="77")
    answer = await house.said(chat, first, words="a sound file")
    await asyncio.sleep(2 * module.QUIET_SECONDS)
    assert house.sent_since(chat, second) == [answer]


# ---- by itself --------------------------------------------------------------------------------------------------


def item(number: int, album: str = "1", chat: int = 5) -> Update:
    """One photo of an album."""
    photo = {"file_id": f"file-{number}", "file_unique_id": f"unique-{number}", "width": 90, "height": 90}
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "media_group_id": album,
        "photo": [photo],
    }
    return Update.de_json({"update_id": number, "message": message}, None)


class Table:
    """Albums, and what became of them."""

    def __init__(self) -> None:
        self.clock, self.served, self.late = FakeClock(), list[list[int]](), list[int]()
        self.albums = Albums(self.clock, self._serve, self._late)

    async def add(self, *numbers: int, album: str = "1", chat: int = 5) -> None:
        for number in numbers:
            self.albums.add(item(number, album, chat))
            await asyncio.sleep(0)
        await settled()

    async def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await settled()

    async def _serve(self, updates: Sequence[Update]) -> None:
        self.served.append([number(update) for update in updates])

    async def _late(self, update: Update) -> None:
        self.late.append(number(update))


def number(update: Update) -> int:
    assert update.message is not None
    return update.message.message_id


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def table() -> Table:
    return Table()


async def test_each_picture_begins_the_wait_anew(table: Table) -> None:
    for which in (3, 1, 2):
        await table.add(which)
        await table.passes(0.9)
    assert table.served == []
    await table.passes(0.2)
    assert table.served == [[1, 2, 3]]


async def test_a_picture_that_comes_twice_counts_once(table: Table) -> None:
    await table.add(1, 2, 1)
    await table.passes(1)
    assert table.served == [[1, 2]]


async def test_albums_of_the_same_name_in_two_chats_are_two(table: Table) -> None:
    await table.add(1, chat=5)
    await table.add(2, chat=6)
    await table.passes(1)
    assert sorted(table.served) == [[1], [2]]


async def test_a_late_picture_is_served_alone_and_remembered(table: Table) -> None:
    await table.add(1)
    await table.passes(1)
    await table.add(2)
    message = item(1).message
    assert message is not None
    assert (table.served, table.late) == ([[1]], [2])
    assert [picture.file_id for picture in table.albums.of(message).values()] == ["file-1", "file-2"]


async def test_albums_are_remembered_for_a_day_and_no_more_than_so_many(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 3)
    for which in range(5):
        await table.add(10 * which, 10 * which + 1, album=str(which))
        await table.passes(1)

    def known(which: int) -> int:
        message = item(10 * which, str(which)).message
        assert message is not None
        return len(table.albums.of(message))

    assert [known(which) for which in range(5)] == [1, 1, 2, 2, 2]
    table.clock.advance(25 * 3600)
    await table.add(90, 91, album="9")
    assert [known(which) for which in range(5)] == [1, 1, 1, 1, 1]


async def test_closing_serves_at_once_what_came(table: Table) -> None:
    await table.add(2, 1)
    await table.albums.close()
    assert table.served == [[1, 2]]
