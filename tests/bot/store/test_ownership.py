import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import DataDirInUse, Store, backup, check, migrate
from tests.waiting import PATIENCE

from .conftest import accept

ROOT = Path(__file__).resolve().parents[3]

HOLDER = """
import asyncio, sys, time
from pathlib import Path
from bot.store import Store
from bot.clock import SystemClock

async def main():
    store = await Store.open(Path(sys.argv[1]), clock=SystemClock())
    print("open", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_second_owner_is_refused_by_name(store, clock):
    with pytest.raises(DataDirInUse, match=f"in use by process {os.getpid()}") as refusal:
        await Store.open(store.folder, clock=clock)
    assert (refusal.value.path, refusal.value.pid) == (store.folder, os.getpid())
    with pytest.raises(DataDirInUse):
        await migrate(store.folder)
    assert await accept(store)  # and the first goes on undisturbed


async def test_another_process_is_named_and_after_its_kill_the_folder_is_free(tmp_path, clock):
    folder = tmp_path / "data"
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
    ) as holder:
        try:
            assert await asyncio.to_thread(holder.stdout.readline) == b"open\n"
            with pytest.raises(DataDirInUse, match=f"process {holder.pid};"):
                await Store.open(folder, clock=clock)
            assert await check(folder) == []
            assert await backup(folder, tmp_path / "copy") == tmp_path / "copy"
        finally:
            holder.send_signal(signal.SIGKILL)
            await asyncio.to_thread(holder.wait)
    opened = await Store.open(folder, clock=clock)
    assert (folder / "owner.pid").read_text() == str(os.getpid())
    await opened.close()
    assert not (folder / "owner.pid").exists()


async def test_a_process_that_forgets_to_close_ends_all_the_same(tmp_path, clock):
    code = HOLDER.replace("await asyncio.sleep(60)", "raise SystemExit(7)")
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, timeout=PATIENCE, capture_output=True
    )
    assert (done.returncode, done.stderr) == (7, b"")
    opened = await Store.open(tmp_path, clock=clock)
    await opened.close()


async def test_closing_twice_is_harmless_and_opening_again_works(store, clock):
    await store.close()
    await store.close()
    again = await Store.open(store.folder, clock=clock)
    await again.close()
