"""Short names of styles for buttons, where a name may be too long: the same after a restart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from bot.model import SavedStyle
from bot.naming import style_key
from bot.outcomes import StyleEntry, StyleKind
from bot.presets import Preset

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


def entry_of(style: Preset | SavedStyle, title: Callable[[str], str] = str, token: str = "") -> StyleEntry:
    """Return a style as it is offered; `title` translates a preset's title, `token` names it in buttons."""
    if isinstance(style, Preset):
        return StyleEntry(
            name=style.name,
            title=title(style.title),
            token=token,
            description=style.description,
            credits=style.credits,
        )
    return StyleEntry(name=style.name, title=style.name, token=token, kind=kind_of(style))
