"""VGG-19 (Simonyan and Zisserman, 2015) as a table of named convolutions, and the walk through it.

Only the sixteen convolutions are here: style transfer never needs the classifier on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from nst_engine.convolution import Convolve, convolution, first_convolution
from nst_engine.options import Pooling
from nst_engine.settings import Convolutions

Parameters = Mapping[str, tuple[Tensor, Tensor]]
"""Weight (out, in, 3, 3) and bias (out) of each convolution by name: conv1_1 … conv5_4, for RGB in 0 to 1."""


class Convolution(NamedTuple):
    """One row of the table: a 3 × 3 convolution and its ReLU, with a 2 × 2 pooling before it where a block begins."""

    name: str
    inputs: int
    outputs: int
    pooled: bool

    @property
    def activation(self) -> str:
        """Name of the activation that losses are attached to, such as relu4_2."""
        return self.name.replace("conv", "relu")


def _table() -> tuple[Convolution, ...]:
    rows: list[Convolution] = []
    inputs = 3
    for block, (count, outputs) in enumerate(((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)), start=1):
        for index in range(1, count + 1):
            rows.append(Convolution(f"conv{block}_{index}", inputs, outputs, pooled=index == 1 and block > 1))
            inputs = outputs
    return tuple(rows)


CONVOLUTIONS: tuple[Convolution, ...] = _table()


# Means are smaller than maxima. With this factor at each pooling the mean activations of photos stay, all the way down
# to relu5_1, within a third of what they are with maxima (measured on three photos; with 2 they quadruple).
_AVERAGE_GAIN = 1.3


class Vgg19:
    """The network on a device. Calling it returns activations by name."""

    def __init__(
        self,
        parameters: Parameters,
        device: torch.device,
        dtype: torch.dtype,
        convolutions: Convolutions = "direct",
    ) -> None:
        self.device, self.dtype = device, dtype
        self._convolve: dict[str, Convolve] = {}
        for row in CONVOLUTIONS:
            weight, bias = parameters[row.name]
            if row.inputs == 3:
                # It sees the picture itself, whose small changes bfloat16 would swallow.
                self._convolve[row.name] = first_convolution(weight.to(device), bias.to(device), dtype)
            else:
                self._convolve[row.name] = convolution(weight.to(device, dtype), bias.to(device, dtype), convolutions)

    def __call__(self, picture: Tensor, layers: Iterable[str], pooling: Pooling = "max") -> dict[str, Tensor]:
        """Return the named activations of `picture` (1, 3, H, W), RGB in 0 to 1, float32: each (1, C, H', W').

        The walk ends at the deepest of `layers`. Average pooling was proposed by Gatys and others (2016) for smoother
        pictures; what it takes away from the activations' size, compared with maxima, is given back.
        """
        wanted = set(layers)
        found: dict[str, Tensor] = {}
        x = picture.contiguous(memory_format=torch.channels_last)
        for row in CONVOLUTIONS:
            if len(found) == len(wanted):
                break
            if row.pooled:
                x = functional.max_pool2d(x, 2) if pooling == "max" else functional.avg_pool2d(x, 2) * _AVERAGE_GAIN
            if row.inputs == 3:
                x = _edges_repeated(x)  # zeros around the picture would be a black frame, and would paint one
            x = self._convolve[row.name](x)
            if row.activation in wanted:
                found[row.activation] = x
        return found


def _edges_repeated(x: Tensor) -> Tensor:
    """Pad by one pixel all around. CUDA's own replicate padding sums its gradient in no fixed order; this one does."""
    x = torch.cat((x[..., :1], x, x[..., -1:]), dim=-1)
    return torch.cat((x[..., :1, :], x, x[..., -1:, :]), dim=-2).contiguous(memory_format=torch.channels_last)
