"""Masks and backgrounds: a part of the photo in one style, the rest in another or as it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.engines.process import ProcessEngine, engine_command
from nst_engine.settings import Settings
from tests.bot.adapters.discord.conftest import picture
from tests.waiting import PATIENCE, painting_limits, slowness

SIZE = (96, 72)


def half(size: tuple[int, int] = SIZE) -> bytes:
    """A mask whose left half is white."""
    mask, stream = Image.new("L", size, 0), io.BytesIO()
    mask.paste(255, (0, 0, size[0] // 2, size[1]))
    mask.save(stream, "PNG")
    return stream.getvalue()


async def refused(house, **wish):
    """What was said to the person alone, and nothing is painted."""
    result = await house.stylize(house.anna, **wish)
    assert not house.channel.history()
    (message,) = result.followups
    assert message.ephemeral
    assert not await house.jobs(house.anna)
    return message.content


# ---- /stylize ----------------------------------------------------------------------------------------------------


async def test_a_mask_goes_with_the_photo(house, env):
    message = await house.painted(house.anna, mask=("mask.png", half()))
    assert message.attachments
    request = (await house.newest(house.anna)).request
    assert request.mask not in (None, request.content)
    assert not request.background
    assert not request.options.invert_mask


async def test_the_rest_is_painted_in_a_style_of_its_own(house, env):
    message = await house.painted(house.anna, mask=("mask.png", half()), background="oil", invert_mask=True)
    request = (await house.newest(house.anna)).request
    assert [style.preset for style in request.styles] == ["ink"]
    assert [style.preset for style in request.background] == ["oil"]
    assert request.options.invert_mask
    assert "Oil" in message.content  # it is credited, too


async def test_a_mask_that_somebody_takes_back_is_not_used(house, env):
    await house.painted(house.anna, mask=("mask.png", half()), options="mask=no")
    assert (await house.newest(house.anna)).request.mask is None


async def test_a_mask_may_be_of_any_size_and_kind(house, env):
    await house.painted(house.anna, mask=("mask.jpg", picture(4, (40, 200), "JPEG")))


async def test_a_saved_style_serves_as_background(house, env):
    await house.anna.slash(house.channel, "style save", name="My garden", picture=("g.png", picture(5)))
    await house.stylize(house.anna, mask=("mask.png", half()), background="my garden")
    (style,) = (await house.newest(house.anna)).request.background
    assert style.saved == "My garden"


async def test_the_same_again_keeps_mask_and_background(house, env):
    message = await house.painted(house.anna, mask=("mask.png", half()), background="oil")
    first = await house.newest(house.anna)
    await house.anna.click(message, custom_id=f"job:{first.id}:stronger")
    second = await house.newest(house.anna)
    assert second.id != first.id
    assert (second.request.mask, second.request.background) == (first.request.mask, first.request.background)


@pytest.mark.parametrize("data", [b"white on the left", b"", b"\x89PNG\r\n\x1a\n torn"])
async def test_a_mask_that_is_no_picture_is_refused(house, env, data):
    said = await refused(house, mask=("mask.png", data))
    assert "mask" in said
    assert "photo" not in said  # which was in order


async def test_a_mask_that_is_gone_is_named(house, env):
    get = env.backend.cdn.get
    env.backend.cdn.get = lambda url: None if "mask" in url else get(url)
    assert "mask" in await refused(house, mask=("mask.png", half()))


async def test_a_mask_that_is_too_large_is_refused_before_it_is_fetched(unopened):
    unopened.sections["intake"] = {"max_bytes": 20_000}
    await unopened.open()
    try:
        read = []
        get = unopened.env.backend.cdn.get
        unopened.env.backend.cdn.get = lambda url: read.append(url) or get(url)
        said = await refused(unopened, mask=("mask.png", b"\0" * 30_000))
        assert "mask" in said
        assert not any("mask" in url for url in read)
    finally:
        await unopened.close()


@pytest.mark.parametrize("wish", [{"invert_mask": True}, {"options": "invert_mask=yes"}])
async def test_without_a_mask_there_is_nothing_to_invert(house, env, wish):
    assert "no mask to invert" in await refused(house, **wish)


async def test_a_mask_alone_is_no_style(house, env):
    result = await house.anna.slash(house.channel, "stylize", photo=("photo.png", picture(1)), mask=("m.png", half()))
    (message,) = result.followups
    assert message.ephemeral
    assert "The style is missing" in message.content


@pytest.mark.parametrize("given", ["inc", "Onk"])
async def test_an_unknown_background_is_refused_with_a_near_one(house, env, given):
    said = await refused(house, mask=("mask.png", half()), background=given)
    assert given in said
    assert "ink" in said.partition("Did you mean")[2].lower()
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("name", ["keep", "Keep"])
async def test_the_photo_may_be_kept_in_so_many_words(house, env, name):
    await house.stylize(house.anna, mask=("mask.png", half()), background=name)
    assert not (await house.newest(house.anna)).request.background


async def test_a_background_may_be_written_among_the_options(house, env):
    await house.stylize(house.anna, mask=("mask.png", half()), options="background=oil seed=3")
    request = (await house.newest(house.anna)).request
    assert [style.preset for style in request.background] == ["oil"]
    assert request.options.seed == 3


async def test_a_mask_in_words_alone_is_missed(house, env):
    result = await house.stylize(house.anna, options="mask")
    assert result.response.ephemeral
    assert "The mask is missing" in result.response.content
    assert not await house.jobs(house.anna)


async def test_a_background_without_a_mask_says_what_it_takes(house, env):
    assert "mask" in await refused(house, background="oil")


async def test_completion_offers_styles_for_the_background_too(house, env):
    choices = await house.anna.autocomplete(house.channel, "stylize", "background", "OI")
    assert choices[0] == {"name": "Oil", "value": "oil"} | choices[0]


# ---- Stylize this ------------------------------------------------------------------------------------------------


async def test_the_form_takes_a_mask_along(house, env):
    message = await house.bert.send(house.channel, attachments=[("cat.png", picture(3, SIZE))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    (asked,) = [each for each in shown.modal["components"] if each["component"]["custom_id"] == "mask"]
    assert "white" in asked["description"]
    await house.anna.submit_modal(shown, {"preset": ["oil"], "mask": ("mask.png", half())})
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert job.request.mask is not None


async def test_the_form_says_in_private_that_a_mask_is_no_picture(house, env):
    message = await house.bert.send(house.channel, attachments=[("cat.png", picture(3, SIZE))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    result = await house.anna.submit_modal(shown, {"preset": ["oil"], "mask": ("mask.txt", b"the cat's head")})
    (said,) = result.followups
    assert said.ephemeral
    assert "mask" in said.content


# ---- with the real painter ---------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.paints
async def test_what_is_black_in_the_mask_really_stays_the_photo(unopened):
    settings = Settings(
        device="cpu", dtype="float32", convolutions="winograd", threads=1, cache_folder=unopened.folder / "cache"
    )
    unopened.make_engine = lambda: ProcessEngine(engine_command(settings), limits=painting_limits())
    unopened.patience = PATIENCE * slowness()
    photo = picture(1, SIZE)
    await unopened.open()
    try:
        message = await unopened.painted(
            unopened.anna, photo=("photo.png", photo), mask=("mask.png", half()), quality="draft", strength=90
        )
        painting = np.asarray(Image.open(io.BytesIO(await message.attachments[0].read())).convert("RGB"), dtype=int)
        before = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"), dtype=int)
        assert painting.shape == before.shape
        changed = np.abs(painting - before).max(axis=2)
        assert changed[:, 56:].max() <= 1
        assert changed[:, :40].mean() > 8
    finally:
        await unopened.close()
