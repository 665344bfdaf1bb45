"""Styles to choose from, to keep, and to send into any chat."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.model import Job
from bot.outcomes.answers import DraftState
from bot.outcomes.base import Outcome
from bot.outcomes.jobs import DeliveredFile

StyleKind = Literal["mine", "place", "preset"]


class StyleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One style to choose from: a preset, or a saved one, whose `title` is its name.

    `token` names it in a button, where a name may be too long: eight hexadecimal digits.
    """

    name: str
    title: str
    token: str = ""
    kind: StyleKind = "preset"
    description: str = ""
    credits: str = ""


class StylesPage(Outcome, frozen=True, kw_only=True):
    """A page of the gallery. `picture` is a contact sheet whose numbers begin at `first`; None on an empty page.

    `page` counts from 1. `saved_only` leaves the presets out. `draft` is the person's half-made request at this place,
    which the style is chosen for, where there is one. `spoiler`: one of the styles was hidden by who saved it, and the
    sheet with it.
    """

    entries: tuple[StyleEntry, ...]
    page: int
    pages: int
    first: int = 1
    picture: DeliveredFile | None = None
    saved_only: bool = False
    draft: DraftState | None = None
    spoiler: bool = False


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Something to send into any chat: a preset, or a painting of the person's own; one of `entry` and `job` is set.

    `upload` is the platform's own name of the picture; None for a preset that was not uploaded yet.
    """

    entry: StyleEntry | None = None
    job: Job | None = None
    styles: tuple[str, ...] = ()  # titles or names, of a painting
    upload: str | None = None


class Shares(Outcome, frozen=True, kw_only=True):
    """What a person may send into any chat, best first: paintings (newest first), then styles."""

    shares: tuple[Share, ...]


class StyleSaved(Outcome, frozen=True, kw_only=True):
    """A style is kept under this name; `replaced` tells that an earlier one had it."""

    name: str
    for_place: bool = False
    replaced: bool = False


class StyleRemoveAsked(Outcome, frozen=True, kw_only=True):
    """Removing destroys: it asks first. `token` is that of StyleEntry."""

    name: str
    token: str = ""
    for_place: bool = False


class StyleRemoved(Outcome, frozen=True, kw_only=True):
    """The saved style is gone; paintings made with it stay."""

    name: str
    for_place: bool = False
