"""Where a result comes from: the painting behind a film or details, its styles, and who may do what with them."""

from __future__ import annotations

from bot import outcomes
from bot.model import Job, Place
from bot.studio.context import Context, Refused


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


async def not_yours(context: Context, job: Job, place: Place | None, verb: str) -> Refused:
    """Return the refusal for a stranger, with the painting whose style they may have for a photo of their own."""
    painting = await painting_of(context, job) if place is not None and place.key == job.place.key else None
    here = painting is not None and place is not None and place.key == painting.place.key  # it may be of elsewhere
    if painting is None or not here or not await has_styles(context, painting):
        return Refused(outcomes.NotYours(verb=verb))
    return Refused(outcomes.NotYours(verb=verb, restyle=painting.id))
