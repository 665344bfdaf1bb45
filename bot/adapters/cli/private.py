"""`impasto stylize` by itself: the real studio and a real engine, over a store that is gone afterwards."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from bot.adapters.cli.answers import exit_code, line
from bot.adapters.cli.display import Display
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.house import House, Room
from bot.adapters.cli.outlet import Ending, Event
from bot.adapters.cli.outputs import encoded, write
from bot.adapters.cli.server import local_person
from bot.config import Config
from bot.model import CliPlace, Job, Request
from bot.outcomes import Accepted, Finished, Outcome


class Outputs(msgspec.Struct, frozen=True, kw_only=True):
    """Where the results go; all paths are absolute and were checked."""

    painting: Path
    film: Path | None = None
    progress_sheet: Path | None = None
    loss_plot: Path | None = None


async def paint(house: House, config: Config, request: Request, outputs: Outputs, display: Display) -> Job:
    """Paint and write every result that was asked for; raises CliError. The painting is written before the rest."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(house.private_room(config))
        errand = _Errand(room, display, CliPlace(output=str(outputs.painting)))
        stack.enter_context(room.outlet.watched(errand.hear))
        painted = await errand.finished(await room.studio.submit(local_person(), errand.place, request))
        await _write(painted, "painting", outputs.painting)
        job = painted.job
        if outputs.film:
            form = outputs.film.suffix.lower().removeprefix(".")
            film = await room.studio.film(local_person(), errand.place, job.id, form)
            await _write(await errand.finished(film), "film", outputs.film)
        if outputs.progress_sheet or outputs.loss_plot:
            details = await errand.finished(await room.studio.details(local_person(), errand.place, job.id))
            for role, path in (("progress_sheet", outputs.progress_sheet), ("loss_plot", outputs.loss_plot)):
                if path:
                    await _write(details, role, path)
        return job


class _Errand:
    """Follows the jobs of one command from acceptance to their end."""

    def __init__(self, room: Room, display: Display, place: CliPlace) -> None:
        self.place = place
        self._room, self._display = room, display
        self._endings: asyncio.Queue[Ending] = asyncio.Queue()

    async def finished(self, outcome: Outcome) -> Finished:
        """Wait for an accepted job's result; raises CliError for every other end."""
        if not isinstance(outcome, Accepted):
            raise CliError(line(self._room.presenter, outcome), exit_code(outcome))
        self._display.say("Loading the painter…" if self._room.engine.hello is None else "Starting…")
        ending = await self._ending(outcome.job.id)
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

    async def _ending(self, job_id: str) -> Ending:
        """Wait for a job's end, or for the end of hope; raises CliError when the engine cannot be had."""
        hopeless = asyncio.ensure_future(self._room.engine.failed.wait())
        try:
            while True:
                ended = asyncio.ensure_future(self._endings.get())
                await asyncio.wait((ended, hopeless), return_when=asyncio.FIRST_COMPLETED)
                if not ended.done():
                    ended.cancel()
                    failure = self._room.engine.failure
                    raise CliError(
                        f"the painter does not start: {failure.detail if failure else ''} (see: impasto doctor)",
                        Exit.OURS,
                    )
                if ended.result().outcome.job.id == job_id:
                    return ended.result()
        finally:
            hopeless.cancel()


async def _write(result: Finished, role: str, path: Path) -> None:
    data = next(file.data for file in result.files if file.role == role)
    if role != "film":
        data = await asyncio.to_thread(encoded, data, path)
    await asyncio.to_thread(write, path, data)
