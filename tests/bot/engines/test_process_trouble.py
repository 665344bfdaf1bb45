"""ProcessEngine over children that crash, hang, babble, or never become ready; and when the parent dies itself."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot.engines.process import Limits, ProcessEngine, engine_command
from bot.ports import EngineFailure
from nst_engine.settings import Settings
from tests.bot.engines.conftest import MakeEngine, is_gone, paint
from tests.bot.engines.test_process import run, started
from tests.waiting import PATIENCE, painting_limits, slowness

QUICK = Limits(hello_seconds=PATIENCE, silent_seconds=5, stall_seconds=5, backoff_seconds=0.05, close_seconds=3)
ROOT = Path(__file__).resolve().parents[3]


async def failure_of(engine: ProcessEngine, trouble: str) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await run(engine, paint(trouble=trouble))
    return caught.value


@pytest.mark.parametrize(
    ("trouble", "code", "reason"),
    [
        ("crash", "engine_died", "SIGKILL"),
        ("exit", "engine_died", "the fake engine exits in the middle of a painting"),
        ("torn", "engine_died", "torn after"),
        ("garbage", "engine_died", "garbage on its stdout"),
        ("hang", "engine_hung", "no sign of life for 5 s"),
        ("stall", "engine_hung", "no iteration for 5 s"),
    ],
)
async def test_a_task_that_ruins_its_engine_fails_and_the_next_finds_a_new_one(
    make_engine: MakeEngine, trouble: str, code: str, reason: str
) -> None:
    engine = make_engine(limits=QUICK)
    pid = (await engine.start()).pid
    failure = await failure_of(engine, trouble)
    assert failure.code == code
    assert reason in failure.detail
    assert is_gone(pid)
    assert engine.hello is None
    assert (await run(engine, paint("next"))).id == "next"
    assert engine.hello is not None
    assert engine.hello.pid != pid


async def test_a_crash_that_does_not_come_back_is_worth_a_retry(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine = make_engine(FAKE_ENGINE_MARKER=str(tmp_path / "once"))
    assert (await failure_of(engine, "crash-once")).code == "engine_died"
    assert (await run(engine, paint(trouble="crash-once"))).files


async def test_a_poisonous_task_ruins_every_engine_and_harms_no_other_task(make_engine: MakeEngine) -> None:
    engine = make_engine()
    for _ in range(3):
        assert (await failure_of(engine, "crash")).code == "engine_died"
        assert (await run(engine, paint("harmless"))).files


async def test_a_kill_from_outside_in_mid_task_is_a_death(make_engine: MakeEngine) -> None:
    engine = make_engine()
    pid = (await engine.start()).pid
    running = await started(engine, paint("long", "slow"))
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineFailure) as caught:
        await running
    assert caught.value.code == "engine_died"
    assert (await run(engine, paint())).files


async def test_a_kill_while_idle_is_noticed_and_repaired(make_engine: MakeEngine) -> None:
    engine = make_engine()
    pid = (await engine.start()).pid
    os.kill(pid, signal.SIGKILL)
    # Whether the death or the task comes first is open; a task that comes first dies with it.
    with contextlib.suppress(EngineFailure):
        await run(engine, paint())
    assert (await run(engine, paint())).files
    assert engine.hello is not None
    assert engine.hello.pid != pid


async def test_an_engine_that_went_silent_while_idle_is_replaced(make_engine: MakeEngine) -> None:
    engine = make_engine(limits=QUICK)
    pid = (await engine.start()).pid
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(QUICK.silent_seconds + 0.2)
    assert (await run(engine, paint())).files
    assert is_gone(pid)


async def test_large_pictures_on_a_slow_engine_may_take_longer_for_an_iteration(make_engine: MakeEngine) -> None:
    limits = Limits(stall_seconds=0.4, stall_iterations=20, backoff_seconds=0.05)
    quick = make_engine(limits=limits, FAKE_ENGINE_SECONDS="12", FAKE_ENGINE_SPEED="10")
    with pytest.raises(EngineFailure, match="engine_hung"):
        await run(quick, paint(), work=1.0)  # 0.1 s expected for all of it, and the first iteration takes a second
    with pytest.raises(EngineFailure, match="engine_hung"):
        await run(quick, paint(), work=1000.0)  # time for the first iteration, but not for the second
    slow = make_engine(limits=limits, FAKE_ENGINE_SECONDS="12", FAKE_ENGINE_SPEED="0.02")
    running = await started(slow, paint("large"), work=1.0)
    await asyncio.sleep(2.5)
    assert not running.done()
    await slow.cancel("large")
    with pytest.raises(EngineFailure, match="cancelled"):
        await running


# ---- never ready --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("exit-at-start", "exit status 3"),
        ("wrong-protocol", "protocol"),
    ],
)
async def test_an_engine_that_does_not_become_ready_is_unavailable(
    make_engine: MakeEngine, trouble: str, reason: str
) -> None:
    limits = Limits(hello_seconds=PATIENCE, backoff_seconds=0.01, start_attempts=2)
    engine = make_engine(limits=limits, FAKE_ENGINE_TROUBLE=trouble)
    with structlog.testing.capture_logs() as log:
        for attempt in (engine.start(), run(engine, paint())):
            with pytest.raises(EngineFailure) as caught:
                await attempt
            assert caught.value.code == "engine_unavailable"
            assert reason in caught.value.detail
    assert engine.hello is None
    gone = [event["pid"] for event in log if event["event"] == "engine.gone"]
    assert len(gone) == 4, "two attempts each"
    assert all(is_gone(pid) for pid in gone)


async def test_a_missing_program_is_unavailable(make_engine: MakeEngine) -> None:
    engine = make_engine(command=["/no/such/engine"], limits=Limits(start_attempts=1))
    with pytest.raises(EngineFailure, match="/no/such/engine") as caught:
        await engine.start()
    assert caught.value.code == "engine_unavailable"


async def test_restarts_come_later_and_later_up_to_a_cap(make_engine: MakeEngine, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    command = ["/bin/sh", "-c", f"date +%s.%N >> {diary}; exit 1"]
    limits = Limits(backoff_seconds=0.2, backoff_cap_seconds=0.4, start_attempts=4)
    with pytest.raises(EngineFailure):
        await make_engine(command=command, limits=limits).start()
    times = [float(line) for line in diary.read_text().split()]
    gaps = [after - before for before, after in pairwise(times)]
    assert len(gaps) == 3
    for gap, least in zip(gaps, (0.1, 0.2, 0.2), strict=True):  # half of it, by the jitter
        assert gap >= least


# ---- when the parent dies -----------------------------------------------------------------------------------------

PARENT = """
import asyncio, sys, structlog
from tests.bot.engines.conftest import paint
from bot.engines.process import ProcessEngine, Limits
from tests.fake_engine import fake_engine

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

