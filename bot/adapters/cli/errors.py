"""How a command ends when it cannot do what it was asked: one line that says what to do, and an exit code."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `impasto`."""

    FINE = 0
    OURS = 1  # something broke, or is not ready, that is not the person's mistake
    MISTAKE = 2  # the person can mend it: a name, a value, a file
    PARTLY = 3  # of several paintings, some were made and some were not
    INTERRUPTED = 130  # Ctrl-C, as shells count it


class CliError(Exception):
    """A command cannot go on; `str()` is the one line for the person."""

    def __init__(self, message: str, code: Exit = Exit.MISTAKE) -> None:
        self.code = code
        super().__init__(" ".join(message.split()))
