"""`@bot name` in any chat: styles and one's own paintings, as pictures that Telegram has already."""

from __future__ import annotations

import asyncio

import pytest
from telegram.constants import InlineQueryLimit, InlineQueryResultLimit

from bot.adapters.telegram.inline import upload_presets
from bot.presets import Presets
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import BOT_USERNAME, Chat


def kinds(query) -> list[str]:
    return [f"{result['type']}:{result['id'][0]}" for result in query.results]


@pytest.fixture
def shelf(unopened: House) -> Chat:
    """A channel for the styles' pictures, which the bot is told of at its start."""
    channel = unopened.telegram.channel("Styles", unopened.owner)
    unopened.sections["telegram"] = {"inline_chat": channel.id}
    return channel


async def uploaded(house: House) -> None:
    """Wait until each style has its picture; the pauses between them are passed over."""

    async def done() -> bool:
        house.clock.advance(60)
        return await house.studio.styles_not_uploaded("telegram") == ()

    await eventually(done)


async def test_without_pictures_the_styles_are_offered_as_texts(house):
    query = await house.telegram.inline(house.anna, "")
    assert kinds(query) == ["article:s"] * 4
    assert query.results[0]["title"] == "Ink on paper"
    assert "Ink on paper" in query.results[0]["input_message_content"]["message_text"]
    assert query.values["is_personal"]
    assert query.values["cache_time"] <= 10
    assert all(InlineQueryResultLimit.MIN_ID_LENGTH <= len(each["id"].encode()) <= 64 for each in query.results)


async def test_with_pictures_they_are_photos_that_lead_to_a_painting(shelf, house):
    await uploaded(house)
    query = await house.telegram.inline(house.anna, "ink")
    (result,) = query.results
    assert result["type"] == "photo"
    assert result["photo_file_id"]
    assert "A. Painter" in result["caption"]
    ((button,),) = result["reply_markup"]["inline_keyboard"]
    assert button["url"].startswith(f"https://t.me/{BOT_USERNAME}?start=style-")
    payload = button["url"].partition("start=")[2]
    assert len(payload) <= 64
    chat = house.private(house.bert)
    answer = await house.said(chat, await house.telegram.say(house.bert, chat, f"/start {payload}"))
    assert "Ink on paper" in answer.words


async def test_ones_own_last_paintings_come_first_and_nobody_elses(house):
    await house.painted(house.anna, text="oil size=96")
    await house.painted(house.anna, house.group, text="ink size=96")
    assert kinds(await house.telegram.inline(house.anna, ""))[:3] == ["photo:j", "photo:j", "article:s"]
    assert "photo:j" not in kinds(await house.telegram.inline(house.bert, ""))
    found = await house.telegram.inline(house.anna, "oil")
    assert kinds(found) == ["photo:j", "article:s"]
    newest = (await house.telegram.inline(house.anna, "")).results[0]
    assert newest["id"] == f"j:{(await house.newest(house.anna)).id}"
    ((button,),) = newest["reply_markup"]["inline_keyboard"]
    assert button["url"] == f"https://t.me/{BOT_USERNAME}"


async def test_films_and_deleted_paintings_are_not_offered(house):
    result = await house.painted(house.anna)
    async with house.one_more(house.anna) as jobs:
        await house.press(house.anna, result, "film")
    await house.delivered(jobs[0].id)
    assert kinds(await house.telegram.inline(house.anna, "")).count("photo:j") == 1
    await house.press(house.anna, result, "delete")
    await eventually(lambda: not result.alive)
    assert "photo:j" not in kinds(await house.telegram.inline(house.anna, ""))


async def test_what_means_nothing_finds_nothing(house):
    query = await house.telegram.inline(house.anna, "zzzzzz")
    assert query.results == []


@pytest.mark.parametrize("offset", ["nonsense", "-5", "9" * 60, "٣"])
async def test_pages_that_nobody_was_given_are_answered(house, offset):
    query = await house.telegram.inline(house.anna, "", offset=offset)
    assert isinstance(query.results, list)


