"""What one person may do, and on which day: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.config import Config
from bot.model import Limits

_FIELDS = ("paintings_a_day", "waiting_at_once", "largest_size")


def default_limits(config: Config) -> Limits:
    """Return what a person gets where nobody set anything else."""
    return Limits(**{name: getattr(config.limits, name) for name in _FIELDS})


def ceiling(config: Config) -> Limits:
    """Return what nobody may exceed."""
    return Limits(**{name: getattr(config.ceiling, name) for name in _FIELDS})


def effective(default: Limits, *, place: Limits, override: Limits | None, ceiling: Limits) -> Limits:
    """Return the limits in force: an admin's override, else the place's, else the default; never above the ceiling.

    Each limit is decided by itself. `None` in a layer leaves the decision to the next; 0 decides: none at all.
    """
    layers = [layer for layer in (override, place, default) if layer is not None]

    def decided(name: str) -> int | None:
        value = next((found for layer in layers if (found := getattr(layer, name)) is not None), None)
        top: int | None = getattr(ceiling, name)
        return top if value is None or (top is not None and value > top) else value

    return Limits(**{name: decided(name) for name in _FIELDS})


def daily_caps(
    default: Limits, *, place: Limits, override: Limits | None, ceiling: Limits
) -> tuple[int | None, int | None]:
    """Return how many paintings a day a person may have altogether, and at this place (None: no cap of its own).

    A place's number counts what is asked for there; one above the default lifts what a person may have altogether. An
    admin's override stands above both.
    """
    decided = effective(default, place=place, override=override, ceiling=ceiling).paintings_a_day
    own = override.paintings_a_day if override is not None else None
    if own is not None or place.paintings_a_day is None:
        return decided, None
    usual = effective(default, place=Limits(), override=None, ceiling=ceiling).paintings_a_day
    return (None if decided is None or usual is None else max(decided, usual)), decided


def day_of(now: float) -> str:
    """Return the ISO date, in UTC, of a time in Unix seconds: the day whose quota it uses."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def resets_at(now: float) -> float:
    """Return when the day's quota starts anew: the next midnight in UTC, as Unix seconds."""
    midnight = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1)).timestamp()
