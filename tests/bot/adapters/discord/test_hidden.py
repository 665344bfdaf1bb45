"""A picture that was sent as a spoiler comes back as one, in every way to ask."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.conftest import eventually, picture
from tests.bot.adapters.discord.test_forms import restyle

HIDDEN = ("SPOILER_photo.png", picture(1))


async def is_hidden(house, job_id: str) -> bool:
    await house.delivered(job_id)
    message = await house.result_of(job_id)
    assert message.attachments
    return all(file.is_spoiler() for file in message.attachments)


@pytest.mark.parametrize("field", ["photo", "style", "mask", "init_picture"])
async def test_one_hidden_picture_hides_the_painting(house, env, field):
    await house.stylize(house.anna, **{field: HIDDEN})
    assert await is_hidden(house, (await house.newest(house.anna)).id)


async def test_what_is_made_of_it_is_hidden_also_after_a_restart(house, env):
    painting = await house.painted(house.anna, photo=HIDDEN)
    first = await house.newest(house.anna)
    await house.restart()
    for verb in ("again", "film:gif", "details"):
        await house.anna.click(painting, custom_id=f"job:{first.id}:{verb}")
        job = await house.newest(house.anna)
        assert job.id != first.id
        assert await is_hidden(house, job.id), verb


async def test_the_preview_is_hidden(house, env):
    await house.stylize(house.anna, photo=HIDDEN, preset="slow")
    job = await house.newest(house.anna)

    async def preview():
        now = await house.job(job.id)
        channel, _, message = (now.status_ref or "").partition("/")
        shown = house.message(int(channel), int(message)) if message else None
        if shown is None or not shown.attachments:
            await house.later(5)
            return None
        return shown.attachments[0]

    assert (await eventually(preview)).is_spoiler()


async def test_stylize_this_sees_that_a_picture_was_hidden(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[HIDDEN])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.anna.submit_modal(shown, {"preset": ["oil"]})
    assert await is_hidden(house, (await house.newest(house.anna)).id)


async def test_a_hidden_picture_in_a_form_hides_too(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[("open.png", picture(3))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.anna.submit_modal(shown, {"style": HIDDEN})
    assert await is_hidden(house, (await house.newest(house.anna)).id)

    painting = await house.painted(house.bert)
    theirs = await house.newest(house.bert)
    shown = await restyle(house, painting, theirs.id)
    await house.anna.submit_modal(shown, {"photo": HIDDEN})
    assert await is_hidden(house, (await house.newest(house.anna)).id)


async def test_a_style_that_was_saved_hidden_hides_the_gallery_and_its_paintings(house, env):
    await house.anna.slash(house.channel, "style save", name="Secret", picture=HIDDEN)
    shown = await house.anna.slash(house.channel, "styles")
    assert shown.response.attachments[0].is_spoiler()
    assert not (await house.bert.slash(house.channel, "styles")).response.attachments[0].is_spoiler()
    await house.stylize(house.anna, preset="Secret")
    assert await is_hidden(house, (await house.newest(house.anna)).id)
