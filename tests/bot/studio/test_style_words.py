"""Styles by whatever people call them: names, titles in any language, numbers, slips, and several at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model import DiscordPlace, Person, Place, Request, RequestedStyle, StoredStyle
from bot.outcomes import Accepted, BlendAlone, DraftState, PresetUnknown, SettingsState, StyleSaved, StylesPage
from bot.presenter import Presenter, languages
from bot.presets import Presets
from tests.bot.studio.conftest import ANNA, OWNER, PLACE, PRIVATE, TINA, House, fetching, picture
from tests.gathering import all_faults

SHIPPED = Presets.load()
PRESENTER = Presenter()


@pytest.fixture
async def shipped(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    house.presets = SHIPPED
    house.config = house.config.model_copy(
        update={"limits": house.config.limits.model_copy(update={"waiting_at_once": 1000, "paintings_a_day": 1000})}
    )
    await house.open(start=False)
    yield house
    await house.close()


async def save(house: House, name: str, *, person: Person = ANNA, place: Place = PLACE, seed: int = 1) -> StyleSaved:
    outcome = await house.studio.style_save(person, place, name, picture(seed))
    assert isinstance(outcome, StyleSaved), outcome
    return outcome


async def styles_of(
    house: House, *names: str, person: Person = ANNA, place: DiscordPlace = PLACE, **more: object
) -> tuple[StoredStyle, ...]:
    """The styles that are painted with by these names."""
    job = await house.accepted(house.studio.submit(person, place, wish(*names, **more)))
    return job.request.styles


async def names_of(house: House, *names: str) -> list[str]:
    return [style.preset or style.saved or "" for style in await styles_of(house, *names)]


def wish(*names: str, **more: object) -> Request:
    styles = tuple(RequestedStyle(preset=name) for name in names)
    return Request(content=picture(), styles=styles, options={"size": 96, "quality": "draft"}, **more)  # type: ignore[arg-type]


async def refused(house: House, *names: str, **more: object) -> object:
    return await house.studio.submit(ANNA, PLACE, wish(*names, **more))


# ---- titles -----------------------------------------------------------------------------------------------------


async def test_every_title_of_every_language_is_its_style(shipped: House) -> None:
    names = await shipped.studio._styles.names(PLACE, ANNA)
    with all_faults() as gathered:
        for language in languages():
            for preset in SHIPPED:
                title = PRESENTER.preset_text(preset.title, language)
                for text in (
                    title,
                    title.upper(),
                    title.lower(),
                    f"“{title}”",
                    f"„{title}“",
                    f"« {title} »",
                    f"'{title}'",
                ):
                    with gathered(f"{language}: {text}"):
                        assert [read.meant.name for read in names.read(text).named] == [preset.name]
                        assert all(read.slip is None for read in names.read(text).named)


async def test_every_two_styles_as_the_bot_writes_them_are_these_two(shipped: House) -> None:
    names = await shipped.studio._styles.names(PLACE, ANNA)
    with all_faults() as gathered:
        for language in languages():
            words = PRESENTER.words(language)
            titles = {preset.name: PRESENTER.preset_text(preset.title, language) for preset in SHIPPED}
            for first in titles:
                for second in titles.keys() - {first}:
                    for text in (words.both([titles[first], titles[second]]), f"{titles[first]} {titles[second]}"):
                        with gathered(f"{language}: {text}"):
                            assert [read.meant.name for read in names.read(text).named] == [first, second]
            three = list(titles)[:3]
            with gathered(f"{language}: three"):
                assert [
                    read.meant.name for read in names.read(words.both(titles[each] for each in three)).named
                ] == three


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sternenfluss", ["starry-river"]),
        ("RIVER OF DOTS", ["river-dots"]),
        ("rivière étoilée", ["starry-river"]),
        ("riviere etoilee", ["starry-river"]),
        ("lavis d'encre", ["ink-wash"]),
        ("lavis dencre", ["ink-wash"]),
        ("Grosse Wellen", ["great-waves"]),
        ("звездная река", ["starry-river"]),
        ("アールデコ", ["art-deco"]),
        ("「モザイク」", ["mosaic"]),
        ("river_dots", ["river-dots"]),
        ("riverdots", ["river-dots"]),
        ("mosaic woodcut", ["mosaic", "woodcut"]),
        ("mosaic and woodcut", ["mosaic", "woodcut"]),
        ("mosaic + woodcut", ["mosaic", "woodcut"]),
        ("mosaic, woodcut, and comic", ["mosaic", "woodcut", "comic"]),
        ("mosaic & woodcut", ["mosaic", "woodcut"]),
        ("mosaic/woodcut", ["mosaic", "woodcut"]),
        ("Mosaik und Holzschnitt", ["mosaic", "woodcut"]),
        ("モザイクと木版画", ["mosaic", "woodcut"]),
        ("モザイク、木版画", ["mosaic", "woodcut"]),
        ("Río de puntos y Cómic", ["river-dots", "comic"]),
        ("stained glass starry river", ["stained-glass", "starry-river"]),
        ("3", ["autumn-knife"]),
        ("#3", ["autumn-knife"]),
        ("3.", ["autumn-knife"]),
        ("３", ["autumn-knife"]),
        ("1 and 6", ["starry-river", "mosaic"]),
    ],
)
async def test_what_people_type_for_styles(shipped: House, text: str, expected: list[str]) -> None:
    assert await names_of(shipped, text) == expected


async def test_several_names_in_one_share_its_weight_and_are_counted(shipped: House) -> None:
    styles = await styles_of(shipped, "mosaic + woodcut", blend=25.0)
    assert [style.weight for style in styles] == [0.75, 0.25]
    assert not isinstance(await refused(shipped, "mosaic woodcut comic neon batik"), Accepted | PresetUnknown)


# ---- slips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mosiac", "mosaic"),
        ("stary rivr", "starry-river"),
        ("woodcutt", "woodcut"),
        ("watercolor", "watercolour"),
        ("Sternenflus", "starry-river"),
        ("kubistisches Stilleben", "cubist"),
    ],
)
async def test_a_clear_slip_is_taken_and_said(shipped: House, text: str, name: str) -> None:
    outcome = await refused(shipped, text)
    assert isinstance(outcome, Accepted), outcome
    [style] = outcome.job.request.styles
    assert style.preset == name
    assert style.slip is not None
    assert style.slip.typed == text
    title = PRESENTER.preset_text(SHIPPED.get(name).title, "de")
    assert f"„{text}“" in PRESENTER.view(outcome, "de").text
    assert title in PRESENTER.view(outcome, "de").text
    again = await shipped.accepted(shipped.studio.again(ANNA, PLACE, outcome.job.id))
    assert again.request.styles[0].slip is None


async def test_what_is_no_clear_slip_is_refused_with_the_nearest_and_a_way_to_the_gallery(shipped: House) -> None:
    await save(shipped, "cat 1")
    await save(shipped, "my cot")
    await save(shipped, "my cut")
    for text, near in (
        ("my cat", "my cot"),
        ("cat 2", "cat 1"),
        ("mosaic wodktu", "Woodcut"),
        ("river", "Starry river"),
    ):
        outcome = await refused(shipped, text)
        assert isinstance(outcome, PresetUnknown), (text, outcome)
        assert near in [entry.title for entry in outcome.near], text
        for view in (PRESENTER.view(outcome, "en"), PRESENTER.view(outcome, "de")):
            assert [button.verb for row in view.buttons for button in row] == ["styles"]
    unknown = await refused(shipped, "mosaic and qqqq")
    assert isinstance(unknown, PresetUnknown)
    assert unknown.name == "qqqq"
    german = PRESENTER.view(PresetUnknown(name="mosai", near=unknown.near), "de").text
    assert "Mosaik" in german
    assert [button.verb for row in PRESENTER.view(PresetUnknown(name="x"), "en").buttons for button in row] == [
        "styles"
    ]


async def test_no_slip_decides_what_is_removed_or_taken_by_itself(shipped: House) -> None:
    saved = await shipped.studio.style_save(OWNER, PLACE, "harbours", picture(2), for_place=True, manager=True)
    assert isinstance(saved, StyleSaved)
    place = shipped.config.defaults.model_copy(update={"preset": "harbour"})
    shipped.studio._context.config = shipped.config.model_copy(update={"defaults": place})
    outcome = await shipped.studio.submit(ANNA, PLACE, wish())
    assert not isinstance(outcome, Accepted)  # a default that has gone is no slip for another style


async def test_a_person_s_own_names_come_first_and_hold_apostrophes(shipped: House) -> None:
    await save(shipped, "Grandma's quilt")
    await save(shipped, "Mosaik", seed=3)
    await save(shipped, "3", seed=4)
    for text in ("Grandma's quilt", "grandma’s quilt", "GRANDMAS QUILT", "Grandma‘s  Quilt", "“Grandma's quilt”"):
        assert await names_of(shipped, text) == ["Grandma's quilt"], text
    assert await names_of(shipped, "mosaik") == ["Mosaik"]
    assert await names_of(shipped, "3") == ["3"]
    replaced = await save(shipped, "Grandma’s quilt", seed=5)
    assert getattr(replaced, "replaced", False)
    removed = await shipped.studio.style_remove(ANNA, PLACE, "grandmas quilt")
    assert getattr(removed, "name", "") == "Grandma’s quilt"


# ---- numbers ----------------------------------------------------------------------------------------------------


async def test_a_number_means_the_gallery_that_was_shown(shipped: House) -> None:
    await save(shipped, "aaa", person=TINA, place=PRIVATE)
    studio = shipped.studio
    page = await studio.styles(TINA, PRIVATE, page=2)
    assert isinstance(page, StylesPage)
    tenth = page.entries[0].name
    state = await studio.stylize(TINA, PRIVATE, "10")
    assert isinstance(state, DraftState)
    assert state.styles == (SHIPPED.get(tenth).title,)
    await studio.draft_drop(TINA, PRIVATE)
    mine = await studio.styles(TINA, PRIVATE, saved_only=True)
    assert isinstance(mine, StylesPage)
    state = await studio.stylize(TINA, PRIVATE, "1")
    assert isinstance(state, DraftState)
    assert state.styles == ("aaa",)
    assert isinstance(await studio.stylize(TINA, PRIVATE, "2"), PresetUnknown)  # that list has one
    assert isinstance(await studio.stylize(TINA, PRIVATE, "77"), PresetUnknown)


async def test_a_list_of_saved_styles_without_any_takes_numbers_no_meaning(shipped: House) -> None:
    studio = shipped.studio
    await studio.styles(TINA, PRIVATE)
    empty = await studio.styles(TINA, PRIVATE, saved_only=True)
    assert isinstance(empty, StylesPage)
    assert not empty.entries
    state = await studio.stylize(TINA, PRIVATE, "3")
    assert isinstance(state, DraftState)
    assert state.styles == ([*SHIPPED][2].title,)


async def test_words_name_styles_while_a_photo_waits(shipped: House) -> None:
    studio = shipped.studio
    for number, (text, expected) in enumerate(
        [
            ("Sternenfluss", ["starry-river"]),
            ("mosaic woodcut strength=70", ["mosaic", "woodcut"]),
            ("Mosaik und Holzschnitt", ["mosaic", "woodcut"]),
            ("2", ["noon-field"]),
            ("moasic", ["mosaic"]),
        ]
    ):
        page = await studio.draft_pictures(TINA, PRIVATE, [fetching(number)])
        assert isinstance(page, StylesPage)
        job = await shipped.accepted(studio.draft_text(TINA, PRIVATE, text))
        assert [style.preset for style in job.request.styles] == expected


# ---- a share that has nothing to be shared with ------------------------------------------------------------------


async def test_a_share_without_a_second_style_is_refused(shipped: House) -> None:
    assert await refused(shipped, "mosaic", blend=40.0) == BlendAlone()
    studio = shipped.studio
    await studio.draft_pictures(TINA, PRIVATE, [fetching()])
    assert await studio.draft_text(TINA, PRIVATE, "mosaic blend=40") == BlendAlone()
    await shipped.accepted(studio.draft_text(TINA, PRIVATE, "mosaic + woodcut blend=40"))
    await studio.draft_pictures(TINA, PRIVATE, [fetching(1)])
    assert isinstance(await studio.draft_text(TINA, PRIVATE, "blend=40"), StylesPage)
    assert await studio.draft_text(TINA, PRIVATE, "mosaic") == BlendAlone()
    await shipped.accepted(studio.draft_text(TINA, PRIVATE, "mosaic blend=no"))


# ---- while a name is typed --------------------------------------------------------------------------------------


async def test_many_saved_styles_leave_room_for_presets(shipped: House) -> None:
    for number in range(25):
        await save(shipped, f"a mine {number:02}")
    entries = await shipped.studio.style_names(ANNA, PLACE, "")
    assert len(entries) == 25
    assert sum(entry.kind == "preset" for entry in entries) == 12
    assert [entry.name for entry in entries if entry.kind == "preset"][:2] == ["starry-river", "noon-field"]


async def test_titles_of_other_languages_and_numbers_are_offered_while_typed(shipped: House) -> None:
    async def first(text: str) -> str:
        return (await shipped.studio.style_names(ANNA, PLACE, text))[0].name

    assert await first("Sternenf") == "starry-river"
    assert await first("riviere etoilee") == "starry-river"
    assert await first("5") == "stained-glass"


async def test_a_place_s_style_goes_by_its_title_but_is_one(shipped: House) -> None:
    studio = shipped.studio
    for text in ("style=Sternenfluss", "preset=rivière étoilée", "style=stary river"):
        state = await studio.settings_typed(ANNA, PLACE, text, manager=True)
        assert isinstance(state, SettingsState), state
        assert state.settings.preset == "starry-river"
    refusal = await studio.settings_typed(ANNA, PLACE, "style=mosaic and woodcut", manager=True)
    assert isinstance(refusal, PresetUnknown)
    assert [entry.name for entry in refusal.near] == ["mosaic", "woodcut"]
