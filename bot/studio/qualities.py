"""How long to work on a painting where nobody chose: what people need not wait long for on the engine at hand."""

from __future__ import annotations

import asyncio

import msgspec

from bot.model import StoredRequest
from bot.studio.context import UNKNOWN_SPEED, Context
from nst_engine import schedule


async def affordable(context: Context, request: StoredRequest) -> StoredRequest:
    """Return a request, which is for standard quality, as it is, or as a draft that says how long standard would take.

    Nothing of it is left open then, so that who asks for the same again gets the same. Whichever engine is the slowest
    may come to paint it; of one that has said nothing yet and was never known, the usual guess is made.
    """
    await asyncio.gather(*(engine.known() for engine in context.engines))
    speed = min((engine.pace.speed or UNKNOWN_SPEED for engine in context.engines), default=UNKNOWN_SPEED)
    size = request.width, request.height
    quality = schedule.affordable_quality(request.options, *size, speed)
    if quality == request.options.quality:
        return request
    return msgspec.structs.replace(
        request,
        options=msgspec.structs.replace(request.options, quality=quality),
        chosen={**request.chosen, "quality": quality} if "quality" in request.chosen else request.chosen,
        standard_seconds=schedule.work(request.options, *size) / speed,
    )
