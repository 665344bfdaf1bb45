"""One life of an engine process: its pipes, its Hello, what it works on, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import msgspec
import structlog

from bot.ports import EngineFailure
from nst_engine.protocol import (
    LENGTH_BYTES,
    Cancel,
    Failure,
    FrameError,
    FromEngine,
    Hello,
    Progress,
    Result,
    Task,
    body_length,
    decode_from_engine,
    encode,
)

log = structlog.get_logger(__name__)

_READ_AHEAD_BYTES = 1 << 20  # paces reading; a frame may be as large as the protocol allows
_LINE_BYTES = 4000
_LAST_LINES = 5
_REAP_SECONDS = 10.0


class Running:
    """The task that an engine works on: where its ending goes, and the latest of its progress."""

    def __init__(self, task_id: str, on_progress: Callable[[Progress], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self.id = task_id
        self.ending: asyncio.Future[Result] = self._loop.create_future()
        self.ending.add_done_callback(_retrieve)
        self.advanced = self._loop.time()  # when an iteration was last heard of
        self.megapixels: float | None = None  # of the picture at the last iteration
        self._on_progress = on_progress
        self._position = (-1, -1)
        self._latest: Progress | None = None

    def progress(self, message: Progress) -> None:
        """Note where the task stands; of what arrives in one go only the latest is told, with the latest preview."""
        position = (message.scale, message.iteration)
        if position != self._position:
            self._position, self.advanced = position, self._loop.time()
            self.megapixels = message.width * message.height / 1e6
        if self._latest is None:
            self._loop.call_soon(self._tell)
        elif message.preview is None:
            message = msgspec.structs.replace(message, preview=self._latest.preview)
        self._latest = message

    def end(self, message: Result | Failure) -> None:
        """Settle how the task ended."""
        if self.ending.done():
            return
        if isinstance(message, Result):
            self.ending.set_result(message)
        else:
            self.ending.set_exception(EngineFailure(message.code, message.detail))

    def _tell(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None and not self.ending.cancelled():
            self._on_progress(latest)


class Child:
    """An engine process from its start to its end; made by `spawn`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._loop = asyncio.get_running_loop()
        self._process = process
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._complaint = ""
        self.running: Running | None = None
        self.heard = self._loop.time()  # when the last frame came
        self.hello: asyncio.Future[Hello] = self._loop.create_future()
        self.gone: asyncio.Future[str] = self._loop.create_future()
        """Done when the process has ended, with the reason."""
        self._reading_log = asyncio.create_task(self._read_log())
        self._living = asyncio.create_task(self._live())

    @classmethod
    async def spawn(cls, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start the process in a group of its own; raises OSError when there is no such program."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            process_group=0,
            limit=_READ_AHEAD_BYTES,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process's id, which is also its group's."""
        return self._process.pid

    def work(self, task: Task, on_progress: Callable[[Progress], None]) -> Running:
        """Send a task; its ending is settled by the engine's answer. Raises FrameError when the task is too large."""
        frame = encode(task)
        self.running = Running(task.id, on_progress)
        self._write(frame)
        return self.running

    def cancel(self, task_id: str) -> None:
        """Ask for a task to stop."""
        self._write(encode(Cancel(id=task_id)))

    def kill(self, complaint: str) -> None:
        """Kill the process and its whole group; `complaint` becomes the reason of its end."""
        self._complaint = self._complaint or complaint
        self._signal(signal.SIGKILL)

    async def close(self, seconds: float) -> None:
        """End stdin, wait, then terminate, wait, then kill; returns when the process is gone."""
        self._complaint = self._complaint or "closed"
        if self._process.stdin is not None:
            self._process.stdin.close()
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            done, _ = await asyncio.wait({self.gone}, timeout=seconds)
            if done:
                return
            log.warning("engine.slow_to_leave", pid=self.pid, signal=signal_number.name)
            self._signal(signal_number)
        await asyncio.wait({self.gone}, timeout=_REAP_SECONDS)

    def _write(self, data: bytes) -> None:
        # Not drained: one task at a time bounds what waits here, and whoever watches the task kills what never reads.
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(data)

    def _signal(self, signal_number: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal_number)

    async def _live(self) -> None:
        """Read frames until there are no more, then see the process off."""
        try:
            await self._read_frames()
        except FrameError as error:
            self.kill(f"garbage on its stdout: {error}")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                self.kill(f"its last frame is torn after {len(error.partial)} bytes")
        except asyncio.CancelledError:
            self.kill("the event loop ended")
            raise
        finally:
            reason = await self._see_off()
            log.info("engine.gone", pid=self.pid, reason=reason)
            self.hello.cancel()
            self.gone.set_result(reason)

    async def _read_frames(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = body_length(await stream.readexactly(LENGTH_BYTES))
            message = decode_from_engine(await stream.readexactly(length))
            self.heard = self._loop.time()
            self._hear(message)

    def _hear(self, message: FromEngine) -> None:
        if isinstance(message, Hello) and not self.hello.done():
            self.hello.set_result(message)
        elif isinstance(message, (Progress, Result, Failure)):
            running = self.running
            if running is None or message.id not in (running.id, ""):  # "": it could not read what it was sent
                log.debug("engine.stale_answer", pid=self.pid, task=message.id)
            elif isinstance(message, Progress):
                running.progress(message)
            else:
                running.end(message)

    async def _see_off(self) -> str:
        """Wait for the process to end, by force if need be, and return how it ended."""
        for _ in range(2):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 1.0 if not self._complaint else _REAP_SECONDS)
                break
            self._signal(signal.SIGKILL)
        await asyncio.wait({self._reading_log}, timeout=1.0)
        status = self._process.returncode
        if status is None:
            ended = "does not die"
        elif status < 0:
            ended = f"killed by {signal.Signals(-status).name}"
        else:
            ended = f"exit status {status}"
        return "; ".join(filter(None, (self._complaint, ended, " | ".join(self._last_lines))))

    async def _read_log(self) -> None:
        """Pass the engine's stderr on to the log, line by line, whatever it holds."""
        stream = self._process.stderr
        assert stream is not None
        rest = b""
        while data := await stream.read(_LINE_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > _LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._log_line(line)
        self._log_line(rest)

    def _log_line(self, line: bytes) -> None:
        if text := line.decode("utf-8", "replace").strip():
            self._last_lines.append(text[:400])
            log.info("engine.says", pid=self.pid, line=text)


def _retrieve(ending: asyncio.Future[Result]) -> None:
    """Keep asyncio from complaining when whoever ran the task has gone."""
    if not ending.cancelled():
        ending.exception()
