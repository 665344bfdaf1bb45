"""How fast an engine paints: the trial is a first guess, and what was painted corrects it."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace, Stint
from nst_engine.protocol import PROTOCOL_VERSION, Hello

HELLO = Hello(
    protocol=PROTOCOL_VERSION, device="cpu", device_name="a processor", dtype="float32", backbone="vgg19", weights="0",
    speed=0.03, seconds_to_ready=5.0, pid=1,
)  # fmt: skip


def greeted(speed: float = HELLO.speed) -> Pace:
    pace = Pace()
    pace.greeted(msgspec.structs.replace(HELLO, speed=speed))
    return pace


def test_nothing_is_known_before_the_trial() -> None:
    assert Pace().speed is None
    assert Pace().learned is None
    assert greeted().speed == pytest.approx(0.03)


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan, math.inf])
def test_a_trial_that_says_nothing_is_no_guess(speed: float) -> None:
    pace = greeted(speed)
    assert pace.speed is None
    pace.learn(20, 10)
    assert pace.speed == pytest.approx(2)


def test_one_long_painting_is_believed_more_than_the_trial() -> None:
    pace = greeted()
    pace.learn(24, 60)
    assert pace.speed == pytest.approx(0.4, rel=0.05)


def test_what_is_long_past_counts_little() -> None:
    pace = greeted()
    for _ in range(10):
        pace.learn(24, 60)
    for _ in range(6):  # somebody else keeps the machine busy since
        pace.learn(6, 60)
    assert pace.speed == pytest.approx(0.1, rel=0.05)


def test_a_short_painting_says_little() -> None:
    """It is mostly reading and writing pictures."""
    pace = greeted(0.4)
    for _ in range(100):
        pace.learn(0.01, 0.9)
    assert pace.speed == pytest.approx(0.4)
    pace.learn(24, 60)
    pace.learn(0.1, 1.5)
    assert pace.speed == pytest.approx(0.4, rel=0.05)


@given(st.floats(), st.floats())
def test_whatever_it_is_told_the_speed_stays_a_number_above_zero(work: float, seconds: float) -> None:
    pace = greeted()
    pace.learn(work, seconds)
    pace.learn(24, 60)
    assert pace.speed is not None
    assert 0 < pace.speed < math.inf


def test_a_new_process_on_the_same_device_does_not_forget_it() -> None:
    pace = greeted()
    pace.learn(24, 60)
    known = pace.speed
    pace.greeted(HELLO)
    assert pace.speed == known
    pace.greeted(msgspec.structs.replace(HELLO, dtype="bfloat16", speed=0.8))
    assert pace.speed == pytest.approx(0.8)


def test_what_was_learned_is_recalled_and_corrected() -> None:
    before = greeted()
    before.learn(24, 60)
    assert before.learned is not None
    pace = Pace()
    pace.recall(before.learned)
    assert pace.speed == before.speed, "also before the engine is ready"
    pace.greeted(HELLO)
    assert pace.speed == before.speed
    pace.learn(6, 60)
    assert pace.speed == pytest.approx(0.13, rel=0.1)
    moved = Pace()
    moved.recall(before.learned)
    moved.greeted(msgspec.structs.replace(HELLO, device="cuda:0", device_name="a card", speed=30.0))
    assert moved.speed == pytest.approx(30)


def test_a_painting_under_way_corrects_a_wrong_guess() -> None:
    pace = greeted()
    stint = Stint(pace, 240.0, 1000.0)
    for second in range(1, 21):
        stint.advanced(second / 600, 1000.0 + second)
    assert pace.speed == pytest.approx(0.4, rel=0.1)


def test_many_small_steps_teach_as_much_as_one() -> None:
    pace, other = greeted(), greeted()
    stint = Stint(pace, 24.0, 0.0)
    for step in range(1, 601):
        stint.advanced(step / 600, step / 10)
    Stint(other, 24.0, 0.0).advanced(1.0, 60.0)
    assert pace.speed == pytest.approx(other.speed, rel=0.05)


def test_a_painting_that_begins_anew_teaches_no_nonsense() -> None:
    pace = greeted(0.4)
    stint = Stint(pace, 24.0, 0.0)
    for done, now in ((0.5, 30.0), (0.01, 31.0), (math.nan, 32.0), (5.0, 33.0), (0.51, 61.0)):
        stint.advanced(done, now)
    assert pace.speed == pytest.approx(0.4, rel=0.05)


def test_a_task_without_work_teaches_nothing() -> None:
    """Such as a film."""
    pace = greeted()
    Stint(pace, 0.0, 0.0).advanced(1.0, 30.0)
    assert pace.speed == pytest.approx(0.03)
