import asyncio
import errno
import hashlib
import os
import shutil
import time
from types import SimpleNamespace

import pytest

from bot.model import JobFile
from bot.store import GRACE_SECONDS, FileDamaged, FileGone, StorageFailed, StorageFull, Store, check
from bot.store import disk as store_disk
from bot.store.files import path_of

from .conftest import accept, files_on_disk, make_charge, make_job


def incoming(store):
    return list((store.folder / "files" / "incoming").iterdir())


async def test_what_was_put_comes_back_and_is_kept_once(store):
    digest = await store.files.put(b"picture")
    assert digest == hashlib.sha256(b"picture").hexdigest()
    assert await store.files.get(digest) == b"picture"
    assert await store.files.put(b"picture") == digest
    assert await store.files.put(b"") != digest
    assert await store.files.totals() == (2, 7)
    assert len(files_on_disk(store.folder)) == 2
    assert incoming(store) == []


async def test_many_puts_of_one_picture_at_once(store):
    digests = await asyncio.gather(*(store.files.put(b"the same") for _ in range(20)))
    assert len(set(digests)) == 1
    assert await store.files.totals() == (1, 8)
    assert incoming(store) == []


@pytest.mark.parametrize("digest", ["0" * 64, "../../impasto.db", "", "A" * 64])
async def test_what_is_not_there_is_gone(store, digest):
    with pytest.raises(FileGone):
        await store.files.get(digest)


async def test_damage_is_found_told_and_mended_by_a_new_put(store):
    job = await accept(store, photo=b"holiday")
    digest = job.request.content
    path = path_of(store.folder / "files", digest)
    for damage in (b"holidaX", b"holi"):
        path.write_bytes(damage)
        with pytest.raises(FileDamaged, match=digest):
            await store.files.get(digest)
        assert await check(store.folder) == [f"{path} is damaged"]
        assert await store.files.put(b"holiday") == digest
        assert await store.files.get(digest) == b"holiday"
    path.unlink()
    with pytest.raises(FileGone):
        await store.files.get(digest)
    assert await check(store.folder) == [f"{path} is missing"]


async def test_the_sweep_spares_what_is_young_or_referred_to(store, clock):
    job = await accept(store)
    await store.files.put(b"abandoned")
    assert await store.files.sweep() == 0
    clock.time += GRACE_SECONDS - 1
    await store.files.put(b"young")
    clock.time += 1
    assert await store.files.sweep() == 1
    assert await store.files.totals() == (3, len(b"photo" + b"style" + b"young"))
    assert len(await store.jobs.files(job.id)) == 2
    clock.time += GRACE_SECONDS
    assert await store.files.sweep() == 1
    assert len(files_on_disk(store.folder)) == 2


async def test_putting_again_starts_the_grace_anew(store, clock):
    digest = await store.files.put(b"picture")
    clock.time += GRACE_SECONDS
    await store.files.put(b"picture")
    assert await store.files.sweep() == 0
    assert await store.files.get(digest) == b"picture"


async def test_puts_and_sweeps_at_once_never_lose_a_file_with_a_row(store):
    async def put(number):
        data = f"picture {number % 4}".encode()
        for _ in range(10):
            assert await store.files.put(data)

    async def sweep():
        for _ in range(15):
            await store.files.sweep(older_than_seconds=0)

    await asyncio.gather(*(put(number) for number in range(8)), sweep(), sweep())
    assert [fault for fault in await check(store.folder) if "not referred to" not in fault] == []
    for number in range(4):
        digest = await store.files.put(f"picture {number}".encode())
        assert await store.files.get(digest) == f"picture {number}".encode()


