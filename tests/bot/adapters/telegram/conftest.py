"""Telegram in a test: the real python-telegram-bot over HTTP against a fake Bot API server, over a real studio.

The store is real as well, the intake near, the engine a quick fake behind the real protocol. Nothing waits for the bot
by itself, as nobody can tell from outside when it has nothing more to say: `asked`, `delivered`, `said` and the like
wait for what a test expects.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

import httpx
import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.model import Job, State
from bot.presenter import Presenter
from bot.presenter.dialect import TELEGRAM
from tests.telegram_api.queries import Query
from tests.telegram_api.server import TOKEN, FakeTelegram
from tests.telegram_api.world import BOT_USERNAME, Chat, Human, Message
from tests.waiting import eventually
from tests.worlds import ChatHouse, picture

if TYPE_CHECKING:
    from bot.adapters.telegram.adapter import TelegramAdapter

__all__ = ["House", "eventually", "picture"]

QUIET_SECONDS = 0.2  # in which nothing more of an album comes, for a test to take it as complete
FOREVER = 10**9


class MovableClock(SystemClock):
    """The clock on the wall, which a test may put forward: those who sleep wake up by it."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Return Unix seconds."""
        return super().now() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock shows that time."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                return

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


class House(ChatHouse):
    """The bot and a small world around it.

    Anna, Bert, Maud (who runs the group, the forum and the channel) and Olga (the bot's owner) are all in `group`, a
    supergroup; `forum` has a topic `paintings`; everybody has a private chat. The bot is in privacy mode.
    """

    platform = "telegram"

    def __init__(self, folder: Path) -> None:
        self.telegram = FakeTelegram()
        self.clock = MovableClock()
        super().__init__(folder, self.clock, Presenter(now=self.clock.now, dialect=TELEGRAM))
        self.adapter: TelegramAdapter
        self._arrange()

    def _arrange(self) -> None:
        people = [self.telegram.person(name) for name in ("Anna", "Bert", "Maud", "Olga")]
        self.anna, self.bert, self.maud, self.owner = people
        for human in people:
            self.telegram.private(human)
        everybody = (self.anna, self.bert, self.owner)
        self.group = self.telegram.group("Painters", *everybody, admins=(self.maud,))
        self.forum = self.telegram.group("Forum", *everybody, admins=(self.maud,), forum=True)
        self.paintings = self.telegram.world.topic(self.forum, "Paintings")
        self.channel = self.telegram.channel("News", self.maud)

    # ---- the bot ------------------------------------------------------------------------------------------------

    @property
    def own_sections(self) -> dict[str, dict[str, Any]]:
        """What the config says in this world."""
        addresses = {
            "base_url": self.telegram.base_url,
            "base_file_url": self.telegram.base_file_url,
            "local_mode": self.telegram.api.shelf.local is not None,
        }
        return {"bot": {"owners": (f"telegram:{self.owner.id}",)}, "telegram": addresses}

    async def open(self) -> None:
        """Start the world, and the bot in it."""
        await self.telegram.start()
        await self.open_bot()

    async def open_bot(self) -> None:
        """Start the bot, as the composition root does."""
        from bot.adapters.telegram.adapter import TelegramAdapter

        config = self.config
        self.adapter = TelegramAdapter(config, self.presenter, self.clock)
        await (await self.open_studio(config, self.adapter.outlet)).start()
        await self.adapter.start(self.studio, SecretStr(TOKEN))

    async def restart(self) -> None:
        """Stop the bot as one does for a new version, unless its power was cut already, and start it anew."""
        await self.close_bot()
        await self.open_bot()

    async def cut_power(self) -> dict[str, State]:
        """Stop the bot as a power cut does, and return the states of the jobs on the disk."""
        cut = self.telegram.lose("*", performed=False, times=FOREVER)
        self.adapter.outlet.rest()
        states = await super().cut_power()
        cut.times = 0
        return states

    async def leave_chat(self, *, powerless: bool) -> None:
        """Close the adapter."""
        await self.adapter.close()

    async def close(self) -> None:
        """End the world."""
        await self.close_bot()
        await self.telegram.stop()

    # ---- what people do -----------------------------------------------------------------------------------------

    def private(self, who: Human) -> Chat:
        """A person's chat with the bot."""
        return self.telegram.private(who)

    def command(self, where: Chat, name: str = "stylize", text: str = "") -> str:
        """A command as people send it: in groups it names the bot."""
        return f"/{name}{f'@{BOT_USERNAME}' if where.is_group else ''} {text}".rstrip()

    async def ask(
        self,
        who: Human,
        where: Chat | None = None,
        text: str = "ink size=96",
        *,
        photo: bytes | None = None,
        **facts: Any,
    ) -> Message:
        """Send a photo with `/stylize text` below it, in private unless another chat is named; waits for nothing."""
        chat = where or self.private(who)
        data = picture(1) if photo is None else photo
        return await self.telegram.send_photo(who, chat, data, self.command(chat, "stylize", text), **facts)

    async def stylize(self, who: Human, where: Chat | None = None, text: str = "ink size=96", **facts: Any) -> Job:
        """The same, and wait for the job that becomes of it."""
        async with self.one_more(who) as found:
            await self.ask(who, where, text, **facts)
        return found[0]

    async def painted(self, who: Human, where: Chat | None = None, text: str = "ink size=96", **facts: Any) -> Message:
        """Ask for a painting, and return the message with the result."""
        job = await self.stylize(who, where, text, **facts)
        await self.delivered(job.id)
        return await self.result_of(job.id)

    async def press(self, who: Human, message: Message, what: str) -> Query:
        """Press a button and wait for the answer; `what` is a verb or a part of what the button says."""
        return await self.telegram.press(who, message, what)

    def one_more(self, who: Human | Chat) -> _OneMore:
        """`async with house.one_more(anna) as found`: wait at the end for a job that was not there before."""
        return _OneMore(self, who)

    # ---- what became of it --------------------------------------------------------------------------------------

    async def status_of(self, job_id: str) -> Message:
        """The status message of a job, once there is one."""

        async def shown() -> Message | None:
            job = await self.job(job_id)
            return self.messages_at(job.status_ref)[0] if job.status_ref is not None else None

        found = await eventually(shown)
        assert found is not None
        return found

    async def result_of(self, job_id: str) -> Message:
        """The message with the buttons that a job was delivered with."""
        job = await self.job(job_id)
        assert job.sent_ref is not None
        return self.messages_at(job.sent_ref)[-1]

    def messages_at(self, ref: str) -> list[Message]:
        """The messages that a reference names, gone or not."""
        chat, _, numbers = ref.partition("/")
        known = {(message.chat.id, message.id): message for message in self.telegram.api.sent}
        return [known[int(chat), int(number)] for number in numbers.split(",")]

    async def said(self, where: Chat, after: Message, *, words: str = "", strict: bool = True) -> Message:
        """Wait for the bot's next message in a chat that replies to another one, with these words in it.

        Where the bot rightly replies to nothing, or to something else, the next message is taken unless `strict`.
        """

        def found() -> Message | None:
            later = (one for one in self.telegram.from_bot(where) if one.id > after.id and words in one.words)
            return next((one for one in later if one.reply_to is after or not strict), None)

        message = await eventually(found)
        assert message is not None
        return message

    def sent_since(self, where: Chat, after: Message) -> list[Message]:
        """What the bot sent to a chat after another message there, whether or not it is still there."""
        return [one for one in self.telegram.api.sent if one.chat is where and one.id > after.id]


