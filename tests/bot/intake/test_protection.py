"""What stands between a hostile picture and the machine: tried for real, layer by layer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.config import IntakeSection
from bot.intake import Intake, Limits, Protection, Rejected, seccomp
from bot.intake.answers import check_plain_png
from tests.bot.intake import files
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
ALL_LAYERS = (
    "parent death signal",
    "not dumpable",
    "no new privileges",
    "landlock",
    "memory limit",
    "cpu limit",
    "file limits",
    "seccomp",
    "process limit",  # not on Linux
)
MEBIBYTE = 1024 * 1024
PHOTO = files.save(files.quadrants(), "PNG")


def refused(protection: Protection) -> set[str]:
    return {attempt.name for attempt in protection.attempts if attempt.refused}


def active(protection: Protection, name: str) -> bool:
    return any(layer.active for layer in protection.layers if layer.name == name)


async def test_the_sandbox_keeps_what_it_claims(intake: Intake) -> None:
    protection = await intake.describe_protection()
    assert {layer.name for layer in protection.layers} >= set(ALL_LAYERS) - {"process limit"}
    if active(protection, "seccomp"):
        everything = {attempt.name for attempt in protection.attempts}
        assert refused(protection) >= everything - (
            set() if active(protection, "memory limit") else {"take more memory"}
        )
    if active(protection, "landlock") or active(protection, "file limits"):
        assert {"read a file", "create a file"} <= refused(protection)


async def test_landlock_alone_keeps_files_and_programs_away(intake: Intake) -> None:
    others = tuple(name for name in ALL_LAYERS if name not in ("landlock", "no new privileges"))
    protection = await intake.describe_protection(without=others)
    if not active(protection, "landlock"):
        pytest.skip("no Landlock here")
    assert {"read a file", "list a folder", "create a file", "run a program"} <= refused(protection)


async def test_the_limits_alone_keep_files_and_memory_away(intake: Intake) -> None:
    protection = await intake.describe_protection(without=("landlock", "seccomp"))
    assert {"read a file", "create a file", "open a network socket"} <= refused(protection)
    if active(protection, "memory limit") and sys.platform == "linux":
        assert "take more memory" in refused(protection)


async def test_without_protection_the_attempts_succeed(intake: Intake) -> None:
    """Otherwise the tests above would prove nothing."""
    protection = await intake.describe_protection(without=ALL_LAYERS)
    assert protection.layers == ()
    assert not protection.complete
    free = {
        "read a file",
        "list a folder",
        "create a file",
        "open a network socket",
        "start a process",
        "run a program",
    }
    assert not free & refused(protection)


# ---- the filter's program, on architectures that this machine may not have ------------------------------------------

EPERM, ENOSYS = 0x50001, 0x50026
ALLOW, KILL = 0x7FFF0000, 0x80000000


def run_filter(machine: str, number: int, arguments: tuple[int, ...] = (), architecture: int | None = None) -> int:
    """Run the BPF program as the kernel would, for one system call."""
    steps = [struct.unpack("=HBBI", step) for step in seccomp.program(machine)]
    own = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    call = struct.pack("=IIQ6Q", number, architecture or own, 0, *arguments, *[0] * (6 - len(arguments)))
    at, register = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            register = struct.unpack_from("=I", call, value)[0]
        elif code == 0x54:
            register &= value
        else:
            holds = {0x15: register == value, 0x35: register >= value}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_allows_little(machine: str) -> None:
    column = ["x86_64", "aarch64"].index(machine)

    def verdict(numbers: tuple[int, int], *arguments: int) -> int:
        return run_filter(machine, numbers[column], arguments)

    allowed = {"read": (0, 63), "write": (1, 64), "exit_group": (231, 94), "brk": (12, 214), "futex": (202, 98)}
    assert {verdict(numbers) for numbers in allowed.values()} == {ALLOW}
    denied = {
        "openat": (257, 56),
        "socket": (41, 198),
        "execve": (59, 221),
        "kill": (62, 129),
        "ptrace": (101, 117),
        "prctl": (157, 167),
        "io_uring_setup": (425, 425),
        "memfd_create": (319, 279),
        "unlinkat": (263, 35),
        "bpf": (321, 280),
        "dup": (32, 23),
        "mount": (165, 40),
    }
    assert {verdict(numbers) for numbers in denied.values()} == {EPERM}
    threads, fork = 0x3D0F00, signal.SIGCHLD
    assert verdict((56, 220), threads) == ALLOW
    assert verdict((56, 220), fork) == EPERM
    assert verdict((435, 435)) == ENOSYS
    readable, runnable = 3, 7
    for call in [(9, 222), (10, 226)]:
        assert verdict(call, 0, 4096, readable) == ALLOW
        assert verdict(call, 0, 4096, runnable) == EPERM
    assert run_filter(machine, 0, architecture=0x40000003) == KILL  # 32-bit calls have other numbers


def test_the_filter_knows_x32() -> None:
    assert run_filter("x86_64", 0x40000000) == KILL


# ---- time and memory ------------------------------------------------------------------------------------------------


def bomb(side: int) -> bytes:
    return files.png_bomb(side)


async def test_too_slow(intake: Intake) -> None:
    with pytest.raises(Rejected) as caught:
        await intake.clean(PHOTO, Limits(seconds=0.01))
    assert caught.value.rejection.code == "too_slow"
    assert await no_children()


async def test_too_much_memory(intake: Intake) -> None:
    data = bomb(7000)
    with pytest.raises(Rejected) as caught:
        await intake.clean(data, Limits(memory_bytes=160 * MEBIBYTE))
    assert caught.value.rejection.code == "too_much_memory"
    assert caught.value.rejection.facts == {"limit": 160 * MEBIBYTE}


@pytest.mark.parametrize("options", [{"format_name": "JPEG", "progressive": True}, {"format_name": "WEBP"}])
async def test_codecs_that_call_it_broken_data(intake: Intake, options: dict[str, object]) -> None:
    """libjpeg and libwebp do not say that memory ran out; the intake does."""
    data = files.save(files.quadrants().resize((4000, 3000)), **options)
    with pytest.raises(Rejected) as caught:
        await intake.clean(data, Limits(memory_bytes=130 * MEBIBYTE))
    assert caught.value.rejection.code == "too_much_memory"


def test_processor_time_ends() -> None:
    code = "from bot.intake import Limits, sandbox\nsandbox.enter(Limits(seconds=1))\nwhile True: pass"
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=PATIENCE, check=False)
    assert process.returncode == -signal.SIGXCPU


# ---- processes that misbehave ---------------------------------------------------------------------------------------


def children() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE and "-I" in process.cmdline():
                found.append(process)
    return found


async def no_children() -> bool:
    for _ in range(round(PATIENCE / 0.02)):
        if not children():
            return True
        await asyncio.sleep(0.02)
    return False


async def first_child() -> psutil.Process:
    for _ in range(round(PATIENCE / 0.002)):
        if found := children():
            return found[0]
        await asyncio.sleep(0.002)
    raise AssertionError("no process was started")


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a stand-in for the program that decodes."""

    def write(code: str) -> Path:
        path = tmp_path / "program.py"
        path.write_text(textwrap.dedent(code))
        return path

    return write


