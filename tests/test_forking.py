"""Processes from the fork server behave as started ones: their end, their signals, what they inherit."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nst_engine.protocol import Hello, decode_from_engine, read_body
from tests.forking import forked_command
from tests.waiting import PATIENCE

HELLO = b"Hello"


def engine(**environment):
    """A fake engine from the fork server."""
    command = forked_command("tests.fake_engine")
    return subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=os.environ | environment)


def say_hello(process):
    """Wait for Hello, and return the id that the engine says it has."""
    while not isinstance(message := decode_from_engine(read_body(process.stdout)), Hello):
        pass
    return message.pid


def test_it_ends_when_its_input_does():
    process = engine()
    say_hello(process)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, b"")


def test_its_status_is_passed_on():
    process = engine(FAKE_ENGINE_TROUBLE="exit-at-start")
    assert process.wait(PATIENCE) == 3
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_signals_reach_it_and_end_both(number):
    process = engine()
    forked = psutil.Process(say_hello(process))
    assert forked.pid != process.pid
    process.send_signal(number)
    assert process.wait(PATIENCE) == -number
    process.communicate()
    assert not psutil.wait_procs([forked], timeout=PATIENCE)[1]


def test_a_signal_that_its_parent_ignores_is_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = engine()
    finally:
        signal.signal(signal.SIGINT, before)
    say_hello(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_program_has_its_arguments_its_folder_and_its_environment(tmp_path):
    (tmp_path / "config.toml").write_text("[limits]\ndaily = -3\n")
    told = []
    for program in (forked_command("bot.__main__"), [sys.executable, "-m", "bot"]):
        process = subprocess.run(
            [*program, "styles"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
            env=os.environ | {"IMPASTO_CONFIG": "config.toml", "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        told.append((process.returncode, process.stdout, process.stderr))
    assert told[0] == told[1]
    assert "config.toml" in told[0][2]
