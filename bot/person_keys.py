"""What people are known by: a platform and the id that it gives them, such as "discord:1234"."""

from __future__ import annotations

import re

# Chats know people by numbers; on Telegram, groups and channels in whose name somebody writes by negative ones.
_KEY = re.compile(r"discord:[0-9]{1,20}|telegram:-?[0-9]{1,20}|cli:local")
_HOW = {
    "discord": '"discord:" and your number (in Discord: Settings, Advanced, Developer Mode; then right-click your name,'
    " Copy User ID)",
    "telegram": '"telegram:" and your number, which is not your @name',
    "cli": '"cli:local"',
}


def is_person_key(text: str) -> bool:
    """Tell whether a text is what somebody is known by."""
    return _KEY.fullmatch(text) is not None


def how_written(text: str) -> str:
    """Return what to write instead of a text that is no key, by the platform that it seems to mean."""
    platform = text.partition(":")[0].strip().lower()
    if text.strip().lstrip("-").isdigit():
        return f'the platform before it, as in "discord:{text.strip()}"'
    return _HOW.get(platform, 'a platform and an id, such as "discord:1234", "telegram:5678" or "cli:local"')
