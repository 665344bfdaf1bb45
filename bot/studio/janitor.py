"""What has to be looked after now and then: what waited too long, what was kept long enough, what was left behind."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog

from bot.background import Background
from bot.studio.context import Context
from bot.studio.delivery import Delivery
from bot.studio.drafts import Drafts
from bot.studio.removals import Removals

log = structlog.get_logger(__name__)

_ROUND_SECONDS = 600.0
_DRAFTS_SECONDS = 30.0  # between two looks at drafts: whose time is over is told soon
_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 86400.0


class Janitor:
    """Goes round."""

    def __init__(self, context: Context, delivery: Delivery, drafts: Drafts, removals: Removals) -> None:
        self._context, self._delivery, self._drafts, self._removals = context, delivery, drafts, removals
        self._background = Background()

    def start(self) -> None:
        """Begin to go round."""
        self._background.start(self._go_round(), "janitor")

    async def close(self) -> None:
        """Stop going round."""
        await self._background.close()

    async def go_once(self) -> None:
        """Do everything once; raises StoreError."""
        await self._drafts.expire()
        await self._look_after_jobs()

    async def _look_after_jobs(self) -> None:
        await self._expire_queued()
        await self._delivery.give_up_old()
        await self._delivery.remove_left()
        await self._removals.take_up()
        await self._pick_up()
        store, kept, now = self._context.store, self._context.config.store, self._context.clock.now()
        cleaned = await store.jobs.clean(
            ended_before=now - kept.keep_days * _DAY_SECONDS,
            forget_rows_before=now - kept.keep_history_days * _DAY_SECONDS,
        )
        reports = await store.reports.clean(now - kept.keep_history_days * _DAY_SECONDS)
        swept = await store.files.sweep()
        if cleaned or reports or swept:
            log.info("janitor.cleaned", jobs=cleaned, reports=reports, files=swept)

    async def _go_round(self) -> None:
        due = self._context.clock.now()
        while True:
            if self._context.clock.now() >= due:
                due = self._context.clock.now() + _ROUND_SECONDS
                await self._safely(self._look_after_jobs())
            await self._context.clock.sleep(_DRAFTS_SECONDS)  # at the start an outlet may not be ready to tell anybody
            await self._safely(self._drafts.expire())

    async def _safely(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception:  # whatever it was, the next round may fare better
            log.exception("janitor.broke")

    async def _expire_queued(self) -> None:
        store, limit = self._context.store, self._context.config.limits.queue_hours * _HOUR_SECONDS
        for job in await store.jobs.by_state("queued"):
            if self._context.clock.now() - job.created_at > limit:
                ended = await store.jobs.end(job.id, "expired", refund=True, code="expired", only_from=("queued",))
                if ended is not None:
                    log.warning("job.expired", job=job.id)
                    await self._context.let_go(job.id)
                    self._delivery.tell(ended)

    async def _pick_up(self) -> None:
        """Take up what nobody works on, as after trouble with the store."""
        context = self._context
        for job in await context.store.jobs.by_state("painting"):
            over = job.lease_until is None or job.lease_until <= context.clock.now()
            if over and job.id not in context.running and not context.scheduler.taken(job.id):
                log.warning("job.picked_up", job=job.id)
                await context.store.jobs.requeue(job.id, died=False)
        for job in await context.store.jobs.by_state("queued"):
            if not context.scheduler.taken(job.id):
                context.enqueue(job)
        for job in await context.store.jobs.by_state("painted"):
            self._delivery.push(job.id)
