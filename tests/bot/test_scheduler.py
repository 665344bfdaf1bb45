"""Fair order: people take turns by cost."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduler import Entry, Lane, Scheduler, forecast

PEOPLE = "abcdef"
costs = st.floats(min_value=0, max_value=1000)
arrivals = st.lists(st.tuples(st.sampled_from(PEOPLE), costs), max_size=40)


class Queue:
    """A scheduler with a growing line of entries."""

    def __init__(self) -> None:
        self.scheduler = Scheduler()
        self.count = 0

    def add(self, person: str, cost: float = 10.0) -> Entry:
        self.count += 1
        entry = Entry(float(self.count), f"{person}{self.count}", person, cost)
        self.scheduler.add(entry)
        return entry

    def take(self) -> Entry:
        entry = self.scheduler.take()
        assert entry is not None
        self.scheduler.done(entry.job_id)
        return entry

    def rest(self) -> str:
        return "".join(entry.person_key for entry in self.scheduler.order())


def filled(jobs: list[tuple[str, float]]) -> Queue:
    queue = Queue()
    for person, cost in jobs:
        queue.add(person, cost)
    return queue


def test_a_newcomer_comes_right_after_the_next_job_of_a_busy_person() -> None:
    queue = filled([("a", 10)] * 5)
    queue.take()
    queue.add("b")
    assert queue.rest() == "abaaa"


def test_cheap_jobs_take_more_turns_than_dear_ones() -> None:
    assert filled([("a", 100)] * 3 + [("b", 25)] * 8).rest() == "abbbb" + "abbbb" + "a"


def test_being_away_earns_no_credit_and_pays_no_debt() -> None:
    queue = filled([("a", 100), ("b", 10), ("b", 10), ("b", 10)])
    assert [queue.take().person_key for _ in range(2)] == ["a", "b"]
    queue.add("a", 10)
    queue.add("c", 10)
    queue.add("c", 10)
    assert queue.rest() == "bcbca"  # c did not save up while away; a still owes for the dear one


def test_when_everything_is_done_all_debts_are_forgotten() -> None:
    queue = filled([("a", 1000)])
    queue.take()
    queue.add("a", 1)
    queue.add("b", 1)
    assert queue.rest() == "ab"


def test_what_could_not_be_painted_goes_first_again() -> None:
    queue = filled([("a", 10), ("b", 10), ("a", 10)])
    first = queue.scheduler.take()
    assert first is not None
    queue.scheduler.put_back(first.job_id)
    assert [entry.job_id for entry in queue.scheduler.order()] == ["a1", "b2", "a3"]


def test_an_endless_stream_of_newcomers_starves_nobody() -> None:
    queue = filled([("a", 50), ("a", 10)])
    queue.take()
    served = []
    for number in range(40):
        queue.add(f"new{number}", 5)
        queue.add(f"newer{number}", 5)
        served.append(queue.take().person_key)
    assert "a" in served


def test_jobs_of_the_same_moment_keep_their_order() -> None:
    scheduler = Scheduler()
    for name in ("z", "a", "m"):
        scheduler.add(Entry(1.0, name, "p", 10))
    first = scheduler.take()
    assert first is not None
    scheduler.put_back(first.job_id)
    assert [entry.job_id for entry in scheduler.order()] == ["z", "a", "m"]


def test_whose_job_is_being_painted_lets_a_newcomer_go_first() -> None:
    queue = filled([("a", 10)] * 3)
    running = queue.scheduler.take()
    assert running is not None
    queue.add("b")
    assert queue.rest() == "baa"
    queue.scheduler.done(running.job_id)
    assert queue.rest() == "baa"


@given(arrivals)
def test_the_order_is_a_permutation_and_what_take_gives(jobs: list[tuple[str, float]]) -> None:
    queue = filled(jobs)
    promised = queue.scheduler.order()
    taken = [queue.take() for _ in jobs]
    assert taken == promised
    assert sorted(entry.job_id for entry in taken) == sorted(f"{p}{n}" for n, (p, _) in enumerate(jobs, start=1))
    assert queue.scheduler.take() is None


@given(arrivals)
def test_within_a_person_the_oldest_goes_first(jobs: list[tuple[str, float]]) -> None:
    order = filled(jobs).scheduler.order()
    for person in PEOPLE:
        mine = [entry.created_at for entry in order if entry.person_key == person]
        assert mine == sorted(mine)


@given(st.lists(st.sampled_from(PEOPLE), max_size=40))
def test_with_equal_costs_people_alternate(jobs: list[str]) -> None:
    order = filled([(person, 10.0) for person in jobs]).rest()
    turns = [len(list(run)) for _, run in groupby(order)]
    for start in range(len(turns)):
        if turns[start] > 1:
            assert start == len(turns) - 1, "somebody had two turns in a row while another waited"
    for one in set(order):
        for other in set(order) - {one}:
            common = order[: min(order.rindex(one), order.rindex(other)) + 1]
            assert abs(common.count(one) - common.count(other)) <= 1


events = st.lists(st.one_of(st.tuples(st.sampled_from(PEOPLE), costs), st.none()), max_size=60)


@given(events)
def test_a_newcomer_waits_for_one_job_of_each_other_person_at_most(before: list[tuple[str, float] | None]) -> None:
    queue = Queue()
    for event in before:
        if event is not None:
            queue.add(*event)
        elif len(queue.scheduler):
            queue.take()
    queue.add("newcomer", 500)
    for _ in range(3):
        queue.add("late newcomer", 1)
    order = queue.rest()
    ahead = [entry.person_key for entry in queue.scheduler.order()]
    ahead = ahead[: ahead.index("newcomer")]
    assert len(ahead) == len(set(ahead)), order


@given(events, st.lists(st.tuples(st.integers(0, 3), st.floats(1, 20)), min_size=1, max_size=5))
def test_nobody_starves(before: list[tuple[str, float] | None], stream: list[tuple[int, float]]) -> None:
    """Whatever came before, and whoever keeps coming: the oldest job gets its turn."""
    queue = filled([event for event in before if event is not None])
    oldest = queue.add("patient", 1000)
    queue.add("patient", 1000)
    others = sum(cost for event in before if event for cost in [event[1]])
    bound = int((others + 2000) * 2 + 500)  # every turn of another person raises somebody by at least 1
    patient = 0
    for turn in range(bound):
        for number, (newcomers, cost) in enumerate(stream):
            for index in range(newcomers if turn % len(stream) == number else 0):
                if len(queue.scheduler) < 30:
                    queue.add(f"stranger {turn} {index}", cost)
        if not len(queue.scheduler):
            break
        patient += queue.take().person_key == "patient"
        if patient == 2:
            break
    assert patient == 2, oldest


@given(arrivals, st.data())
def test_removing_a_job_moves_nobody_back(jobs: list[tuple[str, float]], data: st.DataObject) -> None:
    queue = filled(jobs)
    if not jobs:
        assert not queue.scheduler.remove("a1")
        return
    order = [entry.job_id for entry in queue.scheduler.order()]
    gone = data.draw(st.sampled_from(order))
    assert queue.scheduler.remove(gone)
    assert gone not in queue.scheduler
    after = [entry.job_id for entry in queue.scheduler.order()]
    assert sorted([*after, gone]) == sorted(order)


def test_the_forecast_counts_what_runs_and_shares_the_work_among_engines() -> None:
    order = [Entry(1, "a", "p", 10), Entry(2, "b", "p", 20), Entry(3, "c", "p", 10)]
    assert forecast(order, [Lane(5, 10)]) == pytest.approx({"a": 6, "b": 8, "c": 9})
    assert forecast(order, [Lane(5, 10), Lane(0, 1)]) == pytest.approx({"a": 10, "b": 7, "c": 8})
    assert forecast(order, []) == {}
