"""Waiting for what a bot does in its own time.

Every limit here is for what hangs. How long something takes depends on the machine, and on what else it does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

from bot.engines.process import Limits
from bot.model import Job
from bot.store import Store

T = TypeVar("T")

PATIENCE = 300.0  # seconds until a test gives up waiting
TEST_SECONDS = 900.0  # of a whole test, as in pyproject.toml
_CONVOLUTION_SECONDS = 0.01  # for the convolution below, on a machine of today


@cache
def slowness() -> float:
    """Return how many times slower than a machine of today this one paints, at least 1, by a small convolution."""
    import torch  # which most tests do without

    picture, weight = torch.ones(1, 64, 64, 64), torch.ones(64, 64, 3, 3)
    seconds = []
    for _ in range(4):
        began = time.perf_counter()
        torch.nn.functional.conv2d(picture, weight, padding=1)
        seconds.append(time.perf_counter() - began)
    return max(1.0, min(seconds) / _CONVOLUTION_SECONDS)


def painting_limits() -> Limits:
    """Return limits for a real engine, which hold on any machine."""
    patience = PATIENCE * slowness()
    return Limits(hello_seconds=patience, silent_seconds=patience, stall_seconds=patience, backoff_seconds=0.05)


async def eventually(check: Callable[[], Awaitable[T] | T], seconds: float = PATIENCE) -> T:
    """Wait until the check gives something true, and return that."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = check()
        if isinstance(found, Awaitable):
            found = await found
        if found or asyncio.get_running_loop().time() > deadline:
            assert found, "it did not happen in time"
            return found
        await asyncio.sleep(0.01)


class WatchedJobs:
    """What a house with a store knows of its jobs; `patience` in seconds."""

    store: Store
    patience = PATIENCE

    async def job(self, job_id: str) -> Job:
        """A job as it is in the store now."""
        job = await self.store.jobs.get(job_id)
        assert job is not None
        return job

    async def state(self, job_id: str, *states: str) -> Job:
        """Wait until the job is in one of these states."""

        async def there() -> Job | None:
            job = await self.job(job_id)
            return job if job.state in states else None

        found = await eventually(there, self.patience)
        assert found is not None
        return found
