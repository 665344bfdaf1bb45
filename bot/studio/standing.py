"""What holds for a person at a place now, and why. Admission lets in by it; whatever tells of limits tells by it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot import outcomes
from bot.model import DiscordPlace, Limits, Person, Place, PlaceSettings, rooms
from bot.outcomes import DayCap, QuotaState, Refusal
from bot.quotas import ceiling, daily_caps, day_of, default_limits, effective, resets_at
from bot.store import place_subject
from bot.studio.context import Context

PAUSED_FLAG = "paused"

_NO_LIMIT = 1_000_000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may do at a place.

    `closed` is what keeps them out whatever they ask for: a ban, the pause, the place's channels or roles. `caps` are
    those of the day, in the order in which they are checked; `queued` is how many wait, of everybody together.
    """

    settings: PlaceSettings
    limits: Limits
    caps: tuple[DayCap, ...]
    waiting: int
    queued: int
    queue_length: int
    resets_at: float
    largest_moving_size: int
    frames_a_painting: int
    closed: Refusal | None = None

    def refusal(self, paintings: int = 1) -> Refusal | None:
        """Return why a job of so many paintings would be refused now, whatever its pictures are; None: it would not."""
        return self.closed or self._no_room() or self.too_much_for_a_day(paintings) or self._used_up(paintings)

    def too_much_for_a_day(self, paintings: int) -> Refusal | None:
        """Return the refusal of what would not fit into a day of which nothing is used yet."""
        limit = min((cap.limit for cap in self.caps), default=0)
        if 0 < limit < paintings:  # none at all has a sentence of its own
            return outcomes.MoreThanADay(limit=limit, needed=paintings)
        return None

    def size_refusal(self, size: int, *, moving: bool = False) -> Refusal | None:
        """Return the refusal of a long side, in pixels, beyond the person's largest."""
        largest = self.largest(moving=moving)
        return outcomes.SizeNotAllowed(size=size, largest=largest, moving=moving) if size > largest else None

    def largest(self, *, moving: bool) -> int:
        """Return the largest long side, in pixels, of what moves or stands still."""
        largest = self.limits.largest_size or 0
        return min(largest, self.largest_moving_size) if moving else largest

    def cap(self, whose: outcomes.Whose) -> int | None:
        """Return somebody's paintings a day; None where there is no such cap."""
        return next((cap.limit for cap in self.caps if cap.whose == whose), None)

    @property
    def at_most(self) -> Limits:
        """What the person may have on a day of which nothing is used yet."""
        return msgspec.structs.replace(self.limits, paintings_a_day=min((cap.limit for cap in self.caps), default=0))

    @property
    def lasting(self) -> Refusal | None:
        """What keeps the person from being painted for here for longer than today; the pause passes."""
        if self.closed is not None and not isinstance(self.closed, outcomes.Paused):
            return self.closed
        if 0 in (self.at_most.paintings_a_day, self.limits.waiting_at_once):
            return outcomes.TooManyWaiting(limit=0)
        return None

    def told(self) -> QuotaState:
        """Return the same for people to read."""
        return QuotaState(
            limits=self.limits,
            caps=self.caps,
            waiting=self.waiting,
            resets_at=self.resets_at,
            largest_moving_size=self.largest(moving=True),
            frames_a_painting=self.frames_a_painting,
            refusal=self.refusal(),
        )

    def _no_room(self) -> Refusal | None:
        most = self.limits.waiting_at_once or 0
        if self.waiting >= most:
            return outcomes.TooManyWaiting(limit=most)
        if self.queued >= self.queue_length:
            return outcomes.QueueFull(limit=self.queue_length)
        return None

    def _used_up(self, paintings: int) -> Refusal | None:
        for cap in self.caps if paintings else ():  # what costs nothing is free to those who have nothing left
            if cap.used + paintings > cap.limit:
                return outcomes.QuotaUsedUp(
                    limit=cap.limit, used=cap.used, needed=paintings, resets_at=self.resets_at, whose=cap.whose
                )
        return None


UNLIMITED = Standing(
    settings=PlaceSettings(),
    limits=Limits(paintings_a_day=_NO_LIMIT, waiting_at_once=_NO_LIMIT, largest_size=_NO_LIMIT),
    caps=(),
    waiting=0,
    queued=0,
    queue_length=_NO_LIMIT,
    resets_at=0.0,
    largest_moving_size=_NO_LIMIT,
    frames_a_painting=1,
)
"""Of what was let in before."""


async def standing_of(context: Context, person: Person, place: Place, roles: Sequence[str] = ()) -> Standing:
    """Return what holds for a person, who has these roles (the platform's ids), at a place now."""
    store, config, now = context.store, context.config, context.clock.now()
    settings = await store.places.get(place.key)
    override = await store.people.override(person.key)
    usual, most = default_limits(config), ceiling(config)
    altogether, here = daily_caps(usual, place=settings.limits, override=override, ceiling=most)
    day, subject = day_of(now), store.person_hash(person.key)
    caps = [DayCap(whose="person", limit=altogether or 0, used=await store.people.used(subject, day))]
    if here is not None:
        used = await store.people.used_here(subject, place.key, day)
        caps.append(DayCap(whose="here", limit=here, used=used))
    if settings.paintings_a_day_for_all is not None:
        used = await store.people.used(place_subject(place.key), day)
        caps.append(DayCap(whose="place", limit=settings.paintings_a_day_for_all, used=used))
    return Standing(
        settings=settings,
        limits=effective(usual, place=settings.limits, override=override, ceiling=most),
        caps=tuple(caps),
        waiting=await store.jobs.waiting_count(person.key),
        queued=len(context.scheduler),
        queue_length=config.limits.queue_length,
        resets_at=resets_at(now),
        largest_moving_size=config.limits.largest_moving_size,
        frames_a_painting=config.limits.frames_a_painting,
        closed=await ban_of(context, person.key) or await _pause(context) or _not_here(place, roles, settings),
    )


async def ban_of(context: Context, person_key: str) -> outcomes.Banned | None:
    """Return the ban of a person that is in force."""
    ban = await context.store.people.banned(person_key)
    return None if ban is None else outcomes.Banned(until=ban.until, reason=ban.reason)


async def _pause(context: Context) -> Refusal | None:
    reason = await context.store.flags.get(PAUSED_FLAG)
    return None if reason is None else outcomes.Paused(reason=reason)


def _not_here(place: Place, roles: Sequence[str], settings: PlaceSettings) -> Refusal | None:
    """Return the refusal where, and of whom, those who run the place do not want me to paint."""
    inside = rooms(place)
    if settings.allowed_channels and inside and not set(inside) & set(settings.allowed_channels):
        return outcomes.ChannelNotAllowed(channels=settings.allowed_channels)
    if settings.allowed_roles and _has_roles(place) and not set(roles) & set(settings.allowed_roles):
        return outcomes.RoleNotAllowed(roles=settings.allowed_roles)
    return None


def _has_roles(place: Place) -> bool:
    """Tell whether people have roles there, which in private they do not."""
    return place.guild is not None if isinstance(place, DiscordPlace) else bool(rooms(place))
