"""What can be asked of a painting; the table of docs/architecture.md."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.model import Limits, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    InputsGone,
    JobUnknown,
    NothingStronger,
    NotYours,
    OptionRefused,
    PresetUnknown,
    SizeNotAllowed,
    WrongState,
)
from tests.bot.studio.conftest import ANNA, BERT, ELSEWHERE, PLACE, House, picture

VERBS = ("again", "stronger", "softer", "colors", "bigger", "swap", "variations", "film", "details")


async def test_every_verb_makes_what_the_table_says(house: House) -> None:
    studio = await house.open()
    first = await house.painted(strength=50, seed=3)
    assert await house.used() == 1

    again = await house.accepted(studio.again(ANNA, PLACE, first.id))
    assert again.request.options.seed != 3
    assert again.parent == first.id
    stronger = await house.accepted(studio.stronger(ANNA, PLACE, first.id))
    assert stronger.request.options.strength == 65
    softer = await house.accepted(studio.softer(ANNA, PLACE, first.id))
    assert softer.request.options.strength == 35
    for job in (again, stronger, softer):
        await house.finished(job.id)

    colors = await house.accepted(studio.colors(ANNA, PLACE, first.id))
    assert colors.request.options.colors == "photo"
    swap = await house.accepted(studio.swap(ANNA, PLACE, first.id))
    assert swap.request.content == first.request.styles[0].digest
    assert swap.request.styles[0].digest == first.request.content
    bigger = await house.accepted(studio.bigger(ANNA, PLACE, first.id))
    assert (bigger.request.options.size, bigger.request.options.init) == (144, "file")
    painting = next(file for file in await house.store.jobs.files(first.id) if file.role == "painting")
    assert bigger.request.init == painting.digest
    for job in (colors, swap, bigger):
        await house.finished(job.id)
    assert (await house.job(bigger.id)).width == 144
    assert await house.used() == 7

    film = await house.finished((await house.accepted(studio.film(ANNA, PLACE, first.id))).id)
    assert [file.role for file in film.files] == ["film"]
    assert film.files[0].name.endswith(".gif")
    with Image.open(io.BytesIO(film.files[0].data)) as opened:
        assert getattr(opened, "n_frames", 1) > 1
    details = await house.finished((await house.accepted(studio.details(ANNA, PLACE, first.id))).id)
    assert [file.role for file in details.files] == ["progress_sheet", "loss_plot"]
    assert details.facts is not None
    assert details.facts.iterations == 12
    assert await house.used() == 7


async def test_a_sheet_of_variations_and_a_pick(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    sheet = await house.accepted(studio.variations(ANNA, PLACE, first.id))
    assert sheet.task == "variations"
    assert sheet.cost == pytest.approx(4 * first.cost)  # both at draft quality
    finished = await house.finished(sheet.id)
    assert [file.role for file in finished.files] == ["variations"]
    for index in (0, 5):
        assert isinstance(await studio.pick(ANNA, PLACE, sheet.id, index), OptionRefused)
    pick = await house.accepted(studio.pick(ANNA, PLACE, sheet.id, 3))
    assert (pick.request.options.strength, pick.task, pick.request.strengths) == (65, "paint", None)
    await house.finished(pick.id)
    assert isinstance(await studio.pick(ANNA, PLACE, first.id, 3), WrongState)
    assert isinstance(await studio.film(ANNA, PLACE, sheet.id), WrongState)
    another = await house.accepted(studio.again(ANNA, PLACE, sheet.id))
    assert another.task == "variations"
    assert await house.used() == 4


async def test_verbs_on_a_film_are_about_its_painting(house: House) -> None:
    studio = await house.open()
    first = await house.painted(strength=50)
    film = await house.accepted(studio.film(ANNA, PLACE, first.id))
    await house.finished(film.id)
    stronger = await house.accepted(studio.stronger(ANNA, PLACE, film.id))
    assert (stronger.parent, stronger.request.options.strength) == (first.id, 65)
    assert (await house.accepted(studio.film(ANNA, PLACE, film.id))).parent == first.id


async def test_only_the_requester_may(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    for verb in VERBS:
        assert await getattr(studio, verb)(BERT, PLACE, first.id) == NotYours(verb=verb, restyle=first.id)
        assert await getattr(studio, verb)(BERT, ELSEWHERE, first.id) == JobUnknown(job_id=first.id)
    assert await studio.pick(BERT, PLACE, first.id, 1) == NotYours(verb="pick", restyle=first.id)
    assert await studio.again(BERT, PLACE, "nonsense") == JobUnknown(job_id="nonsense")
    assert (await house.used(ANNA), await house.used(BERT)) == (1, 0)


async def test_dials_end(house: House) -> None:
    studio = await house.open()
    loud = await house.painted(strength=100)
    assert await studio.stronger(ANNA, PLACE, loud.id) == NothingStronger(verb="stronger", value=100)
    quiet = await house.painted(number=1, strength=5)
    softer = await house.accepted(studio.softer(ANNA, PLACE, quiet.id))
    assert softer.request.options.strength == 0
    assert await studio.softer(ANNA, PLACE, softer.id) == NothingStronger(verb="softer", value=0)


async def test_bigger_ends_at_the_largest_size(house: House) -> None:
    studio = await house.open()
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(largest_size=120)))
    first = await house.painted(size=100)
    bigger = await house.accepted(studio.bigger(ANNA, PLACE, first.id))
    assert bigger.request.options.size == 120
    assert await studio.bigger(ANNA, PLACE, bigger.id) == WrongState(
        verb="bigger", state=(await house.job(bigger.id)).state
    )
    await house.finished(bigger.id)
    assert await studio.bigger(ANNA, PLACE, bigger.id) == NothingStronger(verb="bigger", value=120)
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(largest_size=64)))
    assert await studio.again(ANNA, PLACE, first.id) == SizeNotAllowed(size=100, largest=64)


async def test_looking_back_needs_a_finished_painting(house: House) -> None:
    studio = await house.open(start=False)
    waiting = await house.submitted()
    for verb in ("film", "details", "bigger"):
        assert await getattr(studio, verb)(ANNA, PLACE, waiting.id) == WrongState(verb=verb, state="queued")
    assert isinstance(await studio.film(ANNA, PLACE, waiting.id, "avi"), OptionRefused)


async def test_what_was_cleaned_away_is_said(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    sheet = await house.accepted(studio.variations(ANNA, PLACE, first.id))
    await house.finished(sheet.id)
    house.clock.advance(31 * 86400)
    await studio.tidy()
    assert await house.store.files.totals() == (0, 0)
    for verb in VERBS:
        assert await getattr(studio, verb)(ANNA, PLACE, first.id) == InputsGone(verb=verb)
    assert await studio.pick(ANNA, PLACE, sheet.id, 1) == InputsGone(verb="pick")
    assert await house.used() == 0
    house.clock.advance(365 * 86400)
    await studio.tidy()
    assert isinstance(await studio.again(ANNA, PLACE, first.id), JobUnknown)


async def test_a_repeated_press_makes_one_job(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    one = await studio.again(ANNA, PLACE, first.id, key="press 1")
    two = await studio.again(ANNA, PLACE, first.id, key="press 1")
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    assert (two.job.id, two.repeated) == (one.job.id, True)
    other = await studio.restyle(BERT, PLACE, first.id, picture(9), key="press 1")
    assert isinstance(other, Accepted)
    assert other.job.id != one.job.id


async def test_swap_takes_the_heaviest_style_and_forgets_what_it_started_from(house: House) -> None:
    studio = await house.open()
    styles = (
        RequestedStyle(picture=picture(7), weight=1),
        RequestedStyle(picture=picture(8, size=(60, 90)), weight=3),
    )
    request = Request(content=picture(1), styles=styles, options={"size": 96}, init=picture(2))
    job = await house.accepted(studio.submit(ANNA, PLACE, request))
    assert (job.request.options.init, bool(job.request.init)) == ("file", True)
    swapped = await house.accepted(studio.swap(ANNA, PLACE, job.id))
    assert swapped.request.content == job.request.styles[1].digest
    assert (swapped.request.width, swapped.request.height) == (60, 90)
    assert (swapped.request.options.init, swapped.request.init) == ("photo", None)
    await house.finished(swapped.id)
    assert (await house.job(swapped.id)).height == 96
    again = await house.accepted(studio.again(ANNA, PLACE, job.id))
    assert again.request.init == job.request.init
    await house.finished(again.id)


async def test_credits_name_the_presets(house: House) -> None:
    studio = await house.open()
    styles = (
        RequestedStyle(preset="INK"),
        RequestedStyle(picture=picture(2)),
        RequestedStyle(preset="oil", weight=0.5),
    )
    job = await house.accepted(
        studio.submit(ANNA, PLACE, Request(content=picture(1), styles=styles, options={"size": 96}))
    )
    assert [style.preset for style in job.request.styles] == ["ink", None, "oil"]
    finished = await house.finished(job.id)
    assert finished.styles == ("Ink on paper", "Oil")
    assert finished.credits == ("A. Painter, CC0",)
    assert finished.files[0].name == f"ink-on-paper-{job.id[:4]}.png"


async def test_a_presets_picture_is_cleaned_once(house: House) -> None:
    studio = await house.open(start=False)
    ink = Request(content=picture(1), styles=(RequestedStyle(preset="ink"),))
    one = await house.accepted(studio.submit(ANNA, PLACE, ink))
    two = await house.accepted(studio.submit(BERT, PLACE, ink))
    assert one.request.styles == two.request.styles
    await studio.cancel(ANNA, one.id)
    await studio.cancel(BERT, two.id)
    house.clock.advance(31 * 86400)
    await studio.tidy()
    assert await house.store.files.totals() == (0, 0)
    three = await house.accepted(studio.submit(ANNA, PLACE, ink))
    assert three.request.styles == one.request.styles
    house.presets.get("oil").path.unlink()
    oil = Request(content=picture(1), styles=(RequestedStyle(preset="oil"),))
    assert await studio.submit(ANNA, PLACE, oil) == PresetUnknown(name="oil")
