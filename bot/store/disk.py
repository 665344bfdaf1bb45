"""Files that survive a power cut: flushed before they get their name, and the name flushed after.

Everything is owner-only. These functions block; the store calls them in threads.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def write_new(path: Path, data: bytes) -> None:
    """Write a new file and flush it to the disk; nothing is left of it when that fails (OSError)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace a file so that at any moment it is there as a whole or not at all."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_new(temporary, data)
    try:
        move(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def move(source: Path, target: Path) -> None:
    """Give a flushed file its name, durably; makes the target's folder when it is not there."""
    if not target.parent.exists():
        make_folder(target.parent)
        flush_folder(target.parent.parent)
    source.replace(target)
    flush_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, owner-only whatever the umask; a folder that is there stays as it is."""
    for part in (*reversed(folder.parents), folder):
        if not part.exists():
            part.mkdir(FOLDER_MODE, exist_ok=True)


def flush_folder(folder: Path) -> None:
    """Make names that were added to a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_file(path: Path) -> None:
    """Flush a file that somebody else wrote, such as SQLite's backup."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
