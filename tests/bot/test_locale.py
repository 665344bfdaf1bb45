import re
import string
import subprocess
import sys
import unicodedata
from collections import defaultdict
from gettext import NullTranslations
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.outcomes import StyleEntry
from bot.presenter import (
    CHOICES,
    COMMANDS,
    DISCORD,
    TELEGRAM,
    TELEGRAM_COMMANDS,
    TERMINAL,
    VIEWS,
    Presenter,
    languages,
)
from bot.presenter.commands import CHOICE_LIMIT, DESCRIPTION_LIMIT, NAME_LIMIT, command_text
from bot.presenter.forms import HINT_LIMIT, LABEL_LIMIT, Form, FormName, PhraseName, form, phrase, style_label
from bot.presenter.option_texts import options_help
from bot.presenter.shares import share_text
from bot.presenter.view import SHORT_LENGTH
from bot.presenter.words import Words
from tests.bot.presenter_samples import NOW, SHARES, all_outcomes
from tests.gathering import all_faults
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in languages() if language != "en"]
SAMPLE_TITLES = {"Night Fields", "Chapel Window", "Wet Ink", "Of many colours."}
PHRASE_VALUES: dict[str, Any] = {
    "limit": 1024, "number": 1, "format": "JPEG", "name": "film.gif", "link": "https://t.me/impasto_bot",
}  # fmt: skip
BUTTON_LIMIT = 20
PRESENTER = Presenter(now=lambda: NOW)
ON_TELEGRAM = Presenter(now=lambda: NOW, dialect=TELEGRAM)


def ids(catalog: Catalog) -> set[object]:
    return {identity(message) for message in catalog if message.id}


def identity(message: Message) -> object:
    return (message.context, message.id) if message.context else message.id


def shipped(language: str) -> Catalog:
    path = resources.files("bot") / "locale" / language / "LC_MESSAGES" / "impasto.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources say now."""
    path = tmp_path_factory.mktemp("texts") / "impasto.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "--add-comments=Translators:",
        "-o",
        str(path),
        ".",
    ]
    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE)
    with path.open("rb") as file:
        return read_po(file)


def test_all_the_languages_are_spoken() -> None:
    assert languages() == ("en", "de", "es", "fr", "ja", "pt", "ru", "uk")


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_has_exactly_the_sentences_of_the_sources(template: Catalog, language: str) -> None:
    wanted, found = ids(template), ids(shipped(language))
    assert found - wanted == set(), "no longer said; `make texts` removes them"
    assert wanted - found == set(), "not in the catalogue; `make texts` adds them"


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated(language: str) -> None:
    catalog = shipped(language)
    for message in catalog:
        if message.id:
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            assert all(strings), f"not translated: {message.id}"
            assert not message.fuzzy, f"not checked: {message.id}"
            assert len(strings) == (catalog.num_plurals if message.pluralizable else 1)


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_those_of_the_english_sentence(language: str) -> None:
    for message in shipped(language):
        if message.id:
            check_placeholders(message)


def check_placeholders(message: Message) -> None:
    if not message.pluralizable:
        assert fields(message.string) == fields(message.id), message.id
        return
    singular, plural = message.id
    for text in message.string:
        # Only the number itself may go unsaid, as in "one painting".
        assert fields(plural) - {"n"} <= fields(text) | (fields(plural) - fields(singular)) <= fields(plural), (
            message.id
        )


def fields(text: str) -> set[str | None]:
    parsed = list(string.Formatter().parse(text))
    assert not any(spec or conversion for _, name, spec, conversion in parsed if name is not None)
    return {name for _, name, _, _ in parsed if name is not None}


class Listener(NullTranslations):
    """Remembers what it was asked to translate."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[object] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message

    def pgettext(self, context: str, message: str) -> str:
        self.asked.add((context, message))
        return message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        self.asked.add((singular, plural))
        return singular if n == 1 else plural


@pytest.fixture(scope="module")
def said() -> set[object]:
    """All that is ever asked of a catalogue, by any dialect."""
    listener = Listener()
    for dialect in (DISCORD, TELEGRAM, TERMINAL):
        for private in (False, True):
            say_everything(Words(Locale("en"), listener, lambda: NOW, dialect=dialect, private=private))
    return listener.asked


def say_everything(words: Words) -> None:
    for outcome in all_outcomes():
        VIEWS[type(outcome)](outcome, words)
    options_help(words)
    for form_name in get_args(FormName):
        form(form_name, words)
    for phrase_name in get_args(PhraseName):
        phrase(phrase_name, words, **PHRASE_VALUES)
    for kind in ("mine", "place", "preset"):
        style_label(StyleEntry(name="wet-ink", title="Wet Ink", kind=kind), words)
    for share in SHARES:
        share_text(share, words)
    for command in COMMANDS.values():
        command_text("command", command.name, words)
        for name, description in command.parameters.items():
            command_text("parameter", name, words)
            command_text("description", description, words)
        if not command.menu:
            command_text("description", command.description, words)
    for listed in TELEGRAM_COMMANDS.values():
        command_text("description", listed.description, words)
    for choices in CHOICES.values():
        for label in choices.values():
            command_text("choice", label, words)


def test_no_sentence_is_said_that_translators_never_see(template: Catalog, said: set[object]) -> None:
    assert len(said) > 400
    assert said - ids(template) - SAMPLE_TITLES == set()


def test_no_sentence_stands_in_the_sources_that_nobody_says(template: Catalog, said: set[object]) -> None:
    presenters = {
        identity(message) for message in template if message.id and "bot/presenter/" in message.locations[0][0]
    }
    assert presenters - said == set(), "add a sample to presenter_samples.py, or drop the sentence"


def test_translators_are_told_the_limits(template: Catalog) -> None:
    def comment(text: str, context: str | None = None) -> str:
        message = template.get(text, context)
        assert message is not None
        return " ".join(message.auto_comments)

    assert str(NAME_LIMIT) in comment("stylize", "command") and str(NAME_LIMIT) in comment("second_preset", "parameter")
    assert str(DESCRIPTION_LIMIT) in comment("Show all the styles, with pictures.")
    assert str(DESCRIPTION_LIMIT) in comment("From a hint of the style (0) to mostly style (100).")
    assert str(DESCRIPTION_LIMIT) in comment("Show or change how I paint here.")
    assert str(CHOICE_LIMIT) in comment("fine (slow)", "choice")
    assert str(LABEL_LIMIT) in comment("Report a painting") and str(HINT_LIMIT) in comment("Choose a style")


# ---- what the chats' own menus and forms take --------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_names_of_commands_and_parameters_are_what_the_chats_allow(language: str) -> None:
    words = PRESENTER.words(language)
    for command in COMMANDS.values():
        name = words.pgettext("command", command.name)
        if command.menu:
            assert 0 < len(name) <= NAME_LIMIT and name.strip() == name, name
        else:
            assert_name(name)
        for parameter in command.parameters:
            assert_name(words.pgettext("parameter", parameter))


def assert_name(name: str) -> None:
    """Discord's rule: lower case, 1 to 32 letters, digits, hyphens and underscores of any script."""
    assert 0 < len(name) <= NAME_LIMIT, name
    assert name == name.lower(), name
    assert all(each in "-_" or unicodedata.category(each)[0] == "L" or each.isdecimal() for each in name), name


