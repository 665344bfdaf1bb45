"""The composition root: opens store, presets, intake, engine, studio and adapters in order, and closes them in reverse.

Whatever fails to open, or tells the bot to stop, takes the same way out: nothing stays open, no process stays behind.
A chat's library is loaded only where that chat is served, lest every command wait for it.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import structlog
from pydantic import SecretStr

from bot.adapters.cli.house import Invitation, Room
from bot.adapters.cli.oneshot import OneShotEngine
from bot.adapters.cli.outlet import FileOutlet, TerminalOutlet
from bot.adapters.cli.server import LocalServer
from bot.api_addresses import interface_fault
from bot.clock import SystemClock
from bot.config import CeilingSection, Config, LimitsSection, StoreSection
from bot.engines.process import Limits, ProcessEngine, engine_command
from bot.faults import ConfigError, Fault, shown
from bot.findings import Finding
from bot.intake import Intake
from bot.ports import AdapterFailure, Engine, Outlet
from bot.presenter import Presenter
from bot.presenter.dialect import DISCORD, TELEGRAM, TERMINAL
from bot.presets import Presets
from bot.store import Store
from bot.studio import Studio
from bot.tokens import VARIABLES, Tokens
from nst_engine.options import LARGEST_SIZE
from nst_engine.regions import MOST_REGIONS
from nst_engine.settings import Settings

log = structlog.get_logger(__name__)

ENGINE_COMMAND = "IMPASTO_ENGINE_COMMAND"
"""For developers: an environment variable with another command that speaks the engine's protocol, such as a fake."""

DISCORD_API = "IMPASTO_DISCORD_API"
"""For developers: an environment variable with another address for Discord's web interface, such as a stand-in's."""

_UNLIMITED = 1_000_000
_CHAT_RETRY_SECONDS = 30.0
_PRIVATE_CLOSE_SECONDS = 1.0  # a one-shot command has nothing to wait for


class App:
    """The house that the command line is given."""

    @asynccontextmanager
    async def private_room(self, config: Config) -> AsyncIterator[Room]:
        """Open a studio over a private temporary store, in which nobody is limited; all of it is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="impasto-", ignore_cleanup_errors=True) as folder:
            config = _without_limits(config, Path(folder))
            engine = OneShotEngine(_engine(config, close_seconds=_PRIVATE_CLOSE_SECONDS, start_attempts=1))
            outlet = TerminalOutlet()
            async with AsyncExitStack() as stack:
                studio = await self._open(stack, config, {"cli": outlet}, engine)
                yield Room(studio, engine, outlet, Presenter(config.bot.language, dialect=TERMINAL))

    async def run(self, config: Config, tokens: Tokens, reload: Callable[[], Config]) -> None:
        """Run the bot until SIGINT or SIGTERM, also when that comes while it still starts."""
        this = asyncio.current_task()
        assert this is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, this.cancel)
        with suppress(asyncio.CancelledError):
            async with AsyncExitStack() as stack:
                outlet, engine = FileOutlet(), _engine(config)
                chats = _chats(config, tokens)
                outlets: dict[str, Outlet] = {name: chat.adapter.outlet for name, chat in chats.items()}
                outlets["cli"] = outlet
                studio = await self._open(stack, config, outlets, engine, reload)
                server = LocalServer(
                    studio,
                    Presenter(config.bot.language, dialect=TERMINAL),
                    outlet,
                    config.bot.data_dir,
                    max_bytes=_largest_request(config),
                    engine_ready=lambda: engine.hello is not None,
                )
                stack.push_async_callback(server.close)
                await server.start()
                _announce(config, chats)
                stack.callback(log.info, "bot.stopping")
                for chat in chats.values():
                    stack.push_async_callback(chat.adapter.close)
                await asyncio.gather(*(_serve(name, chat, studio) for name, chat in chats.items()))
                await asyncio.Event().wait()

    def engine(self, config: Config) -> Engine:
        """Return an engine as the bot would start it, which tries only once, lest somebody wait at a terminal."""
        return _engine(config, close_seconds=_PRIVATE_CLOSE_SECONDS, start_attempts=1)

    def presets(self, config: Config) -> Presets:
        """Return the presets that ship with the project and those of the config's folders; raises ConfigError."""
        return Presets.load(*config.styles.folders, default=config.defaults.preset)

    async def examine_chats(self, config: Config, tokens: Tokens) -> AsyncIterator[Finding]:
        """Ask each chat whose token is set whether everything is in order there."""
        if tokens.discord is not None:
            from bot.adapters.discord import registration as discord

            _set_discord_address()
            async for finding in discord.examine(tokens.discord):
                yield finding
        if tokens.telegram is not None:
            from bot.adapters.telegram import registration as telegram

            async for finding in telegram.examine(tokens.telegram, config):
                yield finding

    async def discord_invitation(self, tokens: Tokens, application: int | None) -> Invitation:
        """Return the links for an application, or else the one behind the token; raises AdapterFailure."""
        from bot.adapters.discord import registration

        _set_discord_address()
        if application is not None:
            return registration.invitation_for(application)
        assert tokens.discord is not None
        return await registration.invitation(tokens.discord)

    async def _open(
        self,
        stack: AsyncExitStack,
        config: Config,
        outlets: Mapping[str, Outlet],
        engine: Engine,
        reload: Callable[[], Config] | None = None,
    ) -> Studio:
        """Open everything under the adapters; `stack` closes it in reverse."""
        clock = SystemClock()
        presets = await asyncio.to_thread(self.presets, config)
        store = await Store.open(config.bot.data_dir, clock=clock, min_free_bytes=config.store.min_free_bytes)
        stack.push_async_callback(store.close)
        intake = Intake(concurrency=config.intake.at_once)
        stack.push_async_callback(intake.close)
        stack.push_async_callback(engine.close)
        studio = Studio(
            store=store,
            engines=[engine],
            presets=presets,
            intake=intake,
            outlets=outlets,
            config=config,
            clock=clock,
            reload=reload,
        )
        stack.push_async_callback(studio.close)
        await studio.start()
        return studio


