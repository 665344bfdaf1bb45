"""What a chat was told last, such as the bot's commands: fingerprints in a file, so that it is told changes only."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


def fingerprint(told: object) -> str:
    """Return the SHA-256 (hexadecimal) of anything that JSON can hold; other values count by what they print as."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


async def noted(file: Path) -> dict[str, str]:
    """Return the fingerprints of a file by name; none where it cannot be read, which only costs telling anew."""
    return await asyncio.to_thread(_read, file)


async def note(file: Path, fingerprints: Mapping[str, str]) -> None:
    """Write fingerprints by name, of which names hold no spaces and may be empty, in place of those in the file."""
    await asyncio.to_thread(_write, file, dict(fingerprints))


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return {}
    return {name: digest for digest, _, name in (line.partition(" ") for line in lines)}


def _write(file: Path, fingerprints: dict[str, str]) -> None:
    text = "".join(f"{digest} {name}".rstrip() + "\n" for name, digest in fingerprints.items())
    try:
        file.write_text(text, encoding="ascii")
    except OSError as error:
        log.warning("fingerprint.not_noted", file=str(file), reason=str(error))
