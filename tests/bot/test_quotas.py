"""Limits and days."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.config import CeilingSection, Config, LimitsSection
from bot.model import Limits
from bot.quotas import ceiling, day_of, default_limits, effective, resets_at

NAMES = ("paintings_a_day", "waiting_at_once", "largest_size")
numbers = st.integers(0, 5000)
layer = st.builds(Limits, **dict.fromkeys(NAMES, st.none() | numbers))
whole = st.builds(Limits, **dict.fromkeys(NAMES, numbers))


@given(whole, layer, st.none() | layer, whole)
def test_the_first_layer_that_says_something_decides_and_the_ceiling_caps(
    default: Limits, place: Limits, override: Limits | None, top: Limits
) -> None:
    found = effective(default, place=place, override=override, ceiling=top)
    for name in NAMES:
        value, cap = getattr(found, name), getattr(top, name)
        assert value <= cap
        if override is not None and getattr(override, name) is not None:
            assert value == min(getattr(override, name), cap)
        elif getattr(place, name) is not None:
            assert value == min(getattr(place, name), cap)
        else:
            assert value == min(getattr(default, name), cap)


def test_zero_is_a_decision() -> None:
    found = effective(
        Limits(paintings_a_day=30, waiting_at_once=3, largest_size=1024),
        place=Limits(paintings_a_day=5),
        override=Limits(paintings_a_day=0),
        ceiling=Limits(paintings_a_day=100, waiting_at_once=20, largest_size=2048),
    )
    assert found == Limits(paintings_a_day=0, waiting_at_once=3, largest_size=1024)


def test_the_config_gives_default_and_ceiling() -> None:
    config = Config(limits=LimitsSection(paintings_a_day=7), ceiling=CeilingSection(largest_size=900))
    assert default_limits(config) == Limits(paintings_a_day=7, waiting_at_once=3, largest_size=1024)
    assert ceiling(config) == Limits(paintings_a_day=1000, waiting_at_once=20, largest_size=900)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_the_reset_is_the_next_midnight(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC).timestamp()
    reset = resets_at(now)
    assert 0 < reset - now <= 86400
    assert day_of(reset) > day_of(now) == day_of(reset - 1)
    assert reset % 86400 == 0
