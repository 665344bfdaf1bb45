"""ProcessEngine over real child processes that behave, and cancel, and close."""

import asyncio
import io
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.engines.process import Limits, ProcessEngine, engine_command
from bot.ports import Engine, EngineFailure
from nst_engine.protocol import PROTOCOL_VERSION, Film, Inspect, Progress, Result, Variations
from nst_engine.settings import Settings
from tests.bot.engines.conftest import MakeEngine, is_gone, paint, picture
from tests.waiting import PATIENCE


async def run(engine: ProcessEngine, task: Any, work: float = 1.0, told: list[Progress] | None = None) -> Result:
    return await engine.run(task, work=work, on_progress=[].append if told is None else told.append)


async def started(
    engine: ProcessEngine, task: Any, work: float = 1.0, patience: float = PATIENCE
) -> "asyncio.Task[Result]":
    """Run a task and return when its painting has begun."""
    begun = asyncio.Event()
    running = asyncio.create_task(engine.run(task, work=work, on_progress=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), patience)
    return running


async def test_it_is_an_engine_that_says_hello(make_engine: MakeEngine) -> None:
    engine = make_engine()
    port: Engine = engine
    assert port.hello is None
    hello = await engine.start()
    assert engine.hello == hello
    assert hello.protocol == PROTOCOL_VERSION
    assert hello.pid != os.getpid()
    assert await engine.start() == hello, "starting again changes nothing"


async def test_a_task_is_run_with_progress(make_engine: MakeEngine) -> None:
    engine = make_engine()
    told: list[Progress] = []
    result = await run(engine, paint("one"), told=told)
    assert result.id == "one"
    assert Image.open(io.BytesIO(result.files[0].data)).size == (96, 64)
    assert result.facts is not None
    assert len(result.history) == result.facts.iterations
    iterations = [progress.iteration for progress in told]
    assert iterations == sorted(set(iterations))
    assert iterations[-1] == told[-1].iterations
    assert any(progress.preview for progress in told)


async def test_every_kind_of_task_is_run(make_engine: MakeEngine) -> None:
    engine = make_engine()
    painted = await run(engine, paint())
    data = painted.files[0].data
    sheet = await run(engine, Variations(id="v", content=picture("teal"), styles=paint().styles))
    film = await run(engine, Film(id="f", frames=painted.frames, painting=data))
    look = await run(engine, Inspect(id="i", frames=painted.frames, history=painted.history, painting=data))
    roles = [file.role for result in (painted, sheet, film, look) for file in result.files]
    assert roles == ["painting", "variations", "film", "progress_sheet", "loss_plot"]


