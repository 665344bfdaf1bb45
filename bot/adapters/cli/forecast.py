"""What a job will take, said before it is painted: about how long and how much memory; and whether it fits at all."""

from __future__ import annotations

from bot.adapters.cli.answers import exit_code, line
from bot.adapters.cli.errors import CliError
from bot.adapters.cli.inputs import LOCALE
from bot.model import Job
from bot.presenter import Presenter
from bot.presenter.status import draft_instead
from bot.studio.memory import too_large
from nst_engine import memory
from nst_engine.protocol import Hello

_LONG_SECONDS = 20.0  # of work, from which it is worth a line


def forecast(job: Job, hello: Hello, speed: float | None, presenter: Presenter, *, jobs: int = 1) -> list[str]:
    """Return what `jobs` like this one take, where that is not soon over, and why it is a draft where nobody chose.

    `speed` is in megapixel-iterations a second.
    """
    words = presenter.words(LOCALE)
    said = [draft_instead(job, words)]
    seconds = jobs * job.cost / speed if speed else 0.0
    if seconds >= _LONG_SECONDS:
        time, quality, needed = words.estimate(seconds), job.request.options.quality, words.bytes(_needed(job, hello))
        said.append(f"This takes about {time} in {quality} quality and up to {needed} of memory.")
    return list(filter(None, said))


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
