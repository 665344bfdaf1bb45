"""The documented example of the config file, written from the settings themselves so that it cannot drift.

`python -m bot.config_example > config.example.toml` brings the file in the project's root up to date.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Any

from pydantic_core import PydanticUndefined

from bot.config import SECTIONS
from bot.faults import allowed
from nst_engine.options import WISHES

_WIDTH = 100  # characters of a comment's line

_HEADER = """\
# Impasto's settings. Every key is here with what it takes and its default; a line without its "#" sets it.
# "impasto config check" names every fault at once.
#
# This file is found by --config, else by the environment variable IMPASTO_CONFIG, else as config.toml in your config
# folder (on Linux ~/.config/impasto; "impasto config init" puts it there). Relative paths are relative to this file.
#
# Secrets do not belong here. Give them in the environment (IMPASTO_DISCORD_TOKEN, IMPASTO_TELEGRAM_TOKEN), or in a
# file secrets.toml beside this one that only you can read (chmod 600), with the keys discord_token, telegram_token.
"""


def render() -> str:
    """Return the text of config.example.toml."""
    parts = [_HEADER]
    for name, section in SECTIONS.items():
        parts.append(f"\n[{name}]\n{_comment(section.__doc__ or '')}")
        properties = section.model_json_schema()["properties"]
        for key, field in section.model_fields.items():
            schema = properties[key]
            default = field.default
            example = schema.get("example", "") if default in (None, PydanticUndefined) else _toml(default)
            parts.append(f"\n{_comment(f'{field.description} Takes {allowed(schema)}.')}# {key} = {example}\n")
            if (name, key) == ("defaults", "options"):
                parts.append(_options())
    return "".join(parts)


def _options() -> str:
    lines = ["The options, what they take, and their own defaults:"]
    for info in WISHES.values():
        default = ", ".join(info.default) if isinstance(info.default, dict) else info.default
        lines.append(
            f"  {info.name}: {info.help} Takes {info.allowed}" + (f" ({default})" if default is not None else "")
        )
    return "".join(_comment(line, "    ") for line in lines)


def _comment(text: str, indent: str = "") -> str:
    return textwrap.indent(textwrap.fill(text, _WIDTH, subsequent_indent=indent), "# ", lambda line: True) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value or "[]") if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    sys.stdout.write(render())
