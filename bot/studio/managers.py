"""Who may decide for a place."""

from __future__ import annotations

from bot import outcomes
from bot.model import Place, has_managers
from bot.studio.context import Refused


def require_manager(place: Place, verb: str, *, manager: bool) -> None:
    """Refuse who does not run the place; and everybody where nobody does."""
    if not has_managers(place):
        raise Refused(outcomes.NobodysPlace(verb=verb))
    if not manager:
        raise Refused(outcomes.NotManager(verb=verb))
