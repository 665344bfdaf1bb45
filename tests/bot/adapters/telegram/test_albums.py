"""Albums, whose pictures come one by one: gathered, put in order, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from telegram import Update

from bot.adapters.telegram import albums as module
from bot.adapters.telegram.albums import Albums
from bot.model import Job
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


# ---- a painting of each of its photos ---------------------------------------------------------------------------


def sizes(jobs: Sequence[Job]) -> list[tuple[int, int]]:
    """Of the photos of jobs, oldest first."""
    return [(job.request.width, job.request.height) for job in reversed(jobs)]


THREE = [*PICTURES, picture(3, size=(60, 90))]
THREE_SIZES = [PHOTO_SIZE, (80, 80), (60, 90)]


@pytest.mark.parametrize("caption", ["ink size=96", "/stylize ink size=96"])
async def test_with_a_style_below_an_album_each_of_its_photos_is_painted(house: House, caption: str) -> None:
    chat = house.private(house.anna)
    first, *_ = await house.telegram.send_album(house.anna, chat, THREE, caption)
    said = await house.said(chat, first, words="I paint your 3 photos; each has a message of its own")
    jobs = await house.jobs(house.anna)
    assert sizes(jobs) == THREE_SIZES
    assert all([style.preset for style in job.request.styles] == ["ink"] for job in jobs)
    for job in jobs:
        await house.delivered(job.id)
    assert len({(await house.result_of(job.id)).id for job in jobs}) == 3
    assert said.alive


async def test_an_album_after_a_style_was_chosen_is_painted_in_it(house: House) -> None:
    chat = house.private(house.anna)
    begun = await house.telegram.say(house.anna, chat, "/stylize oil size=96")
    asks = await house.said(chat, begun, words="photo")
    first, *_ = await house.telegram.send_album(house.anna, chat, PICTURES)
    await house.said(chat, first, words="I paint your 2 photos")
    assert sizes(await house.jobs(house.anna)) == THREE_SIZES[:2]
    await eventually(lambda: not asks.alive)


async def test_of_an_album_as_many_photos_are_painted_as_the_quota_allows(unopened: House) -> None:
    house = unopened
    house.sections["limits"] = {"paintings_a_day": 2}
    try:
        await house.open()
        chat = house.private(house.anna)
        first, *_ = await house.telegram.send_album(house.anna, chat, [*THREE, picture(4)], "ink size=96")
        said = await house.said(chat, first, words="I paint 2 of your 4 photos")
        assert "The last 2 photos are left out: Your 2 paintings for today are used up" in said.words
        jobs = await house.jobs(house.anna)
        assert sizes(jobs) == THREE_SIZES[:2]
        for job in jobs:
            await house.delivered(job.id)
        again, *_ = await house.telegram.send_album(house.anna, chat, PICTURES, "ink size=96")
        refusal = await house.said(chat, again)
        assert "used up" in refusal.words
        assert "of your" not in refusal.words
    finally:
        await house.close()


async def test_a_photo_of_an_album_that_cannot_be_painted_is_left_out_alone(house: House) -> None:
    chat, photos = house.private(house.anna), [PICTURES[0], b"no picture", PICTURES[1]]
    first, *_ = await house.telegram.send_album(house.anna, chat, photos, "ink size=96", documents=True)
    said = await house.said(chat, first, words="I paint 2 of your 3 photos")
    assert "Photo 2 is left out: " in said.words
    assert sizes(await house.jobs(house.anna)) == THREE_SIZES[:2]


async def test_each_painting_of_an_album_survives_a_power_cut(house: House) -> None:
    house.environment["FAKE_ENGINE_SECONDS"] = "0.3"
    chat = house.private(house.anna)
    first, *_ = await house.telegram.send_album(house.anna, chat, PICTURES, "ink size=96")
    await house.said(chat, first, words="I paint your 2 photos")
    states = await house.cut_power()
    assert len(states) == 2
    await house.restart()
    for job_id in states:
        await house.delivered(job_id)


async def test_a_reply_to_an_album_as_a_whole_is_for_all_its_photos(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # else it never saw the album
    first, second, _ = await house.telegram.send_album(house.bert, house.group, THREE)
    words = house.command(house.group, text="ink size=96")
    asked = await house.telegram.say(house.anna, house.group, words, reply_to=first)
    await house.said(house.group, asked, words="I paint your 3 photos")
    assert sizes(await house.jobs(house.anna)) == THREE_SIZES
    async with house.one_more(house.maud) as found:
        await house.telegram.say(house.maud, house.group, words, reply_to=second)
    assert sizes(found) == [(80, 80)]
    assert len(await house.jobs(house.maud)) == 1


async def test_ones_own_picture_is_the_style_of_a_whole_album_that_is_replied_to(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")
    first, _ = await house.telegram.send_album(house.bert, house.group, PICTURES)
    asked = await house.ask(house.anna, house.group, "size=96", photo=picture(9), reply_to=first)
    await house.said(house.group, asked, words="I paint your 2 photos")
    jobs = await house.jobs(house.anna)
    assert sizes(jobs) == THREE_SIZES[:2]
    [[one], [other]] = [job.request.styles for job in jobs]
    assert one.digest == other.digest


async def test_with_a_share_for_the_style_an_album_is_photo_and_style(house: House) -> None:
    async with house.one_more(house.anna) as found:
        chat = house.private(house.anna)
        await house.telegram.send_album(house.anna, chat, PICTURES, "oil blend=30 size=96")
    assert sizes(found) == [PHOTO_SIZE]
    assert [style.preset for style in found[0].request.styles] == [None, "oil"]


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
