"""The running bot's socket: who may open it, and what a client that does not read costs."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from bot.adapters.cli.outlet import TerminalOutlet
from bot.adapters.cli.server import LocalServer, Mailbox
from bot.adapters.cli.wire import Ended, Standing
from bot.model import CliPlace, Job, Person, StoredRequest
from bot.outcomes import Painting
from nst_engine.options import Options
from nst_engine.protocol import Progress


def a_job(job_id: str = "mine") -> Job:
    return Job(
        id=job_id, key=job_id, state="painting", person=Person(platform="cli", id="local"), verb="submit", task="paint",
        place=CliPlace(output="/o.png"), cost=1.0, paintings=1, created_at=0.0,
        request=StoredRequest(content="", styles=(), options=Options(), width=4, height=3),
    )  # fmt: skip


def standing(iteration: int, job_id: str = "mine") -> Standing:
    progress = Progress(
        id=job_id, iteration=iteration, iterations=40, scale=0, scales=1, width=4, height=3, content_loss=1.0,
        style_loss=1.0, seconds_left=1.0,
    )  # fmt: skip
    return Standing(painting=Painting(job=a_job(job_id), progress=progress))


async def test_the_socket_is_the_owners_alone_from_its_first_moment(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # whatever comes after the bind, comes too late
    server = LocalServer(None, None, TerminalOutlet(), tmp_path, max_bytes=1, engine_ready=lambda: True)
    before = os.umask(0)
    try:
        await server.start()
        assert os.umask(0) == 0, "and the umask is as it was"
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "impasto.sock").stat().st_mode) & 0o077 == 0
    await server.close()
    assert not (tmp_path / "impasto.sock").exists()


async def test_a_mailbox_keeps_the_latest_of_its_own_job_alone():
    box = Mailbox()
    for iteration in range(1000):
        box.put("mine", standing(iteration))
        box.put("somebody's", standing(iteration, "somebody's"))
    box.follow("mine")
    box.put("somebody's", standing(7, "somebody's"))
    assert await box.next() == standing(999)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(box.next(), 0.01)
    box.put("mine", standing(1000))
    assert await box.next() == standing(1000)


async def test_a_mailbox_keeps_the_end_whatever_comes_after_it_and_before_it_knows_its_job():
    box, end = Mailbox(), Ended(job=a_job(), text="done", code=0)
    box.put("mine", standing(1))
    box.put("mine", end)
    box.put("mine", standing(2))
    box.follow("mine")
    assert await box.next() == end
