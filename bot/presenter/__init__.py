"""Outcome in, view out: every sentence that a person reads, and every button, is made here and nowhere else.

Adapters render views and decide nothing about them; the sentences stand in one gettext catalogue a language.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from babel import Locale

from bot.catalogs import SOURCE_LANGUAGE, languages, negotiate, translations
from bot.outcomes import Outcome, Share, StyleEntry
from bot.presenter import (
    answers,
    batches,
    commands,
    drafts,
    endings,
    forms,
    limits,
    meant,
    owners,
    pages,
    places,
    refusals,
    reports,
    shares,
    status,
    style_words,
    styles,
    talking,
)
from bot.presenter.commands import CHOICES, COMMANDS, CommandText, TextKind
from bot.presenter.dialect import DISCORD, TELEGRAM, TELEGRAM_COMMANDS, TERMINAL, Dialect, MenuCommand
from bot.presenter.forms import Field, Form, FormName, PhraseName
from bot.presenter.option_texts import OptionHelp, options_help
from bot.presenter.places import PERMISSIONS
from bot.presenter.shares import ShareText
from bot.presenter.view import Button, View, moments_in, number_in
from bot.presenter.words import Words

DESCRIPTION_LENGTH = 200
"""Characters of a preset's title or description that are shown."""

__all__ = [
    "CHOICES",
    "COMMANDS",
    "DISCORD",
    "PERMISSIONS",
    "TELEGRAM",
    "TELEGRAM_COMMANDS",
    "TERMINAL",
    "Button",
    "CommandText",
    "Dialect",
    "Field",
    "Form",
    "MenuCommand",
    "OptionHelp",
    "Presenter",
    "ShareText",
    "View",
    "languages",
    "moments_in",
    "number_in",
]

VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    **refusals.VIEWS,
    **status.VIEWS,
    **batches.VIEWS,
    **endings.VIEWS,
    **answers.VIEWS,
    **limits.VIEWS,
    **drafts.VIEWS,
    **styles.VIEWS,
    **style_words.VIEWS,
    **shares.VIEWS,
    **places.VIEWS,
    **pages.VIEWS,
    **reports.VIEWS,
    **owners.VIEWS,
    **talking.VIEWS,
}
"""What makes the view of each outcome."""


class Presenter:
    """Puts outcomes into words for people of any language; `default_language` is for those whose isn't spoken.

    `dialect` is how the chat speaks that this presenter works for.
    """

    def __init__(
        self,
        default_language: str = SOURCE_LANGUAGE,
        now: Callable[[], float] = time.time,
        *,
        dialect: Dialect = DISCORD,
    ) -> None:
        self._default_language = default_language
        self._now = now
        self.dialect = dialect

    def view(self, outcome: Outcome, locale: str, *, private: bool = False) -> View:
        """Return what to show somebody with this locale (a BCP 47 tag as their platform gives it, or anything).

        `private`: they are alone with the bot, so that what goes for groups is left out.
        """
        return VIEWS[type(outcome)](outcome, self.words(locale, private=private))

    def options_help(self, locale: str) -> tuple[OptionHelp, ...]:
        """Return the table of options in the words of this locale."""
        return options_help(self.words(locale))

    def preset_text(self, text: str, locale: str) -> str:
        """Return a preset's title or description in the words of this locale, where the catalogue has it."""
        return self.words(locale).name(text, longest=DESCRIPTION_LENGTH)

    def command_text(self, kind: TextKind, text: str, locale: str) -> str | None:
        """Translate a piece of `COMMANDS` or `CHOICES`; None where English is kept, or the language isn't spoken."""
        language, _ = negotiate(locale, SOURCE_LANGUAGE)
        return _command_text(kind, text, language)

    def form(self, name: FormName, locale: str) -> Form:
        """Return what a form says in the words of this locale."""
        return forms.form(name, self.words(locale))

    def phrase(self, name: PhraseName, locale: str, /, *, limit: int | None = None, **values: str | int) -> str:
        """Return one of the few sentences of adapters; see `forms.phrase` for what each takes."""
        return forms.phrase(name, self.words(locale), limit=limit, **values)

    def share_texts(self, share: Share, locale: str) -> ShareText:
        """Return what the list says about something to send into any chat, and what is sent with it."""
        return shares.share_text(share, self.words(locale))

    def style_label(self, entry: StyleEntry, locale: str) -> str:
        """Return how a style is called in a list to choose from, in at most 100 characters."""
        return forms.style_label(entry, self.words(locale))

    def verb_meant(self, text: str, locale: str) -> str | None:
        """Return the verb of the button that says this, in this locale's or any other language; None without one."""
        return meant.verb_meant(text, negotiate(locale, self._default_language)[0])

    def command_meant(self, name: str) -> str | None:
        """Return the command that has this name in any language; None without one."""
        return meant.command_meant(name)

    def commands_near(self, name: str) -> tuple[str, ...]:
        """Return the commands that a misspelt name may mean, best first."""
        return meant.commands_near(name)

    def words(self, locale: str, *, private: bool = False) -> Words:
        """Return the language of this locale, for an adapter's own few words."""
        language, spelling = negotiate(locale, self._default_language)
        return Words(spelling, translations(language), self._now, dialect=self.dialect, private=private)


@cache  # Discord's many locales share few languages, and each piece is asked for twice at a start
def _command_text(kind: TextKind, text: str, language: str) -> str | None:
    return commands.command_text(kind, text, Words(Locale.parse(language), translations(language), time.time))
