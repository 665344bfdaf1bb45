"""What a button carries: Telegram gives 64 bytes, and gives back whatever a client sends."""

from __future__ import annotations

import re

import msgspec

from bot.presenter import Button

DATA_LENGTH = 64
"""Bytes of a button's data, Telegram's limit."""

_VERB = r"(?P<verb>[a-z_]{1,32})"
_JOB = r"(?P<job>[A-Za-z0-9_-]{1,32})"
_FORM = re.compile(rf"(?:j:{_JOB}|d):{_VERB}(?::(?P<argument>.*))?", re.DOTALL)


class Pressed(msgspec.Struct, frozen=True):
    """What a press asks for: a verb, the job that it is about, and the verb's argument. Nothing of it is checked."""

    verb: str
    job_id: str | None = None
    argument: str | None = None


def encode(button: Button) -> str:
    """Return `j:<job>:<verb>` or `d:<verb>`, and the verb's argument; raises ValueError for what does not fit."""
    start = ("d",) if button.job_id is None else ("j", button.job_id)
    data = ":".join([*start, button.verb, *([] if button.argument is None else [button.argument])])
    if decode(data) != Pressed(button.verb, button.job_id, button.argument):
        raise ValueError(f"a button's data cannot be {data!r}")
    return data


def decode(data: str) -> Pressed | None:
    """Return what a press asks for; None for what no button of ours carries."""
    found = _FORM.fullmatch(data)
    if found is None or not _fits(data):
        return None
    return Pressed(found["verb"], found["job"], found["argument"])


def _fits(data: str) -> bool:
    try:
        return len(data.encode()) <= DATA_LENGTH
    except UnicodeEncodeError:  # half a character, which no message can hold
        return False