def _engine(
    config: Config,
    *,
    close_seconds: float = Limits().close_seconds,
    start_attempts: int = Limits().start_attempts,
) -> ProcessEngine:
    section = config.engine
    settings = Settings(
        device=section.device,
        backbone=section.backbone,
        weights_file=section.weights_file,
        dtype=section.dtype,
        convolutions=section.convolutions,
        threads=section.threads,
        memory_gb=section.memory_gb,
        deterministic=section.deterministic,
    )
    limits = Limits(
        hello_seconds=section.start_seconds,
        silent_seconds=section.silent_seconds,
        close_seconds=close_seconds,
        start_attempts=start_attempts,
    )
    command = shlex.split(os.environ.get(ENGINE_COMMAND, "")) or engine_command(settings, section.nice)
    return ProcessEngine(command, limits=limits)


def _without_limits(config: Config, data_dir: Path) -> Config:
    """Return the config for somebody at their own machine."""
    unlimited = {
        "paintings_a_day": _UNLIMITED,
        "waiting_at_once": _UNLIMITED,
        "largest_size": LARGEST_SIZE,
    }
    return config.model_copy(
        update={
            "bot": config.bot.model_copy(update={"data_dir": data_dir / "data"}),
            "limits": LimitsSection(**unlimited, styles_at_once=16, largest_moving_size=1024),
            "ceiling": CeilingSection(**unlimited, megapixel_iterations=_UNLIMITED),
            "store": StoreSection(min_free_bytes=0),
        }
    )


def _largest_request(config: Config) -> int:
    """Return how many bytes a request over the local socket may have: every picture at its largest, and some words."""
    return (2 * config.limits.styles_at_once + 2 * MOST_REGIONS + 3) * config.intake.max_bytes + 1024 * 1024


class _Adapter(Protocol):
    """What every chat's adapter is to the house."""

    @property
    def outlet(self) -> Outlet:
        """The way back to its places, there before anything is started."""

    async def start(self, studio: Studio, token: SecretStr) -> None:
        """Begin to serve; raises AdapterFailure."""

    async def close(self) -> None:
        """Leave."""


class _Chat(NamedTuple):
    adapter: _Adapter
    token: SecretStr


def _set_discord_address() -> None:
    """Ask another address than Discord's own, where the environment names one; raises ConfigError."""
    if address := os.environ.get(DISCORD_API, "").strip():
        from discord.http import Route

        if right := interface_fault(address):
            raise ConfigError(None, [Fault(DISCORD_API, shown(address), right)])
        Route.BASE = address


async def _serve(name: str, chat: _Chat, studio: Studio) -> None:
    """Start serving a chat, however long it takes to be reached; raises AdapterFailure when it never will be."""
    while True:
        try:
            await chat.adapter.start(studio, chat.token)
        except AdapterFailure as failure:
            if not failure.passing:
                raise
            log.warning("bot.chat_not_reached", chat=name, reason=str(failure), again_in_seconds=_CHAT_RETRY_SECONDS)
            await asyncio.sleep(_CHAT_RETRY_SECONDS)
        else:
            log.info("bot.chat_served", chat=name)
            return


def _chats(config: Config, tokens: Tokens) -> dict[str, _Chat]:
    """Return the adapters of the chats whose tokens are set."""
    chats = {}
    if tokens.discord is not None:
        from bot.adapters.discord.adapter import DiscordAdapter

        _set_discord_address()
        presenter = Presenter(config.bot.language, dialect=DISCORD)
        chats["discord"] = _Chat(DiscordAdapter(config, presenter), tokens.discord)
    if tokens.telegram is not None:
        from bot.adapters.telegram.adapter import TelegramAdapter

        presenter = Presenter(config.bot.language, dialect=TELEGRAM)
        chats["telegram"] = _Chat(TelegramAdapter(config, presenter), tokens.telegram)
    return chats


def _announce(config: Config, chats: Mapping[str, _Chat]) -> None:
    log.info("bot.ready", data=str(config.bot.data_dir), submit="impasto stylize PHOTO --style NAME --submit")
    if not chats:
        log.warning(
            "bot.no_chat",
            hint=f"set {' or '.join(VARIABLES.values())} to serve a chat, then start again; docs/discord.md and"
            " docs/telegram.md lead through it",
        )
