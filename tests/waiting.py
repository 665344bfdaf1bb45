"""Waiting for what a bot does in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.model import Job
from bot.store import Store

T = TypeVar("T")


async def eventually(check: Callable[[], Awaitable[T] | T], seconds: float = 60) -> T:
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
    """What a house with a store knows of its jobs."""

    store: Store

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

        found = await eventually(there)
        assert found is not None
        return found
