"""`impasto stylize` where nobody chose the quality: what the machine does in reasonable time, and a word about it."""

import json

import pytest

from tests.waiting import PATIENCE

from .conftest import engine_command, read_until

PAINT = ("stylize", "photo.jpg", "--style", "style.png")


@pytest.fixture
def slow(monkeypatch):
    command = engine_command(FAKE_ENGINE_SECONDS=0.1, FAKE_ENGINE_SPEED=0.03)
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", command)


@pytest.mark.parametrize("quality", [(), ("--quality", "auto")])
def test_a_slow_machine_paints_a_draft_and_says_so_before(impasto, slow, quality):
    ended = impasto(*PAINT, *quality, "--json")
    assert json.loads(ended.out)["quality"] == "draft"
    draft, cost = (line for line in ended.err.splitlines() if "take" in line)
    assert draft.startswith("I paint a draft, as standard quality would take about 5 minutes here;")
    assert cost.startswith("This takes about 1 minute in draft quality")


def test_a_wait_for_the_painter_is_said_once(processes, folder):
    command = engine_command(FAKE_ENGINE_SECONDS=0.1, FAKE_ENGINE_SPEED=0.03, FAKE_ENGINE_GATE=folder / "gate")
    process = processes.start(*PAINT, "--json", IMPASTO_ENGINE_COMMAND=command)
    read_until(process, "Loading the painter…")
    (folder / "gate").touch()
    out, err = process.communicate(timeout=PATIENCE)
    assert json.loads(out)["quality"] == "draft"
    assert "Loading" not in err


def test_what_is_asked_for_is_painted_however_long_it_takes(impasto, slow):
    ended = impasto(*PAINT, "--quality", "standard", "--json")
    assert json.loads(ended.out)["quality"] == "standard"
    assert "a draft" not in ended.err
    assert "This takes about 5 minutes in standard quality" in ended.err


def test_a_quick_machine_needs_no_words(impasto):
    ended = impasto(*PAINT, "--json")
    assert json.loads(ended.out)["quality"] == "standard"
    assert "take" not in ended.err


def test_the_config_may_say_otherwise(impasto, folder, slow):
    with (folder / "config.toml").open("a") as config:
        config.write('[defaults]\noptions = { quality = "standard" }\n')
    assert json.loads(impasto(*PAINT, "--json").out)["quality"] == "standard"
    (folder / "config.toml").write_text('[defaults]\noptions = { quality = "auto" }\n')
    assert json.loads(impasto(*PAINT, "--json").out)["quality"] == "draft"


def test_an_engine_that_cannot_be_had_ends_the_wait(impasto, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE="exit-at-start"))
    ended = impasto(*PAINT, "--quality", "auto")
    assert ended.code == 1
    assert "impasto doctor" in ended.complaint
