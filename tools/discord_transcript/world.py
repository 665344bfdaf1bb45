"""The bot with all its real parts, and the small server on a simulated Discord in which Mia and Ben use it."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import discord
from PIL import Image
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env
from simcord.results import to_discord_message

from bot.adapters.discord.adapter import DiscordAdapter
from bot.config import Config
from bot.downloads import Gone, Source
from bot.engines.process import ProcessEngine, engine_command
from bot.intake import Intake
from bot.model import Job, Person
from bot.outcomes import HistoryPage
from bot.presenter import Presenter
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio
from nst_engine.settings import Settings

CDN = "https://cdn.simcord.invalid"
STYLES = Path(__file__).resolve().parents[2] / "bot" / "styles"

_BEGIN = 1_767_225_600.0  # where simcord's clock begins, in Unix seconds
_UNTIL_SUNDAY = 86_400 * 3 + 3_600 * 15.3  # seconds from there to an afternoon for painting
_SETTLE_SECONDS = 120.0
_ENDS = ("delivered", "failed", "cancelled", "expired")
_AVATAR_SIDE = 128  # pixels


class WorldClock:
    """Goes as fast as the clock on the wall, but begins on a Sunday afternoon."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    def now(self) -> float:
        """Return Unix seconds."""
        return _BEGIN + _UNTIL_SUNDAY + time.perf_counter() - self._started

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class _Cdn(Source):
    """The pictures of the simulated Discord."""

    env: Env

    def __init__(self) -> None:
        super().__init__({CDN})

    async def read(self, address: str, limit: int) -> bytes:
        """Return what lies under an address."""
        if (data := self.env.backend.cdn.get(address)) is None:
            raise Gone
        return data


@dataclass
class World:
    """The bot, the server, and who is there."""

    env: Env
    studio: Studio
    store: Store
    clock: WorldClock
    channel: ChannelHandle
    mia: MemberActor
    ben: MemberActor
    assets: dict[str, tuple[str, bytes]]

    async def catch_up(self) -> None:
        """Let Discord's clock show what ours shows."""
        behind = self.clock.now() - self.env.now().timestamp()
        if behind > 0:
            await self.env.advance_time(behind)

    async def newest(self, who: MemberActor) -> Job:
        """Return the job that somebody asked for last."""
        page = await self.studio.history(Person(platform="discord", id=str(who.id)), limit=1)
        assert isinstance(page, HistoryPage)
        return page.jobs[0]

    async def job(self, job_id: str) -> Job:
        """Return a job as it is now."""
        found = await self.store.jobs.get(job_id)
        assert found is not None
        return found

    async def until(self, job_id: str, true: Callable[[Job], bool]) -> Job:
        """Wait until something is true of a job, or it has ended."""
        while True:
            job = await self.job(job_id)
            if true(job) or job.state in _ENDS:
                return job
            await self.catch_up()
            await asyncio.sleep(0.2)

    async def result(self, job_id: str) -> discord.Message:
        """Wait for a job's result, and return the message that brings it."""
        job = await self.until(job_id, lambda job: False)
        assert job.state == "delivered" and job.sent_ref is not None, job
        while (await self.job(job_id)).status_ref is not None:  # noqa: ASYNC110 - as a person waits
            await asyncio.sleep(0.1)
        await self.env.settle()
        await self.catch_up()
        return self.message(job.sent_ref)

    def message(self, ref: str) -> discord.Message:
        """Return a message as it is now, by the outlet's reference."""
        channel, _, message = ref.partition("/")
        return to_discord_message(self.env, self.env.backend.get_message(int(channel), int(message)))


@asynccontextmanager
async def opened(data_dir: Path) -> AsyncIterator[World]:
    """Open everything as the bot does, over a simulated Discord, and close it in reverse."""
    config = Config.model_validate({"bot": {"data_dir": data_dir}, "store": {"min_free_bytes": 0}})
    clock = WorldClock()
    presenter = Presenter(now=clock.now)
    source = _Cdn()
    adapter = DiscordAdapter(config, presenter, clock, source)
    store = await Store.open(data_dir, clock=clock, min_free_bytes=0)
    intake, engine = Intake(), ProcessEngine(engine_command(Settings()))
    studio = Studio(
        store=store,
        engines=[engine],
        presets=await asyncio.to_thread(Presets.load),
        intake=intake,
        outlets={"discord": adapter.outlet},
        config=config,
        clock=clock,
    )
    source.env = env = Env(adapter.bind(studio), shard_count=1, settle_timeout=_SETTLE_SECONDS)
    try:
        await env.start()
        world = _arranged(env, studio, store, clock)
        await studio.start()
        with env.time_context():
            await world.catch_up()
            yield world
    finally:
        adapter.outlet.rest()
        await studio.close()
        await engine.close()
        await intake.close()
        await store.close()
        await env.shutdown()


def _arranged(env: Env, studio: Studio, store: Store, clock: WorldClock) -> World:
    guild = env.create_guild("Sunday painters")
    channel = guild.create_text_channel("paintings")
    assets: dict[str, tuple[str, bytes]] = {}

    def face(user_id: int, style: str) -> str:
        key = style.replace("-", "")
        assets[f"{CDN}/avatars/{user_id}/{key}.png"] = (f"{key}.png", _face(STYLES / f"{style}.jpg"))
        return key

    people = []
    for name, style in (("mia", "watercolour"), ("ben", "woodcut")):
        user = env.create_user(name, global_name=name.title())
        env.backend.get_user(user.id).avatar = face(user.id, style)
        people.append(guild.add_member(user))
    robot = env.backend.bot_user
    robot.name, robot.global_name = "impasto", "Impasto"
    robot.avatar = face(robot.id, "starry-river")
    return World(env, studio, store, clock, channel, people[0], people[1], assets)


def _face(file: Path) -> bytes:
    """Return a square cut out of a picture, as a PNG."""
    image = Image.open(file).convert("RGB")
    side = min(image.size) // 2
    left, top = (image.width - side) // 2, (image.height - side) // 2
    stream = io.BytesIO()
    image.crop((left, top, left + side, top + side)).resize((_AVATAR_SIDE, _AVATAR_SIDE)).save(stream, "PNG")
    return stream.getvalue()
