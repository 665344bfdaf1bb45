"""Reports: what people want the owners to look at."""

from __future__ import annotations

import asyncio

import structlog

from bot import outcomes
from bot.background import Background
from bot.model import Person, Place, Report
from bot.outcomes import AdminDone, ReportReceived, ReportsPage, ReportTaken
from bot.quotas import day_of
from bot.studio.context import Context, Refused, new_job_id

log = structlog.get_logger(__name__)

_LONGEST_TEXT = 1000  # characters
_LONGEST_LINK = 500
_LONGEST_JOB_ID = 40
_SHOWN = 5  # fits into one message, however long they are
_NOTIFY_SECONDS = 60.0


class Reports:
    """Takes reports and shows them to owners."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._background = Background()

    async def close(self) -> None:
        """Stop telling owners."""
        await self._background.close(wait_seconds=1.0)

    async def take(
        self, person: Person, place: Place, text: str, *, job_id: str | None, link: str | None, ref: str | None
    ) -> ReportTaken:
        """Keep a report and tell the owners. Its text is in no log.

        It is about a job, or else a message: one by whose reference a job's result was sent is about that job too.
        """
        text = _clean(text)
        if not any(map(str.isprintable, "".join(text.split()))):
            raise Refused(outcomes.ReportEmpty())
        context, now = self._context, self._context.clock.now()
        if job_id is None and ref is not None:
            job_id = await context.store.jobs.by_sent_ref(person.platform, ref)
        report = Report(
            id=new_job_id(),
            text=text[:_LONGEST_TEXT],
            reported_at=now,
            place_key=place.key,
            job_id=_clean(job_id)[:_LONGEST_JOB_ID] if job_id else None,
            link=_clean(link)[:_LONGEST_LINK] if link else None,
        )
        limit = context.config.limits.reports_a_day
        subject = f"reports:{context.store.person_hash(person.key)}"
        if not await context.store.reports.add(report, person.key, subject=subject, day=day_of(now), limit=limit):
            raise Refused(outcomes.TooManyReports(limit=limit))
        log.warning("report.received", report=report.id)
        for owner in context.config.bot.owners:
            self._background.start(self._notify(owner, report), f"report {report.id}")
        return ReportTaken(report_id=report.id)

    async def page(self, person: Person) -> ReportsPage:
        """Return the newest open reports."""
        self._context.require_owner(person, "reports")
        reports, count = await self._context.store.reports.open(_SHOWN)
        return ReportsPage(reports=tuple(reports), more=count - len(reports))

    async def end(self, person: Person, report_id: str) -> AdminDone:
        """Close a report, which deletes it; one that another owner closed meanwhile is closed just as well."""
        self._context.require_owner(person, "report_close")
        await self._context.store.reports.close(report_id)
        log.info("admin.done", verb="report_close")
        return AdminDone(verb="report_close", details={"report": report_id})

    async def _notify(self, owner: str, report: Report) -> None:
        platform, _, person_id = owner.partition(":")
        outlet = self._context.outlets.get(platform)
        told = False
        if outlet is not None:
            try:
                async with asyncio.timeout(_NOTIFY_SECONDS):
                    told = await outlet.notify(person_id, ReportReceived(report=report))
            except Exception:
                log.exception("report.notify_failed", report=report.id)
        if not told:
            log.info("report.owner_not_told", report=report.id, platform=platform)


def _clean(text: str) -> str:
    """Return a text as the store can hold it, without half characters, which are not UTF-8."""
    return text.encode("utf-8", "ignore").decode().strip()
