"""Reports: what people want the owners to look at."""

from __future__ import annotations

import asyncio
from typing import Literal, TypedDict

import structlog

from bot import outcomes
from bot.background import Background
from bot.model import WAITING, Person, Place, Report
from bot.outcomes import AdminDone, ReportReceived, ReportsPage, ReportTaken
from bot.quotas import day_of
from bot.studio.context import Context, Refused, new_job_id

log = structlog.get_logger(__name__)

_LONGEST_TEXT = 1000  # characters
_LONGEST_LINK = 500
_LONGEST_JOB_ID = 40
_LONGEST_NAME = 100
_SHOWN = 5  # fits into one message, however long they are
_NOTIFY_SECONDS = 60.0


_Ending = Literal["report_close", "report_delete"]


class AboutReport(TypedDict, total=False):
    """What a report is about, as far as the platform tells."""

    job_id: str | None
    link: str | None
    """For people."""
    message: str | None
    """The reference of the message (`Sent.ref`), where the job's id is not known."""
    place_name: str | None
    """What the server or the group is called."""


class Reports:
    """Takes reports and shows them to owners."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._background = Background()

    async def close(self) -> None:
        """Stop telling owners."""
        await self._background.close(wait_seconds=1.0)

    async def take(self, person: Person, place: Place, text: str, about: AboutReport) -> ReportTaken:
        """Keep a report and tell the owners. Its text is in no log."""
        if not self._context.report_readers:
            log.warning("report.nobody_to_read", hint="name owners in [bot]")
            raise Refused(outcomes.ReportUnread(contact=self._context.config.bot.contact))
        text, job_id = _clean(text), about.get("job_id")
        if not any(map(str.isprintable, "".join(text.split()))):
            raise Refused(outcomes.ReportEmpty())
        context, now = self._context, self._context.clock.now()
        message = about.get("message")
        if job_id is None and message is not None:
            job_id = await context.store.jobs.by_sent_ref(person.platform, message)
        report = Report(
            id=new_job_id(),
            text=text[:_LONGEST_TEXT],
            reported_at=now,
            person_key=person.key,
            place_key=place.key,
            job_id=_cut(job_id, _LONGEST_JOB_ID),
            link=_cut(about.get("link"), _LONGEST_LINK),
            person_name=_cut(person.name, _LONGEST_NAME),
            place_name=_cut(about.get("place_name"), _LONGEST_NAME),
        )
        limit = context.config.limits.reports_a_day
        subject = f"reports:{context.store.person_hash(person.key)}"
        if not await context.store.reports.add(report, subject=subject, day=day_of(now), limit=limit):
            raise Refused(outcomes.TooManyReports(limit=limit))
        log.warning("report.received", report=report.id)
        received = ReportReceived(report=report, painter=await self._painter(report))
        for owner in context.report_readers:
            self._background.start(self._notify(owner, received), f"report {report.id}")
        return ReportTaken(report_id=report.id)

    async def page(self, person: Person) -> ReportsPage:
        """Return the newest open reports."""
        self._context.require_owner(person, "reports")
        reports, count = await self._context.store.reports.open(_SHOWN)
        painters = {report.job_id: await self._painter(report) for report in reports if report.job_id}
        return ReportsPage(
            reports=tuple(reports),
            more=count - len(reports),
            painters={job_id: painter for job_id, painter in painters.items() if painter is not None},
        )

    async def job_of(self, person: Person, report_id: str) -> str:
        """Return the id of the job that an open report is about; raises Refused."""
        self._context.require_owner(person, "report_delete")
        report = await self._context.store.reports.get(report_id)
        if report is None or not report.job_id:
            raise Refused(outcomes.JobUnknown(job_id=""))
        return report.job_id

    async def end(self, person: Person, report_id: str, verb: _Ending = "report_close") -> AdminDone:
        """Close a report, which deletes it; one that another owner closed meanwhile is closed just as well."""
        self._context.require_owner(person, verb)
        await self._context.store.reports.close(report_id)
        log.info("admin.done", verb=verb)
        return AdminDone(verb=verb, details={"report": report_id})

    async def _painter(self, report: Report) -> Person | None:
        """Return who asked for the painting that a report is about; None where there is none to be seen."""
        job = await self._context.store.jobs.get(report.job_id) if report.job_id else None
        return None if job is None or job.deleted or job.state in WAITING else job.person

    async def _notify(self, owner: str, received: ReportReceived) -> None:
        platform, _, person_id = owner.partition(":")
        outlet = self._context.outlets.get(platform)
        told = False
        if outlet is not None:
            try:
                async with asyncio.timeout(_NOTIFY_SECONDS):
                    told = await outlet.notify(person_id, received, await self._context.locale_of(owner))
            except Exception:
                log.exception("report.notify_failed", report=received.report.id)
        if not told:
            log.info("report.owner_not_told", report=received.report.id, platform=platform)


def _cut(text: str | None, longest: int) -> str | None:
    return _clean(text)[:longest] or None if text else None


def _clean(text: str) -> str:
    """Return a text as the store can hold it, without half characters, which are not UTF-8."""
    return text.encode("utf-8", "ignore").decode().strip()