@pytest.mark.parametrize("language", languages())
def test_names_that_stand_side_by_side_differ(language: str) -> None:
    words = PRESENTER.words(language)
    siblings: dict[object, list[str]] = defaultdict(list)
    for command in COMMANDS.values():
        group = "" if command.menu else command.path.rpartition(" ")[0]
        siblings[command.menu, group].append(words.pgettext("command", command.name))
        siblings["parameters", command.path] += [words.pgettext("parameter", name) for name in command.parameters]
    for parameter, choices in CHOICES.items():
        siblings["choices", parameter] += [words.pgettext("choice", label) for label in choices.values()]
    for names in siblings.values():
        assert len(set(names)) == len(names), names


@pytest.mark.parametrize("language", languages())
def test_descriptions_and_choices_fit_into_the_menus(language: str) -> None:
    for command in COMMANDS.values():
        for text in filter(None, (command.description, *command.parameters.values())):
            shown = PRESENTER.command_text("description", text, language) or text
            assert 0 < len(shown) <= DESCRIPTION_LIMIT, shown
    for choices in CHOICES.values():
        for label in choices.values():
            assert 0 < len(PRESENTER.command_text("choice", label, language) or label) <= CHOICE_LIMIT


@pytest.mark.parametrize("language", languages())
def test_telegrams_menu_and_buttons_fit(language: str) -> None:
    for command in TELEGRAM_COMMANDS.values():
        shown = PRESENTER.command_text("description", command.description, language) or command.description
        assert 0 < len(shown) <= DESCRIPTION_LIMIT, shown
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
    assert 0 < len(ON_TELEGRAM.phrase("paint_like_this", language)) <= BUTTON_LIMIT
    for name in get_args(PhraseName):
        if name != "ask_in_private":  # which is sent as a message; the others may answer a pressed button
            assert 0 < len(ON_TELEGRAM.phrase(name, language, **PHRASE_VALUES)) <= SHORT_LENGTH


@pytest.mark.parametrize("language", languages())
def test_all_commands_together_fit_into_what_discord_takes(language: str) -> None:
    def length(kind: str, text: str) -> int:
        return len(PRESENTER.command_text(kind, text, language) or text)  # type: ignore[arg-type]

    sizes: dict[str, int] = defaultdict(int)
    for command in COMMANDS.values():
        top = command.path if command.menu else command.path.split(" ")[0]
        sizes[top] += length("command", command.name) + length("description", command.description or "-")
        for name, description in command.parameters.items():
            sizes[top] += length("parameter", name) + length("description", description)
            labels = CHOICES.get(name, {}) if name != "reset" or top == "impasto" else {}
            sizes[top] += sum(length("choice", label) + len(value) for value, label in labels.items())
    assert max(sizes.values()) <= 8000, "the longest language counts for each command with its parameters"


@pytest.mark.parametrize("name", get_args(FormName))
def test_forms_fit_into_what_the_chats_take(name: FormName) -> None:
    with all_faults() as gathered:
        for language in languages():
            with gathered(name, language):
                assert_fits(PRESENTER.form(name, language))


def assert_fits(found: Form) -> None:
    for text in (found.title, found.submit, *(field.label for field in found.fields.values())):
        assert 0 < len(text) <= LABEL_LIMIT, text
    for field in found.fields.values():
        assert len(field.hint) <= HINT_LIMIT, field.hint
        for label in field.choices.values():
            assert 0 < len(label) <= HINT_LIMIT, label


def test_commands_are_translated_only_for_those_whose_language_is_spoken() -> None:
    assert PRESENTER.command_text("command", "stylize", "de") == "malen"
    assert PRESENTER.command_text("parameter", "size", "de-AT") == "größe"
    assert PRESENTER.command_text("description", "What is wrong.", "de") == "Was nicht stimmt."
    german = Presenter("de")
    for locale in ("en-US", "en-GB", "ko", "zh-TW", ""):
        assert german.command_text("command", "stylize", locale) is None
