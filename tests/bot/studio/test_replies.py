"""Replies to a painting: what of its request stays, and what is never shown or charged by mistake."""

from __future__ import annotations

import pytest

from bot.model import DiscordPlace, Job, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Cancelled,
    InputsGone,
    MissingPicture,
    NothingStronger,
    NotYours,
    OptionRefused,
    Outcome,
    PresetUnknown,
    ReplyNotUnderstood,
    StillOnly,
)
from tests.bot import films
from tests.bot.studio.conftest import ANNA, BERT, ELSEWHERE, PLACE, House, fetching, picture
from tests.bot.studio.test_masks import masked

DIRECT = DiscordPlace(channel="30")
INK = RequestedStyle(preset="ink")


async def said(house: House, job: Job, words: str, *, who=ANNA, where=PLACE, **more) -> Outcome | None:
    """Reply in words, or with a photo."""
    return await house.studio.reply(who, where, job.id, words, **more)


async def made(house: House, job: Job, words: str, **more) -> Job:
    """Reply, and return the job that becomes of it."""
    outcome = await said(house, job, words, **more)
    assert isinstance(outcome, Accepted), outcome
    return outcome.job


# ---- the same photo ---------------------------------------------------------------------------------------------


async def test_an_option_changes_that_alone(house: House) -> None:
    await house.open()
    first = await masked(house, background=(RequestedStyle(preset="oil"),))
    job = await made(house, first, "strength=85")
    assert (job.verb, job.parent, job.paintings) == ("revise", first.id, 1)
    assert job.request.options.strength == 85
    for name in ("content", "styles", "mask", "background"):
        assert getattr(job.request, name) == getattr(first.request, name), name
    await house.finished(job.id)


async def test_mask_and_background_may_be_taken_back(house: House) -> None:
    await house.open()
    first = await masked(house, background=(RequestedStyle(preset="oil"),))
    kept = await made(house, first, "background=keep")
    assert kept.request.background == ()
    await house.finished(kept.id)
    other = await made(house, first, "background=ink")
    assert [style.preset for style in other.request.background] == ["ink"]
    assert other.request.mask == first.request.mask
    without = await made(house, first, "mask=no")
    assert (without.request.mask, without.request.background) == (None, ())
    assert await said(house, without, "mask") == MissingPicture(which="mask")


