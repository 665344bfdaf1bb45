"""The options that have no parameter of their own: written as name=value, and completed while somebody writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import discord
from discord.app_commands import Choice

from bot.adapters.discord.parameters import MOST_CHOICES
from bot.outcomes import MissingPicture, OptionRefused
from bot.presenter import COMMANDS
from bot.presenter.view import shortened
from bot.studio.context import Refused
from bot.studio.typed import Typed, read
from nst_engine.options import OPTION_TABLE, OptionInfo

if TYPE_CHECKING:
    from bot.adapters.discord.desk import Desk

_LONGEST_CHOICE = 100  # characters of what is shown, and of what it stands for

_OTHERS = {name: info for name, info in OPTION_TABLE.items() if name not in COMMANDS["stylize"].parameters}


def read_others(text: str, *, has_mask: bool = False) -> Typed:
    """Return what was written as name=value; raises Refused for what is not, or for a value that is not taken.

    `has_mask`: one is attached, which words cannot be.
    """
    said = read(text, lambda name: False)
    if said.mask and not has_mask:
        raise Refused(MissingPicture(which="mask"))
    if said.names:  # styles have fields of their own
        raise Refused(OptionRefused(option=said.names[0], found="", allowed=f"{said.names[0]}=VALUE"))
    return said


def complete_others(desk: Desk, interaction: discord.Interaction, text: str) -> list[Choice[str]]:
    """Return what Discord shows below the text while somebody writes it: names of options, then what each takes."""
    helps = {row.name: row.help for row in desk.presenter.options_help(interaction.locale.value)}
    before, space, word = text.rpartition(" ")
    name, equals, value = word.lower().partition("=")
    if equals:
        info = _OTHERS.get(name)
        endings = {f"{name}={each}": f"{name}={each}" for each in _values(info) if each.startswith(value)}
    else:
        written = {pair.partition("=")[0] for pair in before.lower().split()}
        found = sorted((each for each in _OTHERS if name in each), key=lambda each: not each.startswith(name))
        endings = {f"{each}=": f"{each}= · {helps[each]}" for each in found if each not in written}
    choices = [
        Choice(name=shortened(f"{before}{space}{shown}", _LONGEST_CHOICE), value=f"{before}{space}{ending}")
        for ending, shown in endings.items()
    ]
    return [choice for choice in choices if len(choice.value) <= _LONGEST_CHOICE][:MOST_CHOICES]


def _values(info: OptionInfo | None) -> Iterator[str]:
    if info is None:
        return
    yield from info.choices
    if isinstance(info.default, bool):
        yield from ("yes", "no")
    if isinstance(info.default, dict):
        yield ",".join(info.default)
