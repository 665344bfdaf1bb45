"""The intake without its process: for the many tests of what comes after it, each of which would start a few.

The same code looks at the same bytes; what guards it is tested in `tests/bot/intake/`, and the whole way with a real
process in `tests/e2e/`, and by the command line's tests.
"""

from __future__ import annotations

import asyncio
import functools
import io

from bot.intake import Rejected, Rejection, child, decode
from bot.intake.answers import Answer, Order, reject
from bot.intake.intake import Intake

SMALL = 100_000  # bytes of a picture that is remembered


def _clean(data: bytes, order: Order) -> tuple[Answer, tuple[bytes, ...]]:
    decode.prepare(clips=order.clip)
    return child._clean(io.BytesIO(data), order)


_clean_once = functools.lru_cache(300)(_clean)  # most tests send the same few pictures and presets


class NearIntake(Intake):
    """Decodes where the bot is."""

    async def _ask(self, order: Order, data: bytes, format_name: str) -> tuple[Answer, bytes]:
        async with self._slots:
            if self._closed:
                raise reject("internal", detail="the intake is closed")
            await asyncio.sleep(0)  # as others get their turn while a process decodes
            clean = _clean_once if len(data) < SMALL else _clean
            answer, pictures = clean(data, order)
        if isinstance(answer, Rejection):
            raise Rejected(answer)
        return answer, b"".join(pictures)
