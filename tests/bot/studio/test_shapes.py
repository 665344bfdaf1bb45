"""Photos that are very narrow: never squashed without a word, and offered at a size at which they keep their shape."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.model import Request, RequestedStyle
from bot.outcomes import Accepted, PictureRejected, TooNarrow
from bot.presenter import Presenter

from .conftest import ANNA, PLACE, TINA, House, fetching, make_config, picture
from .test_masks import fetched, mask

BANNER = picture(1, (600, 18))


def flat_picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), (40, 120, 200)).save(stream, "PNG")
    return stream.getvalue()


async def submitted(house: House, content: bytes, **options: Any) -> Any:
    request = Request(
        content=content, styles=(RequestedStyle(preset="ink"),), options={"iterations": 1, "scales": 1, **options}
    )
    return await house.studio.submit(ANNA, PLACE, request)


@pytest.mark.parametrize("turned", [False, True])
async def test_a_narrow_photo_is_offered_at_the_least_size_that_keeps_its_shape(house: House, turned: bool) -> None:
    await house.open()
    content = picture(1, (18, 600)) if turned else BANNER
    outcome = await submitted(house, content, size=128)
    assert outcome == TooNarrow(size=128, least=517, offer=outcome.offer)
    assert await house.used() == 0
    view = Presenter().view(outcome, "en")
    [[button]] = view.buttons
    assert (button.verb, button.argument, button.label) == ("offer", outcome.offer, "At 517 pixels")

    job = await house.accepted(house.studio.take_offer(ANNA, PLACE, outcome.offer, key="press"))
    await house.finished(job.id)
    assert job.request.options.size == 517
    assert await house.used() == 1


async def test_where_no_allowed_size_is_enough_it_is_to_be_cropped(house: House) -> None:
    house.config = make_config(limits={"largest_size": 512})
    await house.open()
    files = (await house.store.files.totals())[0]
    outcome = await submitted(house, BANNER, size=128)
    assert outcome == TooNarrow(size=128, least=None)
    assert "long and narrow" in Presenter().view(outcome, "en").text
    await house.store.files.sweep_all()
    assert (await house.store.files.totals())[0] <= files + 1, "the preset alone may stay"


async def test_a_square_of_it_can_be_painted_at_once(house: House) -> None:
    await house.open()
    assert isinstance(await submitted(house, BANNER, size=128, square=True), Accepted)


async def test_all_other_verbs_know_the_rule(house: House) -> None:
    await house.open()
    outcome = await house.studio.draft_pictures(TINA, PLACE, [fetching(1, size=(600, 18))])
    outcome = await house.studio.draft_text(TINA, PLACE, "ink size=128 iterations=1 scales=1")
    assert isinstance(outcome, TooNarrow), outcome
    assert await house.studio.has_draft(TINA, PLACE), "another size may be named"


@pytest.mark.parametrize("way", ["style", "background", "saved", "draft"])
async def test_a_style_of_one_colour_is_refused_on_every_way_in(house: House, way: str) -> None:
    await house.open()
    flat = flat_picture()
    if way == "saved":
        outcome: Any = await house.studio.style_save(ANNA, PLACE, "plain", fetched(flat))
    elif way == "draft":
        await house.studio.draft_pictures(TINA, PLACE, [fetching(1)])
        outcome = await house.studio.draft_pictures(TINA, PLACE, [fetched(flat)])
    else:
        style, more = RequestedStyle(picture=flat), {}
        if way == "background":
            more = {"mask": mask(), "background": (style,)}
            style = RequestedStyle(preset="ink")
        request = Request(content=picture(), styles=(style,), options={"size": 96}, **more)
        outcome = await house.studio.submit(ANNA, PLACE, request)
    assert isinstance(outcome, PictureRejected), outcome
    assert outcome.code == "flat_style"
    assert "one colour" in Presenter().view(outcome, "en").text
