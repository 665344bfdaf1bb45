"""`impasto stylize` by itself: the real studio and a real engine, over a store that is gone afterwards."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from bot.adapters.cli.answers import lost
from bot.adapters.cli.display import Display
from bot.adapters.cli.errand import Errand
from bot.adapters.cli.errors import CliError
from bot.adapters.cli.house import House
from bot.adapters.cli.outputs import encoded, film_ending, settled, write
from bot.adapters.cli.server import local_person
from bot.config import Config
from bot.model import CliPlace, Job, Request
from bot.outcomes import Finished


class Outputs(msgspec.Struct, frozen=True, kw_only=True):
    """Where the results go; all paths are absolute and were checked. `named`: the painting's was chosen by a person."""

    painting: Path
    named: bool = True
    film: Path | None = None
    progress_sheet: Path | None = None
    loss_plot: Path | None = None


class Done(msgspec.Struct, frozen=True):
    """A job that was painted, where its painting lies, and what else is to be said of that."""

    job: Job
    painting: Path
    note: str = ""


async def paint(house: House, config: Config, request: Request, outputs: Outputs, display: Display) -> Done:
    """Paint and write every result that was asked for; raises CliError. The painting is written before the rest."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(house.private_room(config))
        errand = Errand(room, display, CliPlace(output=str(outputs.painting)))
        stack.enter_context(room.outlet.watched(errand.hear))
        accepted = errand.accepted(await room.studio.submit(local_person(), errand.place, request))
        moving = accepted.task == "animate"
        if moving and (outputs.film or outputs.progress_sheet or outputs.loss_plot):
            raise CliError("the photo moves: --film, --progress-sheet and --loss-plot are of a picture that does not")
        ending = film_ending(accepted.request.format) if moving else None
        painting = settled(outputs.painting, ending, named=outputs.named)
        await errand.ready(accepted)
        painted = await errand.finished(accepted)
        await write_result(painted, "film" if moving else "painting", painting)
        job = painted.job
        if outputs.film:
            form = outputs.film.suffix.lower().removeprefix(".")
            film = errand.accepted(await room.studio.film(local_person(), errand.place, job.id, form))
            await write_result(await errand.finished(film), "film", outputs.film)
        if outputs.progress_sheet or outputs.loss_plot:
            looking = errand.accepted(await room.studio.details(local_person(), errand.place, job.id))
            details = await errand.finished(looking)
            for role, path in (("progress_sheet", outputs.progress_sheet), ("loss_plot", outputs.loss_plot)):
                if path:
                    await write_result(details, role, path)
        return Done(job, painting, lost(room.presenter, painted, painting))


async def write_result(result: Finished, role: str, path: Path) -> None:
    """Write one of the files of a result; raises CliError."""
    data = next(file.data for file in result.files if file.role == role)
    if role != "film":
        data = await asyncio.to_thread(encoded, data, path)
    await asyncio.to_thread(write, path, data)
