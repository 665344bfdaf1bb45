"""The bot is killed with SIGKILL at each state of a job; the next run finishes the job."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest

from bot.outcomes import Cancelled, Failed
from tests.bot.studio.conftest import House, eventually
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[3]


async def killed(folder: Path, moment: str) -> str:
    """Let a bot over this folder die at a moment of a job; returns the job's id."""
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.studio.victim", str(folder), moment, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(victim.communicate(), PATIENCE)
    assert victim.returncode == -signal.SIGKILL
    [job_id] = re.findall(r"^JOB (\w+)$", said.decode(), re.MULTILINE)
    return str(job_id)


@pytest.mark.parametrize(
    ("moment", "state"), [("queued", "queued"), ("painting", "painting"), ("painted", "painted"), ("sent", "painted")]
)
async def test_a_job_survives_sigkill_of_the_bot(tmp_path: Path, moment: str, state: str) -> None:
    job_id = await killed(tmp_path, moment)
    house = House(tmp_path)
    try:
        await house.open(start=False)
        assert (await house.job(job_id)).state == state
        await house.studio.start()
        await house.finished(job_id)
        job = await house.job(job_id)
        assert job.attempts_engine == 0
        assert await house.used() == 1
        assert [key for _, key in house.outlet.delivered] == [job_id]
    finally:
        await house.close()


@pytest.mark.parametrize(
    ("moment", "state", "told"),
    [
        ("failed", "failed", Failed),  # before the place heard of it
        ("cancelled", "cancelled", Cancelled),
        ("delivered", "delivered", None),  # all but the status message, which the result replaces
        ("told", "failed", None),
    ],
)
async def test_an_ending_is_told_and_the_status_goes_after_sigkill(
    tmp_path: Path, moment: str, state: str, told: type | None
) -> None:
    job_id = await killed(tmp_path, moment)
    house = House(tmp_path)
    try:
        await house.open(start=False)
        job = await house.job(job_id)
        assert (job.state, job.status_ref) == (state, "mine")
        await house.studio.start()
        await eventually(lambda: house.outlet.removed == ["mine"])
        assert [type(outcome) for outcome, _ in house.outlet.delivered] == [told] * (told is not None)
        if told is not None:
            ending = house.ending(job_id)
            assert (ending.job.id, ending.refunded) == (job_id, 1)  # type: ignore[union-attr]
        await house.close()
        await house.open()  # and that was all
        await house.painted(number=5)
        assert len(house.outlet.delivered) == (told is not None) + 1
    finally:
        await house.close()
