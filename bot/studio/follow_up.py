"""The film that somebody asked for along with a painting: queued when the painting was handed over."""

from __future__ import annotations

import msgspec
import structlog

from bot.model import Job
from bot.studio.admission import Admission
from bot.studio.context import Context, Refused
from bot.studio.jobs_wanted import NewJob
from bot.studio.standing import UNLIMITED

log = structlog.get_logger(__name__)

_FORMAT = "gif"


class FollowUp:
    """Makes the jobs that follow from others."""

    def __init__(self, context: Context, admission: Admission) -> None:
        self._context, self._admission = context, admission

    async def queue_film(self, job: Job) -> None:
        """Queue the film of a painting, if one was asked for; once only, however often this is called.

        It was let in with its painting, so that neither the pause nor anybody's limits stop it any more. Where there
        is no room for it, or its place is out of reach by then, it is left out: the painting has a button for it.
        Raises StoreError.
        """
        if job.task != "paint" or not job.request.film:
            return
        files = [file for file in await self._context.store.jobs.files(job.id) if file.role in ("frames", "painting")]
        if len(files) < 2:
            log.warning("film.without_frames", job=job.id)
            return
        film = NewJob(
            person=job.person,
            place=job.place,
            request=msgspec.structs.replace(job.request, format=_FORMAT, film=False, standard_seconds=None),
            verb="film",
            task="film",
            files=files,
            paintings=0,
            parent=job.id,
            key=f"film of {job.id}",
        )
        try:
            await self._admission.accept(film, UNLIMITED)
        except Refused as refused:
            log.warning("film.left_out", job=job.id, reason=type(refused.refusal).__name__)
