"""Short names of styles for buttons, where a name may be too long: the same after a restart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.model import SavedStyle
from bot.outcomes import StyleKind
from bot.presets import Preset
from bot.store import style_key

_DIGITS = 8  # hexadecimal


def kind_of(style: Preset | SavedStyle) -> StyleKind:
    """Return whose a style is."""
    if isinstance(style, Preset):
        return "preset"
    return "place" if style.for_place else "mine"


def tokens_of(styles: Sequence[Preset | SavedStyle]) -> dict[str, Preset | SavedStyle]:
    """Return the styles by token, in their order; where two would have the same, the later one gets another."""
    found: dict[str, Preset | SavedStyle] = {}
    for style in styles:
        name = f"{kind_of(style)}:{style_key(style.name)}"
        while (token := hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]) in found:
            name += "+"
        found[token] = style
    return found
