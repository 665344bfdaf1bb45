"""Views as Telegram shows them: lengths as it counts them, mentions of whoever asked, rows that a phone can show."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.telegram.render import CAPTION_LENGTH, TEXT_LENGTH, keyboard_of, private_chat, text_of
from bot.model import Person
from bot.presenter import Button, Presenter
from bot.presenter.dialect import TELEGRAM
from bot.presenter.view import Reference
from tests.bot.adapters.telegram.posting import view
from tests.bot.presenter_samples import all_outcomes
from tests.gathering import all_faults

PRESENTER = Presenter("en", dialect=TELEGRAM)
ANNA = Person(platform="telegram", id="7", name="Anna")


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def units(text: str) -> int:
    return len(utf16(text)) // 2


def mentioned(text) -> str:
    """What the mention covers, as Telegram cuts it out."""
    (entity,) = text.entities
    return utf16(text.text)[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


# ---- mentions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anna", "🎨 Änna 👩‍👩‍👧", "דנה", "  Anna\n\tB. ", "*_`[x](y)"])
def test_who_asked_is_mentioned_in_a_group(name):
    text = text_of(view("Here.", mention=Person(platform="telegram", id="7", name=name)), 100, private=False)
    (entity,) = text.entities
    assert (entity.type, entity.user.id) == ("text_mention", 7)
    said = mentioned(text)
    assert "".join(name.split()) == "".join(said.strip("\u2068\u2069").split())
    assert text.text == f"{said}\nHere."


def test_in_private_nobody_needs_to_be_mentioned():
    assert text_of(view("Here.", mention=ANNA), 100, private=True) == ("Here.", ())


@pytest.mark.parametrize("who", ["-1001234567890", "0", "GroupAnonymousBot", "٣"])
def test_who_is_no_person_is_named_only(who):
    text = text_of(view("Here.", mention=Person(platform="telegram", id=who, name="Painters")), 100, private=False)
    assert text == ("Painters\nHere.", ())
    assert private_chat(who) is None


def test_a_name_that_shows_as_nothing_can_be_mentioned_all_the_same():
    text = text_of(view("Here.", mention=Person(platform="telegram", id="7", name=" \u200b")), 100, private=False)
    assert mentioned(text) == "👋"


def test_nobody_else_is_mentioned_by_what_people_wrote():
    text = text_of(view("I don't know “@somebody”, @else_where or (@third)."), 100, private=False).text
    assert not re.search(r"(?<!\w)@\w{5}", text)
    assert text.replace("\u2060", "") == "I don't know “@somebody”, @else_where or (@third)."


def test_addresses_stay_addresses():
    said = "Write to help@example.org or see https://example.org/@help?x=1."
    assert text_of(view(said), 100, private=False).text == said


def test_a_role_is_a_word_and_a_topic_its_number():
    references = (Reference(kind="role", id="administrators"), Reference(kind="room", id="12"))
    said = f"For {references[0].text}, in {references[1].text}."
    assert text_of(view(said, references=references), 100, private=False).text == "For administrators, in #12."


# ---- lengths ------------------------------------------------------------------------------------------------------


@example("🎨" * 600, "🎨" * 80, 1024)
@example("\u2068" + "ד" * 5000 + "\u2069", "x", 4096)
@given(st.text(max_size=300).map(lambda text: text * 20), st.text(max_size=80), st.sampled_from([1024, 4096]))
def test_no_text_is_longer_than_telegram_takes(said, name, longest):
    person = Person(platform="telegram", id="7", name=name)
    text = text_of(view(said, mention=person), longest, private=False)
    assert units(text.text) <= longest
    assert mentioned(text)


def test_a_long_text_ends_at_a_character():
    text = text_of(view("🎨" * 3000), 1024, private=True).text
    assert text == "🎨" * 511 + "…"


# ---- buttons ------------------------------------------------------------------------------------------------------


def labels(*rows: list[str]) -> list[list[str]]:
    found = keyboard_of(view(buttons=tuple(tuple(Button(verb="again", label=label) for label in row) for row in rows)))
    assert found is not None
    return [[button.text for button in row] for row in found.inline_keyboard]


def test_no_buttons_no_keyboard():
    assert keyboard_of(view()) is None
    assert keyboard_of(view(buttons=((),))) is None


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (["1", "2", "3", "4", "5"], [5]),
        (["1", "2", "3"], [3]),
        (["Again", "Stronger", "Softer", "Colours", "Bigger"], [3, 2]),
        (["Strength 20", "Strength 40", "Strength 60", "Strength 80"], [2, 2]),
        (["Die Farben des Fotos", "Kräftiger", "Zarter"], [2, 1]),
        (["A very long label that fills a row", "Again"], [1, 1]),
        (["筆致を強く", "もう一度", "色"], [3]),
        ([str(number) for number in range(12)], [4, 4, 4]),
    ],
)
def test_rows_hold_no_more_than_a_phone_can_show(row, shown):
    assert [len(found) for found in labels(row)] == shown
    assert [label for found in labels(row) for label in found] == row


def test_rows_stay_apart():
    assert labels(["1", "2"], ["3", "4"]) == [["1", "2"], ["3", "4"]]


def test_a_button_has_its_emoji_its_label_and_its_data():
    button = Button(verb="again", job_id="k3f9", label="Again", emoji="🔁", argument="2")
    (row,) = keyboard_of(view(buttons=((button,),))).inline_keyboard
    assert (row[0].text, row[0].callback_data) == ("🔁 Again", "j:k3f9:again:2")


@given(st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=15))
def test_every_button_stands_somewhere(row):
    found = labels(row)
    assert sum(map(len, found)) == len(row)
    assert all(1 <= len(shown) <= 5 and all(units(label) <= 64 for label in shown) for shown in found)


# ---- everything that there is to say ------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", all_outcomes(), ids=lambda outcome: type(outcome).__name__)
def test_whatever_the_studio_answers_can_be_shown(outcome):
    with all_faults() as gathered:
        for language in ("en", "de", "ja", "fa"):
            with gathered(type(outcome).__name__, language, "telegram"):
                shown = PRESENTER.view(outcome, language)
                longest = CAPTION_LENGTH if shown.picture else TEXT_LENGTH
                assert 0 < units(text_of(shown, longest, private=True).text) <= longest
                keyboard = keyboard_of(shown)
                if keyboard is not None:
                    assert sum(map(len, keyboard.inline_keyboard)) <= 100
