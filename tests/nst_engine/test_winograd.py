"""Winograd's convolutions against the definition's, there and back."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from nst_engine import Options, Settings, stylize, vector_code, winograd, winograd_code
from nst_engine.convolution import convolution

TOLERANCE = 1e-5  # of the size of the whole result; sums of up to 4608 products in float32 are no more exact than 1e-6

needs_code = pytest.mark.usefixtures("code")


@pytest.fixture(scope="module")
def code() -> None:
    """Skip where there is none. Looked up here, since to make it takes most of a second."""
    if not winograd.available():
        pytest.skip("no vector code for this processor")


CHANNELS = st.sampled_from([64, 128, 192])


def layer(inputs: int, outputs: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(outputs, inputs, 3, 3, generator=generator) / (9 * inputs) ** 0.5
    return weight, torch.randn(outputs, generator=generator)


def error(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found.detach().double() - expected).norm() / expected.norm().clamp(min=1e-9))


def assert_there_and_back(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """Compare with the definition in double precision; the ReLU's gradient by what the layer itself let through."""
    x = x.detach().requires_grad_()
    found = winograd.Winograd(weight, bias)(x)
    expected = functional.relu(functional.conv2d(x.double(), weight.double(), bias.double(), padding=1))
    assert error(found, expected.detach()) < TOLERANCE
    assert found.is_contiguous(memory_format=torch.channels_last)
    pull = torch.randn(found.shape, generator=torch.Generator().manual_seed(1))
    (gradient,) = torch.autograd.grad(found, x, pull)
    through = torch.where(found > 0, pull, 0).double()
    assert error(gradient, functional.conv_transpose2d(through, weight.double(), padding=1)) < TOLERANCE


@needs_code
@settings(max_examples=25, deadline=None)
@given(height=st.integers(1, 21), width=st.integers(1, 21), inputs=CHANNELS, outputs=CHANNELS, seed=st.integers(0, 99))
def test_any_shape_there_and_back(height, width, inputs, outputs, seed):
    x = torch.randn(1, inputs, height, width, generator=torch.Generator().manual_seed(seed))
    assert_there_and_back(x, *layer(inputs, outputs, seed))


@needs_code
@pytest.mark.parametrize(
    ("inputs", "outputs", "height", "width"),
    [(64, 64, 61, 83), (256, 512, 13, 9), (512, 512, 43, 5), (512, 512, 1, 1), (64, 128, 1, 300), (256, 256, 97, 1)],
)
def test_layers_of_vgg_in_many_strips_and_few(inputs, outputs, height, width):
    """The deep ones bring their kernels into the basis while they are used."""
    x = torch.randn(1, inputs, height, width, generator=torch.Generator().manual_seed(0))
    assert_there_and_back(x, *layer(inputs, outputs))


@needs_code
def test_a_view_of_a_larger_picture_and_another_layout():
    weight, bias = layer(64, 64)
    whole = torch.randn(1, 64, 40, 50).contiguous(memory_format=torch.channels_last)
    for x in (whole[..., 3:20, 7:31], whole.contiguous(), whole[..., ::2]):
        assert_there_and_back(x, weight, bias)


@needs_code
def test_as_many_threads_as_torch_has_give_the_same_numbers():
    x, found = torch.randn(1, 128, 30, 41), []
    once = winograd.Winograd(*layer(128, 128))
    usual = torch.get_num_threads()
    try:
        for threads in (1, 2, 5, 64):
            torch.set_num_threads(threads)
            found.append(once(x))
    finally:
        torch.set_num_threads(usual)
    assert all(torch.equal(found[0], other) for other in found)


@needs_code
def test_from_several_threads_at_once():
    once, pictures = winograd.Winograd(*layer(64, 64)), [torch.randn(1, 64, 33, 20 + i) for i in range(6)]
    alone = [once(x) for x in pictures]
    with ThreadPoolExecutor(3) as threads:
        assert all(map(torch.equal, alone, threads.map(once, pictures)))


@needs_code
def test_numbers_that_are_none_and_infinite_ones_are_not_hidden():
    weight, bias = layer(64, 64)
    for odd in (torch.nan, torch.inf):
        x = torch.ones(1, 64, 9, 9)
        x[0, 0, 4, 4] = odd
        assert not winograd.Winograd(weight, bias)(x).isfinite().all()


