"""The sheets and the plot show what they should, where they should, and need no torch."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageStat

from nst_engine.errors import BadOptions, BadPicture
from nst_engine.protocol import LossPoint
from nst_engine.report import inspect, loss_plot, progress_sheet, variations_sheet
from tests.nst_engine.sketches import as_bytes, sketch, some_frames, some_history

PAPER = (250, 248, 244)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def count_cells(sheet: Image.Image) -> tuple[int, int]:
    """Return the columns and rows of pictures on a sheet, told by stretches that are wide enough to be no label."""

    def stretches(line: Image.Image) -> int:
        drawn = (np.asarray(line) != PAPER).any(axis=-1).ravel()
        runs = "".join("#" if pixel else "." for pixel in drawn).split(".")
        return sum(1 for run in runs if len(run) > 60)

    columns = stretches(sheet.crop((0, 60, sheet.width, 61)))
    rows = stretches(sheet.crop((60, 0, 61, sheet.height)))
    return columns, rows


@pytest.mark.parametrize(("frames", "expected"), [(24, (4, 2)), (5, (3, 2)), (3, (3, 1)), (1, (2, 1))])
def test_a_progress_sheet_has_a_cell_for_each_chosen_picture(frames: int, expected: tuple[int, int]) -> None:
    sheet = opened(progress_sheet(some_frames(frames), as_bytes(sketch(600, 400, 30))))
    assert count_cells(sheet) == expected


def test_a_progress_sheet_goes_from_the_start_to_the_painting() -> None:
    frames, painting = some_frames(24), sketch(600, 400, 30)
    sheet = opened(progress_sheet(frames, as_bytes(painting)))
    width, height = 400, 267
    gap = (sheet.width - 4 * width) // 5
    first = sheet.crop((gap, gap, gap + width, gap + height))
    top = gap + height + 2 * gap + gap // 2
    last = sheet.crop((sheet.width - gap - width, top, sheet.width - gap, top + height))
    for cell, expected in ((first, Image.open(io.BytesIO(frames[0].jpeg))), (last, painting)):
        difference = ImageChops.difference(cell, expected.convert("RGB").resize(cell.size))
        assert sum(ImageStat.Stat(difference).mean) / 3 < 8


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (64, 48)])
def test_a_sheet_of_variations_is_two_by_two_at_full_size(size: tuple[int, int]) -> None:
    paintings = [Image.new("RGB", size, color) for color in ("red", "green", "blue", "yellow")]
    sheet = opened(variations_sheet(paintings, (25, 45, 65, 85)))
    colors = {color: count for count, color in sheet.getcolors(1 << 20) or []}
    counts = {colors[color] for color in ((255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0))}
    assert counts == {size[0] * size[1]}
    assert sheet.getpixel((sheet.width // 4, sheet.height // 4)) == (255, 0, 0)
    assert sheet.getpixel((3 * sheet.width // 4, 3 * sheet.height // 4 - 4)) == (255, 255, 0)


def test_the_labels_of_variations_differ() -> None:
    paintings = [Image.new("RGB", (200, 150), "grey")] * 4
    assert variations_sheet(paintings, (25, 45, 65, 85)) != variations_sheet(paintings, (25, 45, 65, 90))


def test_a_loss_plot_draws_all_three_losses_in_their_colors() -> None:
    plot = opened(loss_plot(some_history(3, 40)))
    assert plot.width > plot.height > 400
    seen = {pixel for _, pixel in plot.getcolors(1 << 20) or []}
    assert (0xC8, 0x55, 0x3D) in seen
    assert (0x2F, 0x6F, 0x9F) in seen
    assert plot.getpixel((2, 2)) == PAPER


@pytest.mark.parametrize(
    "history",
    [
        some_history(1, 1),
        some_history(5, 1),
        (LossPoint(0, 0, 0.0, 0.0, 0.0, 0.0), LossPoint(1, 0, 0.0, 3.0, 0.0, 3.0)),
        (LossPoint(0, 0, 0.0, 0.0, 0.0, 0.0),),
    ],
    ids=["one point", "one point a scale", "zeros", "only zeros"],
)
def test_a_loss_plot_bears_short_and_zero_histories(history: tuple[LossPoint, ...]) -> None:
    assert opened(loss_plot(history)).size == opened(loss_plot(some_history(2, 30))).size


def test_inspecting_gives_both_files_with_their_sizes() -> None:
    sheet, plot = inspect(some_frames(6), some_history(2, 10), as_bytes(sketch(300, 200)))
    assert (sheet.role, plot.role) == ("progress_sheet", "loss_plot")
    for file in (sheet, plot):
        assert file.media_type == "image/png"
        assert opened(file.data).size == (file.width, file.height)


def test_without_frames_or_history_there_is_nothing_to_see() -> None:
    with pytest.raises(BadOptions):
        progress_sheet((), as_bytes(sketch(60, 40)))
    with pytest.raises(BadOptions):
        loss_plot(())
    with pytest.raises(BadPicture):
        progress_sheet(some_frames(3), b"no picture")


def test_looking_inside_loads_no_torch() -> None:
    script = (
        "import sys; from nst_engine.report import loss_plot; from nst_engine import film, worker, pipes\n"
        "from nst_engine.protocol import LossPoint\n"
        "loss_plot((LossPoint(0, 0, 1.0, 1.0, 0.0, 2.0),))\n"
        "assert 'matplotlib.pyplot' not in sys.modules and 'torch' not in sys.modules, sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
