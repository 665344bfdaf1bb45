"""Who may do what with whose job, and from where; and what those are told who may not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec
import pytest

from bot.model import CliPlace, DiscordPlace, Job, Person, Place, TelegramPlace, moderated_chat
from bot.outcomes import Cancelled, Deleted, Finished, InputsGone, JobUnknown, NotYours, Refusal
from tests.bot.studio.conftest import ANNA, BERT, OWNER, House, a_request, fetching, make_config
from tests.gathering import all_faults

TELEGRAM_OWN = Person(platform="telegram", id="77", name="Tea")

# Places of jobs, by name; whoever moderates a chat moderates its threads and topics.
PLACES: dict[str, Place] = {
    "group": TelegramPlace(chat="-100", message="7"),
    "topic": TelegramPlace(chat="-100", thread="5"),
    "other group": TelegramPlace(chat="-200"),
    "Telegram's private chat": TelegramPlace(chat="1", private=True),
    "channel": DiscordPlace(channel="10", guild="100"),
    "thread": DiscordPlace(channel="10", guild="100", thread="11"),
    "other channel": DiscordPlace(channel="12", guild="100"),
    "other guild": DiscordPlace(channel="20", guild="200"),
    "Discord's private chat": DiscordPlace(channel="30"),
    "terminal": CliPlace(output="/tmp/painting.png"),
}
_SAME = ({"group", "topic"}, {"channel", "thread"})


def are_one_chat(one: str, other: str) -> bool:
    return one == other or any({one, other} <= same for same in _SAME)


def combinations() -> Iterator[tuple[str, str]]:
    """Where the job is, and where somebody presses."""
    yield from ((job, pressed) for job in PLACES for pressed in PLACES)


async def ended(house: House, place: Place, number: int) -> Job:
    """A job of Anna's at a place that has come to its end."""
    house.clock.advance(1)
    job = await house.accepted(house.studio.submit(ANNA, place, a_request()))
    outcome = await house.studio.cancel(ANNA, job.id, place=place)
    assert isinstance(outcome, Cancelled), (number, outcome)
    return job


@pytest.fixture
async def quiet(house: House) -> House:
    """A studio in which nothing is painted."""
    house.config = make_config(limits={"waiting_at_once": 1000, "queue_length": 1000, "paintings_a_day": 1000})
    await house.open(start=False)
    return house


async def test_moderators_delete_in_their_own_chat_only(quiet: House) -> None:
    with all_faults() as gathered:
        numbers = count()
        for job_at, pressed_at in combinations():
            place, here = PLACES[job_at], PLACES[pressed_at]
            with gathered("job", job_at, "pressed", pressed_at):
                job = await ended(quiet, place, next(numbers))
                answer = await quiet.studio.delete(BERT, job.id, place=here, moderates=here)
                is_theirs = are_one_chat(job_at, pressed_at) and moderated_chat(place) is not None
                left = await quiet.job(job.id)
                assert left.deleted == is_theirs
                if is_theirs:
                    assert answer == Deleted(job_id=job.id)
                elif here.key == place.key:  # a moderator of another channel of the guild, or nobody has the right
                    assert isinstance(answer, NotYours)
                elif moderated_chat(here) is None:
                    assert answer == JobUnknown(job_id=job.id)
                else:  # of their own chat they may remove the message, whatever it is about
                    assert answer == Deleted(job_id=job.id, message_only=True)


async def test_requesters_and_owners_delete_from_anywhere_and_strangers_nowhere(quiet: House) -> None:
    with all_faults() as gathered:
        numbers = count()
        for job_at, pressed_at in combinations():
            place, here = PLACES[job_at], PLACES[pressed_at]
            with gathered("job", job_at, "pressed", pressed_at):
                for who in (ANNA, OWNER):
                    job = await ended(quiet, place, next(numbers))
                    assert await quiet.studio.delete(who, job.id, place=here) == Deleted(job_id=job.id)
                job = await ended(quiet, place, next(numbers))
                answer = await quiet.studio.delete(BERT, job.id, place=here)
                assert not (await quiet.job(job.id)).deleted
                assert isinstance(answer, NotYours if here.key == place.key else JobUnknown)


def asks(house: House, who: Person, where: Place, job_id: str) -> dict[str, Any]:
    """All that can be asked of somebody's job, by its verb."""
    studio = house.studio
    plain = ("again", "stronger", "softer", "colors", "bigger", "swap", "variations", "film", "details")
    return {
        **{verb: getattr(studio, verb)(who, where, job_id) for verb in plain},
        "smaller": studio.smaller(who, where, job_id, 64),
        "pick": studio.pick(who, where, job_id, 1),
        "cancel": studio.cancel(who, job_id, place=where),
        "delete": studio.delete(who, job_id, place=where),
        "result": studio.result(who, job_id, place=where),
        "restyle": studio.restyle(who, where, job_id, fetching(9)),
    }