@settings(deadline=None)
@given(tiles=st.integers(1, 5000), sides=st.tuples(CHANNELS, CHANNELS), workers=st.integers(1, 64))
def test_the_pieces_cover_everything_once(tiles, sides, workers):
    inputs, outputs = sides
    covered = torch.zeros(tiles, outputs // winograd_code.GROUP, dtype=torch.int)
    for piece in winograd._pieces(tiles, inputs, outputs, workers):
        assert len(piece.tiles) <= max(winograd._STRIP, winograd._DEEP_STRIP)
        assert piece.outputs.start % winograd_code.GROUP == 0
        covered[
            piece.tiles.start : piece.tiles.stop,
            piece.outputs.start // winograd_code.GROUP : -(-piece.outputs.stop // winograd_code.GROUP),
        ] += 1
    assert (covered == 1).all()


@settings(deadline=None)
@given(st.lists(st.floats(-8, 8), min_size=9, max_size=9), st.lists(st.floats(-8, 8), min_size=36, max_size=36))
def test_the_bases_are_those_of_the_paper(kernel, tile):
    """Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A is the convolution, in plain numbers."""
    g, d = [kernel[3 * i : 3 * i + 3] for i in range(3)], [tile[6 * i : 6 * i + 6] for i in range(6)]
    both = winograd_code.in_both_dimensions
    product = [
        [a * b for a, b in zip(*rows, strict=True)]
        for rows in zip(both(winograd_code.kernel_basis, g), both(winograd_code.input_basis, d), strict=True)
    ]
    found = torch.tensor(both(winograd_code.result_basis, product), dtype=torch.float64)
    expected = functional.conv2d(torch.tensor([[d]], dtype=torch.float64), torch.tensor([[g]], dtype=torch.float64))
    torch.testing.assert_close(found, expected[0, 0], rtol=1e-9, atol=1e-8)


@needs_code
def test_the_painting_is_the_direct_one(photo, waves):
    """To the eye, and for as long as the last digits do not decide: L-BFGS doubles every difference, and two direct
    paintings whose starts differ by 1e-7 are after a hundred iterations as far apart as these (docs/experiments.md).
    """
    paintings = [
        stylize(photo, waves, Options(size=96, scales=1, iterations=6), settings=Settings(dtype="float32", **way))
        for way in ({"convolutions": "direct"}, {"convolutions": "winograd"})
    ]
    assert [painting.convolutions for painting in paintings] == ["direct", "winograd"]
    one, other = (painting.picture.astype(float) for painting in paintings)
    assert 10 * math.log10(255**2 / ((one - other) ** 2).mean()) > 50  # dB
    assert paintings[0].style_loss == pytest.approx(paintings[1].style_loss, rel=1e-3)


def test_what_winograd_cannot_compute_is_computed_directly():
    for weight in (torch.rand(8, 4, 3, 3) - 0.5, (torch.rand(64, 64, 3, 3) - 0.5).bfloat16()):
        x, bias = torch.rand(1, weight.shape[1], 9, 7).to(weight.dtype), torch.zeros(len(weight), dtype=weight.dtype)
        expected = functional.relu(functional.conv2d(x, weight, bias, padding=1))
        torch.testing.assert_close(convolution(weight, bias, "winograd")(x), expected)


def test_without_llvmlite_there_is_no_code(monkeypatch):
    monkeypatch.setattr(vector_code, "llvm", None)
    assert vector_code.processor() is None


@needs_code
def test_where_llvm_refuses_convolutions_are_direct(monkeypatch, caplog):
    def refuse(program: vector_code.Program) -> None:
        raise RuntimeError("unknown processor")

    monkeypatch.setattr(vector_code.Program, "compile", refuse)
    assert winograd_code.steps.__wrapped__() is None
    assert "unknown processor" in caplog.text


@needs_code
@pytest.mark.skipif(not torch.backends.cpu.get_cpu_capability().startswith("AVX"), reason="x86 only")
@pytest.mark.parametrize(("capability", "width"), [("AVX2", 8), ("DEFAULT", None)])
def test_code_keeps_to_what_torch_keeps_to(monkeypatch, capability, width):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    found = vector_code.processor()
    assert (found.width if found else None) == width
    assert found is None or "+avx512f" not in found.features
