"""The documents say what the code does."""

import re
from pathlib import Path

from tools.options_table import with_table

ROOT = Path(__file__).resolve().parent.parent


def test_the_readmes_table_of_options_is_the_one_in_the_code():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_table(text) == text, "run: python -m tools.options_table"


def test_links_between_documents_lead_somewhere():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert len(documents) >= 4
    broken = [
        f"{document.name}: {link}"
        for document in documents
        for link in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert not broken


def test_every_dependency_is_explained_and_pinned():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("]", 1)[0]
    names = [name.lower().replace("pi-heif", "pi_heif") for name in re.findall(r'"([A-Za-z0-9_.-]+)', block)]
    assert len(names) > 10
    explained = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").lower().replace("pi-heif", "pi_heif")
    pinned = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert not [name for name in names if name not in explained]
    assert not [name for name in names if name not in pinned]
