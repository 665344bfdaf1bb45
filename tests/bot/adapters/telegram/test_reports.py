"""Reports: what they are about, and that they reach the owners."""

from __future__ import annotations

from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Chat, Human, Message


async def told(house: House, who: Human, chat: Chat, text: str, **facts) -> Message:
    """Say something, and return the bot's answer."""
    return await house.said(chat, await house.telegram.say(who, chat, text, **facts))


async def test_a_report_names_the_painting_it_replies_to(house):
    result = await house.painted(house.anna, house.group)
    command = house.command(house.group, "report", "That is not nice.")
    await told(house, house.bert, house.group, command, reply_to=result)
    reports = await house.studio.reports(house.person(house.owner))
    (report,) = reports.reports
    assert (report.text, report.job_id) == ("That is not nice.", (await house.newest(house.anna)).id)
    seen = await eventually(lambda: house.telegram.from_bot(house.private(house.owner)))
    assert "That is not nice." in seen[-1].words


async def test_a_reported_painting_is_seen_and_deleted_from_afar(house):
    """By an owner alone with the bot."""
    result = await house.painted(house.anna, house.group)
    command, alone = house.command(house.group, "report", "Not nice."), house.private(house.owner)
    await told(house, house.bert, house.group, command, reply_to=result)
    page = await told(house, house.owner, alone, "/reports")
    for named in (house.bert, house.anna):
        assert f"{named.name} (telegram:{named.id})" in page.words
    assert f"Painters (telegram:{house.group.id})" in page.words
    job = await house.newest(house.anna)
    await house.telegram.press(house.owner, page, "Show 1")
    await eventually(lambda: house.telegram.from_bot(alone)[-1].media)
    await house.telegram.press(house.owner, page, "Delete 1")
    await eventually(lambda: not result.alive)
    assert (await house.job(job.id)).deleted
    assert (await house.studio.reports(house.person(house.owner))).reports == ()


async def test_a_report_names_a_channels_painting_as_well(house):
    async with house.one_more(house.channel) as found:
        await house.ask(house.maud, house.channel)
    await house.delivered(found[0].id)
    result = await house.result_of(found[0].id)
    await told(house, house.maud, house.channel, "/report That is not nice.", reply_to=result)
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert report.job_id == found[0].id


async def test_a_report_links_any_other_message(house):
    theirs = await house.telegram.send_photo(house.anna, house.group, picture(2))
    await told(house, house.bert, house.group, house.command(house.group, "report", "Look."), reply_to=theirs)
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert report.job_id is None
    assert report.link is not None
    assert report.link.endswith(f"/{theirs.id}")


async def test_a_report_needs_words(house):
    answer = await told(house, house.bert, house.private(house.bert), "/report")
    assert "say in a few words what is wrong" in answer.words
    assert (await house.studio.reports(house.person(house.owner))).reports == ()


async def test_a_report_finds_the_painting_that_its_link_leads_to(house):
    result = await house.painted(house.anna, house.group)
    link = f"https://t.me/c/{str(house.group.id).removeprefix('-100')}/{result.id}"
    await told(house, house.bert, house.private(house.bert), f"/report {link} That is not nice.")
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert (report.text, report.link) == ("That is not nice.", link)
    assert report.job_id == (await house.newest(house.anna)).id
    answer = await told(house, house.bert, house.private(house.bert), f"/report {link}")
    assert "with a link" in answer.words
