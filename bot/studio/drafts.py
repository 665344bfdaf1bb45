"""Half-made requests: a photo now, a style in a minute, kept for each person and place until they expire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot import outcomes
from bot.model import Draft, Person, Place, SavedStyle, StoredStyle
from bot.outcomes import Accepted, DraftDropped, DraftState
from bot.studio.admission import Admission, How
from bot.studio.choices import with_options
from bot.studio.context import Context, Refused
from bot.studio.pictures import Pictures
from bot.studio.styles import Styles
from bot.studio.submission import Submission, Wanted, WantedStyle
from nst_engine.options import Options


class Drafts:
    """Keeps drafts."""

    def __init__(
        self, context: Context, admission: Admission, pictures: Pictures, submission: Submission, styles: Styles
    ) -> None:
        self._context, self._admission = context, admission
        self._pictures, self._submission, self._styles = pictures, submission, styles
        self._lock = asyncio.Lock()  # the pictures of an album arrive at once, and each changes the draft

    async def add_photo(self, person: Person, place: Place, picture: bytes) -> DraftState:
        """Take a photo, instead of an earlier one."""
        await self._admission.require_not_banned(person)
        stored = await self._pictures.clean("photo", picture)
        return await self._change(person, place, lambda draft: msgspec.structs.replace(draft, content=stored.digest))

    async def add_style(
        self, person: Person, place: Place, *, preset: str | None, picture: bytes | None, weight: float
    ) -> DraftState:
        """Take a style more, by its name or as a picture."""
        await self._admission.require_not_banned(person)
        self._submission.require_weight(weight)
        known = await self._current(person, place)
        self._submission.require_count(len(known.styles if known else ()) + 1)  # before any work goes into the picture
        if preset is not None:
            found = await self._styles.find(preset, place, person)
            if isinstance(found, SavedStyle):
                stored = await self._pictures.kept("style", found.digest)
                style = StoredStyle(digest=stored.digest, saved=found.name, weight=weight)
            else:
                stored = await self._pictures.from_preset(found)
                style = StoredStyle(digest=stored.digest, preset=found.name, weight=weight)
        elif picture is not None:
            style = StoredStyle(digest=(await self._pictures.clean("style", picture)).digest, weight=weight)
        else:
            raise Refused(outcomes.MissingPicture(which="style"))

        def change(draft: Draft) -> Draft:
            self._submission.require_count(len(draft.styles) + 1)
            return msgspec.structs.replace(draft, styles=(*draft.styles, style))

        return await self._change(person, place, change)

    async def set_options(self, person: Person, place: Place, options: Mapping[str, Any]) -> DraftState:
        """Remember options, over those that were set earlier."""
        with_options(options, Options())  # to refuse now what would be refused later
        return await self._change(
            person, place, lambda draft: msgspec.structs.replace(draft, options={**draft.options, **options})
        )

    async def state(self, person: Person, place: Place) -> DraftState:
        """Say what the draft still needs; without a draft that is everything."""
        return await self._state(await self._current(person, place) or self._empty(person, place))

    async def drop(self, person: Person, place: Place) -> DraftDropped:
        """Drop the draft."""
        return DraftDropped(existed=await self._context.store.drafts.drop(person.key, place.key))

    async def submit(self, person: Person, place: Place, how: How) -> Accepted:
        """Make a job of the draft, which is gone then; a refusal keeps it."""
        async with self._lock:  # a second press finds no draft any more
            if repeated := await self._admission.repeated(person, how):
                return repeated
            draft = await self._current(person, place)
            if draft is None or draft.content is None:
                raise Refused(outcomes.MissingPicture(which="photo"))
            styles = tuple(
                WantedStyle(preset=style.preset, picture=style.digest, weight=style.weight, stored=style)
                for style in draft.styles
            )
            wanted = Wanted(content=draft.content, styles=styles, options=draft.options)
            accepted = await self._submission.submit(person, place, wanted, how)
            await self.drop(person, place)
            return accepted

    async def _change(self, person: Person, place: Place, change: Callable[[Draft], Draft]) -> DraftState:
        async with self._lock:
            draft = change(await self._current(person, place) or self._empty(person, place))
            draft = msgspec.structs.replace(draft, person=person, place=place, expires_at=self._expiry())
            await self._context.store.drafts.put(draft)
        return await self._state(draft)

    async def _current(self, person: Person, place: Place) -> Draft | None:
        return await self._context.store.drafts.get(person.key, place.key, self._context.clock.now())

    def _empty(self, person: Person, place: Place) -> Draft:
        return Draft(person=person, place=place, expires_at=self._expiry())

    def _expiry(self) -> float:
        return self._context.clock.now() + self._context.config.store.draft_minutes * 60

    async def _state(self, draft: Draft) -> DraftState:
        settings = await self._context.store.places.get(draft.place.key)
        has_style = bool(draft.styles) or await self._styles.default(draft.place, settings) is not None
        return DraftState(has_photo=draft.content is not None, has_style=has_style, expires_at=draft.expires_at)
