"""Live progress on stderr: a bar on a terminal, a line now and then elsewhere, or nothing."""

from __future__ import annotations

import math
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

from bot.model import Job, TaskKind
from bot.outcomes import Painting, StatusOutcome
from nst_engine import protocol

_DOING: dict[TaskKind, str] = {
    "paint": "Painting",
    "variations": "Painting",
    "animate": "Painting",
    "film": "Making the film",
    "inspect": "Drawing the sheets",
}
_PLAIN_LINES = 10  # of a painting


class Display(Protocol):
    """Shows how a job stands; a context manager around all that may be shown."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave a clean terminal."""

    def say(self, what: str) -> None:
        """Show what is going on, where no job can tell."""

    def note(self, sentence: str) -> None:
        """Say something that is to stay."""

    def begin(self, part: str, *, number: int = 1, of: int = 1) -> None:
        """Name the part of the work that is shown from now on; all of it is shown where that is one of several."""

    def show(self, outcome: StatusOutcome, engine_ready: bool) -> None:
        """Show how a job stands."""


def make_display(console: Console, *, quiet: bool) -> Display:
    """Return the display that suits the terminal, or what stands in its place."""
    if quiet:
        return Silence()
    return Bar(console) if console.is_terminal else Lines(console)


def described(outcome: StatusOutcome, engine_ready: bool) -> str:
    """Return what a job is doing, in a few words."""
    if isinstance(outcome, Painting):
        if outcome.progress is None and not engine_ready:
            return "Loading the painter…"
        return ("Once more: " if outcome.retry else "") + _DOING[outcome.job.task]
    if not outcome.engine_ready:
        return "Waiting, the painter is not ready"
    return "Waiting" if outcome.ahead == 0 else f"Waiting, {outcome.ahead} ahead"


def share(progress: protocol.Progress) -> float:
    """Return how much of the work is done, from 0 to 1: coarse iterations are quick, so their number would mislead."""
    return progress.done if progress.done is not None else progress.iteration / max(1, progress.iterations)


def facts(job: Job, progress: protocol.Progress) -> str:
    """Return where a painting stands: frame or scale, iteration, loss, seconds left."""
    left = f"{progress.seconds_left:.0f} s left" if math.isfinite(progress.seconds_left) else ""
    parts = [
        _place(job, progress),
        f"iteration {progress.iteration}/{progress.iterations}",
        f"loss {progress.content_loss + progress.style_loss:.3g}",
        left,
    ]
    return "  ".join(filter(None, parts))


class Whole(NamedTuple):
    """Which part of the work is shown, from 1 on, and of how many that are about as large."""

    number: int = 1
    of: int = 1

    def done(self, share_of_part: float) -> float:
        """Return how much of all the work is done, from 0 to 1."""
        return (self.number - 1 + share_of_part) / self.of

    def facts(self, job: Job, progress: protocol.Progress) -> str:
        """Return where a painting stands; of one among others no more than leaves room for the bar."""
        if self.of == 1:
            return facts(job, progress)
        return f"{progress.seconds_left:.0f} s left of this one" if math.isfinite(progress.seconds_left) else ""


def _place(job: Job, progress: protocol.Progress) -> str:
    if job.task != "animate":
        return f"scale {progress.scale + 1}/{progress.scales}"
    frames = job.request.frames  # each of them is as many scales
    return f"frame {min(frames, progress.scale * frames // max(1, progress.scales) + 1)} of {frames}"


class Silence:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def say(self, what: str) -> None:
        """Show nothing."""

    def note(self, sentence: str) -> None:
        """Show nothing."""

    def begin(self, part: str, *, number: int = 1, of: int = 1) -> None:
        """Show nothing."""

    def show(self, outcome: StatusOutcome, engine_ready: bool) -> None:
        """Show nothing."""


class Bar:
    """A bar that moves."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[facts]}"),
            console=console,
            transient=True,
            expand=True,
        )
        self._row = self._progress.add_task("Looking at the pictures…", total=None, facts="")
        self._part, self._whole = "", Whole()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, what: str) -> None:
        """Show what is going on, with a bar that only wanders, or stands where some of the work is done."""
        total, done = (1.0, self._whole.done(0.0)) if self._whole.of > 1 else (None, 0.0)
        self._progress.update(self._row, description=self._part + what, completed=done, total=total, facts="")

    def note(self, sentence: str) -> None:
        """Print above the bar."""
        self._progress.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def begin(self, part: str, *, number: int = 1, of: int = 1) -> None:
        """Put the part's name before what is going on."""
        self._part, self._whole = f"{part}: ", Whole(number, of)

    def show(self, outcome: StatusOutcome, engine_ready: bool) -> None:
        """Move the bar."""
        progress = outcome.progress if isinstance(outcome, Painting) else None
        if progress is None:
            self.say(described(outcome, engine_ready))
            return
        self._progress.update(
            self._row,
            description=self._part + described(outcome, engine_ready),
            completed=self._whole.done(share(progress)),
            total=1.0,
            facts=self._whole.facts(outcome.job, progress),
        )


class Lines:
    """Plain lines, for pipes and logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said, self._part, self._whole = "", "", Whole()
        self._shown = 0  # lines of this painting, or of all

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def say(self, what: str) -> None:
        """Print what is going on, once."""
        what = self._part + what
        if what != self._said:
            self._said = what
            if self._whole.of == 1:
                self._shown = 0
            self._print(what)

    def note(self, sentence: str) -> None:
        """Print it."""
        self._print(sentence)

    def begin(self, part: str, *, number: int = 1, of: int = 1) -> None:
        """Put the part's name before what is going on."""
        self._part, self._whole = f"{part}: ", Whole(number, of)

    def show(self, outcome: StatusOutcome, engine_ready: bool) -> None:
        """Print a line when a tenth more is done."""
        self.say(described(outcome, engine_ready))
        progress = outcome.progress if isinstance(outcome, Painting) else None
        if progress is None:
            return
        done = self._whole.done(share(progress))
        due = int(_PLAIN_LINES * done)
        if due > self._shown:
            self._shown = due
            self._print(f"  {done:4.0%}  {self._whole.facts(outcome.job, progress)}")

    def _print(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
