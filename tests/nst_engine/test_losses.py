"""The losses and their gradients against the formulas, written out with loops, and on a tiny network."""

import pytest
import torch
from torch.nn import functional

from nst_engine.balance import Balance
from nst_engine.goal import Goal, Region
from nst_engine.losses import ContentTarget, StyleTarget, content_loss, moment_sums, style_loss, total_variation
from nst_engine.vgg import CONVOLUTIONS, Vgg19

CPU = torch.device("cpu")


def moments(activation: torch.Tensor, guide: torch.Tensor | None = None) -> torch.Tensor:
    places = activation[0, 0].numel() if guide is None else guide.sum()
    return moment_sums(activation, guide) / places


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_moments_are_the_mean_products_of_two_channels_and_the_means():
    activation = random(1, 3, 4, 5)
    found = moments(activation)
    assert found.shape == (3, 4)
    for i in range(3):
        for j in range(3):
            expected = sum(activation[0, i, y, x] * activation[0, j, y, x] for y in range(4) for x in range(5)) / 20
            assert found[i, j].item() == pytest.approx(expected.item(), rel=1e-5)
    torch.testing.assert_close(found[:, 3], activation.mean((0, 2, 3)))


def test_moments_under_a_guide_are_weighted_means():
    activation, guide = random(1, 3, 4, 5), random(1, 1, 4, 5, seed=1)
    weights = guide.flatten() / guide.sum()
    flat = activation.view(3, 20)
    torch.testing.assert_close(moments(activation, guide)[:, :3], (flat * weights) @ flat.T)
    torch.testing.assert_close(moments(activation, guide)[:, 3], flat @ weights)


def test_the_moments_gradient_is_their_slope():
    def pulled(activation: torch.Tensor, guide: torch.Tensor | None) -> torch.Tensor:
        return (moments(activation, guide) * random(3, 4, seed=2)).sum()

    for guide in (None, random(1, 1, 4, 5, seed=1)):
        activation = random(1, 3, 4, 5).requires_grad_()
        (gradient,) = torch.autograd.grad(pulled(activation, guide), activation)
        for place in [(0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 4)]:
            step = torch.zeros_like(gradient)
            step[place] = 0.01  # central differences are exact where a function is quadratic
            slope = (pulled(activation + step, guide) - pulled(activation - step, guide)) / 0.02
            assert gradient[place].item() == pytest.approx(slope.item(), rel=1e-3)


def test_moments_do_not_depend_on_size():
    activation = random(1, 6, 8, 8)
    torch.testing.assert_close(moments(activation.repeat(1, 1, 3, 2)), moments(activation))


def test_moments_do_not_depend_on_where_things_are():
    activation = random(1, 6, 8, 8)
    shuffled = activation.flatten(2)[..., torch.randperm(64)].view(1, 6, 8, 8)
    torch.testing.assert_close(moments(shuffled), moments(activation))


def test_moments_are_the_same_in_either_memory_format():
    activation = random(1, 6, 8, 8)
    torch.testing.assert_close(moments(activation.contiguous(memory_format=torch.channels_last)), moments(activation))


def test_content_loss_and_its_gradient_follow_the_formula():
    activation, photo = random(1, 2, 3, 4).requires_grad_(), random(1, 2, 3, 4, seed=1)
    loss = content_loss(activation, ContentTarget.of(photo))
    loss.backward()
    centred = photo - photo.mean((2, 3), keepdim=True)
    energy = (centred**2).mean(1)[0]  # at each place
    detail = (energy / energy.mean()).clamp(0.15, 2.5)
    detail = detail / detail.mean()
    difference = (activation - photo).detach()
    expected = sum(
        detail[y, x] * (difference[0, :, y, x] ** 2).sum() / 24 / energy.mean() for y in range(3) for x in range(4)
    )
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    torch.testing.assert_close(activation.grad, 2 * difference * detail / 24 / energy.mean())


def test_plain_places_may_change_more_than_rich_ones():
    photo = torch.full((1, 2, 4, 8), 2.0)
    photo[..., 4:] = random(1, 2, 4, 4) * 4
    target = ContentTarget.of(photo)
    plain, rich = photo.clone(), photo.clone()
    plain[..., :4] += 0.5
    rich[..., 4:] += 0.5
    assert content_loss(plain, target) < 0.5 * content_loss(rich, target)
    assert content_loss(plain, target) > 0


def test_content_under_a_guide_is_that_of_what_counts_by_its_share():
    shown, hidden = random(1, 2, 3, 4), random(1, 2, 3, 4, seed=1)
    guide = torch.cat((torch.ones(1, 1, 3, 4), torch.zeros(1, 1, 3, 4)), 3)
    painted, anything = random(1, 2, 3, 4, seed=2), random(1, 2, 3, 4, seed=3)
    alone = content_loss(painted, ContentTarget.of(shown))
    beside = torch.cat((painted, anything), 3).requires_grad_()
    both = content_loss(beside, ContentTarget.of(torch.cat((shown, hidden), 3), guide))
    torch.testing.assert_close(both, alone / 2)
    (gradient,) = torch.autograd.grad(both, beside)
    assert not gradient[..., 4:].any()


