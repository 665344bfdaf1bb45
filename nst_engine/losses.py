"""The three losses as pure functions of tensors, after Gatys, Ecker and Bethge (CVPR 2016 and 2017).

Content and style losses are relative: 0 is the target itself, and 1 is as far from it as a picture in which the layer
sees nothing. Gatys' absolute ones differ forty-fold between one style and another, which no single weight can balance.
Every loss is a mean, so that none depends on the picture's size.
"""

from __future__ import annotations

from torch import Tensor

_NOTHING = 1e-12  # keeps a target in which a layer sees nothing from dividing by zero


def gram_matrix(activation: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return the Gram matrix (C, C), float32, of an activation (1, C, H, W), divided by H·W.

    A `guide` (1, 1, H, W), at least 0, says how much each place counts, and the sum of it takes the place of H·W: the
    guided Gram matrix of Gatys and others (2017).
    """
    mass = activation.shape[2] * activation.shape[3] if guide is None else guide.sum()
    return gram_sum(activation, guide) / mass


def gram_sum(activation: Tensor, guide: Tensor | None = None) -> Tensor:
    """Return the same undivided, which adds up over the tiles of a picture."""
    _, channels, height, width = activation.shape
    # (1, C, H, W) channels_last -> (H·W, C) without a copy
    flat = activation.permute(0, 2, 3, 1).reshape(height * width, channels)
    weighted = flat if guide is None else flat * guide.reshape(height * width, 1).to(flat.dtype)
    return (flat.T @ weighted).float()


def content_loss(activation: Tensor, target: Tensor, scale: Tensor | None = None) -> Tensor:
    """Return the squared difference of two activations (1, C, H, W), relative to the target's variance over places.

    `scale` is the whole picture's `content_scale` where these are a tile of it: so the tiles' losses add up.
    """
    return (activation.float() - target.float()).square().sum() / (content_scale(target) if scale is None else scale)


def content_scale(target: Tensor) -> Tensor:
    """Return what a sum of squared differences from a target (1, C, H, W) is divided by."""
    target = target.float()
    variance = (target - target.mean((2, 3), keepdim=True)).square().mean()
    return (variance + _NOTHING) * target.numel()


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Return the squared difference of two Gram matrices (C, C), relative to the target's own squares."""
    return (gram - target).square().sum() / (target.square().sum() + _NOTHING)


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, H, W)."""
    across = picture[..., :, 1:] - picture[..., :, :-1]
    down = picture[..., 1:, :] - picture[..., :-1, :]
    return across.square().mean() + down.square().mean()
