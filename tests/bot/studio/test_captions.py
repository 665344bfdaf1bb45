"""Words below pictures: read as what is typed, where they name a style or an option; else they ask for nothing."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest

from bot.model import SavedStyle
from bot.naming import Names
from bot.outcomes import DraftState, OptionRefused, StylesPage, TooManyStyles
from bot.studio.captions import read_caption
from bot.studio.context import Refused
from tests.bot.studio.conftest import PRIVATE, TINA, House, fetching

SMALL = "size=96 quality=draft"


async def asked(answer: Awaitable[Any]) -> DraftState:
    """What the draft that a gallery is shown for looks like."""
    outcome = await answer
    assert isinstance(outcome, StylesPage), outcome
    assert outcome.draft is not None
    return outcome.draft


def presets(job: Any) -> list[str | None]:
    return [style.preset for style in job.request.styles]


def test_a_caption_asks_for_what_it_names_and_for_nothing_else() -> None:
    styles = Names((name, SavedStyle(name=name, digest=name, for_place=False)) for name in ("Sea", "Night fields"))
    for text, names, options, unread in (
        ("sea", ("sea",), {}, ""),
        ("Night Fields, strength=40", ("Night Fields",), {"strength": 40}, ""),
        ("sea and night feilds", ("sea and night feilds",), {}, ""),
        ("my cat", (), {}, "my cat"),
        ("2", (), {}, "2"),
        ("my cat, strength=40", (), {"strength": 40}, "my cat"),
        ("my cat\nsea", ("sea",), {}, "my cat"),
        ("Jaws, the film", (), {}, "Jaws, the film"),
        ("entry=free for all", (), {}, "entry=free for all"),
        ("", (), {}, ""),
    ):
        said, left = read_caption(text, styles)
        assert (said.names, said.options, left) == (names, options, unread), text
        assert said.film is None
    assert read_caption("sea film", styles)[0].film is True
    assert read_caption("mask", styles)[0].mask is True
    for wrong in ("sea strength=700", "strenght=70"):
        with pytest.raises(Refused) as refused:
            read_caption(wrong, styles)
        assert isinstance(refused.value.refusal, OptionRefused)


async def test_a_photo_with_a_style_below_it_is_painted_at_once(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], caption=f"oil strength=70 {SMALL}"))
    assert (presets(job), job.request.options.strength) == (["oil"], 70)


async def test_options_below_an_album_hold_for_its_painting(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.accepted(
        studio.draft_pictures(TINA, PRIVATE, [fetching(1), fetching(2)], caption=f"strength=70 {SMALL}")
    )
    assert (presets(job), job.request.options.strength) == ([None], 70)


async def test_words_that_name_nothing_make_no_picture_a_style(house: House) -> None:
    studio = await house.open(start=False)
    album = [fetching(1, size=(96, 72)), fetching(2), fetching(3)]
    draft = await asked(studio.draft_pictures(TINA, PRIVATE, album, caption="my cat"))
    assert (draft.has_photo, draft.has_style, draft.others, draft.unread) == (True, False, 2, "my cat")
    assert await house.used(TINA) == 0
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, f"oil {SMALL}"))  # of the photo alone
    assert (presets(job), job.request.width) == (["oil"], 96)


async def test_the_other_pictures_are_styles_where_their_person_says_so(house: House) -> None:
    studio = await house.open(start=False)
    await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(1, size=(96, 72)), fetching(2)], caption="my cat"))
    job = await house.accepted(studio.draft_others(TINA, PRIVATE, "style", key="c:1"))
    assert (presets(job), job.request.width) == ([None], 96)
    assert not await studio.has_draft(TINA, PRIVATE)
    again = await studio.draft_others(TINA, PRIVATE, "style", key="c:2")
    assert isinstance(again, DraftState)
    assert await house.used(TINA) == 1


async def test_a_second_photo_may_be_the_one_to_paint(house: House) -> None:
    studio = await house.open(start=False)
    await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(1, size=(96, 72))]))
    second = await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(2, size=(60, 90))], caption="my dog"))
    assert (second.others, second.unread) == (1, "my dog")
    draft = await asked(studio.draft_others(TINA, PRIVATE, "photo"))
    assert (draft.has_photo, draft.others) == (True, 0)
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, f"oil {SMALL}"))
    assert job.request.width == 60


async def test_with_a_style_chosen_too_nobody_drops_the_other_pictures(house: House) -> None:
    studio = await house.open(start=False)
    await studio.stylize(TINA, PRIVATE, f"oil {SMALL}", [], title=str)
    album = [fetching(1, size=(96, 72)), fetching(2, size=(60, 90))]
    draft = await asked(studio.draft_pictures(TINA, PRIVATE, album, caption="my cat and my dog"))
    assert (draft.has_photo, draft.has_style, draft.others) == (True, True, 1)
    assert await house.used(TINA) == 0
    job = await house.accepted(studio.draft_others(TINA, PRIVATE, "photo"))
    assert (presets(job), job.request.width) == (["oil"], 60)


async def test_a_photo_with_a_style_below_it_is_painted_instead_of_one_that_waits(house: House) -> None:
    studio = await house.open(start=False)
    await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(1, size=(96, 72))]))
    job = await house.accepted(
        studio.draft_pictures(TINA, PRIVATE, [fetching(2, size=(60, 90))], caption=f"oil {SMALL}")
    )
    assert (presets(job), job.request.width) == (["oil"], 60)
    assert not await studio.has_draft(TINA, PRIVATE)


async def test_a_photo_with_any_words_is_the_one_that_is_awaited(house: House) -> None:
    studio = await house.open(start=False)
    await studio.stylize(TINA, PRIVATE, f"oil {SMALL}")
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], caption="my cat"))
    assert presets(job) == ["oil"]


async def test_words_below_the_other_pictures_of_a_command_count_where_they_name_something(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.accepted(
        studio.stylize(TINA, PRIVATE, f"oil {SMALL}", [fetching(1)], caption="my cat\nstrength=30")
    )
    assert (presets(job), job.request.options.strength) == (["oil"], 30)


async def test_words_that_are_corrected_are_heard_for_the_picture_that_is_there(house: House) -> None:
    studio = await house.open(start=False)
    await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], caption="oli", key="m:1:1"))
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [], caption=f"oil {SMALL}", key="m:1:1:2"))
    assert presets(job) == ["oil"]


async def test_no_more_pictures_wait_than_may_be_styles(house: House) -> None:
    studio = await house.open(start=False)
    many = [fetching(number) for number in range(1, house.config.limits.styles_at_once + 3)]
    assert isinstance(await studio.draft_pictures(TINA, PRIVATE, many, caption="my cat"), TooManyStyles)
    assert not await studio.has_draft(TINA, PRIVATE)


async def test_pictures_that_nobody_decided_about_go_with_the_draft(house: House) -> None:
    studio = await house.open(start=False)
    await asked(studio.draft_pictures(TINA, PRIVATE, [fetching(1), fetching(2)], caption="my cat"))
    assert len(files_of(house)) == 2
    await studio.draft_drop(TINA, PRIVATE)
    assert files_of(house) == []


def files_of(house: House) -> list[str]:
    return [path.name for path in (house.folder / "files").rglob("*") if path.is_file()]
