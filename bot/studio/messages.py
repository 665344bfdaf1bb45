"""Messages of the bot's that are no longer wanted at their place."""

from __future__ import annotations

import asyncio

import structlog

from bot.model import Place
from bot.studio.context import Context

log = structlog.get_logger(__name__)

OUTLET_SECONDS = 300.0
"""An outlet that needs longer has broken."""


async def removed(context: Context, place: Place, ref: str, **about: str) -> bool:
    """Remove a message, or give up; False when another try later makes sense. `about` is for the log."""
    outlet = context.outlet(place)
    if outlet is None:
        return False
    try:
        async with asyncio.timeout(OUTLET_SECONDS):
            return await outlet.remove(place, ref)
    except Exception:
        log.exception("message.not_removed", place=place.key, **about)
        return False
