"""Names and descriptions of the commands in the languages of the catalogue, through discord.py's translator."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Where

from bot.presenter import Presenter
from bot.presenter.commands import TextKind

_KINDS: dict[Where, TextKind] = {
    Where.command_name: "command",
    Where.group_name: "command",
    Where.command_description: "description",
    Where.group_description: "description",
    Where.parameter_name: "parameter",
    Where.parameter_description: "description",
    Where.choice_name: "choice",
}


class Translator(app_commands.Translator):
    """Asks the presenter; where it has nothing, Discord shows the English text."""

    def __init__(self, presenter: Presenter) -> None:
        self._presenter = presenter

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        """Return a text of the command menu in a language of Discord's."""
        kind = _KINDS.get(context.location)
        if kind is None:
            return None
        return self._presenter.command_text(kind, string.message, locale.value)
