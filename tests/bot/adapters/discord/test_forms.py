"""Forms that are sent after a restart, or long after they were opened: served, or answered with what to do."""

from __future__ import annotations

import discord
import pytest

from tests.bot.adapters.discord.conftest import picture

LONG = 3600.0  # seconds


@pytest.fixture(params=["restart", "an hour"])
def meanwhile(request, house):
    """What happens while a form is open."""
    return house.restart if request.param == "restart" else lambda: house.later(LONG)


async def restyle(house, painting, job_id: str):
    """Open the form for Anna's photo in the style of somebody else's painting, at the button of a refusal."""
    refused = await house.anna.click(painting, custom_id=f"job:{job_id}:again")
    return await house.anna.click(refused.followups[0], custom_id=f"job:{job_id}:restyle")


async def test_a_photo_for_a_painting_s_style_is_painted_all_the_same(house, env, meanwhile):
    painting = await house.painted(house.bert, strength=65)
    theirs = await house.newest(house.bert)
    shown = await restyle(house, painting, theirs.id)
    await meanwhile()
    await house.anna.submit_modal(shown, {"photo": ("me.png", picture(9, (70, 90)))})
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert (job.request.width, job.request.options.strength) == (70, 65)


async def test_a_report_arrives_all_the_same(house, env, meanwhile):
    painting = await house.painted(house.bert)
    job = await house.newest(house.bert)
    shown = await house.anna.context_menu(house.channel, "Report painting", painting)
    await meanwhile()
    result = await house.anna.submit_modal(shown, {"text": "That is my grandmother."})
    assert result.response.ephemeral
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert (report.text, report.job_id, report.link) == ("That is my grandmother.", job.id, painting.jump_url)


async def test_a_picture_to_paint_is_remembered_for_as_long_as_the_bot_runs(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[("cat.png", picture(3))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.later(LONG)
    await house.anna.submit_modal(shown, {"preset": ["ink"]})
    await house.delivered((await house.newest(house.anna)).id)


async def test_after_a_restart_who_asked_for_a_painting_is_told_to_open_the_form_again(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[("cat.png", picture(3))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.restart()
    result = await house.anna.submit_modal(shown, {"preset": ["ink"]})
    assert result.response.ephemeral
    assert "Please open it once more" in result.response.content
    assert not await house.jobs(house.anna)


async def test_a_form_of_another_version_is_answered(house, env, monkeypatch):
    painting = await house.painted(house.bert)
    theirs = await house.newest(house.bert)
    send = discord.InteractionResponse.send_modal

    async def with_an_old_id(response, modal):
        modal.custom_id = "0123456789abcdef0123456789abcdef"
        return await send(response, modal)

    monkeypatch.setattr(discord.InteractionResponse, "send_modal", with_an_old_id)
    shown = await restyle(house, painting, theirs.id)
    result = await house.anna.submit_modal(shown, {"photo": ("me.png", picture(9))})
    assert result.response.ephemeral
    assert "Please open it once more" in result.response.content


async def test_a_button_of_another_version_is_answered(house, env):
    painting = await house.painted(house.anna)
    stored = env.backend.get_message(painting.channel.id, painting.id)
    stored.components = [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Old", "custom_id": "0123456789abcdef"}]}
    ]
    result = await house.anna.click(house.message(painting.channel.id, painting.id), custom_id="0123456789abcdef")
    assert result.response.ephemeral
    assert "does not work any more" in result.response.content
