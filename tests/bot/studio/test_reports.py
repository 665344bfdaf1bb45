"""Reports to the owners."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from bot.model import Person
from bot.outcomes import (
    AdminDone,
    Finished,
    ForgetAsked,
    Help,
    JobUnknown,
    NotAdmin,
    Outcome,
    ReportEmpty,
    ReportReceived,
    ReportsPage,
    ReportTaken,
    ReportUnread,
    Stats,
    TooManyReports,
)
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, House, eventually, make_config


async def report(house: House, text: str, person: Person = ANNA, **more: Any) -> str:
    taken = await house.studio.report(person, PLACE, text, **more)
    assert isinstance(taken, ReportTaken), taken
    return taken.report_id


async def test_a_report_reaches_the_owners_and_is_closed_by_one(house: House) -> None:
    house.config = make_config(bot={"owners": (OWNER.key, "cli:local")})
    studio = await house.open(start=False)
    with structlog.testing.capture_logs() as logs:
        report_id = await report(house, "  not nice \n", job_id="k3f9", link="https://example.org/1")
        await eventually(lambda: house.outlet.notified)
    [(owner, told)] = house.outlet.notified
    assert owner == OWNER.id
    assert isinstance(told, ReportReceived)
    assert (told.report.id, told.report.text, told.report.job_id) == (report_id, "not nice", "k3f9")
    assert told.report.place_key == PLACE.key
    assert "not nice" not in str(logs)
    assert [entry["log_level"] for entry in logs if entry["event"] == "report.received"] == ["warning"]

    assert await studio.reports(OWNER) == ReportsPage(reports=(told.report,))
    stats = await studio.stats(OWNER)
    assert isinstance(stats, Stats)
    assert stats.reports == 1
    done = await studio.report_close(OWNER, report_id)
    assert done == AdminDone(verb="report_close", details={"report": report_id})
    assert await studio.report_close(OWNER, report_id) == done  # by another owner, or by a second press
    assert await studio.reports(OWNER) == ReportsPage(reports=())


async def test_reports_are_for_owners_only(house: House) -> None:
    studio = await house.open(start=False)
    report_id = await report(house, "not nice")
    assert await studio.reports(ANNA) == NotAdmin(verb="reports")
    assert await studio.report_close(ANNA, report_id) == NotAdmin(verb="report_close")


async def test_the_newest_are_shown_and_the_others_counted(house: House) -> None:
    studio = await house.open(start=False)
    for number in range(7):
        await report(house, f"report {number}")
        house.clock.advance(1)
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert [one.text for one in page.reports] == [f"report {number}" for number in (6, 5, 4, 3, 2)]
    assert page.more == 2


async def test_an_empty_report_and_too_many_are_refused_and_long_ones_cut(house: House) -> None:
    house.config = make_config(limits={"reports_a_day": 2})
    studio = await house.open(start=False)
    for nothing in ("", " \n\t", "\u200b\u2060 \ufeff", "\x00\x1b"):
        assert await studio.report(ANNA, PLACE, nothing) == ReportEmpty()
    answers = await asyncio.gather(*(studio.report(ANNA, PLACE, "x" * 5000) for _ in range(4)))
    assert sum(isinstance(answer, ReportTaken) for answer in answers) == 2
    assert TooManyReports(limit=2) in answers
    await report(house, "from somebody else", BERT)
    house.clock.advance(86400)
    await report(house, "on another day")
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert sorted(len(one.text) for one in page.reports) == [14, 18, 1000, 1000]


async def test_a_hostile_report_is_only_text(house: House) -> None:
    studio = await house.open(start=False)
    hostile = "'; DROP TABLE reports; -- \ud800 \x00 @everyone \u202e{0}"
    await report(house, hostile, job_id=hostile, link=hostile)
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert page.reports[0].text.startswith("'; DROP TABLE reports; --")
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(ANNA, asked.token)
    assert await studio.reports(OWNER) == ReportsPage(reports=())
    assert await studio.report(ANNA, PLACE, "once more") != TooManyReports(limit=10)


async def test_an_owner_from_afar_sees_and_deletes_what_was_reported(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    about = {"job_id": job.id, "place_name": "Art Club"}
    report_id = await report(house, "not nice", BERT, **about)
    await eventually(lambda: house.outlet.notified)
    [(_, told)] = house.outlet.notified
    assert isinstance(told, ReportReceived)
    assert told.painter == ANNA
    assert (told.report.person_key, told.report.person_name, told.report.place_name) == (BERT.key, "Bert", "Art Club")
    page = await studio.reports(OWNER)
    assert page == ReportsPage(reports=(told.report,), painters={job.id: ANNA})

    assert isinstance(await studio.result(OWNER, job.id), Finished)
    assert await studio.report_delete(ANNA, report_id) == NotAdmin(verb="report_delete")
    assert await studio.report_delete(OWNER, "elsewhere") == JobUnknown(job_id="")
    done = await studio.report_delete(OWNER, report_id)
    assert done == AdminDone(verb="report_delete", details={"report": report_id})
    assert job.sent_ref in house.outlet.removed
    assert await house.store.jobs.files(job.id) == []
    assert await studio.reports(OWNER) == ReportsPage(reports=())


async def test_what_is_gone_or_under_way_is_not_offered_to_be_seen(house: House) -> None:
    studio = await house.open(start=False)
    waiting = await house.submitted()
    for job_id in (waiting.id, "nothing"):
        await report(house, "not nice", BERT, job_id=job_id)
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert page.painters == {}


async def test_a_report_finds_its_painting_by_the_message(house: House) -> None:
    studio = await house.open()
    job = await house.painted()
    await report(house, "not nice", BERT, link="https://example.org/1", message=job.sent_ref)
    await report(house, "not nice", BERT, link="https://example.org/2", message="10/404")
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert {one.job_id for one in page.reports} == {job.id, None}


@pytest.mark.parametrize("owners", [(), ("cli:local",), ("telegram:1",)])
async def test_nobody_is_promised_that_somebody_looks_where_nobody_can(house: House, owners: tuple[str, ...]) -> None:
    house.outlets = {"discord": house.outlet}
    house.config = make_config(bot={"contact": "Ask Ann", "owners": owners})
    studio = await house.open(start=False)
    assert await studio.report(ANNA, PLACE, "not nice") == ReportUnread(contact="Ask Ann")
    assert await house.store.reports.count() == 0
    told = await studio.help(ANNA, PLACE)
    assert isinstance(told, Help)
    assert not told.reports


@pytest.mark.parametrize("fault", ["it says no", "it breaks"])
async def test_an_owner_who_cannot_be_told_finds_it_among_the_reports(house: House, fault: str) -> None:
    studio = await house.open(start=False)
    asked = asyncio.Event()

    async def notify(person_id: str, outcome: Outcome, locale: str = "") -> bool:
        asked.set()
        if fault == "it breaks":
            raise RuntimeError("the platform is away")
        return False

    house.outlet.notify = notify  # type: ignore[method-assign]
    await report(house, "not nice")
    await asked.wait()
    page = await studio.reports(OWNER)
    assert isinstance(page, ReportsPage)
    assert len(page.reports) == 1


async def test_the_janitor_forgets_what_nobody_closed(house: House) -> None:
    studio = await house.open(start=False)
    await report(house, "not nice")
    house.clock.advance(364 * 86400)
    await studio.tidy()
    assert await house.store.reports.count() == 1
    house.clock.advance(2 * 86400)
    await studio.tidy()
    assert await house.store.reports.count() == 0
