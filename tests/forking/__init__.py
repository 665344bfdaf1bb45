"""Processes that start at once: forked from a server that has loaded what they need, instead of loading it each time.

Starting Python and importing the modules takes most of a short process's life, and the tests start thousands. What a
fork server starts is a process as any other: it has its own arguments, environment, folder, pipes, signals and end.
Only its imports were done before. Where the start itself is the point, a test starts Python.

    command = forked_command("tests.fake_engine")      # runs its main(); arguments follow

The command may be started by anybody, also by a process of the bot. Its process (`launcher.py`) stays until the forked
one ends, passes signals on, ends in the same way, and takes the forked one along when it is killed. Linux and macOS.
"""

from __future__ import annotations

import atexit
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def forked_command(module: str) -> list[str]:
    """Return the command of a process that runs the `main()` of a module."""
    return [sys.executable, "-I", "-S", str(_HERE / "launcher.py"), _address(module), module]


@functools.cache
def _address(module: str) -> str:
    """Start this process's server for a module at the first use, and return where it listens."""
    # The name is short, as an address has 100 characters. The server removes the folder: this process may be killed.
    address = str(Path(tempfile.mkdtemp(prefix="impasto-forks-")) / "s")
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forking.server", address, module],
        cwd=_HERE.parents[1],
        stdin=subprocess.PIPE,  # whose end tells the server that it is needed no more
        stdout=subprocess.PIPE,
    )
    atexit.register(server.communicate)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n", "the fork server did not start"
    return address
