"""A process that works on a store until it is killed. It tells on stdout what the store has confirmed.

victim.py FOLDER SEED     works for ever, several coroutines at once
victim.py FOLDER steps    takes two jobs through their lives in FOLDER/0, killed before its first step on the disk,
                          then in FOLDER/1, killed before its second, and so on until one gets through; each tells
                          in FOLDER/N.told
"""

import asyncio
import itertools
import os
import random
import signal
import sys
import uuid
from pathlib import Path

from bot.clock import SystemClock
from bot.model import CliPlace, Job, JobFile, Person, StoredRequest, StoredStyle
from bot.store import Charge, Store, disk
from bot.store.database import Database
from nst_engine.options import Options

DAY = "2025-06-15"


def tell(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def live(store, person, random_):
    """One job's whole life; says "STATE ID" once the store has confirmed it."""
    photo = await store.files.put(random_.choice([b"a", b"b", b"c"]) * 5000)
    tell("file", photo)
    style = await store.files.put(random_.randbytes(3000))
    job = Job(
        id=uuid.uuid4().hex, key=uuid.uuid4().hex, state="queued", person=Person(platform="cli", id=person),
        place=CliPlace(output="/x"), verb="submit", task="paint", cost=1.0, paintings=1, created_at=store.clock.now(),
        request=StoredRequest(content=photo, styles=(StoredStyle(digest=style),), options=Options(), width=9, height=9),
    )  # fmt: skip
    files = [JobFile(role="content", digest=photo), JobFile(role="style", digest=style)]
    charge = Charge(
        paintings=random_.randint(0, 2),
        day=DAY,
        person_limit=10**6,
        waiting_limit=99,
        queue_limit=999,
        place_subject="place:x",
    )
    await store.jobs.accept(job, files, charge)
    tell("queued", job.id)
    if random_.random() < 0.2:
        await store.jobs.end(job.id, "cancelled", refund=True)
        tell("cancelled", job.id)
        return
    await store.jobs.start(job.id, 1.0)
    painting = await store.files.put(random_.randbytes(20_000))
    await store.jobs.finish(job.id, [JobFile(role="painting", digest=painting)], width=9, height=9, facts=None)
    tell("painted", job.id)
    await store.jobs.delivered(job.id, "ref")
    tell("delivered", job.id)
    if random_.random() < 0.5:
        await store.jobs.delete_files(job.id)


async def opened(folder):
    clock = SystemClock()
    store = await Store.open(folder, clock=clock)
    store.clock = clock
    return store


async def for_ever(folder, seed):
    store = await opened(folder)
    tell("open", os.getpid())
    random_ = random.Random(seed)

    async def worker(person):
        while True:
            await live(store, person, random_)

    await asyncio.gather(*(worker(f"p{at}") for at in range(3)))


async def once(folder):
    store = await opened(folder)
    random_ = random.Random(1)
    random_.random = iter([0.9, 0.1, 0.1]).__next__  # one is delivered and its files deleted, one is cancelled
    try:
        await live(store, "ada", random_)
        await live(store, "ada", random_)
        await store.people.forget("cli:ada")
        tell("forgotten", "cli:ada")
    finally:
        await store.close()


def every_step(folder):
    """Fork before there are any threads: importing everything anew for each step would take a minute."""
    for number in itertools.count():
        child = os.fork()
        if child == 0:
            os.dup2(os.open(folder / f"{number}.told", os.O_WRONLY | os.O_CREAT), sys.stdout.fileno())
            kill_at(number)
            asyncio.run(once(folder / str(number)))
            return
        _, status = os.waitpid(child, 0)
        if status != signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))


def kill_at(number):
    """Count the steps on the disk, and die before one."""
    left = number

    def step():
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function):
        def wrapper(*arguments, **named):
            step()
            return function(*arguments, **named)

        return wrapper

    write_new, fetch, through = disk.write_new, Database._fetch, Database._write_through

    def torn_write(path, data):
        if left == 0:
            path.write_bytes(data[: len(data) // 2])
        step()
        write_new(path, data)

    async def counted_fetch(self, *arguments):
        step()
        return await fetch(self, *arguments)

    async def counted_through(self, how):
        step()
        await through(self, how)

    disk.write_new = torn_write
    disk.flush_folder = counted(disk.flush_folder)
    Path.replace = counted(Path.replace)
    Path.unlink = counted(Path.unlink)
    Database._fetch, Database._write_through = counted_fetch, counted_through


if sys.argv[2] == "steps":
    every_step(Path(sys.argv[1]))
else:
    asyncio.run(for_ever(Path(sys.argv[1]), int(sys.argv[2])))
