"""A worker for each engine: takes the job whose turn it is, paints it, commits the result, survives what goes wrong."""

from __future__ import annotations

import asyncio
import math

import msgspec
import structlog

from bot.background import Background
from bot.model import Job, JobFile
from bot.outcomes import FailureReason, Painting, Waiting
from bot.ports import Engine, EngineFailure
from bot.store import FileGone, StorageFull, StoreError
from bot.studio import paces
from bot.studio.context import Context, Running
from bot.studio.delivery import Delivery
from bot.studio.results import is_hidden
from bot.studio.status import StatusBoard
from bot.studio.tasks import task_for
from nst_engine.protocol import (
    Progress,
    Result,
)

log = structlog.get_logger(__name__)

ATTEMPTS = 2  # engines that may die or hang over one job
_LEASE_SECONDS = 300.0  # before which the janitor takes up no job that nobody seems to paint
_FIRST_PAUSE_SECONDS = 1.0  # before an engine that would not start is asked again; doubles
_LONGEST_PAUSE_SECONDS = 60.0
_LATE_SECONDS = 120.0  # without any engine, after which people are told
_PACKED = "application/msgpack"


class Painters:
    """Runs jobs on engines."""

    def __init__(self, context: Context, status: StatusBoard, delivery: Delivery) -> None:
        self._context, self._status, self._delivery = context, status, delivery
        self._background = Background()
        self._watch: asyncio.Task[None] | None = None  # over how long it takes until an engine is ready

    def start(self) -> None:
        """Begin to work through the queue."""
        for number, engine in enumerate(self._context.engines):
            self._background.start(self._work(engine), f"painter {number}")

    async def close(self) -> None:
        """Stop at once; what is being painted goes back to the queue, and that counts as no attempt."""
        await self._background.close()

    async def fail(self, job_id: str, reason: FailureReason, detail: str) -> None:
        """End a job without a result: a log line, a refund, and a sentence to the place."""
        job = await self._context.store.jobs.end(job_id, "failed", refund=True, code=reason, detail=detail)
        if job is not None:
            log.warning("job.failed", job=job_id, reason=reason, detail=detail)
            self._delivery.tell(job)

    # ---- the worker ---------------------------------------------------------------------------------------------

    async def _work(self, engine: Engine) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            if not await self._ready(engine):
                await self._context.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            entry = self._context.scheduler.take()
            if entry is None:
                self._context.work_waits.clear()
                await self._context.work_waits.wait()
                continue
            if await self._safely(engine, entry.job_id):
                pause = _FIRST_PAUSE_SECONDS
            else:
                await self._context.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _ready(self, engine: Engine) -> bool:
        if engine.hello is not None:
            return True
        if self._watch is None or self._watch.done():
            self._watch = self._background.start(self._tell_when_late(), "watch over the start")
        try:
            await engine.start()
        except EngineFailure as failure:  # the engine has logged each of its attempts as a warning
            log.info("engine.unavailable", detail=failure.detail, waiting=len(self._context.scheduler))
            await self._status.show_queue()
            return False
        except Exception:  # a worker that ended here would end the queue, and nobody would notice
            log.exception("engine.broke")
            return False
        self._watch.cancel()
        self._context.engine_late = False
        await self._status.show_queue()
        return True

    async def _tell_when_late(self) -> None:
        """Tell those who wait, and who come, that there is no engine; the attempts to start one go on."""
        await self._context.clock.sleep(_LATE_SECONDS)
        if not any(engine.hello for engine in self._context.engines):
            log.error("engine.late", seconds=_LATE_SECONDS, waiting=len(self._context.scheduler))
            self._context.engine_late = True
            await self._status.show_queue()

    async def _safely(self, engine: Engine, job_id: str) -> bool:
        """Paint a job, whatever happens; False when it is wise to pause before the next."""
        try:
            return await self._paint(engine, job_id)
        except Exception as error:
            log.exception("job.broke", job=job_id)
            try:
                await self.fail(job_id, _storage_trouble(error) or "engine_error", repr(error))
            except StoreError:
                log.exception("job.left_behind", job=job_id)  # the janitor picks it up when the store is well again
            return False
        finally:
            self._context.running.pop(job_id, None)
            self._context.scheduler.done(job_id)

    async def _paint(self, engine: Engine, job_id: str) -> bool:
        jobs = self._context.store.jobs
        job = await jobs.get(job_id)
        if job is None or job.state != "queued":
            return True
        try:
            task = await task_for(self._context.store, job)
        except StoreError as error:
            await self.fail(job.id, "inputs_gone" if isinstance(error, FileGone) else "storage_error", str(error))
            return True
        running = self._context.running[job.id] = Running(job, engine)
        started = await jobs.start(job.id, self._context.clock.now() + _LEASE_SECONDS)
        if started is None:
            return True
        job = running.job = started
        self._note_speed(running)
        running.spoiler = await is_hidden(self._context, job)
        self._status.post(Painting(job=job, retry=job.attempts_engine > 0, spoiler=running.spoiler))
        await self._status.show_queue()
        if running.ended:  # cancelled before the engine has heard of it
            return True
        try:
            result = await engine.run(
                task, work=job.cost, on_progress=lambda progress: self._progressed(running, progress)
            )
        except EngineFailure as failure:
            return await self._engine_failed(job, failure)
        except asyncio.CancelledError:
            await jobs.requeue(job.id, died=False)
            raise
        await self._finish(engine, job, result)
        return True

    def _note_speed(self, running: Running) -> None:
        if speed := running.engine.pace.speed:
            running.ends_at = self._context.clock.now() + running.job.cost / speed

    def _progressed(self, running: Running, progress: Progress) -> None:
        running.begun = True
        # Few reports bring a preview, and outlets show few reports: each carries the latest, lest it be passed over.
        running.preview = progress.preview or running.preview
        progress = msgspec.structs.replace(progress, preview=running.preview)
        if not running.ended:
            if math.isfinite(progress.seconds_left):
                running.ends_at = self._context.clock.now() + progress.seconds_left
            job = running.job
            self._status.post(
                Painting(job=job, progress=progress, retry=job.attempts_engine > 0, spoiler=running.spoiler)
            )

    # ---- endings ------------------------------------------------------------------------------------------------

    async def _engine_failed(self, job: Job, failure: EngineFailure) -> bool:
        """Queue the job again where that makes sense, else fail it; False when the engine is not to be had."""
        if failure.code == "cancelled":
            ended = await self._context.store.jobs.get(job.id)
            if ended is not None and ended.state == "painting":  # nobody here asked for it
                await self.fail(job.id, "engine_error", f"cancelled by the engine: {failure.detail}")
            return True
        unavailable = failure.code == "engine_unavailable"
        lost = failure.code in ("engine_died", "engine_hung")
        if unavailable or (lost and job.attempts_engine + 1 < ATTEMPTS):
            if await self._context.store.jobs.requeue(job.id, died=lost):
                log.warning("job.requeued", job=job.id, reason=failure.code, detail=failure.detail)
                self._context.running.pop(job.id, None)
                self._context.scheduler.put_back(job.id)
                self._context.work_waits.set()  # another engine may be idle
                ahead, seconds_left = self._context.standing(job.id)
                ready = not self._context.engine_late
                self._status.post(Waiting(job=job, ahead=ahead, seconds_left=seconds_left, engine_ready=ready))
            return not unavailable
        await self.fail(job.id, failure.code, failure.detail)
        return True

    async def _finish(self, engine: Engine, job: Job, result: Result) -> None:
        try:
            files = await self._stored(result)
            first = result.files[0]
            finished = await self._context.store.jobs.finish(
                job.id, files, width=first.width, height=first.height, facts=result.facts
            )
        except StoreError as error:
            await self.fail(job.id, _storage_trouble(error) or "storage_error", str(error))
            return
        if finished:
            log.info("job.painted", job=job.id, files=len(files))
            self._delivery.push(job.id)
        else:  # cancelled meanwhile, and its person may have asked to be forgotten
            await self._context.store.files.discard({file.digest for file in files})
        await paces.keep(self._context, engine)

    async def _stored(self, result: Result) -> list[JobFile]:
        put = self._context.store.files.put
        files = [
            JobFile(role=file.role, digest=await put(file.data), media_type=file.media_type) for file in result.files
        ]
        if result.history:
            digest = await put(msgspec.msgpack.encode(result.history))
            files.append(JobFile(role="history", digest=digest, media_type=_PACKED))
        if result.frames:
            digest = await put(msgspec.msgpack.encode(result.frames))
            files.append(JobFile(role="frames", digest=digest, media_type=_PACKED))
        return files


def _storage_trouble(error: Exception) -> FailureReason | None:
    if isinstance(error, StorageFull):
        return "storage_full"
    return "storage_error" if isinstance(error, StoreError) else None
