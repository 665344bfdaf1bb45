"""What somebody hid stays hidden: the preview, the result, and all that is made of it, also after a restart."""

from __future__ import annotations

import pytest

from bot.model import Request, RequestedStyle
from bot.outcomes import Accepted, Painting, Shares, StylesPage
from bot.ports import Sent
from tests.gathering import all_faults
from tests.waiting import eventually

from .conftest import ANNA, BERT, GROUP, PLACE, PRIVATE, TINA, a_request, fetching, picture


async def hidden_painting(house, **how):
    job = await house.accepted(house.studio.submit(ANNA, PLACE, a_request(1), hidden=True, **how))
    await house.finished(job.id)
    await house.status_gone(job.id)
    return await house.job(job.id)


async def test_a_hidden_picture_hides_the_preview_and_the_result(house):
    await house.open()
    job = await hidden_painting(house)
    assert job.request.hidden
    assert house.ending(job.id).spoiler
    shown = [outcome for outcome, _ in house.outlet.shown if isinstance(outcome, Painting)]
    assert shown
    assert all(outcome.spoiler for outcome in shown)


async def test_what_nobody_hid_is_not_hidden(house):
    await house.open()
    job = await house.painted()
    assert not job.request.hidden
    assert not house.ending(job.id).spoiler


async def test_whatever_is_made_of_a_hidden_painting_is_hidden(house):
    await house.open()
    job = await hidden_painting(house)
    studio = house.studio
    made = {
        "again": lambda: studio.again(ANNA, PLACE, job.id),
        "stronger": lambda: studio.stronger(ANNA, PLACE, job.id),
        "softer": lambda: studio.softer(ANNA, PLACE, job.id),
        "colors": lambda: studio.colors(ANNA, PLACE, job.id),
        "bigger": lambda: studio.bigger(ANNA, PLACE, job.id),
        "smaller": lambda: studio.smaller(ANNA, PLACE, job.id, 64),
        "swap": lambda: studio.swap(ANNA, PLACE, job.id),
        "variations": lambda: studio.variations(ANNA, PLACE, job.id),
        "film": lambda: studio.film(ANNA, PLACE, job.id),
        "details": lambda: studio.details(ANNA, PLACE, job.id),
        "restyle": lambda: studio.restyle(ANNA, PLACE, job.id, picture(9)),
        "restyle of a stranger": lambda: studio.restyle(BERT, PLACE, job.id, picture(9)),
    }
    sheet = ""
    made["pick"] = lambda: studio.pick(ANNA, PLACE, sheet, 2)
    with all_faults() as gathered:
        for verb, make in made.items():
            with gathered(verb):
                child = await house.accepted(make())
                ending = await house.finished(child.id)
                assert child.request.hidden, "the job"
                assert ending.spoiler, "the result"
                sheet = child.id if verb == "variations" else sheet


async def test_a_hidden_photo_hides_the_restyle_of_an_open_painting(house):
    await house.open()
    job = await house.painted()
    child = await house.accepted(house.studio.restyle(BERT, PLACE, job.id, picture(9), hidden=True))
    assert (await house.finished(child.id)).spoiler
    assert not (await house.job(job.id)).request.hidden


async def test_the_film_that_follows_a_hidden_painting_is_hidden(house):
    await house.open()
    request = Request(
        content=picture(1), styles=(RequestedStyle(preset="ink"),), options={"size": 96, "quality": "draft"}, film=True
    )
    await house.accepted(house.studio.submit(ANNA, PLACE, request, hidden=True))

    async def film():
        found = [job for job in (await house.studio.history(ANNA)).jobs if job.task == "film"]
        return found[0] if found else None

    job = await eventually(film)
    assert (await house.finished(job.id)).spoiler


async def test_a_restart_forgets_nothing_of_it(house):
    await house.open()
    house.environment["FAKE_ENGINE_SECONDS"] = "30"
    await house.close()
    await house.open()
    job = await house.accepted(house.studio.submit(ANNA, PLACE, a_request(1), hidden=True))
    await house.close()
    house.environment["FAKE_ENGINE_SECONDS"] = "0.05"
    await house.open()
    assert (await house.finished(job.id)).spoiler
    again = await house.studio.result(ANNA, job.id)
    assert again.spoiler


