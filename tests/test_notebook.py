"""The example notebook runs from top to bottom, at a size that suits a test."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "library.ipynb"


def painted_photo(photo, painting):
    with Image.open(photo) as picture:
        return np.asarray(picture.convert("RGB").resize((painting.width, painting.height), Image.Resampling.LANCZOS))


@pytest.fixture
def one_thread():
    """Pictures of 64 pixels are quicker with one thread, by far where other tests keep the other cores busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.long
@pytest.mark.paints
@pytest.mark.usefixtures("one_thread")
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
    outside = names["parts"][0].picture[:2, :2].astype(int) - painted_photo(names["photo"], names["parts"][0])[:2, :2]
    assert abs(outside).max() <= 1, "what is black in the mask stays the photo"
    assert len({part.picture.tobytes() for part in (*names["parts"], *names["colored"])}) == 5
    assert names["in_regions"].picture.tobytes() not in {part.picture.tobytes() for part in names["parts"]}
    with Image.open(tmp_path / "docs" / "painting.webp") as cut_out:
        assert cut_out.getchannel("A").getextrema() == (0, 255)
    assert len({each.picture.tobytes() for each in (*names["kept"], *names["textures"])}) == 6
    with Image.open(tmp_path / "docs" / "painting-moving.gif") as moving:
        assert moving.n_frames == 4
