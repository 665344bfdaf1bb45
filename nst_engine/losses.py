"""The three losses as pure functions of tensors, after Gatys, Ecker and Bethge (CVPR 2016 and 2017).

Content and style losses are relative: 0 is the target itself, and 1 is as far from it as a picture in which the layer
sees nothing. Gatys' absolute ones differ forty-fold between one style and another, which no single weight can balance.
Every loss is a mean, so that none depends on the picture's size.
"""

from __future__ import annotations

from torch import Tensor

_NOTHING = 1e-12  # keeps a target in which a layer sees nothing from dividing by zero


def gram_matrix(activation: Tensor) -> Tensor:
    """Return the Gram matrix (C, C), float32, of an activation (1, C, H, W), divided by H·W."""
    _, channels, height, width = activation.shape
    # (1, C, H, W) channels_last -> (H·W, C) without a copy
    flat = activation.permute(0, 2, 3, 1).reshape(height * width, channels)
    return (flat.T @ flat).float() / (height * width)


def content_loss(activation: Tensor, target: Tensor) -> Tensor:
    """Return the squared difference of two activations (1, C, H, W), relative to the target's variance over places."""
    target = target.float()
    variance = (target - target.mean((2, 3), keepdim=True)).square().mean()
    return (activation.float() - target).square().mean() / (variance + _NOTHING)


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Return the squared difference of two Gram matrices (C, C), relative to the target's own squares."""
    return (gram - target).square().sum() / (target.square().sum() + _NOTHING)


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, H, W)."""
    across = picture[..., :, 1:] - picture[..., :, :-1]
    down = picture[..., 1:, :] - picture[..., :-1, :]
    return across.square().mean() + down.square().mean()
