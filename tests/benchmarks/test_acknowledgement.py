"""The benchmark of acknowledgements in its smallest form: does it still fit the bot that it measures?"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_three_people_ask_at_once_and_all_get_their_place() -> None:
    engine = ["env", "FAKE_ENGINE_SECONDS=600", sys.executable, str(ROOT / "tests/fake_engine.py")]
    command = [sys.executable, "-m", "benchmarks.acknowledgement", "--json"]
    command += ["--people", "3", "--rounds", "1", "--megapixels", "0.1"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"IMPASTO_ENGINE_COMMAND": shlex.join(engine)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["asked"] == figures["acknowledged"] == figures["placed"] == 3
    assert figures["refused"] == 0
    assert 0 < figures["acknowledged_p50_milliseconds"] <= figures["acknowledged_max_milliseconds"]
