"""What differs between the chats in how I speak: names of commands, what a place is called, and which buttons fit.

A dialect is no language: each of them is spoken in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak on one platform. Texts and buttons depend on these fields, never on the platform's name.

    `commands` names those that are not called by their own path ("style save"). `translated_commands`: people type
    them in their own language. `groups`: people meet in groups with administrators rather than on servers with roles.
    `typed`: what people want is typed behind a command, and styles are chosen by numbered buttons, as there are no
    forms and menus. `narrow`: no more than three buttons fit beside each other. `recompressed`: pictures lose quality
    unless they are sent as files. `lending`: somebody else may have a painting's style for a photo of their own.
    """

    prefix: str = "/"
    commands: Mapping[str, str] = {}
    translated_commands: bool = False
    groups: bool = False
    typed: bool = False
    narrow: bool = False
    recompressed: bool = False
    lending: bool = False


DISCORD = Dialect(translated_commands=True, lending=True)

TERMINAL = Dialect(prefix="impasto ")

TELEGRAM = Dialect(
    commands={
        "style save": "savestyle",
        "style list": "mystyles",
        "style remove": "mystyles",
        "forget-me": "forgetme",
        "impasto settings": "settings",
        "impasto stats": "stats",
        "impasto pause": "pause",
        "impasto resume": "resume",
        "impasto ban": "ban",
        "impasto unban": "unban",
        "impasto quota": "setquota",
        "impasto reload": "reload",
        "impasto reports": "reports",
    },
    groups=True,
    typed=True,
    narrow=True,
    recompressed=True,
)
