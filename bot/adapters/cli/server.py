"""The running bot's side of `impasto stylize --submit`: an owner-only socket in the data directory."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from bot.adapters.cli import wire
from bot.adapters.cli.answers import exit_code, line, lost
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.inputs import LOCALE
from bot.adapters.cli.outlet import Ending, Event, FileOutlet
from bot.model import CliPlace, Person
from bot.outcomes import Accepted, Finished, Painting, Waiting
from bot.presenter import Presenter
from bot.studio import Studio

log = structlog.get_logger(__name__)

_HELLO_SECONDS = 60.0  # that a client may take to send its request
_CLOSE_SECONDS = 5.0
_AT_ONCE = 16  # clients; each may send as much as its pictures are large
_LONGEST_PATH = 100  # bytes of a socket's path that every system takes


def local_person() -> Person:
    """Return who uses the command line of this machine."""
    return Person(platform="cli", id="local", locale=LOCALE)


News = wire.Standing | wire.Ended


class LocalServer:
    """Takes requests over the socket, submits them as the local person, and tells each client about its job."""

    def __init__(
        self,
        studio: Studio,
        presenter: Presenter,
        outlet: FileOutlet,
        data_dir: Path,
        *,
        max_bytes: int,
        engine_ready: Callable[[], bool],
    ) -> None:
        """`max_bytes` is how large a request may be."""
        self._studio, self._presenter, self._outlet = studio, presenter, outlet
        self._path, self._max_bytes, self._engine_ready = wire.socket_path(data_dir), max_bytes, engine_ready
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. The data directory is ours, so a socket that lies there is a dead one. Raises CliError."""
        if len(os.fsencode(self._path)) > _LONGEST_PATH:
            raise CliError(f"bot.data_dir: {self._path} is too long for a socket; choose a folder with a shorter path")
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._welcome, sock=_bound(self._path))

    async def close(self) -> None:
        """Stop listening and hang up; the clients' jobs stay."""
        if self._server is None:
            return
        self._server.close()
        for client in self._clients:
            client.cancel()
        if self._clients:
            await asyncio.wait(set(self._clients), timeout=_CLOSE_SECONDS)
        self._path.unlink(missing_ok=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            if len(self._clients) > _AT_ONCE:
                await wire.send(writer, wire.Refused(text="the bot is busy with other terminals; try again", code=1))
                return
            await self._serve(reader, writer)
        except (EOFError, OSError, TimeoutError, asyncio.CancelledError):
            pass  # the client went away, which its job does not mind; or the bot stops, and nobody awaits this task
        except wire.WireError as error:
            log.warning("cli.not_understood", reason=str(error))
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HELLO_SECONDS):
            submit = await wire.receive_submit(reader, self._max_bytes)
        if submit.version != wire.VERSION:
            text = "the running bot is of another version of Impasto; restart it"
            await wire.send(writer, wire.Refused(text=text, code=Exit.OURS))
            return
        box = Mailbox()
        with self._outlet.watched(lambda event: box.put(*self._message(event))):
            place = CliPlace(output=submit.output, replace=submit.replace)
            outcome = await self._studio.submit(local_person(), place, submit.request, key=submit.key)
            if not isinstance(outcome, Accepted):
                text = line(self._presenter, outcome)
                await wire.send(writer, wire.Refused(text=text, code=exit_code(outcome)))
                return
            job = outcome.job
            box.follow(job.id)
            await wire.send(writer, wire.Stored(job=job, text=line(self._presenter, outcome)))
            while message := await _before_hang_up(box, reader):
                await wire.send(writer, message)
                if isinstance(message, wire.Ended):
                    return

    def _message(self, event: Event) -> tuple[str, News]:
        """Return what a client is to know of an event, and of which job; no pictures are in it."""
        if isinstance(event, Ending):
            return event.outcome.job.id, self._ended(event)
        return event.job.id, self._standing(event)

    def _standing(self, event: Waiting | Painting) -> wire.Standing:
        ready = self._engine_ready()
        if isinstance(event, Waiting):
            return wire.Standing(waiting=event, engine_ready=ready)
        progress = msgspec.structs.replace(event.progress, preview=None) if event.progress else None
        return wire.Standing(painting=msgspec.structs.replace(event, progress=progress), engine_ready=ready)

    def _ended(self, ending: Ending) -> wire.Ended:
        job = ending.outcome.job
        if ending.problem:
            return wire.Ended(job=job, text=ending.problem, code=Exit.OURS)
        text, code = line(self._presenter, ending.outcome), exit_code(ending.outcome)
        note = ""
        if isinstance(ending.outcome, Finished) and ending.written:
            note = lost(self._presenter, ending.outcome, Path(ending.written))
        return wire.Ended(job=job, text=text, code=code, written=ending.written, note=note)


class Mailbox:
    """What one client has yet to hear: the latest of its job, however slowly it reads, and the end for certain."""

    def __init__(self) -> None:
        self._latest: dict[str, News] = {}  # by job: more than one until it is known which is the client's
        self._job_id: str | None = None
        self._news = asyncio.Event()

    def put(self, job_id: str, message: News) -> None:
        """Take in what happened to a job."""
        if self._job_id in (None, job_id) and not isinstance(self._latest.get(job_id), wire.Ended):
            self._latest[job_id] = message
            self._news.set()

    def follow(self, job_id: str) -> None:
        """From now on keep what belongs to this job alone."""
        self._job_id = job_id
        self._latest = {key: message for key, message in self._latest.items() if key == job_id}

    async def next(self) -> News:
        """Wait for news of the job that is followed, and return the latest."""
        while True:
            self._news.clear()
            if self._job_id in self._latest:
                return self._latest.pop(self._job_id)
            await self._news.wait()


def _bound(path: Path) -> socket.socket:
    """Return a socket at this path that is the owner's alone from its first moment; nothing here yields to others."""
    made = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        made.bind(os.fspath(path))
    except OSError:
        made.close()
        raise
    finally:
        os.umask(before)
    return made


async def _before_hang_up(box: Mailbox, reader: asyncio.StreamReader) -> News | None:
    """Return the next news; None when the client is gone (it has nothing more to say)."""
    news, hang_up = asyncio.ensure_future(box.next()), asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait((news, hang_up), return_when=asyncio.FIRST_COMPLETED)
        return news.result() if news.done() else None
    finally:
        news.cancel()
        hang_up.cancel()