def test_a_place_is_pulled_as_hard_beside_what_does_not_count():
    """As in a picture that goes on in the same way."""
    shown, painted = random(1, 2, 3, 4), random(1, 2, 3, 4, seed=2)
    guide = torch.cat((torch.ones(1, 1, 3, 4), torch.zeros(1, 1, 3, 4)), 3)
    pulls = []
    for counts in (guide, None):
        beside = torch.cat((painted, painted), 3).requires_grad_()
        loss = content_loss(beside, ContentTarget.of(torch.cat((shown, shown), 3), counts))
        pulls.append(torch.autograd.grad(loss, beside)[0][..., :4])
    torch.testing.assert_close(*pulls)


def test_a_guide_of_ones_is_none():
    photo, painted = random(1, 2, 3, 4), random(1, 2, 3, 4, seed=2)
    losses = [content_loss(painted, ContentTarget.of(photo, guide)) for guide in (None, torch.ones(1, 1, 3, 4))]
    torch.testing.assert_close(*losses)
    torch.testing.assert_close(total_variation(painted, torch.ones(1, 1, 3, 4)), total_variation(painted))


def test_gram_loss_and_its_gradient_follow_the_formula():
    channels, places = 3, 20
    activation = random(1, channels, 4, 5).requires_grad_()
    target = moments(random(1, channels, 4, 5, seed=1))
    loss = style_loss(moments(activation), StyleTarget.of(target, "gram"))
    loss.backward()
    flat, gram = activation.detach().view(channels, places), target[:, :channels]
    difference = flat @ flat.T / places - gram
    energy = (gram**2).sum().item()
    assert loss.item() == pytest.approx((difference**2).sum().item() / energy, rel=1e-5)
    torch.testing.assert_close(activation.grad.view(channels, places), 4 / (places * energy) * difference @ flat)


def test_covariance_loss_follows_the_formula_and_its_gradient_is_its_slope():
    def expected(picture: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        a, b = picture.view(3, 20), style.view(3, 20)
        covariances = torch.cov(a, correction=0), torch.cov(b, correction=0)
        means = a.mean(1), b.mean(1)
        return sum(((x - y) ** 2).sum() / (y**2).sum() for x, y in (covariances, means)) / 2

    style, activation = random(1, 3, 4, 5, seed=1), random(1, 3, 4, 5).requires_grad_()
    loss = style_loss(moments(activation), StyleTarget.of(moments(style), "covariance"))
    torch.testing.assert_close(loss, expected(activation, style))
    (gradient,) = torch.autograd.grad(loss, activation)
    (slope,) = torch.autograd.grad(expected(activation, style), activation)
    torch.testing.assert_close(gradient, slope)


def test_only_the_gram_matrix_takes_brightness_for_variety():
    """Two channels that vary, and two that stand still with the same mean squares, have nearly the same Gram matrix."""
    varied = torch.tensor([[0.0, 2.0], [0.0, 2.0]]).repeat(1, 8).view(1, 2, 4, 4)
    still = torch.full((1, 2, 4, 4), 2**0.5)
    assert style_loss(moments(still), StyleTarget.of(moments(varied), "gram")).item() == pytest.approx(0, abs=1e-6)
    assert style_loss(moments(still), StyleTarget.of(moments(varied), "covariance")).item() > 0.4


def test_a_picture_in_which_a_layer_sees_nothing_is_1_away():
    photo = random(1, 3, 4, 5)
    for kind in ("gram", "covariance"):
        assert style_loss(torch.zeros(3, 4), StyleTarget.of(moments(photo), kind)).item() == pytest.approx(1)
        assert style_loss(moments(photo), StyleTarget.of(torch.zeros(3, 4), kind)).isfinite()
    assert content_loss(photo, ContentTarget.of(torch.zeros_like(photo))).isfinite()


def test_total_variation_is_a_mean():
    ramp = torch.arange(8.0).expand(1, 3, 6, 8)
    assert total_variation(ramp).item() == pytest.approx(1.0, rel=1e-4)
    assert total_variation(ramp.repeat(1, 1, 4, 1)).item() == pytest.approx(1.0, rel=1e-4)
    assert total_variation(torch.full((1, 3, 5, 5), 0.3)).item() == 0


def test_total_variation_under_a_guide_counts_neighbours_as_the_lesser_of_them():
    picture, guide = random(1, 3, 4, 5), random(1, 1, 4, 5, seed=1)
    across = sum(
        min(guide[0, 0, y, x], guide[0, 0, y, x + 1]) * (picture[0, :, y, x + 1] - picture[0, :, y, x]).square().sum()
        for y in range(4) for x in range(4)
    )  # fmt: skip
    down = sum(
        min(guide[0, 0, y, x], guide[0, 0, y + 1, x]) * (picture[0, :, y + 1, x] - picture[0, :, y, x]).square().sum()
        for y in range(3) for x in range(5)
    )  # fmt: skip
    torch.testing.assert_close(total_variation(picture, guide), across / (3 * 4 * 4) + down / (3 * 3 * 5))


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
