"""The progress of several paintings as one task's."""

import math

import msgspec
import pytest

from nst_engine.progress import parts
from nst_engine.protocol import Progress

STEP = Progress(
    id="", iteration=1, iterations=4, scale=0, scales=2, width=8, height=8, content_loss=1.0, style_loss=1.0,
    seconds_left=3.0, done=0.25,
)  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_parts_count_on_from_one_another_and_end_when_the_last_does(count):
    told = []
    for tell in parts(told.append, count):
        for iteration in range(1, 5):
            tell(msgspec.structs.replace(STEP, iteration=iteration, scale=iteration // 3, done=iteration / 4))
    assert [step.iteration for step in told] == list(range(1, 4 * count + 1))
    assert [step.scale for step in told] == [2 * part + scale for part in range(count) for scale in (0, 0, 1, 1)]
    assert {(step.iterations, step.scales) for step in told} == {(4 * count, 2 * count)}
    assert [step.done for step in told] == pytest.approx([place / len(told) for place in range(1, len(told) + 1)])
    for place, step in enumerate(told):
        assert step.seconds_left == pytest.approx(3.0 * (count - place // 4), abs=0.5)


@pytest.mark.parametrize("count", [1, 3])
def test_while_nothing_can_be_said_of_one_part_nothing_is_said(count):
    told = []
    for tell in parts(told.append, count):
        tell(msgspec.structs.replace(STEP, seconds_left=math.inf))
    assert [step.seconds_left for step in told] == [math.inf] * count
