"""A 3 × 3 convolution with its ReLU, in one of the ways that may be quickest on a device.

`winograd` has one for float32 on a CPU; the others compute what the definition says. On a CPU oneDNN (Intel's library
of kernels, which torch brings along) computes both in one pass, from weights that lie as its kernels want them; torch's
own convolution lays them out anew each time, and passes over the result twice more. On small pictures, whose painting
is most of the work, that is a seventh of an iteration. The operators are those that torch.compile uses, which are not
promised to stay; without them torch's own take their place. oneDNN's and torch's compute the same numbers, to the last
bit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from nst_engine import winograd
from nst_engine.settings import Convolutions

Convolve = Callable[[Tensor], Tensor]
"""From an activation (1, C, H, W), channels_last, to the next layer's (1, C', H, W)."""


def convolution(weight: Tensor, bias: Tensor, convolutions: Convolutions = "direct") -> Convolve:
    """Return the convolution with a weight (C', C, 3, 3) and bias (C'), on their device and in their precision.

    Where it cannot be computed as `convolutions` says it is computed directly.
    """
    if convolutions == "winograd" and winograd.computes(weight):
        return winograd.Winograd(weight, bias)
    if weight.device.type == "cpu":
        # The operators may be missing, or not know this processor or precision.
        with suppress(AttributeError, RuntimeError):
            laid = _Laid(weight, bias)
            laid.there(torch.zeros(1, weight.shape[1], 1, 1, dtype=weight.dtype))
            return laid
    weight = weight.contiguous(memory_format=torch.channels_last)
    return lambda x: functional.relu(functional.conv2d(x, weight, bias, padding=1))


class _Laid:
    """A convolution whose weights lie as oneDNN wants them, there and back, for pictures of the size seen last.

    Which layout is quick depends on that size: one that was made for another has been seen to take 13 times as long.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._weight, self._bias = weight, bias
        self._there: tuple[torch.Size, Tensor] | None = None
        self._back: tuple[torch.Size, Tensor] | None = None

    def __call__(self, x: Tensor) -> Tensor:
        result: Tensor = _ConvolutionAndRelu.apply(x, self)  # type: ignore[no-untyped-call]
        return result

    def there(self, x: Tensor) -> Tensor:
        if self._there is None or self._there[0] != x.shape:
            self._there = x.shape, _laid(self._weight, x.shape)
        return _convolved(x, self._there[1], self._bias, "relu")

    def back(self, pull: Tensor) -> Tensor:
        if self._back is None or self._back[0] != pull.shape:
            self._back = pull.shape, _laid(_turned(self._weight), pull.shape)
        return _convolved(pull, self._back[1], None, "none")


class _ConvolutionAndRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, laid: _Laid) -> Tensor:
        result = laid.there(x)
        ctx.laid = laid
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor, None]:
        (result,) = ctx.saved_tensors
        return ctx.laid.back(torch.ops.aten.threshold_backward(pull, result, 0)), None


def first_convolution(weight: Tensor, bias: Tensor, dtype: torch.dtype) -> Convolve:
    """Return a convolution of the picture, in float32 and without padding, whose result is in another precision.

    The picture's small changes would be lost on bfloat16. Its gradient's are not: that is of one size everywhere.
    """
    weight, turned = weight.contiguous(memory_format=torch.channels_last), _turned(weight).to(dtype)

    def convolve(x: Tensor) -> Tensor:
        result: Tensor = _FirstAndRelu.apply(x, weight, bias, turned)  # type: ignore[no-untyped-call]
        return result

    return convolve


class _FirstAndRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, turned: Tensor) -> Tensor:
        result = functional.conv2d(x, weight, bias).to(turned.dtype).relu_()
        ctx.save_for_backward(result, turned)
        return result

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor, None, None, None]:
        result, turned = ctx.saved_tensors
        pull = torch.ops.aten.threshold_backward(pull, result, 0)
        return functional.conv2d(pull, turned, padding=2).float(), None, None, None


def _turned(weight: Tensor) -> Tensor:
    """Return the weight of the convolution that goes back through one: from outputs to inputs, and turned round."""
    return weight.flip(2, 3).transpose(0, 1).contiguous(memory_format=torch.channels_last)


_ONE = [1, 1]  # pixel of padding, of stride, of dilation


def _laid(weight: Tensor, size: torch.Size) -> Tensor:
    """Return a weight in the layout for activations of a size (1, C, H, W)."""
    laid: Tensor = torch.ops.mkldnn._reorder_convolution_weight(weight, _ONE, _ONE, _ONE, 1, list(size))
    return laid


def _convolved(x: Tensor, weight: Tensor, bias: Tensor | None, then: str) -> Tensor:
    result: Tensor = torch.ops.mkldnn._convolution_pointwise(x, weight, bias, _ONE, _ONE, _ONE, 1, then, [], "")
    return result
