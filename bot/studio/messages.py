"""Messages of the bot's that are no longer wanted at their place."""

from __future__ import annotations

import asyncio

import structlog

from bot.model import Place
from bot.ports import Removal
from bot.studio.context import Context

log = structlog.get_logger(__name__)

OUTLET_SECONDS = 300.0
"""An outlet that needs longer has broken."""


async def removed(context: Context, place: Place, ref: str, **about: str) -> bool:
    """Remove a message, or give up; False when another try later makes sense. `about` is for the log."""
    return await removal(context, place, ref, **about) != "later"


async def removal(context: Context, place: Place, ref: str, **about: str) -> Removal:
    """Remove a message, and tell what became of it."""
    outlet = context.outlet(place)
    if outlet is None:
        return "later"
    try:
        async with asyncio.timeout(OUTLET_SECONDS):
            return await outlet.remove(place, ref)
    except Exception:
        log.exception("message.not_removed", place=place.key, **about)
        return "later"
