"""What somebody wants painted, with pictures from wherever they come: strangers, drafts, presets, old jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import msgspec

from bot import outcomes
from bot.model import Request, RequestedRegion, RequestedStyle, SavedStyle, Slip, StoredRegion, StoredStyle
from bot.naming import Read
from bot.presets import Preset
from bot.studio.context import Refused
from nst_engine.options import Options

Source = bytes | str
"""A picture: a stranger's bytes, or the digest of a clean one in the store."""


class WantedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style that a person wants; of a preset, `picture` may be left out. One of an old job is taken as `stored`.

    `slip` says what was typed, where that was not quite its name.
    """

    preset: str | None = None
    picture: Source | None = None
    weight: float = 1.0
    stored: StoredStyle | None = None
    slip: Slip | None = None
    hidden: bool = False  # as in StoredRequest

    @classmethod
    def of(cls, stored: StoredStyle, *, hidden: bool = False) -> WantedStyle:
        """Return the wish for a style of an old job, whatever has become of its preset or its name since."""
        return cls(picture=stored.digest, weight=stored.weight, stored=stored, hidden=hidden)


class WantedRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the photo that a person wants in styles of its own; `color` as in RequestedRegion."""

    mask: Source
    styles: tuple[WantedStyle, ...]
    color: str | None = None

    @classmethod
    def of(cls, stored: StoredRegion) -> WantedRegion:
        """Return the wish for a part of an old job."""
        return cls(mask=stored.mask, styles=tuple(map(WantedStyle.of, stored.styles)))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A request or a draft: what a person wants, with pictures from wherever they come.

    `base` is what `options` are changes of, instead of the defaults, the place's settings and the preset's.
    """

    content: Source
    styles: tuple[WantedStyle, ...]
    options: dict[str, Any] = {}
    init: Source | None = None
    base: Options | None = None
    blend: float | None = None
    swap: bool = False
    film: bool = False
    mask: Source | None = None
    background: tuple[WantedStyle, ...] = ()
    regions: tuple[WantedRegion, ...] = ()
    mask_color: str | None = None  # as in RequestedRegion
    format: Literal["gif", "mp4"] | None = None  # of a moving content; None: as it came
    hidden: bool = False  # as in StoredRequest

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Return what a request wants. Regions without a mask below them become a mask and regions over it."""
        styles, background = map(_wanted_styles, (request.styles, request.background))
        regions = tuple(map(_wanted_region, request.regions))
        mask: Source | None = request.mask
        color = None
        if mask is None and regions:
            (first, *others), background = regions, styles
            styles, mask, color, regions = first.styles, first.mask, first.color, tuple(others)
        if request.swap:
            mask, background, regions = None, (), ()  # they lie over what is not painted then
        return cls(
            content=request.content,
            styles=styles,
            options=request.options,
            init=None if request.swap else request.init,  # a picture of what is not painted then
            blend=request.blend,
            swap=request.swap,
            film=request.film,
            mask=mask,
            mask_color=color,
            background=background,
            regions=regions,
            format=request.format,
        )


BringWanted = Callable[[], Awaitable[Request | Wanted]]
"""Bring, or the like for what is partly in the store."""


def wanted_style(found: Preset | SavedStyle, weight: float, slip: Slip | None = None) -> WantedStyle:
    """Return the wish for a style that was found by its name."""
    if isinstance(found, Preset):
        return WantedStyle(preset=found.name, weight=weight, slip=slip)
    stored = StoredStyle(digest=found.digest, saved=found.name, weight=weight)
    return msgspec.structs.replace(WantedStyle.of(stored, hidden=found.hidden), slip=slip)


def slip_of(read: Read[Preset | SavedStyle]) -> Slip | None:
    """Return what was typed for a style, where that was not quite its name."""
    if read.slip is None:
        return None
    return Slip(read.slip, read.meant.title if isinstance(read.meant, Preset) else read.meant.name)


def blended(styles: tuple[WantedStyle, ...], share: float) -> tuple[WantedStyle, ...]:
    """Give the last of several styles this share in percent; the others divide the rest by their weights."""
    if not 0 <= share <= 100:
        raise Refused(outcomes.OptionRefused(option="blend", found=str(share), allowed="a whole number from 0 to 100"))
    *others, last = styles
    if not others:
        raise Refused(outcomes.BlendAlone())
    whole = sum(style.weight for style in others)
    weighed = [msgspec.structs.replace(style, weight=style.weight / whole * (100 - share) / 100) for style in others]
    weighed.append(msgspec.structs.replace(last, weight=share / 100))
    return tuple(style for style in weighed if style.weight > 0)


def _wanted_region(region: RequestedRegion) -> WantedRegion:
    return WantedRegion(mask=region.mask, styles=_wanted_styles(region.styles), color=region.color)


def _wanted_styles(styles: Sequence[RequestedStyle]) -> tuple[WantedStyle, ...]:
    return tuple(WantedStyle(preset=style.preset, picture=style.picture, weight=style.weight) for style in styles)
