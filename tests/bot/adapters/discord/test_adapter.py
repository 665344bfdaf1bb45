"""Starting and stopping: what the bot asks Discord for, and what it says when that is refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
from discord.ext import commands
from discord.http import HTTPClient

from bot.adapters.discord.client import INTENTS, ImpastoClient
from bot.adapters.discord.permissions import NEEDED
from bot.ports import AdapterFailure, Later
from tests.bot.adapters.discord.conftest import TOKEN, eventually

APPLICATION = {
    "id": "1",
    "name": "Impasto",
    "description": "",
    "icon": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "owner": {"id": "2", "username": "olga", "discriminator": "0", "avatar": None},
}


@dataclass
class Gateway:
    """A Discord that lets the bot in, or not."""

    tokens: list[str] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)  # of logging in, one by one
    losses: list[Exception] = field(default_factory=list)  # of connections, one by one; then they last
    connections: int = 0
    closed: int = 0


@pytest.fixture
def gateway(monkeypatch):
    found = Gateway()

    async def static_login(self: HTTPClient, token: str) -> dict[str, Any]:
        found.tokens.append(token)
        if found.refusals:
            raise found.refusals.pop(0)
        return {"id": "1", "username": "impasto", "discriminator": "0", "avatar": None}

    async def application_info(self: HTTPClient) -> dict[str, Any]:
        return APPLICATION

    async def upsert(self: HTTPClient, application_id: int, payload: list[Any]) -> list[Any]:
        return []

    async def connect(self: discord.Client, *, reconnect: bool = True) -> None:
        found.connections += 1
        if found.losses:
            raise found.losses.pop(0)
        await asyncio.Event().wait()

    async def close(self: HTTPClient) -> None:
        found.closed += 1

    monkeypatch.setattr(HTTPClient, "static_login", static_login)
    monkeypatch.setattr(HTTPClient, "application_info", application_info)
    monkeypatch.setattr(HTTPClient, "bulk_upsert_global_commands", upsert)
    monkeypatch.setattr(HTTPClient, "close", close)
    monkeypatch.setattr(ImpastoClient, "connect", connect)
    return found


async def test_least_intents_and_no_memory_of_messages_and_people(house, env):
    client = env.bot
    assert isinstance(client, commands.AutoShardedBot)
    assert client.intents == INTENTS == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    assert not client.intents.message_content
    assert client._connection.max_messages is None
    assert client._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


def test_an_invitation_asks_for_no_more_than_is_used():
    used = discord.Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True)
    assert used == NEEDED


async def test_a_token_that_discord_does_not_accept_is_said_in_one_sentence(house, gateway):
    gateway.refusals.append(discord.LoginFailure("Improper token has been passed."))
    with pytest.raises(AdapterFailure, match="IMPASTO_DISCORD_TOKEN") as refused:
        await house.adapter.start(house.studio, TOKEN)
    assert not refused.value.passing
    assert TOKEN.get_secret_value() not in str(refused.value)
    assert gateway.closed == 1


@pytest.mark.parametrize("error", [aiohttp.ClientConnectionError("no route"), OSError("no network"), TimeoutError()])
async def test_without_a_network_it_says_that_it_may_pass(house, gateway, error):
    gateway.refusals.append(error)
    with pytest.raises(AdapterFailure) as refused:
        await house.adapter.start(house.studio, TOKEN)
    assert refused.value.passing
    await house.adapter.start(house.studio, TOKEN)  # and it may be tried again
    await house.adapter.close()


async def test_the_token_is_shown_to_discord_only(house, gateway, capfd, caplog):
    caplog.set_level("DEBUG")
    await house.adapter.start(house.studio, TOKEN)
    await house.adapter.close()
    assert gateway.tokens == [TOKEN.get_secret_value()]
    said = capfd.readouterr()
    assert TOKEN.get_secret_value() not in said.out + said.err + caplog.text


async def test_a_connection_that_the_library_gives_up_is_made_anew(house, gateway):
    gateway.losses.append(discord.GatewayNotFound())
    await house.adapter.start(house.studio, TOKEN)
    gateway.refusals += [OSError("no network"), OSError("no network")]

    def connected() -> bool:
        house.clock.advance(60)
        return gateway.connections == 2

    await eventually(connected)
    assert len(gateway.tokens) == 4
    assert gateway.closed == 3  # every client that did not work out
    await house.adapter.close()
    assert gateway.closed == 4


async def test_refused_intents_are_said_and_deliveries_wait(house, env, gateway, capfd):
    await house.stylize(house.anna)
    job = await house.delivered((await house.newest(house.anna)).id)
    outcome = await house.studio.result(house.person(house.anna), job.id)
    gateway.losses.append(discord.PrivilegedIntentsRequired(0))
    await house.adapter.start(house.studio, TOKEN)

    async def waits() -> bool:
        return isinstance(await house.adapter.outlet.deliver(job.place, outcome, job.id), Later)

    await eventually(waits)
    assert "intents_refused" in capfd.readouterr().out
    assert gateway.connections == 1
    await house.adapter.close()


async def test_closing_twice_or_without_a_start_does_no_harm(house):
    await house.adapter.close()
    await house.adapter.close()
