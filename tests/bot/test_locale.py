import string
import subprocess
import sys
from gettext import NullTranslations
from importlib import resources
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.presenter import VIEWS, languages
from bot.presenter.option_texts import options_help
from bot.presenter.words import Words
from tests.bot.presenter_samples import NOW, all_outcomes

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in languages() if language != "en"]
SAMPLE_TITLES = {"Night Fields", "Chapel Window", "Wet Ink"}


def ids(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


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
        "-o",
        str(path),
        ".",
    ]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    with path.open("rb") as file:
        return read_po(file)


def test_german_is_spoken() -> None:
    assert "de" in TRANSLATED


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

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        self.asked.add((singular, plural))
        return singular if n == 1 else plural


def test_no_sentence_is_said_that_translators_never_see(template: Catalog) -> None:
    listener = Listener()
    words = Words(Locale("en"), listener, lambda: NOW)
    for outcome in all_outcomes():
        VIEWS[type(outcome)](outcome, words)
    options_help(words)
    assert len(listener.asked) > 150
    assert listener.asked - ids(template) - SAMPLE_TITLES == set()


def test_no_sentence_stands_in_the_sources_that_nobody_says(template: Catalog) -> None:
    listener = Listener()
    words = Words(Locale("en"), listener, lambda: NOW)
    for outcome in all_outcomes():
        VIEWS[type(outcome)](outcome, words)
    options_help(words)
    presenters = {message.id for message in template if message.id and "bot/presenter/" in message.locations[0][0]}
    assert presenters - listener.asked == set(), "add a sample to presenter_samples.py, or drop the sentence"