async def test_the_same_process_does_one_task_after_another(make_engine: MakeEngine, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    engine = make_engine(FAKE_ENGINE_DIARY=str(diary), FAKE_ENGINE_SECONDS="0.1")
    results = await asyncio.gather(*(run(engine, paint(name)) for name in "abc"))
    assert [result.id for result in results] == ["a", "b", "c"]
    assert diary.read_text().split("\n")[:6] == ["start a", "end a", "start b", "end b", "start c", "end c"]


async def test_progress_conflates_to_the_latest_and_keeps_the_preview(make_engine: MakeEngine) -> None:
    engine = make_engine()
    await engine.start()
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        time.sleep(0.5 if len(told) == 1 else 0)  # our loop is busy while the rest of the painting arrives

    await engine.run(paint(), work=1, on_progress=tell)
    assert len(told) < 8, "of twelve"
    assert told[-1].iteration == told[-1].iterations
    assert any(progress.preview for progress in told[1:])


async def test_a_large_painting_arrives_whole(make_engine: MakeEngine) -> None:
    engine = make_engine()
    large = paint("large", "huge")
    result = await run(engine, large)
    assert len(result.files[0].data) > 100_000_000


async def test_a_large_task_arrives_whole(make_engine: MakeEngine) -> None:
    engine = make_engine()
    padded = picture("teal") + bytes(100_000_000)
    result = await run(engine, Film(id="f", frames=(await run(engine, paint())).frames, painting=padded))
    assert result.files[0].role == "film"


@pytest.mark.parametrize("trouble", ["print", "chatter"])
async def test_stray_output_does_no_harm(make_engine: MakeEngine, trouble: str) -> None:
    assert (await run(make_engine(), paint(trouble=trouble))).files


@pytest.mark.parametrize("trouble", ["out-of-memory", "not-finite", "engine-error"])
async def test_the_engines_own_failures_keep_their_code_and_the_process(make_engine: MakeEngine, trouble: str) -> None:
    engine = make_engine()
    hello = await engine.start()
    with pytest.raises(EngineFailure) as caught:
        await run(engine, paint(trouble=trouble))
    assert caught.value.code == trouble.replace("-", "_")
    assert (await run(engine, paint())).files
    assert engine.hello == hello


async def test_a_broken_picture_is_said(make_engine: MakeEngine) -> None:
    with pytest.raises(EngineFailure) as caught:
        await run(make_engine(), Film(id="f", frames=(await run(make_engine(), paint())).frames, painting=b"broken"))
    assert caught.value.code == "bad_picture"


# ---- cancel -------------------------------------------------------------------------------------------------------


async def test_a_running_task_is_cancelled_between_iterations(make_engine: MakeEngine) -> None:
    engine = make_engine()
    hello = await engine.start()
    running = await started(engine, paint("long", "slow"))
    await engine.cancel("unknown")
    await engine.cancel("long")
    with pytest.raises(EngineFailure) as caught:
        await running
    assert caught.value.code == "cancelled"
    assert (await run(engine, paint())).files
    assert engine.hello == hello, "the process went on"


async def test_a_waiting_task_is_cancelled_before_it_begins(make_engine: MakeEngine, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    engine = make_engine(FAKE_ENGINE_DIARY=str(diary))
    running = await started(engine, paint("first"))
    waiting = asyncio.create_task(run(engine, paint("second")))
    await asyncio.sleep(0)
    await engine.cancel("second")
    with pytest.raises(EngineFailure, match="cancelled"):
        await waiting
    assert (await running).id == "first"
    assert "second" not in diary.read_text()


async def test_when_the_caller_goes_the_task_stops_and_the_process_stays(make_engine: MakeEngine) -> None:
    engine = make_engine()
    hello = await engine.start()
    running = await started(engine, paint("abandoned", "slow"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await run(engine, paint("next"))).id == "next"
    assert engine.hello == hello


# ---- close --------------------------------------------------------------------------------------------------------


async def test_closing_lets_the_process_leave_by_itself(make_engine: MakeEngine) -> None:
    engine = make_engine()
    pid = (await engine.start()).pid
    await engine.close()
    assert is_gone(pid)
    assert engine.hello is None
    await engine.close()
    with pytest.raises(EngineFailure, match="engine_unavailable"):
        await run(engine, paint())


async def test_closing_before_the_start_is_nothing(make_engine: MakeEngine) -> None:
    await make_engine().close()


async def test_closing_in_the_middle_of_a_painting_ends_both(make_engine: MakeEngine) -> None:
    engine = make_engine()
    pid = (await engine.start()).pid
    running = await started(engine, paint("long", "slow"))
    await engine.close()
    with pytest.raises(EngineFailure) as caught:
        await running
    assert caught.value.code == "engine_unavailable"
    assert is_gone(pid)


async def test_what_does_not_leave_is_killed(make_engine: MakeEngine) -> None:
    engine = make_engine(limits=Limits(close_seconds=0.3))
    pid = (await engine.start()).pid
    os.kill(pid, signal.SIGSTOP)
    await engine.close()
    assert is_gone(pid)


async def test_closing_while_it_starts_ends_the_start(make_engine: MakeEngine) -> None:
    engine = make_engine(FAKE_ENGINE_TROUBLE="never-hello")
    starting = asyncio.create_task(engine.start())
    await asyncio.sleep(0.3)
    await engine.close()
    with pytest.raises(EngineFailure, match="engine_unavailable"):
        await starting


# ---- what the child gets ------------------------------------------------------------------------------------------


async def test_no_secret_reaches_the_child(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("IMPASTO_DISCORD_TOKEN", "IMPASTO_TELEGRAM_TOKEN", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "hush")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")  # without which nobody could try what a lesser processor does
    seen = tmp_path / "environment"
    engine = make_engine(
        command=["/bin/sh", "-c", f"env > {seen}"], limits=Limits(start_attempts=1), environment={"ODD_DRIVER": "3"}
    )
    with pytest.raises(EngineFailure):
        await engine.start()
    environment = seen.read_text()
    assert "hush" not in environment
    assert "OMP_NUM_THREADS=1\n" in environment
    assert "ATEN_CPU_CAPABILITY=avx2\n" in environment
    assert "ODD_DRIVER=3\n" in environment
    assert f"PATH={os.environ['PATH']}\n" in environment


def test_the_command_line_says_what_the_settings_say() -> None:
    settings = Settings(
        device="cuda:1", backbone="file", weights_file=Path("/w.safetensors"), dtype="float32", threads=3,
        deterministic=True, cache_folder=Path("/c"),
    )  # fmt: skip
    from nst_engine.__main__ import _parsed

    command = engine_command(settings, nice=7)
    assert command[:3] == [sys.executable, "-m", "nst_engine"]
    assert _parsed(command[3:]) == (settings, 7)
    assert _parsed(engine_command(Settings(), nice=0)[3:]) == (Settings(), 0)
