"""The intake without its process: for the many tests of what comes after it, each of which would start a few.

The same code looks at the same bytes; what guards it is tested in `tests/bot/intake/`, and the whole way with a real
process in `tests/e2e/`, and by the command line's tests.
"""

from __future__ import annotations

import asyncio
import io

from bot.intake import Rejected, Rejection, child, decode
from bot.intake.answers import Answer, Order, reject
from bot.intake.intake import Intake


class NearIntake(Intake):
    """Decodes where the bot is."""

    async def _ask(self, order: Order, data: bytes, format_name: str) -> tuple[Answer, bytes]:
        async with self._slots:
            if self._closed:
                raise reject("internal", detail="the intake is closed")
            await asyncio.sleep(0)  # as others get their turn while a process decodes
            decode.prepare(clips=order.clip)
            answer, pictures = child._clean(io.BytesIO(data), order)
        if isinstance(answer, Rejection):
            raise Rejected(answer)
        return answer, b"".join(pictures)
