"""The three losses as pure functions of tensors, after Gatys, Ecker and Bethge (CVPR 2016 and 2017).

Content and style losses are relative. 0 is the target itself. A picture in which the layer sees nothing has a style
loss of 1, and a content loss of 1 or more, since its scale is the target's variance and not its square. Gatys' absolute
losses differ forty-fold between one style and another, which no single weight can balance. Every loss is a mean, so
that none depends on the picture's size.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from nst_engine.options import StyleLoss

_NOTHING = 1e-12  # keeps a target in which a layer sees nothing from dividing by zero


def moment_sums(activation: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return what a layer sees, wherever it sees it: (C, C + 1), float32, of an activation (1, C, H, W).

    The first C columns are the Gram matrix, the last one holds the channels' sums; those of a picture's tiles add up to
    its own. Divided by H·W these are the layer's moments. A `guide` (1, 1, H, W), at least 0, says how much each place
    counts, and the sum of it takes the place of H·W: as in the guided Gram matrix of Gatys and others (2017).
    """
    sums: Tensor = _MomentSums.apply(activation, guide)  # type: ignore[no-untyped-call]
    return sums


class _MomentSums(torch.autograd.Function):
    """The moments' sums, with a gradient that takes one product of matrices where autograd's own takes two."""

    @staticmethod
    def forward(ctx: Any, activation: Tensor, guide: Tensor | None) -> Tensor:
        ctx.save_for_backward(activation, guide)
        _, channels, height, width = activation.shape
        # (1, C, H, W) channels_last -> (H·W, C) without a copy
        flat = activation.permute(0, 2, 3, 1).reshape(height * width, channels)
        weighted = flat if guide is None else flat * guide.reshape(height * width, 1).to(flat.dtype)
        return torch.cat(((flat.T @ weighted).float(), weighted.sum(0, dtype=torch.float32)[:, None]), dim=1)

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor, None]:
        activation, guide = ctx.saved_tensors
        return moment_sums_gradient(activation, guide, pull), None


def moment_sums_gradient(activation: Tensor, guide: Tensor | None, pull: Tensor) -> Tensor:
    """Return the gradient by an activation (1, C, H, W) where that by its moments' sums is `pull` (C, C + 1)."""
    if not activation.numel():  # the rim of a small tile
        return torch.zeros_like(activation)
    gram, mean = pull[:, :-1], pull[:, -1]
    # A place's gradient, from all channels to all channels, is what a 1 × 1 convolution computes.
    both = (gram + gram.T).to(activation.dtype)[..., None, None]
    gradient = functional.conv2d(activation, both, mean.to(activation.dtype))
    return gradient if guide is None else gradient * guide.to(gradient.dtype)


class StyleTarget(NamedTuple):
    """What a layer saw in the style, and how differences from it count."""

    matrix: Tensor  # (C, C): the channels' covariance, or the Gram matrix
    matrix_scale: Tensor  # what one, squared, counts in the loss
    mean: Tensor | None = None  # (C): the channels' means, to go with a covariance
    mean_scale: Tensor | None = None

    @classmethod
    def of(cls, moments: Tensor, kind: StyleLoss) -> StyleTarget:
        """Make a target of a style's moments (C, C + 1)."""
        gram, mean = moments[:, :-1], moments[:, -1]
        if kind == "gram":
            return cls(gram, _relative(gram))
        covariance = _covariance(gram, mean)
        return cls(covariance, _relative(covariance) / 2, mean, _relative(mean) / 2)


def style_loss(moments: Tensor, target: StyleTarget) -> Tensor:
    """Return the squared differences of a layer's moments (C, C + 1) from its target, relative to the target's squares.

    They are those of the channels' covariances and of their means: the same two that the Wasserstein-2 distance of
    normal distributions compares, without the matrix roots, which take three times as long and paint no better. With a
    target of the kind "gram" it is Gatys' own comparison, which lets a brighter layer make up for a less varied one.
    """
    gram, mean = moments[:, :-1], moments[:, -1]
    if target.mean is None or target.mean_scale is None:
        return _squares(gram, target.matrix) * target.matrix_scale
    spread = _squares(_covariance(gram, mean), target.matrix) * target.matrix_scale
    return spread + _squares(mean, target.mean) * target.mean_scale


def _covariance(gram: Tensor, mean: Tensor) -> Tensor:
    return torch.addr(gram, mean, mean, alpha=-1)


def _squares(found: Tensor, target: Tensor) -> Tensor:
    return functional.mse_loss(found, target, reduction="sum")


def _relative(target: Tensor) -> Tensor:
    return 1 / (target.square().sum() + _NOTHING)


class ContentTarget(NamedTuple):
    """What a layer saw in the photo, and how its differences from that count."""

    activation: Tensor  # (1, C, H, W)
    detail: Tensor  # (1, 1, H, W): how much there is to keep at each place, of mean 1 over those that count
    scale: Tensor  # what the sum over the whole picture is divided by

    @classmethod
    def of(cls, activation: Tensor, guide: Tensor | None = None) -> ContentTarget:
        """Make a target of an activation (1, C, H, W) of the whole photo.

        A `guide` (1, 1, H, W), at least 0 and somewhere above, says how much each place counts; where it is 1, a place
        is pulled as hard as without one.
        """
        whole = activation.float()
        energy = (whole - _counted(whole, guide).mean((2, 3), keepdim=True)).square().mean(1, keepdim=True)
        variance = _counted(energy, guide).mean() + _NOTHING
        # Plain places hold what nobody misses, and would stay grey; faces and edges are what makes the photo.
        detail = (energy / variance).clamp(*_DETAIL)
        detail = detail / _counted(detail, guide).mean()
        return cls(activation, detail if guide is None else detail * guide, variance * whole.numel())


_DETAIL = 0.15, 2.5  # the least and the most that a place counts, before the mean is brought to 1


def _counted(values: Tensor, guide: Tensor | None) -> Tensor:
    """Return values (1, C, H, W) whose plain mean is the one under a guide."""
    return values if guide is None else values * (guide / guide.mean())


def content_loss(activation: Tensor, target: ContentTarget) -> Tensor:
    """Return the squared difference of an activation (1, C, H, W) from its target, relative to the target's variance.

    Places count by their detail. Where activation and target are a tile of the picture, with the whole picture's scale,
    the tiles' losses add up.
    """
    difference = activation.float() - target.activation.float()
    return (difference.square() * target.detail).sum() / target.scale


def total_variation(picture: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, H, W).

    A `guide` (1, 1, H, W) says how much each pixel counts; two neighbours count as the lesser of them.
    """
    across = (picture[..., :, 1:] - picture[..., :, :-1]).square()
    down = (picture[..., 1:, :] - picture[..., :-1, :]).square()
    if guide is not None:
        across = across * torch.minimum(guide[..., :, 1:], guide[..., :, :-1])
        down = down * torch.minimum(guide[..., 1:, :], guide[..., :-1, :])
    return across.mean() + down.mean()
