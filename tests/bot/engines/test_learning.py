"""ProcessEngine learns from what its child paints how fast it is."""

import asyncio

import pytest

from bot.engines.process import Limits, ProcessEngine
from bot.ports import EngineFailure
from nst_engine.protocol import Film
from tests.bot.engines.conftest import MakeEngine, paint
from tests.bot.engines.test_process import run, started


def speed(engine: ProcessEngine) -> float:
    found = engine.pace.speed
    assert found is not None
    return found


async def test_the_trial_is_a_guess_that_a_painting_corrects(make_engine: MakeEngine) -> None:
    engine = make_engine(FAKE_ENGINE_SPEED="100", FAKE_ENGINE_SECONDS="3")
    assert engine.pace.speed is None
    await engine.start()
    assert speed(engine) == 100
    painted = await run(engine, paint(), work=30)  # ten a second, at most
    learned = speed(engine)
    assert learned < 60
    data = painted.files[0].data
    await run(engine, Film(id="film", frames=painted.frames, painting=data), work=0.0)
    assert speed(engine) == learned


async def test_so_does_one_under_way_and_then_cancelled(make_engine: MakeEngine) -> None:
    engine = make_engine(FAKE_ENGINE_SPEED="100", FAKE_ENGINE_DONE="1")
    running = await started(engine, paint("long", "slow"), work=600)
    await asyncio.sleep(2.5)
    under_way = speed(engine)
    assert under_way < 80
    await engine.cancel("long")
    with pytest.raises(EngineFailure):
        await running
    assert speed(engine) <= under_way


async def test_a_machine_that_turned_out_slow_is_given_time(make_engine: MakeEngine) -> None:
    """By the trial's word an iteration would take no time at all."""
    limits = Limits(stall_seconds=2, stall_iterations=1000)
    engine = make_engine(limits=limits, FAKE_ENGINE_SPEED="100", FAKE_ENGINE_SECONDS="60")
    await engine.start()
    with pytest.raises(EngineFailure, match="engine_hung"):
        await run(engine, paint(), work=1.0)
    engine.pace.learn(1.0, 600.0)
    running = await started(engine, paint("large"), work=1.0)  # which took longer than it could before
    await asyncio.sleep(3)
    assert not running.done()
    await engine.cancel("large")
    with pytest.raises(EngineFailure, match="cancelled"):
        await running
