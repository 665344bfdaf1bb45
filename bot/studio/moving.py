"""Moving pictures: how they are painted where nobody says how, what they do not go with, and what they count as."""

from __future__ import annotations

from typing import Any

import msgspec

from bot import outcomes
from bot.model import StoredRequest, TaskKind
from bot.studio.context import Refused
from bot.studio.wanted import Wanted
from nst_engine.options import Options, leaves_quality

USUAL_SIZE = 320
"""Long side of a moving painting where nobody chose another, in pixels: dozens of frames are painted."""


def moving_size(wanted: Wanted, options: Options, largest: int) -> int:
    """Return the long side, in pixels, at which frames are painted and kept, if the content turns out to move."""
    return min(options.size if "size" in wanted.options else min(USUAL_SIZE, options.size), largest)


def as_moving(wanted: Wanted, options: Options, largest: int) -> Options:
    """Return the options for a content that moves: small and quick where nobody chose; raises Refused."""
    for what, is_wanted in (
        ("mask", wanted.mask is not None),
        ("background", bool(wanted.background)),
        ("swap", wanted.swap),
    ):
        if is_wanted:
            raise Refused(outcomes.StillOnly(what=what))
    if "size" in wanted.options and options.size > largest:
        raise Refused(outcomes.SizeNotAllowed(size=options.size, largest=largest, moving=True))
    values: dict[str, Any] = {"size": moving_size(wanted, options, largest)}
    if leaves_quality(wanted.options):
        values["quality"] = "draft"
    return msgspec.structs.replace(options, **values)


def task_of(request: StoredRequest) -> TaskKind:
    """Return what paints a request."""
    return "animate" if request.frames > 1 else "paint"


def paintings_of(request: StoredRequest, frames_a_painting: int) -> int:
    """Return how many paintings of the day's quota a request takes."""
    return -(-request.frames // frames_a_painting)
