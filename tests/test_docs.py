"""The documents say what the code does."""

import ast
import re
import shlex
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.adapters.cli.main import commands
from bot.config import Config
from bot.config_file import parse
from bot.intake import Intake
from bot.model import Person, TelegramPlace
from bot.outcomes import AdminDone, PersonLimits, SettingsState
from bot.presenter import TELEGRAM_COMMANDS
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio, typed
from tests.fakes import FakeClock
from tools.options_table import with_table

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PRESETS = Presets.load()
OWNER = Person(platform="telegram", id="1", name="Olga")
TOPIC = TelegramPlace(chat="-100", thread="5", message="7")
SOMEBODY = "telegram:2"
BOTFATHERS = {"newbot", "setprivacy", "setinline", "setjoingroups", "setprivacypolicy"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language; "" is that of those that name none."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for named, block in fenced if named == language]


def chat_lines() -> list[tuple[str, str]]:
    """Everything that the documents tell people to type on Telegram: the command, and the words behind it."""
    guide = read("docs/telegram.md")
    readme = read("README.md").split("## On Telegram", 1)[1].split("\n## ", 1)[0]
    lines = [line for block in blocks(guide, "") for line in block.splitlines()]
    lines += re.findall(r"`(/[^`\n]+)`", guide + readme)
    found = [re.fullmatch(r"/([a-z]+)(?:@\w+)?(?: +(.*))?", line) for line in lines]
    assert None not in found, lines
    return [(line[1], line[2] or "") for line in found if line is not None]


def shell_lines() -> Iterator[list[str]]:
    """Every call of `impasto` in the documents, without the `impasto`."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
        for line in [*lines, *re.findall(r"`(impasto [^`\n]+)`", text)]:
            if line.startswith("impasto "):
                yield shlex.split(re.sub(r"[\[\]…]", " ", line), comments=True)[1:]


def plain_name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml asks for."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    return {plain_name(re.split(r"[^A-Za-z0-9_.-]", one, maxsplit=1)[0]) for one in asked}


def imported() -> dict[str, Path]:
    """The packages of others that bot and nst_engine import themselves, each with a file that does."""
    found: dict[str, Path] = {}
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "nst_engine").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            found.update({name.split(".")[0]: path for name in names})
    return {name: path for name, path in found.items() if name not in {*sys.stdlib_module_names, "bot", "nst_engine"}}


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """A studio with the presets that come with the project; nothing is painted in it."""
    sections: dict[str, Any] = {"bot": {"owners": (OWNER.key,)}, "store": {"min_free_bytes": 0}}
    clock = FakeClock()
    store = await Store.open(tmp_path, clock=clock, min_free_bytes=0)
    intake = Intake()
    config = Config.model_validate(sections)
    studio = Studio(store=store, engines=[], presets=PRESETS, intake=intake, outlets={}, config=config, clock=clock)
    yield studio
    await studio.close()
    await intake.close()
    await store.close()


def test_the_readmes_table_of_options_is_the_one_in_the_code():
    text = read("README.md")
    assert with_table(text) == text, "run: python -m tools.options_table"


def test_links_between_documents_lead_somewhere():
    assert len(DOCUMENTS) >= 4
    broken = [
        f"{document.name}: {link}"
        for document in DOCUMENTS
        for link in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert not broken


# ---- dependencies -----------------------------------------------------------------------------------------------


def test_every_dependency_is_explained_and_pinned():
    names = declared()
    assert len(names) > 10
    table = read("docs/architecture.md").split("## Dependencies, and why", 1)[1].split("\nFor development", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    explained = {plain_name(word) for cell in cells for word in re.findall(r"[A-Za-z0-9_.-]+", cell)}
    pinned = {plain_name(line.split("==")[0]) for line in read("constraints.txt").splitlines()}
    assert not names - explained
    assert not names - pinned


def test_what_is_imported_is_asked_for():
    by_package, asked = packages_distributions(), declared("mp4", "fast")
    found = imported()
    assert {"telegram", "discord", "PIL"} <= found.keys()
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for name, path in found.items()
        if not asked & {plain_name(distribution) for distribution in by_package.get(name, [])}
    }
    assert not missing


# ---- what people are told to type -------------------------------------------------------------------------------


def test_the_guide_to_telegram_knows_every_command_and_no_other():
    named = {name for name, _ in chat_lines()} - BOTFATHERS
    assert named == TELEGRAM_COMMANDS.keys()


def test_what_the_guides_ask_for_on_telegram_can_be_painted():
    asked = [typed.read(words, PRESETS.__contains__) for name, words in chat_lines() if name == "stylize" and words]
    names = [name for said in asked for name in said.names]
    assert len(asked) >= 3
    assert any(len(said.names) > 1 and said.blend is not None for said in asked)
    assert not [name for name in names if name not in PRESETS]


async def test_what_the_guide_sets_on_telegram_can_be_set(studio):
    lines = [words for name, words in chat_lines() if name == "settings"]
    assert len([words for words in lines if words]) >= 2
    for words in lines:
        outcome = await studio.settings_typed(OWNER, TOPIC, words, manager=True)
        assert isinstance(outcome, SettingsState), (words, outcome)
        assert outcome.saved == bool(words)


async def test_what_the_guide_tells_owners_on_telegram_can_be_done(studio):
    lines = [(name, words) for name, words in chat_lines() if name in ("ban", "setquota") and words]
    assert {name for name, _ in lines} == {"ban", "setquota"}
    for name, words in lines:
        method = studio.ban_typed if name == "ban" else studio.quota_typed
        outcome = await method(OWNER, SOMEBODY, words)
        assert isinstance(outcome, (AdminDone, PersonLimits)), (name, words, outcome)


def test_every_shell_line_is_one_that_the_program_understands():
    lines = [*shell_lines()]
    assert len(lines) > 15
    for line in lines:
        command, words = get_command(commands), line
        while words and hasattr(command, "commands"):
            command, words = command.commands.get(words[0]), words[1:]
            assert command is not None, line
        flags = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)} | {"--help"}
        assert {word for word in words if word.startswith("-")} <= flags, line
        styles = [words[at + 1].split(":")[0] for at, word in enumerate(words) if word == "--style"]
        assert not [name for name in styles if name not in PRESETS and not Path(name).suffix], line


def test_what_the_guides_put_into_the_config_is_accepted():
    found = 0
    for document in (ROOT / "docs").glob("*.md"):
        for block in blocks(document.read_text(encoding="utf-8"), "toml"):
            parse(tomllib.loads(block), document)  # raises for what there is not
            found += 1
    assert found >= 5
