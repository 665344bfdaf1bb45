"""What the owners named in the config may do from Discord."""

from __future__ import annotations

import pytest

from bot.model import Limits
from tests.bot.adapters.discord.conftest import eventually
from tests.bot.adapters.discord.test_buttons import press

DAY = 86400


async def said(result) -> str:
    """A private answer."""
    assert result.response.ephemeral
    return str(result.response.content)


async def own(house, path: str, /, **options) -> str:
    return await said(await house.owner.slash(house.channel, f"impasto {path}", **options))


async def refusal(house, who=None) -> str:
    """What somebody is told in private who asks for a painting now."""
    result = await house.stylize(who or house.anna)
    (message,) = result.followups
    assert message.ephemeral
    return str(message.content)


async def test_figures(house, env):
    await house.painted(house.anna)
    await house.painted(house.anna)
    await house.stylize(house.bert, preset="slow")
    await house.state((await house.newest(house.bert)).id, "painting")
    await own(house, "pause")
    await house.anna.slash(house.channel, "report", text="The cat is upside down.")
    figures = (await own(house, "stats")).splitlines()
    assert "2 delivered" in figures[0]
    assert "1 in progress" in figures[0]
    assert "2 paintings" in figures[1]
    assert "0 failed" in figures[1]
    assert figures[2] == "People: 2"
    files, _ = await house.store.files.totals()
    assert figures[3].startswith(f"Files: {files} (")
    assert files >= 4
    assert "fake" in figures[4]
    assert figures[5:] == ["New paintings are paused.", "1 report is open."]


async def test_a_pause_and_its_end(house, env):
    await own(house, "pause", reason="cleaning the brushes")
    assert "cleaning the brushes" in await refusal(house)
    await own(house, "resume")
    await house.painted(house.anna)


async def test_a_ban_for_some_days(house, env):
    await own(house, "ban", person=house.anna, reason="spam", days=2)
    assert "spam" in await refusal(house)
    house.clock.advance(2 * DAY + 1)
    await house.painted(house.anna)


async def test_a_ban_for_good_until_it_is_lifted(house, env):
    await own(house, "ban", person=house.anna)
    house.clock.advance(1000 * DAY)
    await refusal(house)
    await own(house, "unban", person=house.anna)
    await house.painted(house.anna)


async def test_a_persons_limits(house, env):
    key = f"discord:{house.anna.id}"
    told = await own(house, "quota", person=house.anna, paintings_a_day=1, largest_size=128)
    assert told.startswith(f"The limits of Anna (discord:{house.anna.id}) are set")
    assert await house.store.people.override(key) == Limits(paintings_a_day=1, largest_size=128)
    await house.painted(house.anna)
    await refusal(house)

    await own(house, "quota", person=house.anna, reset=True, waiting_at_once=2)
    assert await house.store.people.override(key) == Limits(waiting_at_once=2)
    await house.painted(house.anna)


async def test_anybodys_job_is_cancelled(house, env):
    await house.stylize(house.anna, preset="slow")
    job = await house.newest(house.anna)
    await own(house, "cancel", job=f" {job.id} ")
    assert (await house.told(job.id)).state == "cancelled"


async def test_a_job_that_there_is_not(house, env):
    assert "don't know" in await own(house, "cancel", job="nonsense")


async def test_the_config_is_read_anew(house, env):
    house.sections["limits"] = {"paintings_a_day": 0}
    await own(house, "reload")
    await refusal(house)


async def test_reports_are_shown_and_closed(house, env):
    await house.anna.slash(house.channel, "report", text="The cat is upside down.")
    result = await house.owner.slash(house.channel, "impasto reports")
    assert "The cat is upside down." in await said(result)
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    await house.owner.click(result.response, custom_id=f"do:report_close:{report.id}")
    assert not (await house.studio.reports(house.person(house.owner))).reports


async def test_a_reported_painting_is_seen_and_deleted_from_afar(house, env):
    """In direct messages, without being in that server."""
    owner = house.owner.user
    await house.painted(house.anna)
    job = await house.newest(house.anna)
    link = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{house.channel.last_message.id}"
    await house.bert.slash(house.channel, "report", text="Not nice.", painting=link)
    page = (await owner.slash("impasto reports")).response
    for named in (house.bert, house.anna):
        assert f"(discord:{named.id})" in page.content
    assert f"{house.guild.name} (discord:{house.guild.id})" in page.content
    shown = (await press(owner, page.message, "result")).response
    assert shown.attachments
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    await owner.click(page, custom_id=f"do:report_delete:{report.id}")
    assert (await house.job(job.id)).deleted
    assert await house.store.jobs.files(job.id) == []
    assert not (await house.studio.reports(house.person(house.owner))).reports


async def test_an_owner_reads_of_a_report_in_the_language_in_which_they_asked_last(house, env):
    house.facts["locale"] = "de"
    await house.painted(house.owner)
    house.facts["locale"] = "en-GB"
    await house.anna.slash(house.channel, "report", text="Not nice.")
    (told,) = await eventually(house.owner.user.dm_channel.history)
    assert "hat etwas gemeldet" in told.content


async def test_several_reports_about_one_painting_are_shown_on_one_page(house, env):
    painting = await house.painted(house.anna)
    for text in ("Not nice.", "Not nice at all."):
        await house.bert.slash(house.channel, "report", text=text, painting=painting.jump_url)
    page = (await house.owner.slash(house.channel, "impasto reports")).response
    assert "Not nice." in page.content and "Not nice at all." in page.content
    for number in ("1", "2"):
        assert (await press(house.owner, page.message, "result", number)).response.attachments


async def test_a_persons_limits_are_told_where_none_is_named(house, env):
    await house.painted(house.anna)
    told = await own(house, "quota", person=house.anna)
    assert told.startswith(f"The limits of Anna (discord:{house.anna.id}) now:")
    assert "Paintings a day: 30, as usual" in told
    assert "Used today: 1." in told
    assert await house.store.people.override(f"discord:{house.anna.id}") == Limits()


async def test_it_works_in_direct_messages(house, env):
    owner = house.owner.user
    assert await said(await owner.slash("impasto stats"))
    await said(await owner.slash("impasto pause", reason="later"))
    assert "later" in await refusal(house)


@pytest.mark.parametrize("person", [{}, {"person": True}], ids=["alone", "about somebody"])
async def test_who_runs_the_server_does_not_run_the_bot(house, env, person):
    whom = {"person": house.anna} if person else {}
    for path in ("ban", "unban", "quota") if person else ("stats", "pause", "resume", "reload", "reports"):
        result = await house.manager.slash(house.channel, f"impasto {path}", **whom)
        assert "owners of this bot" in await said(result), path
    await house.stylize(house.anna, preset="slow")
    job = await house.newest(house.anna)
    await said(await house.manager.slash(house.channel, "impasto cancel", job=job.id))
    assert (await eventually(lambda: house.job(job.id))).state in ("queued", "painting")
