"""What a job will take, said before it is painted: about how long and how much memory; and whether it fits at all."""

from __future__ import annotations

from bot.adapters.cli.answers import exit_code, line
from bot.adapters.cli.errors import CliError
from bot.adapters.cli.inputs import LOCALE
from bot.model import Job
from bot.presenter import Presenter
from bot.studio.memory import too_large
from nst_engine import memory
from nst_engine.protocol import Hello

_LONG_SECONDS = 20.0  # of work, from which it is worth a line


def forecast(job: Job, hello: Hello, speed: float | None, presenter: Presenter, *, jobs: int = 1) -> str | None:
    """Return about how long `jobs` like this one take and how much memory; None where that is soon over.

    `speed` is in megapixel-iterations a second.
    """
    seconds = jobs * job.cost / speed if speed else 0.0
    if seconds < _LONG_SECONDS:
        return None
    words = presenter.words(LOCALE)
    return f"This takes about {words.estimate(seconds)} and up to {words.bytes(_needed(job, hello))} of memory."


def require_fit(job: Job, hello: Hello, presenter: Presenter) -> None:
    """Raise CliError, with a size that fits, if any does, for a painting that the memory could not hold even in tiles.

    The studio refuses it when it knows the engine already; a command's own has only just become ready.
    """
    refusal = too_large(job.request, hello.memory_bytes)
    if refusal is not None:
        raise CliError(line(presenter, refusal), exit_code(refusal))


def _needed(job: Job, hello: Hello) -> int:
    request = job.request
    return memory.needed_bytes(request.options, request.width, request.height, hello.memory_bytes)
