"""Quotation marks, spaces and full-width marks: each catalogue keeps to what its language prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from babel.messages.pofile import read_po

from bot.presenter import languages
from tests.gathering import all_faults

_FOREIGN_QUOTES = {
    "de": "«»”\"",
    "es": "„“”\"",
    "fr": "„“”\"",
    "ja": "«»„“”\"",
    "pt": "«»„\"",
    "ru": "„“”\"",
    "uk": "„“”\"",
}  # fmt: skip
_STRAIGHT_APOSTROPHE = re.compile(r"\w'\w")
_FRENCH_SPACE = re.compile(r"(?<=[^\s\u00a0\u202f])[;?!»]|[ ][;:?!»]|«[^\u00a0\u202f]")
_HALF_WIDTH = re.compile(r"(?<=[\u3040-\u30ff\u4e00-\u9fff])[,.:;?!()]|[,.:;?!()](?=[\u3040-\u30ff\u4e00-\u9fff])")


def sentences(language: str) -> Iterator[str]:
    """Everything that the catalogue says."""
    path = resources.files("bot") / "locale" / language / "LC_MESSAGES" / "impasto.po"
    with path.open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id:
                yield from message.string if isinstance(message.string, (tuple, list)) else (message.string,)


def test_every_catalogue_keeps_to_the_marks_of_its_language() -> None:
    with all_faults() as gathered:
        for language in languages():
            for sentence in sentences(language) if language != "en" else ():
                with gathered(language, sentence):
                    assert not set(sentence) & set(_FOREIGN_QUOTES[language])
                    assert "  " not in sentence
                    assert not _STRAIGHT_APOSTROPHE.search(sentence)
                    if language == "fr":
                        assert not _FRENCH_SPACE.search(sentence)
                    if language == "ja":
                        assert not _HALF_WIDTH.search(sentence)
                    if language in ("de", "es", "pt", "ru", "uk"):
                        assert not re.search(r"[ \u00a0][,.;:?!](\s|$)", sentence)
