"""What the commands share: texts for Discord's menu, bounds from the table of options, styles while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice, locale_str

from bot.outcomes import StyleEntry
from bot.presenter import CHOICES, COMMANDS
from nst_engine.options import OPTION_TABLE

if TYPE_CHECKING:
    from bot.adapters.discord.desk import Desk

MOST_CHOICES = 25  # that Discord shows at once
ALL_STYLES = 200  # more than one may see of saved styles and presets together
LONGEST_STYLE = 100  # characters of a style's name that somebody may type
LONGEST_TEXT = 1000  # characters of a report or a reason


def _bound(option: str, end: str) -> int:
    return int(_fine_bound(option, end))


def _fine_bound(option: str, end: str) -> float:
    return float(getattr(OPTION_TABLE[option], end))


Strength = app_commands.Range[int, _bound("strength", "minimum"), _bound("strength", "maximum")]
Size = app_commands.Range[int, _bound("size", "minimum"), _bound("size", "maximum")]
Smooth = app_commands.Range[int, _bound("smooth", "minimum"), _bound("smooth", "maximum")]
StyleScale = app_commands.Range[float, _fine_bound("style_scale", "minimum"), _fine_bound("style_scale", "maximum")]
Percent = app_commands.Range[int, 0, 100]
Count = app_commands.Range[int, 0, 100_000]
Days = app_commands.Range[int, 1, 3650]
StyleName = app_commands.Range[str, 1, LONGEST_STYLE]
Text = app_commands.Range[str, 1, LONGEST_TEXT]

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
C = TypeVar("C", bound=AnyCommand)


def command(path: str) -> Callable[[Callable[..., Any]], app_commands.Command[Any, ..., None]]:
    """Return the decorator that makes a command of a function, with the texts that stand under `path`.

    The function's parameters are the command's; each must have its text.
    """
    text = COMMANDS[path]

    def make(callback: Callable[..., Any]) -> app_commands.Command[Any, ..., None]:
        described = app_commands.describe(**text.parameters)(callback)
        return app_commands.command(name=path.split()[-1], description=text.description)(described)

    return make


def group(path: str, *subcommands: app_commands.Command[Any, ..., None], **kwargs: Any) -> app_commands.Group:
    """Return a command that has these below it."""
    parent = app_commands.Group(name=path, description=COMMANDS[path].description, **kwargs)
    for subcommand in subcommands:
        parent.add_command(subcommand)
    return parent


def everywhere(what: C) -> C:
    """Offer a command in guilds, direct messages and private channels, whoever installed the bot."""
    what.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    what.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    return what


def choices(parameter: str) -> list[Choice[str]]:
    """Return what a parameter offers to choose from; Discord's menu translates the labels."""
    return [Choice(name=locale_str(label), value=value) for value, label in CHOICES[parameter].items()]


async def styles_for(
    desk: Desk, interaction: discord.Interaction, text: str, *, limit: int = MOST_CHOICES
) -> tuple[StyleEntry, ...]:
    """Return the styles that somebody may mean by a text, the likeliest first; each name once."""
    person, place = desk.person(interaction), desk.place(interaction)
    return await desk.studio.style_names(person, place, text, limit=limit, title=desk.title(interaction))


async def style_choices(desk: Desk, interaction: discord.Interaction, text: str) -> list[Choice[str]]:
    """Return what Discord shows below a style's name while somebody types it."""
    return choices_of(desk, interaction, await styles_for(desk, interaction, text[:LONGEST_STYLE]))


def choices_of(desk: Desk, interaction: discord.Interaction, entries: Iterable[StyleEntry]) -> list[Choice[str]]:
    """Return styles as Discord offers them, the first ones where there are more than it shows."""
    locale, label = interaction.locale.value, desk.presenter.style_label
    return [Choice(name=label(entry, locale), value=entry.name) for entry in entries][:MOST_CHOICES]
