"""An engine in a process of its own: started, watched, killed when it hangs, and restarted.

A crash, a hang, a fault of the device or the kernel's out-of-memory killer end that process and one task, but
never the bot.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from bot.engines.child import Child, Running
from bot.pace import Pace, Stint
from bot.ports import EngineFailure
from nst_engine.protocol import PROTOCOL_VERSION, FrameError, Hello, Progress, Result, Task
from nst_engine.settings import Settings

log = structlog.get_logger(__name__)

USUAL_START_SECONDS = 30.0
"""What a start takes on a modest processor: loading torch and the weights, and a timed trial."""

# What an engine process may know of our environment: where things are and how to compute, never a token.
ENVIRONMENT = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES",
        "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME",
        "PYTHONPATH", "PYTHONHASHSEED", "PYTHONUTF8", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
        "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_HOME", "NVIDIA_VISIBLE_DEVICES",
        "NVIDIA_DRIVER_CAPABILITIES",
        "CUBLAS_WORKSPACE_CONFIG", "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF",
        "PYTORCH_ENABLE_MPS_FALLBACK", "TORCH_HOME",
        "OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_PLACES", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
        "KMP_AFFINITY", "KMP_BLOCKTIME", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS",
        "MALLOC_ARENA_MAX",
    }
)  # fmt: skip


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long an engine may take for what, in seconds."""

    hello_seconds: float = 120.0  # while it starts: no frame at all, not even a beat. A busy machine is slow…
    hello_times: float = 10.0  # …so that beats extend the wait, but not beyond so many times as long
    silent_seconds: float = 30.0  # no frame at all, not even a beat: the process hangs
    stall_seconds: float = 60.0  # beats but no new iteration: the task hangs. To this is added the time for…
    stall_iterations: float = 20.0  # …so many iterations of the current size, or all of the work before the first
    backoff_seconds: float = 0.5  # before a restart; doubles with every failure in a row
    backoff_cap_seconds: float = 60.0
    start_attempts: int = 3
    close_seconds: float = 5.0  # after the end of stdin, and again after SIGTERM


def engine_command(settings: Settings, nice: int = 10) -> list[str]:
    """Return the command line of an engine process with these settings; nothing secret is in them."""
    command = [sys.executable, "-m", "nst_engine", "--device", settings.device, "--backbone", settings.backbone]
    command += ["--dtype", settings.dtype, "--nice", str(nice), "--cache-folder", str(settings.cache_folder)]
    command += ["--convolutions", settings.convolutions]
    if settings.weights_file is not None:
        command += ["--weights-file", str(settings.weights_file)]
    if settings.threads is not None:
        command += ["--threads", str(settings.threads)]
    if settings.memory_gb is not None:
        command += ["--memory-gb", str(settings.memory_gb)]
    if settings.deterministic:
        command.append("--deterministic")
    return command


