"""What `impasto doctor` and `impasto discord invite` learn from Discord, over HTTP with a small stand-in for it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.adapters.discord import registration
from bot.adapters.discord.permissions import NEEDED
from bot.ports import AdapterFailure

GOOD, BAD = SecretStr("good.token"), SecretStr("bad.token")
BOT = {"id": "42", "username": "impasto", "discriminator": "0", "avatar": None, "bot": True}
BOTH = {"0": {}, "1": {}}


class StandIn:
    """Answers the few questions that are asked without the gateway."""

    def __init__(self) -> None:
        self.application: dict[str, Any] = {
            "id": "42",
            "name": "Impasto",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": BOT,
            "flags": 0,
            "integration_types_config": BOTH,
        }
        self.guilds: list[dict[str, Any]] = []
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.headers["Authorization"] != f"Bot {GOOD.get_secret_value()}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        answers = {
            "/users/@me": BOT,
            "/oauth2/applications/@me": self.application,
            "/users/@me/guilds": self.guilds,
        }
        return _json(answers[request.path])


def _json(body: object, status: int = 200) -> web.Response:
    # As Discord does it: without a charset, which discord.py would not take for JSON.
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


@pytest.fixture
async def stand_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    stand_in = StandIn()
    application = web.Application()
    application.router.add_get("/{path:.*}", stand_in.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield stand_in
    await runner.cleanup()


async def findings(token: SecretStr = GOOD) -> dict[str, tuple[str, str]]:
    return {finding.topic: (finding.level, finding.found) async for finding in registration.examine(token)}


async def test_all_is_well(stand_in: StandIn) -> None:
    stand_in.guilds = [{"id": "1", "name": "Studio", "permissions": str(NEEDED.value)}]
    assert await findings() == {
        "discord": ("ok", "the token is accepted: Impasto (42)"),
        "intents": ("ok", "no privileged intent is on, and none is needed"),
        "install": ("ok", "for servers and for people"),
        "servers": ("ok", "in 1, with every permission that it needs"),
    }


async def test_a_wrong_token_fails_with_what_to_do(stand_in: StandIn) -> None:
    found = await findings(BAD)
    assert list(found) == ["discord"]
    level, sentence = found["discord"]
    assert level == "FAIL"
    assert "Reset Token" in sentence
    assert BAD.get_secret_value() not in sentence


async def test_needless_intents_are_named(stand_in: StandIn) -> None:
    stand_in.application["flags"] = discord.ApplicationFlags(gateway_message_content=True).value
    assert (await findings())["intents"] == ("warn", "on without need: Message Content")


async def test_an_application_that_only_servers_can_add_is_named(stand_in: StandIn) -> None:
    stand_in.application["integration_types_config"] = {"0": {}}
    assert (await findings())["install"] == ("warn", "only for servers")


async def test_missing_permissions_are_named_with_the_servers(stand_in: StandIn) -> None:
    held = discord.Permissions(NEEDED.value)
    held.attach_files = False
    admin = discord.Permissions(administrator=True)
    stand_in.guilds = [
        {"id": "1", "name": "Studio", "permissions": str(held.value)},
        {"id": "2", "name": "Museum", "permissions": str(admin.value)},
    ]
    assert (await findings())["servers"] == ("warn", "without “Attach Files” in Studio")


async def test_in_no_server_yet(stand_in: StandIn) -> None:
    assert (await findings())["servers"] == ("warn", "in none yet")


async def test_discord_out_of_reach_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9")
    monkeypatch.setattr(asyncio, "sleep", _no_time)  # discord.py waits between its tries
    with pytest.raises(AdapterFailure, match="cannot be reached") as failure:
        await registration.invitation(GOOD)
    assert failure.value.passing


async def _no_time(seconds: float) -> None:
    """Pass."""


async def test_the_links_ask_for_least(stand_in: StandIn) -> None:
    links = await registration.invitation(GOOD)
    assert links.name == "Impasto"
    assert "client_id=42" in links.guild
    assert f"permissions={NEEDED.value}" in links.guild
    assert "bot" in links.guild.split("scope=")[1].split("&")[0]
    assert "scope=applications.commands" in links.user
    assert "permissions" not in links.user
    assert not NEEDED.administrator
    assert not NEEDED.manage_messages
