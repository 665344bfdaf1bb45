"""Finds the texts that stand outside the presenter, for Babel: the help of the options and the presets' words.

babel.cfg names these functions; their signature is the one of Babel's extraction methods.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, BinaryIO

from nst_engine.options import OPTION_TABLE

Message = tuple[int, None, str, list[str]]  # line, function, message, comments for translators

_TRANSLATED = ("title", "description")


def option_help(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield the help of every option."""
    lines = file.read().decode().splitlines()
    for info in OPTION_TABLE.values():
        number = next((number for number, line in enumerate(lines, start=1) if info.help in line), 0)
        yield number, None, info.help, [f"help of the option {info.name}"]


def preset_texts(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield the title and the description of every preset."""
    text = file.read().decode()
    lines = text.splitlines()
    for message in _texts(tomllib.loads(text)):
        number = next((number for number, line in enumerate(lines, start=1) if message in line), 0)
        yield number, None, message, ["a preset's title or description"]


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
