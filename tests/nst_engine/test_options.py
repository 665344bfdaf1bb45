"""The table of options: whatever people type becomes options that can be painted with, or an error with advice."""

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nst_engine.options import (
    LAYERS,
    OPTION_TABLE,
    WISHES,
    OptionError,
    OptionInfo,
    Options,
    leaves_quality,
    make_options,
    parse_options,
    wished,
)
from nst_engine.schedule import plan

NUMBERS = [info for info in OPTION_TABLE.values() if info.minimum is not None]
LAYERED = [info for info in OPTION_TABLE.values() if isinstance(info.default, dict)]


def values_of(info: OptionInfo) -> st.SearchStrategy:
    """Every kind of value that an option takes."""
    if info.choices:
        return st.sampled_from(info.choices)
    if info.minimum is not None:
        number = st.integers if info.whole else st.floats
        low, high = (int(info.minimum), int(info.maximum)) if info.whole else (info.minimum, info.maximum)
        return number(low, high)
    if isinstance(info.default, dict):
        return st.dictionaries(st.sampled_from(LAYERS), st.floats(0, 1e9), min_size=1)
    return st.booleans()


def typed(value) -> str:
    """The value as a person would type it."""
    if isinstance(value, dict):
        return ",".join(f"{layer}:{weight!r}" for layer, weight in value.items())
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


good = st.fixed_dictionaries({}, optional={name: values_of(info) for name, info in OPTION_TABLE.items()})
loose = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.integers())


@given(good)
def test_what_is_typed_comes_back(values):
    options = parse_options([f" {name.upper()} = {typed(value)} " for name, value in values.items()])
    assert options == make_options(values) == Options(**values)
    assert msgspec.json.decode(msgspec.json.encode(options), type=Options) == options


@given(good, good)
def test_what_is_not_named_stays_as_it_was(first, second):
    options = make_options(second, base=make_options(first))
    assert options == Options(**{**first, **second})


@given(st.sampled_from(list(OPTION_TABLE)), loose)
def test_any_value_is_taken_in_its_range_or_refused_with_what_is_allowed(name, value):
    info = OPTION_TABLE[name]
    try:
        options = make_options({name: value})
    except OptionError as error:
        assert (error.option, error.found, bool(error.allowed)) == (name, str(value), True)
    else:
        assert info.takes(getattr(options, name))
        assert plan(options, 640, 480)


@given(st.lists(st.text(max_size=20)))
def test_any_words_are_options_or_an_error(words):
    try:
        parse_options(words)
    except OptionError as error:
        assert error.allowed


@given(st.sampled_from(NUMBERS), st.floats(allow_infinity=True) | st.integers())
def test_numbers_out_of_range_are_refused_wherever_they_come_from(info, number):
    assume(not info.minimum <= number <= info.maximum)
    with pytest.raises(OptionError, match=info.name):
        make_options({info.name: str(number)})
    with pytest.raises(OptionError, match=info.name):
        Options(**{info.name: number})
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({info.name: number}, Options)


@pytest.mark.parametrize("info", LAYERED, ids=lambda info: info.name)
@pytest.mark.parametrize("text", ["relu9_9", "relu1_1:much", "relu1_1:-1", "relu1_1:nan", ",", ""])
def test_layers_are_named_with_weights(info, text):
    assert getattr(make_options({info.name: "relu1_1, relu2_2:3"}), info.name) == {"relu1_1": 1.0, "relu2_2": 3.0}
    with pytest.raises(OptionError, match=info.name) as caught:
        make_options({info.name: text})
    assert caught.value.found == text, "the person's own words"
    assert "relu" in caught.value.allowed


def test_a_misspelt_name_is_answered_with_near_ones():
    with pytest.raises(OptionError) as caught:
        parse_options(["strenght=50"])
    assert caught.value.near[0] == "strength"


def test_a_word_without_a_value_says_how_to_write_it():
    with pytest.raises(OptionError, match="strength=VALUE"):
        parse_options(["strength"])


def test_a_wish_may_leave_the_quality_open_and_an_option_not():
    assert wished({"quality": " AUTO ", "size": "70"}) == {"quality": "auto", "size": 70}
    assert leaves_quality({})
    assert leaves_quality({"quality": "Auto"})
    assert not leaves_quality({"quality": "fine"})
    with pytest.raises(OptionError) as caught:
        wished({"quality": "best"})
    assert caught.value.allowed == WISHES["quality"].allowed == "draft or standard or fine or auto"
    with pytest.raises(OptionError) as caught:
        make_options({"quality": "auto"})
    assert caught.value.allowed == "draft or standard or fine"
