"""What does not fit into an engine's memory, and what would instead."""

from __future__ import annotations

import msgspec

from bot.model import StoredRequest
from bot.outcomes import TooLargeForMemory
from nst_engine.memory import fitting_size, needed_bytes


def too_large(request: StoredRequest, memory_bytes: int) -> TooLargeForMemory | None:
    """Return why a painting cannot be held, with the largest size that can, if there is one; None where it fits."""
    options = request.options
    largest = fitting_size(options, request.width, request.height, memory_bytes)
    if largest is None:
        return None
    smaller = msgspec.structs.replace(options, size=largest)  # the smallest there is, where not even that fits
    fits = needed_bytes(smaller, request.width, request.height, memory_bytes) <= memory_bytes
    return TooLargeForMemory(size=options.size, largest=largest if fits else None)
