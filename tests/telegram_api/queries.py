"""Presses and inline queries that wait for their answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_api.methods import Params
from tests.telegram_api.refusals import bad
from tests.telegram_api.world import Message

PATIENCE = 60.0  # seconds until a test gives up waiting for an answer; never how long one should take


class NotAnswered(AssertionError):
    """The bot left somebody waiting."""


@dataclass
class Query:
    """A press or an inline query. `values` is what the bot answered with."""

    id: str
    seconds: float
    asked_at: float = field(default_factory=time.monotonic)
    values: Params = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, values: Params) -> None:
        """Take the answer."""
        if time.monotonic() > self.asked_at + self.seconds:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.values = values
        self.answered.set()

    async def wait(self) -> Query:
        """Wait for the answer; raises NotAnswered."""
        try:
            await asyncio.wait_for(self.answered.wait(), PATIENCE)
        except TimeoutError:
            raise NotAnswered(f"query {self.id} was never answered") from None
        return self

    @property
    def text(self) -> str:
        """What a press was answered with; empty where nothing is said."""
        return str(self.values.get("text", ""))

    @property
    def alert(self) -> bool:
        """Whether that has to be closed by hand."""
        return bool(self.values.get("show_alert", False))

    @property
    def results(self) -> list[dict[str, Any]]:
        """What an inline query was answered with."""
        return list(self.values["results"])


def button_data(message: Message, what: str) -> str:
    """Return the callback data of a button, by its data, its verb with or without argument, or a part of its label."""
    buttons = [button for row in message.keyboard or () for button in row if "callback_data" in button]
    checks = (
        lambda button: button["callback_data"] == what,
        lambda button: button["callback_data"].partition(":")[2] == what,  # d:<verb>[:<argument>]
        lambda button: button["callback_data"].split(":", 2)[-1] == what,  # j:<job>:<verb>[:<argument>]
        lambda button: what in button["callback_data"].split(":")[1:3],
        lambda button: button["text"] == what,
        lambda button: what.lower() in button["text"].lower(),
    )
    for check in checks:
        for button in buttons:
            if check(button):
                return str(button["callback_data"])
    raise AssertionError(f"no button {what!r} on {message}")
