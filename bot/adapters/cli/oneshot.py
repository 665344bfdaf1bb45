"""An engine for a command that cannot wait for better days: when it does not start, the command ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.pace import Pace
from bot.ports import Engine, EngineFailure
from nst_engine.protocol import Hello, Progress, Result, Task


class OneShotEngine:
    """The Engine port over another engine; remembers when that one cannot be had."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.failure: EngineFailure | None = None
        self.failed = asyncio.Event()
        self.ready = asyncio.Event()  # it has been ready once
        self.on_waiting: Callable[[], None] = lambda: None
        """Told that somebody waits for it to get ready."""

    @property
    def hello(self) -> Hello | None:
        """What the engine said when it became ready; None while it is down or starting."""
        return self._engine.hello

    @property
    def pace(self) -> Pace:
        """How fast it paints, as far as that is known, also while it is down."""
        return self._engine.pace

    @property
    def seconds_to_ready(self) -> float:
        """About how long it would take from now to get ready; 0 when it is."""
        return self._engine.seconds_to_ready

    async def start(self) -> Hello:
        """Start and wait until ready; raises EngineFailure("engine_unavailable")."""
        try:
            hello = await self._engine.start()
        except EngineFailure as failure:
            self._note(failure)
            raise
        self.ready.set()
        return hello

    async def known(self) -> None:
        """Wait until it is ready or cannot be had: nobody else waits, and its trial is all that there is to go by."""
        if self.ready.is_set():
            return
        self.on_waiting()
        waits = [asyncio.ensure_future(event.wait()) for event in (self.ready, self.failed)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def run(self, task: Task, *, work: float, on_progress: Callable[[Progress], None]) -> Result:
        """Run a task to its end; raises EngineFailure."""
        try:
            return await self._engine.run(task, work=work, on_progress=on_progress)
        except EngineFailure as failure:
            if failure.code == "engine_unavailable":
                self._note(failure)
            raise

    async def cancel(self, task_id: str) -> None:
        """Ask for a running task to stop."""
        await self._engine.cancel(task_id)

    async def close(self) -> None:
        """Stop gracefully, then by force; returns when the process is gone."""
        await self._engine.close()

    def _note(self, failure: EngineFailure) -> None:
        self.failure = failure
        self.failed.set()
