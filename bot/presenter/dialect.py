"""What differs between the chats in how I speak: names of commands, what a place is called, and which buttons fit.

A dialect is no language: each of them is spoken in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Audience = Literal["everybody", "administrators", "owners"]
"""Who sees a command in a menu. Administrators: those of a group, and everybody in a private chat."""


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak on one platform. Texts and buttons depend on these fields, never on the platform's name.

    `commands` names those that are not called by their own path ("style save"). `translated_commands`: people type
    them in their own language. `groups`: people meet in groups with administrators rather than on servers with roles.
    `typed`: there are no forms and menus; what people want stands in their messages, and styles are chosen by numbered
    buttons. `narrow`: no more than three buttons fit beside each other. `recompressed`: pictures lose quality unless
    they are sent as files, and what is transparent becomes white. `stickers`: people make stickers of what is
    transparent. `lending`: somebody else may have a painting's style for a photo of their own.
    `by_name`: styles are called by their names, which need no quotes there. `somebody` is how a person's key looks, for
    an example.
    """

    prefix: str = "/"
    commands: Mapping[str, str] = {}
    translated_commands: bool = False
    groups: bool = False
    typed: bool = False
    narrow: bool = False
    recompressed: bool = False
    stickers: bool = False
    lending: bool = False
    by_name: bool = False
    somebody: str = "discord:1234"


DISCORD = Dialect(translated_commands=True, lending=True)

TERMINAL = Dialect(prefix="impasto ", by_name=True, somebody="cli:local")

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
    stickers=True,
    somebody="telegram:1234",
)


# ---- Telegram's menu of commands ---------------------------------------------------------------------------------


class MenuCommand(msgspec.Struct, frozen=True, kw_only=True):
    """One command: its name without the slash, the same in all languages, and an English description to translate."""

    name: str
    description: str
    audience: Audience = "everybody"


def _command(name: str, description: str, audience: Audience = "everybody") -> MenuCommand:
    return MenuCommand(name=name, description=description, audience=audience)


_MENU = (
    _command("stylize", "Repaint a photo in a style."),
    _command("styles", "Show all the styles, with pictures."),
    _command("mystyles", "Show the styles that were saved, to use or remove them."),
    _command("savestyle", "Keep a picture as a style, under a name."),
    _command("history", "Show what I made for you; make it again or have it sent again."),
    _command("queue", "Show what is waiting to be painted."),
    _command("cancel", "Stop what you began to ask for, or what I am painting for you."),
    _command("quota", "Show how many paintings you may still ask for today."),
    _command("settings", "Show or change how I paint here.", "administrators"),
    _command("help", "How to have a photo painted, in a few lines."),
    _command("privacy", "What I keep, for how long, and how to delete it."),
    _command("report", "Tell the people who run this bot about something that is wrong."),
    _command("forgetme", "Delete everything that I keep of you; I ask before I do it."),
    _command("myid", "Show your own id on Telegram."),
    _command("stats", "Figures: jobs, people, disk and engine.", "owners"),
    _command("reports", "Show what people reported.", "owners"),
    _command("pause", "Take no new paintings; those that wait are still painted.", "owners"),
    _command("resume", "Take new paintings again.", "owners"),
    _command("ban", "Take no more paintings from a person.", "owners"),
    _command("unban", "Take paintings from a person again.", "owners"),
    _command("setquota", "Set the limits of one person.", "owners"),
    _command("reload", "Read the config file again.", "owners"),
)

TELEGRAM_COMMANDS: Mapping[str, MenuCommand] = {command.name: command for command in _MENU}
"""Every command by name, in the order of the menu. /start is none of them: Telegram offers it by itself."""
