"""Which precision is picked: what a machine can do decides, not what else it did in that moment."""

from collections.abc import Callable, Iterator

import pytest
import torch

from nst_engine import devices
from nst_engine.settings import Settings

CPU = torch.device("cpu")


@pytest.fixture
def pick(monkeypatch) -> Callable[..., tuple[torch.dtype, int]]:
    """Pick with what trials take, as (bfloat16's seconds, float32's), and count how many were needed."""

    def picked(*trials: tuple[float, float], dtype: str = "auto") -> tuple[torch.dtype, int]:
        left: Iterator[tuple[float, float]] = iter(trials)
        monkeypatch.setattr(devices, "quickest", lambda device, *works: list(next(left)))
        found = devices.pick_dtype(Settings(dtype=dtype), CPU, lambda dtype: lambda: None)
        return found, len(trials) - len(list(left))

    return picked


def test_bfloat16_is_picked_where_it_is_quicker(pick):
    assert pick((0.5, 1.0)) == (torch.bfloat16, 1)


def test_float32_is_picked_at_once_where_bfloat16_is_far_slower(pick):
    assert pick((2.5, 1.0), (0.5, 1.0)) == (torch.float32, 1)


def test_a_busy_moment_does_not_decide_against_bfloat16(pick):
    assert pick((1.0, 1.0), (0.5, 1.0)) == (torch.bfloat16, 2)
    assert pick((1.0, 1.0), (1.3, 1.0), (0.5, 1.0)) == (torch.bfloat16, 3)


def test_float32_is_picked_where_bfloat16_buys_nothing(pick):
    assert pick((1.0, 1.0), (0.95, 1.0), (1.2, 1.0)) == (torch.float32, 3)


def test_a_set_precision_is_not_tried(pick):
    assert pick(dtype="float32") == (torch.float32, 0)
    assert pick(dtype="bfloat16") == (torch.bfloat16, 0)


def test_the_quickest_run_counts_and_the_first_one_does_not(monkeypatch):
    clock = iter([0, 10, 30, 33, 40, 45])  # of the first runs nobody asks when they end; the second take 3 and 5
    monkeypatch.setattr(devices, "perf_counter", lambda: float(next(clock)))
    assert devices.quickest(CPU, lambda: None, lambda: None, repeats=1) == [3, 5]