WAITS = "import time\ntime.sleep(60)"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "internal"),
        ("raise SystemExit(3)", "internal"),
        ("print('hello')", "internal"),
        ("import os; os.write(1, bytes([0, 0, 0, 9]) + b'short')", "internal"),
        ("import os; os.write(1, bytes([0, 0, 0, 4]) + b'junk')", "internal"),
        ("import os\nwhile True: os.write(1, bytes(65536))", "internal"),
        ("import os; os.abort()", "unreadable"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "unreadable"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_much_memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow"),
        (WAITS, "too_slow"),
        ("import os\nif os.fork(): os._exit(0)\n" + WAITS, "internal"),
    ],
)
async def test_a_broken_process_becomes_a_rejection(program: Callable[[str], Path], code: str, expected: str) -> None:
    intake = Intake(Limits(seconds=2 if expected == "too_slow" else 20, max_output_side=100), program=program(code))
    with pytest.raises(Rejected) as caught:
        await intake.clean(PHOTO)
    assert caught.value.rejection.code == expected
    assert await no_children()


async def test_a_process_that_was_taken_over_is_not_believed(program: Callable[[str], Path]) -> None:
    """It may answer what it likes, but only plain pixels of the stated size pass."""
    good = files.save(files.quadrants(), "PNG")
    liar = f"""
        import sys, os
        sys.path.append({str(ROOT)!r})
        from bot.intake.answers import Cleaned, frame
        png = {{png!r}}
        os.write(1, frame(Cleaned({{width}}, {{height}}, len(png))) + png)
    """
    cut_out = files.save(files.with_hole(), "PNG")
    for png, width, height in [
        (files.save(files.with_hole("L"), "PNG"), 64, 48),
        (cut_out, 48, 64),
        (good, 48, 64),
        (good + b"more", 64, 48),
        (good[:-12], 64, 48),
        (good, 64_000, 48),
        (files.save(files.quadrants(), "PNG", icc_profile=files.p3_profile()), 64, 48),
        (b"GIF89a", 64, 48),
    ]:
        path = program(liar.format(png=png, width=width, height=height))
        with pytest.raises(Rejected, match="internal"):
            await Intake(program=path).clean(PHOTO)
    picture = await Intake(program=program(liar.format(png=good, width=64, height=48))).clean(PHOTO)
    check_plain_png(picture.png, 64, 48)
    transparent = Intake(program=program(liar.format(png=cut_out, width=64, height=48)))
    check_plain_png((await transparent.clean(PHOTO)).png, 64, 48, alpha=True)
    with pytest.raises(Rejected, match="internal"):
        await transparent.clean(PHOTO, purpose="style")


