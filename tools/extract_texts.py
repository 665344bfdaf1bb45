"""Finds the texts that stand in tables, for Babel: the help of the options, the presets' words, and the commands.

babel.cfg names these functions; their signature is the one of Babel's extraction methods.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, BinaryIO

from bot.presenter.commands import CHOICE_LIMIT, CHOICES, COMMANDS, DESCRIPTION_LIMIT, NAME_LIMIT
from bot.presenter.dialect import TELEGRAM_COMMANDS
from nst_engine.options import WISHES

Message = tuple[int, None, str, list[str]]  # line, function, message, comments for translators
NamedMessage = tuple[int, str | None, str | tuple[str, str], list[str]]  # the message may have a context

_TRANSLATED = ("title", "description")


def option_help(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield the help of every option."""
    lines = file.read().decode().splitlines()
    for info in WISHES.values():
        number = next((number for number, line in enumerate(lines, start=1) if info.help in line), 0)
        yield number, None, info.help, [f"help of the option {info.name}"]


def preset_texts(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield the title and the description of every preset."""
    text = file.read().decode()
    lines = text.splitlines()
    for message in _texts(tomllib.loads(text)):
        number = next((number for number, line in enumerate(lines, start=1) if message in line), 0)
        yield number, None, message, ["a preset's title or description"]


def command_texts(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[NamedMessage]:
    """Yield what the commands say, names with the context that tells what they name."""
    lines = file.read().decode().splitlines()

    def line(text: str) -> int:
        return next((number for number, line in enumerate(lines, start=1) if f'"{text}"' in line), 0)

    a_name = f"at most {NAME_LIMIT} letters, digits or hyphens: lower case, without spaces; English if no word is good"
    for command in COMMANDS.values():
        kind = f"a menu's entry, at most {NAME_LIMIT} characters" if command.menu else f"a command's name, {a_name}"
        yield line(command.path), "pgettext", ("command", command.name), [kind]
        for name in command.parameters:
            comment = f"a name beside a field of a command, {a_name}"
            yield line(command.path), "pgettext", ("parameter", name), [comment]
        for text in filter(None, (command.description, *command.parameters.values())):
            yield line(text), None, text, [f"in the menu of commands, at most {DESCRIPTION_LIMIT} characters"]
    for choices in CHOICES.values():
        for label in choices.values():
            comment = f"something to choose for a field of a command, at most {CHOICE_LIMIT} characters"
            yield line(label), "pgettext", ("choice", label), [comment]


def menu_texts(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield the descriptions in Telegram's menu of commands."""
    lines = file.read().decode().splitlines()
    for command in TELEGRAM_COMMANDS.values():
        text = command.description
        number = next((number for number, line in enumerate(lines, start=1) if f'"{text}"' in line), 0)
        yield number, None, text, [f"in the menu of commands, at most {DESCRIPTION_LIMIT} characters"]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _texts(child)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in _TRANSLATED and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
