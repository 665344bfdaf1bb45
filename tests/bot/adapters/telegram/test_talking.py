"""Replies to a painting: words and photos change it, by the person who asked for it; others get its style."""

from __future__ import annotations

import pytest

from bot.model import Job
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Chat, Human, Message

ANOTHER = picture(9, size=(64, 80))
SIZE = (64, 80)


def styles(job: Job) -> list[str | None]:
    """The presets of a job; None for a picture."""
    return [style.preset for style in job.request.styles]


async def replied(house: House, who: Human, painting: Message, words: str) -> Job:
    """Reply to a painting in words, and return the job that becomes of it."""
    async with house.one_more(who) as found:
        await house.telegram.say(who, painting.chat, words, reply_to=painting)
    return found[0]


async def silent(house: House, who: Human, chat: Chat, after: Message) -> None:
    """Nothing was said and nothing asked for: what is asked next is all that is answered."""
    before = await house.jobs(who)
    asked = await house.telegram.say(who, chat, house.command(chat, "privacy"))
    answer = await house.said(chat, asked)
    assert house.sent_since(chat, after) == [answer]
    assert await house.jobs(who) == before


@pytest.fixture(params=["private", "group"])
async def painting(request: pytest.FixtureRequest, house: House) -> Message:
    """A painting of Anna's, in ink."""
    return await house.painted(house.anna, house.group if request.param == "group" else None)


# ---- in words ---------------------------------------------------------------------------------------------------


async def test_stronger_as_a_reply_does_what_the_button_does(house: House, painting: Message) -> None:
    first = await house.newest(house.anna)
    job = await replied(house, house.anna, painting, "Stronger!")
    assert (job.verb, job.parent, job.request.options.strength) == ("stronger", first.id, 55)
    assert job.request.content == first.request.content


async def test_an_option_as_a_reply_keeps_all_the_rest(house: House, painting: Message) -> None:
    first = await house.newest(house.anna)
    job = await replied(house, house.anna, painting, "strength=90")
    assert (job.verb, job.parent) == ("revise", first.id)
    assert (job.request.options.strength, job.request.options.size) == (90, 96)
    assert (job.request.content, styles(job)) == (first.request.content, ["ink"])
    assert job.request.options.seed == first.request.options.seed


async def test_a_style_as_a_reply_repaints_the_photo(house: House, painting: Message) -> None:
    first = await house.newest(house.anna)
    job = await replied(house, house.anna, painting, "oil")
    assert (job.request.content, styles(job)) == (first.request.content, ["oil"])
    assert (job.request.options.strength, job.request.options.size) == (40, 96)


async def test_a_command_as_a_reply_says_the_same(house: House, painting: Message) -> None:
    first = await house.newest(house.anna)
    kept = await replied(house, house.anna, painting, house.command(painting.chat, text="strength=90"))
    assert (kept.request.content, styles(kept), kept.request.options.strength) == (first.request.content, ["ink"], 90)
    other = await replied(house, house.anna, painting, house.command(painting.chat, text="oil"))
    assert (other.request.content, styles(other)) == (first.request.content, ["oil"])
    for words in (house.command(painting.chat, text="softer"), house.command(painting.chat, "softer")):
        job = await replied(house, house.anna, painting, words)
        assert (job.verb, job.request.options.strength) == ("softer", 25)
        await house.delivered(job.id)


async def test_a_german_says_it_in_german(house: House) -> None:
    clara = house.telegram.person("Clara", language="de")
    house.private(clara)
    painting = await house.painted(clara)
    assert (await replied(house, clara, painting, "größer")).verb == "bigger"
    asked = await house.telegram.say(clara, painting.chat, "schöner", reply_to=painting)
    assert "„Stärker“" in (await house.said(painting.chat, asked)).words


async def test_a_button_word_that_makes_no_painting_is_answered(house: House) -> None:
    chat, painting = house.private(house.anna), await house.painted(house.anna)
    asked = await house.telegram.say(house.anna, chat, "full quality", reply_to=painting)
    assert (await house.said(chat, asked)).document is not None
    await house.telegram.say(house.anna, chat, "delete", reply_to=painting)
    await eventually(lambda: not painting.alive)


async def test_what_is_not_understood_is_said_in_private_with_what_is_possible(house: House) -> None:
    chat, painting = house.private(house.anna), await house.painted(house.anna)
    asked = await house.telegram.say(house.anna, chat, "make it pop", reply_to=painting)
    answer = await house.said(chat, asked)
    assert [part for part in ("make it pop", "Stronger", "strength=90") if part not in answer.words] == []
    asked = await house.telegram.say(house.anna, chat, "strength=900", reply_to=painting)
    assert "900" in (await house.said(chat, asked)).words
    assert len(await house.jobs(house.anna)) == 1