# ---- bit by bit --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False], ids=["photo", "style"])
async def test_in_a_draft_one_hidden_picture_hides_all(house, first):
    await house.open()
    studio = house.studio
    await studio.draft_pictures(TINA, PRIVATE, [fetching(1)], key="one", hidden=first)
    await house.close()
    await house.open()
    answer = await house.studio.draft_pictures(TINA, PRIVATE, [fetching(2)], key="two", hidden=not first)
    assert isinstance(answer, Accepted)
    assert answer.job.request.hidden


async def test_a_hidden_mask_hides_too(house):
    await house.open()
    await house.studio.draft_pictures(TINA, PRIVATE, [], mask=fetching(3), key="one", hidden=True)
    await house.studio.draft_pictures(TINA, PRIVATE, [fetching(1)], key="two")
    answer = await house.studio.draft_text(TINA, PRIVATE, "ink size=96", key="three")
    assert isinstance(answer, Accepted)
    assert answer.job.request.hidden


async def test_a_new_draft_is_not_hidden_because_an_earlier_one_was(house):
    await house.open()
    await house.studio.draft_pictures(TINA, PRIVATE, [fetching(1)], key="one", hidden=True)
    answer = await house.studio.stylize(TINA, PRIVATE, "ink", [fetching(2)], key="two")
    assert isinstance(answer, Accepted)
    assert not answer.job.request.hidden


# ---- kept as a style ---------------------------------------------------------------------------------------------


async def test_a_style_that_was_hidden_hides_its_sheet_and_what_is_painted_with_it(house):
    await house.open()
    await house.studio.style_save(ANNA, PLACE, "secret", picture(5), hidden=True)
    await house.studio.style_save(ANNA, PLACE, "open", picture(6))
    await house.close()
    await house.open()
    page = await house.studio.styles(ANNA, PLACE)
    assert isinstance(page, StylesPage)
    assert page.spoiler
    assert not (await house.studio.styles(BERT, PLACE)).spoiler
    for name, hidden in (("secret", True), ("open", False)):
        request = Request(content=picture(1), styles=(RequestedStyle(preset=name),), options={"size": 96})
        job = await house.accepted(house.studio.submit(ANNA, PLACE, request))
        assert job.request.hidden == hidden
        assert (await house.finished(job.id)).spoiler == hidden


async def test_a_hidden_style_of_the_place_hides_by_name_by_button_and_as_the_default(house):
    await house.open()
    studio = house.studio
    await studio.style_save(TINA, GROUP, "ours", picture(5), for_place=True, manager=True, hidden=True)
    (entry,) = [each for each in (await studio.styles(TINA, GROUP)).entries if each.kind == "place"]
    await studio.settings_change(TINA, GROUP, {"preset": "ours"}, manager=True)

    named = await studio.stylize(TINA, GROUP, "ours size=96", [fetching(1)], key="named")
    default = await studio.stylize(TINA, GROUP, "size=96", [fetching(1)], key="default")
    await studio.draft_pictures(TINA, GROUP, [fetching(1)], key="photo")
    picked = await studio.draft_pick(TINA, GROUP, entry.token, key="picked")
    for answer in (named, default, picked):
        assert isinstance(answer, Accepted), answer
        assert answer.job.request.hidden


async def test_what_is_hidden_is_not_offered_to_other_chats(house):
    await house.open()
    house.outlet.answers += [Sent("one", "an upload"), Sent("two", "another")]
    for number, hidden in enumerate((True, False)):
        request = a_request(number)
        job = await house.accepted(house.studio.submit(TINA, PRIVATE, request, hidden=hidden))
        await house.finished(job.id)
    shares = await house.studio.shares(TINA, None, "")
    assert isinstance(shares, Shares)
    assert [share.job.request.hidden for share in shares.shares if share.job is not None] == [False]
