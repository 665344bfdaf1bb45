"""Tasks that belong to a part of the bot, not to a handler: remembered, logged when they break, ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Background:
    """A set of running tasks."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run something until it ends or the part that it belongs to closes."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self, *, wait_seconds: float = 0.0, cancel_seconds: float = 5.0) -> None:
        """Wait a while for the tasks to end by themselves, then cancel them, and wait a while for that."""
        if self._tasks and wait_seconds:
            await asyncio.wait(set(self._tasks), timeout=wait_seconds)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _, stuck = await asyncio.wait(set(self._tasks), timeout=cancel_seconds)
            for task in stuck:
                log.error("background.stuck", task=task.get_name())

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background.broke", task=task.get_name(), exc_info=error)
