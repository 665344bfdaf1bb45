"""What all outcomes are made of."""

from __future__ import annotations

from typing import Literal

import msgspec

Whose = Literal["person", "here", "place"]
"""Whose cap of a day: a person's, a person's at one place, or that of all the people at a place together."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all outcomes."""


class Refusal(Outcome, frozen=True, kw_only=True):
    """Base of the outcomes that say no. Nothing was stored, nothing was charged."""
