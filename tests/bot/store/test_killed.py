"""kill -9 at whatever moment: what was confirmed is there, what was not is there as a whole or not at all."""

import asyncio
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.model import TRANSITIONS
from bot.store import Store, check
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
VICTIM = Path(__file__).with_name("victim.py")
ORDER = {"queued": 0, "painting": 1, "painted": 2, "delivered": 3, "cancelled": 3}

pytestmark = pytest.mark.slow


def start(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(VICTIM), str(folder), *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


def confirmed(output):
    """Return the last state that the store confirmed for each job."""
    lines = [line.split() for line in output.splitlines() if line.endswith(tuple("0123456789abcdef"))]
    return {job: state for state, job in lines if state in ORDER}


async def inspect(folder, told, *, forgotten=False):
    """Open what a killed process left, and look whether it is consistent and keeps what was told."""
    if (folder / "impasto.db").exists():
        before = await check(folder)
        assert [
            fault for fault in before if "the next start removes it" not in fault and "version 0" not in fault
        ] == []
    store = await Store.open(folder, clock=SystemClock())
    try:
        jobs = {job.id: job for job in await store.jobs.by_state(*TRANSITIONS)}
        if not forgotten:
            for job, state in told.items():
                assert ORDER[jobs[job].state] >= ORDER[state], f"{job} was told to be {state}"
        for job in jobs.values():
            roles = Counter(file.role for file in await store.jobs.files(job.id))
            assert roles in (
                {"content": 1, "style": 1} | ({"painting": 1} if job.state in ("painted", "delivered") else {}),
                {} if job.state == "delivered" else None,  # its files were deleted
            )
    finally:
        await store.close()
    assert await check(folder) == []
    with closing(sqlite3.connect(folder / "impasto.db")) as connection:
        charged = connection.execute(
            "SELECT person_hash, sum(paintings * (1 - refunded)) FROM jobs GROUP BY 1 UNION ALL"
            " SELECT quota_place, sum(paintings * (1 - refunded)) FROM jobs GROUP BY 1 UNION ALL"
            " SELECT person_hash || '@' || quota_place, sum(paintings * (1 - refunded)) FROM jobs GROUP BY 1"
        ).fetchall()
        booked = dict(connection.execute("SELECT subject, paintings FROM usage"))
    if not forgotten:
        assert {subject: paintings for subject, paintings in charged if paintings} == {
            s: n for s, n in booked.items() if n
        }
    return jobs


async def test_killed_at_random_moments(tmp_path):
    told = {}
    moments = random.Random(20250615)
    for number in itertools.count():
        if number >= 8 and len(told) > 30:  # the victims did work
            break
        with start(tmp_path / "data", str(number)) as victim:
            try:
                assert (await asyncio.to_thread(victim.stdout.readline)).startswith("open")
                await asyncio.sleep(moments.uniform(0.05, 0.5))
            finally:
                victim.send_signal(signal.SIGKILL)
            told |= confirmed(await asyncio.to_thread(victim.stdout.read))
        await inspect(tmp_path / "data", told)


@pytest.mark.long
async def test_killed_before_every_step_on_the_disk(tmp_path):
    """Each time a fresh folder and one step further, until the process gets through to its end."""
    with start(tmp_path, "steps") as victim:
        assert await asyncio.to_thread(victim.wait, PATIENCE) == 0
    steps = sorted(tmp_path.glob("*.told"), key=lambda path: int(path.stem))
    for path in steps:
        output = path.read_text()
        told = confirmed(output)
        # Forgetting is the last thing that happens, so its two jobs may be there or not, but together.
        forgotten = sorted(told.values()) == ["cancelled", "delivered"]
        jobs = await inspect(path.with_suffix(""), told, forgotten=forgotten)
        if forgotten:
            assert len(jobs) in (0, 2)
        if "forgotten" in output:
            assert jobs == {}
    assert "forgotten" in output
    assert len(steps) > 60
