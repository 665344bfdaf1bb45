"""The pace of status messages: few, fair, the latest only, and never in the way of a result."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.failures import Trouble
from bot.adapters.telegram.sending import reference
from bot.adapters.telegram.statuses import _KNOWN, GROUP_GAP_SECONDS, PRIVATE_GAP_SECONDS, Statuses, Wait
from tests.fakes import FakeClock
from tests.waiting import PATIENCE

PRIVATE, GROUP = "7", "-1007"
FLOOD = Trouble("flood", "", seconds=20.0)
GONE, LOST, LATER = Trouble("gone", ""), Trouble("lost", ""), Trouble("later", "", seconds=15.0)
UNCHANGED = Trouble("unchanged", "")


class Chats:
    """Statuses, and what was edited when."""

    def __init__(self) -> None:
        self.clock = FakeClock(0.0)
        self.statuses = Statuses(self.clock)
        self.made: list[tuple[float, str, object]] = []
        self.answers: list[Trouble | Exception | None] = []

    def update(self, ref: str, what: object) -> bool:
        async def edit(shown) -> Trouble | None:
            self.made.append((self.clock.now(), ref, what))
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            return answer

        return self.statuses.update(ref, edit)

    async def passes(self, seconds: float) -> None:
        await turns()
        self.clock.advance(seconds)
        await turns()

    @property
    def what(self) -> list[object]:
        return [what for _, _, what in self.made]


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def chats():
    chats = Chats()
    yield chats
    chats.statuses.stop()


def message(number: int, chat: str = PRIVATE) -> str:
    return reference(chat, number)


# ---- the budget ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("chat", "gap"), [(PRIVATE, PRIVATE_GAP_SECONDS), (GROUP, GROUP_GAP_SECONDS)])
async def test_only_the_latest_is_shown_and_not_too_often(chats, chat, gap):
    for what in range(5):
        chats.update(message(1, chat), what)
    await turns()
    assert chats.what == [4]  # at once
    for what in range(5, 9):
        chats.update(message(1, chat), what)
    await chats.passes(gap - 0.01)
    assert chats.what == [4]
    await chats.passes(0.01)
    assert chats.what == [4, 8]


async def test_groups_are_edited_less_often_than_private_chats():
    assert GROUP_GAP_SECONDS > PRIVATE_GAP_SECONDS


async def test_all_messages_of_a_chat_share_its_budget_and_take_turns(chats):
    for _ in range(12):
        for number in (1, 2, 3):
            chats.update(message(number, GROUP), None)
        await chats.passes(GROUP_GAP_SECONDS / 2)
    times = [at for at, _, _ in chats.made]
    assert all(later - earlier >= GROUP_GAP_SECONDS for earlier, later in pairwise(times))
    edited = [ref for _, ref, _ in chats.made]
    assert edited == list(islice(cycle([message(number, GROUP) for number in (1, 2, 3)]), len(edited)))
    assert len(edited) >= 6


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0, 3.0])), min_size=1, max_size=60))
def test_however_updates_come_nobody_is_forgotten_and_the_budget_is_kept(comings):
    async def run() -> None:
        chats = Chats()
        latest: dict[str, int] = {}
        for count, (number, pause) in enumerate(comings):
            latest[message(number)] = count
            chats.update(message(number), count)
            await chats.passes(pause)
        for _ in range(8):
            await chats.passes(PRIVATE_GAP_SECONDS)
        times = [at for at, _, _ in chats.made]
        assert all(later - earlier >= PRIVATE_GAP_SECONDS for earlier, later in pairwise(times))
        assert {ref: what for _, ref, what in chats.made} == latest
        chats.statuses.stop()

    asyncio.run(run())


async def test_chats_do_not_wait_for_each_other(chats):
    chats.update(message(1), "here")
    chats.update(message(1, "8"), "there")
    await turns()
    assert chats.what == ["here", "there"]


async def test_a_new_message_uses_the_budget_too(chats):
    chats.statuses.begun(message(1), "text")
    chats.update(message(1), "next")
    await turns()
    assert chats.what == []
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert chats.what == ["next"]


async def test_what_changes_nothing_costs_nothing(chats):
    chats.answers = [UNCHANGED]
    chats.update(message(1), "same")
    chats.update(message(2), "new")
    await turns()
    assert chats.what == ["same", "new"]


async def test_a_clock_that_is_set_back_stops_nothing(chats):
    chats.clock.advance(10_000)
    chats.update(message(1), 1)
    await turns()
    chats.statuses.pause(PRIVATE, 20)
    chats.clock._now -= 9_000
    chats.update(message(1), 2)
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert chats.what == [1, 2]


def test_a_wait_only_grows():
    wait = Wait()
    wait.extend(100, 20)
    wait.extend(105, 3)
    assert wait.left(105) == 15
    wait.extend(105, 30)
    assert wait.left(105) == 30


# ---- results come first -------------------------------------------------------------------------------------------


async def test_beside_a_delivery_all_is_silent_and_afterwards_the_latest_is_shown(chats):
    async with chats.statuses.delivering(PRIVATE):
        for what in range(3):
            chats.update(message(1), what)
            await chats.passes(60)
        assert chats.what == []
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert chats.what == [2]


async def test_a_delivery_waits_for_no_update(chats):
    stuck = asyncio.Event()

    async def edit(shown) -> None:
        await stuck.wait()

    chats.statuses.update(message(1), edit)
    await turns()
    async with asyncio.timeout(PATIENCE), chats.statuses.delivering(PRIVATE):
        pass
    stuck.set()


async def test_deliveries_to_a_chat_come_one_after_the_other(chats):
    order: list[str] = []

    async def deliver(name: str, chat: str) -> None:
        async with chats.statuses.delivering(chat):
            order.append(f"{name} begins")
            await turns()
            order.append(f"{name} ends")

    await asyncio.gather(deliver("one", PRIVATE), deliver("two", PRIVATE), deliver("other", GROUP))
    here = [what for what in order if not what.startswith("other")]
    assert here == ["one begins", "one ends", "two begins", "two ends"]
    assert order.index("other begins") < order.index("one ends")


async def test_a_delivery_that_was_cancelled_silences_nobody(chats):
    async def deliver() -> None:
        async with chats.statuses.delivering(PRIVATE):
            await asyncio.Event().wait()

    delivery = asyncio.create_task(deliver())
    await turns()
    delivery.cancel()
    await turns()
    chats.update(message(1), "shown")
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert chats.what == ["shown"]


# ---- floods and other troubles ------------------------------------------------------------------------------------


async def test_after_a_flood_the_chat_is_left_alone_and_then_the_latest_is_shown(chats):
    chats.answers = [FLOOD]
    chats.update(message(1), "flooded")
    await turns()
    assert chats.statuses.paused(PRIVATE) == 20
    assert not chats.statuses.may_begin(PRIVATE)
    assert chats.statuses.paused(GROUP) == 0
    chats.update(message(2), "waits")
    await chats.passes(20)
    assert chats.what == ["flooded"]
    assert chats.statuses.paused(PRIVATE) == 0  # for results, which go first
    assert not chats.statuses.may_begin(PRIVATE)
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert chats.statuses.may_begin(PRIVATE)
    await chats.passes(PRIVATE_GAP_SECONDS)
    assert sorted(chats.what[1:]) == ["flooded", "waits"]


async def test_what_is_flooded_is_forgotten_for_something_newer_and_for_good_when_dropped(chats):
    chats.answers = [FLOOD, FLOOD]
    chats.update(message(1), "old")
    await turns()
    chats.update(message(1), "new")
    await chats.passes(20 + PRIVATE_GAP_SECONDS)
    assert chats.what == ["old", "new"]
    chats.statuses.drop(message(1))
    await chats.passes(100)
    assert chats.what == ["old", "new"]


async def test_an_update_that_is_dropped_while_it_is_flooded_does_not_come_back(chats):
    asked = asyncio.Event()

    async def edit(shown) -> Trouble:
        chats.made.append((0, "", "asked"))
        await asked.wait()
        return FLOOD

    chats.statuses.update(message(1), edit)
    await turns()
    chats.statuses.drop(message(1))
    asked.set()
    await chats.passes(100)
    assert chats.what == ["asked"]


async def test_what_passes_is_tried_again_later(chats):
    chats.answers = [LATER]
    chats.update(message(1), "first")
    await chats.passes(14)
    assert chats.what == ["first"]
    assert chats.statuses.paused(PRIVATE) == 0  # a result may try
    await chats.passes(1)
    assert chats.what == ["first", "first"]


async def test_a_message_that_is_gone_is_told_and_not_asked_for_again(chats):
    chats.answers = [GONE]
    assert chats.update(message(1), 1)
    await chats.passes(60)
    assert not chats.update(message(1), 2)
    await chats.passes(60)
    assert chats.what == [1]
    assert chats.update(message(2), 3)


async def test_a_message_that_cannot_be_edited_is_there_all_the_same(chats):
    chats.answers = [LOST]
    chats.update(message(1), 1)
    await chats.passes(60)
    assert chats.update(message(1), 2)
    await chats.passes(60)
    assert chats.what == [1]


async def test_an_update_that_breaks_stops_its_message_only(chats):
    chats.answers = [RuntimeError("broken")]
    chats.update(message(1), 1)
    chats.update(message(2), 2)
    await chats.passes(60)
    assert chats.what == [1, 2]


async def test_memory_is_bounded_and_nothing_that_waits_is_forgotten(chats):
    chats.statuses.pause(PRIVATE, 3600)
    chats.update(message(0), "waits")
    for number in range(1, 3 * _KNOWN):
        chats.statuses.begun(message(number), "text")
        chats.statuses.paused(str(number))
    assert len(chats.statuses._known) <= _KNOWN + 1
    assert len(chats.statuses._chats) <= _KNOWN + 1
    await chats.passes(3600 + PRIVATE_GAP_SECONDS)
    assert chats.what == ["waits"]


async def test_nothing_comes_after_the_end(chats):
    chats.update(message(1), 1)
    await turns()
    chats.update(message(1), 2)
    chats.statuses.stop()
    await chats.passes(60)
    assert chats.what == [1]
