"""What a person asks for, and the same once it has been checked and its pictures lie in the store."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from nst_engine.options import Options

StyleWeight = Annotated[float, Meta(gt=0, le=1000)]


class RequestedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style as asked for: the name of a saved style or a preset, or a picture's untrusted bytes."""

    preset: str | None = None
    picture: bytes | None = None
    weight: float = 1.0


class RequestedRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the photo: styles for where a mask is white; with a `color`, for where a picture has this colour."""

    mask: bytes
    styles: tuple[RequestedStyle, ...]
    color: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for, pictures included. Nothing in it has been checked yet.

    `options` holds only what the person chose, by name ("strength": "70" or 70); the studio fills in the rest from
    the preset's good settings, the place's settings and the defaults, in this order.

    `blend` is the share of the last style in percent, 0 to 100; the others divide the rest by their weights. With
    `swap` the photo and the heaviest style change roles. `film` asks for a film of the way as well.

    A `mask` is a grey picture: only where it is white are the `styles` painted; where it is black the `background`
    styles are, or, where there are none, the photo stays as it is. `regions` are more parts, each laid over those
    before it. With regions and no mask the `styles` are for the rest, and may be left out. A moving `content` (an
    animated GIF, WebP or PNG, or a clip) becomes a moving painting.
    """

    content: bytes
    styles: tuple[RequestedStyle, ...]
    options: dict[str, Any] = {}
    init: bytes | None = None
    blend: float | None = None
    swap: bool = False
    film: bool = False
    mask: bytes | None = None
    background: tuple[RequestedStyle, ...] = ()
    regions: tuple[RequestedRegion, ...] = ()
    format: Literal["gif", "mp4"] | None = None  # of a moving painting; None: as the content is one


class Slip(msgspec.Struct, frozen=True):
    """What was typed for a style, and the preset's title or the saved name that it was clearly meant to be."""

    typed: str
    meant: str


class StoredStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style as stored: `digest` names the picture in the store.

    `preset` or `saved` say where it came from, by the name of a preset or of a saved style; a picture has neither.
    `lent` marks somebody else's picture: to paint with, not to be painted itself. Its name stayed with its person.
    `slip` says what was typed, where that was not quite the style's name.
    """

    digest: str
    preset: str | None = None
    saved: str | None = None
    weight: float = 1.0
    lent: bool = False
    slip: Slip | None = None


class StoredRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the photo as stored: `mask` is the digest of a grey picture."""

    mask: str
    styles: tuple[StoredStyle, ...]


class StoredRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request whose pictures are files of the store, named by SHA-256 digests (hexadecimal).

    `photo_name` and the like are not kept: names of files are private. `strengths` belongs to variations only,
    `format` to films and to moving paintings. `hidden`: one of its pictures was hidden by who sent it (a spoiler), so
    that whatever is made of it is hidden as well.
    """

    content: str
    styles: tuple[StoredStyle, ...]
    options: Options
    width: int  # of the content picture, in pixels
    height: int
    init: str | None = None
    chosen: dict[str, Any] = {}
    strengths: tuple[int, int, int, int] | None = None
    format: Literal["gif", "mp4"] | None = None
    film: bool = False  # is to follow when the painting was handed over
    mask: str | None = None
    background: tuple[StoredStyle, ...] = ()
    regions: tuple[StoredRegion, ...] = ()
    frames: int = 1  # of the content: more than one make it a moving picture, whose file is an animated PNG
    frames_per_second: float = 8.0  # at which a moving picture plays
    sound: bool = False  # it came with a sound, whether that could be kept or not
    standard_seconds: float | None = None  # what it would take at standard, where it is a draft for that reason
    hidden: bool = False


def all_styles(request: StoredRequest) -> tuple[StoredStyle, ...]:
    """Return every style of a request: its own, the background's and those of its regions."""
    return (*request.styles, *request.background, *(style for region in request.regions for style in region.styles))
