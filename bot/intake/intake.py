"""The asyncio side of the intake: starts, feeds, times and buries the processes that decode."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import sys
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

import msgspec
import structlog

from bot import animated_png
from bot.intake import sight
from bot.intake.answers import (
    LEAST_MILLISECONDS,
    LONGEST_MILLISECONDS,
    MOST_PLAYS,
    Animated,
    Answer,
    Cleaned,
    Moving,
    Order,
    Picture,
    Protection,
    Purpose,
    Rejected,
    Rejection,
    check_plain_png,
    check_sound,
    frame,
    reject,
    unpack_answer,
)
from bot.intake.limits import Limits

log = structlog.get_logger(__name__)

CHILD = Path(__file__).with_name("child.py").resolve()
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # without which some Pythons do not start
LOG_TAIL_BYTES = 4096


class Intake:
    """Turns strangers' bytes into pictures, a few at a time."""

    def __init__(self, limits: Limits | None = None, concurrency: int = 2, *, program: Path = CHILD) -> None:
        """`concurrency` is how many processes may decode at once; the others wait. `program` is what they run."""
        self._program = program
        self._limits = limits or Limits()
        self._slots = asyncio.Semaphore(concurrency)
        self._running: set[_Child] = set()
        self._closed = False

    async def clean(
        self, data: bytes, limits: Limits | None = None, purpose: Purpose = "photo", color: str | None = None
    ) -> Picture:
        """Return the picture in these bytes, made safe; `limits` replace the usual ones. Raises Rejected.

        A photo stays transparent where it is. A mask is made grey; of a picture whose colours name parts it is what has
        this `color`, a name of CSS or #rrggbb. Masks and styles must not be the same everywhere.
        """
        limits = limits or self._limits
        kind = sight.check(data, limits)
        answer, rest = await self._ask(Order(limits, purpose=purpose, color=color), data, kind.name)
        if not isinstance(answer, Cleaned):
            raise reject("internal", detail="the answer is for another question")
        return _believed(answer, rest, limits, alpha=purpose == "photo")

    async def clean_moving(self, data: bytes, limits: Limits | None = None) -> Picture | Moving:
        """Return a moving picture, made safe, of at most `max_moving_frames`; a still one as `clean` does.

        Raises Rejected; "no_clips" for a video where PyAV is not installed.
        """
        limits = limits or self._limits
        kind = sight.check(data, limits, clips=True)
        if kind not in (*sight.MOVING, *sight.CLIPS):
            return await self.clean(data, limits)
        is_clip = kind in sight.CLIPS
        if is_clip and find_spec("av") is None:
            raise reject("no_clips")
        answer, rest = await self._ask(Order(limits, "move", clip=is_clip), data, kind.name)
        if isinstance(answer, Cleaned):
            return _believed(answer, rest, limits, alpha=True)
        if not isinstance(answer, Animated):
            raise reject("internal", detail="the answer is for another question")
        return await asyncio.to_thread(_joined, answer, rest, limits, is_clip=is_clip)

    async def describe_protection(self, without: tuple[str, ...] = ()) -> Protection:
        """Say what protects this machine from a hostile picture, as tried from inside a decoding process.

        `without` leaves layers out by name, to see what the others are worth alone. Raises Rejected where the
        process does not even start.
        """
        answer, _ = await self._ask(Order(self._limits, "probe", without=without), b"", "none")
        if not isinstance(answer, Protection):
            raise reject("internal", detail=f"the probe answered {answer}")
        return answer

    async def close(self) -> None:
        """Kill what still decodes, and wait until it is gone; their callers get a rejection."""
        self._closed = True
        running = list(self._running)
        for child in running:
            child.kill()
        await asyncio.gather(*(child.gone.wait() for child in running))

    async def _ask(self, order: Order, data: bytes, format_name: str) -> tuple[Answer, bytes]:
        async with self._slots:
            if self._closed:
                raise reject("internal", detail="the intake is closed")
            child = await self._run(order, data)
        answer, rest = self._judge(child, order, format_name)
        if isinstance(answer, Rejection):
            raise Rejected(answer)
        return answer, rest

    async def _run(self, order: Order, data: bytes) -> _Child:
        """Start one process, give it the bytes, and hear what it says; it is dead when this ends, however it ends."""
        child = _Child(order.limits.max_answer_bytes)
        loop = asyncio.get_running_loop()
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        # One arena for all threads: glibc would reserve 64 MiB of address space for each.
        environment |= {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
        self._running.add(child)
        try:
            async with asyncio.timeout(order.limits.seconds):
                await loop.subprocess_exec(
                    lambda: child,
                    sys.executable,
                    "-I",
                    str(self._program),
                    env=environment,
                    cwd="/",
                    start_new_session=True,
                )
                if self._closed:
                    child.kill()
                child.send(frame(order), data)
                await child.gone.wait()
        except TimeoutError:
            raise reject("too_slow", limit=math.ceil(order.limits.seconds)) from None
        except OSError as error:
            raise reject("internal", detail=f"no process could be started: {error}") from error
        finally:
            child.kill()
            await child.bury()
            self._running.discard(child)
        return child

    def _judge(self, child: _Child, order: Order, format_name: str) -> tuple[Answer, bytes]:
        """Make an answer of how the process ended."""
        limits, code, said = order.limits, child.returncode, child.log.decode("utf-8", "replace")
        if code == 0 and not child.overflowed:
            try:
                return unpack_answer(child.answer)
            except (ValueError, msgspec.MsgspecError) as error:
                said = f"{error}\n{said}"
        log.warning("intake.child_failed", returncode=code, overflowed=child.overflowed, said=said[-1000:])
        if self._closed:
            raise reject("internal", detail="the intake is closed")
        if child.overflowed:
            raise reject("internal", detail="the decoder said too much")
        if code == -signal.SIGXCPU:
            raise reject("too_slow", limit=math.ceil(limits.seconds))
        if code == -signal.SIGKILL or "bad_alloc" in said or "MemoryError" in said:
            # Nobody here killed it: the kernel does when memory runs out.
            raise reject("too_much_memory", limit=limits.memory_bytes)
        if code is not None and code < 0:
            raise reject("unreadable", format=format_name, detail=f"the decoder died of {signal.Signals(-code).name}")
        raise reject("internal", detail=said[-200:])


def _believed(answer: Cleaned, png: bytes, limits: Limits, *, alpha: bool) -> Picture:
    """Return the picture of an answer that holds what was asked for; raises Rejected."""
    try:
        if max(answer.width, answer.height) > limits.max_output_side or answer.size != len(png):
            raise ValueError("the answer exceeds what was asked for")
        check_plain_png(png, answer.width, answer.height, alpha=alpha)
    except ValueError as error:
        raise _refused(error) from error
    return Picture(png, answer.width, answer.height)


def _joined(answer: Animated, rest: bytes, limits: Limits, *, is_clip: bool) -> Moving:
    """Put the frames of an answer together, if they are what was asked for; raises Rejected."""
    heard = answer.sound or 0
    try:
        if (
            max(answer.width, answer.height) > limits.max_moving_side
            or not 2 <= len(answer.sizes) <= limits.max_moving_frames
            or len(answer.milliseconds) != len(answer.sizes)
            or not all(LEAST_MILLISECONDS <= each <= LONGEST_MILLISECONDS for each in answer.milliseconds)
            or not 0 <= answer.plays <= MOST_PLAYS
            or not 0 <= heard <= limits.max_sound_bytes
            or (answer.sound is not None and not is_clip)
            or sum(answer.sizes) + heard != len(rest)
        ):
            raise ValueError("the answer exceeds what was asked for")
        ends = list(accumulate(answer.sizes))
        frames = [rest[end - size : end] for end, size in zip(ends, answer.sizes, strict=True)]
        for frame_ in frames:
            check_plain_png(frame_, answer.width, answer.height)
        motion = animated_png.Motion(tuple(each / 1000 for each in answer.milliseconds), answer.plays)
        sound = None if answer.sound is None else rest[len(rest) - heard :]
        if sound:
            check_sound(sound, sum(motion.seconds))
        png = animated_png.join(frames, motion, sound)
    except ValueError as error:
        raise _refused(error) from error
    pace = motion.frames_per_second
    return Moving(png, answer.width, answer.height, motion.frames, pace, is_clip, sound is not None)


def _refused(error: ValueError) -> Rejected:
    log.warning("intake.answer_refused", reason=str(error))
    return reject("internal", detail=str(error))


class _Child(asyncio.SubprocessProtocol):
    """One decoding process: collects what it says, within bounds, and knows when it is gone."""

    def __init__(self, max_answer_bytes: int) -> None:
        self.gone = asyncio.Event()
        self.answer = bytearray()
        self.log = bytearray()
        self.overflowed = False
        self._max_answer_bytes = max_answer_bytes
        self._transport: asyncio.SubprocessTransport | None = None

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._transport.get_returncode() if self._transport else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way to the process."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Collect the answer (1) or the last of the log (2)."""
        if fd == 2:
            self.log = (self.log + data)[-LOG_TAIL_BYTES:]
        elif len(self.answer) + len(data) > self._max_answer_bytes:
            self.overflowed = True
            self.kill()
        else:
            self.answer += data

    def process_exited(self) -> None:
        """Kill what it left behind, which would hold the pipes open."""
        self._kill_group()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended and its pipes are closed."""
        self.gone.set()

    def send(self, *parts: bytes) -> None:
        """Send the parts, then the end of the stream. A process that has died already is noticed elsewhere."""
        assert self._transport is not None
        pipe = self._transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        for part in parts:
            pipe.write(part)
        pipe.write_eof()

    def kill(self) -> None:
        """Kill the process and whatever it may have started: it leads a session of its own."""
        if self.returncode is None:
            self._kill_group()

    def _kill_group(self) -> None:
        if self._transport is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody there; macOS: only a zombie
                os.killpg(self._transport.get_pid(), signal.SIGKILL)

    async def bury(self) -> None:
        """Wait until a killed process is gone; one that never started is gone already."""
        if self._transport is None:
            self.gone.set()
            return
        await self.gone.wait()
        self._transport.close()
