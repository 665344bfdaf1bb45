"""What a painting should become: the weighted losses of a picture under the network, and their gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from nst_engine.balance import Balance
from nst_engine.losses import content_loss, gram_matrix, style_loss, total_variation
from nst_engine.vgg import Vgg19


class Losses(NamedTuple):
    """The three losses, each times its weight, and their sum."""

    content: float
    style: float
    total_variation: float
    total: float


_STRIP = 2**20  # pixels of a style that are looked at together, which bounds the memory that a large style takes


class Goal:
    """The content of one picture (1, 3, H, W) and the blended style of others, as something to descend towards."""

    def __init__(
        self, network: Vgg19, content: Tensor, styles: Sequence[tuple[Tensor, float]], balance: Balance
    ) -> None:
        self._network, self._balance = network, balance
        with torch.no_grad():
            self._content = network(content, balance.content_layers)
            self._grams: dict[str, Tensor] = {}
            for style, weight in styles:
                for strip in _strips(style):
                    share = weight * strip.shape[2] / style.shape[2]
                    for name, activation in network(strip, balance.style_layers).items():
                        gram = gram_matrix(activation) * share
                        self._grams[name] = self._grams[name] + gram if name in self._grams else gram

    def __call__(self, picture: Tensor) -> tuple[Losses, Tensor]:
        """Return the losses of a picture (1, 3, H, W) and the gradient of their sum, of the same shape."""
        balance = self._balance
        x = picture.detach().requires_grad_()
        activations = self._network(x, {*balance.content_layers, *balance.style_layers})
        zero = torch.zeros((), device=x.device)
        content = sum(
            (content_loss(activations[name], self._content[name]) * w for name, w in balance.content_layers.items()),
            zero,
        )
        style = sum(
            (
                style_loss(gram_matrix(activations[name]), self._grams[name]) * w
                for name, w in balance.style_layers.items()
            ),
            zero,
        )
        tv = total_variation(x) * balance.tv_weight
        total = content + style + tv
        (gradient,) = torch.autograd.grad(total, x)
        return Losses(*torch.stack((content, style, tv, total)).tolist()), gradient


def _strips(style: Tensor) -> tuple[Tensor, ...]:
    """Cut a large style into strips across; Gram matrices are means over places, so the strips' add up."""
    return style.chunk(max(1, min(round(style.numel() / 3 / _STRIP), style.shape[2] // 64)), dim=2)
