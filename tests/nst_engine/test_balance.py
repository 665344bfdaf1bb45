"""The strength dial and the layers that each scale looks at."""

from itertools import pairwise

import pytest

from nst_engine.balance import balance, content_weight
from nst_engine.options import STYLE_LAYERS, Options


def test_more_strength_never_keeps_more_of_the_photo():
    weights = [content_weight(strength) for strength in range(101)]
    assert all(more > less > 0 for more, less in pairwise(weights))


def test_large_forms_are_painted_at_coarse_scales_only():
    options = Options(size=512)  # 128, 256 and 512 pixels
    assert set(balance(options, 0).style_layers) == set(STYLE_LAYERS) - {"relu5_1"}
    for coarseness in (1, 2):
        assert set(balance(options, coarseness).style_layers) == set(STYLE_LAYERS)


@pytest.mark.parametrize("options", [Options(size=512, scales=1), Options(size=128)])
def test_a_single_scale_sees_every_layer(options):
    assert set(balance(options, 0).style_layers) == set(STYLE_LAYERS)


def test_chosen_layers_count_at_every_scale():
    options = Options(style_layers={"relu5_1": 1.0, "relu2_2": 0.5}, content_layers={"relu5_2": 1.0})
    for coarseness in range(3):
        assert set(balance(options, coarseness).style_layers) == {"relu5_1", "relu2_2"}
        assert set(balance(options, coarseness).content_layers) == {"relu5_2"}


def test_the_photo_weighs_more_at_coarse_scales():
    weights = [balance(Options(), coarseness).content_layers["relu4_2"] for coarseness in range(4)]
    assert weights == sorted(weights)
    assert weights[-1] > weights[0]
