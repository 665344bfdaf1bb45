"""What a look at something found: each finding is fine, a warning or a failure, and says what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One thing that was looked at; `advice` says what to do where it is not ok."""

    level: Literal["ok", "warn", "FAIL"]
    topic: str
    found: str
    advice: str = ""
