"""Saved styles: kept, named wherever a style is named, shown, removed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable
from typing import Any

import pytest
from PIL import Image

from bot.model import DiscordPlace, Person, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Banned,
    DraftState,
    ForgetAsked,
    Forgotten,
    MissingPicture,
    NotManager,
    PictureRejected,
    PresetUnknown,
    SettingsState,
    StyleEntry,
    StyleNameRefused,
    StyleNameTaken,
    StyleRemoveAsked,
    StyleRemoved,
    StyleSaved,
    StylesPage,
    TooManySaved,
)
from bot.ports import NotBrought
from bot.studio import arrivals
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    OWNER,
    PLACE,
    House,
    a_request,
    fetching,
    make_config,
    picture,
)


async def save(house: House, name: str, person: Person = ANNA, *, seed: int = 1, **how: Any) -> StyleSaved:
    outcome = await house.studio.style_save(person, PLACE, name, picture(seed), **how)
    assert isinstance(outcome, StyleSaved), outcome
    return outcome


async def save_for_place(house: House, name: str, *, seed: int = 1) -> StyleSaved:
    return await save(house, name, OWNER, seed=seed, for_place=True, manager=True)


def named(name: str, number: int = 0, **more: Any) -> Request:
    style = RequestedStyle(preset=name, **more)
    return Request(content=picture(number), styles=(style,), options={"size": 96, "quality": "draft"})


async def near_names(answer: Awaitable[Any]) -> list[str]:
    outcome = await answer
    assert isinstance(outcome, PresetUnknown), outcome
    return [entry.name for entry in outcome.near]


def files_of(house: House) -> list[str]:
    return [path.name for path in (house.folder / "files").rglob("*") if path.is_file()]


# ---- keeping and using ------------------------------------------------------------------------------------------


async def test_a_style_is_saved_by_its_person_and_painted_with_by_name(house: House) -> None:
    studio = await house.open()
    assert await save(house, "  Sea   foam ") == StyleSaved(name="Sea foam")
    job = await house.accepted(studio.submit(ANNA, ELSEWHERE, named("SEA FOAM", weight=2)))
    [style] = job.request.styles
    assert (style.preset, style.saved, style.weight) == (None, "Sea foam", 2)
    finished = await house.finished(job.id)
    assert finished.files[0].name.startswith("sea-foam-")
    again = await house.accepted(studio.again(ANNA, ELSEWHERE, job.id))
    assert again.request.styles == job.request.styles
    assert await studio.submit(BERT, ELSEWHERE, named("sea foam")) == PresetUnknown(name="sea foam")


async def test_a_name_means_ones_own_style_then_the_places_then_a_preset(house: House) -> None:
    studio = await house.open(start=False)
    await save_for_place(house, "ours", seed=1)
    await save_for_place(house, "both", seed=2)
    await save(house, "Both", seed=3)

    async def digest(person: Person, place: DiscordPlace, name: str) -> str:
        outcome = await studio.submit(person, place, named(name), key=f"{person.id} {place.guild} {name}")
        assert isinstance(outcome, Accepted), outcome
        return outcome.job.request.styles[0].digest

    both, ours = [style.digest for style in await house.store.styles.all_of(["place:discord:100"])]
    [mine] = [style.digest for style in await house.store.styles.all_of(["person:discord:1"])]
    assert len({both, ours, mine}) == 3
    assert await digest(ANNA, PLACE, "BOTH") == mine
    assert await digest(BERT, PLACE, "both") == both
    assert await digest(ANNA, PLACE, "ours") == ours
    assert await studio.submit(ANNA, ELSEWHERE, named("ours")) == PresetUnknown(name="ours")
    assert (await house.accepted(studio.submit(BERT, PLACE, named("Ink")))).request.styles[0].preset == "ink"


async def test_saving_again_replaces_and_paintings_keep_what_they_were_made_with(house: House) -> None:
    studio = await house.open()
    await save(house, "mine", seed=1)
    job = await house.accepted(studio.submit(ANNA, PLACE, named("mine")))
    await house.finished(job.id)
    assert await save(house, "MINE", seed=2) == StyleSaved(name="MINE", replaced=True)
    newer = await house.accepted(studio.submit(ANNA, PLACE, named("mine")))
    assert newer.request.styles[0].digest != job.request.styles[0].digest
    assert isinstance(await studio.style_remove(ANNA, PLACE, "mine", confirmed=True), StyleRemoved)
    again = await house.accepted(studio.again(ANNA, PLACE, job.id))
    await house.finished(again.id)


async def test_near_names_hold_saved_ones_first(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "Inkwell")
    assert await near_names(studio.submit(ANNA, PLACE, named("inkwyl"))) == ["Inkwell", "ink"]
    assert await near_names(studio.submit(BERT, PLACE, named("inkwyl"))) == ["ink"]


async def test_a_draft_takes_a_saved_style_and_keeps_its_picture(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "mine")
    state = await studio.stylize(ANNA, PLACE, "Mine")
    assert isinstance(state, DraftState)
    assert (state.has_style, state.styles) == (True, ("mine",))
    assert isinstance(await studio.style_remove(ANNA, PLACE, "mine", confirmed=True), StyleRemoved)
    job = await house.accepted(studio.draft_pictures(ANNA, PLACE, [fetching(5)]))
    assert job.request.styles[0].saved == "mine"


async def test_a_saved_style_whose_file_was_damaged_is_a_missing_picture(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "mine")
    [digest] = files_of(house)
    (house.folder / "files" / digest[:2] / digest).write_bytes(b"something else")
    assert await studio.submit(ANNA, PLACE, named("mine")) == MissingPicture(which="style")
    page = await studio.styles(ANNA, PLACE)
    assert isinstance(page, StylesPage)
    assert page.entries[0].name == "mine"  # an empty frame, but not the end of the gallery


# ---- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "-",
        " - - ",
        "x" * 41,
        "a_b",
        "a/b",
        "<@1>",
        "a\u200bb",
        "`x`",
        "name!",
        "\u0301",
        "\x00a",
        "💧",
        "\u3164",
        "a\u115f",
        "a\u034fb",
        "a\ufe0f",
        "a\U000e0101",
    ],
)
async def test_names_that_will_not_do(house: House, name: str) -> None:
    studio = await house.open(start=False)
    refused = await studio.style_save(ANNA, PLACE, name, picture())
    assert isinstance(refused, StyleNameRefused), refused
    assert files_of(house) == []


@pytest.mark.parametrize(
    "name", ["a", "x" * 40, "2", "Größe 2", "Мой-стиль", "नीला आसमान", "海の泡", "بحر", "ทะเล", "e\u0301te\u0301"]
)
async def test_names_in_any_language(house: House, name: str) -> None:
    await house.open(start=False)
    await save(house, name)
    entries = await house.studio.style_names(ANNA, PLACE, name.upper())
    assert entries[0].kind == "mine"


async def test_what_is_cheap_to_refuse_is_refused_before_the_picture_is_fetched(house: House) -> None:
    house.config = make_config(limits={"saved_styles": 1})
    studio = await house.open(start=False)
    await save(house, "first")
    await save_for_place(house, "ours")

    async def fetch() -> bytes:
        raise AssertionError("it was fetched")

    await studio.ban(OWNER, BERT.key)
    assert isinstance(await studio.style_save(BERT, PLACE, "x", fetch), Banned)
    refused = await studio.style_save(ANNA, PLACE, "x", fetch, for_place=True)
    assert refused == NotManager(verb="style_save")
    assert await studio.style_save(ANNA, PLACE, " INK ", fetch) == StyleNameTaken(name="INK")
    assert await studio.style_save(ANNA, PLACE, "x", fetch) == TooManySaved(limit=1)
    refused = await studio.style_save(ANNA, PLACE, "x", fetch, for_place=True, manager=True)
    assert refused == TooManySaved(limit=1, for_place=True)
    assert await save(house, "FIRST", seed=2) == StyleSaved(name="FIRST", replaced=True)


async def test_a_picture_that_cannot_be_had_or_read_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = await house.open(start=False)

    async def gone() -> bytes:
        raise NotBrought("style", "gone")

    assert await studio.style_save(ANNA, PLACE, "x", gone) == PictureRejected(which="style", code="gone")
    refused = await studio.style_save(ANNA, PLACE, "x", b"no picture")
    assert isinstance(refused, PictureRejected)
    assert refused.which == "style"

    async def there() -> bytes:
        return picture(3)

    assert await studio.style_save(ANNA, PLACE, "x", there) == StyleSaved(name="x")

    async def never() -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(arrivals, "_BRING_SECONDS", 0.05)
    assert await studio.style_save(ANNA, PLACE, "y", never) == PictureRejected(which="style", code="unreachable")


async def test_the_limit_holds_for_saves_at_once(house: House) -> None:
    house.config = make_config(limits={"saved_styles": 2})
    studio = await house.open(start=False)
    answers = await asyncio.gather(
        *(studio.style_save(ANNA, PLACE, name, picture(seed)) for seed, name in enumerate(("a", "b", "c")))
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["StyleSaved", "StyleSaved", "TooManySaved"]
    assert len(files_of(house)) == 2


# ---- removing and forgetting ------------------------------------------------------------------------------------


async def test_removing_asks_first_and_takes_the_picture(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "Mine")
    await save_for_place(house, "Mine", seed=2)
    [entry] = await studio.style_names(ANNA, PLACE, "mine")
    assert await studio.style_remove(ANNA, PLACE, "mine") == StyleRemoveAsked(name="Mine", token=entry.token)
    assert await studio.style_remove(ANNA, PLACE, "mine", confirmed=True) == StyleRemoved(name="Mine")
    assert len(files_of(house)) == 1
    refused = await studio.style_remove(ANNA, PLACE, "mine", confirmed=True)
    assert refused == PresetUnknown(name="mine")  # those of the place take for_place
    refused = await studio.style_remove(ANNA, PLACE, "mine", for_place=True, confirmed=True)
    assert refused == NotManager(verb="style_remove")
    removed = await studio.style_remove(BERT, PLACE, "mine", for_place=True, manager=True, confirmed=True)
    assert removed == StyleRemoved(name="Mine", for_place=True)
    assert files_of(house) == []
    await save(house, "Moonlight")
    assert await near_names(studio.style_remove(ANNA, PLACE, "monlight")) == ["Moonlight"]


async def test_forgetting_takes_ones_own_styles_and_leaves_those_of_the_place(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "mine", seed=1)
    await save(house, "ours", seed=2, for_place=True, manager=True)
    await studio.report(ANNA, PLACE, "hello")
    asked = await studio.forget(ANNA)
    assert isinstance(asked, ForgetAsked)
    assert await studio.forget(ANNA, asked.token) == Forgotten(jobs=0, files=1)
    assert [entry.name for entry in await studio.style_names(ANNA, PLACE, "")] == ["ours", "ink", "oil"]
    assert await house.store.reports.count() == 0
    assert len(files_of(house)) == 1


async def test_a_removed_bot_takes_the_places_styles_and_settings_along(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "mine")
    await save_for_place(house, "ours", seed=2)
    await studio.settings_change(OWNER, PLACE, {"preset": "ours", "strength": 30}, manager=True)
    await studio.leave(PLACE.key)
    assert [entry.name for entry in await studio.style_names(ANNA, PLACE, "")] == ["mine", "ink", "oil"]
    state = await studio.settings(ANNA, PLACE, manager=True)
    assert isinstance(state, SettingsState)
    assert state.settings == PlaceSettings()
    assert len(files_of(house)) == 1


# ---- the place's default ----------------------------------------------------------------------------------------


async def test_a_places_default_may_be_its_saved_style_but_nobodys_own(house: House) -> None:
    studio = await house.open(start=False)
    await save(house, "mine")
    refused = await studio.settings_change(ANNA, PLACE, {"preset": "mine"}, manager=True)
    assert refused == PresetUnknown(name="mine")
    await save_for_place(house, "Ours", seed=2)
    state = await studio.settings_change(ANNA, PLACE, {"preset": "OURS"}, manager=True)
    assert isinstance(state, SettingsState)
    assert state.settings.preset == "Ours"
    await save(house, "ours", BERT, seed=3)
    for person in (ANNA, BERT):  # whatever BERT has under that name: it is what the place chose
        job = await house.accepted(studio.submit(person, PLACE, Request(content=picture(7), styles=())))
        assert job.request.styles[0].saved == "Ours"
    [ours] = await house.store.styles.all_of(["place:discord:100"])
    assert job.request.styles[0].digest == ours.digest


async def test_a_default_that_has_gone_counts_as_not_chosen(house: House) -> None:
    house.config = make_config(defaults={"preset": "oil"})
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(preset="gone"))
    job = await house.accepted(studio.submit(ANNA, PLACE, Request(content=picture(), styles=())))
    assert job.request.styles[0].preset == "oil"


# ---- the gallery ------------------------------------------------------------------------------------------------


def shown(page: StylesPage) -> Image.Image:
    assert page.picture is not None
    assert page.picture.media_type == "image/jpeg"
    return Image.open(io.BytesIO(page.picture.data))


async def test_the_gallery_has_ones_own_then_the_places_then_presets_in_pages_of_nine(house: House) -> None:
    studio = await house.open(start=False)
    for number in range(8):
        await save(house, f"mine {number}", seed=number)
    await save_for_place(house, "ours", seed=20)
    first, second = await studio.styles(ANNA, PLACE, title=str.upper), await studio.styles(ANNA, PLACE, page=2)
    assert isinstance(first, StylesPage)
    assert isinstance(second, StylesPage)
    assert [entry.kind for entry in first.entries] == ["mine"] * 8 + ["place"]
    ink, oil = second.entries
    assert ink == StyleEntry(name="ink", title="Ink on paper", token=ink.token, credits="A. Painter, CC0")
    assert oil == StyleEntry(name="oil", title="Oil", token=oil.token)
    assert [(page.page, page.pages, page.first) for page in (first, second)] == [(1, 2, 1), (2, 2, 10)]
    assert shown(first).width > 1.4 * shown(second).width
    assert shown(first).height > 2.5 * shown(second).height
    for asked, answered in ((0, 1), (-3, 1), (99, 2)):
        page = await studio.styles(ANNA, PLACE, page=asked)
        assert isinstance(page, StylesPage)
        assert page.page == answered
    saved = await studio.styles(ANNA, PLACE, saved_only=True)
    assert isinstance(saved, StylesPage)
    assert (saved.pages, saved.saved_only, len(saved.entries)) == (1, True, 9)


async def test_an_empty_page_has_no_picture(house: House) -> None:
    studio = await house.open(start=False)
    assert await studio.styles(ANNA, PLACE, saved_only=True) == StylesPage(entries=(), page=1, pages=1, saved_only=True)


async def test_titles_are_translated_for_who_looks_and_a_lost_preset_leaves_its_frame(house: House) -> None:
    studio = await house.open(start=False)
    english = await studio.styles(ANNA, PLACE)
    shouted = await studio.styles(ANNA, PLACE, title=str.upper)
    assert isinstance(english, StylesPage)
    assert isinstance(shouted, StylesPage)
    assert [entry.title for entry in shouted.entries] == ["INK ON PAPER", "OIL"]
    assert shown(english).tobytes() != shown(shouted).tobytes()
    assert await studio.styles(ANNA, PLACE) == english
    for path in (house.folder.parent / "styles").glob("*.jpg"):
        path.unlink()
    gone = await studio.styles(ANNA, PLACE, title=str.title)
    assert isinstance(gone, StylesPage)
    assert shown(gone).size == shown(english).size


@pytest.mark.parametrize("bytes_", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, picture(1)[:700]])
async def test_a_preset_whose_file_broke_leaves_its_frame(house: House, bytes_: bytes) -> None:
    studio = await house.open(start=False)
    (house.folder.parent / "styles" / "ink.jpg").write_bytes(bytes_)
    page = await studio.styles(ANNA, PLACE)
    assert isinstance(page, StylesPage)
    assert len(page.entries) == 2
    whole = await studio.styles(ANNA, PLACE, title=str.upper)
    assert isinstance(whole, StylesPage)
    (house.folder.parent / "styles" / "ink.jpg").write_bytes(picture(200, kind="JPEG"))
    mended = await studio.styles(ANNA, PLACE)
    assert isinstance(mended, StylesPage)
    assert shown(mended).tobytes() != shown(page).tobytes()


# ---- names while they are typed ---------------------------------------------------------------------------------


async def test_names_come_exact_then_beginning_then_part_then_near(house: House) -> None:
    studio = await house.open(start=False)
    for name in ("Inkwell", "My ink", "Pink", "Paper moon"):
        await save(house, name)
    await save_for_place(house, "Inky", seed=2)

    async def found(text: str, **how: Any) -> list[str]:
        return [entry.name for entry in await studio.style_names(ANNA, PLACE, text, **how)]

    assert await found("ink") == ["ink", "Inkwell", "Inky", "My ink", "Pink"]
    assert await found("  INK ") == ["ink", "Inkwell", "Inky", "My ink", "Pink"]
    assert await found("paper") == ["Paper moon", "ink"]  # a part of the title "Ink on paper"
    assert (await found("inkwle"))[0] == "Inkwell"
    assert await found("mon") == ["Paper moon"]
    assert await found("papier moon") == ["Paper moon"]
    assert await found("zzz") == []
    assert await found("") == ["Inkwell", "My ink", "Paper moon", "Pink", "Inky", "ink", "oil"]
    assert await found("", limit=2) == ["Inkwell", "ink"]
    assert await found("TUSCHE", title=lambda title: {"Ink on paper": "Tusche"}.get(title, title)) == ["ink"]


async def test_a_name_that_two_have_is_offered_once_as_whose_it_means(house: House) -> None:
    studio = await house.open(start=False)
    await save_for_place(house, "both", seed=1)
    await save(house, "Both", seed=2)
    [entry] = await studio.style_names(ANNA, PLACE, "both")
    assert (entry.name, entry.kind) == ("Both", "mine")
    [entry] = await studio.style_names(BERT, PLACE, "both")
    assert (entry.name, entry.kind) == ("both", "place")


async def test_every_name_that_is_offered_can_be_painted_with(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 10})
    studio = await house.open(start=False)
    await save(house, "Größe")
    await save_for_place(house, "ours", seed=2)
    for number, entry in enumerate(await studio.style_names(ANNA, PLACE, "")):
        assert isinstance(await studio.submit(ANNA, PLACE, named(entry.name, number)), Accepted)
    assert isinstance(await studio.submit(ANNA, PLACE, a_request(30)), Accepted)
