"""Half-made requests: a photo now, a style in a minute, kept for each person and place until they expire.

What is in a draft grows one step after the other, whatever comes at once (`alone`). A message shows how it stands, and
goes when the draft does, or when another takes its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import msgspec
import structlog

from bot.background import Background
from bot.lanes import Lanes
from bot.model import Draft, Person, Place, StoredStyle
from bot.outcomes import DraftDropped, DraftExpired, DraftState
from bot.presets import UnknownPreset
from bot.studio.context import Context
from bot.studio.messages import OUTLET_SECONDS, removed
from bot.studio.styles import Title

log = structlog.get_logger(__name__)

_SEEN = 20  # idempotency keys that a draft remembers
_CLOSE_SECONDS = 1.0


class Drafts:
    """Keeps drafts, and the messages that show them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._background = Background()
        self._lanes: Lanes[tuple[str, str]] = Lanes()

    async def close(self) -> None:
        """Wait a moment for messages that are on their way."""
        await self._background.close(wait_seconds=_CLOSE_SECONDS)

    def alone(self, person: Person, place: Place) -> AbstractAsyncContextManager[None]:
        """Let one step after the other be made in a person's draft at a place, in the order in which they came."""
        return self._lanes.lane((person.key, place.key))

    # ---- how it stands ------------------------------------------------------------------------------------------

    async def find(self, person: Person, place: Place) -> Draft | None:
        """Return the draft of a person at a place, unless it has expired."""
        draft = await self._context.store.drafts.get(person.key, place.key)
        return draft if draft is not None and not self._is_over(draft) else None

    async def state(self, person: Person, place: Place, title: Title = str) -> DraftState:
        """Say what the draft still needs; without a draft that is everything."""
        return self.state_of(await self.find(person, place) or self.empty(person, place), title)

    def state_of(self, draft: Draft, title: Title = str) -> DraftState:
        """Return how a draft stands; `title` translates a preset's title."""
        return DraftState(
            has_photo=draft.content is not None,
            has_style=bool(draft.styles),
            expires_at=draft.expires_at,
            styles=self._names(draft.styles, title),
            has_mask=draft.mask is not None,
            background=self._names(draft.background, title),
            moving=draft.format is not None,
            others=len(draft.others),
        )

    def empty(self, person: Person, place: Place) -> Draft:
        """Return a draft with nothing in it, which is not stored."""
        return Draft(person=person, place=place, expires_at=self._expiry())

    # ---- steps; whoever makes one is alone ----------------------------------------------------------------------

    async def current(self, person: Person, place: Place) -> Draft | None:
        """Return the draft as `find` does; one that has expired ends here, and its person is told."""
        draft = await self._context.store.drafts.get(person.key, place.key)
        if draft is not None and self._is_over(draft):
            await self._expire(draft)
            return None
        return draft

    async def keep(self, draft: Draft, earlier: Draft | None, key: str | None) -> Draft:
        """Store what a draft has become, instead of an earlier one, for as long again; raises FileGone.

        `key` is the idempotency key of what made it so.
        """
        seen = draft.seen if key is None else (*draft.seen, key)[-_SEEN:]
        draft = msgspec.structs.replace(draft, expires_at=self._expiry(), seen=seen)
        await self._context.store.drafts.put(draft)
        if earlier is not None and earlier.shown_ref not in (None, draft.shown_ref):
            self._remove_message(earlier)
        return draft

    async def end(self, draft: Draft) -> None:
        """Let go of a draft and of the message that shows it."""
        await self._context.store.drafts.drop(draft.person.key, draft.place.key)
        self._remove_message(draft)

    # ---- verbs --------------------------------------------------------------------------------------------------

    async def drop(self, person: Person, place: Place) -> DraftDropped:
        """Drop the draft, also one that has just expired: its person saw it, and means it."""
        async with self.alone(person, place):
            draft = await self._context.store.drafts.get(person.key, place.key)
            if draft is not None:
                await self.end(draft)
        return DraftDropped(existed=draft is not None)

    async def shown(self, person: Person, place: Place, ref: str | None) -> None:
        """Take note of the message that shows the draft now; an earlier one goes, and this one if the draft has."""
        async with self.alone(person, place):
            draft = await self.current(person, place)
            if draft is None or not await self._context.store.drafts.set_shown(person.key, place.key, ref):
                if ref is not None:
                    self._remove(place, ref)
            elif ref != draft.shown_ref:
                self._remove_message(draft)

    async def expire(self) -> int:
        """End the drafts that nobody finished in time, and tell their people; returns how many. Raises StoreError."""
        over = await self._context.store.drafts.expired(self._context.clock.now())
        return sum(await asyncio.gather(*map(self._expire_alone, over)))

    def remove_messages(self, drafts: list[Draft]) -> None:
        """Remove the messages of drafts that are gone."""
        for draft in drafts:
            self._remove_message(draft)

    # ---- how ----------------------------------------------------------------------------------------------------

    async def _expire_alone(self, found: Draft) -> bool:
        async with self.alone(found.person, found.place):
            draft = await self._context.store.drafts.get(found.person.key, found.place.key)
            over = draft is not None and self._is_over(draft)
            if draft is not None and over:
                await self._expire(draft)
        return over

    async def _expire(self, draft: Draft) -> None:
        await self.end(draft)
        self._background.start(self._tell(draft), "the end of a draft")

    async def _tell(self, draft: Draft) -> None:
        outlet, told = self._context.outlet(draft.place), False
        if outlet is not None:
            try:
                async with asyncio.timeout(OUTLET_SECONDS):
                    outcome = DraftExpired(had_photo=draft.content is not None)
                    told = await outlet.tell(draft.place, draft.person, outcome)
            except Exception:
                log.exception("draft.not_told", place=draft.place.key)
        log.info("draft.expired", place=draft.place.key, told=told)

    def _remove_message(self, draft: Draft) -> None:
        if draft.shown_ref is not None:
            self._remove(draft.place, draft.shown_ref)

    def _remove(self, place: Place, ref: str) -> None:
        self._background.start(removed(self._context, place, ref, of="draft"), "the message of a draft")

    def _names(self, styles: Sequence[StoredStyle], title: Title) -> tuple[str, ...]:
        names = (self._title(style.preset, title) if style.preset else style.saved for style in styles)
        return tuple(name for name in names if name)

    def _title(self, preset: str, title: Title) -> str:
        try:
            return title(self._context.presets.get(preset).title)
        except UnknownPreset:  # an admin removed it meanwhile
            return preset

    def _is_over(self, draft: Draft) -> bool:
        return draft.expires_at <= self._context.clock.now()

    def _expiry(self) -> float:
        return self._context.clock.now() + self._context.config.store.draft_minutes * 60
