import shutil
import stat

import pytest

from bot.store import StorageFailed, Store, backup, check, migrate
from bot.store.files import path_of

from .conftest import DAY, accept, files_on_disk, paint


async def test_checking_nothing_says_so_and_makes_nothing(tmp_path):
    assert await check(tmp_path / "data") == [f"there is no database at {tmp_path / 'data' / 'impasto.db'}"]
    assert not (tmp_path / "data").exists()


async def test_a_sound_folder_has_no_faults_open_or_closed(store):
    await paint(store, (await accept(store)).id)
    assert await check(store.folder) == []
    await store.close()
    assert await check(store.folder) == []


async def test_each_fault_is_told(store):
    job = await accept(store)
    unused = await store.files.put(b"unused")
    async with store.jobs._database.transaction() as run:
        await run("UPDATE jobs SET request = '{}'")
        await run(
            "INSERT INTO file_refs (owner, role, digest, media_type) VALUES ('job:ghost', 'content', ?, '')",
            (job.request.content,),
        )
    await store.close()
    files = store.folder / "files"
    path_of(files, job.request.content).write_bytes(b"other")
    path_of(files, job.request.styles[0].digest).unlink()
    stray = files / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"stray")
    faults = await check(store.folder)
    expected = [
        f"job {job.id} cannot be read",
        "job:ghost refers to files, but is not there",
        f"{path_of(files, job.request.content)} is damaged",
        f"{path_of(files, job.request.styles[0].digest)} is missing",
        f"{path_of(files, unused)} is not referred to; the next start removes it",
        f"{stray} is not in the database; the next start removes it",
    ]
    for words in expected:
        assert sum(words in fault for fault in faults) == 1, words
    assert len(faults) == len(expected)


async def test_a_backup_of_a_running_bot_can_be_used_as_a_data_directory(tmp_path, store, clock):
    job = await accept(store)
    await store.people.ban("cli:eve", "spam", None)
    target = await backup(store.folder, tmp_path / "deep" / "copy")
    await store.jobs.end(job.id, "failed", refund=True)
    await store.people.forget("cli:ada")
    assert await check(target) == []
    assert [path for path in (target, *target.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077] == []

    copy = await Store.open(target, clock=clock)
    try:
        assert await copy.jobs.get(job.id) == job
        assert await copy.files.get(job.request.content) == b"photo"
        assert await copy.people.banned("cli:eve")
        assert await copy.people.used(copy.person_hash("cli:ada"), DAY) == 1
    finally:
        await copy.close()


async def test_a_backup_goes_into_no_folder_that_holds_something(tmp_path, store):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letters.txt").write_text("mine")
    with pytest.raises(StorageFailed, match="new or empty folder"):
        await backup(store.folder, tmp_path / "full")
    with pytest.raises(StorageFailed, match="no database"):
        await backup(tmp_path / "nowhere", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_backup_restored_by_copying_it_starts(tmp_path, store, clock):
    await accept(store)
    await backup(store.folder, tmp_path / "copy")
    await store.close()
    shutil.rmtree(store.folder)
    shutil.copytree(tmp_path / "copy", store.folder)
    again = await Store.open(store.folder, clock=clock)
    assert len(await again.jobs.by_state("queued")) == 1
    assert len(files_on_disk(again.folder)) == 2
    await again.close()


async def test_a_folder_that_cannot_be_one_is_refused_in_words(tmp_path, clock):
    (tmp_path / "file").write_text("I am a file")
    for attempt in (Store.open(tmp_path / "file", clock=clock), migrate(tmp_path / "file" / "below")):
        with pytest.raises(StorageFailed, match="Not a directory"):
            await attempt
