"""A batch: several photos of one request, each of which becomes a job of its own.

As many are taken as may be. What keeps one photo from being painted keeps none of the others from it; what keeps
everything from it, such as a quota that is used up, leaves the rest of them out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot import outcomes
from bot.outcomes import Accepted, BatchAccepted, LeftOut, Refusal
from bot.studio.context import Refused, answered
from bot.studio.jobs_wanted import How

MOST_PHOTOS = 10
"""Of one request in a chat: as many as an album on Telegram, or a message on Discord, may have."""

Ask = Callable[[How], Awaitable[Accepted]]
"""Asks for the painting of one of the photos; raises Refused."""

_OF_THE_PHOTO = (
    outcomes.TooNarrow,
    outcomes.TooLargeForMemory,
    outcomes.TooMuchWork,
    outcomes.StillOnly,
    outcomes.MoreThanADay,
)


def is_of_one_photo(refusal: Refusal) -> bool:
    """Tell whether a refusal is about the photo, so that another one may be taken with all the rest as it is."""
    if isinstance(refusal, outcomes.PictureRejected):
        return refusal.which == "photo"
    if isinstance(refusal, outcomes.SizeNotAllowed):
        return refusal.moving
    if isinstance(refusal, outcomes.QuotaUsedUp):
        return refusal.needed > 1 and refusal.used < refusal.limit  # what moves counts as several
    return isinstance(refusal, _OF_THE_PHOTO)


async def accepted(asks: Sequence[Ask], how: How, *, most: int = MOST_PHOTOS) -> BatchAccepted:
    """Ask for each of the photos, in order; raises Refused where none of them is taken.

    Each is known by a key of its own, so that a request that comes again makes no second job of any of them. `most` is
    how many may be taken at this place.
    """
    jobs: list[Accepted] = []
    left: list[LeftOut] = []
    for number, ask in enumerate(asks, start=1):
        if number > most:
            left.append(_rest(asks, number, outcomes.TooManyPhotos(limit=most)))
            break
        outcome = await answered(ask(_numbered(how, number)))
        if isinstance(outcome, Accepted):
            jobs.append(outcome)
        elif is_of_one_photo(outcome):
            left.append(LeftOut(number=number, why=outcome))
        else:
            left.append(_rest(asks, number, outcome))
            break
    if not jobs:
        raise Refused(left[0].why)
    return BatchAccepted(jobs=tuple(jobs), left=tuple(left))


def _rest(asks: Sequence[Ask], number: int, why: Refusal) -> LeftOut:
    """Return what leaves out all photos from this number on."""
    count = len(asks) - number + 1
    return LeftOut(number=number if count == 1 else None, count=count, why=why)


def _numbered(how: How, number: int) -> How:
    """Return what goes along with one of the photos: the first has the key of the request itself."""
    key = how.get("key")
    return how if key is None or number == 1 else How(**{**how, "key": f"{key}/{number}"})
