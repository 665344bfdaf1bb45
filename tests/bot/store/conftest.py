import asyncio
import uuid
from pathlib import Path

import msgspec
import pytest

from bot.model import CliPlace, Job, JobFile, Person, StoredRequest, StoredStyle
from bot.store import Charge, Store
from nst_engine.options import Options

NOON = 1_750_000_000.0
DAY = "2025-06-15"


class TestClock:
    """A clock that stands still until it is told to move."""

    __test__ = False

    def __init__(self):
        self.time = NOON

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.time += seconds
        await asyncio.sleep(0)


def make_job(person="ada", content="0" * 64, style="1" * 64, **changes):
    job_id = changes.pop("id", None) or uuid.uuid4().hex
    job = Job(
        id=job_id,
        key=f"key-{job_id}",
        state="queued",
        person=Person(platform="cli", id=person),
        place=CliPlace(output="/tmp/out.png"),
        verb="submit",
        task="paint",
        request=StoredRequest(
            content=content, styles=(StoredStyle(digest=style),), options=Options(seed=7), width=640, height=480
        ),
        cost=12.5,
        paintings=1,
        created_at=NOON,
    )
    return msgspec.structs.replace(job, **changes)


def make_charge(**changes):
    charge = Charge(paintings=1, day=DAY, person_limit=100, waiting_limit=100, queue_limit=1000)
    return msgspec.structs.replace(charge, **changes)


async def accept(store, person="ada", photo=b"photo", style=b"style", charge=None, **changes):
    """Put two pictures and accept a job with them; returns what `accept` returns."""
    content, styled = await store.files.put(photo), await store.files.put(style)
    job = make_job(person, content, styled, **changes)
    files = [JobFile(role="content", digest=content), JobFile(role="style", digest=styled)]
    return await store.jobs.accept(job, files, charge or make_charge())


async def paint(store, job_id, painting=b"painting"):
    """Bring a queued job to painted."""
    assert await store.jobs.start(job_id, lease_until=NOON + 60)
    digest = await store.files.put(painting)
    done = await store.jobs.finish(job_id, [JobFile(role="painting", digest=digest)], width=512, height=384, facts=None)
    assert done
    return digest


def files_on_disk(folder: Path):
    return sorted(path.name for path in (folder / "files").glob("??/*"))


@pytest.fixture
def clock():
    return TestClock()


@pytest.fixture
async def store(tmp_path, clock):
    opened = await Store.open(tmp_path / "data", clock=clock)
    yield opened
    await opened.close()
