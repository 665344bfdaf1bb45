"""Discord in a test: the real discord.py over a simulated Discord, over a real studio, store and intake.

The engine is a quick fake behind the real protocol. The studio runs outside of what simcord calls bot-owned work, as
it runs outside of the client in the real bot: an action of a person settles when its handler has ended, and `delivered`
and the like wait for what the studio does afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import discord
import pytest
import simcord.interactions
from pydantic import SecretStr
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, UserHandle
from simcord.env import Env
from simcord.results import to_discord_message

from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.client import ImpastoClient
from bot.config import Config
from bot.downloads import Gone, Source, TooLarge, Unreachable
from bot.engines.process import ProcessEngine
from bot.intake import Intake
from bot.model import Job, Person, State
from bot.outcomes import HistoryPage
from bot.presenter import Presenter
from bot.store import Store
from bot.studio import Studio
from tests.fake_engine import fake_engine
from tests.fakes import FakeClock
from tests.waiting import WatchedJobs, eventually
from tests.worlds import LIMITS, make_presets, picture

T = TypeVar("T")
Human = MemberActor | UserHandle

HOST = "cdn.simcord.invalid"
EPOCH = 1_767_225_600.0  # where simcord's clock begins, in Unix seconds
SETTLE_SECONDS = 60.0  # until simcord gives up waiting for a handler; never how long one should take
TOKEN = SecretStr("MTIz.the-bots-own-token.nobody-may-read-it")


class Cdn(Source):
    """Pictures as simcord keeps them; nothing goes over a network."""

    def __init__(self, env: Callable[[], Env]) -> None:
        super().__init__({f"https://{HOST}"})
        self._env = env

    async def read(self, address: str, limit: int) -> bytes:
        """Return what simcord keeps under the address."""
        if not self.has(address):
            raise Unreachable
        data = self._env().backend.cdn.get(address)
        if data is None:
            raise Gone
        if len(data) > limit:
            raise TooLarge(len(data))
        return data


class House(WatchedJobs):
    """The bot and a small world around it: a server with Anna, Bert, a moderator, a manager, and the bot's owner.

    `facts` are what Discord says with every interaction beyond what simcord knows of, such as
    `{"locale": "de", "attachment_size_limit": 20_000}`.
    """

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self.folder, self.facts = folder, facts
        self.presets = make_presets(folder / "styles")
        self.clock = FakeClock(EPOCH)
        self.environment: dict[str, str] = {"FAKE_ENGINE_SECONDS": "0.05"}
        self.sections: dict[str, dict[str, Any]] = {}
        self.presenter = Presenter(now=self.clock.now)
        self.env: Env
        self.adapter: DiscordAdapter
        self.store: Store
        self.studio: Studio
        self.make_engine: Callable[[], ProcessEngine] = lambda: fake_engine(LIMITS, **self.environment)
        self.engine: ProcessEngine
        self._running: tuple[Store, Intake, ProcessEngine, Studio] | None = None

    # ---- the bot ------------------------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """The config that the next `open` takes."""
        owners = (f"discord:{self.owner.id}",) if hasattr(self, "owner") else ()
        return Config.model_validate(
            {
                **self.sections,
                "bot": {"data_dir": self.folder / "data", "owners": owners, **self.sections.get("bot", {})},
                "store": {"min_free_bytes": 0, **self.sections.get("store", {})},
            }
        )

    async def open(self) -> None:
        """Start the world."""
        client = await self._open()
        self.env = Env(client, shard_count=1, settle_timeout=SETTLE_SECONDS)
        await self.env.start()
        self._arrange()
        # The owner has an id only now; nothing has been asked of the studio yet.
        self.studio._context.config = self.config
        await self.studio.start()

    async def _open(self) -> ImpastoClient:
        config = self.config
        self.store = await Store.open(self.folder / "data", clock=self.clock, min_free_bytes=0)
        intake, engine = Intake(), self.make_engine()
        self.engine = engine
        self.adapter = DiscordAdapter(config, self.presenter, self.clock, Cdn(lambda: self.env))
        self.studio = Studio(
            store=self.store,
            engines=[engine],
            presets=self.presets,
            intake=intake,
            outlets={"discord": self.adapter.outlet},
            config=config,
            clock=self.clock,
            reload=lambda: self.config,
        )
        self._running = self.store, intake, engine, self.studio
        return self.adapter.bind(self.studio)

    def _arrange(self) -> None:
        env = self.env
        self.guild = env.create_guild("Studio")
        self.channel = self.guild.create_text_channel("paintings")
        permissions = discord.Permissions(manage_messages=True)
        moderators = self.guild.create_role("Moderators", permissions=permissions)
        managers = self.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.anna = self.guild.add_member(env.create_user("anna", global_name="Anna"))
        self.bert = self.guild.add_member(env.create_user("bert", global_name="Bert"))
        self.moderator = self.guild.add_member(env.create_user("maud"), roles=[moderators])
        self.manager = self.guild.add_member(env.create_user("miro"), roles=[managers])
        self.owner = self.guild.add_member(env.create_user("olga"), roles=[managers])

    async def restart(self) -> None:
        """Stop the bot as one does for a new version, unless its power was cut already, and start it anew."""
        await self.close_bot()
        client = await self._open()
        await self.env.restart_bot(client)
        await self.studio.start()

    async def cut_power(self) -> dict[str, State]:
        """Stop the bot as a power cut does, and return the states of the jobs on the disk.

        Nothing is written from now on: what studio and engine do in their last moments comes to nothing.
        """
        assert self._running is not None
        store, intake, engine, studio = self._running
        self._running = None
        self.adapter.outlet.rest()
        await store.close()
        assert engine._child is not None
        engine._child.kill("the power is cut")
        await studio.close()
        await engine.close()
        await intake.close()
        with closing(sqlite3.connect(self.folder / "data" / "impasto.db")) as database:
            return dict(database.execute("SELECT id, state FROM jobs").fetchall())

    async def close_bot(self) -> None:
        """Close studio, engine, intake and store, as the composition root does."""
        if self._running is not None:
            store, intake, engine, studio = self._running
            self._running = None
            self.adapter.outlet.rest()
            await studio.close()
            await engine.close()
            await intake.close()
            await store.close()

    async def close(self) -> None:
        """End the world; raises what the bot's handlers raised."""
        await self.close_bot()
        if hasattr(self, "env"):
            await self.env.shutdown()
            self.env._raise_errors_since(self.env._errors_acknowledged)

    async def later(self, seconds: float) -> None:
        """Let time pass, for the bot and for Discord."""
        await self.env.advance_time(seconds)
        self.clock.advance(seconds)

    # ---- what people do -----------------------------------------------------------------------------------------

    async def stylize(self, who: Human, where: ChannelHandle | None = None, **options: Any) -> Any:
        """Ask for a painting; small, of a picture of its own, in ink, unless `options` say otherwise."""
        wish = {"photo": ("photo.png", picture(1)), "size": 96, **options}
        if "style" not in wish:
            wish.setdefault("preset", "ink")
        if isinstance(who, UserHandle):
            return await who.slash("stylize", **wish)
        return await who.slash(where or self.channel, "stylize", **wish)

    async def painted(self, who: Human, where: ChannelHandle | None = None, **options: Any) -> discord.Message:
        """Ask for a painting, and return the message with the result."""
        await self.stylize(who, where, **options)
        job = await self.newest(who)
        await self.delivered(job.id)
        return await self.result_of(job.id)

    # ---- what became of it --------------------------------------------------------------------------------------

    def person(self, who: Human) -> Person:
        """A person of the world, as the bot knows them."""
        return Person(platform="discord", id=str(who.id))

    async def jobs(self, who: Human) -> tuple[Job, ...]:
        """All jobs of a person, newest first."""
        page = await self.studio.history(self.person(who), limit=50)
        assert isinstance(page, HistoryPage), page
        return page.jobs

    async def newest(self, who: Human) -> Job:
        """The job that a person asked for last."""
        jobs = await self.jobs(who)
        assert jobs, "there is no job"
        return jobs[0]

    async def delivered(self, job_id: str) -> Job:
        """Wait until the result was handed over and the status message is gone."""

        async def settled() -> Job | None:
            job = await self.job(job_id)
            return job if job.state == "delivered" and job.status_ref is None else None

        found = await eventually(settled)
        assert found is not None
        await self.env.settle()
        return found

    async def told(self, job_id: str) -> Job:
        """Wait until the place knows how a job without a result ended."""

        async def settled() -> Job | None:
            job = await self.job(job_id)
            return job if job.told and job.status_ref is None else None

        found = await eventually(settled)
        assert found is not None
        await self.env.settle()
        return found

    async def result_of(self, job_id: str) -> discord.Message:
        """The message that a job was delivered with."""
        job = await self.job(job_id)
        assert job.sent_ref is not None
        channel, _, message = job.sent_ref.partition("/")
        return self.message(int(channel), int(message))

    def message(self, channel: int, message: int) -> discord.Message:
        """A message as it is now, private ones too."""
        return to_discord_message(self.env, self.env.backend.get_message(channel, message))

    def requests(self, method: str, path_part: str) -> list[Any]:
        """What the bot asked of Discord so far, by method and a part of the path."""
        return [found for found in self.env.http_requests if found.method == method and path_part in found.path]


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Discord says with every interaction beyond what simcord knows of; a test may change it at any time."""
    more: dict[str, Any] = {}
    base = simcord.interactions.base_payload

    def payload_with_facts(*args: Any, **kwargs: Any) -> Any:
        record, payload = base(*args, **kwargs)
        return record, {**payload, **more}

    monkeypatch.setattr(simcord.interactions, "base_payload", payload_with_facts)
    return more


@pytest.fixture
def unopened(tmp_path: Path, facts: dict[str, Any]) -> House:
    """The bot and its world, not yet started."""
    return House(tmp_path, facts)


@pytest.fixture
async def house(unopened: House) -> AsyncIterator[House]:
    """The bot and its world."""
    try:
        await unopened.open()
        yield unopened
    finally:
        await unopened.close()


@pytest.fixture
async def env(house: House) -> Env:
    """The simulated Discord; tests that ask for it run by its clock, and show what happened when they fail."""
    return house.env
