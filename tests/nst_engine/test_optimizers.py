"""The optimisers find planted optima, and find their way back from numbers that are none."""

import pytest
import torch

from nst_engine.errors import NotFinite
from nst_engine.optimizers import _Curvature, adam, lbfgs

SHAPE = (1, 3, 6, 6)
PLANTED = torch.rand(SHAPE, generator=torch.Generator().manual_seed(1)) * 0.6 + 0.2
STEEP = torch.logspace(-1, 2, 108).view(SHAPE)  # an ill-conditioned valley


def valley(x):
    return (STEEP * (x - PLANTED) ** 2).sum().item(), 2 * STEEP * (x - PLANTED)


def test_lbfgs_finds_the_bottom_of_an_ill_conditioned_valley():
    found = lbfgs(torch.full(SHAPE, 0.5), valley, 120)
    assert valley(found)[0] < 1e-4


@pytest.mark.parametrize("known", [1, 3, 4, 9])
def test_the_direction_is_that_of_the_two_loop_recursion(known):
    """As Nocedal and Wright write it down (algorithm 7.4), on whole vectors, with the last four pairs."""
    generator = torch.Generator().manual_seed(known)
    steps = [0.02 * torch.randn(SHAPE, generator=generator) for _ in range(known)]
    pairs = [(step, STEEP * step) for step in steps]
    if known > 3:
        pairs.insert(2, (steps[0], -STEEP * steps[0]))  # uphill: not to be learnt, in whichever slot it would lie
    gradient = torch.randn(SHAPE, generator=generator)
    memory = _Curvature(4)
    for pair in pairs:
        memory.learn(*pair)
    expected = gradient.clone()
    last = [pair for pair in pairs if (pair[0] * pair[1]).sum() > 0][-4:]
    factors = []
    for step, change in reversed(last):
        factors.append((step * expected).sum() / (step * change).sum())
        expected -= factors[-1] * change
    step, change = last[-1]
    expected *= (step * change).sum() / (change * change).sum()
    for (step, change), factor in zip(last, reversed(factors), strict=True):
        expected += (factor - (change * expected).sum() / (step * change).sum()) * step
    expected *= -min(1.0, 64 / 255 / expected.abs().max().item())
    torch.testing.assert_close(memory.direction(gradient, 1.0), expected, rtol=1e-4, atol=1e-5)


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