async def test_a_style_takes_the_place_of_the_paintings_and_its_beginning(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    larger = await house.accepted(studio.bigger(ANNA, PLACE, first.id))
    await house.finished(larger.id)
    kept = await made(house, larger, "strength=20")
    assert (kept.request.init, kept.request.options.init) == (larger.request.init, "file")
    other = await made(house, larger, "ink + oil blend=30")
    assert (other.request.init, other.request.options.init) == (None, "photo")
    assert [(style.preset, round(style.weight, 1)) for style in other.request.styles] == [("ink", 0.7), ("oil", 0.3)]
    assert other.request.options.size == larger.request.options.size


async def test_a_moving_painting_stays_one(house: House) -> None:
    studio = await house.open()
    request = Request(content=films.animation(10), styles=(INK,), options={"size": 64})
    first = await house.accepted(studio.submit(ANNA, PLACE, request))
    job = await made(house, first, "strength=85")
    assert (job.task, job.request.frames, job.request.format) == ("animate", 10, "gif")
    assert await said(house, first, "x", verb="bigger") == StillOnly(what="bigger")


async def test_what_waits_may_be_cancelled_in_words(house: House) -> None:
    house.environment["FAKE_ENGINE_SECONDS"] = "30"
    await house.open()
    first = await masked(house)
    assert isinstance(await said(house, first, "cancel", verb="cancel"), Cancelled)


async def test_a_button_in_words_says_what_the_button_does(house: House) -> None:
    await house.open()
    first = await made(house, await house.painted(), "strength=100")
    assert await said(house, first, "stronger", verb="stronger") == NothingStronger(verb="stronger", value=100)


async def test_what_is_not_understood(house: House) -> None:
    await house.open()
    first = await house.painted()
    assert await said(house, first, "so beautiful") is None
    assert await said(house, first, "") is None
    unknown = await said(house, first, "so beautiful", where=DIRECT)
    assert unknown == ReplyNotUnderstood(said="so beautiful")
    assert await said(house, first, "2", where=DIRECT) == ReplyNotUnderstood(said="2")  # nobody shows a gallery here
    assert await said(house, first, "oill") is None  # people talk
    assert isinstance(await said(house, first, "oil paint", command=True), PresetUnknown)
    assert isinstance(await said(house, first, "strength=900"), OptionRefused)
    assert await house.studio.reply(ANNA, PLACE, "nothing", "stronger", verb="stronger") is None


async def test_pictures_that_were_cleaned_away(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    house.clock.advance(31 * 86400)
    await studio.tidy()
    assert await said(house, first, "strength=85") == InputsGone(verb="revise")
    assert await said(house, first, "strength=85", command=True) == InputsGone(verb="revise")
    assert await said(house, first, "oil", command=True) is None  # the painting itself is there
    assert await said(house, first, "", pictures=[fetching(5)]) == InputsGone(verb="restyle")
    assert (await made(house, first, "oil", pictures=[fetching(5)])).verb == "restyle"


# ---- another photo ----------------------------------------------------------------------------------------------


async def test_another_photo_has_no_mask_and_no_beginning_of_the_old_one(house: House) -> None:
    await house.open()
    first = await masked(house, background=(RequestedStyle(preset="oil"),))
    job = await made(house, first, "strength=85", pictures=[fetching(5, size=(64, 80))])
    assert (job.verb, job.request.width, job.request.options.strength) == ("restyle", 64, 85)
    assert (job.request.mask, job.request.background) == (None, ())
    assert await said(house, first, "background=oil", pictures=[fetching(5)]) == MissingPicture(which="mask")


async def test_a_caption_that_says_nothing_is_talk_where_others_are(house: House) -> None:
    await house.open()
    first = await house.painted()
    assert await said(house, first, "the same on this please", pictures=[fetching(5)]) is None
    assert (await made(house, first, "the same on this please", where=DIRECT, pictures=[fetching(5)])).verb == "restyle"
    job = await made(house, first, "in an oily look, if you can", where=DIRECT, pictures=[fetching(5)])
    assert (job.verb, job.request.styles) == ("restyle", first.request.styles)
    assert isinstance(await said(house, first, "oil paint", where=DIRECT, pictures=[fetching(5)]), PresetUnknown)


# ---- somebody else's --------------------------------------------------------------------------------------------


async def test_strangers_change_nothing_and_pay_for_what_they_have_painted(house: House) -> None:
    await house.open()
    first = await house.painted()
    theirs = NotYours(verb="revise", restyle=first.id)
    assert await said(house, first, "strength=85", who=BERT) == theirs
    assert await said(house, first, "stronger", who=BERT, verb="stronger") == theirs
    assert await said(house, first, "delete", who=BERT, verb="delete") == NotYours(verb="delete", restyle=first.id)
    for words in ("ink", "wow"):
        assert await said(house, first, words, who=BERT) is None
        assert await said(house, first, words, who=BERT, command=True) is None
        assert await said(house, first, words, who=BERT, where=ELSEWHERE, pictures=[fetching(5)]) is None
    assert await said(house, first, "", who=BERT, pictures=[fetching(5)]) is None
    used = await house.used()
    job = await made(house, first, "strength=85", who=BERT, pictures=[fetching(5)])
    assert (job.person.key, job.verb, job.request.styles[0].lent) == (BERT.key, "restyle", True)
    assert (await made(house, first, "", who=BERT, pictures=[fetching(6)], command=True)).person.key == BERT.key
    assert await house.used() == used


@pytest.mark.parametrize("words", ["swap", "init=style iterations=1", "init=style"])
async def test_a_lent_style_is_never_shown(house: House, words: str) -> None:
    await house.open()
    first = await house.painted()
    assert await said(house, first, words, who=BERT, pictures=[fetching(5)], command=True) == NotYours(verb="swap")
    mine = await made(house, first, "", who=BERT, pictures=[fetching(5)], command=True)
    assert await said(house, mine, words, who=BERT) == NotYours(verb="swap")


async def test_a_painting_that_began_with_its_style_lends_that_not_to_begin_with(house: House) -> None:
    studio = await house.open()
    style = RequestedStyle(picture=picture(8))
    request = Request(content=picture(1), styles=(style,), options={"size": 96, "init": "style"})
    first = await house.accepted(studio.submit(ANNA, PLACE, request))
    job = await made(house, first, "iterations=1", who=BERT, pictures=[fetching(5)])
    assert job.request.options.init == "photo"
