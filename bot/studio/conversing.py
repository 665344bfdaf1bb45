"""The studio's verbs for a chat in which people ask bit by bit, in words, pictures and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from bot import outcomes as out
from bot.model import Person, Place
from bot.ports import Fetch
from bot.studio.asking import Asking
from bot.studio.came import Came
from bot.studio.captions import Role
from bot.studio.context import Context, answered
from bot.studio.drafts import Drafts
from bot.studio.endings import Endings
from bot.studio.jobs_wanted import How
from bot.studio.replies import Done, Replies
from bot.studio.sharing import Sharing
from bot.studio.styles import Styles, Title
from bot.studio.texts import Texts

Answer = out.Accepted | out.BatchAccepted | out.StylesPage | out.DraftState | out.Help | out.Refusal
"""The painting is asked for; or what lacks yet: a style to choose, or else; or what there is to know."""


class Conversing:
    """The part of the Studio that keeps drafts. `title` translates a preset's title, wherever it is taken."""

    _context: Context
    _asking: Asking
    _drafts: Drafts
    _endings: Endings
    _replies: Replies
    _sharing: Sharing
    _styles: Styles
    _texts: Texts

    async def stylize(
        self,
        person: Person,
        place: Place,
        text: str,
        pictures: Sequence[Fetch] = (),
        *,
        styles: Sequence[Fetch] = (),
        caption: str = "",
        mask: Fetch | None = None,
        title: Title = str,
        **how: Unpack[How],
    ) -> Answer:
        """Ask with a command: words (see bot/studio/typed.py) and pictures, the first of which is the photo.

        Where a style is named, or `styles` are pictures of it, several pictures are a photo each, and are painted one
        by one. With the word "mask" the last picture is the mask, unless `mask` is one. `caption` are the words below
        the other pictures, which count as far as they name something (see bot/studio/captions.py).

        What lacks is awaited in a draft, which takes the place of an earlier one. The place's own style will do where
        none is named. A command with words but without a picture adds to the draft that there is.
        """
        came = Came(
            person=person,
            place=place,
            how=how,
            title=title,
            text=text,
            caption=caption,
            pictures=pictures,
            styles=styles,
            mask=mask,
            anew=True,
        )
        return await answered(self._asking.take(came))

    async def draft_pictures(
        self,
        person: Person,
        place: Place,
        pictures: Sequence[Fetch],
        *,
        caption: str = "",
        mask: Fetch | None = None,
        instead: bool = False,
        title: Title = str,
        **how: Unpack[How],
    ) -> Answer:
        """Take pictures that came without a command: the photo, if that lacks, then styles; begins a draft.

        Several are a photo each where a style is named or was chosen before.

        `caption` are the words below them. What names neither a style nor an option makes no picture a style: its
        person is asked, and answers with `draft_others`. `mask` is one whose caption says so, by `typed.means_mask`.
        `instead`: a photo that waits makes room.
        """
        came = Came(
            person=person,
            place=place,
            how=how,
            title=title,
            caption=caption.strip(),
            pictures=pictures,
            mask=mask,
            instead=instead,
        )
        return await answered(self._asking.take(came))

    async def draft_text(
        self, person: Person, place: Place, text: str, *, title: Title = str, **how: Unpack[How]
    ) -> Answer:
        """Take words that came without a command, for the draft; without one they are answered with help."""
        return await answered(self._asking.take(Came(person=person, place=place, how=how, title=title, text=text)))

    async def reply(
        self,
        person: Person,
        place: Place,
        job_id: str,
        text: str,
        pictures: Sequence[Fetch] = (),
        *,
        verb: str | None = None,
        command: bool = False,
        title: Title = str,
        **how: Unpack[How],
    ) -> Done | out.Refusal | None:
        """Take a reply to a job's message: words on top of its request, or a photo to paint in its style.

        `verb` is that of the button that says the same as the words, in whichever language. None where nothing is asked
        of this job: it was talk about a painting, or means what it means without one.
        """
        came = Came(person=person, place=place, how=how, title=title, text=text, pictures=pictures, anew=command)
        return await answered(self._replies.take(came, job_id, verb))

    async def draft_pick(
        self, person: Person, place: Place, token: str, *, title: Title = str, **how: Unpack[How]
    ) -> Answer:
        """Take the style of a button, by StyleEntry.token; begins a draft where there is none."""
        return await answered(self._asking.take(Came(person=person, place=place, how=how, title=title, token=token)))

    async def draft_others(
        self, person: Person, place: Place, role: Role, *, title: Title = str, **how: Unpack[How]
    ) -> Answer:
        """Take the other pictures of the draft for styles, or the last of them for the photo: `role` says which."""
        return await answered(self._asking.take(Came(person=person, place=place, how=how, title=title, role=role)))

    async def draft_unmask(self, person: Person, place: Place, *, title: Title = str) -> Answer:
        """Take the mask out of the draft."""
        return await answered(self._asking.unmask(Came(person=person, place=place, how=How(), title=title)))

    async def draft_shown(self, person: Person, place: Place, ref: str | None) -> None:
        """Take note of the message that shows the draft: it goes when the draft does, or another message shows that."""
        await self._drafts.shown(person, place, ref)

    async def draft_state(self, person: Person, place: Place, *, title: Title = str) -> out.DraftState | out.Refusal:
        """Say what the draft still needs."""
        return await answered(self._drafts.state(person, place, title))

    async def draft_drop(self, person: Person, place: Place) -> out.DraftDropped | out.Refusal:
        """Drop the draft."""
        return await answered(self._drafts.drop(person, place))

    async def has_draft(self, person: Person, place: Place, *, of: str | None = None) -> bool:
        """Tell whether the person has a draft at the place; `of`: one to which what has this key was added."""
        draft = await self._drafts.find(person, place)
        return draft is not None and (of is None or of in draft.seen)

    async def stop(
        self, person: Person, place: Place
    ) -> out.DraftDropped | out.Cancelled | out.QueueState | out.Refusal:
        """Drop the draft, else cancel the person's only job; of several the only one here, else the queue is shown."""
        return await answered(self._endings.stop(person, place))

    async def style_remove_token(
        self, person: Person, place: Place, token: str, *, manager: bool = False, confirmed: bool = False
    ) -> out.StyleRemoveAsked | out.StyleRemoved | out.Refusal:
        """Keep the saved style of a button no longer: asks first, and does it when `confirmed`."""
        removing = self._styles.remove_by_token(person, place, token, manager=manager, confirmed=confirmed)
        return await answered(removing)

    async def own_id(self, person: Person) -> out.OwnId:
        """Return how the config names this person."""
        return self._texts.own_id(person)

    async def job_shown_by(self, ref: str, person: Person) -> str | None:
        """Return the id of the person's job whose result or status the message with this reference shows."""
        return await self._context.store.jobs.shown_by(ref, person.key)

    async def locale_of(self, person: Person) -> str:
        """Return the language in which a person asked last; empty where that is not known."""
        return await self._context.locale_of(person.key)

    async def requester(self, job_id: str) -> str | None:
        """Return the key of the person whose job it is; None where there is no such job."""
        job = await self._context.store.jobs.get(job_id)
        return None if job is None else job.person.key

    # ---- sending into any chat ----------------------------------------------------------------------------------

    async def shares(
        self, person: Person, place_key: str | None, text: str, *, limit: int = 50, title: Title = str
    ) -> out.Shares:
        """Return what the person may send into any chat: their last paintings (of one place, or all), then presets."""
        return await self._sharing.shares(person, place_key, text, limit=limit, title=title)

    async def styles_not_uploaded(self, platform: str) -> tuple[out.StyleEntry, ...]:
        """Return the presets whose picture the platform does not have yet."""
        return await self._sharing.not_uploaded(platform)

    async def style_picture(self, name: str) -> out.DeliveredFile | out.Refusal:
        """Return a preset's picture, to be uploaded."""
        return await answered(self._sharing.picture(name))

    async def style_uploaded(self, platform: str, name: str, upload: str | None) -> None:
        """Remember the platform's own name of a preset's picture; None: the platform has it no longer."""
        await self._sharing.uploaded(platform, name, upload)
