"""The studio: every rule stands here once, and every answer is a typed outcome.

Each verb is a method that returns an outcome, refusals included; none of them raises for what people do. What the
verbs cost, who may use them and how jobs change their state is in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Unpack

import structlog

from bot import outcomes as out
from bot.config import Config
from bot.intake import Intake
from bot.model import Person, Place, Request
from bot.ports import Bring, Clock, Engine, Fetch, Outlet
from bot.presets import Presets
from bot.store import Store
from bot.studio import paces
from bot.studio.admin import Admin
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrivals
from bot.studio.asking import Asking
from bot.studio.batches import MOST_PHOTOS
from bot.studio.context import Context, answered
from bot.studio.conversing import Conversing
from bot.studio.delivery import Delivery
from bot.studio.drafts import Drafts
from bot.studio.endings import Endings
from bot.studio.follow_up import FollowUp
from bot.studio.gallery import Gallery
from bot.studio.janitor import Janitor
from bot.studio.jobs_wanted import How
from bot.studio.managing import Managing
from bot.studio.offers import Offers
from bot.studio.overview import Overview
from bot.studio.painting import Painters
from bot.studio.pictures import Pictures
from bot.studio.removals import Removals
from bot.studio.replies import Replies
from bot.studio.reports import AboutReport, Reports
from bot.studio.results import Results
from bot.studio.revisions import Revisions
from bot.studio.settings import Settings
from bot.studio.sharing import Sharing
from bot.studio.status import StatusBoard
from bot.studio.styles import Styles, Title
from bot.studio.submission import Submission
from bot.studio.texts import Texts
from bot.studio.verbs import Asked, Verbs

__all__ = ["How", "Studio"]

log = structlog.get_logger(__name__)

Accepting = out.Accepted | out.Refusal


class Studio(Conversing, Managing):
    """The application service between adapters, engines and the store.

    Verbs that make a job take `key` and `status_ref` by keyword; see How.
    """

    def __init__(
        self,
        *,
        store: Store,
        engines: Sequence[Engine],
        presets: Presets,
        intake: Intake,
        outlets: Mapping[str, Outlet],
        config: Config,
        clock: Clock,
        reload: Callable[[], Config] | None = None,
    ) -> None:
        """`outlets` are by platform; `reload` loads the config anew, or raises ConfigError."""
        self._context = context = Context(store, engines, presets, intake, outlets, config, clock)
        self._status = StatusBoard(context)
        self._results = Results(context)
        self._offers = Offers(context)
        self._admission = Admission(context, self._status, self._offers)
        self._removals = Removals(context)
        follow_up = FollowUp(context, self._admission)
        self._delivery = Delivery(context, self._status, self._results, follow_up, self._removals)
        self._painters = Painters(context, self._status, self._delivery)
        self._drafts = Drafts(context)
        self._janitor = Janitor(context, self._delivery, self._drafts, self._removals)
        self._pictures = Pictures(context)
        self._arrivals = Arrivals()
        self._styles = Styles(context, self._admission, self._pictures, self._arrivals)
        self._gallery = Gallery(context, self._styles, self._drafts)
        self._submission = Submission(context, self._admission, self._pictures, self._arrivals, self._styles)
        self._verbs = Verbs(context, self._admission, self._submission)
        self._overview = Overview(context, self._admission)
        self._endings = Endings(
            context,
            self._delivery,
            self._arrivals,
            self._drafts,
            self._overview,
            self._offers,
            self._removals,
        )
        self._settings = Settings(context, self._styles)
        self._texts = Texts(context, self._admission)
        self._asking = Asking(
            context,
            self._admission,
            self._pictures,
            self._arrivals,
            self._styles,
            self._submission,
            self._gallery,
            self._drafts,
            self._texts,
        )
        self._revisions = Revisions(context, self._verbs, self._submission)
        self._replies = Replies(context, self._asking, self._verbs, self._revisions, self._endings, self._results)
        self._sharing = Sharing(context)
        self._reports = Reports(context)
        self._admin = Admin(context, reload)

    async def start(self) -> None:
        """Take up what an earlier run left: paint what waits, deliver what was painted, tell how the rest ended."""
        await paces.recall(self._context)
        jobs = self._context.store.jobs
        await jobs.end_unreadable()
        for job in await jobs.by_state("painting"):
            await jobs.requeue(job.id, died=False)
        for job in await jobs.by_state("queued"):
            self._context.enqueue(job)
        for job in await jobs.by_state("painted"):
            self._delivery.push(job.id)
        await self._delivery.take_up_endings()
        log.info("studio.started", waiting=len(self._context.scheduler))
        self._painters.start()
        self._janitor.start()

    async def close(self) -> None:
        """Stop within seconds. What is being painted goes back to the queue; nothing is lost."""
        await self._janitor.close()
        await self._painters.close()
        await self._delivery.close()
        await self._removals.close()
        await self._reports.close()
        await self._drafts.close()
        await self._status.close()

    async def tidy(self) -> None:
        """Do at once what the janitor does now and then; raises StoreError."""
        await self._janitor.go_once()

    # ---- a new painting -----------------------------------------------------------------------------------------

    async def submit(self, person: Person, place: Place, request: Request | Bring, **how: Unpack[How]) -> Accepting:
        """Ask for a painting; `request` may also be what brings one, once all that is cheap to check allows it."""
        return await answered(self._submission.submit(person, place, request, how))

    async def submit_batch(
        self,
        person: Person,
        place: Place,
        requests: Sequence[Request | Bring],
        *,
        most: int = MOST_PHOTOS,
        **how: Unpack[How],
    ) -> out.BatchAccepted | out.Refusal:
        """Ask for a painting of each of several photos, at `most` so many; those that may not be taken are left out.

        Each shows how it stands in a message of its own, so that there is no `status_ref`.
        """
        return await answered(self._submission.submit_batch(person, place, requests, how, most))

    # ---- from an old job to a new one ---------------------------------------------------------------------------

    async def again(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint it once more with a new seed."""
        return await answered(self._verbs.again(_asked(person, place, job_id, how)))

    async def stronger(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint it with more of the style."""
        return await answered(self._verbs.change_strength(_asked(person, place, job_id, how), "stronger"))

    async def softer(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint it with less of the style."""
        return await answered(self._verbs.change_strength(_asked(person, place, job_id, how), "softer"))

    async def smaller(self, person: Person, place: Place, job_id: str, size: int, **how: Unpack[How]) -> Accepting:
        """Paint it at a smaller size, in pixels: what was too large for the engine's memory."""
        return await answered(self._verbs.smaller(_asked(person, place, job_id, how), size))

    async def take_offer(self, person: Person, place: Place, token: str, **how: Unpack[How]) -> Accepting:
        """Ask for what a refusal offered instead; see TooLargeForMemory."""
        return await answered(self._asking.take_offer(person, place, token, how))

    async def colors(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint it with the photo's colours instead of the style's, or the other way round."""
        return await answered(self._verbs.colors(_asked(person, place, job_id, how)))

    async def bigger(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint it larger, starting from the finished painting."""
        return await answered(self._verbs.bigger(_asked(person, place, job_id, how)))

    async def swap(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint the style in the style of the photo."""
        return await answered(self._verbs.swap(_asked(person, place, job_id, how)))

    async def variations(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Paint a sheet of four strengths."""
        return await answered(self._verbs.variations(_asked(person, place, job_id, how)))

    async def pick(self, person: Person, place: Place, job_id: str, index: int, **how: Unpack[How]) -> Accepting:
        """Paint properly at one of a sheet's strengths, 1 to 4."""
        return await answered(self._verbs.pick(_asked(person, place, job_id, how), index))

    async def film(
        self,
        person: Person,
        place: Place,
        job_id: str,
        format: str = "gif",  # noqa: A002 - that is what it is
        **how: Unpack[How],
    ) -> Accepting:
        """Make a film of the way to the painting: "gif" or "mp4"."""
        return await answered(self._verbs.film(_asked(person, place, job_id, how), format))

    async def details(self, person: Person, place: Place, job_id: str, **how: Unpack[How]) -> Accepting:
        """Draw the progress sheet and the loss plot."""
        return await answered(self._verbs.details(_asked(person, place, job_id, how)))

    async def restyle(
        self, person: Person, place: Place, job_id: str, content: bytes | Fetch, **how: Unpack[How]
    ) -> Accepting:
        """Paint another photo in a painting's styles; anybody at the same place may, at their own cost."""
        return await answered(self._revisions.restyle(_asked(person, place, job_id, how), content))

    # ---- ending and telling -------------------------------------------------------------------------------------

    async def cancel(self, person: Person, job_id: str, *, place: Place | None = None) -> out.Cancelled | out.Refusal:
        """Cancel one's own job; owners may cancel anybody's. `place` is where the person asks."""
        return await answered(self._endings.cancel(person, job_id, place))

    async def delete(
        self,
        person: Person,
        job_id: str,
        *,
        place: Place | None = None,
        moderates: Place | None = None,
        mentioned: bool = False,
    ) -> out.Deleted | out.Refusal:
        """Remove a result and all its files, or else the bot's message at hand alone (`Deleted.message_only`).

        `place` is where the person asks, and `moderates` where the platform lets them remove others' messages, if it
        does. `mentioned`: the message at hand mentions them.
        """
        deleting = self._endings.delete(person, job_id, place, moderates=moderates, mentioned=mentioned)
        return await answered(deleting)

    async def result(self, person: Person, job_id: str, *, place: Place | None = None) -> out.Finished | out.Refusal:
        """Return once more what a job made, as from the history; owners see anybody's. `place` is as for `cancel`."""
        return await answered(self._results.result(person, job_id, place))

    async def sticker(self, person: Person, job_id: str, *, place: Place | None = None) -> out.Finished | out.Refusal:
        """Return a painting as a picture for a sticker: WebP, with its transparency. `place` is as for `cancel`."""
        return await answered(self._results.sticker(person, job_id, place))

    async def copied(self, job_id: str, place: Place, ref: str) -> None:
        """Take note of a message that shows a job's result once more: it goes when the painting goes."""
        await self._context.store.removals.copied(job_id, place, ref)

    async def forget(self, person: Person, token: str | None = None) -> out.ForgetAsked | out.Forgotten | out.Refusal:
        """Delete all that a person has here: asks first, and does it when called with the token of the question."""
        return await answered(self._endings.forget(person, token))

    async def history(
        self, person: Person, *, before: float | None = None, after: float | None = None, limit: int = 10
    ) -> out.HistoryPage | out.Refusal:
        """Return a page of the person's jobs, newest first: the newest, or those before or after a moment."""
        return await answered(self._overview.history(person, before, after, limit))

    async def quota(self, person: Person, place: Place, *, roles: Sequence[str] = ()) -> out.QuotaState | out.Refusal:
        """Return what the person, who has these roles (the platform's ids), may still do here today, and why."""
        return await answered(self._overview.quota(person, place, roles))

    async def queue(self, person: Person) -> out.QueueState | out.Refusal:
        """Return the queue as this person may see it."""
        return await answered(self._overview.queue(person))

    async def help(
        self, person: Person, place: Place, *, name: str | None = None, roles: Sequence[str] = (), brief: bool = False
    ) -> out.Help | out.Refusal:
        """Return what the bot does for this person, who has these roles, here; `brief`: nobody asked for it.

        `name` is what sends things into any chat, if that goes.
        """
        return await answered(self._texts.help(person, place, roles, name=name, brief=brief))

    async def privacy(self) -> out.Privacy | out.Refusal:
        """Return what is kept of people, and for how long."""
        return await answered(self._texts.privacy())

    async def report(
        self, person: Person, place: Place, text: str, **about: Unpack[AboutReport]
    ) -> out.ReportTaken | out.Refusal:
        """Ask the owners to look at something."""
        return await answered(self._reports.take(person, place, text, about))

    # ---- styles -------------------------------------------------------------------------------------------------

    async def styles(
        self, person: Person, place: Place, *, page: int = 1, saved_only: bool = False, title: Title = str
    ) -> out.StylesPage | out.Refusal:
        """Return a page of the styles that the person may name here; `title` translates a preset's title."""
        return await answered(self._gallery.page(person, place, page, saved_only=saved_only, title=title))

    async def style_names(
        self, person: Person, place: Place, text: str, *, limit: int = 25, title: Title = str
    ) -> tuple[out.StyleEntry, ...]:
        """Return the styles that the beginning of a name may mean, best first; quick enough for every key pressed."""
        return await self._gallery.names(person, place, text, limit=limit, title=title)

    async def style_save(
        self,
        person: Person,
        place: Place,
        name: str,
        picture: bytes | Fetch,
        *,
        for_place: bool = False,
        manager: bool = False,
        hidden: bool = False,
    ) -> out.StyleSaved | out.Refusal:
        """Keep a style under a name, for oneself or, who runs the place (`manager`), for everybody there.

        `hidden`: who sent the picture hid it; so is what shows it, and what is painted with it.
        """
        saving = self._styles.save(person, place, name, picture, for_place=for_place, manager=manager, hidden=hidden)
        return await answered(saving)

    async def style_remove(
        self,
        person: Person,
        place: Place,
        name: str,
        *,
        for_place: bool = False,
        manager: bool = False,
        confirmed: bool = False,
    ) -> out.StyleRemoveAsked | out.StyleRemoved | out.Refusal:
        """Keep a style no longer: asks first, and does it when `confirmed`."""
        removing = self._styles.remove(person, place, name, for_place=for_place, manager=manager, confirmed=confirmed)
        return await answered(removing)


def _asked(person: Person, place: Place, job_id: str, how: How) -> Asked:
    return Asked(person=person, place=place, job_id=job_id, **how)
