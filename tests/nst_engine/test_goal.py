"""Goals: how much each region counts, and what pulls besides the network."""

import pytest
import torch

from nst_engine.balance import Balance
from nst_engine.goal import Anchor, Goal, Region
from nst_engine.losses import total_variation
from nst_engine.vgg import Vgg19

CPU = torch.device("cpu")
BALANCE = Balance({}, {"relu1_1": 2.0}, tv_weight=0.0)  # a layer that sees no further than the next pixel


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def panel(width: int, seed: int) -> torch.Tensor:
    """Return a picture that looks the same at its sides whatever stands next to it, if that is another panel."""
    found = random(1, 3, 20, width, seed=seed)
    found[..., :1] = found[..., -1:] = 0.5
    return found


@pytest.fixture
def network(tiny_parameters):
    return Vgg19(tiny_parameters, CPU, torch.float32)


def style_loss(network, picture, guide=None):
    return Goal(network, picture, [Region([(random(1, 3, 24, 24, seed=9), 1.0)], guide)], BALANCE)(picture)[0].style


def test_a_region_counts_as_much_as_it_is_of_the_picture(network):
    picture = random(1, 3, 20, 32)
    assert style_loss(network, picture, torch.full((1, 1, 20, 32), 0.4)) == pytest.approx(
        0.4 * style_loss(network, picture), rel=1e-4
    )


def test_a_region_sees_its_own_places_alone(network):
    left, right = panel(16, 1), panel(16, 2)
    guide = torch.cat((torch.ones(1, 1, 20, 16), torch.zeros(1, 1, 20, 16)), 3)
    assert style_loss(network, torch.cat((left, right), 3), guide) == pytest.approx(
        0.5 * style_loss(network, left), rel=1e-4
    )


def test_a_place_counts_half_where_the_guide_is_half(network):
    """As much as if everything else were there twice."""
    left, right = panel(16, 1), panel(16, 2)
    guide = torch.cat((torch.ones(1, 1, 20, 16), torch.full((1, 1, 20, 16), 0.5)), 3)
    assert style_loss(network, torch.cat((left, right), 3), guide) == pytest.approx(
        0.75 * style_loss(network, torch.cat((left, left, right), 3)), rel=1e-4
    )


def test_what_is_transparent_pulls_nowhere(network):
    """But as far as an opaque place sees: here, to the next pixel."""
    balance = Balance({"relu1_1": 1.0}, {"relu1_1": 2.0}, tv_weight=1.0)
    alpha = torch.cat((torch.ones(1, 1, 20, 16), torch.zeros(1, 1, 20, 16)), 3)
    style = [Region([(random(1, 3, 24, 24, seed=9), 1.0)], alpha)]
    goal = Goal(network, random(1, 3, 20, 32), style, balance, alpha=alpha)
    losses, gradient = goal(random(1, 3, 20, 32, seed=1))
    assert min(losses) > 0
    assert gradient[..., :16].any()
    assert not gradient[..., 17:].any()


def test_where_nothing_is_opaque_there_is_no_loss(network):
    nothing = torch.zeros(1, 1, 20, 32)
    region = Region([(random(1, 3, 24, 24, seed=9), 1.0)], nothing)
    balance = Balance({"relu2_1": 1.0}, {"relu1_1": 2.0}, tv_weight=1.0)
    goal = Goal(network, random(1, 3, 20, 32), [region], balance, alpha=nothing)
    losses, gradient = goal(random(1, 3, 20, 32, seed=1))
    assert losses.total == 0
    assert not gradient.any()


def test_what_is_held_and_smoothed_pulls_by_the_formulas(network):
    picture, held, weight = random(1, 3, 19, 17), random(1, 3, 19, 17, seed=1), random(1, 1, 19, 17, seed=2)
    for tv_weight, anchor in ((0.0, Anchor(held, weight)), (2.0, None), (2.0, Anchor(held, weight))):
        losses, gradient = Goal(network, picture, [], Balance({}, {}, tv_weight), anchor=anchor)(picture)
        x = picture.double().requires_grad_()
        expected = tv_weight * total_variation(x)
        if anchor is not None:
            expected = expected + (weight * (x - held) ** 2).sum() / (3 * 19 * 17)
        expected.backward()
        assert losses.total == pytest.approx(expected.item(), rel=1e-5)
        torch.testing.assert_close(gradient, x.grad.float())


def test_a_blend_of_styles_takes_their_weights_relative_to_their_sum(network):
    picture, one, other = random(1, 3, 20, 20), random(1, 3, 20, 20, seed=1), random(1, 3, 20, 20, seed=2) ** 2
    found = [
        Goal(network, picture, [Region([(one, a), (other, b)])], BALANCE)(picture)[0].style
        for a, b in ((1.0, 0.0), (1.0, 3.0), (10.0, 30.0))
    ]
    assert found[1] == pytest.approx(found[2], rel=1e-5)
    alone = Goal(network, picture, [Region([(one, 1.0)])], BALANCE)(picture)[0].style
    assert found[0] == pytest.approx(alone, rel=1e-5)
