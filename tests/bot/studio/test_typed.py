"""What people type: names of styles and options, in every way in which people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ADMINISTRATORS, Limits, Place, TelegramPlace
from bot.outcomes import OptionRefused
from bot.studio import typed, typed_settings
from bot.studio.context import Refused
from bot.studio.typed import Typed
from nst_engine.options import OPTION_TABLE

STYLES = ("ink", "starry river", "film noir", "Blaue Blume", "7 seas")
PLACE = TelegramPlace(chat="-1", thread="12")
KNOWN = (
    *("preset", "size", "quality", "strength", "colors", "paintings_a_day", "paintings_a_day_for_all"),
    *("channels", "roles", "spoiler"),
)


def read(text: str) -> Typed:
    return typed.read(text, lambda name: name.lower() in {style.lower() for style in STYLES})


def refused(text: str) -> OptionRefused:
    with pytest.raises(Refused) as error:
        read(text)
    assert isinstance(error.value.refusal, OptionRefused)
    return error.value.refusal


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("  \n ", ()),
        ("ink", ("ink",)),
        ("starry river", ("starry river",)),
        ("Starry-River", ("Starry-River",)),
        ("starry river + waves", ("starry river", "waves")),
        ("starry river+waves", ("starry river", "waves")),
        ("ink, starry river", ("ink", "starry river")),
        ("ink\nstarry river", ("ink", "starry river")),
        ("ink strength=70 starry river", ("ink", "starry river")),
        ('"starry river" "ink"', ("starry river", "ink")),
        ("„Blaue Blume“", ("Blaue Blume",)),
        ("«Blaue Blume» ink", ("Blaue Blume", "ink")),
        ("style=ink", ("ink",)),
        ("preset = starry river strength=70", ("starry river",)),
        ("style: starry river", ("starry river",)),
        ("7 seas", ("7 seas",)),
        ("no such style", ("no such style",)),
        ("+ , ink ,, +", ("ink",)),
        ("ink；starry river", ("ink", "starry river")),
        ("\u200fink\u200e strength=70", ("ink",)),
        ("\u2068starry\u2069 river \u200fstrength=70\u200f film", ("starry river",)),
    ],
)
def test_words_are_names(text: str, names: tuple[str, ...]) -> None:
    assert read(text).names == names


@pytest.mark.parametrize(
    "text",
    [
        "strength=70 size=256",
        "size=256 strength=70",
        "strength = 70, size =256",
        "strength=70,size=256",
        "strength: 70; size:256.",
        "STRENGTH=70 Size=256",
        "--strength=70 —size=256",
        'strength="70" size=“256”',
        "strength＝７０ size=256",
        "strength=70% size=256",
        "strength=10 size=256 strength=70",
    ],
)
def test_options_however_they_are_written(text: str) -> None:
    for said in (text, f"ink {text}", f"{text} ink"):
        assert read(said).options == {"strength": 70, "size": 256}, said
        assert read(said).names == (("ink",) if said != text else ())


def test_layers_keep_their_commas_and_colons() -> None:
    said = read("content_layers=relu4_2:1,relu3_2:0.5 ink")
    assert said.options == {"content_layers": {"relu4_2": 1.0, "relu3_2": 0.5}}
    assert said.names == ("ink",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ink + waves blend=40 film", {"names": ("ink", "waves"), "blend": 40, "film": True}),
        ("ink swap", {"names": ("ink",), "swap": True}),
        ("swap ink", {"names": ("ink",), "swap": True}),
        ("FILM swap", {"film": True, "swap": True}),
        ("--film ink", {"names": ("ink",), "film": True}),
        ("swap=yes film=no", {"swap": True, "film": False}),
        ("blend=40%", {"blend": 40}),
        ("film noir", {"names": ("film noir",)}),
        ("film noir film", {"names": ("film noir",), "film": True}),
        ("swap film noir", {"names": ("film noir",), "swap": True}),
        ("starry film river", {"names": ("starry film river",)}),
        ('"film"', {"names": ("film",)}),
        ("fine", {"names": ("fine",)}),  # a value alone is not guessed
        ("colours=photo", {"options": {"colors": "photo"}}),
        ("style-scale=2", {"options": {"style_scale": 2.0}}),
    ],
)
def test_what_may_be_added(text: str, expected: dict[str, Any]) -> None:
    assert read(text) == Typed(**expected)


def test_unknown_options_are_refused_with_near_ones() -> None:
    assert refused("ink strenght=70").near[0] == "strength"
    assert refused("ink xyzzy=1").near == ()
    assert refused("filmm=yes").near == ("film",)
    assert (refused("strength=").option, refused("strength=").found) == ("strength", "")
    assert refused("strength=lots").allowed == "a whole number from 0 to 100"
    assert refused("blend=150") == OptionRefused(option="blend", found="150", allowed="a whole number from 0 to 100")
    assert refused("blend=nan").found == "nan"
    assert refused("swap=perhaps").allowed == "yes or no"
    assert refused("init=file") == OptionRefused(option="init", found="file", allowed="photo or noise or style")
    assert refused("content_weight=0 style_weight=0").option == "style_weight"


WORDS = st.lists(st.sampled_from(["sea", "Foam", "blau", "über", "7", "水"]), min_size=1, max_size=3).map(" ".join)
PAIRS = st.dictionaries(st.sampled_from(["strength", "seed", "blend"]), st.integers(0, 100).map(str), max_size=3)
AROUND = st.sampled_from(["=", " = ", "= ", " =", "＝", ": "])
BETWEEN = st.sampled_from([" + ", "+", ", ", "\n", " , "])


@given(st.lists(WORDS, max_size=4), PAIRS, AROUND, BETWEEN, st.randoms())
def test_whatever_the_order_the_same_is_read(
    names: list[str], pairs: dict[str, str], around: str, between: str, random: Any
) -> None:
    options = [f"{name}{around}{value}" for name, value in pairs.items()]
    random.shuffle(options)
    before, after = between.join(names[:2]), between.join(names[2:])
    said = read(" ".join(filter(None, [before, *options[:1], after, *options[1:]])) if options else between.join(names))
    assert said.names == tuple(names)
    assert said.blend == (float(pairs.pop("blend")) if "blend" in pairs else None)
    assert said.options == {name: int(value) for name, value in pairs.items()}


@given(st.text(max_size=200) | st.text(alphabet='ink=+,:"“ film-\n70%', max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        said = read(text)
    except Refused as error:
        assert isinstance(error.refusal, OptionRefused)
    else:
        assert all(name.strip() == name != "" for name in said.names)
        assert set(said.options) <= set(OPTION_TABLE)


# ---- settings, limits, bans -------------------------------------------------------------------------------------


def changes(text: str, place: Place = PLACE) -> dict[str, Any]:
    return typed_settings.settings(text, place, KNOWN)


def refused_setting(text: str) -> OptionRefused:
    with pytest.raises(Refused) as error:
        changes(text)
    assert isinstance(error.value.refusal, OptionRefused)
    return error.value.refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("size=512 daily=5", {"size": "512", "paintings_a_day": "5"}),
        ("size = 512, daily_for_all=20", {"size": "512", "paintings_a_day_for_all": "20"}),
        ("style=starry river size: 512", {"preset": "starry river", "size": "512"}),
        ("who=administrators", {"roles": (ADMINISTRATORS,)}),
        ("who=Admins", {"roles": (ADMINISTRATORS,)}),
        ("who=everyone", {"roles": ()}),
        ("topics=here", {"channels": ["12"]}),
        ("topics=here, 7", {"channels": ["12", "7"]}),
        ("topics=all", {"channels": ()}),
        ("reset=size", {"size": None}),
        ("reset size, daily", {"size": None, "paintings_a_day": None}),
        ("reset=all", dict.fromkeys(KNOWN)),
        ("reset=all size=512", {**dict.fromkeys(KNOWN), "size": "512"}),
        ("spoiler=yes", {"spoiler": "yes"}),
    ],
)
def test_settings_as_they_are_typed(text: str, expected: dict[str, Any]) -> None:
    assert changes(text) == expected


def test_what_is_not_understood_of_settings_is_refused() -> None:
    assert refused_setting("sise=512").near == ("size",)
    assert refused_setting("dayly=5").near == ("daily",)
    assert refused_setting("size") == OptionRefused(option="size", found="", allowed="size=VALUE")
    assert refused_setting("who=bert").allowed == "everyone or administrators"
    assert refused_setting("topics=hree").allowed == "all or here"
    assert refused_setting("topics=").option == "topics"
    assert refused_setting("reset=").option == "reset"
    assert refused_setting("reset=colour").near == ("colors",)
    with pytest.raises(Refused):
        changes("topics=here", TelegramPlace(chat="3", private=True))


def test_limits_as_they_are_typed() -> None:
    assert typed_settings.limits("paintings_a_day=5 waiting_at_once=2 largest_size=512") == (
        False,
        Limits(paintings_a_day=5, waiting_at_once=2, largest_size=512),
    )
    assert typed_settings.limits("daily=5") == (False, Limits(paintings_a_day=5))
    assert typed_settings.limits("reset") == (True, Limits())
    assert typed_settings.limits("Reset daily=0") == (True, Limits(paintings_a_day=0))
    assert typed_settings.limits("") == (False, Limits())  # asks what holds
    for text in ("five", "daily=-1", "daily=1.5", "size=512"):
        with pytest.raises(Refused):
            typed_settings.limits(text)


def test_bans_as_they_are_typed() -> None:
    assert typed_settings.ban("") == (None, "")
    assert typed_settings.ban("too  many reports") == (None, "too many reports")
    assert typed_settings.ban("days=7 wrote a+b=c, often") == (7, "wrote a+b=c, often")
    assert typed_settings.ban("rude days = 1") == (1, "rude")
    for text in ("days=0", "days=", "days=often", "days=1e9"):
        with pytest.raises(Refused):
            typed_settings.ban(text)
