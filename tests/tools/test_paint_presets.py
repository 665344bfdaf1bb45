"""The painters of the preset pictures: repeatable, the same at every size, and rich at several scales."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from bot.presets import Presets
from tools.paint_presets.brush import Brush, Layer
from tools.paint_presets.cells import cut, edge_distance, voronoi
from tools.paint_presets.easel import Easel, ramp
from tools.paint_presets.studies import LARGEST_FILE, PAINTERS, jpeg, paint

ROOT = Path(__file__).resolve().parents[2]


def easel(size: int = 96, seed: int = 3) -> Easel:
    return Easel(size, size * 3 // 4, np.random.default_rng(seed))


def grey(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L"), dtype=np.float64)


def test_every_shipped_preset_has_its_painter() -> None:
    assert Presets.load().names() == tuple(PAINTERS)


@pytest.mark.parametrize("name", ["marbling", "woodcut", "stained-glass"])
def test_a_picture_is_the_same_every_time(name: str) -> None:
    assert paint(name, 96).tobytes() == paint(name, 96).tobytes()


@pytest.mark.parametrize("name", ["marbling", "mosaic", "noon-field"])
def test_a_small_painting_is_the_shipped_one_seen_from_afar(name: str) -> None:
    shipped = Image.open(Presets.load().get(name).path)
    far = [
        ndimage.gaussian_filter(grey(p.resize((64, 48), Image.Resampling.BOX)), 2) for p in (paint(name, 256), shipped)
    ]
    assert np.corrcoef(far[0].ravel(), far[1].ravel())[0, 1] > 0.8


@pytest.mark.parametrize("preset", list(Presets.load()), ids=lambda preset: preset.name)
def test_shipped_pictures_are_rich_at_several_scales(preset) -> None:
    """Contrast between a scale and the next coarser one, in grey levels: forms, strokes, edges."""
    levels = grey(Image.open(preset.path))
    blurred = [levels, *(ndimage.gaussian_filter(levels, sigma) for sigma in (1.5, 6, 24))]
    fine, middle, coarse = (float((a - b).std()) for a, b in pairwise(blurred))
    assert min(fine, middle, coarse) > 4, (fine, middle, coarse)
    assert levels.std() > 30


def test_the_command_paints_into_a_folder(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tools.paint_presets",
        "--only",
        "woodcut",
        "--size",
        "80",
        "--out",
        str(tmp_path / "new"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    [file] = (tmp_path / "new").iterdir()
    assert Image.open(file).size == (80, 60)
    assert str(file) in done.stdout


def test_the_command_refuses_an_unknown_preset() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.paint_presets", "--only", "nonsense"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "woodcut" in done.stderr


def test_a_file_is_as_good_as_fits() -> None:
    plain = Image.new("RGB", (1024, 768), "navy")
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 60, (768, 1024, 3), dtype=np.uint8))
    assert len(jpeg(plain)) < LARGEST_FILE
    assert len(jpeg(noisy, 10)) < len(jpeg(noisy, 10**9))


def test_a_stroke_follows_its_direction_and_curve() -> None:
    board = easel(512)
    brush = Brush(board, board.fill("#000000"))
    brush.stroke(512, 384, 0.0, Layer(20, 400, 1, taper=0), np.ones(3, dtype=np.float32), curvature=1 / 400)
    ink = brush.colour.mean(axis=-1)
    assert ink[:, 256].argmax() == pytest.approx(192, abs=6)  # through its centre
    ends = ink[:, 256 - 80].argmax(), ink[:, 256 + 80].argmax()
    assert all(end - 192 == pytest.approx(160**2 / 800 / 2, abs=8) for end in ends)  # y grows by u²/2r
    assert ink[:, 256 - 110].max() == 0


def test_cells_cover_the_canvas_and_edges_lie_between_them() -> None:
    board = easel(128)
    for labels in (voronoi(board, 120), cut(board, 30, 500)):
        assert labels.shape == (96, 128)
        assert len(np.unique(labels)) > 15
        distance = edge_distance(board, labels)
        across = labels[:, 1:] != labels[:, :-1]
        assert distance[:, 1:][across].max() == 0
        assert distance.max() > 10


def test_a_ramp_passes_through_its_colours() -> None:
    stops = ramp(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), "#000000", "#ff0000", "#ffffff")
    assert stops.tolist() == [[0, 0, 0], [0, 0, 0], [1, 0, 0], [1, 1, 1], [1, 1, 1]]
