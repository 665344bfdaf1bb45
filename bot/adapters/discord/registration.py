"""What Discord knows of the application behind a token: is everything set up, and how to invite it.

It asks Discord's web interface only and never opens the gateway, so it may run beside the bot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import discord
from pydantic import SecretStr

from bot.adapters.discord.permissions import NEEDED
from bot.findings import Finding
from bot.ports import AdapterFailure
from bot.presenter import PERMISSIONS

PORTAL = "https://discord.com/developers/applications"
_LOOKED_AT = 200  # servers, as many as one request tells of
_NAMED = 5  # servers that one line names


class Invitation(NamedTuple):
    """The links with which people add the bot: a server's admin, and anybody for themselves."""

    name: str
    guild: str
    user: str


class _Registration(NamedTuple):
    client: discord.Client
    info: discord.AppInfo


@asynccontextmanager
async def _registration(token: SecretStr) -> AsyncIterator[_Registration]:
    """Log in without the gateway; raises AdapterFailure with a sentence that says what to do."""
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(token.get_secret_value())
            info = await client.application_info()
        except discord.LoginFailure:
            raise AdapterFailure(bad_token()) from None
        except ODD:
            raise odd() from None
        except (discord.HTTPException, OSError) as error:
            raise unreachable(error) from error
        yield _Registration(client, info)


def bad_token() -> str:
    """Return the sentence for a token that Discord does not accept."""
    return f"Discord does not accept IMPASTO_DISCORD_TOKEN; make a new one at {PORTAL} (Bot, Reset Token)"


ODD = (TypeError, ValueError, KeyError, AttributeError, discord.NotFound)
"""What discord.py raises where an answer lacks what Discord's have, or where nobody knows what it asks for."""


def odd() -> AdapterFailure:
    """Return the failure for an answer that is none of Discord's."""
    return AdapterFailure(
        "what answers instead of Discord does not answer as Discord does; look at your proxy, and at"
        " IMPASTO_DISCORD_API where that is set"
    )


def unreachable(error: Exception) -> AdapterFailure:
    """Return the failure for a Discord that does not answer as it should."""
    return AdapterFailure(f"Discord cannot be reached ({type(error).__name__}); try again in a moment", passing=True)


def invitation_for(application_id: int, name: str = "") -> Invitation:
    """Return the links of an application: least scopes, least permissions."""
    server = discord.utils.oauth_url(application_id, permissions=NEEDED, scopes=("bot", "applications.commands"))
    person = discord.utils.oauth_url(application_id, scopes=("applications.commands",))
    return Invitation(name, guild=f"{server}&integration_type=0", user=f"{person}&integration_type=1")


async def invitation(token: SecretStr) -> Invitation:
    """Return the links of the application behind a token; raises AdapterFailure."""
    async with _registration(token) as (_, info):
        return invitation_for(info.id, info.name)


async def examine(token: SecretStr) -> AsyncIterator[Finding]:
    """Look at token, intents, installation, and permissions in every server."""
    try:
        async with _registration(token) as (client, info):
            yield Finding("ok", "discord", f"the token is accepted: {info.name} ({info.id})")
            yield _intents(info.flags)
            yield _installation(info)
            async for finding in _servers(client):
                yield finding
    except AdapterFailure as failure:
        yield Finding("FAIL", "discord", str(failure), "docs/discord.md leads through it")
    except discord.HTTPException as error:
        yield Finding("warn", "discord", f"Discord did not say more: {error.text or error.status}", "try again later")


def _intents(flags: discord.ApplicationFlags) -> Finding:
    """Impasto needs no privileged intent; one that is switched on gives away more than it should."""
    unneeded = [
        name
        for name, on in (
            ("Presence", flags.gateway_presence or flags.gateway_presence_limited),
            ("Server Members", flags.gateway_guild_members or flags.gateway_guild_members_limited),
            ("Message Content", flags.gateway_message_content or flags.gateway_message_content_limited),
        )
        if on
    ]
    if not unneeded:
        return Finding("ok", "intents", "no privileged intent is on, and none is needed")
    advice = f"switch off in {PORTAL} (Bot, Privileged Gateway Intents): Impasto reads no messages"
    return Finding("warn", "intents", f"on without need: {', '.join(unneeded)}", advice)


def _installation(info: discord.AppInfo) -> Finding:
    kinds = [
        name
        for name, config in (("servers", info.guild_integration_config), ("people", info.user_integration_config))
        if config is not None
    ]
    if len(kinds) == 2:
        return Finding("ok", "install", "for servers and for people")
    advice = f"tick Guild Install and User Install in {PORTAL} (Installation)"
    return Finding("warn", "install", f"only for {kinds[0]}" if kinds else "for nobody", advice)


async def _servers(client: discord.Client) -> AsyncIterator[Finding]:
    without: dict[str, list[str]] = {}
    # Straight from the payload: it carries the bot's permissions, which discord.py's guilds leave out.
    guilds = await client.http.get_guilds(_LOOKED_AT, with_counts=False)
    for guild in guilds:
        for name in _missing(discord.Permissions(int(guild.get("permissions", 0)))):
            without.setdefault(name, []).append(guild["name"])
    if not guilds:
        yield Finding("warn", "servers", "in none yet", "print an invite link: impasto discord invite")
    for permission, names in without.items():
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        yield Finding("warn", "servers", f"without “{permission}” in {shown}", "give it to the bot's role there")
    if guilds and not without:
        yield Finding("ok", "servers", f"in {len(guilds)}, with every permission that it needs")


def _missing(held: discord.Permissions) -> list[str]:
    if held.administrator:
        return []
    return [PERMISSIONS[name] for name, wanted in NEEDED if wanted and not getattr(held, name)]
