"""The losses and their gradients against the formulas, written out with loops, and on a tiny network."""

import pytest
import torch
from torch.nn import functional

from nst_engine.balance import Balance
from nst_engine.goal import Goal, Region
from nst_engine.losses import content_loss, gram_matrix, style_loss, total_variation
from nst_engine.vgg import CONVOLUTIONS, Vgg19

CPU = torch.device("cpu")


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_gram_matrix_is_the_mean_product_of_two_channels():
    activation = random(1, 3, 4, 5)
    gram = gram_matrix(activation)
    for i in range(3):
        for j in range(3):
            expected = sum(activation[0, i, y, x] * activation[0, j, y, x] for y in range(4) for x in range(5)) / 20
            assert gram[i, j].item() == pytest.approx(expected.item(), rel=1e-5)


def test_gram_matrix_does_not_depend_on_size():
    activation = random(1, 6, 8, 8)
    tiled = activation.repeat(1, 1, 3, 2)
    torch.testing.assert_close(gram_matrix(tiled), gram_matrix(activation))


def test_gram_matrix_does_not_depend_on_where_things_are():
    activation = random(1, 6, 8, 8)
    shuffled = activation.flatten(2)[..., torch.randperm(64)].view(1, 6, 8, 8)
    torch.testing.assert_close(gram_matrix(shuffled), gram_matrix(activation))


def test_gram_matrix_is_the_same_in_either_memory_format():
    activation = random(1, 6, 8, 8)
    torch.testing.assert_close(
        gram_matrix(activation.contiguous(memory_format=torch.channels_last)), gram_matrix(activation)
    )


def test_content_loss_and_its_gradient_follow_the_formula():
    activation, target = random(1, 2, 3, 4).requires_grad_(), random(1, 2, 3, 4, seed=1)
    loss = content_loss(activation, target)
    loss.backward()
    difference = (activation - target).detach()
    variance = sum((target[0, c] - target[0, c].mean()).square().sum().item() for c in range(2)) / 24
    assert loss.item() == pytest.approx((difference**2).sum().item() / 24 / variance, rel=1e-5)
    torch.testing.assert_close(activation.grad, 2 * difference / 24 / variance)


def test_style_loss_and_its_gradient_follow_the_formula():
    channels, places = 3, 20
    activation = random(1, channels, 4, 5).requires_grad_()
    target = gram_matrix(random(1, channels, 4, 5, seed=1))
    loss = style_loss(gram_matrix(activation), target)
    loss.backward()
    flat = activation.detach().view(channels, places)
    difference = flat @ flat.T / places - target
    energy = (target**2).sum().item()
    assert loss.item() == pytest.approx((difference**2).sum().item() / energy, rel=1e-5)
    expected = 4 / (places * energy) * difference @ flat
    torch.testing.assert_close(activation.grad.view(channels, places), expected)


def test_a_picture_in_which_a_layer_sees_nothing_is_1_away():
    target = random(1, 3, 4, 5)
    assert style_loss(torch.zeros(3, 3), gram_matrix(target)).item() == pytest.approx(1)
    mean = target.mean((2, 3), keepdim=True).expand_as(target)
    assert content_loss(mean, target).item() == pytest.approx(1)
    assert content_loss(target, torch.zeros_like(target)).isfinite()


def test_total_variation_is_a_mean():
    ramp = torch.arange(8.0).expand(1, 3, 6, 8)
    assert total_variation(ramp).item() == pytest.approx(1.0, rel=1e-4)
    assert total_variation(ramp.repeat(1, 1, 4, 1)).item() == pytest.approx(1.0, rel=1e-4)
    assert total_variation(torch.full((1, 3, 5, 5), 0.3)).item() == 0


def test_the_network_walks_the_table(tiny_parameters):
    picture = random(1, 3, 32, 48)
    names = [row.activation for row in CONVOLUTIONS]
    found = Vgg19(tiny_parameters, CPU, torch.float32)(picture, names)
    assert list(found) == names
    x = functional.pad(picture, (1, 1, 1, 1), mode="replicate")
    for row in CONVOLUTIONS:
        weight, bias = tiny_parameters[row.name]
        if row.pooled:
            x = functional.max_pool2d(x, 2)
        x = functional.relu(functional.conv2d(x, weight, bias, padding=0 if row.name == "conv1_1" else 1))
        torch.testing.assert_close(found[row.activation], x, rtol=1e-4, atol=1e-4)


def test_a_flat_picture_has_no_frame_in_the_first_layer(tiny_parameters):
    found = Vgg19(tiny_parameters, CPU, torch.float32)(torch.full((1, 3, 16, 16), 0.6), ["relu1_1"])["relu1_1"]
    torch.testing.assert_close(found, found[..., 8:9, 8:9].expand_as(found))


BALANCE = Balance({"relu2_1": 3.0}, {"relu1_1": 0.5, "relu3_1": 2.0}, tv_weight=0.01)


def test_the_goals_gradient_is_the_losses_slope(tiny_parameters):
    goal = Goal(
        Vgg19(tiny_parameters, CPU, torch.float32),
        random(1, 3, 16, 16),
        [Region([(random(1, 3, 16, 16, seed=1), 0.7), (random(1, 3, 24, 16, seed=2), 0.3)])],
        BALANCE,
    )
    picture = random(1, 3, 16, 16, seed=3)
    losses, gradient = goal(picture)
    assert losses.total == pytest.approx(losses.content + losses.style + losses.total_variation, rel=1e-5)
    sideways = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(4))
    direction = gradient / gradient.norm() + 0.2 * sideways / sideways.norm()
    step = 1e-2
    slope = (goal(picture + step * direction)[0].total - goal(picture - step * direction)[0].total) / (2 * step)
    assert (gradient * direction).sum().item() == pytest.approx(slope, rel=0.05)


def test_the_photo_has_no_content_loss_and_a_style_no_style_loss(tiny_parameters):
    photo, style = random(1, 3, 32, 32), random(1, 3, 32, 32, seed=1)
    goal = Goal(Vgg19(tiny_parameters, CPU, torch.float32), photo, [Region([(style, 1.0)])], BALANCE)
    assert goal(photo)[0].content == 0
    assert goal(photo)[0].style > 0.001
    assert goal(style)[0].style == pytest.approx(0, abs=1e-6)
    assert goal(style)[0].content > 0.01


def test_a_large_style_seen_in_strips_is_nearly_the_style_seen_at_once(tiny_parameters, monkeypatch):
    network, photo, style = (Vgg19(tiny_parameters, CPU, torch.float32), random(1, 3, 32, 32), random(1, 3, 512, 64))
    whole = Goal(network, photo, [Region([(style, 1.0)])], BALANCE)(photo)[0].style
    monkeypatch.setattr("nst_engine.memory.LARGEST_STYLE_TILE", 64)
    strips = Goal(network, photo, [Region([(style, 1.0)])], BALANCE)(photo)[0].style
    assert strips == pytest.approx(whole, rel=0.1)  # each strip has edges of its own
