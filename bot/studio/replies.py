"""Replies to a painting: words are read on top of its request, and a photo is painted in its style.

In private, whatever replies to a painting is answered. In groups people talk about paintings as well: there, without a
command, only what can mean nothing else counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from bot import outcomes
from bot.model import CliPlace, Job, Place
from bot.outcomes import Accepted, Cancelled, Deleted, Finished, StyleEntry
from bot.studio.asking import Asking
from bot.studio.came import Came, Meant
from bot.studio.context import Context, Refused
from bot.studio.endings import Endings
from bot.studio.results import Results
from bot.studio.revisions import Revisions
from bot.studio.rights import not_yours
from bot.studio.verbs import Asked, Verbs

Done = Accepted | Cancelled | Deleted | Finished

_FEW_WORDS = 2  # may be a style of which somebody does not quite know the name
_OF_OWNERS = ("full", "sticker", "delete", "cancel")  # who may do these to other people's paintings, too


class Replies:
    """Understands replies to paintings."""

    def __init__(
        self,
        context: Context,
        asking: Asking,
        verbs: Verbs,
        revisions: Revisions,
        endings: Endings,
        results: Results,
    ) -> None:
        self._context, self._asking, self._revisions = context, asking, revisions
        # What may be said in one word, as the buttons say it; "full" is the result once more, in full quality.
        self._said: dict[str, Callable[[Asked], Awaitable[Done]]] = {
            "again": verbs.again,
            "stronger": lambda asked: verbs.change_strength(asked, "stronger"),
            "softer": lambda asked: verbs.change_strength(asked, "softer"),
            "colors": verbs.colors,
            "bigger": verbs.bigger,
            "swap": verbs.swap,
            "variations": verbs.variations,
            "film": lambda asked: verbs.film(asked, "gif"),
            "details": verbs.details,
            "full": lambda asked: results.result(asked.person, asked.job_id, asked.place),
            "sticker": lambda asked: results.sticker(asked.person, asked.job_id, asked.place),
            "delete": lambda asked: endings.delete(
                asked.person, asked.job_id, asked.place, moderates=None, mentioned=False
            ),
            "cancel": lambda asked: endings.cancel(asked.person, asked.job_id, asked.place),
        }

    async def take(self, came: Came, job_id: str, verb: str | None) -> Done | None:
        """Do what a reply to a job's message asks for; None where it asks for nothing of this job; raises Refused.

        `verb` is that of the button which says the same as the words, `came.anew` marks a command.
        """
        job = await self._context.store.jobs.get(job_id)
        if job is None or not (came.pictures or (came.text or "").strip()):
            return None
        asked = Asked(person=came.person, place=came.place, job_id=job_id, **came.how)
        mine = job.person.key == came.person.key
        if came.pictures:
            return await self._restyled(came, asked, job, mine=mine)
        if verb in self._said:
            if not mine and verb not in _OF_OWNERS:
                raise await not_yours(self._context, job, came.place, "revise")
            return await self._said[verb](asked)
        if mine:
            return await self._revised(came, asked, job)
        if not came.anew:  # a command takes the picture of the painting
            await self._refuse_options(came, job)
        return None

    async def _restyled(self, came: Came, asked: Asked, job: Job, *, mine: bool) -> Accepted | None:
        """Paint the photo that came: for its person a reply with one is enough, others show what they mean."""
        surely = came.anew or _alone(came.place)
        if not mine and job.place.key != came.place.key:
            return None
        try:
            meant = await self._meant(came)
        except Refused as refused:
            unknown = isinstance(refused.refusal, outcomes.PresetUnknown)
            if unknown and not surely:
                return None
            if not unknown or came.anew:
                raise
            meant = await self._meant_below(came, refused)
        said = bool(meant.styles) or meant.said != Meant().said
        if not (mine or surely or said):
            return None
        return await self._revisions.restyle(asked, came.pictures[0], meant)

    async def _revised(self, came: Came, asked: Asked, job: Job) -> Accepted | None:
        """Paint the same photo with what the words say."""
        try:
            meant = await self._meant(came)
        except Refused as refused:
            if came.anew or not isinstance(refused.refusal, outcomes.PresetUnknown):
                raise
            if not _alone(came.place):
                return None
            raise Refused(outcomes.ReplyNotUnderstood(said=came.text or "", near=_near(refused))) from None
        try:
            return await self._revisions.revise(asked, meant)
        except Refused as refused:
            # A command replies to a picture, too: that is there, when the photo is not any more.
            if came.anew and meant.styles and isinstance(refused.refusal, outcomes.InputsGone):
                return None
            raise

    async def _refuse_options(self, came: Came, job: Job) -> None:
        """Refuse options for somebody else's painting; all other words are talk."""
        try:
            meant = await self._meant(came)
        except Refused as refused:
            if isinstance(refused.refusal, outcomes.PresetUnknown):
                return
            raise
        if not meant.styles and meant.said != Meant().said:
            raise await not_yours(self._context, job, came.place, "revise")

    async def _meant_below(self, came: Came, refused: Refused) -> Meant:
        """Return what words below a photo mean that do not all name something: "the same style on this, please"."""
        text = came.text or ""
        meant = await self._asking.understood(msgspec.structs.replace(came, text=None, caption=text))
        if not meant.styles and _near(refused) and len(text.split()) <= _FEW_WORDS:
            raise refused
        return meant

    async def _meant(self, came: Came) -> Meant:
        """Return what words mean; a number or a slip names no style where nobody shows a gallery, or people talk."""
        meant = await self._asking.understood(came)
        is_talk = not came.anew and not _alone(came.place)
        numbered = bool(meant.styles) and not any(map(str.isalpha, came.text or ""))
        if numbered or (is_talk and any(read.slip for read in meant.styles)):
            raise Refused(outcomes.PresetUnknown(name=came.text or ""))
        return meant


def _near(refused: Refused) -> tuple[StyleEntry, ...]:
    return refused.refusal.near if isinstance(refused.refusal, outcomes.PresetUnknown) else ()


def _alone(place: Place) -> bool:
    """Tell whether nobody else is there whom words could be meant for."""
    return isinstance(place, CliPlace) or place.private
