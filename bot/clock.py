"""The clock on the wall, behind the port that lets tests move time."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """The Clock port over the operating system."""

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
