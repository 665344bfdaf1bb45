"""The languages: which there are, which suits a person, and their gettext catalogues.

Catalogues are read from their .po files as translators leave them, so that no build step stands between a changed
sentence and the person who reads it. English needs none: the message ids are the English sentences.
"""

from __future__ import annotations

import gettext
import re
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "impasto"
SOURCE_LANGUAGE = "en"
_MORE_JOINING = ("e", "й", "та", "plus")  # "and" as well: before Spanish i, and beside "і" in Ukrainian
COURTESY = (
    "please", "pls", "plz", "bitte", "por", "favor", "porfa", "stp", "svp", "пожалуйста", "будь", "ласка",
    "お願いします",
)  # fmt: skip
"""Words that ask for nothing, in small letters, in the languages that the bot speaks."""

_FOLDER = resources.files("bot") / "locale"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that the bot speaks, English first."""
    found = (entry.name for entry in _FOLDER.iterdir() if (entry / "LC_MESSAGES" / f"{DOMAIN}.po").is_file())
    return (SOURCE_LANGUAGE, *sorted(found))


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of one of the `languages`; entries that are marked fuzzy stay English."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=1024)  # of presets' titles; an admin may load others
def in_every_language(text: str) -> tuple[str, ...]:
    """Return what a text is in each of the `languages`, English first; each but once."""
    return tuple(dict.fromkeys(translations(language).gettext(text) if text else "" for language in languages()))


@cache
def joining_words() -> frozenset[str]:
    """Return the words that stand between names and mean none, in all languages, in small letters.

    They join the parts of a list, as "and" does, or are said for courtesy.
    """
    patterns = (Locale.parse(language).list_patterns["standard"] for language in languages())
    between = (re.split(r"\{\d\}", pattern) for each in patterns for pattern in each.values())
    found = {word.strip(" ,、").casefold() for parts in between for word in parts}
    return frozenset({*found, *_MORE_JOINING, *COURTESY} - {""})


@lru_cache(maxsize=256)  # locales come from strangers: bounded
def negotiate(tag: str, default: str) -> tuple[str, Locale]:
    """Return the language to speak to somebody with this locale, and the locale to write numbers and times in.

    `tag` may be anything ("de-AT", "de_DE.UTF-8", "", nonsense); `default` is the language for what is not spoken.
    """
    parts = re.split(r"[-_]", re.split(r"[.@]", tag, maxsplit=1)[0].strip())[:4]
    wanted = "_".join((parts[0].lower(), *parts[1:]))
    language = negotiate_locale([wanted], languages()) or negotiate_locale([default], languages()) or SOURCE_LANGUAGE
    try:
        locale = Locale.parse(wanted)
    except (ValueError, UnknownLocaleError):
        locale = Locale.parse(language)
    return language, locale if locale.language == Locale.parse(language).language else Locale.parse(language)
