"""What people mean who type what a button or a menu of commands says, in whichever of the languages that is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from bot.catalogs import COURTESY, languages, translations
from bot.faults import near
from bot.naming import UMLAUTS
from bot.presenter.commands import COMMANDS
from bot.presenter.dialect import TELEGRAM, TELEGRAM_COMMANDS
from bot.presenter.words import N_

VERB_LABELS: Mapping[str, tuple[str, ...]] = {
    "again": (N_("Again"), N_("Try again")),
    "stronger": (N_("Stronger"),),
    "softer": (N_("Softer"),),
    "colors": (N_("Photo's colours"), N_("Style's colours"), N_("Colours")),
    "bigger": (N_("Bigger"),),
    "swap": (N_("Swap"),),
    "variations": (N_("Variations"),),
    "film": (N_("Film"),),
    "details": (N_("Details"),),
    "full": (N_("Full quality"),),
    "sticker": (N_("Sticker"),),
    "delete": (N_("Delete"),),
    "cancel": (N_("Cancel"),),
}
"""What the buttons below a painting and its status say, by verb."""

_LONGEST = 100  # characters of what may be such a word

_TYPED_COMMANDS = tuple(name for name, command in TELEGRAM_COMMANDS.items() if command.audience != "owners")


def verb_meant(text: str, language: str) -> str | None:
    """Return the verb of the button that says this; None where none does. `language` is looked at first.

    Courtesy is passed over, as are spaces; umlauts may be written with an e.
    """
    courtesy = {_key(word) for word in COURTESY}
    said = "".join(word for word in _key(text).split() if word not in courtesy)
    if not said:
        return None
    return next((verb for each in (language, *languages()) if (verb := _verbs(each).get(said))), None)


def command_meant(name: str) -> str | None:
    """Return the command of a chat where people type them that has this name in any language; None without one."""
    return _commands().get(_joined(name))


def commands_near(name: str) -> tuple[str, ...]:
    """Return the commands that a misspelt name may mean, best first."""
    known = _commands()
    return tuple(dict.fromkeys(known[found] for found in near(_joined(name)[:_LONGEST], known)))


@cache
def _verbs(language: str) -> Mapping[str, str]:
    catalog = translations(language)
    found = {_key(verb): verb for verb in VERB_LABELS}
    for verb, labels in VERB_LABELS.items():
        for label in map(catalog.gettext, labels):
            for spelling in (label, label.casefold().translate(UMLAUTS)):
                found[_key(spelling).replace(" ", "")] = verb
    return found


@cache
def _commands() -> Mapping[str, str]:
    found = {name: name for name in _TYPED_COMMANDS}
    for name, words in _names():
        for word in words:
            found.setdefault(_joined(word), name)
    return found


def _names() -> Iterable[tuple[str, list[str]]]:
    """Yield each command with its names in all languages, as other chats have them in their menus."""
    catalogs = [translations(language) for language in languages()]
    for path, command in COMMANDS.items():
        name = TELEGRAM.commands.get(path, path)
        if name in _TYPED_COMMANDS and not path.startswith("style "):  # "save" alone may mean anything
            yield name, [catalog.pgettext("command", command.name) for catalog in catalogs]
    yield "cancel", [catalog.gettext("Cancel") for catalog in catalogs]


def _key(text: str) -> str:
    """Return words as they are compared: without case, accents, emojis and signs around them."""
    if len(text) > _LONGEST:
        return ""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    letters = "".join(
        part if part.isalnum() or part == "'" else " " for part in parts if not unicodedata.combining(part)
    )
    return " ".join(letters.split())


def _joined(name: str) -> str:
    """Return a command's name as it is compared: some chats have no hyphens in them."""
    return re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", name)).casefold()
