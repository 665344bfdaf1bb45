"""Discord as a whole: the outlet, and the client over a studio; opened and closed by the composition root."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog
from pydantic import SecretStr

from bot.adapters.discord.client import ImpastoClient
from bot.adapters.discord.commands import all_commands
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.outlet import DiscordOutlet
from bot.adapters.discord.pictures import ORIGINS
from bot.adapters.discord.registration import ODD, bad_token, odd, unreachable
from bot.clock import SystemClock
from bot.config import Config
from bot.downloads import Source
from bot.ports import AdapterFailure, Clock
from bot.presenter import Presenter
from bot.studio import Studio

log = structlog.get_logger(__name__)

_CLOSE_SECONDS = 10.0
_FINISH_SECONDS = 5.0  # that deliveries on their way are waited for
_AGAIN_SECONDS = 30.0


class DiscordAdapter:
    """Serves Discord. Its outlet is there at once, for the studio; `start` needs the studio."""

    def __init__(
        self, config: Config, presenter: Presenter, clock: Clock | None = None, source: Source | None = None
    ) -> None:
        """`source` is where pictures are fetched from, Discord's own hosts by default."""
        self._config, self._presenter, self._clock = config, presenter, clock or SystemClock()
        self._source = source or Source(ORIGINS, clock=self._clock)
        self.outlet = DiscordOutlet(presenter, self._clock)
        self._client: ImpastoClient | None = None
        self._connection: asyncio.Task[None] | None = None

    def bind(self, studio: Studio) -> ImpastoClient:
        """Return a client that serves this studio, not yet connected."""
        desk = Desk(studio, self._presenter, self.outlet, self._config, self._clock, self._source)
        return ImpastoClient(desk, all_commands(desk), self._config.bot.data_dir)

    async def start(self, studio: Studio, token: SecretStr) -> None:
        """Log in, and connect in the background; raises AdapterFailure where that cannot work."""
        await self._log_in(studio, token)
        self._connection = asyncio.create_task(self._stay_connected(studio, token), name="discord")

    async def close(self) -> None:
        """Leave; what is not delivered yet will be by the next run."""
        await self.outlet.finish(_FINISH_SECONDS)
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.cancel()
            await asyncio.wait({connection})
        await self._leave()
        await self._source.close()

    async def _log_in(self, studio: Studio, token: SecretStr) -> None:
        self._client = self.bind(studio)
        try:
            await self._client.login(token.get_secret_value())
        except discord.LoginFailure:
            await self._leave()
            raise AdapterFailure(bad_token()) from None
        except ODD as error:
            await self._leave()
            log.debug("discord.odd_answer", exc_info=error)
            raise odd() from None
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            await self._leave()
            raise unreachable(error) from error

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await client.close()
        except TimeoutError:
            log.warning("discord.close_took_too_long")

    async def _stay_connected(self, studio: Studio, token: SecretStr) -> None:
        """Stay connected. The library reconnects by itself; where it gives up, begin anew with another client."""
        while True:
            try:
                if self._client is None:
                    await self._log_in(studio, token)
                else:
                    await self._client.connect()
                    return  # it was closed
            except discord.PrivilegedIntentsRequired:
                log.critical("discord.intents_refused", hint="docs/discord.md says which the bot needs")
                return
            except AdapterFailure as failure:
                log.error("discord.not_connected", reason=str(failure))
                if not failure.passing:
                    return
                await self._clock.sleep(_AGAIN_SECONDS)
            except Exception:
                log.exception("discord.connection_lost", again_in=_AGAIN_SECONDS)
                await self._leave()
                await self._clock.sleep(_AGAIN_SECONDS)
            finally:
                self.outlet.rest()
