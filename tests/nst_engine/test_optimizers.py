"""The optimisers find planted optima, and find their way back from numbers that are none."""

import pytest
import torch

from nst_engine.errors import NotFinite
from nst_engine.optimizers import adam, lbfgs

SHAPE = (1, 3, 6, 6)
PLANTED = torch.rand(SHAPE, generator=torch.Generator().manual_seed(1)) * 0.6 + 0.2
STEEP = torch.logspace(-1, 2, 108).view(SHAPE)  # an ill-conditioned valley


def valley(x):
    return (STEEP * (x - PLANTED) ** 2).sum().item(), 2 * STEEP * (x - PLANTED)


def test_lbfgs_finds_the_bottom_of_an_ill_conditioned_valley():
    found = lbfgs(torch.full(SHAPE, 0.5), valley, 120)
    assert valley(found)[0] < 1e-4


def test_lbfgs_returns_the_best_picture_seen():
    losses = []

    def evaluate(x):
        losses.append(valley(x)[0])
        return valley(x)

    assert valley(lbfgs(torch.full(SHAPE, 0.5), evaluate, 25))[0] == min(losses)
    assert len(losses) == 25


def test_adam_finds_the_bottom_and_stays_in_range():
    seen = []

    def evaluate(x):
        seen.append(x)
        return valley(x)

    found = adam(torch.full(SHAPE, 0.5), evaluate, 400, 0.02)
    assert (found - PLANTED).abs().max() < 0.02
    assert all(x.min() >= 0 and x.max() <= 1 for x in seen)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1e30])
def test_lbfgs_comes_back_from_a_loss_that_is_none_or_leaps(bad):
    calls = 0

    def evaluate(x):
        nonlocal calls
        calls += 1
        loss, gradient = valley(x)
        return (bad, gradient * bad) if calls in (7, 8, 20) else (loss, gradient)

    found = lbfgs(torch.full(SHAPE, 0.5), evaluate, 150)
    assert found.isfinite().all()
    assert valley(found)[0] < 1e-3


def test_lbfgs_gives_up_on_a_loss_that_never_comes_back():
    calls = 0

    def evaluate(x):
        nonlocal calls
        calls += 1
        return valley(x) if calls < 5 else (float("nan"), x * float("nan"))

    with pytest.raises(NotFinite):
        lbfgs(torch.full(SHAPE, 0.5), evaluate, 100)
    assert calls < 20


@pytest.mark.parametrize("method", [lbfgs, lambda x, evaluate, n: adam(x, evaluate, n, 0.02)])
def test_a_start_that_is_no_number_is_refused(method):
    with pytest.raises(NotFinite):
        method(torch.zeros(SHAPE), lambda x: (float("nan"), x), 10)