class _OneMore:
    def __init__(self, house: House, who: Human | Chat) -> None:
        self._house, self._who = house, who
        self._found: list[Job] = []
        self._before: set[str] = set()

    async def __aenter__(self) -> list[Job]:
        self._before = {job.id for job in await self._house.jobs(self._who)}
        return self._found

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return

        async def new() -> list[Job]:
            return [job for job in await self._house.jobs(self._who) if job.id not in self._before]

        self._found += await eventually(new)


@pytest.fixture
def unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The bot and its world, not yet started; albums are complete soon, and Telegram knows the menu of commands."""
    monkeypatch.setattr("bot.adapters.telegram.albums.QUIET_SECONDS", QUIET_SECONDS)
    monkeypatch.setattr("bot.adapters.telegram.adapter.registration.sync", AsyncMock(return_value=True))
    return House(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def _one_ssl_context() -> Iterator[None]:
    """Read the authorities' certificates once: they take longer than the rest of the bot's start."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(httpx._transports.default.create_ssl_context)
        patch.setattr("httpx._transports.default.create_ssl_context", once)
        yield


@pytest.fixture
async def house(unopened: House) -> AsyncIterator[House]:
    """The bot and its world."""
    try:
        await unopened.open()
        yield unopened
    finally:
        await unopened.close()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A fake Telegram without a bot."""
    server = FakeTelegram()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
