"""The bot with all its real parts, and the people who use it on a stand-in for Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.clock import SystemClock
from bot.config import Config
from bot.engines.process import ProcessEngine, engine_command
from bot.intake import Intake
from bot.model import Job, Person
from bot.outcomes import HistoryPage
from bot.presenter import Presenter
from bot.presenter.dialect import TELEGRAM
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio
from nst_engine.settings import Settings
from tests.telegram_api.queries import Query
from tests.telegram_api.server import TOKEN, Call, FakeTelegram
from tests.telegram_api.world import Chat, Human, Message

_ENDS = ("delivered", "failed", "cancelled", "expired")
_PATIENCE_SECONDS = 60.0
_A_GLANCE = 0.1  # seconds between two looks at a chat
_NICENESS = 10  # of the engine

T = TypeVar("T")


class Disappointed(Exception):
    """The bot did not do what somebody waited for."""


@dataclass
class World:
    """The bot, and who is there: Mia, Ben and Cleo, who runs their group; Lena speaks German, Yuki Japanese."""

    telegram: FakeTelegram
    studio: Studio
    store: Store

    def __post_init__(self) -> None:
        self.mia, self.ben, self.cleo = (self.telegram.person(name) for name in ("Mia", "Ben", "Cleo"))
        self.lena = self.telegram.person("Lena", language="de")
        self.yuki = self.telegram.person("由紀", language="ja")
        self.group = self.telegram.group("Sunday painters", self.mia, self.ben, admins=(self.cleo,))

    def private(self, human: Human) -> Chat:
        """A person's chat with the bot, which they open here if they have not yet."""
        return self.telegram.private(human)

    # ---- what the bot says --------------------------------------------------------------------------------------

    async def said(self, where: Chat, after: int, words: str = "") -> Message:
        """Wait for what the bot says in a chat after the message of a number, with these words in it."""

        def found() -> Message | None:
            later = (message for message in self.telegram.from_bot(where) if message.id > after)
            return next((message for message in later if words.lower() in message.words.lower()), None)

        return await until(found, f"an answer with {words!r}")

    def calls(self, since: float) -> list[Call]:
        """What the bot asked of Telegram since a moment of `time.monotonic`, without news and files."""
        return [call for call in self.telegram.calls() if call.at >= since and call.method != "getFile"]

    def at(self, ref: str) -> list[Message]:
        """The messages that a reference of the outlet names, gone or not."""
        chat, _, numbers = ref.partition("/")
        known = {(message.chat.id, message.id): message for message in self.telegram.api.sent}
        return [known[int(chat), int(number)] for number in numbers.split(",")]

    # ---- what people do that the stand-in has no word for ------------------------------------------------------

    def choose(self, who: Human, where: Chat, result: Mapping[str, Any]) -> Message:
        """Send one result of an inline query into a chat, as Telegram does for who taps it."""
        content: dict[str, Any] = {"keyboard": result.get("reply_markup", {}).get("inline_keyboard")}
        if "photo_file_id" in result:
            content |= {
                "media": self.telegram.api.shelf.known(result["photo_file_id"], "photo"),
                "caption": result.get("caption"),
            }
        else:
            content |= {"text": result["input_message_content"]["message_text"]}
        message = self.telegram.world.add(where, sender=who, via_bot=self.telegram.world.me, **content)
        self.telegram.arrive(message)
        return message

    async def press(self, who: Human, message: Message, what: str) -> Query:
        """Press a button, by its verb or a part of what it says, and wait until it no longer seems to hang."""
        return await self.telegram.press(who, message, what)

    # ---- jobs ---------------------------------------------------------------------------------------------------

    async def jobs(self, who: Human) -> tuple[Job, ...]:
        """All jobs of a person, newest first."""
        page = await self.studio.history(Person(platform="telegram", id=str(who.id)), limit=50)
        return page.jobs if isinstance(page, HistoryPage) else ()

    async def next_job(self, who: Human, before: tuple[Job, ...]) -> Job:
        """Wait for a job that a person did not have before."""
        known = {job.id for job in before}

        async def new() -> Job | None:
            return next((job for job in await self.jobs(who) if job.id not in known), None)

        return await until(new, f"a painting for {who.name}")

    async def job(self, job_id: str) -> Job:
        """A job as it is now."""
        job = await self.store.jobs.get(job_id)
        assert job is not None
        return job

    async def status(self, job_id: str) -> Message | None:
        """Wait for the status message of a job; None where the job ended before it had one."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            job = await self.job(job_id)
            if job.status_ref is not None:
                return self.at(job.status_ref)[0]
            if job.state in _ENDS:
                return None
            await asyncio.sleep(_A_GLANCE)
        raise Disappointed(f"job {job_id} has no status message")

    async def result(self, job_id: str) -> list[Message]:
        """Wait until a job's result is there and its status message is gone; return what the result consists of."""
        while True:
            job = await self.job(job_id)
            if job.state == "delivered" and job.status_ref is None and job.sent_ref is not None:
                return self.at(job.sent_ref)
            if job.state in _ENDS and job.state != "delivered":
                raise Disappointed(f"job {job_id} ended as {job.state}: {job.error_code} {job.error_detail}")
            await asyncio.sleep(_A_GLANCE)


async def until(check: Callable[[], Awaitable[T | None] | T | None], what: str) -> T:
    """Wait until a check gives something, and return that; raises Disappointed."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = check()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        await asyncio.sleep(_A_GLANCE)
    raise Disappointed(f"there never was {what}")


@asynccontextmanager
async def opened(data_dir: Path, options: Mapping[str, Any]) -> AsyncIterator[World]:
    """Open everything as the bot does, over a stand-in for Telegram, and close it in reverse.

    `options` are what is painted where nobody chose anything else.
    """
    telegram = FakeTelegram()
    telegram.switches.flood_rules = True
    await telegram.start()
    shelf = telegram.channel("Impasto's shelf", telegram.person("Olga"))
    config = Config.model_validate(
        {
            "bot": {"data_dir": data_dir},
            "store": {"min_free_bytes": 0},
            "defaults": {"options": dict(options)},
            "telegram": {
                "base_url": telegram.base_url,
                "base_file_url": telegram.base_file_url,
                "inline_chat": shelf.id,
            },
        }
    )
    clock = SystemClock()
    adapter = TelegramAdapter(config, Presenter(now=clock.now, dialect=TELEGRAM), clock)
    store = await Store.open(data_dir, clock=clock, min_free_bytes=0)
    intake, engine = Intake(), ProcessEngine(engine_command(Settings(), _NICENESS))
    studio = Studio(
        store=store,
        engines=[engine],
        presets=await asyncio.to_thread(Presets.load),
        intake=intake,
        outlets={"telegram": adapter.outlet},
        config=config,
        clock=clock,
    )
    try:
        await studio.start()
        await adapter.start(studio, SecretStr(TOKEN))
        yield World(telegram, studio, store)
    finally:
        await adapter.close()
        await studio.close()
        await engine.close()
        await intake.close()
        await store.close()
        await telegram.stop()
