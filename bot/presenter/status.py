"""How a job stands: accepted, waiting, being painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import WAITING, Job, TaskKind
from bot.outcomes import Accepted, DeliveredFile, Outcome, Painting, Waiting
from bot.presenter.style_words import slips
from bot.presenter.view import Button, Rows, View, plain
from bot.presenter.words import N_, Words
from nst_engine.protocol import Progress

_BAR_LENGTH = 12  # characters

_DOING: dict[TaskKind, str] = {
    "paint": N_("Painting…"),
    "variations": N_("Painting four variations…"),
    "animate": N_("Painting frame by frame…"),
    "film": N_("Making the film…"),
    "inspect": N_("Drawing the details…"),
}


def accepted(outcome: Accepted, words: Words) -> View:
    """Say that the job is stored, and when its turn comes."""
    known = words.gettext("I have this one already.") if outcome.repeated else ""
    if outcome.repeated and outcome.job.state != "queued":
        return plain(known, buttons=_cancel(outcome.job, words) if outcome.job.state in WAITING else ())
    return plain(known, *_turn(outcome, words), *_kind(outcome.job, words), buttons=_cancel(outcome.job, words))


def _kind(job: Job, words: Words) -> tuple[str, str, str]:
    """Say what is special about what will be painted."""
    return slips(job, words), _moves(job, words), draft_instead(job, words)


def draft_instead(job: Job, words: Words) -> str:
    """Say why a painting is a draft, where nobody chose the quality."""
    seconds = job.request.standard_seconds
    if seconds is None:
        return ""
    return words.gettext(
        "I paint a draft, as standard quality would take about {time} here; choose that if you would rather wait.",
        time=words.estimate(seconds),
    )


def _moves(job: Job, words: Words) -> str:
    """Say how much of a moving picture is painted, and what that counts as."""
    if job.task != "animate":
        return ""
    frames = words.ngettext("{n} frame", "{n} frames", job.request.frames)
    time = words.exact_duration(job.request.frames / job.request.frames_per_second)
    return words.ngettext(
        "It moves: {frames}, {time} of it. That counts as {n} painting.",
        "It moves: {frames}, {time} of it. That counts as {n} paintings.",
        job.paintings,
        frames=frames,
        time=time,
    )


def waiting(outcome: Waiting, words: Words) -> View:
    """Say when the job's turn comes."""
    return plain(*_turn(outcome, words), *_kind(outcome.job, words), buttons=_cancel(outcome.job, words))


def _turn(outcome: Accepted | Waiting, words: Words) -> tuple[str, str]:
    trouble = "" if outcome.engine_ready else painter_not_ready(words)
    return _number(outcome.ahead, outcome.seconds_left, words), trouble


def painter_not_ready(words: Words) -> str:
    """Say why nobody's turn comes."""
    return words.gettext("The painter is not ready yet; the queue moves on when it is.")


def _number(ahead: int, seconds_left: float | None, words: Words) -> str:
    if seconds_left is None or not math.isfinite(seconds_left):
        if ahead <= 0:
            return words.gettext("Next in the queue.")
        return words.gettext("Number {number} in the queue.", number=ahead + 1)
    time = words.estimate(seconds_left)
    if ahead <= 0:
        return words.gettext("Next in the queue, about {time} to go.", time=time)
    return words.gettext("Number {number} in the queue, about {time} to go.", number=ahead + 1, time=time)


def painting(outcome: Painting, words: Words) -> View:
    """Show how far the painting is: a bar, the time left, the scale, and the latest preview."""
    doing = words.gettext(_DOING[outcome.job.task])
    again = words.gettext("The first attempt was lost, so this is the second.") if outcome.retry else ""
    slip, draft = slips(outcome.job, words), draft_instead(outcome.job, words)
    progress = outcome.progress
    if progress is None:
        return plain(doing, slip, draft, again, buttons=_cancel(outcome.job, words))
    done = progress.iteration / max(progress.iterations, 1) if progress.done is None else progress.done
    done = min(max(done, 0.0), 1.0)
    view = plain(
        f"{doing} {_bar(done)} {words.percent(done)}",
        _time_left(progress, words),
        slip,
        draft,
        again,
        buttons=_cancel(outcome.job, words),
    )
    if progress.preview is None:
        return msgspec.structs.replace(view, progress=done)
    return msgspec.structs.replace(
        view,
        progress=done,
        picture=DeliveredFile(
            role="preview", media_type="image/jpeg", data=progress.preview, name=f"preview-{outcome.job.id}.jpg"
        ),
        alt_text=words.gettext("The painting so far, unfinished."),
        spoiler=outcome.spoiler,
    )


def _bar(done: float) -> str:
    filled = round(done * _BAR_LENGTH)
    return "▰" * filled + "▱" * (_BAR_LENGTH - filled)


def _time_left(progress: Progress, words: Words) -> str:
    size = words.size(progress.width, progress.height)
    scale, scales = progress.scale + 1, max(progress.scales, progress.scale + 1)
    if scales == 1 and math.isfinite(progress.seconds_left):
        return words.gettext("About {time} to go.", time=words.estimate(progress.seconds_left))
    if not math.isfinite(progress.seconds_left):
        return words.gettext("Step {scale} of {scales}, {size} pixels.", scale=scale, scales=scales, size=size)
    return words.gettext(
        "Step {scale} of {scales}, {size} pixels; about {time} to go.",
        scale=scale,
        scales=scales,
        size=size,
        time=words.estimate(progress.seconds_left),
    )


def _cancel(job: Job, words: Words) -> Rows:
    return ((Button(verb="cancel", job_id=job.id, label=words.gettext("Cancel"), emoji="❌"),),)


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Accepted: accepted,
    Waiting: waiting,
    Painting: painting,
}