async def test_a_killed_process_is_a_lack_of_memory(intake: Intake) -> None:
    task = asyncio.create_task(intake.clean(bomb(7000)))
    (await first_child()).kill()
    with pytest.raises(Rejected, match="too_much_memory"):
        await task
    assert (await intake.clean(PHOTO)).width == 64


async def test_cancelling_leaves_no_process(intake: Intake) -> None:
    task = asyncio.create_task(intake.clean(bomb(7000)))
    child = await first_child()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not child.is_running()
    assert (await intake.clean(PHOTO)).width == 64


@pytest.mark.parametrize("turns", range(12))
async def test_cancelling_at_any_moment_leaves_no_process(intake: Intake, turns: int) -> None:
    task = asyncio.create_task(intake.clean(PHOTO))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


async def test_closing_leaves_no_process(program: Callable[[str], Path]) -> None:
    intake = Intake(concurrency=2, program=program(WAITS))
    tasks = [asyncio.create_task(intake.clean(PHOTO)) for _ in range(4)]
    await first_child()
    await intake.close()
    assert not children()
    for task in tasks:
        with pytest.raises(Rejected, match="closed"):
            await task
    await intake.close()


async def test_only_so_many_at_once(program: Callable[[str], Path]) -> None:
    intake = Intake(Limits(seconds=1), concurrency=2, program=program(WAITS))
    tasks = [asyncio.create_task(intake.clean(PHOTO)) for _ in range(4)]
    most = 0
    while not all(task.done() for task in tasks):
        most = max(most, len(children()))
        await asyncio.sleep(0.02)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 2


def test_no_process_outlives_the_bot(tmp_path: Path) -> None:
    """The bot is killed in the middle; its child must not go on by itself."""
    (tmp_path / "bomb.png").write_bytes(bomb(7000))
    code = f"""
        import asyncio, pathlib
        from bot.intake import Intake
        asyncio.run(Intake().clean(pathlib.Path({str(tmp_path / "bomb.png")!r}).read_bytes()))
    """
    bot = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT)
    process = psutil.Process(bot.pid)
    while not (found := process.children()):
        assert bot.poll() is None
        time.sleep(0.005)
    child = found[0]
    bot.send_signal(signal.SIGKILL)
    bot.wait()
    deadline = time.monotonic() + PATIENCE
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_secrets_do_not_reach_the_child(program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_DISCORD_TOKEN", "a-secret")
    tell = """
        import os, sys
        sys.stderr.write(repr(dict(os.environ)) + os.getcwd() + str(os.getsid(0) == os.getpid()))
        sys.exit(1)
    """
    with pytest.raises(Rejected) as caught:
        await Intake(program=program(tell)).clean(PHOTO)
    said = str(caught.value.rejection.facts["detail"])
    assert "a-secret" not in said
    assert said.endswith("/True")
    assert os.environ["IMPASTO_DISCORD_TOKEN"] == "a-secret"


def test_the_child_loads_no_more_than_it_needs() -> None:
    code = "import sys; import bot.intake.child; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "PIL.Image" in loaded
    assert not {"asyncio", "numpy", "torch", "discord", "structlog", "bot.intake.intake"} & set(loaded)


def test_the_config_gives_the_memory_that_its_pixels_take() -> None:
    section, measured = IntakeSection(), Limits()
    assert section.memory_bytes / section.max_pixels >= measured.memory_bytes / measured.max_pixels
