"""Every natural way to ask for a painting: words, pictures and replies, at once and bit by bit."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import Job
from bot.presets import Presets
from tests.bot.adapters.telegram.conftest import QUIET_SECONDS, House, eventually, picture
from tests.telegram_api.world import Chat, Human, Message

PHOTO, STYLE = picture(1, size=(96, 72)), picture(2, size=(80, 80))
PHOTO_SIZE, STYLE_SIZE = (96, 72), (80, 80)


def painted(job: Job) -> tuple[int, int]:
    """The size of the picture that was taken for the photo: it tells which one that was."""
    return job.request.width, job.request.height


def styles(job: Job) -> list[str | None]:
    """The presets of a job; None for a picture."""
    return [style.preset for style in job.request.styles]


async def nothing_more(house: House, who: Human, where: Chat, after: Message) -> None:
    """What one person says in one chat is served in its order: ask something else, and only that is answered."""
    asked = await house.telegram.say(who, where, house.command(where, "privacy"))
    answer = await house.said(where, asked)
    assert house.sent_since(where, after) == [answer]


# ---- a command with its picture ---------------------------------------------------------------------------------


async def test_a_photo_with_the_command_below_it_becomes_a_painting(house: House) -> None:
    result = await house.painted(house.anna, text="oil strength=70 size=96")
    job = await house.newest(house.anna)
    assert result.photo is not None
    assert (styles(job), job.request.options.strength) == (["oil"], 70)


async def test_a_document_keeps_its_full_quality(house: House) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_document(house.anna, house.private(house.anna), PHOTO, "/stylize ink size=96")
    assert painted(found[0]) == PHOTO_SIZE


@pytest.mark.parametrize("caption_on", [0, 1])
async def test_an_album_is_photo_and_style_whichever_bears_the_command(house: House, caption_on: int) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(
            house.anna, chat, [PHOTO, STYLE], "/stylize strength=60 size=96", caption_on=caption_on
        )
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None])
    assert found[0].request.options.strength == 60


async def test_an_album_of_documents_does_as_well(house: House) -> None:
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(
            house.anna, house.private(house.anna), [PHOTO, STYLE], "/stylize size=96", documents=True
        )
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None])


# ---- replies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["photo", "document", "sticker"])
async def test_a_command_takes_the_picture_that_it_replies_to(house: House, kind: str) -> None:
    telegram, group = house.telegram, house.group
    send = {"photo": telegram.send_photo, "document": telegram.send_document, "sticker": telegram.send_sticker}[kind]
    theirs = await send(house.bert, group, picture(1, kind="WEBP") if kind == "sticker" else PHOTO)
    assert not theirs.reached_bot, "privacy mode keeps it away"
    async with house.one_more(house.anna) as found:
        await telegram.say(house.anna, group, house.command(group, text="ink size=96"), reply_to=theirs)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, ["ink"])


async def test_ones_own_picture_is_the_style_of_the_one_that_is_replied_to(house: House) -> None:
    theirs = await house.telegram.send_photo(house.bert, house.group, PHOTO)
    job = await house.stylize(house.anna, house.group, "size=96", photo=STYLE, reply_to=theirs)
    assert (painted(job), styles(job)) == (PHOTO_SIZE, [None])


@pytest.mark.parametrize(("words", "expected"), [("size=96", (PHOTO_SIZE, [None])), ("ink", (STYLE_SIZE, ["ink"]))])
async def test_a_reply_to_an_album_takes_both_or_with_a_style_named_the_one_replied_to(
    house: House, words: str, expected: tuple[tuple[int, int], list[str | None]]
) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # else it never saw the album
    _, second = await house.telegram.send_album(house.bert, house.group, [PHOTO, STYLE])
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, house.group, house.command(house.group, text=words), reply_to=second)
    assert (painted(found[0]), styles(found[0])) == expected
    assert not await house.jobs(house.bert)


async def test_a_painting_may_be_painted_again_by_a_reply(house: House) -> None:
    result = await house.painted(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, result.chat, "/stylize oil size=96", reply_to=result)
    assert styles(found[0]) == ["oil"]


async def test_nobody_wants_the_gallery_itself_painted(house: House) -> None:
    chat = house.private(house.anna)
    photo = await house.telegram.send_photo(house.anna, chat, PHOTO)
    gallery = await house.said(chat, photo)
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "/stylize ink size=96", reply_to=gallery)
    assert painted(found[0]) == PHOTO_SIZE


# ---- bit by bit -------------------------------------------------------------------------------------------------


async def test_the_command_alone_asks_for_a_photo_and_then_for_a_style(house: House) -> None:
    chat = house.private(house.anna)
    begun = await house.telegram.say(house.anna, chat, "/stylize")
    asks = await house.said(chat, begun, words="photo")
    photo = await house.telegram.send_photo(house.anna, chat, PHOTO)
    gallery = await house.said(chat, photo)
    assert gallery.photo is not None
    assert {"1", "2"} <= set(gallery.buttons)
    await eventually(lambda: not asks.alive)  # only one message shows how the draft stands
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, "oil size=96")
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, ["oil"])
    await house.delivered(found[0].id)
    await eventually(lambda: not gallery.alive)


async def test_a_draft_survives_a_restart(house: House) -> None:
    chat = house.private(house.anna)
    begun = await house.telegram.say(house.anna, chat, "/stylize strength=80 size=96")
    await house.said(chat, begun)
    await house.restart()
    photo = await house.telegram.send_photo(house.anna, chat, PHOTO)
    gallery = await house.said(chat, photo)
    await house.restart()
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert (painted(found[0]), found[0].request.options.strength) == (PHOTO_SIZE, 80)


async def test_a_picture_in_private_is_answered_with_the_gallery(house: House) -> None:
    chat = house.private(house.anna)
    photo = await house.telegram.send_document(house.anna, chat, PHOTO)
    gallery = await house.said(chat, photo, words="photo")
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, gallery, "style_pick")
    assert styles(found[0]) == ["ink"]


@pytest.mark.parametrize("album", [False, True])
async def test_two_pictures_are_photo_and_style_one_after_the_other_or_together(house: House, album: bool) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        if album:
            await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE])
        else:
            await house.telegram.send_photo(house.anna, chat, PHOTO)
            await house.telegram.send_photo(house.anna, chat, STYLE)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None])


async def test_in_groups_the_question_is_answered_by_replies(house: House) -> None:
    begun = await house.telegram.say(house.anna, house.group, house.command(house.group))
    asks = await house.said(house.group, begun)
    [call] = house.telegram.calls("sendMessage")
    assert call.params["reply_markup"] == {"force_reply": True, "selective": True}
    photo = await house.telegram.send_photo(house.anna, house.group, PHOTO, reply_to=asks)
    assert photo.reached_bot
    gallery = await house.said(house.group, photo)
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, house.group, "ink size=96", reply_to=gallery)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, ["ink"])


async def test_in_groups_what_is_not_meant_for_the_bot_is_left_alone(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # it hears everything
    begun = await house.telegram.send_photo(house.anna, house.group, PHOTO)
    await house.telegram.say(house.anna, house.group, "what a photo")
    await house.telegram.say(house.anna, house.group, "/stylize@another_bot ink", reply_to=begun)
    await house.telegram.send_video(house.anna, house.group, b"video")
    await house.telegram.send_sticker(house.anna, house.group, b"lottie", animated=True)
    await nothing_more(house, house.anna, house.group, begun)
    *_, last = await house.telegram.send_album(house.anna, house.group, [PHOTO, STYLE])
    await asyncio.sleep(2 * QUIET_SECONDS)
    await nothing_more(house, house.anna, house.group, last)
    assert not await house.jobs(house.anna)


async def test_in_groups_people_may_talk_about_a_painting(house: House) -> None:
    result = await house.painted(house.anna, house.group)
    praise = await house.telegram.say(house.bert, house.group, "beautiful!", reply_to=result)
    await house.telegram.send_video(house.bert, house.group, b"me, clapping", reply_to=result)
    await nothing_more(house, house.bert, house.group, praise)
    film = await house.telegram.send_video(house.bert, house.group, b"all of us", album="77", reply_to=result)
    await asyncio.sleep(2 * QUIET_SECONDS)
    await nothing_more(house, house.bert, house.group, film)


async def test_in_private_words_without_a_draft_get_help(house: House) -> None:
    chat = house.private(house.anna)
    for words, told in (("hello", "/help"), ("/unheard_of", "/help")):
        said = await house.telegram.say(house.anna, chat, words)
        assert told in (await house.said(chat, said)).words


# ---- edited and forwarded ---------------------------------------------------------------------------------------


async def test_a_refused_wish_may_be_corrected_in_place(house: House) -> None:
    asked = await house.ask(house.anna, text="ink strength=700")
    refusal = await house.said(asked.chat, asked)
    assert "700" in refusal.words
    async with house.one_more(house.anna) as found:
        await house.telegram.edit(house.anna, asked, caption="/stylize ink strength=70 size=96")
    assert found[0].request.options.strength == 70


async def test_a_wish_that_was_served_is_not_served_again_when_it_is_edited(house: House) -> None:
    result = await house.painted(house.anna)
    [asked] = [one for one in house.telegram.messages(result.chat) if one.sender is house.anna]
    await house.telegram.edit(house.anna, asked, caption="/stylize oil size=96")
    await house.telegram.edit(house.anna, asked, caption="just a photo")
    await nothing_more(house, house.anna, result.chat, result)
    assert len(await house.jobs(house.anna)) == 1


async def test_forwarded_messages_bring_pictures_but_no_commands(house: House) -> None:
    chat = house.private(house.anna)
    sent = await house.telegram.send_photo(house.anna, chat, PHOTO, "/stylize ink", forwarded=True)
    gallery = await house.said(chat, sent)
    assert "style_pick" in str(gallery.data)
    said = await house.telegram.say(house.anna, chat, "/stylize ink", forwarded=True)
    assert "/help" in (await house.said(chat, said)).words
    assert not await house.jobs(house.anna)


async def test_a_forwarded_album_is_photo_and_style(house: House) -> None:
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_album(house.anna, chat, [PHOTO, STYLE], "/stylize ink", forwarded=True)
    assert (painted(found[0]), styles(found[0])) == (PHOTO_SIZE, [None])


# ---- at once ----------------------------------------------------------------------------------------------------


async def test_two_people_ask_in_one_group_at_once(house: House) -> None:
    photos = {house.anna: PHOTO, house.bert: STYLE}
    begun = [await house.telegram.say(who, house.group, house.command(house.group)) for who in photos]
    asks: dict[Human | None, Message] = {}

    def are_both_asked() -> bool:
        asks.update({one.reply_to.sender: one for one in house.telegram.from_bot(house.group) if one.reply_to in begun})
        return set(photos) <= set(asks)

    await eventually(are_both_asked)
    async with house.one_more(house.anna) as annas, house.one_more(house.bert) as berts:
        for who, photo in photos.items():
            await house.telegram.send_photo(
                who, house.group, photo, house.command(house.group, text="ink size=96"), reply_to=asks[who]
            )
    assert (painted(annas[0]), painted(berts[0])) == (PHOTO_SIZE, STYLE_SIZE)
    for job in (*annas, *berts):
        await house.delivered(job.id)
        assert (await house.result_of(job.id)).mentioned == [int(job.person.id)]


# ---- what styles are called -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sternenfluss", ["starry-river"]),
        ("river of dots", ["river-dots"]),
        ("mosaic woodcut", ["mosaic", "woodcut"]),
        ("Mosaik und Holzschnitt", ["mosaic", "woodcut"]),
        ("5", ["stained-glass"]),
        ("mosiac", ["mosaic"]),
    ],
)
async def test_styles_go_by_titles_numbers_and_slips_and_several_at_once(
    house: House, text: str, expected: list[str]
) -> None:
    house.studio._context.presets = Presets.load()
    chat = house.private(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, chat, PHOTO, f"/stylize {text} size=96")
    assert styles(found[0]) == expected
    photo = await house.telegram.send_photo(house.anna, chat, picture(9))
    await house.said(chat, photo)
    async with house.one_more(house.anna) as found:
        await house.telegram.say(house.anna, chat, f"{text} size=96")
    assert styles(found[0]) == expected


async def test_a_refused_style_leads_to_the_gallery(house: House) -> None:
    chat = house.private(house.anna)
    await house.said(chat, await house.telegram.send_photo(house.anna, chat, PHOTO))
    refused = await house.said(chat, await house.telegram.say(house.anna, chat, "zzz"))
    assert "There is no style called “zzz”" in refused.words
    shown = await house.press(house.anna, refused, "styles")
    assert shown is not None
