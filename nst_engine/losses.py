"""The three losses as pure functions of tensors, after Gatys, Ecker and Bethge (CVPR 2016 and 2017).

Content and style losses are relative: 0 is the target itself, and 1 is as far from it as a picture in which the layer
sees nothing. Gatys' absolute ones differ forty-fold between one style and another, which no single weight can balance.
Every loss is a mean, so that none depends on the picture's size.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

_NOTHING = 1e-12  # keeps a target in which a layer sees nothing from dividing by zero


def moments(activation: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return what a layer sees, wherever it sees it: (C, C + 1), float32, of an activation (1, C, H, W).

    The first C columns are the Gram matrix, divided by H·W; the last one holds the channels' means. A `guide`
    (1, 1, H, W), at least 0, says how much each place counts, and the sum of it takes the place of H·W: as in the
    guided Gram matrix of Gatys and others (2017).
    """
    mass = activation.shape[2] * activation.shape[3] if guide is None else guide.sum()
    return moment_sums(activation, guide) / mass


def moment_sums(activation: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return the same undivided, which adds up over the tiles of a picture."""
    _, channels, height, width = activation.shape
    # (1, C, H, W) channels_last -> (H·W, C) without a copy
    flat = activation.permute(0, 2, 3, 1).reshape(height * width, channels)
    weighted = flat if guide is None else flat * guide.reshape(height * width, 1).to(flat.dtype)
    return torch.cat(((flat.T @ weighted).float(), weighted.sum(0, dtype=torch.float32)[:, None]), dim=1)


def covariance_loss(found: Tensor, target: Tensor) -> Tensor:
    """Return the squared differences of two moments' (C, C + 1) covariances and means, each relative to the target's.

    The same two that the Wasserstein-2 distance of normal distributions compares, without the matrix roots, which take
    three times as long and paint no better. A Gram matrix lets a brighter layer make up for a less varied one.
    """
    (covariance, mean), (wanted, wanted_mean) = _covariance_and_mean(found), _covariance_and_mean(target)
    return (_relative(covariance, wanted) + _relative(mean, wanted_mean)) / 2


def gram_loss(found: Tensor, target: Tensor) -> Tensor:
    """Return the squared difference of two moments' Gram matrices, relative to the target's own squares."""
    return _relative(found[:, :-1], target[:, :-1])


def _covariance_and_mean(found: Tensor) -> tuple[Tensor, Tensor]:
    gram, mean = found[:, :-1], found[:, -1]
    return gram - mean[:, None] * mean, mean


def _relative(found: Tensor, target: Tensor) -> Tensor:
    return (found - target).square().sum() / (target.square().sum() + _NOTHING)


class ContentTarget(NamedTuple):
    """What a layer saw in the photo, and how its differences from that count."""

    activation: Tensor  # (1, C, H, W)
    detail: Tensor  # (1, 1, H, W), of mean 1: how much there is to keep at each place
    scale: Tensor  # what the sum over the whole picture is divided by

    @classmethod
    def of(cls, activation: Tensor) -> ContentTarget:
        """Make a target of an activation (1, C, H, W) of the whole photo."""
        whole = activation.float()
        energy = (whole - whole.mean((2, 3), keepdim=True)).square().mean(1, keepdim=True)
        variance = energy.mean() + _NOTHING
        # Plain places hold what nobody misses, and would stay grey; faces and edges are what makes the photo.
        detail = (energy / variance).clamp(*_DETAIL)
        return cls(activation, detail / detail.mean(), variance * whole.numel())


_DETAIL = 0.15, 2.5  # the least and the most that a place counts, before the mean is brought to 1


def content_loss(activation: Tensor, target: ContentTarget) -> Tensor:
    """Return the squared difference of an activation (1, C, H, W) from its target, relative to the target's variance.

    Places count by their detail. Where activation and target are a tile of the picture, with the whole picture's scale,
    the tiles' losses add up.
    """
    difference = activation.float() - target.activation.float()
    return (difference.square() * target.detail).sum() / target.scale


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, H, W)."""
    across = picture[..., :, 1:] - picture[..., :, :-1]
    down = picture[..., 1:, :] - picture[..., :-1, :]
    return across.square().mean() + down.square().mean()
