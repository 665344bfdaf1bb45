"""Discord in a test: the real discord.py over a simulated Discord, over a real studio and store.

The engine is a quick fake behind the real protocol. The studio runs outside of what simcord calls bot-owned work, as
it runs outside of the client in the real bot: an action of a person settles when its handler has ended, and `delivered`
and the like wait for what the studio does afterwards.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

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
from bot.downloads import Gone, Source, TooLarge, Unreachable
from bot.model import Job, State
from bot.presenter import Presenter
from tests.fakes import FakeClock
from tests.waiting import eventually
from tests.worlds import ChatHouse, picture

__all__ = ["EPOCH", "TOKEN", "House", "eventually", "picture"]

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


class House(ChatHouse):
    """The bot and a small world around it: a server with Anna, Bert, a moderator, a manager, and the bot's owner.

    `facts` are what Discord says with every interaction beyond what simcord knows of, such as
    `{"locale": "de", "attachment_size_limit": 20_000}`.
    """

    platform = "discord"

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.clock = FakeClock(EPOCH)
        super().__init__(folder, self.clock, Presenter(now=self.clock.now))
        self.env: Env
        self.adapter: DiscordAdapter

    # ---- the bot ------------------------------------------------------------------------------------------------

    @property
    def own_sections(self) -> dict[str, dict[str, Any]]:
        """What the config says in this world."""
        return {"bot": {"owners": (f"discord:{self.owner.id}",) if hasattr(self, "owner") else ()}}

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
        self.adapter = DiscordAdapter(config, self.presenter, self.clock, Cdn(lambda: self.env))
        return self.adapter.bind(await self.open_studio(config, self.adapter.outlet))

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

    async def leave_chat(self, *, powerless: bool) -> None:
        """Say nothing more; simcord keeps the client."""
        self.adapter.outlet.rest()

    async def cut_power(self) -> dict[str, State]:
        """Stop the bot as a power cut does, and return the states of the jobs on the disk."""
        self.adapter.outlet.rest()
        return await super().cut_power()

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

    async def delivered(self, job_id: str) -> Job:
        """Wait until the result was handed over and the status message is gone."""
        job = await super().delivered(job_id)
        await self.env.settle()
        return job

    async def told(self, job_id: str) -> Job:
        """Wait until the place knows how a job without a result ended."""
        job = await super().told(job_id)
        await self.env.settle()
        return job

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
def fingerprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the commands without a look at what was registered last, which takes as long as registering them."""
    monkeypatch.setattr("bot.adapters.discord.sync._digest", AsyncMock(return_value=""))


@pytest.fixture
def unopened(tmp_path: Path, facts: dict[str, Any], fingerprinted: None) -> House:
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
