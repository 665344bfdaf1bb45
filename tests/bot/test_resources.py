import subprocess
import sys
from pathlib import Path

import pytest

from bot import resources

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkout_finds_its_own():
    assert resources.migrations() == ROOT / "migrations"
    assert resources.example_config() == ROOT / "config.example.toml"


def test_an_installed_package_finds_what_came_with_it(tmp_path):
    data = tmp_path / "bot" / "_data"
    (data / "migrations").mkdir(parents=True)
    (data / "config.example.toml").write_text("")
    (tmp_path / "migrations").mkdir()  # somebody else's, beside the installed packages
    (tmp_path / "bot" / "__init__.py").write_text("")
    (tmp_path / "bot" / "resources.py").write_bytes((ROOT / "bot" / "resources.py").read_bytes())
    code = "from bot import resources as r; print(r.migrations()); print(r.example_config())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(data / "migrations"), str(data / "config.example.toml")]


def test_what_is_missing_is_named():
    with pytest.raises(resources.ResourceMissing, match=r"nonsense\.txt is missing"):
        resources.find("nonsense.txt")
