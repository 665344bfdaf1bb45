"""The other commands: styles, config, doctor, db, help and version."""

import importlib.metadata
import json
import sqlite3
import sys

import pytest
from PIL import Image

from bot.config_example import render

from .conftest import NO_TELEGRAM, engine_command


def test_version(impasto):
    assert impasto("--version").out == f"impasto {importlib.metadata.version('impasto')}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_teaches(impasto, arguments):
    ended = impasto(*arguments)
    assert ended.code == 0
    for word in ("stylize", "styles", "run", "doctor", "config", "db", "impasto stylize cat.jpg"):
        assert word in ended.out


def test_the_help_of_stylize_takes_its_words_from_the_table_of_options(impasto, monkeypatch):
    from nst_engine.options import WISHES

    monkeypatch.setenv("COLUMNS", "300")
    text = " ".join(impasto("stylize", "--help").out.split())
    for info in WISHES.values():
        assert "--" + info.name.replace("_", "-") in text
        assert info.help in text


def test_ctrl_c_while_modules_load_ends_in_a_word(impasto, monkeypatch):
    class Interrupted:
        def find_spec(self, name, *_):
            if name == "bot.adapters.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "bot.adapters.cli.main")
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    ended = impasto("styles")
    assert (ended.code, ended.err) == (130, "impasto: interrupted\n")


def test_starting_loads_no_torch_and_little_else(processes):
    script = (
        "import sys; from bot.__main__ import main; main(['stylize', '--help']); "
        "heavy = {'torch', 'babel', 'aiosqlite', 'PIL', 'numpy'} & set(sys.modules); "
        "print(sorted(heavy), file=sys.stderr)"
    )
    import subprocess

    from .conftest import ROOT

    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"


def test_everything_there_is_loads_no_torch(processes):
    import subprocess

    from .conftest import ROOT

    script = "import sys, bot.app; print('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


# ---- styles -----------------------------------------------------------------------------------------------------


def test_styles_as_a_table_and_as_json(impasto):
    rows = json.loads(impasto("styles", "--json").out)
    assert {"name", "title", "description", "credits"} <= set(rows[0])
    ended = impasto("styles")
    assert ended.code == 0
    for row in rows:
        assert row["name"] in ended.out


def test_a_contact_sheet(impasto, folder):
    assert impasto("styles", "--sheet", "sheet.jpg").code == 0
    with Image.open(folder / "sheet.jpg") as sheet:
        assert sheet.format == "JPEG"
    assert impasto("styles", "--sheet", "sheet.jpg").code == 2, "it is there already"


# ---- config -----------------------------------------------------------------------------------------------------


def test_config_init_writes_the_example_and_never_over_a_file(impasto, folder, monkeypatch):
    monkeypatch.delenv("IMPASTO_CONFIG")
    own = folder / "xdg" / "impasto" / "config.toml"
    assert impasto("config", "init").code == 0
    assert own.read_text(encoding="utf-8") == render()
    own.write_text("# mine\n")
    assert impasto("config", "init").code == 2
    assert own.read_text() == "# mine\n"
    assert impasto("config", "check").out.startswith(str(own))


def test_config_check_names_faults_of_config_and_secrets(impasto, folder):
    (folder / "config.toml").write_text('[bot]\nlog_levle = "info"\n')
    (folder / "secrets.toml").write_text("")
    (folder / "secrets.toml").chmod(0o644)
    ended = impasto("config", "check")
    assert ended.code == 2
    assert "log_level" in ended.err
    assert "chmod 600" in ended.err


def test_config_check_knows_the_presets(impasto, folder):
    (folder / "config.toml").write_text('[defaults]\npreset = "no-such-style"\n')
    ended = impasto("config", "check")
    assert ended.code == 2
    assert "defaults.preset" in ended.err


def test_config_check_is_content(impasto):
    ended = impasto("config", "check")
    assert (ended.code, ended.err) == (0, "")
    assert "in order" in ended.out


# ---- doctor -----------------------------------------------------------------------------------------------------


def test_the_doctor_looks_at_everything(impasto):
    ended = impasto("doctor")
    assert ended.code == 0, ended.out
    for topic in ("versions", "config", "tokens", "data", "disk", "styles", "intake", "device", "weights", "film"):
        assert topic in ended.out
    assert "IMPASTO_DISCORD_TOKEN" in ended.out


def test_the_doctor_sees_tokens_but_does_not_show_them(impasto, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_TELEGRAM_TOKEN", "very-secret-9753")
    with (folder / "config.toml").open("a") as config:
        config.write(NO_TELEGRAM)
    ended = impasto("doctor")
    assert "set for telegram" in ended.out
    assert "cannot be reached" in ended.out
    assert "9753" not in ended.out + ended.err


def test_the_doctor_finds_what_is_wrong(impasto, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE="exit-at-start"))
    (folder / "config.toml").write_text("[stroe]\n")
    (folder / "secrets.toml").write_text("x = 1\n")
    (folder / "secrets.toml").chmod(0o600)
    ended = impasto("doctor")
    assert ended.code == 1
    failed = [line.split()[1] for line in ended.out.splitlines() if line.strip().startswith("FAIL")]
    assert failed == ["config", "tokens", "engine"]


# ---- db ---------------------------------------------------------------------------------------------------------


def test_the_care_of_the_data_directory(impasto, folder):
    assert impasto("db", "check").code == 1, "there is nothing yet"
    assert impasto("db", "migrate").code == 0
    assert "up to date" in impasto("db", "migrate").out
    assert impasto("db", "check").code == 0
    assert impasto("db", "backup", "copy").code == 0
    assert (folder / "copy" / "impasto.db").exists()
    assert impasto("db", "backup", "copy").code == 1, "a backup is never written over"
    assert impasto("db", "backup").code == 0
    assert list(folder.glob("data-2*"))


def test_a_database_from_a_newer_version(impasto, processes, folder):
    impasto("db", "migrate")
    with sqlite3.connect(folder / "data" / "impasto.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (folder / "data" / "impasto.db").read_bytes()
    for arguments in (["run"], ["db", "migrate"]):
        ended = processes.run(*arguments)
        assert ended.code == 1
        assert "99" in ended.complaint
        assert "Traceback" not in ended.err
    assert (folder / "data" / "impasto.db").read_bytes() == before


def test_a_failing_start_leaves_the_data_free(processes, folder):
    with (folder / "config.toml").open("a") as config:
        config.write('[defaults]\npreset = "no-such-style"\n')
    assert processes.run("run").code == 2
    (folder / "config.toml").write_text('[bot]\ndata_dir = "data"\n')
    assert processes.bot().stop() == 0
