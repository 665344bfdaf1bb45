"""One command's jobs, followed from acceptance to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.adapters.cli.answers import exit_code, line
from bot.adapters.cli.display import Display
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.forecast import forecast, require_fit
from bot.adapters.cli.house import Room
from bot.adapters.cli.inputs import LOCALE
from bot.adapters.cli.outlet import Ending, Event
from bot.model import CliPlace, Job
from bot.outcomes import Accepted, Finished, Outcome
from bot.presenter.style_words import slips

T = TypeVar("T")

_LOADING = "Loading the painter…"


class Errand:
    """Follows the jobs of one command in a room of its own; `hear` is to be told of every event there."""

    def __init__(self, room: Room, display: Display, place: CliPlace) -> None:
        self.place = place
        self._room, self._display = room, display
        self._endings: asyncio.Queue[Ending] = asyncio.Queue()
        self._slips = set[str]()  # that were said
        room.engine.on_waiting = lambda: display.say(_LOADING)

    def accepted(self, outcome: Outcome) -> Job:
        """Return the job that was accepted; raises CliError for every other answer."""
        if not isinstance(outcome, Accepted):
            raise CliError(line(self._room.presenter, outcome), exit_code(outcome))
        if (said := slips(outcome.job, self._room.presenter.words(LOCALE))) and said not in self._slips:
            self._slips.add(said)
            self._display.note(said)
        return outcome.job

    async def ready(self, job: Job, *, jobs: int = 1) -> None:
        """Wait for the engine and say what `jobs` like this one will take; raises CliError when they do not fit."""
        engine = self._room.engine
        self._display.say(_LOADING if engine.hello is None else "Starting…")
        await self._in_hope(engine.ready.wait())
        if engine.hello is None:  # it died again, which is seen to where the job is painted
            return
        require_fit(job, engine.hello, self._room.presenter)
        for sentence in forecast(job, engine.hello, engine.pace.speed, self._room.presenter, jobs=jobs):
            self._display.note(sentence)

    async def finished(self, job: Job) -> Finished:
        """Wait for a job's result; raises CliError for every other end."""
        while (ending := await self._in_hope(self._endings.get())).outcome.job.id != job.id:
            pass
        if not isinstance(ending.outcome, Finished):
            code = exit_code(ending.outcome)
            more = "" if code == Exit.MISTAKE else " (impasto --verbose stylize … shows the log)"
            raise CliError(line(self._room.presenter, ending.outcome) + more, code)
        return ending.outcome

    def hear(self, event: Event) -> None:
        """Take in what the outlet tells."""
        if isinstance(event, Ending):
            self._endings.put_nowait(event)
        else:
            self._display.show(event, self._room.engine.hello is not None)

    async def _in_hope(self, event: Coroutine[Any, Any, T]) -> T:
        """Wait for something to happen, or for the end of hope; raises CliError when the engine cannot be had."""
        engine = self._room.engine
        happened, hopeless = asyncio.ensure_future(event), asyncio.ensure_future(engine.failed.wait())
        try:
            await asyncio.wait((happened, hopeless), return_when=asyncio.FIRST_COMPLETED)
            if happened.done():
                return happened.result()
            detail = engine.failure.detail if engine.failure else ""
            raise CliError(f"the painter does not start: {detail} (see: impasto doctor)", Exit.OURS)
        finally:
            happened.cancel()
            hopeless.cancel()
