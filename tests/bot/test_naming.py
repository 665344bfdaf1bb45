"""What people call things: names as they are typed, slips, numbers, and several at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.naming import Names, Read, loosely, style_key

THINGS = ("mosaic", "woodcut", "black and white", "black", "starry-river", "Grandma's quilt", "Größe", "cat 1", "wave")
NAMES = Names([(name, name) for name in THINGS], ["wave", None, "mosaic"])


def meant(text: str) -> list[str]:
    reading = NAMES.read(text)
    assert not reading.unknown, reading
    return [read.meant for read in reading.named]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Black AND white", ["black and white"]),
        ("black and mosaic", ["black", "mosaic"]),
        ("mosaic, black and white", ["mosaic", "black and white"]),
        ("black and white and mosaic", ["black and white", "mosaic"]),
        ("and mosaic", ["mosaic"]),
        ("mosaic please", ["mosaic"]),
        ("bitte mosaic", ["mosaic"]),
        ("mosaic und woodcut", ["mosaic", "woodcut"]),
        ("mosaic;woodcut\nwave", ["mosaic", "woodcut", "wave"]),
        ("starry river woodcut", ["starry-river", "woodcut"]),
        ("grandma’s quilt + groesse", ["Grandma's quilt", "Größe"]),
        ("grandmas quilt grosse", ["Grandma's quilt", "Größe"]),
        ("1 + 3", ["wave", "mosaic"]),
        ("mosaik woodcutt", ["mosaic", "woodcut"]),
    ],
)
def test_words_are_cut_into_names(text: str, expected: list[str]) -> None:
    assert meant(text) == expected


def test_slips_are_told_from_names_and_from_other_things() -> None:
    assert NAMES.read("mosiac").named == (Read("mosaic", "mosiac"),)
    for other in ("cat 2", "wav", "2", "4", "mosaic 3", "mosaic zzz", "", "+", "and"):
        assert NAMES.read(other).unknown or not NAMES.read(other).named, other
    assert NAMES.read("mosaic zzz and qqq").unknown == ("zzz", "qqq")
    assert Names([("colour one", 1), ("colour ore", 2)]).read("colour ole").unknown  # as near to both


def test_near_names_are_those_with_a_word_in_common_and_those_that_look_alike() -> None:
    assert NAMES.near("quilt") == ["Grandma's quilt"]
    assert NAMES.near("cat 2")[0] == "cat 1"
    assert NAMES.near("xyzzy") == []


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    reading = NAMES.read(text)
    assert reading.named or reading.unknown
    assert loosely(loosely(text)) == loosely(text)
    assert style_key(style_key(text)) == style_key(text)


def test_a_long_text_is_no_name_and_takes_no_time() -> None:
    assert NAMES.read("mosaic " * 5000).unknown
    assert NAMES.read("m" * 5000).unknown
