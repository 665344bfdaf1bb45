"""Asking bit by bit: a photo now, a style in a minute, in words, pictures and buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from bot.model import ADMINISTRATORS, Draft, Person, Place, PlaceSettings, TelegramPlace
from bot.outcomes import (
    Accepted,
    ChannelNotAllowed,
    DraftDropped,
    DraftState,
    ForgetAsked,
    Help,
    InputsGone,
    MissingPicture,
    OptionRefused,
    PictureRejected,
    PresetUnknown,
    QuotaUsedUp,
    RoleNotAllowed,
    SizeNotAllowed,
    StylesPage,
    TooManyStyles,
    TooManyWaiting,
    Waiting,
)
from bot.ports import Fetch, NotBrought
from tests.bot.studio.conftest import (
    GROUP,
    PRIVATE,
    TINA,
    TOM,
    House,
    eventually,
    fetching,
    make_config,
    never_fetched,
    picture,
)

SMALL = "size=96 quality=draft"


async def page(answer: Awaitable[Any]) -> StylesPage:
    outcome = await answer
    assert isinstance(outcome, StylesPage), outcome
    return outcome


async def state(answer: Awaitable[Any]) -> DraftState:
    outcome = await answer
    assert isinstance(outcome, DraftState), outcome
    return outcome


async def token(house: House, name: str, person: Person = TINA, place: Place = PRIVATE) -> str:
    styles = await page(house.studio.styles(person, place))
    [found] = [entry.token for entry in styles.entries if entry.name == name]
    return found


# ---- the ways ---------------------------------------------------------------------------------------------------


async def test_a_photo_with_a_command_is_painted_at_once(house: House) -> None:
    studio = await house.open()
    job = await house.accepted(
        studio.stylize(TINA, GROUP, f"Ink on Paper strength=70 {SMALL}", [fetching(1)], key="m:-100:7")
    )
    assert [style.preset for style in job.request.styles] == ["ink"]
    assert (job.request.options.strength, job.request.options.seed) == (70, 7)  # typed, and the preset's own
    assert job.place == GROUP
    await house.finished(job.id)
    assert not await studio.has_draft(TINA, GROUP)


async def test_the_first_picture_of_an_album_is_the_photo_and_names_come_last(house: House) -> None:
    studio = await house.open(start=False)
    album = [fetching(1, size=(60, 90)), fetching(2), fetching(3)]
    job = await house.accepted(studio.stylize(TINA, GROUP, f"oil blend=50 film {SMALL}", album))
    assert (job.request.width, job.request.height, job.request.film) == (60, 90, True)
    weights = [(style.preset, style.weight) for style in job.request.styles]
    assert weights == [(None, 0.25), (None, 0.25), ("oil", 0.5)]


async def test_a_command_alone_opens_a_draft(house: House) -> None:
    studio = await house.open()
    assert await state(studio.stylize(TINA, PRIVATE, "")) == DraftState(
        has_photo=False, has_style=False, expires_at=house.clock.now() + 3600
    )
    assert await studio.has_draft(TINA, PRIVATE)
    offered = await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    assert offered.draft == DraftState(has_photo=True, has_style=False, expires_at=house.clock.now() + 3600)
    assert (offered.page, [entry.name for entry in offered.entries]) == (1, ["ink", "oil"])
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(2)]))
    assert [style.preset for style in job.request.styles] == [None]
    assert not await studio.has_draft(TINA, PRIVATE)
    await house.finished(job.id)


async def test_a_photo_alone_is_answered_with_the_gallery_in_the_persons_language(house: House) -> None:
    studio = await house.open(start=False)
    offered = await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], title=str.upper))
    assert [entry.title for entry in offered.entries] == ["INK ON PAPER", "OIL"]
    job = await house.accepted(studio.draft_pick(TINA, PRIVATE, offered.entries[1].token))
    assert [style.preset for style in job.request.styles] == ["oil"]


async def test_two_pictures_without_a_command_are_photo_and_style(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(1, size=(60, 90)), fetching(2)]))
    assert (job.request.width, len(job.request.styles)) == (60, 1)


async def test_a_style_first_then_the_photo(house: House) -> None:
    studio = await house.open(start=False)
    picked = await state(studio.draft_pick(TINA, PRIVATE, await token(house, "ink"), title=str.upper))
    assert (picked.has_photo, picked.has_style, picked.styles) == (False, True, ("INK ON PAPER",))
    assert (await state(studio.draft_pick(TINA, PRIVATE, await token(house, "oil")))).styles == ("Oil",)  # instead
    both = await state(studio.draft_text(TINA, PRIVATE, "ink + oil blend=25 strength=10"))
    assert both.styles == ("Ink on paper", "Oil")
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    assert [(style.preset, style.weight) for style in job.request.styles] == [("ink", 0.75), ("oil", 0.25)]
    assert (job.request.options.strength, job.request.options.seed) == (10, 7)  # ink is the heaviest


async def test_words_for_a_draft_are_styles_and_options(house: House) -> None:
    studio = await house.open(start=False)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await page(studio.draft_text(TINA, PRIVATE, f"{SMALL} strength=10 film"))
    await page(studio.draft_text(TINA, PRIVATE, "strength=20 swap"))
    job = await house.accepted(studio.stylize(TINA, PRIVATE, ["/stylize", "oil"][1] + " swap=no"))  # a command, too
    assert (job.request.options.strength, job.request.options.size, job.request.film) == (20, 96, True)
    assert [style.preset for style in job.request.styles] == ["oil"]


async def test_words_alone_are_answered_with_help(house: House) -> None:
    studio = await house.open(start=False)
    answer = await studio.draft_text(TINA, PRIVATE, "hello there")
    assert isinstance(answer, Help)
    assert (answer.platform, answer.brief) == ("telegram", True)
    assert not await studio.has_draft(TINA, PRIVATE)


async def test_a_command_begins_anew(house: House) -> None:
    studio = await house.open(start=False)
    await page(studio.stylize(TINA, PRIVATE, "strength=10 film", [fetching(1)]))
    await page(studio.stylize(TINA, PRIVATE, "", [fetching(2, size=(60, 90))]))
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "oil"))
    assert (job.request.width, job.request.options.strength, job.request.film) == (60, 50, False)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await house.accepted(studio.stylize(TINA, PRIVATE, "oil", [fetching(2)]))  # which leaves nothing of the draft
    assert not await studio.has_draft(TINA, PRIVATE)


async def test_the_places_own_style_will_do_for_a_command_only(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(GROUP.key, PlaceSettings(preset="oil"))
    job = await house.accepted(studio.stylize(TINA, GROUP, SMALL, [fetching(1)]))
    assert [style.preset for style in job.request.styles] == ["oil"]
    await page(studio.draft_pictures(TINA, GROUP, [fetching(1)]))
    await page(studio.draft_text(TINA, GROUP, "strength=10"))


async def test_saved_styles_have_tokens_of_their_own(house: House) -> None:
    studio = await house.open(start=False)
    for whose in (False, True):
        await studio.style_save(TINA, GROUP, "sea", picture(5), for_place=whose, manager=True)
    places, *presets = [entry.token for entry in (await page(studio.styles(TINA, GROUP))).entries]
    mine, *others = [entry.token for entry in await studio.style_names(TINA, GROUP, "")]  # the name means one's own
    assert others == presets
    assert len({mine, places, *presets}) == 4
    assert all(len(it) == 8 and int(it, 16) >= 0 for it in (mine, places, *presets))
    await house.close()
    studio = await house.open(start=False)
    assert [entry.token for entry in (await page(studio.styles(TINA, GROUP))).entries] == [places, *presets]
    assert [entry.token for entry in (await page(studio.styles(TINA, PRIVATE))).entries] == [mine, *presets]
    await page(studio.draft_pictures(TOM, GROUP, [fetching(1)]))
    assert await studio.draft_pick(TOM, GROUP, mine) == PresetUnknown(name="")  # somebody else's
    job = await house.accepted(studio.draft_pick(TOM, GROUP, places))
    assert [style.saved for style in job.request.styles] == ["sea"]
    assert await studio.draft_pick(TOM, GROUP, "nonsense") == PresetUnknown(name="")


# ---- what comes twice, late, at once -----------------------------------------------------------------------------


async def test_a_draft_survives_a_restart(house: House) -> None:
    studio = await house.open()
    await page(studio.stylize(TINA, PRIVATE, f"film swap strength=10 {SMALL}", [fetching(1)], key="m:3:1"))
    await studio.draft_shown(TINA, PRIVATE, "gallery")
    await house.close()
    studio = await house.open()
    assert house.outlet.removed == []
    assert (await page(studio.stylize(TINA, PRIVATE, "", [never_fetched], key="m:3:1"))).draft is not None
    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(2, size=(60, 90))]))
    assert (job.request.width, job.request.film, job.request.options.strength) == (60, True, 10)  # roles are changed
    await eventually(lambda: "gallery" in house.outlet.removed)
    await house.finished(job.id)


async def test_what_comes_twice_changes_nothing(house: House) -> None:
    studio = await house.open(start=False)
    first = await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], key="m:3:1"))
    again = await page(studio.draft_pictures(TINA, PRIVATE, [never_fetched], key="m:3:1"))
    assert again.draft == first.draft
    accepted = await studio.draft_pictures(TINA, PRIVATE, [fetching(2)], key="m:3:2")
    assert isinstance(accepted, Accepted)
    repeated = await studio.draft_pictures(TINA, PRIVATE, [never_fetched], key="m:3:2")
    assert isinstance(repeated, Accepted)
    assert (repeated.job.id, repeated.repeated) == (accepted.job.id, True)
    assert not await studio.has_draft(TINA, PRIVATE)
    assert await house.used(TINA) == 1


async def test_pictures_keep_their_order_however_slow_the_first_is(house: House) -> None:
    studio = await house.open(start=False)
    go_on = asyncio.Event()

    async def slow() -> bytes:
        await go_on.wait()
        return picture(1, size=(60, 90))

    first = asyncio.create_task(studio.draft_pictures(TINA, PRIVATE, [slow]))
    await asyncio.sleep(0)
    second = asyncio.create_task(studio.draft_pictures(TINA, PRIVATE, [fetching(2)]))
    third = asyncio.create_task(studio.draft_pictures(TOM, PRIVATE, [fetching(3)]))  # somebody else waits for nobody
    await page(third)
    go_on.set()
    await page(first)
    assert (await house.accepted(second)).request.width == 60


async def test_two_presses_at_once_are_one_painting(house: House) -> None:
    studio = await house.open(start=False)
    offered = await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    ink, oil = (entry.token for entry in offered.entries)
    answers = await asyncio.gather(
        studio.draft_pick(TINA, PRIVATE, ink, key="c:1"), studio.draft_pick(TINA, PRIVATE, oil, key="c:2")
    )
    assert [type(answer) for answer in answers] == [Accepted, DraftState]  # the second begins another draft
    assert await house.used(TINA) == 1


async def test_two_people_in_one_group_have_drafts_of_their_own(house: House) -> None:
    studio = await house.open(start=False)
    await asyncio.gather(
        studio.stylize(TINA, GROUP, SMALL, [fetching(1, size=(60, 90))]),
        studio.stylize(TOM, GROUP, SMALL, [fetching(2, size=(80, 90))]),
    )
    jobs = await asyncio.gather(
        *(house.accepted(studio.draft_pictures(who, GROUP, [fetching(9)])) for who in (TOM, TINA))
    )
    assert [job.request.width for job in jobs] == [80, 60]


async def test_a_flood_of_pictures_is_refused(house: House) -> None:
    studio = await house.open(start=False)
    go_on = asyncio.Event()

    async def slow() -> bytes:
        await go_on.wait()
        return picture(1)

    many = [asyncio.create_task(studio.draft_pictures(TINA, PRIVATE, [slow])) for _ in range(5)]
    await asyncio.sleep(0)
    assert await studio.draft_pictures(TINA, PRIVATE, [never_fetched]) == TooManyWaiting(limit=5)
    go_on.set()
    answers = await asyncio.gather(*many)
    assert [type(answer) for answer in answers] == [StylesPage, Accepted, StylesPage, Accepted, StylesPage]


async def test_a_picture_that_came_before_its_person_was_forgotten_is_not_kept(house: House) -> None:
    studio = await house.open(start=False)
    here, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> bytes:
        here.set()
        await go_on.wait()
        return picture(1)

    on_its_way = asyncio.create_task(studio.draft_pictures(TINA, PRIVATE, [slow]))
    await here.wait()
    asked = await studio.forget(TINA)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(TINA, asked.token)
    go_on.set()
    assert isinstance(await on_its_way, InputsGone)
    assert await house.store.files.totals() == (0, 0)
    assert not await studio.has_draft(TINA, PRIVATE)


async def forgotten(house: House, person: Person = TINA) -> None:
    asked = await house.studio.forget(person)
    assert isinstance(asked, ForgetAsked)
    await house.studio.forget(person, asked.token)


async def test_a_draft_whose_person_was_forgotten_does_not_come_back_without_its_photo(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = await house.open(start=False)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    get, calls = house.store.places.get, 0

    async def meanwhile(place_key: str) -> PlaceSettings:
        nonlocal calls
        calls += 1
        if calls == 2:  # the step was let in, and is about to become a job
            await forgotten(house)
        return await get(place_key)

    monkeypatch.setattr(house.store.places, "get", meanwhile)
    assert isinstance(await studio.draft_text(TINA, PRIVATE, "ink"), InputsGone)
    assert calls == 2
    assert await house.store.drafts.of(TINA.key) == []


async def test_a_draft_whose_person_was_forgotten_does_not_come_back_by_being_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = await house.open(start=False)
    await state(studio.stylize(TINA, PRIVATE, "ink"))
    get = house.store.drafts.get

    async def meanwhile(person_key: str, place_key: str) -> Draft | None:
        draft = await get(person_key, place_key)
        await forgotten(house)
        return draft

    monkeypatch.setattr(house.store.drafts, "get", meanwhile)
    await studio.draft_shown(TINA, PRIVATE, "gallery")
    assert await house.store.drafts.of(TINA.key) == []
    await eventually(lambda: house.outlet.removed == ["gallery"])


# ---- refusals change nothing ------------------------------------------------------------------------------------


async def bad() -> bytes:
    return b"no picture"


async def gone() -> bytes:
    raise NotBrought("photo", "gone")


async def test_a_refused_step_may_be_repeated(house: House) -> None:
    studio = await house.open(start=False)
    assert isinstance(await studio.draft_pictures(TINA, PRIVATE, [bad], key="m:3:1"), PictureRejected)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)], key="m:3:1"))
    before = await studio.draft_state(TINA, PRIVATE)
    house.clock.advance(60)
    steps: Sequence[tuple[Awaitable[Any], Any]] = [
        (studio.draft_pictures(TINA, PRIVATE, [gone]), PictureRejected(which="style", code="gone")),
        (studio.draft_text(TINA, PRIVATE, "xyz", key="m:3:2"), PresetUnknown(name="xyz")),
        (studio.draft_text(TINA, PRIVATE, "ink size=4000"), SizeNotAllowed(size=4000, largest=1024)),
        (studio.draft_pictures(TINA, PRIVATE, [never_fetched] * 5), TooManyStyles(limit=4)),
        (studio.stylize(TINA, PRIVATE, "ink blend=30", [never_fetched] * 5), TooManyStyles(limit=4)),
    ]
    for answer, expected in steps:
        assert await answer == expected
    assert isinstance(await studio.draft_text(TINA, PRIVATE, "ink strenght=3"), OptionRefused)
    assert isinstance(await studio.draft_pictures(TINA, PRIVATE, [bad]), PictureRejected)
    assert await studio.draft_state(TINA, PRIVATE) == before
    await house.accepted(studio.draft_text(TINA, PRIVATE, "ink", key="m:3:2"))  # the message was edited


async def test_what_is_cheap_to_refuse_is_refused_before_a_picture_is_fetched(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 1})
    studio = await house.open(start=False)
    assert isinstance(await studio.stylize(TINA, GROUP, "no such thing", [never_fetched]), PresetUnknown)
    assert isinstance(await studio.stylize(TINA, GROUP, "nonsense=3", [never_fetched]), OptionRefused)
    await house.accepted(studio.stylize(TINA, GROUP, "ink", [fetching(1)]))
    for pictures in ([never_fetched], [never_fetched, never_fetched]):
        assert isinstance(await studio.draft_pictures(TINA, GROUP, pictures), QuotaUsedUp)
    assert isinstance(await studio.stylize(TINA, GROUP, "", [never_fetched]), QuotaUsedUp)


async def test_where_and_for_whom(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(GROUP.key, PlaceSettings(allowed_roles=(ADMINISTRATORS,)))
    refused = RoleNotAllowed(roles=(ADMINISTRATORS,))
    assert await studio.stylize(TINA, GROUP, "ink", [never_fetched]) == refused
    assert await studio.draft_pick(TINA, GROUP, await token(house, "ink", place=GROUP)) == refused
    await house.accepted(studio.stylize(TINA, GROUP, "ink", [fetching(1)], roles=(ADMINISTRATORS,)))
    await house.store.places.put(PRIVATE.key, PlaceSettings(allowed_roles=(ADMINISTRATORS,)))
    await house.accepted(studio.stylize(TINA, PRIVATE, "ink", [fetching(1)]))  # there are no roles in private
    await house.store.places.put(GROUP.key, PlaceSettings(allowed_channels=("12",)))
    assert await studio.stylize(TINA, GROUP, "ink", [never_fetched]) == ChannelNotAllowed(channels=("12",))
    topic = TelegramPlace(chat="-100", thread="12")
    await house.accepted(studio.stylize(TINA, topic, "ink", [fetching(1)]))


async def test_a_photo_that_was_lost_is_asked_for_again(house: House) -> None:
    studio = await house.open(start=False)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    [damaged] = (house.folder / "files").glob("??/*")
    damaged.write_bytes(b"something else")
    assert await studio.draft_text(TINA, PRIVATE, "ink strength=10") == MissingPicture(which="photo")
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink"))
    assert job.request.options.strength == 10


# ---- the message that shows a draft, and its end -----------------------------------------------------------------


async def going_round(house: House) -> None:
    """Wait until nobody but the janitor sleeps: the engine is there."""
    await eventually(lambda: house.process.hello and house.clock.sleeping == 1)


async def test_one_message_shows_the_draft(house: House) -> None:
    studio = await house.open(start=False)
    await state(studio.stylize(TINA, PRIVATE, ""))
    await studio.draft_shown(TINA, PRIVATE, "first")
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await studio.draft_shown(TINA, PRIVATE, "first")  # it was edited
    await asyncio.sleep(0.05)
    assert house.outlet.removed == []
    await studio.draft_shown(TINA, PRIVATE, "second")
    await eventually(lambda: house.outlet.removed == ["first"])
    await studio.stylize(TINA, PRIVATE, "", [fetching(2)])  # another draft
    await eventually(lambda: house.outlet.removed == ["first", "second"])
    await studio.draft_shown(TINA, PRIVATE, "third")
    await house.accepted(studio.draft_text(TINA, PRIVATE, "ink"))
    await eventually(lambda: house.outlet.removed == ["first", "second", "third"])
    await studio.draft_shown(TINA, PRIVATE, "too late")
    await eventually(lambda: house.outlet.removed[3:] == ["too late"])


async def test_dropping_takes_the_message_along(house: House) -> None:
    studio = await house.open(start=False)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await studio.draft_shown(TINA, PRIVATE, "gallery")
    assert await studio.draft_drop(TINA, PRIVATE) == DraftDropped(existed=True)
    assert await studio.draft_drop(TINA, PRIVATE) == DraftDropped(existed=False)
    await eventually(lambda: house.outlet.removed == ["gallery"])
    assert await house.store.files.totals() == (0, 0)


async def test_a_broken_outlet_holds_up_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = await house.open(start=False)
    calls = 0

    async def broken(place: Place, ref: str) -> None:
        nonlocal calls
        calls += 1
        raise RuntimeError("the platform is away")

    monkeypatch.setattr(house.outlet, "remove", broken)
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await studio.draft_shown(TINA, PRIVATE, "gallery")
    await house.accepted(studio.draft_text(TINA, PRIVATE, "ink"))
    await eventually(lambda: calls)


async def test_who_waits_too_long_is_told_once(house: House) -> None:
    studio = await house.open()
    await page(studio.draft_pictures(TINA, GROUP, [fetching(1)]))
    await studio.draft_shown(TINA, GROUP, "gallery")
    await state(studio.stylize(TOM, GROUP, "ink"))
    await going_round(house)
    house.clock.advance(3599)
    await page(studio.draft_text(TINA, GROUP, "strength=10"))  # which gives it another hour
    await going_round(house)
    house.clock.advance(31)
    await eventually(lambda: len(house.outlet.told) == 1)
    [(place, person, outcome)] = house.outlet.told
    assert (place, person, type(outcome).__name__) == (GROUP, TOM.key, "DraftExpired")
    assert not await studio.has_draft(TOM, GROUP)
    assert await studio.has_draft(TINA, GROUP)
    house.clock.advance(3600)
    assert not await studio.has_draft(TINA, GROUP)
    await state(studio.stylize(TINA, GROUP, "ink"))  # another one: the first is told of all the same
    await eventually(lambda: len(house.outlet.told) == 2)
    assert [getattr(outcome, "had_photo", None) for _, _, outcome in house.outlet.told] == [False, True]
    await eventually(lambda: house.outlet.removed == ["gallery"])
    house.clock.advance(60)
    await studio.tidy()
    assert len(house.outlet.told) == 2
    assert await studio.has_draft(TINA, GROUP)


async def test_a_draft_that_ends_while_the_bot_is_down_is_told_of_afterwards(house: House) -> None:
    studio = await house.open()
    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    await studio.draft_shown(TINA, PRIVATE, "gallery")
    await house.close()
    house.clock.advance(4000)
    await house.open()
    await going_round(house)
    assert house.outlet.told == []  # at the start its outlet may not be ready
    house.clock.advance(31)
    await eventually(lambda: len(house.outlet.told) == 1 and house.outlet.removed == ["gallery"])
    assert await house.store.files.totals() == (0, 0)


async def test_a_step_under_way_keeps_its_draft_from_expiring(house: House) -> None:
    studio = await house.open(start=False)
    here, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> bytes:
        here.set()
        await go_on.wait()
        return picture(2)

    await page(studio.draft_pictures(TINA, PRIVATE, [fetching(1)]))
    house.clock.advance(3599)
    step = asyncio.create_task(studio.draft_pictures(TINA, PRIVATE, [slow]))
    await here.wait()
    house.clock.advance(2)
    tidying = asyncio.create_task(studio.tidy())
    await asyncio.sleep(0.05)
    go_on.set()
    await house.accepted(step)
    await tidying
    assert house.outlet.told == []


# ---- the status message -----------------------------------------------------------------------------------------


async def test_without_a_message_of_the_adapters_the_outlet_makes_one_at_once(house: House) -> None:
    studio = await house.open(start=False)
    first = await house.accepted(studio.stylize(TINA, GROUP, "ink", [fetching(1)]))
    await eventually(lambda: len(house.outlet.shown) == 1)
    [(shown, ref)] = house.outlet.shown
    assert isinstance(shown, Waiting)
    assert (shown.job.id, shown.ahead, ref) == (first.id, 0, None)
    await house.accepted(studio.stylize(TINA, GROUP, "ink", [fetching(2)], status_ref="mine"))
    await house.accepted(studio.again(TINA, GROUP, first.id, key="c:1"))
    repeated = await studio.again(TINA, GROUP, first.id, key="c:1")
    assert isinstance(repeated, Accepted)
    assert repeated.repeated
    await eventually(lambda: len(house.outlet.shown) == 2)
    shown, ref = house.outlet.shown[1]
    assert isinstance(shown, Waiting)
    assert (shown.job.verb, shown.ahead, ref) == ("again", 2, None)
    assert [type(outcome) for outcome, _ in house.outlet.shown] == [Waiting, Waiting]


def fetches(*numbers: int) -> list[Fetch]:
    return [fetching(number) for number in numbers]