async def main():
    engine = fake_engine()
    hello = await engine.start()
    print(hello.pid, flush=True)
    await engine.run(paint(trouble=sys.argv[1]), work=1, on_progress=lambda _: print("painting", flush=True))

asyncio.run(main())
"""


@pytest.mark.parametrize("trouble", ["slow", "stall", "hang"])
def test_the_child_dies_with_its_parent(trouble: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, trouble], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == "painting\n"
    finally:
        parent.kill()
        parent.wait()
    wait_for_the_end(pid)


def test_a_loop_that_ends_without_closing_leaves_no_child() -> None:
    script = PARENT.replace("await engine.run", "return; await engine.run")
    done = subprocess.run(
        [sys.executable, "-c", script, "slow"], capture_output=True, text=True, cwd=ROOT, check=True, timeout=PATIENCE
    )
    wait_for_the_end(int(done.stdout.splitlines()[0]))


def wait_for_the_end(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_gone(pid):
        assert time.monotonic() < deadline, "the child is still there"
        time.sleep(0.02)


# ---- the real painter ---------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.paints
async def test_the_real_painter_is_cancelled_killed_and_paints_on(make_engine: MakeEngine) -> None:
    command = engine_command(Settings(device="cpu", dtype="float32", convolutions="winograd", threads=1), nice=5)
    patience = PATIENCE * slowness()
    engine = make_engine(command=command, limits=painting_limits())
    hello = await engine.start()
    long = await started(engine, paint("long", size=128, iterations=5000), patience=patience)
    await engine.cancel("long")
    with pytest.raises(EngineFailure, match="cancelled"):
        await long
    killed = await started(engine, paint("killed", size=128, iterations=5000), patience=patience)
    os.kill(hello.pid, signal.SIGKILL)
    with pytest.raises(EngineFailure, match="engine_died"):
        await killed
    result = await run(engine, paint("killed", size=64, iterations=3))
    assert result.id == "killed"
    assert (result.files[0].width, result.files[0].height) == (64, 43)
    assert engine.hello is not None
    assert engine.hello.pid != hello.pid
    assert engine.hello.weights == hello.weights
