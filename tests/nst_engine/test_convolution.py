"""The quick convolution against torch's own, on a CPU: the same numbers there and back."""

import pytest
import torch
from torch.nn import functional

from nst_engine.convolution import _Laid, convolution


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("inputs", "outputs"), [(64, 128), (128, 128), (16, 24)])
def test_a_convolution_and_its_gradient_are_torchs(dtype, inputs, outputs):
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return (torch.rand(*shape, generator=generator) - 0.5).to(dtype).contiguous(memory_format=torch.channels_last)

    weight, bias = random(outputs, inputs, 3, 3), (torch.rand(outputs, generator=generator) - 0.5).to(dtype)
    quick = convolution(weight, bias)
    for height, width in ((20, 33), (5, 1), (64, 48)):  # the same laid weights serve them all
        x, pull = random(1, inputs, height, width), random(1, outputs, height, width)
        there, slow_there = x.clone().requires_grad_(), x.clone().requires_grad_()
        found, expected = quick(there), functional.relu(functional.conv2d(slow_there, weight, bias, padding=1))
        torch.testing.assert_close(found, expected)
        assert found.is_contiguous(memory_format=torch.channels_last)
        (gradient,) = torch.autograd.grad(found, there, pull)
        (slow,) = torch.autograd.grad(expected, slow_there, pull)
        torch.testing.assert_close(gradient, slow)
        assert gradient.is_contiguous(memory_format=torch.channels_last)


class Unsupported:
    """oneDNN on a processor that it does not know."""

    def __getattr__(self, name: str):
        def refuse(*arguments: object) -> None:
            raise RuntimeError("mkldnn bf16 path needs a cpu with avx512")

        return refuse


@pytest.mark.parametrize("operators", [object(), Unsupported()])
def test_without_the_quick_operators_torchs_own_do(monkeypatch, operators):
    weight, bias, x = torch.rand(8, 4, 3, 3) - 0.5, torch.rand(8) - 0.5, torch.rand(1, 4, 9, 7)
    quick = convolution(weight, bias)(x)
    monkeypatch.setattr(torch.ops, "mkldnn", operators)
    torch.testing.assert_close(convolution(weight, bias)(x), quick)


def test_weights_are_laid_anew_for_each_size():
    """Those for a lying picture take many times as long with a standing one, whose rows are a pixel or three wide."""
    weight, bias = torch.rand(16, 16, 3, 3) - 0.5, torch.rand(16)
    quick = convolution(weight, bias)
    if not isinstance(quick, _Laid):
        pytest.skip("no quick operators here")
    for shape in ((1, 16, 1, 58), (1, 16, 58, 1), (1, 16, 58, 3)):
        x = torch.rand(shape).contiguous(memory_format=torch.channels_last).requires_grad_()
        quick(x).sum().backward()
        assert (quick._there[0], quick._back[0]) == (x.shape, x.shape)