async def test_in_a_group_talk_about_a_painting_is_left_alone(house: House) -> None:
    painting = await house.painted(house.anna, house.group)
    for who, words in ((house.anna, "so beautiful"), (house.bert, "wow"), (house.bert, "ink")):
        said = await house.telegram.say(who, house.group, words, reply_to=painting)
        assert said.reached_bot
        await silent(house, who, house.group, said)


async def test_somebody_elses_painting_is_not_changed(house: House) -> None:
    painting = await house.painted(house.anna, house.group)
    said = await house.telegram.say(house.bert, house.group, "stronger", reply_to=painting)
    assert "somebody else's" in (await house.said(house.group, said)).words
    said = await house.telegram.say(house.bert, house.group, "strength=90", reply_to=painting)
    answer = await house.said(house.group, said)
    assert "somebody else's" in answer.words
    assert "/stylize" in answer.words
    assert not await house.jobs(house.bert)


async def test_with_the_photo_gone_the_painting_itself_is_painted(house: House) -> None:
    painting = await house.painted(house.anna)
    first = await house.newest(house.anna)
    await house.store.jobs.delete_files(first.id)
    said = await house.telegram.say(house.anna, painting.chat, "strength=90", reply_to=painting)
    assert "cleaned away" in (await house.said(painting.chat, said)).words
    job = await replied(house, house.anna, painting, "/stylize oil size=96")
    assert (job.verb, styles(job)) == ("submit", ["oil"])


# ---- photos -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caption", [None, "strength=90", "/stylize@impasto_test_bot strength=90"])
async def test_a_photo_as_a_reply_is_painted_in_the_same_style(
    house: House, painting: Message, caption: str | None
) -> None:
    first = await house.newest(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_photo(house.anna, painting.chat, ANOTHER, caption, reply_to=painting)
    job = found[0]
    assert (job.verb, job.parent, styles(job)) == ("restyle", first.id, ["ink"])
    assert (job.request.width, job.request.height) == SIZE
    assert job.request.options.strength == (90 if caption else 40)


async def test_a_style_below_the_photo_takes_the_place_of_the_paintings(house: House) -> None:
    painting = await house.painted(house.anna)
    async with house.one_more(house.anna) as found:
        await house.telegram.send_document(house.anna, painting.chat, ANOTHER, "oil", reply_to=painting)
    assert (styles(found[0]), found[0].request.options.size) == (["oil"], 96)


async def test_others_have_the_style_with_a_command_at_their_own_cost(house: House) -> None:
    painting = await house.painted(house.anna, house.group)
    async with house.one_more(house.bert) as found:
        await house.telegram.send_photo(
            house.bert, house.group, ANOTHER, house.command(house.group, text="strength=90"), reply_to=painting
        )
    assert (found[0].verb, found[0].request.options.strength) == ("restyle", 90)
    assert (found[0].request.width, found[0].request.height) == SIZE


@pytest.mark.parametrize("whose", ["anna", "bert"])
async def test_in_a_group_reactions_with_pictures_are_left_alone(house: House, whose: str) -> None:
    painting = await house.painted(house.anna, house.group)
    who, telegram = getattr(house, whose), house.telegram
    first = await telegram.send_sticker(who, house.group, picture(4, kind="WEBP"), reply_to=painting)
    await telegram.send_photo(who, house.group, ANOTHER, "my cat says hello", reply_to=painting)
    if whose == "bert":
        await telegram.send_photo(who, house.group, ANOTHER, reply_to=painting)
    await silent(house, who, house.group, first)


async def test_a_lent_style_is_not_to_be_shown(house: House) -> None:
    """A picture of Anna's is the style; Bert paints with it, and never sees it."""
    theirs = await house.telegram.send_photo(house.bert, house.group, picture(1))
    job = await house.stylize(house.anna, house.group, "size=96", photo=picture(2), reply_to=theirs)
    await house.delivered(job.id)
    painting = await house.result_of(job.id)
    for words in ("swap", "init=style iterations=1"):
        said = await house.telegram.send_photo(
            house.bert, house.group, ANOTHER, house.command(house.group, text=words), reply_to=painting
        )
        assert "somebody else's" in (await house.said(house.group, said)).words
    assert not await house.jobs(house.bert)
