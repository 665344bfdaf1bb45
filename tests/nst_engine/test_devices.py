"""Which way to compute is picked: what a machine can do decides, not what else it did in that moment."""

import time
from collections.abc import Callable, Iterator

import pytest
import torch

from nst_engine import devices
from nst_engine.devices import DIRECT, ROUGH, WINOGRAD, Way
from nst_engine.settings import Settings

CPU = torch.device("cpu")


@pytest.fixture
def everything(monkeypatch) -> None:
    """A processor that knows every way."""
    monkeypatch.setattr(devices.winograd, "available", lambda: True)
    monkeypatch.setattr(devices, "_knows_bfloat16", lambda device: True)


@pytest.fixture
def pick(monkeypatch, everything) -> Callable[..., tuple[Way, int]]:
    """Pick with what the rounds of trials take, in the order of `devices.ways`, and count how many were needed."""

    def picked(*rounds: tuple[float, ...], **settings: str) -> tuple[Way, int]:
        left: Iterator[tuple[float, ...]] = iter(rounds)
        monkeypatch.setattr(devices, "quickest", lambda device, *works, repeats=2: list(next(left)))
        found, _ = devices.pick(Settings(**settings), CPU, lambda way: lambda: None)
        return found, len(rounds) - len(list(left))

    return picked


def test_what_is_far_quicker_is_picked_at_once(pick):
    assert pick((0.5, 1.0, 1.0)) == (WINOGRAD, 1)
    assert pick((1.0, 0.5, 1.0)) == (DIRECT, 1)
    assert pick((1.0, 1.0, 0.5)) == (ROUGH, 1)


def test_what_is_about_as_quick_is_tried_again(pick):
    assert pick((0.5, 1.0, 0.6), (0.5, 0.4)) == (ROUGH, 2)
    assert pick((0.5, 1.0, 0.6), (0.4, 0.6)) == (WINOGRAD, 2)


def test_a_busy_moment_does_not_decide(pick):
    assert pick((1.0, 1.0, 1.0), (1.0, 1.0, 0.5)) == (ROUGH, 2)
    assert pick((1.0, 1.0, 1.0), (0.4, 1.0, 0.8)) == (WINOGRAD, 2)


def test_what_is_as_quick_is_not_worth_lost_digits_nor_memory(pick):
    assert pick((1.0, 1.0, 0.95), (1.0, 1.0, 0.95)) == (DIRECT, 2)
    assert pick((1.0, 2.0, 1.05), (1.0, 1.05)) == (ROUGH, 2)


def test_settings_leave_only_what_they_allow(pick, everything):
    assert pick((1.0, 2.0), dtype="float32") == (WINOGRAD, 1)
    assert pick((1.0,), dtype="float32", convolutions="direct") == (DIRECT, 1)
    assert pick((1.0,), dtype="bfloat16") == (ROUGH, 1)
    assert pick((1.0,), convolutions="winograd") == (WINOGRAD, 1)
    assert pick((1.0, 0.5), convolutions="direct") == (ROUGH, 1)


def test_where_no_code_can_be_made_convolutions_are_direct(monkeypatch, everything):
    monkeypatch.setattr(devices.winograd, "available", lambda: False)
    assert devices.ways(Settings(), CPU) == [DIRECT, ROUGH]
    assert devices.ways(Settings(convolutions="winograd"), CPU) == [DIRECT]


def test_the_seconds_are_those_of_the_quickest_run(monkeypatch, everything):
    left = iter([[1.0, 3.0, 0.7], [0.9, 0.5]])
    monkeypatch.setattr(devices, "quickest", lambda device, *works, repeats=2: next(left))
    assert devices.pick(Settings(), CPU, lambda way: lambda: None) == (ROUGH, 0.5)


@pytest.mark.parametrize("slow", [WINOGRAD, DIRECT, ROUGH])
def test_a_way_that_is_made_slow_is_not_picked(everything, slow):
    """The real clock: the others take a fifth of its time."""
    found, _ = devices.pick(Settings(), CPU, lambda way: lambda: time.sleep(0.1 if way == slow else 0.02))
    assert found != slow


def test_bfloat16_is_not_tried_where_the_processor_computes_it_number_by_number(monkeypatch):
    def convolution(weight: torch.Tensor, bias: torch.Tensor) -> Callable[[torch.Tensor], object]:
        return lambda x: time.sleep(0.05 if x.dtype == torch.bfloat16 else 0.001)

    monkeypatch.setattr(devices, "convolution", convolution)
    assert ROUGH not in devices.ways(Settings(), CPU)
    assert ROUGH in devices.ways(Settings(dtype="bfloat16"), CPU), "asked for is asked for"


def test_the_quickest_run_counts_and_the_first_one_does_not(monkeypatch):
    clock = iter([0, 10, 30, 33, 40, 45])  # of the first runs nobody asks when they end; the second take 3 and 5
    monkeypatch.setattr(devices, "perf_counter", lambda: float(next(clock)))
    assert devices.quickest(CPU, lambda: None, lambda: None, repeats=1) == [3, 5]


def test_winograd_and_bfloat16_do_not_go_together():
    with pytest.raises(ValueError, match="winograd"):
        Settings(dtype="bfloat16", convolutions="winograd")
