"""What a chat's own menu of commands says: names, descriptions, parameters and choices.

The names here are English, the ones that the program itself uses. A catalogue translates names by what they are (the
gettext contexts "command", "parameter" and "choice"), descriptions as plain sentences; `tools.extract_texts` tells
translators the limits. Where a language has no good word, it keeps the English name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from bot.presenter.words import Words
from nst_engine.options import WISHES

DESCRIPTION_LIMIT = 100
"""Characters of a description, in every language; Discord's limit."""
NAME_LIMIT = 32
"""Characters of a name of a command or parameter, in every language; Discord's limit."""
CHOICE_LIMIT = 100
"""Characters of a choice, in every language; Discord's limit."""

NameKind = Literal["command", "parameter", "choice"]
TextKind = Literal["command", "parameter", "choice", "description"]


class CommandText(msgspec.Struct, frozen=True, kw_only=True):
    """One command. `path` is its name behind those of its groups ("style save"); groups have a text of their own.

    A `menu` stands in the context menu of messages or people: its name is a short phrase, and it has no description.
    """

    path: str
    description: str = ""
    parameters: Mapping[str, str] = {}  # descriptions, by name
    menu: bool = False

    @property
    def name(self) -> str:
        """What the command itself is called, without its groups."""
        return self.path if self.menu else self.path.rpartition(" ")[2]


def _command(path: str, description: str, **parameters: str) -> CommandText:
    return CommandText(path=path, description=description, parameters=parameters)


def _menu(name: str) -> CommandText:
    return CommandText(path=name, menu=True)


_TABLE = (
    _command(
        "stylize",
        "Repaint a photo in a style.",
        photo="The picture to paint: a photo, a GIF or a short clip.",
        style="A picture in whose style to paint.",
        preset="A style by its name: one of mine, or one that you saved.",
        second_preset="A second style to mix in.",
        blend="How much of the second style to mix in, in percent.",
        strength=WISHES["strength"].help,
        size=WISHES["size"].help,
        quality=WISHES["quality"].help,
        colors=WISHES["colors"].help,
        mask="A black-and-white picture of the same view: only where it is white is the style painted.",
        background="The style for the rest, where the mask is black; without one the rest stays the photo.",
        invert_mask=WISHES["invert_mask"].help,
        smooth=WISHES["smooth"].help,
        style_scale=WISHES["style_scale"].help,
        init=WISHES["init"].help,
        init_picture="A picture to start from instead.",
        swap="Swap the two pictures: paint the style picture in the style of the photo.",
        film="Also make a film of how it is painted.",
        second_photo="Another photo, painted in the same way.",
        third_photo="Another photo, painted in the same way.",
        fourth_photo="Another photo, painted in the same way.",
        options="Other options, written as name=value, such as seed=7 pooling=average.",
    ),
    _command("styles", "Show all the styles, with pictures."),
    _command("style", "Your own styles."),
    _command(
        "style save",
        "Keep a picture as a style, under a name.",
        name="What to call the style.",
        picture="A picture in whose style to paint.",
        for_server="Keep it for everybody on this server; takes the permission to manage the server.",
    ),
    _command(
        "style remove",
        "Remove a style that was saved.",
        name="Which style to remove.",
        for_server="Remove a style of this server; takes the permission to manage the server.",
    ),
    _command("style list", "Show the styles that were saved: yours and this server's."),
    _command("history", "Show what I made for you; make it again or have it sent again."),
    _command("quota", "Show how many paintings you may still ask for today."),
    _command("queue", "Show what is waiting to be painted."),
    _command("help", "How to have a photo painted, in a few lines."),
    _command("privacy", "What I keep, for how long, and how to delete it."),
    _command(
        "report",
        "Tell the people who run this bot about something that is wrong.",
        text="What is wrong.",
        painting="A link to the message with the painting that it is about.",
    ),
    _command("forget-me", "Delete everything that I keep of you; I ask before I do it."),
    _command("impasto", "For those who run this server or this bot."),
    _command(
        "impasto settings",
        "Show or change how I paint on this server.",
        preset="The style for those who choose none.",
        size="The size for those who choose none, in pixels.",
        quality="The quality for those who choose none.",
        strength="The strength for those who choose none.",
        channels="The only channels that I may paint in.",
        roles="The only roles whose people I may paint for.",
        daily="How many paintings a day one person may ask for here.",
        daily_for_all="How many paintings a day all people together may ask for here.",
        spoiler="Hide paintings until somebody wants to see them.",
        reset="Take one setting back to what is usual.",
    ),
    _command("impasto stats", "Figures: jobs, people, disk and engine."),
    _command(
        "impasto pause", "Take no new paintings; those that wait are still painted.", reason="The reason to give."
    ),
    _command("impasto resume", "Take new paintings again."),
    _command(
        "impasto ban",
        "Take no more paintings from a person.",
        person="Who it is about.",
        reason="The reason to give.",
        days="For how many days; for good if left out.",
    ),
    _command("impasto unban", "Take paintings from a person again.", person="Who it is about."),
    _command(
        "impasto quota",
        "Set the limits of one person.",
        person="Who it is about.",
        paintings_a_day="How many paintings a day they may ask for.",
        waiting_at_once="How many of their paintings may be under way at once.",
        largest_size="The largest size that they may ask for, in pixels.",
        reset="Give them the usual limits, and a new day.",
    ),
    _command("impasto cancel", "Cancel anybody's job.", job="The number of the job."),
    _command("impasto reload", "Read the config file again."),
    _command("impasto reports", "Show what people reported."),
    _menu("Stylize this"),
    _menu("Stylize avatar"),
    _menu("Report painting"),
)

COMMANDS: Mapping[str, CommandText] = {command.path: command for command in _TABLE}
"""Every command, group and menu, by path."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "quality": {
        "draft": "draft (quick)",
        "standard": "standard",
        "fine": "fine (slow)",
        "auto": "auto (a draft where standard is slow)",
    },
    "colors": {
        "style": "colours of the style",
        "photo": "colours of the photo",
        "match": "the style, recoloured like the photo",
    },
    "init": {"photo": "the photo", "noise": "noise", "style": "the style"},
    "film": {"gif": "GIF", "mp4": "MP4"},
    "reset": {
        "preset": "style",
        "size": "size",
        "quality": "quality",
        "strength": "strength",
        "channels": "channels",
        "roles": "roles",
        "daily": "paintings a day of one person",
        "daily_for_all": "paintings a day of all together",
        "spoiler": "hiding of paintings",
        "all": "all settings",
    },
}
"""What a parameter offers to choose from: the label of each value. ("reset" is that of `impasto settings`.)"""


def command_text(kind: TextKind, text: str, words: Words) -> str | None:
    """Translate a piece of a command; None where the language says it as English does."""
    translated = words.gettext(text) if kind == "description" else words.pgettext(kind, text)
    return translated if translated != text else None


def command_name(path: str, words: Words) -> str:
    """Return what to type for a command, or what to look for in a menu; `path` is that of `COMMANDS`."""
    if path in COMMANDS and COMMANDS[path].menu:
        return words.pgettext("command", path) if words.dialect.translated_commands else path
    names = words.dialect.commands.get(path, path).split(" ")
    if words.dialect.translated_commands:
        names = [words.pgettext("command", name) for name in names]
    return words.dialect.prefix + " ".join(names)
