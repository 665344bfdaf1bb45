"""Outcomes as the terminal tells them: one line, and the exit code that goes with it."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.cli.errors import Exit
from bot.adapters.cli.inputs import LOCALE
from bot.adapters.cli.outputs import PICTURE_FORMATS
from bot.outcomes import (
    Banned,
    Failed,
    Finished,
    MissingPicture,
    Outcome,
    Paused,
    PictureRejected,
    QueueFull,
    Refusal,
    StorageFull,
    TooLargeForMemory,
    TooManyWaiting,
    TooNarrow,
)
from bot.presenter import Presenter
from bot.presenter.endings import silence

_NOT_THEIR_MISTAKE = (Banned, Paused, QueueFull, StorageFull, TooManyWaiting)
_THEIR_PICTURE = ("bad_picture", "bad_task", "out_of_memory")


def line(presenter: Presenter, outcome: Outcome) -> str:
    """Return what the presenter says, as one line; where a flag is missing, which."""
    if isinstance(outcome, MissingPicture) and outcome.which == "style":
        return "choose a style: --style NAME (impasto styles lists them), or --style FILE for a picture of your own"
    if isinstance(outcome, TooLargeForMemory):
        size, largest = outcome.size, outcome.largest
        if largest is None:
            return "not even the smallest painting fits into the painter's memory; allow it more by engine.memory_gb"
        return f"--size {size} does not fit into the painter's memory; the largest that does is --size {largest}"
    if isinstance(outcome, TooNarrow):
        larger = "" if outcome.least is None else f"use --size {outcome.least} or more, or "
        return f"the photo is so narrow that --size {outcome.size} would squash it; {larger}crop it (--square does)"
    return " ".join(presenter.view(outcome, LOCALE).text.split())


def lost(presenter: Presenter, result: Finished, path: Path) -> str:
    """Say what a result lost: its transparency by where it is written, or the sound of the clip that it was."""
    sentences = [silence(result, presenter.words(LOCALE))]
    if PICTURE_FORMATS.get(path.suffix.lower()) == "JPEG" and any(file.transparent for file in result.files):
        sentences.append(
            f"A JPEG has no transparency: what is transparent is white in {path.name}; .png and .webp keep it."
        )
    return " ".join(filter(None, sentences))


def exit_code(outcome: Outcome) -> Exit:
    """Return 2 where the person can mend it, 1 where they cannot."""
    if isinstance(outcome, Finished):
        return Exit.FINE
    if isinstance(outcome, PictureRejected):
        return Exit.OURS if outcome.code == "internal" else Exit.MISTAKE
    if isinstance(outcome, Failed):
        return Exit.MISTAKE if outcome.reason in _THEIR_PICTURE else Exit.OURS
    return Exit.MISTAKE if isinstance(outcome, Refusal) and not isinstance(outcome, _NOT_THEIR_MISTAKE) else Exit.OURS
