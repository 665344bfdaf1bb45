"""The directions of dependency, as they are in a real process and not only on paper."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOT_MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "bot").rglob("*.py")
    if path.name != "__main__.py"
)
TORCH_FREE_ENGINE_MODULES = [
    "nst_engine",
    "nst_engine.options",
    "nst_engine.protocol",
    "nst_engine.settings",
    "nst_engine.schedule",
]


def modules_after(*names: str) -> set[str]:
    code = (
        "import importlib, json, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", TORCH_FREE_ENGINE_MODULES)
def test_the_engines_contracts_load_no_torch(name):
    assert not {"torch", "torchvision", "bot", "numpy"} & modules_after(name)


def test_the_whole_bot_loads_no_torch():
    assert len(BOT_MODULES) > 10
    assert not {"torch", "torchvision"} & modules_after(*BOT_MODULES)


def test_the_engine_loads_nothing_of_the_bot():
    loaded = modules_after("nst_engine.painting", "nst_engine.worker", "nst_engine.report", "nst_engine.film")
    assert "torch" in loaded
    assert not {name for name in loaded if name.split(".")[0] in {"bot", "discord", "telegram"}}


def test_import_linter_finds_no_broken_contract():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
