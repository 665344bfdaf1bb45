"""What people mean who type what a button or a menu says, in any of the languages."""

from __future__ import annotations

from bot.catalogs import languages
from bot.presenter import TELEGRAM, TELEGRAM_COMMANDS, Presenter
from bot.presenter.meant import VERB_LABELS
from tests.gathering import all_faults

PRESENTER = Presenter(dialect=TELEGRAM)


def test_each_button_may_be_said_in_every_language() -> None:
    with all_faults() as gathered:
        for language in languages():
            words = PRESENTER.words(language)
            for verb, labels in VERB_LABELS.items():
                for label in map(words.gettext, labels):
                    with gathered(language, label):
                        assert PRESENTER.verb_meant(f"{label.upper()} !", language) == verb
                        assert PRESENTER.verb_meant(f"💪 {label}", "en") == verb


def test_a_button_may_be_said_politely_and_as_one_types() -> None:
    said = {"stronger please": "stronger", "bitte stärker": "stronger", "Сильнее, пожалуйста": "stronger"}
    said |= {"Nochmal": "again", "groesser": "bigger", "full-quality, pls": "full"}
    for words, verb in said.items():
        assert PRESENTER.verb_meant(words, "de") == verb, words
    assert PRESENTER.verb_meant("please", "en") is None


def test_names_of_verbs_are_words_too_and_nothing_else_is() -> None:
    assert PRESENTER.verb_meant("colors", "de") == "colors"
    for words in ("", "!", "not stronger", "make it stronger", "strength=90"):
        assert PRESENTER.verb_meant(words, "en") is None


def test_a_command_is_known_by_its_name_in_every_language() -> None:
    with all_faults() as gathered:
        for language in languages():
            words = PRESENTER.words(language)
            for name in ("stylize", "styles", "history", "quota", "queue", "help", "privacy", "report", "settings"):
                said = words.pgettext("command", name)
                with gathered(language, said):
                    assert PRESENTER.command_meant(said.upper()) == name
    assert PRESENTER.command_meant("abbrechen") == "cancel"
    assert PRESENTER.command_meant("forget-me") == "forgetme"
    assert PRESENTER.command_meant("vergiss-mich") == "forgetme"


def test_what_is_misspelt_is_near_to_what_was_meant() -> None:
    assert PRESENTER.commands_near("hepl") == ("help",)
    assert PRESENTER.commands_near("sytlize")[0] == "stylize"
    assert "styles" in PRESENTER.commands_near("стиль")
    assert PRESENTER.commands_near("hifle")[0] == "help"  # as "hilfe" in German
    assert PRESENTER.commands_near("zzzzzz") == ()
    owners = {name for name, command in TELEGRAM_COMMANDS.items() if command.audience == "owners"}
    assert not owners & {near for name in owners for near in PRESENTER.commands_near(name)}