async def test_many_styles_come_in_pages(unopened):
    folder = unopened.folder / "many"
    folder.mkdir()
    lines = []
    for number in range(120):
        (folder / f"s{number}.jpg").write_bytes(picture(number, (64, 64), "JPEG"))
        lines.append(f'[s{number}]\ntitle = "Style {number}"\nfile = "s{number}.jpg"\n')
    (folder / "styles.toml").write_text("\n".join(lines), encoding="utf-8")
    unopened.presets = Presets.load(folder, shipped=None)
    try:
        await unopened.open()
        offset, seen = "", []
        while True:
            query = await unopened.telegram.inline(unopened.anna, "", offset=offset)
            assert len(query.results) <= InlineQueryLimit.RESULTS
            seen += [each["title"] for each in query.results]
            offset = query.values.get("next_offset", "")
            if not offset:
                break
        assert len(seen) == len(set(seen)) == 120
    finally:
        await unopened.close()


async def test_a_picture_that_telegram_does_not_know_any_more_keeps_no_style_away(house):
    await house.painted(house.anna)
    await house.studio.style_uploaded("telegram", "ink", "AgAC-of-another-bot")
    house.telegram.fail("answerInlineQuery", 400, "Bad Request: DOCUMENT_INVALID")
    query = await house.telegram.inline(house.anna, "ink")
    assert kinds(query) == ["article:s"]


async def test_answers_that_come_too_late_harm_nobody(house):
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    house.telegram.fail("answerInlineQuery", 400, late)
    first = asyncio.create_task(house.telegram.inline(house.anna, ""))
    await eventually(lambda: house.telegram.calls("answerInlineQuery"))
    first.cancel()
    assert kinds(await house.telegram.inline(house.anna, "ink")) == ["article:s"]


# ---- the styles' pictures ----------------------------------------------------------------------------------------


async def test_each_style_is_posted_once_silently_and_over_restarts(shelf, house):
    await uploaded(house)
    posts = house.telegram.from_bot(shelf)
    assert len(posts) == 4
    assert all(post.silent and post.photo is not None for post in posts)
    await house.restart()
    await uploaded(house)
    assert len(house.telegram.from_bot(shelf)) == 4


async def test_what_a_stop_interrupted_the_next_start_goes_on_with(shelf, house):
    await eventually(lambda: house.telegram.from_bot(shelf))
    await house.restart()
    await uploaded(house)
    posts = house.telegram.from_bot(shelf)
    assert len({post.words for post in posts}) == 4
    assert len(posts) <= 5, "only what was on its way, and not yet noted, may be posted again"


class Uploads:
    """Uploads that are begun by a test, with the waits that they asked for."""

    def __init__(self, house: House) -> None:
        self.house, self.waited = house, list[float]()
        self.channel = house.telegram.channel("Styles", house.owner)

    async def go(self) -> int:
        app = self.house.adapter._app
        assert app is not None
        await upload_presets(app.bot, self.house.studio, self.channel.id, sleep=self._sleep)
        return len(self.house.telegram.from_bot(self.channel))

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def uploads(house: House) -> Uploads:
    return Uploads(house)


async def test_a_flood_is_sat_out_and_nothing_comes_twice(house, uploads):
    house.telegram.fail("sendPhoto", 429, "Too Many Requests: retry after 9", retry_after=9)
    assert await uploads.go() == 4
    assert 9 in uploads.waited
    assert len(uploads.waited) == 5


async def test_a_picture_that_telegram_does_not_take_stops_no_other(house, uploads):
    house.telegram.fail("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    assert await uploads.go() == 3
    assert len(await house.studio.styles_not_uploaded("telegram")) == 1


@pytest.mark.parametrize(
    ("code", "description"),
    [(403, "Forbidden: bot was kicked from the channel chat"), (400, "Bad Request: chat not found")],
)
async def test_a_chat_that_takes_nothing_is_left_alone(house, uploads, code, description):
    house.telegram.fail("sendPhoto", code, description, times=1000)
    assert await uploads.go() == 0
    assert len(house.telegram.calls("sendPhoto")) == 1


async def test_a_lost_connection_is_tried_again_and_then_left_to_the_next_start(house, uploads):
    lost = house.telegram.lose("sendPhoto", performed=False, times=1000)
    assert await uploads.go() == 0
    assert 1 < len(house.telegram.calls("sendPhoto")) < 20
    lost.times = 0
    assert await uploads.go() == 4


async def test_whatever_breaks_is_only_logged(house, uploads, monkeypatch):
    async def broken(*args: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(house.studio, "style_uploaded", broken)
    assert await uploads.go() == 1
