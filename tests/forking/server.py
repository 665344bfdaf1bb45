"""The fork server: `python -m tests.forking.server ADDRESS MODULE`; it serves until its stdin ends. See the package."""

from __future__ import annotations

import gc
import importlib
import io
import os
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PICTURES = ("PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.GifImagePlugin", "PIL.WebPImagePlugin")
LOADED = {
    "tests.fake_engine": ("nst_engine.film", *PICTURES),
    "bot.__main__": ("bot.adapters.cli.main", "bot.app", *PICTURES),
}
"""The modules whose `main` may be asked for, and what they import only when they need it."""


class Wanted(NamedTuple):
    """What a launcher asks for."""

    ignored: bytes
    """The numbers of the signals that the process ignores, as its parent wished."""
    folder: bytes
    arguments: list[str]
    """The module, whose `main` is called, and what follows it on the command line."""
    environment: dict[bytes, bytes]
    streams: list[int]


class Server:
    """Forks a process for every launcher that connects, and tells it how the process ended."""

    def __init__(self, address: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(address)
        self._listener.listen(100)
        self._launchers: dict[int, socket.socket] = {}  # by the id of the forked process
        self._woken, waker = os.pipe()
        for end in (self._woken, waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for pytest, which then ends this server

    def serve(self) -> Callable[[], None] | None:
        """Serve until stdin ends and return None; in a forked process, return what it has to do."""
        with selectors.DefaultSelector() as selector:
            for source in (self._listener, self._woken, 0):
                selector.register(source, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj == 0:
                        for process in self._launchers:
                            _kill(process, signal.SIGKILL)
                        return None
                    if key.fileobj == self._woken:
                        with suppress(BlockingIOError):
                            os.read(self._woken, 4096)
                        self._bury(selector)
                    elif key.fileobj is self._listener:
                        if work := self._fork(selector):
                            return work
                    else:
                        self._pass_on(key.data)

    def _fork(self, selector: selectors.BaseSelector) -> Callable[[], None] | None:
        launcher, _ = self._listener.accept()
        try:
            wanted = _receive(launcher)
        except (ValueError, OSError):  # the launcher was killed before it could say
            launcher.close()
            return None
        process = os.fork()
        if process == 0:
            self._listener.close()
            for other in (launcher, *self._launchers.values()):
                other.close()
            return lambda: _become(wanted)
        for stream in wanted.streams:
            os.close(stream)
        self._launchers[process] = launcher
        selector.register(launcher, selectors.EVENT_READ, process)
        return None

    def _pass_on(self, process: int) -> None:
        """Give a process the signals that its launcher got; when that was killed, kill it as well."""
        launcher = self._launchers.get(process)
        if launcher is None:
            return
        try:
            numbers = launcher.recv(64)
        except OSError:
            numbers = b""
        for number in numbers or (signal.SIGKILL,):
            _kill(process, number)

    def _bury(self, selector: selectors.BaseSelector) -> None:
        with suppress(ChildProcessError):
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if process == 0:
                    return
                launcher = self._launchers.pop(process)
                selector.unregister(launcher)
                with suppress(OSError):
                    launcher.sendall(status.to_bytes(4, "big"))
                launcher.close()


def _receive(launcher: socket.socket) -> Wanted:
    launcher.settimeout(60)
    start, streams, _, _ = socket.recv_fds(launcher, 8, 3)
    length, message = int.from_bytes(start, "big"), b""
    while len(message) < length:
        part = launcher.recv(length - len(message))
        if not part:
            raise ValueError("the launcher went away")
        message += part
    if len(start) < 8:
        raise ValueError("the launcher went away")
    launcher.settimeout(None)
    ignored, folder, count, *words = message.split(b"\0")
    arguments = [os.fsdecode(word) for word in words[: int(count)]]
    environment = dict(word.split(b"=", 1) for word in words[int(count) :])
    return Wanted(ignored, folder, arguments, environment, streams)


def _become(wanted: Wanted) -> None:
    """Make this forked process what was asked for, and run it; ends with SystemExit as a main module does."""
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in wanted.ignored:
        signal.signal(number, signal.SIG_IGN)
    for place, stream in enumerate(wanted.streams):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(wanted.folder)
    os.environb.clear()
    os.environb.update(wanted.environment)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=lines)
        for raw, errors, lines in (
            (io.BufferedReader(io.FileIO(0, closefd=False)), "strict", False),
            (io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "strict", os.isatty(1)),
            (io.BufferedWriter(io.FileIO(2, "w", closefd=False)), "backslashreplace", True),
        )
    )
    module, *arguments = wanted.arguments
    sys.argv = [module, *arguments]
    sys.exit(importlib.import_module(module).main())


def _kill(process: int, number: int) -> None:
    """Signal a process; SIGKILL ends its whole group, as it does where a group's leader is the launcher."""
    with suppress(ProcessLookupError, PermissionError):
        (os.killpg if number == signal.SIGKILL else os.kill)(process, number)


def main() -> None:
    """Load everything, say so, and serve; a forked process leaves here as well, to do its own work."""
    server = Server(sys.argv[1])
    for module in (sys.argv[2], *LOADED[sys.argv[2]]):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # so that no collection touches, and thereby copies, what all processes share
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if work := server.serve():
        work()
    else:
        shutil.rmtree(Path(sys.argv[1]).parent, ignore_errors=True)


if __name__ == "__main__":
    main()
