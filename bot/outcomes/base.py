"""What all outcomes are made of."""

from __future__ import annotations

import msgspec


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all outcomes."""


class Refusal(Outcome, frozen=True, kw_only=True):
    """Base of the outcomes that say no. Nothing was stored, nothing was charged."""
