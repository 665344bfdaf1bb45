"""The paintings of a batch, made one after the other: one that fails does not keep the others from being painted."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from bot.adapters.cli import client, interrupt, wire
from bot.adapters.cli.answers import exit_code, line, lost
from bot.adapters.cli.batch import Piece, Plan, Wish, planned, require_names
from bot.adapters.cli.display import Display, make_display
from bot.adapters.cli.errand import Errand
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.inputs import build_request
from bot.adapters.cli.outputs import encoded_picture, film_ending, settled, write
from bot.adapters.cli.private import Done, Outputs, write_result
from bot.adapters.cli.reporting import painted, report
from bot.adapters.cli.server import local_person
from bot.model import CliPlace
from bot.outcomes import Accepted
from bot.sheets import UNREADABLE, Tile, contact_sheet, thumbnail
from bot.studio.batches import is_of_one_photo

if TYPE_CHECKING:
    from bot.adapters.cli.frame import Frame
    from bot.adapters.cli.house import House, Room
    from bot.config import Config


class _Hopeless(CliError):
    """What keeps one painting from being made keeps all the others from it as well."""


class Failure(NamedTuple):
    """A painting that was not made, and why."""

    piece: Piece
    error: CliError


class Told:
    """What became of the paintings so far; it stays true when the command is interrupted."""

    def __init__(self, plan: Plan, display: Display) -> None:
        self.plan = plan
        self._display = display
        self.reports: list[dict[str, Any]] = []  # for --json: of what was painted, and of what was not
        self.failures: list[Failure] = []
        self.done = 0

    @property
    def so_far(self) -> str:
        """How many paintings there are by now."""
        return f"{self.done} of {len(self.plan.pieces)} paintings are finished"

    def painted(self, piece: Piece, done: Done, seconds: float) -> None:
        """Take note of a painting; `seconds` is how long it took."""
        said = report(done, Outputs(painting=done.painting), seconds)
        sheet = self.plan.sheets.get(piece.photo)
        self.reports.append({"photo": str(piece.photo), **said, **({"sheet": str(sheet)} if sheet else {})})
        self.done += 1
        self._display.note(" ".join(filter(None, (painted(said), done.note))))

    def stored(self, sentence: str) -> None:
        """Take note of a job that the running bot has taken."""
        self.done += 1
        self._display.note(sentence)

    def failed(self, piece: Piece, error: CliError) -> None:
        """Take note of a painting that was not made."""
        self.failures.append(Failure(piece, error))
        self.reports.append({"photo": str(piece.photo), "styles": list(piece.typed.styles), "error": str(error)})
        self._display.note(f"Not painted: {piece.label}: {error}")

    def require_all(self) -> None:
        """Raise CliError where paintings failed: one line that names all of them, those together that failed alike."""
        if not self.failures:
            return
        alike: dict[str, list[str]] = {}
        for piece, error in self.failures:
            alike.setdefault(str(error), []).append(piece.label)
        reasons = "; ".join(f"{', '.join(labels)}: {sentence}" for sentence, labels in alike.items())
        code = Exit.PARTLY if self.done else self.failures[0].error.code
        raise CliError(f"{len(self.failures)} of {len(self.plan.pieces)} paintings failed: {reasons}", code)


def paint_batch(
    frame: Frame,
    config: Config,
    wish: Wish,
    only: Sequence[str],
    *,
    as_json: bool,
    submit: bool,
    wait: bool,
    quiet: bool,
) -> None:
    """Paint a batch, and say what became of it, also where it is interrupted; raises CliError.

    `only` are the flags that were given and go with one painting alone.
    """
    presets = frame.house().presets(config)
    if not submit:  # the running bot may know other styles
        require_names(wish, presets)
    plan = planned(wish, presets, config.intake.max_bytes, only=only)
    display = make_display(frame.console, quiet=quiet)
    told = Told(plan, display)
    try:
        with display:
            for note in plan.notes:
                display.note(note)
            if submit:
                interrupt.run(submit_all(config, told, display, force=wish.force, wait=wait))
            else:
                interrupt.run(paint_all(frame.house(), config, told, display))
    except KeyboardInterrupt:
        goes_on = ", and what the bot has taken goes on" if submit else ""
        raise CliError(f"interrupted; {told.so_far}{goes_on}", Exit.INTERRUPTED) from None
    except _Hopeless as error:
        raise CliError(f"{error}; {told.so_far}" if told.done else str(error), error.code) from None
    finally:
        for said in told.reports if as_json else ():
            typer.echo(json.dumps(said, ensure_ascii=False))
    told.require_all()


Make = Callable[[Piece], Awaitable[Done | None]]
"""Makes one painting, or has it made; None where nobody waits for that. Raises CliError."""


async def paint_all(house: House, config: Config, told: Told, display: Display) -> None:
    """Paint them all in a room of their own, by one engine; raises CliError where none more can be painted."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(house.private_room(config))
        errand = Errand(room, display, CliPlace(output=""))
        stack.enter_context(room.outlet.watched(errand.hear))
        painter = _Painter(room, errand, config.intake.max_bytes, len(told.plan.pieces))
        await _each(told, display, painter.paint)


