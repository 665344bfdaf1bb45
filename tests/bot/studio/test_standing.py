"""What is told about limits is what holds: whatever quota, help and owners say, admission does."""

from __future__ import annotations

import random
from typing import Any

from bot.model import DiscordPlace, Limits, Person, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Banned,
    ChannelNotAllowed,
    Help,
    MoreThanADay,
    PersonLimits,
    QuotaState,
    QuotaUsedUp,
    SizeNotAllowed,
    TooManyWaiting,
)
from bot.store import place_subject
from bot.store.usage import charge, person_subject
from tests.bot import films
from tests.bot.studio.conftest import ANNA, BERT, ELSEWHERE, OWNER, PLACE, House, a_request, make_config, picture
from tests.gathering import all_faults

CASES = 60
ROLE = "500"


async def quota(house: House, person: Person = ANNA, place: DiscordPlace = PLACE, **more: Any) -> QuotaState:
    state = await house.studio.quota(person, place, **more)
    assert isinstance(state, QuotaState), state
    return state


async def use(house: House, subject: str, paintings: int) -> None:
    """As if so many paintings had been charged today."""
    from bot.quotas import day_of

    async with house.store.people._database.transaction() as run:
        await charge(run, subject, day_of(house.clock.now()), paintings)


class Case:
    """A person at a place, with limits, uses and rules by chance."""

    def __init__(self, number: int) -> None:
        self.dice = dice = random.Random(number)
        self.person = Person(platform="discord", id=str(1000 + number))
        self.place = DiscordPlace(channel="10", guild=str(2000 + number))
        self.roles = dice.choice([(), (ROLE,)])
        layer = {
            "paintings_a_day": [None, None, 0, 2, 8],
            "waiting_at_once": [None, None, None, 0, 2],
            "largest_size": [None, 100, 120, 3000],
        }
        own, here = ({name: dice.choice(found) for name, found in layer.items()} for _ in range(2))
        self.own = dice.choice([None, Limits(**own)])
        self.settings = PlaceSettings(
            limits=dice.choice([Limits(), Limits(**here)]),
            paintings_a_day_for_all=dice.choice([None, None, 0, 3, 9]),
            allowed_channels=dice.choice([(), (), ("10",), ("11",)]),
            allowed_roles=dice.choice([(), (), (ROLE,)]),
        )
        self.uses = [dice.choice([0, 0, 1, 2, 5]) for _ in range(3)]
        self.banned, self.paused = dice.random() < 0.1, dice.random() < 0.1

    async def prepare(self, house: House) -> None:
        store, studio = house.store, house.studio
        subject = store.person_hash(self.person.key)
        elsewhere, here, others = self.uses
        await store.places.put(self.place.key, self.settings)
        if self.own is not None:
            await store.people.set_override(self.person.key, self.own)
        await use(house, subject, elsewhere + here)
        await use(house, person_subject(subject, place_subject(self.place.key)), here)
        await use(house, place_subject(self.place.key), here + others)
        if self.banned:
            await studio.ban(OWNER, self.person.key, "rude")
        await (studio.pause(OWNER, "new card") if self.paused else studio.resume(OWNER))


async def test_what_quota_says_is_what_admission_does(house: House) -> None:
    house.config = make_config(
        limits={"paintings_a_day": 4, "waiting_at_once": 3, "largest_size": 110, "queue_length": 1000},
        ceiling={"paintings_a_day": 7, "largest_size": 130},
    )
    await house.open(start=False)
    seen: set[str] = set()
    with all_faults() as gathered:
        for number in range(CASES):
            with gathered(f"case {number}"):
                seen.add(await _checked(house, Case(number)))
    assert seen >= {
        "Accepted",
        "Banned",
        "Paused",
        "ChannelNotAllowed",
        "RoleNotAllowed",
        "QuotaUsedUp",
        "TooManyWaiting",
    }


async def _checked(house: House, case: Case) -> str:
    """Ask as this person, compare with what they were told, and return what came of it."""
    await case.prepare(house)
    studio, person, place, roles = house.studio, case.person, case.place, case.roles
    told = await quota(house, person, place, roles=roles)
    largest = told.limits.largest_size or 0
    asked = await studio.submit(person, place, a_request(size=largest), roles=roles)
    if told.refusal is not None:
        assert asked == told.refusal
        return type(told.refusal).__name__
    assert isinstance(asked, Accepted), asked
    after = await quota(house, person, place, roles=roles)
    assert (after.left, after.waiting) == (told.left - 1, told.waiting + 1)
    if after.refusal is None:
        refused = await studio.submit(person, place, a_request(size=largest + 1), roles=roles)
        assert refused == SizeNotAllowed(size=largest + 1, largest=largest)
    return "Accepted"


async def test_as_many_as_quota_says_are_left_may_be_asked_for(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 4, "waiting_at_once": 20})
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(paintings_a_day_for_all=3))
    assert (await quota(house)).left == 3
    for number in range(3):
        await house.submitted(number=number)
    told = await quota(house)
    assert told.left == 0
    assert isinstance(told.refusal, QuotaUsedUp)
    assert told.refusal.whose == "place"
    assert await studio.submit(ANNA, PLACE, a_request(9)) == told.refusal
    assert (await quota(house, BERT)).refusal == QuotaUsedUp(
        limit=3, used=3, needed=1, resets_at=told.resets_at, whose="place"
    )
    assert (await quota(house, place=ELSEWHERE)).left == 1


