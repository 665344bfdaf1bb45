"""The protocols that the inside is written against: Engine, Outlet, Clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import msgspec

from bot.model import Person, Place, Request
from bot.outcomes import DeliveryOutcome, Outcome, StatusOutcome, Which
from bot.pace import Pace
from nst_engine.protocol import FailureCode, Hello, Progress, Result, Task


class EngineFailure(Exception):
    """A task ended without a result. `code` says why; `detail` is for the log, not for the person."""

    def __init__(self, code: FailureCode, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


Fetch = Callable[[], Awaitable[bytes]]
"""Fetches a stranger's picture, once that is worth it; may raise NotBrought."""

Bring = Callable[[], Awaitable[Request]]
"""Fetches the pictures of a request, once that is worth it; may raise NotBrought."""


class NotBrought(Exception):
    """A picture could not be fetched.

    `code` is "gone", "unreachable" or the intake's "too_many_bytes", with its facts.
    """

    def __init__(self, which: Which, code: str, facts: dict[str, str | int] | None = None) -> None:
        self.which, self.code, self.facts = which, code, facts or {}
        super().__init__(f"{which}: {code}")


class AdapterFailure(Exception):
    """A chat cannot be served; the message is one sentence that says what to do. `passing`: it may work later."""

    def __init__(self, sentence: str, *, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(sentence)


class Engine(Protocol):
    """Runs one task at a time on one device."""

    @property
    def hello(self) -> Hello | None:
        """What the engine said when it became ready; None while it is down or starting."""

    @property
    def pace(self) -> Pace:
        """How fast it paints, as far as that is known, also while it is down."""

    @property
    def seconds_to_ready(self) -> float:
        """About how long it would take from now to get ready; 0 when it is."""

    async def start(self) -> Hello:
        """Start and wait until ready; raises EngineFailure("engine_unavailable")."""

    async def known(self) -> None:
        """Wait until its pace is known, where whoever asks would rather wait for that than have it guessed."""

    async def run(self, task: Task, *, work: float, on_progress: Callable[[Progress], None]) -> Result:
        """Run a task to its end, starting or restarting the engine where that is needed.

        `work` is the task's megapixel-iterations, from which the deadline follows. `on_progress` is called with the
        latest progress only. Raises EngineFailure; "engine_died" and "engine_hung" are worth one retry.
        """

    async def cancel(self, task_id: str) -> None:
        """Ask for a running task to stop; its `run` then raises EngineFailure("cancelled"). Unknown ids are ignored."""

    async def close(self) -> None:
        """Stop gracefully, then by force; returns when the process is gone."""


class Sent(msgspec.Struct, frozen=True):
    """Delivered; `ref` finds the message again (for delete and for reply).

    `upload` is the platform's own name of the picture, where it has one by which it can be sent again.
    """

    ref: str
    upload: str | None = None


class Gone(msgspec.Struct, frozen=True):
    """The place cannot be reached any more, and trying again will not help."""

    reason: str


class Later(msgspec.Struct, frozen=True):
    """Not now; try again after so many seconds."""

    seconds: float


Removal = Literal["done", "stays", "later"]
"""What became of a message that was to go: it is not there any more, or holds nothing any more; the chat does not let
it go, or cannot be reached; or it may still be there, and another try later makes sense."""


class Outlet(Protocol):
    """The way back to a place, also after a restart. Each adapter implements it for its platform.

    None of these raise for what platforms do on an ordinary day (limits, lost messages, lost permissions).
    """

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        """Show how the job stands in its one status message: edit `ref`, or make it; returns its reference.

        The outlet drops updates that come too often for its platform. None: there is no such message (any more).
        """

    async def remove(self, place: Place, ref: str) -> Removal:
        """Remove a message: the status when the result is there, or a result that its person deleted."""

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        """Deliver an ending as a new message; `key` makes a repeated delivery harmless where the platform can."""

    async def tell(self, place: Place, person: Person, outcome: Outcome) -> bool:
        """Tell a person something at a place, in a new message; False when that is not possible."""

    async def notify(self, person_id: str, outcome: Outcome, locale: str = "") -> bool:
        """Tell a person of this platform something in private, in their language; False when that is not possible."""


class Clock(Protocol):
    """Time, so that tests can move it."""

    def now(self) -> float:
        """Return Unix seconds."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
