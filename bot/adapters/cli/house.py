"""What the commands need of the composition root, which they may not know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # none of it is loaded before a command asks for it
    from bot.adapters.cli.oneshot import OneShotEngine
    from bot.adapters.cli.outlet import TerminalOutlet
    from bot.config import Config
    from bot.findings import Finding
    from bot.ports import Engine
    from bot.presenter import Presenter
    from bot.presets import Presets
    from bot.studio import Studio
    from bot.tokens import Tokens


@dataclass(frozen=True)
class Room:
    """An open studio for the jobs of one command."""

    studio: Studio
    engine: OneShotEngine
    outlet: TerminalOutlet
    presenter: Presenter


class Invitation(Protocol):
    """The links with which people add the bot to a chat: a server's admin, and anybody for themselves."""

    @property
    def name(self) -> str:
        """The bot's name there; empty while unknown."""

    @property
    def guild(self) -> str:
        """For servers."""

    @property
    def user(self) -> str:
        """For one person."""


class House(Protocol):
    """Opens everything in order, and closes it in reverse."""

    def private_room(self, config: Config) -> AbstractAsyncContextManager[Room]:
        """Open a studio over a private temporary store, in which nobody is limited; all of it is gone afterwards."""

    async def run(self, config: Config, tokens: Tokens, reload: Callable[[], Config]) -> None:
        """Run the bot until it is told to stop; `reload` loads the config anew, or raises ConfigError."""

    def engine(self, config: Config) -> Engine:
        """Return an engine as the bot would start it, which tries only once, lest somebody wait at a terminal."""

    def presets(self, config: Config) -> Presets:
        """Return the presets that ship with the project and those of the config's folders; raises ConfigError."""

    def examine_chats(self, config: Config, tokens: Tokens) -> AsyncIterator[Finding]:
        """Ask each chat whose token is set whether everything is in order there."""

    async def discord_invitation(self, tokens: Tokens, application: int | None) -> Invitation:
        """Return the links for an application, or else the one behind the token; raises AdapterFailure."""
