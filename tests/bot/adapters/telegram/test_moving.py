"""What moves is painted frame by frame, in whichever way Telegram brings it, and comes back moving."""

from __future__ import annotations

import pytest
from PIL import Image

from bot.model import Job
from nst_engine.film import make_animation
from tests.bot import films
from tests.bot.adapters.telegram.conftest import House, picture
from tests.bot.adapters.telegram.posting import film
from tests.bot.adapters.telegram.test_asking import nothing_more
from tests.telegram_api.world import Message

COLORS = ("teal", "orange", "navy")


def clip() -> bytes:
    """An MP4 of three frames."""
    return make_animation([Image.new("RGB", (96, 72), color) for color in COLORS], 8, "mp4").data


CLIP = clip()


def moves(job: Job) -> tuple[str, int]:
    """What became of a wish, and of how many frames."""
    return job.task, job.request.frames


async def moving_result(house: House, job: Job) -> Message:
    """The message with a job's animation."""
    await house.delivered(job.id)
    result = await house.result_of(job.id)
    assert result.animation is not None
    return result


@pytest.mark.parametrize("kind", ["animation", "video", "document", "gif"])
async def test_a_film_with_the_command_below_it_is_painted(house: House, kind: str) -> None:
    chat, words = house.private(house.anna), "/stylize ink size=96"
    async with house.one_more(house.anna) as found:
        if kind == "animation":
            await house.telegram.send_animation(house.anna, chat, CLIP, words)
        elif kind == "video":
            await house.telegram.send_video(house.anna, chat, CLIP, words)
        elif kind == "document":
            await house.telegram.send_document(house.anna, chat, CLIP, words, mime="video/mp4", name="a.mp4")
        else:
            await house.telegram.send_document(house.anna, chat, film(), words, mime="image/gif", name="a.gif")
    assert moves(found[0]) == ("animate", 2 if kind == "gif" else 3)
    await moving_result(house, found[0])


async def test_a_video_message_waits_for_its_style(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_other(house.anna, chat, "video_note", CLIP)
    gallery = await house.said(chat, sent)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert moves(found[0]) == ("animate", 3)
    await moving_result(house, found[0])


async def test_it_is_said_how_much_of_a_film_is_painted_and_what_that_counts_as(house: House) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_animation(house.anna, house.private(house.anna), CLIP, "/stylize ink size=96")
    await house.delivered(found[0].id)
    [status] = house.telegram.calls("sendMessage")
    assert "It moves: 3 frames" in status.params["text"]
    assert "counts as 1 painting." in status.params["text"]


async def test_a_command_takes_the_film_that_it_replies_to(house: House) -> None:
    theirs = await house.telegram.send_animation(house.bert, house.group, CLIP)
    async with house.one_more(house.anna) as found:
        words = house.command(house.group, text="ink size=96")
        await house.telegram.say(house.anna, house.group, words, reply_to=theirs)
    assert moves(found[0]) == ("animate", 3)
    assert (await moving_result(house, found[0])).mentioned == [house.anna.id]


@pytest.mark.parametrize("film_first", [True, False])
async def test_of_an_album_what_moves_is_the_photo(house: House, film_first: bool) -> None:
    items = [CLIP, picture(2)] if film_first else [picture(2), CLIP]
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(
            house.anna,
            house.private(house.anna),
            items,
            "/stylize size=96",
            videos=[0 if film_first else 1],
        )
    assert moves(found[0]) == ("animate", 3)
    assert [style.preset for style in found[0].request.styles] == [None]


async def test_a_film_that_was_painted_may_be_painted_again_by_a_reply(house: House) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_animation(house.anna, chat, CLIP, "/stylize ink size=96")
    result = await moving_result(house, found[0])
    async with house.one_more(house.anna) as again:
        await house.telegram.say(house.anna, chat, "/stylize oil size=96", reply_to=result)
    assert moves(again[0]) == ("animate", 3)


async def test_in_groups_a_film_in_reply_is_applause_unless_one_was_asked_for(house: House) -> None:
    result = await house.painted(house.anna, house.group)
    praise = await house.telegram.send_animation(house.bert, house.group, CLIP, reply_to=result)
    await nothing_more(house, house.bert, house.group, praise)
    begun = await house.telegram.say(house.bert, house.group, house.command(house.group))
    asks = await house.said(house.group, begun)
    sent = await house.telegram.send_animation(house.bert, house.group, CLIP, reply_to=asks)
    await house.said(house.group, sent)


async def test_a_film_that_is_too_large_is_refused_with_the_limit(house: House) -> None:
    chat = house.private(house.anna)
    file = {"mime": "video/mp4", "name": "a.mp4", "size": 30_000_000}
    sent = await house.telegram.send_document(house.anna, chat, CLIP, "/stylize ink", **file)
    refused = (await house.said(chat, sent)).words
    assert "too large a file" in refused
    assert "at most 20 MB" in refused
    assert not house.telegram.calls("getFile")


async def test_a_film_is_no_style_to_keep(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_animation(house.anna, chat, CLIP, "/savestyle dance")
    assert "dance" not in (await house.said(chat, sent)).words


async def test_a_clip_with_a_sound_comes_back_as_a_video_that_has_it(house: House) -> None:
    chat, clip = house.private(house.anna), films.talkie(4)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_video(house.anna, chat, clip, "/stylize ink size=96")
    await house.delivered(found[0].id)
    result = await house.result_of(found[0].id)
    assert result.animation is None
    assert result.video is not None
    packets = films.heard(result.video)[1]
    assert packets == films.heard(clip)[1][: len(packets)] != []
    [call] = house.telegram.calls("sendVideo")
    assert call.params["supports_streaming"]

    first = (await house.telegram.inline(house.anna, "")).results[0]
    assert (first["type"], first["id"]) == ("video", f"j:{found[0].id}")
    assert (await house.telegram.choose(house.anna, house.group, first)).video == result.video
    async with house.one_more(house.anna) as again:
        await house.telegram.say(house.anna, chat, "/stylize oil size=96", reply_to=result)
    assert (moves(again[0]), again[0].request.sound) == (("animate", 4), True)


async def test_a_moving_painting_may_be_sent_into_any_chat(house: House) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_animation(house.anna, house.private(house.anna), CLIP, "/stylize ink size=96")
    result = await moving_result(house, found[0])
    first = (await house.telegram.inline(house.anna, "")).results[0]
    assert (first["type"], first["id"]) == ("mpeg4_gif", f"j:{found[0].id}")
    sent = await house.telegram.choose(house.anna, house.group, first)
    assert sent.animation == result.animation
