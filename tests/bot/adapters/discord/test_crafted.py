"""Buttons that no message of this version has, and people who press what is not theirs."""

from __future__ import annotations

import pytest

from bot.model import DiscordPlace
from tests.bot.adapters.discord.conftest import picture
from tests.bot.adapters.discord.test_buttons import private


async def crafted(house, who, custom_id: str):
    """Press a button with this id, on a message of the bot's that has none like it."""
    message = await house.painted(house.anna)
    house.env.backend.messages[house.channel.id][message.id].components[0]["components"][0]["custom_id"] = custom_id
    return await who.click(message, custom_id=custom_id)


def said(shown) -> str:
    """All that came of a press."""
    return " ".join(found.content for found in (shown.response, *shown.followups) if found is not None)


FAULT = "not your fault"


@pytest.mark.parametrize("before", ["nan", "inf", "-inf", "1e999", "yesterday", "٣", "0x10", "1_0", "9" * 80])
async def test_the_history_begins_anew_at_a_time_that_is_none(house, env, before):
    shown = await crafted(house, house.anna, f"do:history:{before}")
    assert FAULT not in said(shown)


@pytest.mark.parametrize("page", ["0", "-1", "9" * 80, "two", "2:everything", ":saved", "1:saved:1"])
async def test_a_page_that_is_none_is_the_nearest_that_there_is(house, env, page):
    shown = await crafted(house, house.anna, f"do:styles:{page}")
    assert FAULT not in said(shown)


@pytest.mark.parametrize(
    "button",
    [
        "JOB:pick:0",
        "JOB:pick:5",
        "JOB:pick:9999999999999999999",
        "JOB:pick",
        "JOB:smaller",
        "JOB:smaller:0",
        "JOB:smaller:9999999999999999999",
        "JOB:smaller:much",
        "do:offer",
        "do:offer:0000",
        "do:offer:1' OR '1'='1",
        "JOB:film:exe",
        "JOB:film:../../etc/passwd",
        "JOB:again:and:again",
        "JOB:result:x",
        "JOB:__class__",
        "JOB:submit",
        "JOB:reload",
        "do:forget",
        "do:forget:0000",
        "do:style_remove",
        "do:style_remove:mine",
        "do:style_remove:theirs:Garden",
        "do:report_close",
        "do:report_close:1' OR '1'='1",
        "do:again",
        "do:pause",
        "job:" + "a" * 40 + ":again",
        "job:aaaaaaaaaa:delete",
    ],
)
async def test_a_press_that_makes_no_sense_breaks_nothing(house, env, button):
    if button.startswith("JOB"):
        await house.painted(house.anna)
        button = button.replace("JOB", f"job:{(await house.newest(house.anna)).id}")
    shown = await crafted(house, house.anna, button)
    assert FAULT not in said(shown)
    assert said(shown)
    for job in await house.jobs(house.anna):
        await house.delivered(job.id)


@pytest.mark.parametrize("verb", ["again", "cancel", "delete", "result", "details", "film", "variations"])
async def test_nobody_else_may_press_by_another_messages_button(house, env, verb):
    first = await house.painted(house.bert)
    job = await house.newest(house.bert)
    shown = await crafted(house, house.anna, f"job:{job.id}:{verb}")
    assert private(shown)
    assert not (await house.job(job.id)).deleted
    assert house.message(house.channel.id, first.id).attachments
    assert len(await house.jobs(house.anna)) == 1  # what `crafted` painted


async def test_a_report_is_closed_by_owners_only(house, env):
    await house.bert.slash(house.channel, "report", text="bad")
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    shown = await crafted(house, house.anna, f"do:report_close:{report.id}")
    assert private(shown)
    assert (await house.studio.reports(house.person(house.owner))).reports


async def test_a_servers_style_is_removed_by_its_managers_only(house, env):
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    person = house.person(house.manager)
    await house.studio.style_save(person, place, "Garden", picture(9), for_place=True, manager=True)
    assert private(await crafted(house, house.anna, "do:style_remove:place:Garden"))
    assert (await house.studio.styles(person, place, saved_only=True)).entries


async def test_nobody_forgets_somebody_else(house, env):
    await house.painted(house.bert)
    asked = await house.studio.forget(house.person(house.bert))
    await crafted(house, house.anna, f"do:forget:{asked.token}")
    assert await house.jobs(house.bert)
