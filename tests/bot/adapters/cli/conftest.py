"""The command line in this process and in processes of its own, both over a quick fake engine."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from PIL import Image

from bot.__main__ import main
from tests.forking import forked_command
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[4]
FAKE_ENGINE = [sys.executable, str(ROOT / "tests" / "fake_engine.py")]
NOBODY = "http://127.0.0.1:9"  # an address at which nobody answers, lest a test talk to the real chats
NO_TELEGRAM = f'[telegram]\nbase_url = "{NOBODY}/bot"\nbase_file_url = "{NOBODY}/file/bot"\n'


def engine_command(*, forked: bool = True, **environment: object) -> str:
    """Return the command of a fake engine with these environment variables; see tests.forking for `forked`."""
    command = forked_command("tests.fake_engine") if forked else FAKE_ENGINE
    return shlex.join(["env", *(f"{name}={value}" for name, value in environment.items()), *command])


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line that says what went wrong."""
        (line,) = [line for line in self.err.splitlines() if line.startswith("impasto: ")]
        assert self.err.splitlines()[-1] == line, "nothing follows the complaint"
        return line.removeprefix("impasto: ")


def paint_photo(path: Path, width: int = 120, height: int = 80) -> Path:
    """Write a photo of its own for each name."""
    random = np.random.default_rng(sum(map(ord, path.name)))
    small = random.integers(0, 256, (8, 12, 3), dtype=np.uint8)
    Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


@pytest.fixture(autouse=True)
def _logs_restored(logs_restored):
    """Commands set up the logs."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder: a photo, a style, a config of its own, and a fake engine."""
    paint_photo(tmp_path / "photo.jpg")
    paint_photo(tmp_path / "style.png", 64, 64)
    config = tmp_path / "config.toml"
    config.write_text('[bot]\ndata_dir = "data"\n')
    config.chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMPASTO_CONFIG", str(config))
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_SECONDS=0.1))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def impasto(folder, capsys):
    """Run a command line in this process."""

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


@dataclass
class Processes:
    """Commands in processes of their own: forked with everything loaded, or started from nothing where that counts."""

    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(
        self, *arguments: object, forked: bool = True, output: IO[str] | int = subprocess.PIPE, **environment: object
    ) -> subprocess.Popen[str]:
        """Start a command."""
        program = forked_command("bot.__main__") if forked else [sys.executable, "-m", "bot"]
        process = subprocess.Popen(
            [*program, *map(str, arguments)],
            cwd=self.folder,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
            | {name: str(value) for name, value in environment.items()},
            stdout=output,
            stderr=output,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: object, forked: bool = True, **environment: object) -> Ended:
        """Run a command to its end."""
        process = self.start(*arguments, forked=forked, **environment)
        out, err = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, out, err)

    def bot(self, *, forked: bool = True, **environment: object) -> "Bot":
        """Start a bot, and wait until it listens."""
        log = self.folder / f"bot-{len(self.started)}.log"
        with log.open("w") as stream:
            process = self.start("run", forked=forked, output=stream, **environment)
        bot = Bot(process, log, self.folder / "data" / "impasto.db")
        wait_until(lambda: "bot.ready" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        return bot


@dataclass
class Bot:
    """A bot that runs."""

    process: subprocess.Popen[str]
    log_file: Path
    database: Path

    def states(self) -> list[str]:
        """Return the states of all jobs, oldest first."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as connection:
            return [state for (state,) in connection.execute("SELECT state FROM jobs ORDER BY created_at")]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def events(self) -> list[dict[str, object]]:
        """Return what it logged."""
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]


def wait_until(condition, patience: float = PATIENCE) -> None:
    """Wait for a condition, and fail when it does not come."""
    give_up = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.01)


def read_until(process: subprocess.Popen[str], word: str) -> None:
    """Read what a process says on stderr up to a line with this word."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if word in line:
            return
    pytest.fail(f"it never said {word!r}: {said}")


@pytest.fixture
def processes(folder):
    """Start commands in processes of their own; none outlives the test."""
    processes = Processes(folder)
    yield processes
    for process in processes.started:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
