"""What buttons carry: it comes back as it went, and whatever else comes is nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.telegram.data import DATA_LENGTH, Pressed, decode, encode
from bot.presenter import Button

JOBS = st.none() | st.from_regex(r"[a-z0-9]{4,12}", fullmatch=True)
VERBS = st.sampled_from(["again", "style_pick", "full", "draft_drop", "history"])


@example("again", "k3f9", "")
@example("styles", None, "2:saved")
@example("style_drop", None, "あのカ:\n")
@given(VERBS, JOBS, st.none() | st.text(max_size=10))
def test_every_button_finds_its_way_back(verb, job, argument):
    button = Button(verb=verb, label="x", job_id=job, argument=argument)
    try:
        data = encode(button)
    except ValueError:
        assert argument is not None
        raise
    assert 1 <= len(data.encode()) <= DATA_LENGTH
    assert decode(data) == Pressed(verb, job, argument)


def test_the_form_is_a_letter_the_job_the_verb_and_its_argument():
    assert encode(Button(verb="again", label="x", job_id="k3f9")) == "j:k3f9:again"
    assert encode(Button(verb="pick", label="x", job_id="k3f9", argument="2")) == "j:k3f9:pick:2"
    assert encode(Button(verb="styles", label="x", argument="2:saved")) == "d:styles:2:saved"


@pytest.mark.parametrize(
    "button",
    [
        Button(verb="styles", label="x", argument="9" * 60),
        Button(verb="styles", label="x", argument="カ" * 20),
        Button(verb="again", label="x", job_id="a:b"),
        Button(verb="again", label="x", job_id=""),
        Button(verb="Again!", label="x"),
        Button(verb="", label="x"),
        Button(verb="styles", label="x", argument="\ud83c"),
    ],
)
def test_what_telegram_would_not_take_or_give_back_is_a_mistake_of_ours(button):
    with pytest.raises(ValueError):
        encode(button)


@example("")
@example("j:")
@example("j:k3f9")
@example("j::again")
@example("j:k3f9:")
@example("d:")
@example("job:k3f9:again")
@example("j:../../etc:again")
@example("d:again\x00")
@example("d:" + "a" * 70)
@example("d:styles:\ud800")
@example("J:k3f9:again")
@given(st.text(max_size=80) | st.from_regex(r"[jd]:[^:]*:?[^:]*:?.*"))
def test_whatever_a_client_sends_is_something_of_ours_or_nothing(data):
    found = decode(data)
    if found is not None:
        assert encode(Button(verb=found.verb, label="x", job_id=found.job_id, argument=found.argument)) == data
