"""Where a result comes from: the painting behind a film or details, and its styles."""

from __future__ import annotations

from bot.model import Job
from bot.studio.context import Context


async def painting_of(context: Context, job: Job) -> Job | None:
    """Return the painting or sheet that a job is about: of a film or details, what they were made from."""
    while job.task in ("film", "inspect"):
        parent = await context.store.jobs.get(job.parent) if job.parent else None
        if parent is None:
            return None
        job = parent
    return job


async def has_styles(context: Context, job: Job) -> bool:
    """Tell whether the store still has all style pictures of a job."""
    kept = {file.digest for file in await context.store.jobs.files(job.id)}
    return all(style.digest in kept for style in job.request.styles)