class ProcessEngine:
    """The Engine port over a child process. One task at a time; more callers of `run` wait for their turn."""

    def __init__(
        self, command: Sequence[str], *, limits: Limits | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """`command` starts an engine process; `environment` adds to what it gets of ours, for the odd driver."""
        self._command = tuple(command)
        self._limits = limits or Limits()
        self._environment = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
        self._environment.update(environment or {})
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._hello: Hello | None = None
        self.pace = Pace()
        self._start_seconds = USUAL_START_SECONDS  # how long the last start took
        self._patience = 1.0  # times the limits of a start; grows, lest what is slow be killed for ever
        self._failures = 0  # in a row
        self._not_before = 0.0  # of the loop's clock: no restart earlier than this
        self._waiting: set[str] = set()
        self._cancelled: set[str] = set()
        self._closed = False

    @property
    def hello(self) -> Hello | None:
        """What the engine said when it became ready; None while it is down or starting."""
        return self._hello if self._child is not None and not self._child.gone.done() else None

    @property
    def seconds_to_ready(self) -> float:
        """About how long it would take from now to get ready, by what the last start took; 0 when it is."""
        return self._start_seconds if self.hello is None else 0.0

    async def start(self) -> Hello:
        """Start and wait until ready; raises EngineFailure("engine_unavailable")."""
        async with self._turn:
            await self._ready()
            assert self._hello is not None
            return self._hello

    async def known(self) -> None:
        """Wait for nothing: people in chats want their answer now."""

    async def run(self, task: Task, *, work: float, on_progress: Callable[[Progress], None]) -> Result:
        """Run a task to its end, after those that came before; starts or restarts the process where needed.

        `work` is in megapixel-iterations. Raises EngineFailure with the engine's own code, or "engine_died",
        "engine_hung", "engine_unavailable". When the caller is cancelled, so is the task.
        """
        self._waiting.add(task.id)
        try:
            async with self._turn:
                child = await self._ready()
                if task.id in self._cancelled:
                    raise EngineFailure("cancelled", "before it began")
                return await self._supervise(child, task, work, on_progress)
        finally:
            self._waiting.discard(task.id)
            self._cancelled.discard(task.id)

    async def cancel(self, task_id: str) -> None:
        """Ask for a task to stop; its `run` then raises EngineFailure("cancelled"). Unknown ids are ignored."""
        if task_id not in self._waiting:
            return
        self._cancelled.add(task_id)
        child = self._child
        if child is not None and child.running is not None and child.running.id == task_id:
            child.cancel(task_id)

    async def close(self) -> None:
        """Stop gracefully, then by force; returns when the process is gone. A task that still runs fails."""
        self._closed = True
        if self._child is not None:
            await self._child.close(self._limits.close_seconds)

    async def _ready(self) -> Child:
        """Return a process that has said Hello, after starting one if there is none."""
        child = self._child
        if child is not None and not child.gone.done():
            if self._now() - child.heard < self._limits.silent_seconds:
                return child
            await self._end(child, "silent while idle")
        for attempt in range(1, self._limits.start_attempts + 1):
            await asyncio.sleep(max(0.0, self._not_before - self._now()))
            if self._closed:
                raise EngineFailure("engine_unavailable", "it is closed")
            try:
                return await self._start_child()
            except EngineFailure as failure:
                self._note_failure()
                log.warning("engine.start_failed", attempt=attempt, detail=failure.detail)
                if attempt == self._limits.start_attempts or self._closed:
                    raise
        raise AssertionError("there is at least one attempt")

    async def _start_child(self) -> Child:
        self._hello = None
        try:
            child = self._child = await Child.spawn(self._command, self._environment)
        except OSError as error:
            raise EngineFailure("engine_unavailable", f"cannot start {self._command[0]}: {error}") from error
        try:
            if self._closed:
                raise EngineFailure("engine_unavailable", "it is closed")
            began = self._now()
            if complaint := await self._await_hello(child):
                raise EngineFailure("engine_unavailable", complaint)
            if child.hello.cancelled() or child.gone.done():
                raise EngineFailure("engine_unavailable", f"ended before its Hello: {await child.gone}")
            hello = child.hello.result()
            if hello.protocol != PROTOCOL_VERSION:
                raise EngineFailure("engine_unavailable", f"protocol {hello.protocol} is not {PROTOCOL_VERSION}")
        except BaseException:
            await self._end(child, "it did not become ready")
            raise
        self._hello = hello
        log.info("engine.ready", pid=child.pid, device=hello.device, dtype=hello.dtype, convolutions=hello.convolutions,
                 backbone=hello.backbone,
                 speed=round(hello.speed, 2), seconds=round(hello.seconds_to_ready, 2))  # fmt: skip
        self._start_seconds = self._now() - began
        self.pace.greeted(hello)
        return child

    async def _await_hello(self, child: Child) -> str:
        """Wait for Hello, or the process's end; returns why it was killed, empty where it was not.

        Each start that is given up lets the next one take twice as long: where nothing hangs and all is slow, one
        of them gets there.
        """
        silent_seconds = self._limits.hello_seconds * self._patience
        most_seconds = silent_seconds * self._limits.hello_times
        began = self._now()

        def complaint(now: float) -> str:
            if now - child.heard > silent_seconds:
                return f"no sign of life for {silent_seconds:g} s while it started"
            return f"no Hello within {most_seconds:g} s" if now - began > most_seconds else ""

        given_up = await self._watch(child, child.hello, complaint, tick=min(1.0, silent_seconds / 8))
        if given_up:
            self._patience *= 2
        return given_up

    async def _supervise(
        self, child: Child, task: Task, work: float, on_progress: Callable[[Progress], None]
    ) -> Result:
        """Send the task and watch over it until it ends, one way or another."""
        stint = Stint(self.pace, work, self._now())

        def progressed(progress: Progress) -> None:
            if progress.done is not None:
                stint.advanced(progress.done, self._now())
            on_progress(progress)

        try:
            running = child.work(task, progressed)
        except FrameError as error:
            raise EngineFailure("bad_task", str(error)) from error
        try:
            hung = await self._await_ending(child, running, work)
            if running.ending.done():
                self._failures = 0
                result = running.ending.result()
                stint.advanced(1.0, self._now())
                return result
        except asyncio.CancelledError:
            child.cancel(task.id)  # the process is fine, and the next task waits for this one to stop
            raise
        finally:
            child.running = None
            running.ending.cancel()
        self._note_failure()
        if hung:
            raise EngineFailure("engine_hung", child.gone.result() if child.gone.done() else hung)
        raise EngineFailure("engine_unavailable" if self._closed else "engine_died", child.gone.result())

    async def _await_ending(self, child: Child, running: Running, work: float) -> str:
        """Wait for the task's ending, or the process's; returns why it was killed, empty where it was not."""
        silent_seconds = self._limits.silent_seconds

        def complaint(now: float) -> str:
            if now - child.heard > silent_seconds:
                return f"no sign of life for {silent_seconds:g} s"
            stall_seconds = self._stall_seconds(running, work)
            return f"no iteration for {stall_seconds:.0f} s" if now - running.advanced > stall_seconds else ""

        tick = min(1.0, silent_seconds / 8, self._limits.stall_seconds / 8)
        return await self._watch(child, running.ending, complaint, tick=tick)

    async def _watch(
        self, child: Child, awaited: asyncio.Future[Any], complaint: Callable[[float], str], *, tick: float
    ) -> str:
        """Wait for what is awaited, or the process's end; kills it for a complaint, and returns that."""
        strikes = 0
        while True:
            await _first(awaited, child.gone, seconds=tick)
            if awaited.done() or child.gone.done():
                return ""
            found = complaint(self._now())
            strikes = strikes + 1 if found else 0
            if strikes > 1:  # once could be our own loop, which woke up late and has not read its pipes yet
                await self._end(child, found)
                return found

    def _stall_seconds(self, running: Running, work: float) -> float:
        """Return how long the next iteration may take: by the size at hand and what is known of the engine's speed."""
        expected = work if running.megapixels is None else self._limits.stall_iterations * running.megapixels
        return self._limits.stall_seconds + (expected / self.pace.speed if self.pace.speed else 0.0)

    async def _end(self, child: Child, complaint: str) -> None:
        child.kill(complaint)
        await asyncio.wait({child.gone}, timeout=self._limits.close_seconds + 10)

    def _note_failure(self) -> None:
        """Put off the next start: exponentially longer, with jitter, up to the cap."""
        self._failures += 1
        delay = min(self._limits.backoff_cap_seconds, self._limits.backoff_seconds * 2.0 ** (self._failures - 1))
        self._not_before = self._now() + delay * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


async def _first(*futures: asyncio.Future[Any], seconds: float) -> None:
    """Wait until one of the futures is done, or for so many seconds."""
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
