"""Landlock: from here on this process opens no file and makes no connection. See landlock(7)."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on all architectures
_VERSION_FLAG = 1

_FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many LANDLOCK_ACCESS_FS_* bits the ABI knows
_NETWORK_ABI, _NETWORK_RIGHTS = 4, 0b11  # bind and connect TCP
_SCOPE_ABI, _SCOPES = 6, 0b11  # abstract Unix sockets, signals to others


def abi(libc: ctypes.CDLL) -> int:
    """Return the kernel's Landlock ABI, 0 where there is none (an old kernel, or Landlock switched off)."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))


def enter(libc: ctypes.CDLL) -> str:
    """Deny every access that the kernel's Landlock can deny; returns what was done, raises OSError.

    Needs PR_SET_NO_NEW_PRIVS to be set. Open files stay usable.
    """
    version = abi(libc)
    if version == 0:
        raise OSError(errno.EOPNOTSUPP, "this kernel has no Landlock")
    rights = [(1 << _FILE_RIGHTS_BY_ABI[min(version, max(_FILE_RIGHTS_BY_ABI))]) - 1]
    if version >= _NETWORK_ABI:
        rights.append(_NETWORK_RIGHTS)
    if version >= _SCOPE_ABI:
        rights.append(_SCOPES)
    attributes = struct.pack(f"={len(rights)}Q", *rights)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        raise _error()
    try:
        # No rule is added: what the ruleset handles and no rule allows is denied.
        if libc.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
            raise _error()
    finally:
        with contextlib.suppress(OSError):
            os.close(ruleset)
    covered = ["files"] + ["TCP"] * (version >= _NETWORK_ABI) + ["signals"] * (version >= _SCOPE_ABI)
    return f"ABI {version}: {', '.join(covered)}"


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
