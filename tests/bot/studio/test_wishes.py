"""What a request may ask for besides options: a blend of styles, photo and style swapped, a film as well."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.model import Job, Request, RequestedStyle
from bot.outcomes import Finished, OptionRefused
from bot.ports import Later
from bot.studio.wanted import WantedStyle, blended
from tests.bot.studio.conftest import ANNA, PLACE, House, eventually, picture

SMALL = {"size": 96, "quality": "draft"}
INK, OIL = RequestedStyle(preset="ink"), RequestedStyle(preset="oil")


async def asked(house: House, *styles: RequestedStyle, content: bytes | None = None, **wish: object) -> Job:
    request = Request(content=content or picture(), styles=styles, options=SMALL, **wish)
    return await house.accepted(house.studio.submit(ANNA, PLACE, request))


async def test_a_blend_becomes_weights(house: House) -> None:
    await house.open(start=False)

    job = await asked(house, INK, OIL, blend=25)

    assert [(style.preset, style.weight) for style in job.request.styles] == [("ink", 0.75), ("oil", 0.25)]


@pytest.mark.parametrize(("blend", "name"), [(0, "ink"), (100, "oil")])
async def test_a_blend_at_its_end_leaves_one_style(house: House, blend: float, name: str) -> None:
    await house.open(start=False)

    job = await asked(house, INK, OIL, blend=blend)

    assert [style.preset for style in job.request.styles] == [name]


@pytest.mark.parametrize("blend", [-1, 101, float("nan"), float("inf")])
async def test_a_blend_out_of_range_is_refused(house: House, blend: float) -> None:
    studio = await house.open(start=False)

    outcome = await studio.submit(ANNA, PLACE, Request(content=picture(), styles=(INK, OIL), blend=blend))

    assert isinstance(outcome, OptionRefused)
    assert outcome.option == "blend"


@given(weights=st.lists(st.floats(0.01, 1000), min_size=2, max_size=5), share=st.floats(0, 100))
def test_blended_weights_are_shares(weights: list[float], share: float) -> None:
    styles = tuple(WantedStyle(preset=str(number), weight=weight) for number, weight in enumerate(weights))

    weighed = {style.preset: style.weight for style in blended(styles, share)}

    assert sum(weighed.values()) == pytest.approx(1)
    assert weighed.get(str(len(weights) - 1), 0) == pytest.approx(share / 100)
    rest = {name: weight for name, weight in weighed.items() if name != str(len(weights) - 1)}
    for name, weight in rest.items():
        assert weight / sum(rest.values()) == pytest.approx(weights[int(name)] / sum(weights[:-1]))


async def test_a_swap_paints_the_style_in_the_style_of_the_photo(house: House) -> None:
    await house.open()
    photo, style = picture(1, (96, 72)), picture(2, (60, 90))

    plain = await asked(house, RequestedStyle(picture=style), content=photo)
    job = await asked(house, RequestedStyle(picture=style), content=photo, swap=True)

    assert job.request.content == plain.request.styles[0].digest
    assert [each.digest for each in job.request.styles] == [plain.request.content]
    assert (job.request.width, job.request.height) == (60, 90)
    finished = await house.finished(job.id)
    assert Image.open(io.BytesIO(finished.files[0].data)).size == (64, 96)


async def test_a_swap_works_with_a_preset_and_leaves_other_styles_out(house: House) -> None:
    await house.open()

    job = await asked(house, INK, OIL, blend=80, swap=True)
    oil = await asked(house, OIL)

    assert job.request.content == oil.request.styles[0].digest
    assert [style.preset for style in job.request.styles] == [None]
    await house.finished(job.id)


async def test_a_film_follows_the_painting(house: House) -> None:
    await house.open()

    job = await asked(house, INK, film=True)
    await house.finished(job.id)
    film = (await eventually(lambda: _films(house)))[0]

    assert film.job.parent == job.id
    assert film.files[0].media_type == "image/gif"
    keys = [key for _, key in house.outlet.delivered]
    assert keys == [job.id, film.job.id]
    assert await house.used() == 1


async def test_again_makes_no_second_film(house: House) -> None:
    studio = await house.open()
    job = await asked(house, INK, film=True)
    await eventually(lambda: _films(house))

    again = await house.accepted(studio.again(ANNA, PLACE, job.id))
    await house.finished(again.id)

    assert not again.request.film
    assert len(_films(house)) == 1


async def test_a_film_is_made_though_its_person_has_as_much_waiting_as_may_be(house: House) -> None:
    house.environment["FAKE_ENGINE_SECONDS"] = "0.4"
    studio = await house.open()
    state = await studio.quota(ANNA, PLACE)
    most = state.limits.waiting_at_once

    first = await asked(house, INK, film=True)
    for number in range(most - 1):
        await asked(house, INK, content=picture(number))
    await house.finished(first.id)

    assert await eventually(lambda: _films(house))


async def test_a_restart_before_the_delivery_makes_the_film_once(house: House) -> None:
    await house.open()
    house.outlet.answers.append(Later(50))
    job = await asked(house, INK, film=True)
    await house.told(job.id)
    await house.close()

    await house.open()
    house.clock.advance(60)
    await eventually(lambda: _films(house))

    assert Counter(outcome.job.task for outcome, _ in house.outlet.delivered)["film"] == 1


def _films(house: House) -> list[Finished]:
    return [outcome for outcome, _ in house.outlet.delivered if outcome.job.task == "film"]
