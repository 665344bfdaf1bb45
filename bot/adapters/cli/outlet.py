"""The way back to a terminal: whoever watches is told, and the painting is written to its file."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from bot.adapters.cli.outputs import encoded, suited, write_whole
from bot.model import CliPlace, Person, Place
from bot.outcomes import DeliveryOutcome, Finished, Outcome, StatusOutcome, Waiting
from bot.ports import Gone, Later, Removal, Sent

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 60.0
_REF = "terminal"


class Ending(msgspec.Struct, frozen=True):
    """How a job ended, as far as the terminal is concerned; `written` is where its painting lies now."""

    outcome: DeliveryOutcome
    written: str | None = None
    problem: str | None = None  # why it could not be written


Event = StatusOutcome | Ending
Watcher = Callable[[Event], None]


class TerminalOutlet:
    """The Outlet port for a command that waits for its own jobs and writes what they make itself."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    @contextmanager
    def watched(self, watcher: Watcher) -> Iterator[None]:
        """Tell `watcher` of every event of every job meanwhile."""
        self._watchers.add(watcher)
        try:
            yield
        finally:
            self._watchers.discard(watcher)

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        """Tell the watchers how the job stands; that it waits they know, unless there is nobody to paint it."""
        if not isinstance(outcome, Waiting) or not outcome.engine_ready:
            self._tell(outcome)
        return _REF

    async def remove(self, place: Place, ref: str) -> Removal:
        """Do nothing: a file that was written belongs to its person."""
        return "stays"

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        """Hand the ending to the watchers."""
        self._tell(Ending(outcome))
        return Sent(_REF)

    async def tell(self, place: Place, person: Person, outcome: Outcome) -> bool:
        """Say no: who typed a command has its answer."""
        return False

    async def notify(self, person_id: str, outcome: Outcome, locale: str = "") -> bool:
        """Say no: nobody need be at a terminal. The log tells owners to look at the reports."""
        return False

    def _tell(self, event: Event) -> None:
        for watcher in tuple(self._watchers):
            watcher(event)


class FileOutlet(TerminalOutlet):
    """The Outlet port for the running bot: the painting goes to the file that its place names."""

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        """Write the result. A repeated delivery finds the same bytes there already and changes nothing."""
        if not isinstance(outcome, Finished) or not outcome.files:
            return await super().deliver(place, outcome, key)
        assert isinstance(place, CliPlace)
        try:
            path = suited(Path(place.output), outcome.files[0].media_type)
            written = await asyncio.to_thread(_put, outcome.files[0].data, path, place.replace)
        except OSError as error:
            log.warning("cli.not_written", job=outcome.job.id, path=place.output, reason=str(error))
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return Later(_RETRY_SECONDS)
            problem = f"{place.output} cannot be written: {error.strerror or error}"
            self._tell(Ending(outcome, problem=problem))
            return Gone(problem)
        self._tell(Ending(outcome, str(written)))
        return Sent(str(written))


def _put(data: bytes, path: Path, replace: bool) -> Path:
    """Write the painting and return where: beside a file that has taken its name meanwhile, unless it may replace."""
    data = encoded(data, path)
    number = 2
    target = path
    while target.exists() and not replace:
        if target.read_bytes() == data:
            return target
        target = path.with_stem(f"{path.stem}-{number}")
        number += 1
    write_whole(target, data)
    return target
