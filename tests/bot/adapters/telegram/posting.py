"""A real python-telegram-bot over the fake server, and an outlet over it: no studio, and a clock that stands still."""

from __future__ import annotations

import asyncio
import functools
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.adapters.telegram.client import Limiter
from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.statuses import GROUP_GAP_SECONDS, PRIVATE_GAP_SECONDS
from bot.model import Job, Person, TelegramPlace
from bot.outcomes import Cancelled, DeliveredFile, Finished, Painting, Waiting
from bot.presenter import Presenter, View
from bot.presenter.dialect import TELEGRAM
from nst_engine.protocol import Progress
from tests.bot.presenter_samples import job as sample
from tests.fakes import FakeClock
from tests.telegram_api.server import FakeTelegram
from tests.telegram_api.world import Chat, Human, Message
from tests.waiting import eventually


@functools.cache
def picture(width: int = 64, height: int = 48, kind: str = "PNG", *, noise: bool = False) -> bytes:
    """A picture; `noise` cannot be compressed."""
    stream = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    (Image.fromarray(pixels) if noise else Image.new("RGB", (width, height), "teal")).save(stream, kind)
    return stream.getvalue()


def film() -> bytes:
    """A GIF of two frames."""
    stream = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), color) for color in ("teal", "orange")]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return stream.getvalue()


def file(data: bytes | None = None, media_type: str = "image/png", name: str = "ink.png") -> DeliveredFile:
    """A file to hand over."""
    return DeliveredFile(role="painting", media_type=media_type, data=picture() if data is None else data, name=name)


def view(text: str = "Here.", **more: Any) -> View:
    """A view that says this."""
    return View(text=text, short=text[:200], **more)


class CountedRequests(HTTPXRequest):
    """The library's own way over the wire; counts how many requests are under way."""

    under_way = 0

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Ask."""
        self.under_way += 1
        try:
            return await super().do_request(*args, **options)
        finally:
            self.under_way -= 1


@dataclass
class Post:
    """Everything that a message goes through."""

    telegram: FakeTelegram
    bot: ExtBot[Any]
    clock: FakeClock
    presenter: Presenter
    outlet: TelegramOutlet
    anna: Human
    private: Chat
    group: Chat
    requests: CountedRequests
    moves: list[tuple[str, str]] = field(default_factory=list)

    def person(self, who: Human | None = None) -> Person:
        """Who asks."""
        who = who or self.anna
        return Person(platform="telegram", id=str(who.id), name=who.name)

    def place(self, chat: Chat | None = None, **more: Any) -> TelegramPlace:
        """Where it is asked; in private by default."""
        chat = chat or self.private
        return TelegramPlace(chat=str(chat.id), private=chat.kind == "private", **more)

    def job(self, chat: Chat | None = None, *, job_id: str = "k3f9", who: Human | None = None, **more: Any) -> Job:
        """A job of this place."""
        place = more.pop("place", None) or self.place(chat)
        return sample(id=job_id, person=self.person(who), place=place, **more)

    def finished(self, job: Job, *files: DeliveredFile) -> Finished:
        """What a job ends with."""
        return Finished(job=job, files=files or (file(),), styles=("Ink on paper",))

    async def deliver(self, job: Job, *files: DeliveredFile) -> Any:
        """Deliver a job's painting."""
        return await self.outlet.deliver(job.place, self.finished(job, *files), job.id)

    def waiting(self, job: Job, ahead: int = 2) -> Waiting:
        """A job that stands in the queue."""
        return Waiting(job=job, ahead=ahead)

    def painting(self, job: Job, iteration: int, preview: bytes | None = None) -> Painting:
        """A job that is painted."""
        progress = Progress(
            id=job.id, iteration=iteration, iterations=100, scale=0, scales=1, width=64, height=48, content_loss=1.0,
            style_loss=1.0, seconds_left=100.0 - iteration, preview=preview,
        )  # fmt: skip
        return Painting(job=job, progress=progress)

    async def status(self, job: Job) -> str:
        """Send a job's status message; returns its reference."""
        ref = await self.outlet.show(job.place, self.waiting(job), None)
        assert ref is not None
        return ref

    async def show(self, job: Job, iteration: int, ref: str | None, preview: bytes | None = None) -> str | None:
        """Show how far a job is."""
        return await self.outlet.show(job.place, self.painting(job, iteration, preview), ref)

    async def shown(self, job: Job, iteration: int, ref: str | None, preview: bytes | None = None) -> str | None:
        """The same, and let the time pass after which the update may be made."""
        answer = await self.show(job, iteration, ref, preview)
        await self.passes(max(PRIVATE_GAP_SECONDS, GROUP_GAP_SECONDS))
        return answer

    def flood(self, method: str, seconds: int, times: int = 1, chat: Chat | None = None) -> None:
        """Let Telegram have had too many messages for so many seconds."""
        said = f"Too Many Requests: retry after {seconds}"
        self.telegram.fail(method, 429, said, retry_after=seconds, times=times, chat=chat)

    async def passes(self, seconds: float) -> None:
        """Let time pass, and whatever waited for that be done."""
        await self.settled()
        self.clock.advance(seconds)
        await self.settled()

    async def settled(self) -> None:
        """Wait until all that is left waits for time to pass, for a delivery, or for a call that is held back."""
        for _ in range(3):
            await asyncio.sleep(0.005)
            await eventually(lambda: not self._at_work())

    def _at_work(self) -> bool:
        held = sum(hold.waiting for hold in self.telegram.trouble.holds)
        chats = self.outlet._statuses._chats.values()
        awake = sum(chat.turns is not None and chat.quiet.is_set() for chat in chats)
        return self.requests.under_way > held or awake > self.clock.sleeping

    def edits(self) -> list[str]:
        """Which edits were asked for so far."""
        return [call.method for call in self.telegram.calls() if call.method.startswith("edit")]

    def sent(self, chat: Chat | None = None) -> list[Message]:
        """The bot's messages in a chat."""
        return self.telegram.from_bot(chat or self.private)

    def cancelled(self, job: Job) -> Cancelled:
        """A job that somebody cancelled."""
        return Cancelled(job=job, by_admin=True)

    async def moved(self, old: str, new: str) -> None:
        """What the adapter would do when a group moves."""
        self.moves.append((old, new))


@asynccontextmanager
async def posting(**options: Any) -> AsyncIterator[Post]:
    """Open it all; `options` are the outlet's."""
    telegram = FakeTelegram()
    await telegram.start()
    anna = telegram.person("Anna")
    requests = CountedRequests()
    bot: ExtBot[Any] = ExtBot(telegram.token, telegram.base_url, request=requests, rate_limiter=Limiter())
    clock, presenter = FakeClock(), Presenter("en", dialect=TELEGRAM)
    outlet = TelegramOutlet(presenter, clock, **options)
    private, group = telegram.private(anna), telegram.group("Painters", anna)
    post = Post(telegram, bot, clock, presenter, outlet, anna, private, group, requests)
    outlet.on_moved = post.moved
    await bot.initialize()
    outlet.serve(bot)
    try:
        yield post
    finally:
        outlet.rest()
        await bot.shutdown()
        await telegram.stop()


__all__ = ["Post", "eventually", "file", "film", "picture", "posting", "view"]