@pytest.mark.parametrize("how", ["sweep", "discard"])
async def test_a_put_in_the_middle_of_a_removal_waits_for_it(store, clock, monkeypatch, how):
    digest = await store.files.put(b"picture")
    clock.time += GRACE_SECONDS
    unlink = store.files._unlink

    def slowly(digests):
        time.sleep(0.1)
        unlink(digests)

    monkeypatch.setattr(store.files, "_unlink", slowly)
    removing = asyncio.create_task(store.files.sweep() if how == "sweep" else store.files.discard([digest]))
    await asyncio.sleep(0.05)
    await store.files.put(b"picture")
    assert await removing == 1
    assert await store.files.get(digest) == b"picture"


async def test_deleting_one_job_spares_a_picture_whose_job_is_yet_to_come(store):
    first = await accept(store, photo=b"shared")
    digest = await store.files.put(b"shared")  # somebody else is about to ask with the same picture
    await store.jobs.delete_files(first.id)
    assert await store.files.get(digest) == b"shared"
    second = make_job("bob", digest)
    assert await store.jobs.accept(second, [JobFile(role="content", digest=digest)], make_charge()) == second
    await store.jobs.delete_files(second.id)
    assert files_on_disk(store.folder) == []


async def test_leftovers_of_a_crash_go_at_the_next_start(store, clock):
    job = await accept(store)
    await store.files.put(b"its job never came")
    await store.close()
    files = store.folder / "files"
    (files / "incoming" / "half").write_bytes(b"half a pict")
    without_row = path_of(files, hashlib.sha256(b"no row").hexdigest())
    without_row.parent.mkdir(exist_ok=True)
    without_row.write_bytes(b"no row")
    assert len(await check(store.folder)) == 2  # what is half written is no fault, it never had a name
    again = await Store.open(store.folder, clock=clock)
    await again.close()
    assert await check(store.folder) == []
    assert sorted(files_on_disk(store.folder)) == sorted([job.request.content, job.request.styles[0].digest])
    assert incoming(store) == []


async def test_below_the_free_room_wanted_nothing_is_taken(tmp_path, clock):
    free = shutil.disk_usage(tmp_path).free
    store = await Store.open(tmp_path / "data", clock=clock, min_free_bytes=free * 2)
    try:
        with pytest.raises(StorageFull, match="min_free_bytes"):
            await store.files.put(b"picture")
        assert (await store.files.totals(), files_on_disk(store.folder), incoming(store)) == ((0, 0), [], [])
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageFailed)]
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
async def test_a_disk_that_fails_leaves_nothing_half_written(store, monkeypatch, number, kind, call):
    before = await accept(store)

    def fail(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr(store_disk, "os", SimpleNamespace(**{**vars(os), "fsync": fail}))
        else:
            patch.setattr(store_disk.Path, "replace", fail)
        with pytest.raises(kind):
            await store.files.put(b"picture")
    assert await store.files.totals() == (2, 10)
    assert len(files_on_disk(store.folder)) == 2
    assert incoming(store) == []
    assert await store.jobs.get(before.id) == before
    assert await store.files.get(await store.files.put(b"picture")) == b"picture"  # and it works again afterwards


async def test_a_cancelled_put_leaves_nothing_or_everything(store):
    for number, delay in enumerate((0, 0.0005, 0.001, 0.002, 0.004, 0.008)):
        putting = asyncio.create_task(store.files.put(f"{number}".encode() * 100_000))
        await asyncio.sleep(delay)
        putting.cancel()
        await asyncio.wait([putting])
    assert incoming(store) == []
    assert [fault for fault in await check(store.folder) if "not referred to" not in fault] == []
    count, _ = await store.files.totals()
    assert count == len(files_on_disk(store.folder))
    assert await store.files.put(b"picture")


async def test_what_is_kept_is_spared_as_if_it_had_been_put_just_now(store, clock):
    digest = await store.files.put(b"picture")
    store.files.settle([digest])
    clock.time += 3 * 3600
    await store.files.keep(digest)
    assert await store.files.sweep() == 0
    assert await store.files.discard([digest]) == 0, "its job is yet to come"
    store.files.settle([digest])
    assert await store.files.discard([digest]) == 1
    with pytest.raises(FileGone):
        await store.files.keep(digest)
