"""Everything that this process gives up before it looks at a stranger's bytes.

Each layer is tried by itself and may be missing (macOS has none of the kernel's filters, old kernels lack Landlock):
what could be had is reported, and `bot.intake.probe` finds out what it is worth.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from collections.abc import Callable, Collection

from bot.intake import landlock, seccomp
from bot.intake.answers import Layer
from bot.intake.limits import MIB, Limits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


def enter(limits: Limits, without: Collection[str] = ()) -> tuple[Layer, ...]:
    """Put this process under all layers that can be had; it must have imported and opened what it needs before."""
    libc = ctypes.CDLL(None, use_errno=True)
    # The order matters: Landlock and seccomp need no_new_privs, Landlock needs a file descriptor, seccomp ends it all.
    steps: dict[str, Callable[[], str]] = {
        "parent death signal": lambda: _control(libc, _PR_SET_PDEATHSIG, signal.SIGKILL, "dies with the bot"),
        "not dumpable": lambda: _control(libc, _PR_SET_DUMPABLE, 0, "no core dump, no debugger"),
        "no new privileges": lambda: _control(libc, _PR_SET_NO_NEW_PRIVS, 1, "for good"),
        "landlock": lambda: landlock.enter(libc),
        "memory limit": lambda: _limit(resource.RLIMIT_AS, limits.memory_bytes, f"{limits.memory_bytes // MIB} MiB"),
        "cpu limit": lambda: _limit_cpu(math.ceil(limits.seconds)),
        "file limits": _limit_files,
        "seccomp": lambda: seccomp.enter(libc),
    }
    if not sys.platform.startswith("linux"):
        # Linux counts threads too, of which a codec needs one; there it is seccomp that forbids processes.
        steps["process limit"] = lambda: _limit(resource.RLIMIT_NPROC, 0, "no process can be started")
    return tuple(_try(name, step) for name, step in steps.items() if name not in without)


def _try(name: str, step: Callable[[], str]) -> Layer:
    try:
        return Layer(name, True, step())
    except (OSError, ValueError) as error:
        return Layer(name, False, str(error))


def _control(libc: ctypes.CDLL, option: int, value: int, meaning: str) -> str:
    """Call prctl(2); raises OSError."""
    if not sys.platform.startswith("linux"):
        raise OSError(f"not on {sys.platform}")
    if libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return meaning


def _limit(which: int, value: int, meaning: str, grace: int = 0) -> str:
    """Lower a resource limit for good, the hard one by `grace` less; a lower one that is in force already stays."""
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, max(0, hard - grace))
    resource.setrlimit(which, (value, value + grace))
    return meaning


def _limit_cpu(seconds: int) -> str:
    # At the soft limit comes SIGXCPU, by which the parent knows the cause; at the hard one SIGKILL, which says nothing.
    return _limit(resource.RLIMIT_CPU, seconds, f"{seconds} s", grace=1)


def _limit_files() -> str:
    _limit(resource.RLIMIT_CORE, 0, "")
    _limit(resource.RLIMIT_FSIZE, 0, "")
    # No number is free below this limit. Those that are open stay open.
    return _limit(resource.RLIMIT_NOFILE, 0, "none can be opened, none can grow")
