"""The commands that Telegram's own menu lists. Their names are English everywhere; descriptions are translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from bot.presenter.words import N_

Audience = Literal["everybody", "managers", "owners"]
"""Who sees a command in the menu. Managers: everybody in a private chat, and the administrators of a group."""


class TelegramCommand(msgspec.Struct, frozen=True, kw_only=True):
    """One command: its name without the slash, and an English description of at most 100 characters."""

    name: str
    description: str
    audience: Audience = "everybody"


def _commands(audience: Audience, descriptions: Mapping[str, str]) -> dict[str, TelegramCommand]:
    return {
        name: TelegramCommand(name=name, description=description, audience=audience)
        for name, description in descriptions.items()
    }


TELEGRAM_COMMANDS: Mapping[str, TelegramCommand] = {
    **_commands(
        "everybody",
        {
            "stylize": N_("Repaint a photo in a style."),
            "styles": N_("Show all the styles, with pictures."),
            # Translators: in the menu of commands, at most 100 characters
            "mystyles": N_("Show the styles that were saved, to use or remove them."),
            "savestyle": N_("Keep a picture as a style, under a name."),
            "history": N_("Show what I made for you; make it again or have it sent again."),
            "queue": N_("Show what is waiting to be painted."),
            # Translators: in the menu of commands, at most 100 characters
            "cancel": N_("Cancel what you began to ask for, or what I am painting for you."),
            "quota": N_("Show how many paintings you may still ask for today."),
        },
    ),
    # Translators: in the menu of commands, at most 100 characters
    **_commands("managers", {"settings": N_("Show or change how I paint here.")}),
    **_commands(
        "everybody",
        {
            "help": N_("How to have a photo painted, in a few lines."),
            "privacy": N_("What I keep, for how long, and how to delete it."),
            "report": N_("Tell the people who run this bot about something that is wrong."),
            "forgetme": N_("Delete everything that I keep of you; I ask before I do it."),
        },
    ),
    **_commands(
        "owners",
        {
            "stats": N_("Figures: jobs, people, disk and engine."),
            "reports": N_("Show what people reported."),
            "pause": N_("Take no new paintings; the queue is finished."),
            "resume": N_("Take new paintings again."),
            "ban": N_("Take no more paintings from a person."),
            "unban": N_("Take paintings from a person again."),
            "setquota": N_("Set the limits of one person."),
            "reload": N_("Read the config file again."),
        },
    ),
}
"""Every command by name, in the order of the menu. /start is none of them: Telegram offers it by itself."""
