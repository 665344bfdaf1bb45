"""What people are told of their turn: no two of them wait in the same place."""

from __future__ import annotations

from bot.outcomes import Accepted, Waiting
from tests.bot.studio.conftest import ANNA, BERT, PLACE, TINA, House, a_request
from tests.waiting import eventually


async def painting(house: House) -> str:
    """Have something painted that takes long, and return its id once that has begun."""
    job = await house.submitted(seed=666010)
    await house.state(job.id, "painting")
    return job.id


def numbers(house: House, job_id: str) -> list[int]:
    """The numbers that a job's status message has shown, one after the other."""
    shown = [outcome for outcome, _ in house.outlet.shown if isinstance(outcome, Waiting)]
    return [outcome.ahead + 1 for outcome in shown if outcome.job.id == job_id]


async def test_who_waits_behind_a_painting_is_not_next(house: House) -> None:
    studio = await house.open()
    await painting(house)
    outcome = await studio.submit(BERT, PLACE, a_request(1))
    assert isinstance(outcome, Accepted)
    assert outcome.ahead == 1
    await eventually(lambda: numbers(house, outcome.job.id) == [2])
    entries = (await studio.queue(BERT)).entries  # type: ignore[union-attr]
    assert [entry.mine for entry in entries] == [False, True], "the same number as in the list"


async def test_nobody_waits_behind_a_painting_that_is_all_alone(house: House) -> None:
    studio = await house.open(start=False)
    outcome = await studio.submit(BERT, PLACE, a_request(1))
    assert isinstance(outcome, Accepted)
    assert outcome.ahead == 0


async def test_who_is_overtaken_by_a_newcomer_is_told_the_new_number(house: House) -> None:
    studio = await house.open()
    await painting(house)
    waits = await house.submitted(ANNA, 1)
    await eventually(lambda: numbers(house, waits.id) == [2])
    newcomer = await house.accepted(studio.submit(BERT, PLACE, a_request(2)))
    await eventually(lambda: numbers(house, newcomer.id) == [2])
    await eventually(lambda: numbers(house, waits.id) == [2, 3])


async def test_who_waits_behind_one_that_is_cancelled_moves_up(house: House) -> None:
    studio = await house.open()
    await painting(house)
    first = await house.submitted(BERT, 1)
    second = await house.submitted(TINA, 2)
    await eventually(lambda: numbers(house, second.id) == [3])
    await studio.cancel(BERT, first.id)
    await eventually(lambda: numbers(house, second.id)[-1] == 2)
