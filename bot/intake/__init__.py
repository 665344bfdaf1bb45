"""Bytes from strangers go in; a safe, upright sRGB picture or a typed rejection comes out.

    intake = Intake(Limits())
    picture = await intake.clean(data)  # raises Rejected

Every picture is decoded in a process of its own that may use little memory and time, open no file, reach no network
and start no program. That process imports this package too, so the asyncio side is loaded only when it is asked for.
"""

from typing import TYPE_CHECKING, Any

from bot.intake.answers import Attempt, Layer, Moving, Picture, Protection, Purpose, Rejected, Rejection, RejectionCode
from bot.intake.limits import Limits

if TYPE_CHECKING:
    from bot.intake.intake import Intake

__all__ = [
    "Attempt",
    "Intake",
    "Layer",
    "Limits",
    "Moving",
    "Picture",
    "Protection",
    "Purpose",
    "Rejected",
    "Rejection",
    "RejectionCode",
]


def __getattr__(name: str) -> Any:
    if name == "Intake":
        from bot.intake.intake import Intake

        return Intake
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
