"""What was learned of an engine's speed: forecasts use it, and it outlives a restart."""

from __future__ import annotations

import pytest

from bot.outcomes import Accepted
from tests.bot.studio.conftest import BERT, PLACE, House, a_request


async def test_forecasts_go_by_what_was_learned(house: House) -> None:
    house.environment["FAKE_ENGINE_SPEED"] = "100"
    await house.open(start=False)
    await house.process.start()
    house.process.pace.learn(60.0, 6000.0)
    job = await house.submitted()
    _, seconds = house.studio._context.standing(job.id)
    assert seconds == pytest.approx(job.cost / 0.01, rel=0.1)


async def test_it_outlives_a_restart(house: House) -> None:
    await house.open()
    await house.painted()
    house.process.pace.learn(60.0, 6000.0)
    await house.painted(number=1)
    known = house.process.pace.speed
    assert known == pytest.approx(0.01, rel=0.1)
    await house.close()
    await house.open()
    assert house.process.pace.speed == pytest.approx(known), "also while the engine starts"
    await house.painted(number=2)
    assert house.process.pace.speed == pytest.approx(known)


async def test_what_cannot_be_read_is_passed_over(house: House) -> None:
    await house.open(start=False)
    await house.store.flags.set("pace 0", "fast")
    await house.close()
    await house.open()
    outcome = await house.studio.submit(BERT, PLACE, a_request())
    assert isinstance(outcome, Accepted)
    await house.finished(outcome.job.id)
