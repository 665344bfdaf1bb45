"""How much memory a painting takes: arithmetic that the bot and the painter share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_engine import Options, memory

SIZES = st.integers(64, 6000)
GB = 10**9


@given(size=SIZES, width=st.integers(1, 8000), height=st.integers(1, 8000), bound=st.integers(GB // 2, 64 * GB))
def test_a_painting_is_cut_into_the_largest_tiles_that_fit(size, width, height, bound):
    options = Options(size=size)
    need = memory.need(options, width, height, bound)
    whole = memory.need(options, width, height)
    assert whole.tile is None
    assert need.bytes <= whole.bytes or need.tile is None
    if whole.bytes <= bound:
        assert need == whole
    elif need.bytes > bound:
        assert need.tile == memory.SMALLEST_TILE
    else:
        assert need.tile is not None


@given(size=SIZES, width=st.integers(100, 8000), height=st.integers(100, 8000), bound=st.integers(GB, 64 * GB))
def test_the_size_that_is_offered_fits_and_is_smaller(size, width, height, bound):
    options = Options(size=size)
    offered = memory.fitting_size(options, width, height, bound)
    fits = memory.needed_bytes(options, width, height, bound) <= bound
    assert (offered is None) == fits
    if offered is not None:
        assert 64 <= offered < size
        assert memory.needed_bytes(Options(size=offered), width, height, bound) <= bound


def test_nothing_is_refused_where_the_memory_is_not_known():
    assert memory.fitting_size(Options(size=6000), 100, 100, 0) is None


def test_the_network_in_bfloat16_takes_less():
    assert memory.need(Options(), 4, 3, 0, "bfloat16").bytes < memory.need(Options(), 4, 3, 0, "float32").bytes


def test_tiles_shrink_down_to_the_smallest_and_no_further():
    sides = [memory.smaller_tile(None, 512, 384)]
    while sides[-1] is not None:
        sides.append(memory.smaller_tile(sides[-1], 512, 384))
    assert sides == [memory.SMALLEST_TILE, None]
    assert memory.smaller_tile(None, 200, 100) is None
    assert memory.smaller_tile(None, 4096, 100) == 2048


@pytest.mark.parametrize(
    "greedy",
    [
        {"style_scale": 4.0},
        {"content_layers": {"relu1_2": 1.0}},
        {"content_layers": {"relu1_1": 1.0, "relu2_1": 1.0}},
        {"content_layers": {"relu5_4": 1.0}},
        {"style_layers": {"relu5_4": 1.0}},
    ],
    ids=str,
)
def test_what_takes_more_memory_is_said_to(greedy):
    usual, more = Options(size=2048), Options(size=2048, **greedy)
    least = 1  # a byte, for which the smallest tiles are taken
    assert memory.need(more, 4, 3, least).bytes > memory.need(usual, 4, 3, least).bytes + 50e6


def test_a_weight_of_nothing_takes_nothing():
    assert memory.need(Options(content_layers={"relu4_2": 1.0, "relu1_1": 0.0}), 4, 3) == memory.need(Options(), 4, 3)
