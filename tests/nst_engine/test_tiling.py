"""Tiles: they cover the picture once, and what is seen through them is what is seen at once."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_engine import tiling
from nst_engine.balance import Balance
from nst_engine.goal import Anchor, Goal, Region
from nst_engine.options import LAYERS
from nst_engine.vgg import Vgg19

CPU = torch.device("cpu")
BALANCE = Balance({"relu2_2": 1.0, "relu4_2": 3.0}, {"relu1_1": 0.5, "relu3_1": 2.0, "relu5_1": 1.0}, tv_weight=0.01)


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@given(
    height=st.integers(16, 700),
    width=st.integers(16, 700),
    side=st.one_of(st.none(), st.integers(16, 400)),
    layer=st.sampled_from(LAYERS),
)
@settings(max_examples=60, deadline=None)
def test_cores_cover_every_place_of_every_layer_exactly_once(height, width, side, layer):
    stride = tiling.stride(layer)
    seen = torch.zeros(height // stride, width // stride)
    for tile in tiling.cut(height, width, side, [layer]):
        seen[tile.rows.in_whole(stride), tile.columns.in_whole(stride)] += 1
        if side is not None:
            assert tile.rows.stop - tile.rows.start <= side + tiling.STRIDE
        rows, columns = tile.seen
        inside = torch.zeros((rows.stop - rows.start) // stride, (columns.stop - columns.start) // stride)
        core = inside[tile.rows.in_tile(stride), tile.columns.in_tile(stride)]
        assert core.shape == seen[tile.rows.in_whole(stride), tile.columns.in_whole(stride)].shape
    assert (seen == 1).all()


def test_the_margin_is_what_a_layer_can_see(tiny_parameters):
    """A pixel that lies the margin away from a place changes nothing there; one that lies near does."""
    network = Vgg19({name: (w.abs(), b.abs()) for name, (w, b) in tiny_parameters.items()}, CPU, torch.float32)
    for layer in ("relu1_1", "relu2_1", "relu3_2", "relu4_2", "relu5_1"):
        reach, place = tiling.margin([layer]), tiling.stride(layer)
        picture = torch.zeros(1, 3, 16, 640, requires_grad=True)
        column = 320 // place
        network(picture, [layer], "average")[layer][..., column].sum().backward()
        touched = picture.grad.abs().sum((0, 1, 2)).nonzero().flatten()
        assert touched.min() >= 320 - reach
        assert touched.max() < 320 + place + reach
        assert touched.max() - touched.min() > reach - tiling.STRIDE


def goals(network, tile, **more):
    photo, styles = random(1, 3, 150, 205, seed=1), [(random(1, 3, 90, 120, seed=2), 1.0)]
    guide = random(1, 1, 150, 205, seed=3)
    regions = {
        "everywhere": [Region(styles)],
        "masked": [Region(styles, guide), Region([(random(1, 3, 64, 64, seed=4), 2.0)], 1 - guide)],
    }
    found = {name: Goal(network, photo, found, BALANCE, tile=tile, **more) for name, found in regions.items()}
    alpha = (2 * random(1, 1, 150, 205, seed=8)).clamp(max=1)
    alpha[..., 100:] = 0  # some tiles are transparent everywhere
    cut = [Region(styles, alpha)]
    return found | {"cut out": Goal(network, photo, cut, BALANCE, alpha=alpha, tile=tile, **more)}


@pytest.mark.parametrize("tile", [32, 64, 100])
@pytest.mark.parametrize("kind", ["everywhere", "masked", "cut out"])
@pytest.mark.parametrize("pooling", ["max", "average"])
def test_tiled_losses_and_gradient_are_the_untiled_ones(tiny_parameters, tile, kind, pooling):
    network = Vgg19(tiny_parameters, CPU, torch.float32)
    anchor = Anchor(random(1, 3, 150, 205, seed=6), random(1, 1, 150, 205, seed=7))
    picture = random(1, 3, 150, 205, seed=5)
    whole, tiled = (goals(network, side, pooling=pooling, anchor=anchor)[kind](picture) for side in (None, tile))
    assert tiled[0] == pytest.approx(whole[0], rel=1e-4)
    torch.testing.assert_close(tiled[1], whole[1], rtol=1e-3, atol=1e-3 * whole[1].abs().max().item())


@pytest.mark.long
def test_with_the_real_network_at_512_pixels_tiles_change_next_to_nothing(painter):
    photo, style, picture = (random(1, 3, 384, 512, seed=seed) for seed in (1, 2, 3))
    balance = Balance({"relu4_2": 4.0}, dict.fromkeys(("relu1_1", "relu3_1", "relu5_1"), 1.0), tv_weight=0.0)
    whole, tiled = (
        Goal(painter._network, photo, [Region([(style, 1.0)])], balance, tile=tile)(picture) for tile in (None, 256)
    )
    assert tiled[0] == pytest.approx(whole[0], rel=1e-3)
    error = (tiled[1] - whole[1]).norm() / whole[1].norm()
    assert error < 1e-3
    seam = (tiled[1] - whole[1])[..., 250:262].norm() / whole[1][..., 250:262].norm()
    assert seam < 1e-3, "a seam"


def test_a_goal_without_losses_pulls_nowhere(tiny_parameters):
    network = Vgg19(tiny_parameters, CPU, torch.float32)
    for tile in (None, 32):
        goal = Goal(
            network, random(1, 3, 64, 64), [Region([(random(1, 3, 64, 64), 1.0)])], Balance({}, {}, 1.0), tile=tile
        )
        flat = torch.full((1, 3, 64, 64), 0.5)
        losses, gradient = goal(flat)
        assert losses.total == 0
        assert not gradient.any()
