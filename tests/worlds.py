"""What the worlds of the chats have in common in tests: pictures, presets that behave and some that don't, a house."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from bot.config import Config
from bot.engines.process import Limits, ProcessEngine
from bot.intake import Intake
from bot.model import Job, Person, State
from bot.outcomes import HistoryPage
from bot.ports import Clock, Outlet
from bot.presenter import Presenter
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio
from tests.fake_engine import SEEDS, fake_engine
from tests.near_intake import NearIntake
from tests.waiting import PATIENCE, WatchedJobs, eventually

LIMITS = Limits(hello_seconds=PATIENCE, silent_seconds=60, stall_seconds=60, backoff_seconds=0.05, close_seconds=3)


class Somebody(Protocol):
    """Whoever has an id at the platform."""

    @property
    def id(self) -> int:
        """It."""


def picture(seed: int = 0, size: tuple[int, int] = (96, 72), kind: str = "PNG") -> bytes:
    """A small picture, another for each seed."""
    stream = io.BytesIO()
    image = Image.radial_gradient("L").resize(size)
    Image.merge("RGB", (image, image.rotate(90), Image.new("L", size, seed * 37 % 256))).save(stream, kind)
    return stream.getvalue()


def cut_out(seed: int = 0, size: tuple[int, int] = (96, 72), kind: str = "PNG", **how: Any) -> bytes:
    """A small picture that is transparent on the left, with magenta beneath."""
    image = Image.open(io.BytesIO(picture(seed, size))).convert("RGBA")
    image.paste((255, 0, 255, 0), (0, 0, size[0] // 2, size[1]))
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def make_presets(folder: Path) -> Presets:
    """Presets "ink" and "oil", "slow" (paints for a minute) and "broken" (the engine gives up)."""
    folder.mkdir(exist_ok=True)
    names = ("ink", "oil", "slow", "broken")
    for number, name in enumerate(names):
        (folder / f"{name}.jpg").write_bytes(picture(200 + number, kind="JPEG"))
    (folder / "styles.toml").write_text(
        f"""
        [ink]
        title = "Ink on paper"
        file = "ink.jpg"
        credits = "A. Painter, CC0"
        settings = {{ strength = 40, seed = 7 }}

        [oil]
        title = "Oil"
        file = "oil.jpg"

        [slow]
        title = "Slow"
        file = "slow.jpg"
        settings = {{ seed = {SEEDS["slow"]} }}

        [broken]
        title = "Broken"
        file = "broken.jpg"
        settings = {{ seed = {SEEDS["engine-error"]} }}
        """,
        encoding="utf-8",
    )
    return Presets.load(folder, shipped=None)


class ChatHouse(WatchedJobs):
    """The bot over a real studio and store, a near intake and a quick fake engine: what the worlds of all chats share.

    A world makes `clock` and `presenter`, and names its `platform`. `environment` is the fake engine's; `sections` are
    those of the config that a test wants otherwise.
    """

    platform: str

    def __init__(self, folder: Path, clock: Clock, presenter: Presenter) -> None:
        self.folder, self.presenter = folder, presenter
        self.presets = make_presets(folder / "styles")
        self.environment: dict[str, str] = {"FAKE_ENGINE_SECONDS": "0.05"}
        self.sections: dict[str, dict[str, Any]] = {}
        self.make_engine: Callable[[], ProcessEngine] = lambda: fake_engine(LIMITS, forked=True, **self.environment)
        self.make_intake: Callable[[], Intake] = NearIntake
        self.store: Store
        self.studio: Studio
        self.engine: ProcessEngine
        self._clock = clock
        self._running: tuple[Store, Intake, ProcessEngine, Studio] | None = None

    @property
    def own_sections(self) -> dict[str, dict[str, Any]]:
        """What the config says in this world."""
        raise NotImplementedError

    @property
    def config(self) -> Config:
        """The config that the next start takes."""
        own = {"store": {"min_free_bytes": 0}, **self.own_sections}
        own["bot"] = {"data_dir": self.folder / "data", **own.get("bot", {})}
        names = {*own, *self.sections}
        return Config.model_validate({name: own.get(name, {}) | self.sections.get(name, {}) for name in names})

    async def open_studio(self, config: Config, outlet: Outlet) -> Studio:
        """Open store, intake, engine and studio; nothing is painted before the studio's own start."""
        self.store = await Store.open(self.folder / "data", clock=self._clock, min_free_bytes=0)
        intake, self.engine = self.make_intake(), self.make_engine()
        self.studio = Studio(
            store=self.store,
            engines=[self.engine],
            presets=self.presets,
            intake=intake,
            outlets={self.platform: outlet},
            config=config,
            clock=self._clock,
            reload=lambda: self.config,
        )
        self._running = self.store, intake, self.engine, self.studio
        return self.studio

    async def leave_chat(self, *, powerless: bool) -> None:
        """Close the adapter; `powerless`: the power is cut, so that it says nothing more."""
        raise NotImplementedError

    async def cut_power(self) -> dict[str, State]:
        """Stop the bot as a power cut does, and return the states of the jobs on the disk.

        Nothing is written or said from now on: what the bot does in its last moments comes to nothing.
        """
        assert self._running is not None
        store, intake, engine, studio = self._running
        self._running = None
        await store.close()
        assert engine._child is not None
        engine._child.kill("the power is cut")
        await self.leave_chat(powerless=True)
        await studio.close()
        await engine.close()
        await intake.close()
        with closing(sqlite3.connect(self.folder / "data" / "impasto.db")) as database:
            return dict(database.execute("SELECT id, state FROM jobs").fetchall())

    async def close_bot(self) -> None:
        """Close adapter, studio, engine, intake and store, as the composition root does."""
        if self._running is not None:
            store, intake, engine, studio = self._running
            self._running = None
            await self.leave_chat(powerless=False)
            await studio.close()
            await engine.close()
            await intake.close()
            await store.close()

    # ---- what became of it --------------------------------------------------------------------------------------

    def person(self, who: Somebody) -> Person:
        """Somebody in this world, as the bot knows them."""
        return Person(platform=self.platform, id=str(who.id))

    async def jobs(self, who: Somebody) -> tuple[Job, ...]:
        """All jobs of a person, newest first."""
        page = await self.studio.history(self.person(who), limit=50)
        assert isinstance(page, HistoryPage), page
        return page.jobs

    async def newest(self, who: Somebody) -> Job:
        """The job that a person asked for last."""
        jobs = await self.jobs(who)
        assert jobs, "there is no job"
        return jobs[0]

    async def delivered(self, job_id: str) -> Job:
        """Wait until the result was handed over and the status message is gone."""

        async def settled() -> Job | None:
            job = await self.job(job_id)
            assert job.state not in ("failed", "cancelled", "expired"), job
            return job if job.state == "delivered" and job.status_ref is None else None

        found = await eventually(settled, self.patience)
        assert found is not None
        return found

    async def told(self, job_id: str) -> Job:
        """Wait until the place knows how a job without a result ended."""

        async def settled() -> Job | None:
            job = await self.job(job_id)
            return job if job.told and job.status_ref is None else None

        found = await eventually(settled, self.patience)
        assert found is not None
        return found
