"""A result once more out of the history, a stranger's painting as a style, and what people may read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model import Job, Limits, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Deleted,
    Finished,
    Help,
    InputsGone,
    JobUnknown,
    NotYours,
    PictureRejected,
    Privacy,
    QuotaUsedUp,
    TooManyWaiting,
    WrongState,
)
from bot.ports import Gone, Later, NotBrought
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    OWNER,
    PLACE,
    House,
    eventually,
    make_config,
    picture,
)
from tests.worlds import cut_out

SMALL: dict[str, Any] = {
    "content": picture(1),
    "styles": (RequestedStyle(picture=picture(9)),),
    "options": {"size": 96, "quality": "draft"},
}

# ---- once more --------------------------------------------------------------------------------------------------


async def test_a_result_can_be_had_once_more(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    sent = house.ending(job.id)
    assert isinstance(sent, Finished)
    once_more = await studio.result(ANNA, job.id)
    assert isinstance(once_more, Finished)
    assert (once_more.files, once_more.facts, once_more.job.state) == (sent.files, sent.facts, "delivered")
    assert await studio.result(OWNER, job.id) == once_more
    assert await studio.result(BERT, job.id, place=PLACE) == NotYours(verb="result", restyle=job.id)
    assert await studio.result(BERT, job.id) == JobUnknown(job_id=job.id)
    assert await studio.result(ANNA, "nonsense") == JobUnknown(job_id="nonsense")
    details = await house.finished((await house.accepted(studio.details(ANNA, PLACE, job.id))).id)
    once_more = await studio.result(ANNA, details.job.id)
    assert isinstance(once_more, Finished)
    assert [file.role for file in once_more.files] == ["progress_sheet", "loss_plot"]


async def test_a_painting_can_be_had_for_a_sticker(house: House) -> None:
    studio = await house.open()
    request = Request(**{**SMALL, "content": cut_out(1)})
    job = await house.accepted(studio.submit(ANNA, PLACE, request))
    (painting,) = (await house.finished(job.id)).files
    assert painting.transparent
    found = await studio.sticker(ANNA, job.id)
    assert isinstance(found, Finished)
    (made,) = found.files
    assert (made.role, made.media_type, made.name) == ("sticker", "image/webp", painting.name[:-3] + "webp")
    assert isinstance(await studio.sticker(OWNER, job.id), Finished)
    assert await studio.sticker(BERT, job.id, place=PLACE) == NotYours(verb="sticker", restyle=job.id)
    assert await studio.sticker(ANNA, "nonsense") == JobUnknown(job_id="nonsense")
    sheet = await house.accepted(studio.variations(ANNA, PLACE, job.id))
    await house.finished(sheet.id)
    assert await studio.sticker(ANNA, sheet.id) == WrongState(verb="sticker", state="delivered")


async def test_what_could_not_be_delivered_can_still_be_had(house: House) -> None:
    studio = await house.open()
    house.outlet.answers.append(Gone("the channel was deleted"))
    job = await house.submitted()
    await house.state(job.id, "expired")
    assert isinstance(await studio.result(ANNA, job.id), Finished)

    house.outlet.answers.append(Later(60))
    job = await house.submitted(number=1)
    await eventually(lambda: house.clock.sleeping)
    await house.state(job.id, "painted")
    assert isinstance(await studio.result(ANNA, job.id), Finished)


async def test_what_never_was_or_is_no_more(house: House) -> None:
    studio = await house.open(start=False)
    waiting = await house.submitted()
    assert await studio.result(ANNA, waiting.id) == WrongState(verb="result", state="queued")
    house.clock.advance(25 * 3600)
    await studio.tidy()
    assert await studio.result(ANNA, waiting.id) == WrongState(verb="result", state="expired")
    await house.close()
    studio = await house.open()
    job, other = await house.painted(number=1), await house.painted(number=2)
    assert await studio.delete(ANNA, job.id) == Deleted(job_id=job.id)
    assert await studio.result(ANNA, job.id) == InputsGone(verb="result")
    house.clock.advance(31 * 86400)
    await studio.tidy()
    assert await studio.result(ANNA, other.id) == InputsGone(verb="result")


async def test_a_place_may_want_results_hidden(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    ending = house.ending(job.id)
    assert isinstance(ending, Finished)
    assert not ending.spoiler
    await studio.settings_change(ANNA, PLACE, {"spoiler": True}, manager=True)
    once_more = await studio.result(ANNA, job.id)
    assert isinstance(once_more, Finished)
    assert once_more.spoiler


# ---- another photo in the same style ----------------------------------------------------------------------------


async def restyled(house: House, painting: Job, photo: bytes) -> Job:
    return await house.accepted(house.studio.restyle(BERT, PLACE, painting.id, photo))


async def test_anybody_there_may_use_the_style_on_a_photo_of_their_own(house: House) -> None:
    studio = await house.open()
    first = await house.painted(strength=35, colors="photo", seed=3)
    refused = await studio.stronger(BERT, PLACE, first.id)
    assert refused == NotYours(verb="stronger", restyle=first.id)
    job = await restyled(house, first, picture(50, size=(60, 120)))
    assert (job.verb, job.task, job.parent, job.person) == ("restyle", "paint", first.id, BERT)
    assert [style.digest for style in job.request.styles] == [style.digest for style in first.request.styles]
    assert job.request.options == first.request.options
    assert job.request.content != first.request.content
    assert (job.request.width, job.request.height) == (60, 120)
    finished = await house.finished(job.id)
    assert (finished.job.width, finished.job.height) == (48, 96)
    assert (await house.used(ANNA), await house.used(BERT)) == (1, 1)
    again = await house.accepted(studio.again(BERT, PLACE, job.id))
    assert again.request.content == job.request.content


async def test_the_photo_is_fetched_when_all_else_is_well(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 1})
    studio = await house.open()
    first = await house.painted()
    fetched = []

    async def fetch() -> bytes:
        fetched.append(1)
        return picture(50)

    async def lost() -> bytes:
        raise NotBrought("photo", "gone")

    assert await studio.restyle(BERT, ELSEWHERE, first.id, fetch) == JobUnknown(job_id=first.id)
    assert await studio.restyle(BERT, PLACE, "nonsense", fetch) == JobUnknown(job_id="nonsense")
    assert isinstance(await studio.restyle(ANNA, PLACE, first.id, fetch), QuotaUsedUp)
    assert not fetched
    assert await studio.restyle(BERT, PLACE, first.id, lost) == PictureRejected(which="photo", code="gone")
    bad = await studio.restyle(BERT, PLACE, first.id, b"hello " * 50)
    assert isinstance(bad, PictureRejected)
    assert bad.code == "not_a_picture"
    one = await studio.restyle(BERT, PLACE, first.id, fetch, key="press 1")
    two = await studio.restyle(BERT, PLACE, first.id, fetch, key="press 1")
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    assert (two.repeated, two.job.id, len(fetched)) == (True, one.job.id, 1)


async def test_restyling_keeps_to_what_who_asks_may_have(house: House) -> None:
    studio = await house.open()
    first = await house.painted(size=128)
    bigger = await house.accepted(studio.bigger(ANNA, PLACE, first.id))
    await house.finished(bigger.id)
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(largest_size=100, waiting_at_once=1)))
    job = await restyled(house, bigger, picture(50))
    assert (job.request.options.size, job.request.options.init, job.request.init) == (100, "photo", None)
    answers = await asyncio.gather(*(studio.restyle(BERT, PLACE, first.id, picture(n)) for n in range(3)))
    assert all(isinstance(answer, (Accepted, TooManyWaiting)) for answer in answers)
    assert any(answer == TooManyWaiting(limit=1) for answer in answers)


async def test_the_style_of_a_film_is_its_paintings(house: House) -> None:
    studio = await house.open()
    styles = (RequestedStyle(preset="ink"), RequestedStyle(picture=picture(9), weight=2))
    request = Request(content=picture(1), styles=styles, options={"size": 96, "quality": "draft"})
    first = await house.accepted(studio.submit(ANNA, PLACE, request))
    await house.finished(first.id)
    film = await house.accepted(studio.film(ANNA, PLACE, first.id))
    await house.finished(film.id)
    assert await studio.details(BERT, PLACE, film.id) == NotYours(verb="details", restyle=first.id)
    job = await restyled(house, film, picture(50))
    assert job.parent == first.id
    assert [(style.preset, style.weight) for style in job.request.styles] == [("ink", 1), (None, 2)]
    assert (await house.finished(job.id)).styles == ("Ink on paper",)


@pytest.mark.parametrize("verb", ["cancel", "delete"])
async def test_the_offer_comes_with_ending_verbs_too(house: House, verb: str) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    press = getattr(studio, verb)
    assert await press(BERT, job.id, place=PLACE) == NotYours(verb=verb, restyle=job.id)
    assert await press(BERT, job.id, place=ELSEWHERE) == JobUnknown(job_id=job.id)
    assert await press(BERT, job.id) == JobUnknown(job_id=job.id)


async def test_a_style_that_was_cleaned_away_is_not_offered(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    house.clock.advance(31 * 86400)
    await studio.tidy()
    assert await studio.stronger(BERT, PLACE, first.id) == NotYours(verb="stronger")
    assert await studio.restyle(BERT, PLACE, first.id, picture(5)) == InputsGone(verb="restyle")
    assert await house.store.files.totals() == (0, 0)


async def test_a_lent_style_is_painted_with_but_never_shown(house: House) -> None:
    """Whose picture it is has shown a painting in its style, not the picture itself."""
    studio = await house.open()
    first = await house.painted()
    job = await restyled(house, first, picture(50))
    await house.finished(job.id)
    again = await house.accepted(studio.again(BERT, PLACE, job.id))
    mine = await house.accepted(studio.restyle(BERT, PLACE, again.id, picture(51)))
    for lent in (job, again, mine):
        assert [style.lent for style in lent.request.styles] == [True]
        assert await studio.swap(BERT, PLACE, lent.id) == NotYours(verb="swap")
    await house.accepted(studio.swap(ANNA, PLACE, first.id))
    request = Request(content=picture(1), styles=(RequestedStyle(preset="ink"),), options={"size": 96})
    common = await house.accepted(studio.submit(OWNER, PLACE, request))
    job = await house.accepted(studio.restyle(ANNA, PLACE, common.id, picture(50)))
    assert job.request.styles == common.request.styles  # a preset is everybody's
    await house.accepted(studio.swap(ANNA, PLACE, job.id))


async def test_the_name_of_a_saved_style_stays_with_its_person(house: House) -> None:
    studio = await house.open()
    await studio.style_save(ANNA, PLACE, "My daughter Eva", picture(9))
    request = Request(
        content=picture(1), styles=(RequestedStyle(preset="my daughter eva"),), options={"size": 96, "quality": "draft"}
    )
    first = await house.accepted(studio.submit(ANNA, PLACE, request))
    own = await house.accepted(studio.restyle(ANNA, PLACE, first.id, picture(2)))
    job = await restyled(house, first, picture(50))
    assert [style.saved for style in (*own.request.styles, *job.request.styles)] == ["My daughter Eva", None]
    finished = await house.finished(job.id)
    assert finished.files[0].name.startswith("painting-")


async def test_no_style_crosses_over_from_another_place(house: House) -> None:
    """A film that was asked for here may be of a painting that was made elsewhere."""
    studio = await house.open()
    first = await house.accepted(studio.submit(ANNA, ELSEWHERE, Request(**SMALL)))
    await house.finished(first.id)
    film = await house.accepted(studio.film(ANNA, PLACE, first.id))
    assert await studio.details(BERT, PLACE, film.id) == NotYours(verb="details")
    assert await studio.restyle(BERT, PLACE, film.id, picture(5)) == NotYours(verb="restyle")
    assert await studio.details(BERT, ELSEWHERE, film.id) == JobUnknown(job_id=film.id)
    await house.accepted(studio.restyle(ANNA, PLACE, film.id, picture(5)))


# ---- to read ----------------------------------------------------------------------------------------------------


async def test_help_tells_what_holds_for_this_person_here(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(paintings_a_day=4)))
    limits = Limits(paintings_a_day=4, waiting_at_once=3, largest_size=1024)
    assert await studio.help(ANNA, PLACE) == Help(platform="discord", presets=2, limits=limits)
    of_owner = await studio.help(OWNER, ELSEWHERE)
    assert isinstance(of_owner, Help)
    assert (of_owner.owner, of_owner.limits.paintings_a_day) == (True, 30)


async def test_privacy_tells_what_the_config_says(house: House) -> None:
    house.config = make_config(
        bot={"privacy_url": "https://a.example/p", "contact": "Ask Ann"}, store={"keep_days": 3, "keep_history_days": 9}
    )
    studio = await house.open(start=False)
    assert await studio.privacy() == Privacy(
        keep_days=3, keep_history_days=9, backup_days=30, policy_url="https://a.example/p", contact="Ask Ann"
    )
