"""A seccomp filter: the system calls that decoding needs, and an error for all others.

The filter is a list of calls that are allowed, so that whatever a kernel learns later is refused too: no files, no
sockets, no processes, no signals to others. Three calls depend on their arguments: threads may be made (a codec's
workers) but no processes, and memory may not be made executable. See seccomp(2) and the kernel's seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

# Numbers from the kernel's tables: (x86-64, AArch64); None where the architecture lacks the call.
_ALLOWED: dict[str, tuple[int | None, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "writev": (20, 66),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "poll": (7, 73),  # ppoll on AArch64
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "gettimeofday": (96, 169),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getrusage": (98, 165),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "getrandom": (318, 278),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "restart_syscall": (219, 128),
}
_MMAP, _MPROTECT = (9, 222), (10, 226)
_CLONE, _CLONE3 = (56, 220), (435, 435)

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH_*
_X32_BIT = 0x40000000  # x86-64 calls in the x32 ABI carry it

PROT_EXEC = 4
CLONE_VM, CLONE_THREAD = 0x100, 0x10000

_LOAD, _AND = 0x20, 0x54  # BPF_LD|BPF_W|BPF_ABS, BPF_ALU|BPF_AND|BPF_K
_IF_EQUAL, _IF_AT_LEAST = 0x15, 0x35  # BPF_JMP with BPF_JEQ, BPF_JGE
_RETURN = 0x06
_KILL, _ERROR, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000  # SECCOMP_RET_*
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


class _Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Encode one BPF instruction; the jumps count instructions to skip."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _allow_when(number: int, argument: int, mask: int, wanted: int) -> list[bytes]:
    """Allow a call when its argument, masked, equals what is wanted; refuse it otherwise."""
    return [
        _step(_IF_EQUAL, number, 0, 5),
        _step(_LOAD, _ARGUMENTS_AT + 8 * argument),  # the low half: both architectures are little-endian
        _step(_AND, mask),
        _step(_IF_EQUAL, wanted, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _ERROR | errno.EPERM),
    ]


def program(machine: str) -> list[bytes]:
    """Return the filter's instructions for "x86_64" or "aarch64"; raises KeyError for others."""
    column, architecture = _ARCHITECTURES[machine]
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_IF_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        steps += [_step(_IF_AT_LEAST, _X32_BIT, 0, 1), _step(_RETURN, _KILL)]
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            steps += [_step(_IF_EQUAL, number, 0, 1), _step(_RETURN, _ALLOW)]
    # clone3 passes its flags in memory, where a filter cannot look. "No such call" makes libc fall back to clone.
    steps += [_step(_IF_EQUAL, _CLONE3[column], 0, 1), _step(_RETURN, _ERROR | errno.ENOSYS)]
    steps += _allow_when(_MMAP[column], 2, PROT_EXEC, 0)
    steps += _allow_when(_MPROTECT[column], 2, PROT_EXEC, 0)
    thread = CLONE_VM | CLONE_THREAD
    steps += _allow_when(_CLONE[column], 0, thread, thread)
    return [*steps, _step(_RETURN, _ERROR | errno.EPERM)]


def enter(libc: ctypes.CDLL) -> str:
    """Install the filter for the calling thread and what it starts; returns what was done, raises OSError.

    Needs PR_SET_NO_NEW_PRIVS to be set, or CAP_SYS_ADMIN.
    """
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        raise OSError(errno.ENOSYS, f"no filter for {sys.platform} on {machine}")
    steps = program(machine)
    code = ctypes.create_string_buffer(b"".join(steps))
    description = _Program(len(steps), ctypes.addressof(code))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(description), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return f"{len(_ALLOWED) + 3} system calls allowed on {machine}"
