"""Who may act on a job, and what somebody without the right is told about it."""

from __future__ import annotations

from bot import outcomes
from bot.model import Job, Person, Place, moderated_chat, own_place_key
from bot.studio.context import Context, Refused
from bot.studio.origins import has_styles, painting_of


def may_moderate(moderates: Place | None, place: Place) -> bool:
    """Tell whether who moderates one place may act as a moderator at another: in the same chat only.

    A platform knows moderators of the chat where somebody presses a button. What the button names may be anywhere,
    as some clients send whatever their people want.
    """
    chat = moderated_chat(place)
    return chat is not None and moderated_chat(moderates) == chat


def may_remove(context: Context, person: Person, place: Place | None, moderates: Place | None) -> bool:
    """Tell whether a person may take away a message of the bot's at a place, whatever it is about."""
    if place is None:
        return False
    alone = own_place_key(person) == place.key
    return alone or may_moderate(moderates, place) or context.is_owner(person)


async def not_yours(context: Context, job: Job, place: Place | None, verb: str) -> Refused:
    """Return the refusal for a stranger.

    At the job's place it names the painting whose style they may have for a photo of their own. Elsewhere nobody hears
    that there is such a job.
    """
    if place is None or place.key != job.place.key:
        return Refused(outcomes.JobUnknown(job_id=job.id))
    painting = await painting_of(context, job)
    here = painting is not None and place.key == painting.place.key  # it may be of elsewhere
    if painting is None or not here or not await has_styles(context, painting):
        return Refused(outcomes.NotYours(verb=verb))
    return Refused(outcomes.NotYours(verb=verb, restyle=painting.id))