async def test_a_places_daily_counts_what_was_asked_for_there(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 3, "waiting_at_once": 20})
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(paintings_a_day=2)))
    await house.accepted(studio.submit(ANNA, ELSEWHERE, a_request(1)))
    assert (await quota(house)).left == 2
    first = await house.submitted(number=2)
    assert (await quota(house)).left == 1
    await studio.cancel(ANNA, first.id)
    assert (await quota(house)).left == 2
    await house.submitted(number=3)
    await house.submitted(number=4)
    refused = await studio.submit(ANNA, PLACE, a_request(5))
    assert isinstance(refused, QuotaUsedUp)
    assert (refused.whose, refused.limit, refused.used) == ("person", 3, 3)
    await studio.quota_reset(OWNER, ANNA.key)
    assert (await quota(house)).left == 2
    await house.submitted(number=6)
    await house.submitted(number=7)
    refused = await studio.submit(ANNA, PLACE, a_request(8))
    assert isinstance(refused, QuotaUsedUp)
    assert (refused.whose, refused.limit, refused.used) == ("here", 2, 2)
    await house.accepted(studio.submit(ANNA, ELSEWHERE, a_request(8)))


async def test_a_place_that_moves_takes_along_what_each_person_used_there(house: House) -> None:
    studio = await house.open(start=False)
    for key in (PLACE.key, ELSEWHERE.key):
        await house.store.places.put(key, PlaceSettings(limits=Limits(paintings_a_day=2)))
    await house.submitted()
    job = await house.submitted(number=1)
    await studio.moved(PLACE, ELSEWHERE)
    assert (await quota(house, place=ELSEWHERE)).left == 0
    await studio.cancel(ANNA, job.id)
    assert (await quota(house, place=ELSEWHERE)).left == 1


async def test_quota_tells_the_largest_size_of_what_moves(house: House) -> None:
    house.config = make_config(limits={"largest_moving_size": 128, "frames_a_painting": 2, "waiting_at_once": 20})
    studio = await house.open(start=False)
    told = await quota(house)
    assert (told.largest_moving_size, told.frames_a_painting) == (128, 2)

    def moving(size: int, frames: int = 3) -> Request:
        styles = (RequestedStyle(picture=picture(100)),)
        return Request(content=films.animation(frames), styles=styles, options={"size": size})

    assert await studio.submit(ANNA, PLACE, moving(129)) == SizeNotAllowed(size=129, largest=128, moving=True)
    job = await house.accepted(studio.submit(ANNA, PLACE, moving(128)))
    assert job.paintings == 2
    await studio.quota_set(OWNER, ANNA.key, Limits(largest_size=96))
    assert (await quota(house)).largest_moving_size == 96
    assert await studio.submit(ANNA, PLACE, moving(97)) == SizeNotAllowed(size=97, largest=96)
    await house.store.places.put(ELSEWHERE.key, PlaceSettings(paintings_a_day_for_all=1))
    assert await studio.submit(ANNA, ELSEWHERE, moving(96)) == MoreThanADay(limit=1, needed=2)


async def test_help_tells_who_may_not_ask_here_that_they_may_not(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(allowed_channels=("11",), paintings_a_day_for_all=7))
    told = await studio.help(ANNA, PLACE)
    assert isinstance(told, Help)
    assert (told.refusal, told.limits.paintings_a_day) == (ChannelNotAllowed(channels=("11",)), 7)
    await studio.pause(OWNER, "")  # which passes
    told = await studio.help(ANNA, ELSEWHERE)
    assert isinstance(told, Help)
    assert told.refusal is None
    await studio.quota_set(OWNER, BERT.key, Limits(paintings_a_day=0))
    told = await studio.help(BERT, ELSEWHERE)
    assert isinstance(told, Help)
    assert told.refusal == TooManyWaiting(limit=0)


async def test_owners_are_told_what_holds_for_a_person(house: House) -> None:
    studio = await house.open(start=False)
    await house.submitted()
    usual = Limits(paintings_a_day=30, waiting_at_once=3, largest_size=1024)
    assert await studio.quota_set(OWNER, ANNA.key, Limits()) == PersonLimits(
        person=ANNA.key, name="Anna", own=Limits(), limits=usual, used=1, waiting=1
    )
    assert await studio.quota_typed(OWNER, ANNA.key, "") == await studio.quota_set(OWNER, ANNA.key, Limits())
    await studio.ban(OWNER, ANNA.key, "rude")
    told = await studio.quota_set(OWNER, ANNA.key, Limits(largest_size=2500))
    assert isinstance(told, PersonLimits)
    assert (told.done, told.own, told.ban) == ("quota_set", Limits(largest_size=2500), Banned(reason="rude"))
    assert told.limits == Limits(paintings_a_day=30, waiting_at_once=3, largest_size=2048)  # nobody may have more
    told = await studio.quota_reset(OWNER, ANNA.key)
    assert isinstance(told, PersonLimits)
    assert (told.done, told.own, told.limits, told.used) == ("quota_reset", Limits(), usual, 0)
