"""Tries, from inside the sandbox, what a hostile picture would try. Nothing here does harm where it succeeds."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from bot.intake.answers import Attempt, Layer, Protection
from bot.intake.limits import Limits

_REFUSALS = {errno.EPERM, errno.EACCES, errno.EMFILE, errno.EAGAIN, errno.ENOMEM}
"""How a kernel says no; other errors mean that the attempt got further than it should."""

_NOT_RUN = 100  # added to an error number, it is an exit status that no program has by itself


def probe(layers: tuple[Layer, ...], limits: Limits) -> Protection:
    """Try everything and report what was refused."""
    attempts: dict[str, Callable[[], object]] = {
        "read a file": lambda: os.close(os.open(sys.executable, os.O_RDONLY)),
        "list a folder": lambda: list(Path("/").iterdir()),
        "create a file": _create_file,
        "open a network socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "connect over TCP": _connect,
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close(),
        "start a process": _fork,
        "run a program": _run_program,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "run code that it wrote": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
        "take more memory": lambda: bytearray(limits.memory_bytes + 1),
        "raise its limits": _raise_limits,
    }
    return Protection(layers, tuple(_attempt(name, action) for name, action in attempts.items()))


def _attempt(name: str, action: Callable[[], object]) -> Attempt:
    try:
        action()
    except OSError as error:
        return Attempt(name, error.errno in _REFUSALS, errno.errorcode.get(error.errno or 0, str(error)))
    except (MemoryError, ValueError) as error:
        return Attempt(name, True, type(error).__name__)
    return Attempt(name, False, "it worked")


def _create_file() -> None:
    path = Path(f"/tmp/impasto-probe-{os.getpid()}")  # noqa: S108 — created exclusively, and removed at once
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    path.unlink()


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client, contextlib.suppress(ConnectionRefusedError):
        client.connect(("127.0.0.1", 9))  # nobody listens there, but being told so means that it could ask


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _run_program() -> None:
    try:
        child = os.fork()
    except OSError:
        # Not in this process, which has an answer to give: a program that does not exist must do.
        with contextlib.suppress(FileNotFoundError):
            os.execv("/nonexistent/program", ["program"])  # noqa: S606
        return
    if child == 0:
        try:
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", "pass"])  # noqa: S606
        except OSError as error:
            os._exit(_NOT_RUN + (error.errno or 0))
    number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) - _NOT_RUN
    if number in _REFUSALS:  # other numbers come from the program, which did run, however badly
        raise OSError(number, os.strerror(number))


def _raise_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
