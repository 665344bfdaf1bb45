"""The whole way with the real painter: a photo and a shipped style in, a painting out."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import chelsea

from tests.waiting import PATIENCE, slowness

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.paints


def impasto(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in a process and a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE * slowness(),
        check=False,
    )


def gray(picture: Image.Image) -> np.ndarray:
    """Return lightness from 0 to 1."""
    return np.asarray(picture.convert("L"), dtype=np.float64) / 255


def test_a_photo_is_painted_in_a_shipped_style(tmp_path):
    photo = Image.fromarray(chelsea())
    photo.save(tmp_path / "cat.jpg", quality=95)
    name = json.loads(impasto(tmp_path, "styles", "--json").stdout)[0]["name"]
    ended = impasto(
        tmp_path, "stylize", "cat.jpg", "--style", name, "--size", "64", "--quality", "draft", "--iterations", "12",
        "-o", "out.png",
        "--film", "film.gif", "--progress-sheet", "sheet.png", "--loss-plot", "plot.png", "--json",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert (report["width"], report["height"], report["backbone"]) == (64, 43, "vgg19")
    assert 0 < report["engine_seconds"] <= report["seconds"]
    with Image.open(tmp_path / "out.png") as painting:
        assert painting.size == (64, 43)
        small = photo.resize((64, 43), Image.Resampling.LANCZOS)
        difference = np.abs(np.asarray(painting, dtype=float) - np.asarray(small, dtype=float)).mean()
        assert difference > 8, "that is still the photo"
        alike = np.corrcoef(gray(painting).ravel(), gray(small).ravel())[0, 1]
        assert alike > 0.3, "the cat is gone"
    with Image.open(io.BytesIO((tmp_path / "film.gif").read_bytes())) as film:
        assert film.n_frames > 1
    assert (tmp_path / "sheet.png").exists()
    assert (tmp_path / "plot.png").exists()


@pytest.mark.long
def test_a_photo_is_painted_in_every_shipped_style_with_a_contact_sheet(tmp_path):
    Image.fromarray(chelsea()).resize((90, 60)).save(tmp_path / "cat.jpg")
    ended = impasto(
        tmp_path, "stylize", "cat.jpg", "--all-styles", "--size", "64", "--quality", "draft", "--iterations", "3",
        "--json",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    paintings = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len({said["styles"][0] for said in paintings}) == len(paintings) >= 10
    tiles = [np.asarray(Image.open(said["output"]).convert("RGB"), dtype=float) for said in paintings]
    assert all(np.abs(one - tiles[0]).mean() > 1 for one in tiles[1:]), "each style paints something else"
    with Image.open(paintings[0]["sheet"]) as sheet:
        assert (sheet.format, sheet.width) == ("PNG", 4 * (320 + 16) + 16)


def test_the_doctor_is_content_with_this_machine(tmp_path):
    ended = impasto(tmp_path, "doctor")
    assert ended.returncode == 0, ended.stdout
    assert "vgg19" in ended.stdout
