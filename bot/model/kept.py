"""What is kept besides jobs: limits and settings, saved styles, reports, half-made requests."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bot.model.people import Person
from bot.model.places import Place
from bot.model.requests import StoredStyle


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one person may do. `None` means that this layer says nothing; 0 means none at all."""

    paintings_a_day: int | None = None
    waiting_at_once: int | None = None
    largest_size: int | None = None  # long side, in pixels


class PlaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the people who run a place chose for it. Empty lists of channels or roles allow all of them."""

    options: dict[str, Any] = {}  # defaults of options, by name
    preset: str | None = None
    limits: Limits = Limits()
    paintings_a_day_for_all: int | None = None
    allowed_channels: tuple[str, ...] = ()
    allowed_roles: tuple[str, ...] = ()
    spoiler: bool = False  # results are hidden until somebody wants to see them


class SavedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style picture that somebody keeps under a name, for themselves or (`for_place`) for a place."""

    name: str
    digest: str
    for_place: bool = False
    saved_at: float = 0.0  # Unix seconds
    hidden: bool = False  # its picture was hidden by who sent it


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants the owners to look at; `link` finds the message that it is about, where there is one.

    The names are what the person and the place (a server, a group) were called then, as far as that is known.
    """

    id: str
    text: str
    reported_at: float
    person_key: str
    place_key: str
    job_id: str | None = None
    link: str | None = None
    person_name: str | None = None
    place_name: str | None = None


class LeftMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the bot's that is to go: `ref` finds it at its place. Nothing else is known of it."""

    id: int
    place: Place
    ref: str
    since: float  # Unix seconds


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A half-made request of one person in one place; pictures are digests of files in the store."""

    person: Person
    place: Place
    expires_at: float
    content: str | None = None
    format: Literal["gif", "mp4"] | None = None  # of a moving content; None where it stands still
    styles: tuple[StoredStyle, ...] = ()
    mask: str | None = None
    background: tuple[StoredStyle, ...] = ()
    others: tuple[str, ...] = ()  # pictures that may be styles, or the photo: nobody has said so yet
    options: dict[str, Any] = {}
    blend: float | None = None  # these three as in Request
    swap: bool = False
    film: bool = False
    hidden: bool = False  # one of its pictures was hidden by who sent it
    seen: tuple[str, ...] = ()  # idempotency keys of what it was made of: a repetition changes nothing
    shown_ref: str | None = None  # the message that shows how the draft stands
