"""Checks in a loop, all of which are made: a test that fails names every fault that there is, not just the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

SHOWN = 20  # faults: where there are more, they mostly are one and the same


class Gathered:
    """What has failed so far."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, *where: str) -> AbstractContextManager[None]:
        """Return a context in which whatever fails is noted, with where that was, and the test goes on."""
        return self._noted(", ".join(where))

    @contextmanager
    def _noted(self, where: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are checked too
            self.faults.append(f"{where}: {error if isinstance(error, AssertionError) else repr(error)}")


@contextmanager
def all_faults() -> Iterator[Gathered]:
    """Yield what gathers the faults; fails at the end if there are any.

    with all_faults() as gathered:
        for language in languages():
            with gathered(language):
                assert ...
    """
    gathered = Gathered()
    yield gathered
    if gathered.faults:
        more = len(gathered.faults) - SHOWN
        shown = gathered.faults[:SHOWN] + ([f"…and {more} more faults"] if more > 0 else [])
        pytest.fail("\n".join(shown), pytrace=False)