async def submit_all(config: Config, told: Told, display: Display, *, force: bool, wait: bool) -> None:
    """Let the running bot paint them, each when the one before it has ended, lest they fill its queue.

    Without `wait` they are handed over at once, as many of them as it takes. No contact sheet is drawn then.
    """

    async def submit(piece: Piece) -> Done | None:
        request = build_request(piece.typed, config.intake.max_bytes)
        piece.output.parent.mkdir(parents=True, exist_ok=True)
        so_far = client.Submitted()
        answer = await client.submit(
            config.bot.data_dir, request, piece.output, display, replace=force, wait=wait, so_far=so_far
        )
        if isinstance(answer, wire.Stored):
            told.stored(f"Job {answer.job.id} is stored. {answer.text} It goes to {piece.output}")
            return None
        return client.done(answer, piece.output)

    await _each(told, display, submit)


async def _each(told: Told, display: Display, make: Make) -> None:
    """Make one painting after the other, and the contact sheet of each photo when all of its own are made."""
    plan = told.plan
    numbered = enumerate(plan.pieces, start=1)
    for photo, pieces in groupby(numbered, key=lambda pair: pair[1].photo):
        tiles: list[Tile] = []
        for number, piece in pieces:
            display.begin(f"{number} of {len(plan.pieces)}, {piece.label}", number=number, of=len(plan.pieces))
            done = await _made(told, piece, make)
            if photo in plan.sheets:
                tiles.append(await asyncio.to_thread(_tile, piece, done))
        if any(tile.picture is not None for tile in tiles):
            sheet = await asyncio.to_thread(contact_sheet, tiles)
            target = plan.sheets[photo]
            await asyncio.to_thread(write, target, encoded_picture(sheet, target))
            display.note(f"The contact sheet of {photo} lies at {target}.")


async def _made(told: Told, piece: Piece, make: Make) -> Done | None:
    began = time.monotonic()
    try:
        done = await make(piece)
    except _Hopeless:
        raise
    except CliError as error:
        told.failed(piece, error)
        return None
    except OSError as error:  # the folder could not be made
        told.failed(piece, CliError(f"{piece.output.parent} cannot be made: {error.strerror or error}", Exit.OURS))
        return None
    if done is not None:
        told.painted(piece, done, time.monotonic() - began)
    return done


def _tile(piece: Piece, done: Done | None) -> Tile:
    """Return a painting as it stands on a contact sheet; what was not painted, or moves too well, has no picture."""
    picture = None
    if done is not None:
        try:
            picture = thumbnail(done.painting)
        except UNREADABLE:
            picture = None
    return Tile(picture=picture, title=piece.title, name=piece.name)


class _Painter:
    """Paints in a private room."""

    def __init__(self, room: Room, errand: Errand, max_bytes: int, count: int) -> None:
        self._room, self._errand, self._max_bytes, self._left = room, errand, max_bytes, count
        self._told_how_long = False

    async def paint(self, piece: Piece) -> Done:
        """Paint one; raises CliError, and _Hopeless where the others would fare no better."""
        left, self._left = self._left, self._left - 1
        request = build_request(piece.typed, self._max_bytes)
        studio, place = self._room.studio, CliPlace(output=str(piece.output))
        outcome = await studio.submit(local_person(), place, request)
        if not isinstance(outcome, Accepted) and not is_of_one_photo(outcome):
            raise _Hopeless(line(self._room.presenter, outcome), exit_code(outcome))
        job = self._errand.accepted(outcome)
        try:
            if not self._told_how_long:
                await self._errand.ready(job, jobs=left)
                self._told_how_long = True
            finished = await self._errand.finished(job)
        except CliError as error:
            if self._room.engine.failure is not None:
                raise _Hopeless(str(error), error.code) from None
            await studio.cancel(local_person(), job.id)  # of one that has ended nothing comes
            raise
        moving = job.task == "animate"
        path = settled(piece.output, film_ending(job.request.format) if moving else None, named=False)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await write_result(finished, "film" if moving else "painting", path)
        return Done(finished.job, path, lost(self._room.presenter, finished, path))