async def test_of_elsewhere_a_stranger_hears_the_same_as_of_no_job_at_all(quiet: House) -> None:
    with all_faults() as gathered:
        for job_at, pressed_at in combinations():
            place, here = PLACES[job_at], PLACES[pressed_at]
            if place.key == here.key:
                continue
            job = await quiet.accepted(quiet.studio.submit(ANNA, place, a_request()))
            for verb, asking in asks(quiet, BERT, here, job.id).items():
                with gathered("job", job_at, "pressed", pressed_at, verb):
                    assert await asking == JobUnknown(job_id=job.id)
            assert (await quiet.job(job.id)).state == "queued"
            assert isinstance(await quiet.studio.cancel(ANNA, job.id), Cancelled)
        assert await quiet.studio.cancel(BERT, job.id) == JobUnknown(job_id=job.id)
        assert await quiet.studio.result(BERT, job.id) == JobUnknown(job_id=job.id)


async def test_nobody_but_the_requester_and_owners_acts_where_the_job_is(quiet: House) -> None:
    with all_faults() as gathered:
        for name, place in PLACES.items():
            job = await quiet.accepted(quiet.studio.submit(ANNA, place, a_request()))
            for verb, asking in asks(quiet, BERT, place, job.id).items():
                with gathered(name, verb):
                    answer = await asking
                    assert verb == "restyle" or isinstance(answer, NotYours), answer
            assert (await quiet.job(job.id)).state == "queued"
            for who in (OWNER, ANNA):
                with gathered(name, "result", who.name):
                    assert not isinstance(await quiet.studio.result(who, job.id, place=place), NotYours | JobUnknown)
            assert isinstance(await quiet.studio.cancel(OWNER, job.id, place=place), Cancelled)


async def test_whom_a_message_mentions_may_remove_it_when_its_job_is_not_known(quiet: House) -> None:
    studio, group = quiet.studio, PLACES["group"]
    gone = Deleted(job_id="nonsense", message_only=True)
    assert await studio.delete(BERT, "nonsense", place=group) == JobUnknown(job_id="nonsense")
    assert await studio.delete(BERT, "nonsense", place=group, mentioned=True) == gone
    assert await studio.delete(BERT, "nonsense", place=group, moderates=group) == gone
    assert await studio.delete(OWNER, "nonsense", place=group) == gone
    own = TelegramPlace(chat=TELEGRAM_OWN.id, private=True)
    assert await studio.delete(TELEGRAM_OWN, "nonsense", place=own) == gone
    assert isinstance(await studio.delete(TELEGRAM_OWN, "nonsense", place=group), JobUnknown)
    assert isinstance(await studio.delete(BERT, "nonsense", place=PLACES["Discord's private chat"]), JobUnknown)


async def test_a_mention_gives_no_right_to_a_job_that_is_there(quiet: House) -> None:
    group, other = PLACES["group"], PLACES["other group"]
    job = await ended(quiet, group, 0)
    assert isinstance(await quiet.studio.delete(BERT, job.id, place=group, mentioned=True), NotYours)
    answer = await quiet.studio.delete(BERT, job.id, place=other, mentioned=True)
    assert answer == Deleted(job_id=job.id, message_only=True)
    assert not (await quiet.job(job.id)).deleted


async def test_those_who_run_a_place_change_that_place_alone(quiet: House) -> None:
    """`manager` is said of the place that is handed over, and nothing else is touched."""
    group, other = PLACES["group"], PLACES["other group"]
    await quiet.studio.style_save(BERT, group, "Waves", fetching(3), for_place=True, manager=True)
    removed = await quiet.studio.style_remove(BERT, other, "Waves", for_place=True, manager=True, confirmed=True)
    assert isinstance(removed, Refusal)
    await quiet.studio.settings_change(BERT, other, {"size": 96}, manager=True)
    assert (await quiet.store.places.get(group.key)).options == {}
    names = [entry.name for entry in await quiet.studio.style_names(BERT, group, "Waves")]
    assert names == ["Waves"]


async def test_a_place_that_moved_takes_its_moderators_along(house: House) -> None:
    old, new = TelegramPlace(chat="-1"), TelegramPlace(chat="-100")
    studio = await house.open()
    job = await house.accepted(studio.submit(ANNA, old, a_request()))
    assert isinstance(await house.finished(job.id), Finished)
    await studio.moved(old, new)
    assert await studio.delete(BERT, job.id, place=new, moderates=new) == Deleted(job_id=job.id)
    assert await studio.result(ANNA, job.id) == InputsGone(verb="result")
    assert msgspec.structs.replace(new, private=True).key == new.key
