"""Distances for every picture that a run left, and for the two ends: the photo as it is and the style itself."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from benchmarks import distances
from benchmarks.distances import Distances, Judge
from benchmarks.painter.pictures import height_of, photo_file, style_file
from benchmarks.painter.plan import Pair
from benchmarks.painter.runs import Folder, Result

_RULES = hashlib.sha256(Path(distances.__file__).read_bytes()).hexdigest()[:16]
JUDGING_SECONDS = 2.0  # about, for a picture of 512 pixels


def judge_result(result: Result, folder: Folder) -> bool:
    """Fill in the distances of a run's pictures, unless they were found by the same rules; tells whether it did."""
    if result.status != "done" or result.run.purpose != "quality":
        return False
    if result.judged_by == _RULES:
        return False
    for shot in result.snapshots:
        found = _judge(folder, result.run.pair, result.run.size)(folder.path / shot.picture)
        shot.style, shot.content, shot.pixels, shot.layers = (round(value, 4) for value in found)
    result.judged_by = _RULES
    return True


def ends(folder: Folder, pair: Pair, size: int) -> tuple[Distances, Distances]:
    """Return the distances of the photo as it is, and of another part of the style."""
    judge = _judge(folder, pair, size)
    return judge.of_photo(size, height_of(size)), judge.of_style(size, height_of(size))


@lru_cache(maxsize=2)
def _judge(folder: Folder, pair: Pair, size: int) -> Judge:
    photo, style = pair
    return Judge(photo_file(folder.path / "photos", photo, size), style_file(style))
