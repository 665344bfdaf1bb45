"""Kinds of messages, as the library tells them apart for those who serve them."""

from __future__ import annotations

from telegram import Message
from telegram.ext import filters

from bot.adapters.telegram.commands import typed_in
from bot.adapters.telegram.pictures import picture_of, rejected

COMMAND = "stylize"


class Asks(filters.MessageFilter):
    """Messages and channel posts, edited or not, that begin with /stylize."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        typed = typed_in(message, message.get_bot().username)
        return typed is not None and typed.name == COMMAND


class HasPicture(filters.MessageFilter):
    """Messages with a picture."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        return picture_of(message) is not None


class HasUnsupported(filters.MessageFilter):
    """Messages with something that cannot be painted."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        return rejected(message, "photo") is not None
