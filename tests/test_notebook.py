"""The example notebook runs from top to bottom, at a size that suits a test."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "library.ipynb"


@pytest.mark.slow
def test_the_example_notebook_runs(monkeypatch, tmp_path):
    (tmp_path / "bot").symlink_to(NOTEBOOK.parents[1] / "bot")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "images").symlink_to(NOTEBOOK.parent / "images")
    monkeypatch.chdir(tmp_path / "docs")
    cells = [
        "".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"
    ]
    assert "SIZE = 384" in cells[0]
    cells[0] = cells[0].replace("SIZE = 384", "SIZE = 64").replace('QUALITY = "standard"', 'QUALITY = "draft"')
    names = {}
    for cell in cells:
        exec(compile(cell, str(NOTEBOOK), "exec"), names)
    assert max(names["painting"].picture.shape) == 64
    assert (tmp_path / "docs" / "painting.gif").exists()
    assert names["sheet"].startswith(b"\x89PNG")
