"""Looking inside a painting: a progress sheet, a loss plot, a sheet of variations. Nothing here imports torch."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from nst_engine import images
from nst_engine.errors import BadOptions
from nst_engine.images import Picture
from nst_engine.protocol import File, Frame, LossPoint, Role

_PAPER, _INK, _FAINT = "#faf8f4", "#2b2a28", "#8a857c"
_COLORS = {"total": "#2b2a28", "style": "#c8553d", "content": "#2f6f9f"}  # told apart by the colour-blind as well
_SHEET_CELLS = 8
_CELL_LONG_SIDE = 400  # pixels


def progress_sheet(frames: Sequence[Frame], painting: Picture) -> bytes:
    """Return a PNG of up to eight labelled pictures: frames spread over the run, then the painting.

    Raises BadOptions when there are no frames, and BadPicture.
    """
    if not frames:
        raise BadOptions("a progress sheet needs the frames of a painting, and there are none")
    # The last frame is the painting, nearly, so the painting itself stands in for it.
    chosen = _spread(frames[:-1] or frames, _SHEET_CELLS - 1)
    last = images.load(painting)
    factor = _CELL_LONG_SIDE / max(last.size)
    width, height = (max(1, round(side * factor)) for side in last.size)
    labels = [f"iteration {frame.iteration}" if frame.iteration else "start" for frame in chosen]
    pictures = [images.load(frame.jpeg) for frame in chosen]
    cells = [images.resize(picture, width, height) for picture in [*pictures, last]]
    columns = -(-len(cells) // 2) if len(cells) > 3 else len(cells)
    return _grid(cells, [*labels, "painting"], columns)


def variations_sheet(paintings: Sequence[Picture], strengths: Sequence[int]) -> bytes:
    """Return a PNG with the paintings (of one size) in two columns, labelled "1 · strength 25" and so on.

    Raises BadPicture.
    """
    pictures = [images.load(painting) for painting in paintings]
    cells = [images.resize(picture, *pictures[0].size) for picture in pictures]
    labels = [f"{number} · strength {strength}" for number, strength in enumerate(strengths, start=1)]
    return _grid(cells, labels, columns=2)


def loss_plot(history: Sequence[LossPoint]) -> bytes:
    """Return a PNG that plots the weighted content, style and total losses over the iterations, on a log scale.

    Losses of different scales are not comparable (they are other pictures), so the scales are marked. Raises
    BadOptions when there is no history.
    """
    if not history:
        raise BadOptions("a loss plot needs the history of a painting, and there is none")
    # Here because it takes half a second; Figure itself, because pyplot keeps state for the whole process.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), dpi=120, facecolor=_PAPER, layout="constrained")
    axes = figure.add_subplot(facecolor=_PAPER)
    runs = _runs(history)
    for name, color in _COLORS.items():
        for number, run in enumerate(runs):
            values = [getattr(point, name) for point in run]
            axes.plot(
                [point.iteration for point in run],
                [value if value > 0 else float("nan") for value in values],  # a log scale has no zero
                color=color,
                linewidth=5 if name == "total" else 1.6,
                alpha=0.25 if name == "total" else 1.0,  # a broad band behind the two, which it often coincides with
                marker="o" if len(run) == 1 else "",
                label=name if number == 0 else "_",
            )
    axes.set_yscale("log")
    axes.set_xlim(history[0].iteration, max(history[-1].iteration, history[0].iteration + 1))
    axes.set_xlabel("iteration", color=_INK)
    axes.set_ylabel("weighted loss", color=_INK)
    _mark_scales(axes, runs)
    _tidy(axes)
    stream = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(stream, format="png")
    return stream.getvalue()


def inspect(frames: Sequence[Frame], history: Sequence[LossPoint], painting: Picture) -> tuple[File, File]:
    """Return the progress sheet and the loss plot as files; raises BadOptions or BadPicture."""
    return png_file("progress_sheet", progress_sheet(frames, painting)), png_file("loss_plot", loss_plot(history))


def png_file(role: Role, data: bytes) -> File:
    """Return the PNG as a file of a result."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
    return File(role=role, media_type="image/png", data=data, width=width, height=height)


# ---- the plot -----------------------------------------------------------------------------------------------------


def _runs(history: Sequence[LossPoint]) -> list[list[LossPoint]]:
    """Split the history at the scales."""
    return [list(run) for _, run in groupby(history, key=lambda point: point.scale)]


def _mark_scales(axes: Any, runs: Sequence[Sequence[LossPoint]]) -> None:
    if len(runs) < 2:
        return
    for before, after in pairwise(runs):
        axes.axvline(
            (before[-1].iteration + after[0].iteration) / 2, color=_FAINT, linewidth=0.9, linestyle=(0, (4, 3))
        )
    for number, run in enumerate(runs, start=1):
        axes.annotate(
            f"scale {number} of {len(runs)}",
            xy=((run[0].iteration + run[-1].iteration) / 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            color=_FAINT,
        )


def _tidy(axes: Any) -> None:
    axes.grid(visible=True, which="major", color=_FAINT, alpha=0.25, linewidth=0.6)
    axes.tick_params(which="both", colors=_FAINT, labelcolor=_INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(_FAINT)
    axes.legend(frameon=False, labelcolor=_INK, loc="upper right")


# ---- the sheets ---------------------------------------------------------------------------------------------------


def _spread(frames: Sequence[Frame], count: int) -> list[Frame]:
    """Choose at most `count` frames at even distances, the first and the last among them."""
    if len(frames) <= count:
        return list(frames)
    return [frames[round(place * (len(frames) - 1) / (count - 1))] for place in range(count)]


def _grid(cells: Sequence[Image.Image], labels: Sequence[str], columns: int) -> bytes:
    """Return a PNG of equally large pictures in rows, each with its label below."""
    width, height = cells[0].size
    size = max(14, round(max(width, height) / 22))
    font = ImageFont.load_default(size)
    gap, band = size, 2 * size
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + band + gap // 2) + gap), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (cell, label) in enumerate(zip(cells, labels, strict=True)):
        left = gap + place % columns * (width + gap)
        top = gap + place // columns * (height + band + gap // 2)
        sheet.paste(cell, (left, top))
        draw.text((left + width / 2, top + height + band / 2), label, fill=_INK, font=font, anchor="mm")
    stream = io.BytesIO()
    sheet.save(stream, "PNG", compress_level=6)
    return stream.getvalue()
