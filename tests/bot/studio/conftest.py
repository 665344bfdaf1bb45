"""A whole studio for a test: real store, near intake, a fake engine child behind the real protocol."""

from __future__ import annotations

import functools
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from bot.config import Config
from bot.engines.process import Limits, ProcessEngine
from bot.intake import Intake
from bot.model import DiscordPlace, Job, Person, Request, RequestedStyle, TelegramPlace
from bot.outcomes import Accepted, Cancelled, Failed, Finished, QuotaState
from bot.ports import Fetch, Outlet
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio
from tests.fake_engine import fake_engine
from tests.fakes import FakeClock, RecordingOutlet
from tests.near_intake import NearIntake
from tests.waiting import PATIENCE, WatchedJobs, eventually

T = TypeVar("T")

LIMITS = Limits(hello_seconds=PATIENCE, silent_seconds=60, stall_seconds=60, backoff_seconds=0.05, close_seconds=3)

ANNA = Person(platform="discord", id="1", locale="en", name="Anna")
BERT = Person(platform="discord", id="2", locale="de", name="Bert")
OWNER = Person(platform="discord", id="9", name="Owner")
TINA = Person(platform="telegram", id="3", locale="en", name="Tina")
TOM = Person(platform="telegram", id="4", locale="de", name="Tom")
GROUP = TelegramPlace(chat="-100", message="7")
PRIVATE = TelegramPlace(chat="3", message="8", private=True)
PLACE = DiscordPlace(channel="10", guild="100")
ELSEWHERE = DiscordPlace(channel="20", guild="200")


@functools.cache
def picture(seed: int = 0, size: tuple[int, int] = (96, 72), kind: str = "PNG") -> bytes:
    """A small picture, another for each seed."""
    stream = io.BytesIO()
    image = Image.radial_gradient("L").resize(size)
    Image.merge("RGB", (image, image.rotate(90), Image.new("L", size, seed * 37 % 256))).save(stream, kind)
    return stream.getvalue()


def a_request(number: int = 0, **options: Any) -> Request:
    """A request with a photo and a style of its own."""
    style = RequestedStyle(picture=picture(number + 100))
    return Request(content=picture(number), styles=(style,), options={"size": 96, "quality": "draft", **options})


def fetching(number: int = 0, **more: Any) -> Fetch:
    """What fetches a picture when it is wanted."""

    async def fetch() -> bytes:
        return picture(number, **more)

    return fetch


async def never_fetched() -> bytes:
    """A picture that nobody should fetch."""
    raise AssertionError("fetched, although it was refused")


def make_config(**sections: dict[str, Any]) -> Config:
    """A config with another value here and there."""
    sections["bot"] = {"owners": (OWNER.key,), **sections.get("bot", {})}
    sections["store"] = {"min_free_bytes": 0, **sections.get("store", {})}
    return Config.model_validate(sections)


def presets_folder(folder: Path) -> Path:
    """A folder with two presets: "ink" with settings of its own, and "oil"."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(("ink", "oil")):
        (folder / f"{name}.jpg").write_bytes(picture(200 + number, kind="JPEG"))
    (folder / "styles.toml").write_text(
        """
        [ink]
        title = "Ink on paper"
        file = "ink.jpg"
        credits = "A. Painter, CC0"
        settings = { strength = 40, seed = 7 }

        [oil]
        title = "Oil"
        file = "oil.jpg"
        """,
        encoding="utf-8",
    )
    return folder


class House(WatchedJobs):
    """A studio and all around it, which may be closed and opened again over the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self.presets = Presets.load(presets_folder(folder / "styles"), shipped=None)
        self.clock = FakeClock()
        self.outlet = RecordingOutlet()
        self.outlets: dict[str, Outlet] = {}  # where they are others
        self.config = make_config()
        self.reload: Callable[[], Config] | None = None
        self.environment: dict[str, str] = {"FAKE_ENGINE_SECONDS": "0.05"}
        self.engines = 1
        self.make_intake: Callable[[], Intake] = NearIntake
        self._opened: tuple[Store, Intake, list[ProcessEngine], Studio] | None = None

    async def open(self, *, start: bool = True) -> Studio:
        store = await Store.open(self.folder, clock=self.clock, min_free_bytes=self.config.store.min_free_bytes)
        intake = self.make_intake()
        engines = [fake_engine(LIMITS, forked=True, **self.environment) for _ in range(self.engines)]
        studio = Studio(
            store=store,
            engines=engines,
            presets=self.presets,
            intake=intake,
            outlets=self.outlets or {"discord": self.outlet, "telegram": self.outlet},
            config=self.config,
            clock=self.clock,
            reload=self.reload,
        )
        self._opened = store, intake, engines, studio
        if start:
            await studio.start()
        return studio

    async def close(self) -> None:
        if self._opened is not None:
            store, intake, engines, studio = self._opened
            self._opened = None
            await studio.close()
            for engine in engines:
                await engine.close()
            await intake.close()
            await store.close()

    @property
    def store(self) -> Store:
        assert self._opened is not None
        return self._opened[0]

    @property
    def studio(self) -> Studio:
        assert self._opened is not None
        return self._opened[3]

    @property
    def process(self) -> ProcessEngine:
        assert self._opened is not None
        return self._opened[2][0]

    async def accepted(self, answer: Awaitable[Any]) -> Job:
        outcome = await answer
        assert isinstance(outcome, Accepted), outcome
        return outcome.job

    async def submitted(self, person: Person = ANNA, number: int = 0, **options: Any) -> Job:
        return await self.accepted(self.studio.submit(person, PLACE, a_request(number, **options)))

    async def finished(self, job_id: str) -> Finished:
        """Wait until the job's result was delivered, and return what was."""
        await self.state(job_id, "delivered")
        ending = self.ending(job_id)
        assert isinstance(ending, Finished)
        return ending

    async def status_gone(self, job_id: str) -> None:
        """Wait until the job has no status message any more, which is a moment after its ending was delivered."""

        async def gone() -> bool:
            return (await self.job(job_id)).status_ref is None

        await eventually(gone)

    def ending(self, job_id: str) -> Finished | Failed | Cancelled:
        return [outcome for outcome, key in self.outlet.delivered if key == job_id][-1]

    async def told(self, job_id: str) -> Finished | Failed | Cancelled:
        """Wait until an ending of this job was handed over, and return it."""
        await eventually(lambda: any(key == job_id for _, key in self.outlet.delivered))
        return self.ending(job_id)

    async def painted(self, person: Person = ANNA, number: int = 0, **options: Any) -> Job:
        """A painting that was delivered, and its status message gone."""
        job = await self.submitted(person, number, **options)
        await self.finished(job.id)
        await self.status_gone(job.id)
        return await self.job(job.id)

    async def used(self, person: Person = ANNA) -> int:
        state = await self.studio.quota(person, PLACE)
        assert isinstance(state, QuotaState)
        return state.used


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.close()
