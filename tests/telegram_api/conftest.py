"""The fake server with people, chats, and python-telegram-bot's own `Bot` that talks to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, TelegramObject

from tests.telegram_api.server import FakeTelegram
from tests.telegram_api.world import Chat, Human


class World:
    """What the tests of the fake server work with."""

    def __init__(self) -> None:
        self.telegram = FakeTelegram()
        self.anna: Human = self.telegram.person("Anna")
        self.maud: Human = self.telegram.person("Maud")
        self.private: Chat = self.telegram.private(self.anna)
        self.group: Chat = self.telegram.group("Painters", self.anna, admins=(self.maud,))
        self.forum: Chat = self.telegram.group("Forum", self.anna, admins=(self.maud,), forum=True)
        self.topic: int = self.telegram.world.topic(self.forum, "Paintings")
        self.small: Chat = self.telegram.group("Few", self.anna, supergroup=False)
        self.channel: Chat = self.telegram.channel("News", self.maud)
        self.bot: Bot

    async def open(self) -> None:
        """Start the server, and log in."""
        await self.telegram.start()
        self.bot = self.another_bot()
        await self.bot.initialize()

    def another_bot(self, token: str | None = None) -> Bot:
        """A bot that is not logged in yet."""
        return Bot(
            token or self.telegram.token, base_url=self.telegram.base_url, base_file_url=self.telegram.base_file_url
        )

    async def close(self) -> None:
        """End it."""
        await self.bot.shutdown()
        await self.telegram.stop()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The fake server, started, and a bot that is logged in."""
    found = World()
    await found.open()
    try:
        yield found
    finally:
        await found.close()


def unknown(found: Any) -> list[str]:
    """Return the fields that the library does not know, everywhere in what it has read."""
    if isinstance(found, TelegramObject):
        inside = [unknown(getattr(found, name, None)) for name in found._get_attrs_names(include_private=False)]
        own = [f"{type(found).__name__}.{name}" for name in found.api_kwargs]
        return own + [one for part in inside for one in part]
    if isinstance(found, (list, tuple)):
        return [one for part in found for one in unknown(part)]
    return []


def keyboard(*rows: list[str]) -> InlineKeyboardMarkup:
    """Buttons that all say "Go" and send this data."""
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=data) for data in row] for row in rows])
