"""How long ProcessEngine waits for a child that starts: for as long as it gives signs of life, within reason."""

import pytest
import structlog

from bot.engines.process import USUAL_START_SECONDS, Limits
from bot.ports import EngineFailure
from tests.bot.engines.conftest import MakeEngine, is_gone, paint
from tests.bot.engines.test_process import run

SILENT_SECONDS = 5.0  # more than a beat takes, also where the machine is busy


async def test_a_slow_start_is_awaited_as_long_as_it_beats(make_engine: MakeEngine) -> None:
    limits = Limits(hello_seconds=SILENT_SECONDS, start_attempts=1)
    engine = make_engine(limits=limits, FAKE_ENGINE_START_SECONDS=str(SILENT_SECONDS + 2))
    assert engine.seconds_to_ready == USUAL_START_SECONDS
    await engine.start()
    assert engine.seconds_to_ready == 0
    assert (await run(engine, paint())).files


async def test_a_silent_start_is_ended_and_the_next_may_take_longer(make_engine: MakeEngine) -> None:
    limits = Limits(hello_seconds=0.2, backoff_seconds=0.01, start_attempts=3)
    engine = make_engine(limits=limits, FAKE_ENGINE_TROUBLE="never-alive")
    with structlog.testing.capture_logs() as log, pytest.raises(EngineFailure) as caught:
        await engine.start()
    assert caught.value.code == "engine_unavailable"
    told = [event["detail"] for event in log if event["event"] == "engine.start_failed"]
    assert told == [f"no sign of life for {seconds} s while it started" for seconds in (0.2, 0.4, 0.8)]
    assert all(is_gone(event["pid"]) for event in log if event["event"] == "engine.gone")


async def test_beats_alone_do_not_extend_the_wait_for_ever(make_engine: MakeEngine) -> None:
    limits = Limits(hello_seconds=SILENT_SECONDS, hello_times=1.2, start_attempts=1)
    engine = make_engine(limits=limits, FAKE_ENGINE_TROUBLE="never-hello")
    with pytest.raises(EngineFailure, match="no Hello within 6 s"):
        await engine.start()


async def test_what_always_starts_slowly_starts_in_the_end(make_engine: MakeEngine) -> None:
    """Killed for ever at the same moment, it would never paint."""
    limits = Limits(hello_seconds=0.5, hello_times=1, backoff_seconds=0.01, start_attempts=5)
    engine = make_engine(limits=limits, FAKE_ENGINE_START_SECONDS="2")
    await engine.start()
    assert (await run(engine, paint())).files


async def test_what_the_last_start_took_is_what_the_next_is_expected_to_take(make_engine: MakeEngine) -> None:
    engine = make_engine(FAKE_ENGINE_START_SECONDS="1")
    await engine.start()
    with pytest.raises(EngineFailure):
        await run(engine, paint(trouble="crash"))
    assert 1 <= engine.seconds_to_ready < USUAL_START_SECONDS
