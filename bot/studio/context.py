"""What every chapter of the studio works with: the ports, the settings, the queue, and what is being painted now."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from bot import outcomes
from bot.config import Config
from bot.intake import Intake
from bot.model import CliPlace, Job, Person, Place, platform_of
from bot.outcomes import Refusal
from bot.ports import Clock, Engine, Outlet
from bot.presets import Presets
from bot.scheduler import Entry, Lane, Scheduler, forecast
from bot.store import StorageFull, Store

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

UNKNOWN_SPEED = 1.0
"""Megapixel-iterations per second to count on where promises matter and no engine has told: a modest processor's."""

_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: people read ids to admins
_TERMINAL = CliPlace.__struct_config__.tag
_ID_LENGTH = 10  # 50 bits: not to be guessed


class Refused(Exception):
    """Carries a refusal from where it is found to the verb that answers with it."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(repr(refusal))


async def answered(answer: Awaitable[Answer]) -> Answer | Refusal:
    """Return what a verb answers, or why it is refused."""
    try:
        return await answer
    except Refused as refused:
        return refused.refusal
    except StorageFull as error:
        log.error("storage.full", detail=str(error))
        return outcomes.StorageFull()


def new_job_id() -> str:
    """Return an id that cannot be guessed and fits into addresses and the callback data of buttons."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


@dataclass
class Running:
    """A job in an engine's hands; `ends_at` (Unix seconds) is an estimate, None before there is one."""

    job: Job
    engine: Engine
    ends_at: float | None = None
    spoiler: bool = False  # its pictures are hidden until somebody wants to see them
    preview: bytes | None = None  # the latest
    begun: bool = False  # the engine has told of an iteration
    ended: bool = False  # cancelled, and the engine has yet to stop: nobody wants to hear of it


@dataclass
class Context:
    """The studio's surroundings and its memory; what must outlive a restart is in the store."""

    store: Store
    engines: Sequence[Engine]
    presets: Presets
    intake: Intake
    outlets: Mapping[str, Outlet]
    config: Config
    clock: Clock
    scheduler: Scheduler = field(default_factory=Scheduler)
    running: dict[str, Running] = field(default_factory=dict)
    work_waits: asyncio.Event = field(default_factory=asyncio.Event)
    engine_late: bool = False  # no engine could be had for so long that people are told

    def is_owner(self, person: Person) -> bool:
        """Tell whether the config names this person as an owner."""
        return person.key in self.config.bot.owners

    @property
    def report_readers(self) -> tuple[str, ...]:
        """The keys of the owners who can read reports: those of a chat that is served, as terminals show none."""
        chats = [name for name in self.outlets if name != _TERMINAL]
        return tuple(owner for owner in self.config.bot.owners if owner.partition(":")[0] in chats)

    def require_owner(self, person: Person, verb: str) -> None:
        """Refuse everybody whom the config does not name as an owner."""
        if not self.is_owner(person):
            raise Refused(outcomes.NotAdmin(verb=verb))

    async def locale_of(self, person_key: str) -> str:
        """Return the language in which a person asked last for a painting; empty where that is not known."""
        jobs = await self.store.jobs.history(person_key, before=None, limit=1)
        return jobs[0].person.locale if jobs else ""

    def outlet(self, place: Place) -> Outlet | None:
        """Return the way to a place; None when its adapter is not in use."""
        return self.outlets.get(platform_of(place))

    def enqueue(self, job: Job) -> None:
        """Let a stored job wait for its turn."""
        if job.id not in self.scheduler and job.id not in self.running:
            self.scheduler.add(Entry(job.created_at, job.id, job.person.key, job.cost))
        self.work_waits.set()

    async def let_go(self, job_id: str) -> None:
        """See to it that nobody paints a job that has ended."""
        self.scheduler.remove(job_id)
        if running := self.running.get(job_id):
            running.ended = True
            await running.engine.cancel(job_id)

    def order(self) -> tuple[list[Entry], dict[str, float]]:
        """Return those that wait, in order, and the seconds until each is finished (as far as that can be said)."""
        entries = self.scheduler.order()
        return entries, forecast(entries, self._lanes())

    def standing(self, job_id: str) -> tuple[int, float | None]:
        """Return how many jobs come before one, and the seconds until it is finished; None while unknown.

        What is being painted comes first, as in the list of the queue.
        """
        entries, finished = self.order()
        numbered = enumerate(entries, start=self.scheduler.under_way)
        ahead = next((place for place, entry in numbered if entry.job_id == job_id), 0)
        return ahead, finished.get(job_id)

    @property
    def memory_bytes(self) -> int | None:
        """What a painting may take where there is most of it; None while an engine has not told."""
        known = [engine.hello.memory_bytes if engine.hello else 0 for engine in self.engines]
        return max(known) if known and all(known) else None

    def estimate(self, person: Person, cost: float) -> float:
        """Return the seconds until a job would be finished that came now; cautious where nothing is known yet.

        Of people who come later and whose turn would be first nobody knows.
        """
        newcomer = Entry(self.clock.now(), "", person.key, cost)
        entries = self.scheduler.order(newcomer)
        return forecast(entries, [self._cautious_lane(engine) for engine in self.engines]).get("", 0.0)

    def seconds_left(self, running: Running) -> float | None:
        """Return the seconds that a job in an engine's hands still needs; None while unknown."""
        return None if running.ends_at is None else max(0.0, running.ends_at - self.clock.now())

    def _cautious_lane(self, engine: Engine) -> Lane:
        speed = engine.pace.speed or UNKNOWN_SPEED
        busy = engine.seconds_to_ready
        for running in self.running.values():
            if running.engine is engine:
                left = self.seconds_left(running)
                busy += running.job.cost / speed if left is None else left
        return Lane(busy, speed)

    def _lanes(self) -> list[Lane]:
        busy = {id(running.engine): self.seconds_left(running) or 0.0 for running in self.running.values()}
        ready = ((engine, engine.pace.speed) for engine in self.engines if engine.hello)
        return [Lane(busy.get(id(engine), 0.0), speed) for engine, speed in ready if speed]
