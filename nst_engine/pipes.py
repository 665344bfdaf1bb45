"""The engine's end of the two pipes to its parent: tasks in, answers and beats out. Nothing here imports torch."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol

from nst_engine.protocol import Alive, Failure, FrameError, FromEngine, ToEngine, decode_to_engine, encode, read_body

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
EXIT_TORN = 2  # stdin held something that is no frame, and where the next one starts cannot be known
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Sink(Protocol):
    """Anything with an unbuffered `write` that says how much it took, such as a pipe opened with buffering=0."""

    def write(self, data: memoryview, /) -> int | None:
        """Write some of the bytes and return how many; raises OSError when nobody reads them any more."""


class Pipes:
    """Hears tasks and sends answers; any thread may send."""

    def __init__(self, source: BinaryIO, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self._sending = threading.Lock()

    @classmethod
    def take_over(cls) -> Pipes:
        """Claim the process's stdin and stdout for frames.

        File descriptor 1 is then pointed at stderr, so that whatever prints, from Python or from C, lands in the log
        and not in the middle of a frame.
        """
        sys.stdout.flush()
        private = os.dup(1)
        os.dup2(2, 1)
        return cls(os.fdopen(os.dup(0), "rb"), os.fdopen(private, "wb", buffering=0))

    def send(self, message: FromEngine) -> None:
        """Write one frame; raises OSError when the parent no longer reads."""
        self.send_bytes(encode(message))

    def send_bytes(self, data: bytes) -> None:
        """Write these bytes with no other sender's in between."""
        rest = memoryview(data)
        with self._sending:
            while rest:
                rest = rest[self._sink.write(rest) or 0 :]

    def start_hearing(self, hear: Callable[[ToEngine], None]) -> None:
        """Start a thread that passes on every message, and ends the process when stdin ends.

        A frame whose body is no message is answered with a Failure, and hearing goes on. After a wrong length or a
        torn frame nothing can be told apart any more, and the process ends with EXIT_TORN. So it does when hearing
        breaks for another reason, lest it go on deaf.
        """

        def run() -> None:
            try:
                self._listen(hear)
            except Exception as error:
                log.exception("event=deaf")
                leave(f"stdin cannot be heard: {error!r}", EXIT_TORN)

        threading.Thread(target=run, name="hearing", daemon=True).start()

    def _listen(self, hear: Callable[[ToEngine], None]) -> NoReturn:
        while True:
            try:
                body = read_body(self._source)
            except FrameError as error:
                with suppress(OSError):
                    self.send(Failure(id="", code="bad_task", detail=str(error)))
                leave(f"stdin is torn: {error}", EXIT_TORN)
            if body is None:
                leave("stdin ended")
            self._pass_on(body, hear)

    def _pass_on(self, body: bytes, hear: Callable[[ToEngine], None]) -> None:
        try:
            message = decode_to_engine(body)
        except FrameError as error:
            log.warning("event=refused_frame bytes=%d reason=%r", len(body), str(error))
            with suppress(OSError):
                self.send(Failure(id="", code="bad_task", detail=str(error)))
        else:
            hear(message)

    def start_beating(self) -> None:
        """Start a thread that says Alive about once a second, with the memory in use."""

        def run() -> None:
            with suppress(OSError):  # nobody reads: whoever hears stdin end will leave
                while True:
                    time.sleep(BEAT_SECONDS)
                    self.send(Alive(resident_bytes=resident_bytes()))

        threading.Thread(target=run, name="beat", daemon=True).start()


def resident_bytes() -> int:
    """Return how much memory this process holds now, in bytes; where that is not told, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return pages * resource.getpagesize()


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the end of stdin has to do.

    A parent that dies just before the request would go unnoticed by it, so this looks again afterwards.
    """
    if sys.platform != "linux":
        return
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        log.warning("event=no_parent_death_signal errno=%d", ctypes.get_errno())
    if os.getppid() != parent:
        leave("the parent died while the engine started")


def leave(reason: str, status: int = 0) -> NoReturn:
    """End the process at once, whatever its other threads are doing; the reason goes to the log."""
    log.log(logging.ERROR if status else logging.INFO, "event=leaving status=%d reason=%r", status, reason)
    logging.shutdown()
    os._exit(status)
