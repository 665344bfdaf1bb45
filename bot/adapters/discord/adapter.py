"""Discord as a whole: the outlet, and the client over a studio; opened and closed by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import aiohttp
import discord
import structlog
from pydantic import SecretStr

from bot.adapters.discord.client import ImpastoClient
from bot.adapters.discord.commands import all_commands
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.outlet import DiscordOutlet
from bot.adapters.discord.pictures import HOSTS
from bot.adapters.discord.registration import bad_token, unreachable
from bot.clock import SystemClock
from bot.config import Config
from bot.ports import AdapterFailure, Clock
from bot.presenter import Presenter
from bot.studio import Studio

log = structlog.get_logger(__name__)

_CLOSE_SECONDS = 10.0


class DiscordAdapter:
    """Serves Discord. Its outlet is there at once, for the studio; `start` needs the studio."""

    def __init__(
        self, config: Config, presenter: Presenter, clock: Clock | None = None, hosts: Collection[str] = HOSTS
    ) -> None:
        """`hosts` are those that pictures may be fetched from."""
        self._config, self._presenter, self._clock = config, presenter, clock or SystemClock()
        self._hosts = hosts
        self.outlet = DiscordOutlet(presenter, self._clock)
        self._client: ImpastoClient | None = None
        self._connection: asyncio.Task[None] | None = None

    def bind(self, studio: Studio) -> ImpastoClient:
        """Return the client that serves this studio, not yet connected."""
        desk = Desk(studio, self._presenter, self.outlet, self._config, self._clock, self._hosts)
        self._client = ImpastoClient(desk, all_commands(desk), self._config.bot.data_dir)
        return self._client

    async def start(self, studio: Studio, token: SecretStr) -> None:
        """Log in, and connect in the background; raises AdapterFailure where that cannot work."""
        client = self.bind(studio)
        try:
            await client.login(token.get_secret_value())
        except discord.LoginFailure:
            raise AdapterFailure(bad_token()) from None
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            raise unreachable(error) from error
        self._connection = asyncio.create_task(self._connected(client), name="discord")

    async def close(self) -> None:
        """Leave; what is not delivered yet will be by the next run."""
        self.outlet.rest()
        client, connection = self._client, self._connection
        self._client = self._connection = None
        if client is not None:
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await client.close()
            except TimeoutError:
                log.warning("discord.close_took_too_long")
        if connection is not None:
            connection.cancel()
            await asyncio.wait({connection})

    async def _connected(self, client: ImpastoClient) -> None:
        """Stay connected. The library reconnects by itself; what it gives up on, only a person can mend."""
        try:
            await client.connect()
        except discord.PrivilegedIntentsRequired:
            log.critical("discord.intents_refused", hint="Discord refuses the intents; docs/discord.md says which")
        except Exception:
            log.exception("discord.connection_lost")
        finally:
            self.outlet.rest()
