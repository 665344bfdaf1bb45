"""What those who run a place choose for it, and that it holds for everybody there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model import CliPlace, DiscordPlace, Limits, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    ChannelNotAllowed,
    NotManager,
    OptionRefused,
    Painting,
    PresetUnknown,
    QuotaUsedUp,
    RoleNotAllowed,
    SettingsState,
    SizeNotAllowed,
)
from tests.bot.studio.conftest import (
    ANNA,
    BERT,
    ELSEWHERE,
    PLACE,
    House,
    a_request,
    make_config,
    never_fetched,
    picture,
)


async def changed(house: House, **changes: Any) -> PlaceSettings:
    outcome = await house.studio.settings_change(ANNA, PLACE, changes, manager=True)
    assert isinstance(outcome, SettingsState), outcome
    assert outcome.saved
    return outcome.settings


async def test_a_manager_sets_everything_and_takes_it_back(house: House) -> None:
    studio = await house.open(start=False)
    chosen = await changed(
        house,
        preset="INK",
        strength="70",
        quality="fine",
        paintings_a_day=5,
        waiting_at_once="2",
        largest_size=700,
        size=640,
        paintings_a_day_for_all=50,
        channels=("10", "11", "10"),
        roles=["77"],
        spoiler=True,
    )
    assert chosen == PlaceSettings(
        options={"strength": 70, "quality": "fine", "size": 640},
        preset="ink",
        limits=Limits(paintings_a_day=5, waiting_at_once=2, largest_size=700),
        paintings_a_day_for_all=50,
        allowed_channels=("10", "11"),
        allowed_roles=("77",),
        spoiler=True,
    )
    await house.close()
    studio = await house.open(start=False)
    for place, settings in ((PLACE, chosen), (ELSEWHERE, PlaceSettings())):
        state = await studio.settings(BERT, place, manager=True)
        assert isinstance(state, SettingsState)
        assert (state.settings, state.saved) == (settings, False)
    back: dict[str, Any] = dict.fromkeys(
        ("preset", "strength", "quality", "size", "paintings_a_day", "waiting_at_once", "largest_size", "spoiler")
    )
    assert await changed(house, **back, paintings_a_day_for_all=None, channels=(), roles=None) == PlaceSettings()


async def test_settings_hold_for_everybody_there(house: House) -> None:
    studio = await house.open()
    await changed(house, preset="oil", strength=80, size=96, quality="draft", spoiler="yes", paintings_a_day=1)
    photo_only = Request(content=picture(1), styles=())
    job = await house.accepted(studio.submit(BERT, PLACE, photo_only))
    assert (job.request.styles[0].preset, job.request.options.strength) == ("oil", 80)
    assert (await house.finished(job.id)).spoiler
    shown = [outcome for outcome, _ in house.outlet.shown if isinstance(outcome, Painting)]
    assert shown
    assert all(outcome.spoiler for outcome in shown), "previews are hidden as well"
    assert isinstance(await studio.submit(BERT, PLACE, photo_only), QuotaUsedUp)


async def test_only_those_who_run_the_place_may(house: House) -> None:
    studio = await house.open(start=False)
    assert await studio.settings(ANNA, PLACE, manager=False) == NotManager(verb="settings")
    assert await studio.settings_change(ANNA, PLACE, {"size": 64}, manager=False) == NotManager(verb="settings")
    assert await house.store.places.get(PLACE.key) == PlaceSettings()


WRONG: dict[str, tuple[dict[str, Any], type, dict[str, Any]]] = {
    "an unknown setting": ({"chanels": ("1",)}, OptionRefused, {"option": "chanels", "near": ("channels",)}),
    "strength 101": ({"strength": 101}, OptionRefused, {"option": "strength", "found": "101"}),
    "an unknown preset": ({"preset": "inc"}, PresetUnknown, {"name": "inc"}),
    "a size nobody may have": ({"size": 1500}, SizeNotAllowed, {"size": 1500, "largest": 1024}),
    "a size beyond its own limit": ({"largest_size": 300, "size": 301}, SizeNotAllowed, {"largest": 300}),
    "a limit beyond the ceiling": ({"largest_size": 3000}, SizeNotAllowed, {"size": 3000, "largest": 2048}),
    "a tiny limit": ({"largest_size": 10}, OptionRefused, {"option": "largest_size", "found": "10"}),
    "too many a day": ({"paintings_a_day": 1001}, OptionRefused, {"allowed": "a whole number from 0 to 1000"}),
    "fewer than none": ({"paintings_a_day_for_all": -1}, OptionRefused, {"found": "-1"}),
    "a half": ({"waiting_at_once": 1.5}, OptionRefused, {"option": "waiting_at_once", "found": "1.5"}),
    "yes as a number": ({"paintings_a_day": True}, OptionRefused, {"found": "True"}),
    "a huge number": ({"paintings_a_day": "9" * 5000}, OptionRefused, {"option": "paintings_a_day"}),
    "a number with zeros before it": ({"paintings_a_day": "0" * 30 + "9999"}, OptionRefused, {}),
    "zeros without end": ({"paintings_a_day": "0" * 5000}, OptionRefused, {}),
    "not a number": ({"strength": float("nan")}, OptionRefused, {"option": "strength"}),
    "one channel as a number": ({"channels": 5}, OptionRefused, {"option": "channels"}),
    "channels that are none": ({"channels": (None,)}, OptionRefused, {"option": "channels"}),
    "roles in a box": ({"roles": {"1": "2"}}, OptionRefused, {"option": "roles"}),
    "a list of sizes": ({"size": [64, 65]}, OptionRefused, {"option": "size"}),
    "a style of lists": ({"preset": ["ink"]}, PresetUnknown, {}),
    "spoiler perhaps": ({"spoiler": "perhaps"}, OptionRefused, {"option": "spoiler", "allowed": "yes or no"}),
    "too many channels": ({"channels": tuple(map(str, range(101)))}, OptionRefused, {"option": "channels"}),
    "an empty role": ({"roles": (" ",)}, OptionRefused, {"option": "roles"}),
    "a start from a file": ({"init": "FILE"}, OptionRefused, {"option": "init", "found": "file"}),
    "no weight at all": ({"content_weight": 0, "style_weight": 0}, OptionRefused, {"option": "style_weight"}),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_value_changes_nothing(house: House, case: str) -> None:
    studio = await house.open(start=False)
    before = await changed(house, strength=30, channels=("10",))
    wrong, kind, facts = WRONG[case]
    outcome = await studio.settings_change(ANNA, PLACE, {"spoiler": True, **wrong}, manager=True)
    assert isinstance(outcome, kind), outcome
    assert {name: getattr(outcome, name) for name in facts} == facts
    assert await house.store.places.get(PLACE.key) == before


async def test_settings_of_another_version_are_read_as_far_as_they_go(house: House) -> None:
    """An option that has gone, or whose range has shrunk, is as if it had not been chosen; nobody is refused."""
    studio = await house.open(start=False)
    kept = PlaceSettings(options={"strength": 30, "brush": "wide", "size": 9000}, preset="ink")
    await house.store.places.put(PLACE.key, kept)
    job = await house.accepted(studio.submit(ANNA, PLACE, Request(content=picture(1), styles=())))
    assert (job.request.options.strength, job.request.options.size) == (40, 512)  # the preset's own, the default
    assert (await changed(house, quality="draft")).options == {"strength": 30, "quality": "draft"}


async def test_two_managers_at_once_lose_nothing(house: House) -> None:
    await house.open(start=False)
    await asyncio.gather(*(changed(house, **change) for change in ({"strength": 60}, {"size": 300}, {"spoiler": True})))
    settings = await house.store.places.get(PLACE.key)
    assert settings == PlaceSettings(options={"strength": 60, "size": 300}, spoiler=True)


# ---- where and for whom -----------------------------------------------------------------------------------------


async def test_painting_in_allowed_channels_only(house: House) -> None:
    studio = await house.open()
    first = await house.painted()
    await changed(house, channels=("20", "21"))
    refused = ChannelNotAllowed(channels=("20", "21"))
    assert await studio.submit(ANNA, PLACE, a_request(1)) == refused
    assert await studio.again(ANNA, PLACE, first.id) == refused
    assert await studio.film(ANNA, PLACE, first.id) == refused
    assert await studio.restyle(ANNA, PLACE, first.id, picture(5)) == refused
    assert await studio.stylize(ANNA, PLACE, "", [never_fetched]) == refused
    assert await house.used() == 1
    thread = DiscordPlace(channel="20", guild="100", thread="30")
    other = DiscordPlace(channel="12", guild="100", thread="21")
    for place in (thread, other, ELSEWHERE):  # what is allowed includes its threads, or names one
        await house.accepted(studio.submit(ANNA, place, a_request(1)))


async def test_painting_for_allowed_roles_only(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 10})
    studio = await house.open()
    first = await house.painted()
    await changed(house, roles=("70", "71"))
    refused = RoleNotAllowed(roles=("70", "71"))
    assert await studio.submit(ANNA, PLACE, a_request(1)) == refused
    assert await studio.submit(ANNA, PLACE, a_request(1), roles=("72",)) == refused
    assert await studio.stronger(ANNA, PLACE, first.id, roles=("72",)) == refused
    assert await studio.restyle(ANNA, PLACE, first.id, picture(5), roles=("72",)) == refused
    await house.accepted(studio.submit(ANNA, PLACE, a_request(1), roles=("72", "71")))
    await house.accepted(studio.stronger(ANNA, PLACE, first.id, roles=("71",)))
    await house.accepted(studio.restyle(ANNA, PLACE, first.id, picture(5), roles=("71",)))
    assert await house.used() == 4


async def test_places_without_roles_or_channels_know_no_such_limits(house: House) -> None:
    studio = await house.open(start=False)
    terminal = CliPlace(output="/nowhere/out.png")
    direct = DiscordPlace(channel="55")
    for place in (terminal, direct):
        settings = PlaceSettings(allowed_roles=("70",), allowed_channels=("55", "1"))
        await house.store.places.put(place.key, settings)
        await house.accepted(studio.submit(ANNA, place, a_request(1)))


async def test_weights_of_nothing_are_refused(house: House) -> None:
    studio = await house.open(start=False)
    nothing = OptionRefused(option="style_weight", found="0", allowed="more than 0 where content_weight is 0")
    assert await studio.submit(ANNA, PLACE, a_request(content_weight=0, style_weight=0)) == nothing
    assert await studio.submit(ANNA, PLACE, a_request(content_weight=0, style_layers="relu1_1:0")) == nothing
    await changed(house, content_weight=0)
    request = Request(content=picture(1), styles=(RequestedStyle(preset="ink"),), options={"style_weight": "0"})
    assert await studio.submit(ANNA, PLACE, request) == nothing
    await house.accepted(studio.submit(ANNA, PLACE, a_request(content_weight=5, style_weight=0)))
