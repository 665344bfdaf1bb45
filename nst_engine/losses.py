"""The three losses as pure functions of tensors, after Gatys, Ecker and Bethge (CVPR 2016 and 2017).

Their scales are Gatys' own for VGG-19 on 0 to 255: with a content weight of 1 and a style weight of 1, this is his
published setting. Every loss is a mean, so that none depends on the picture's size.
"""

from __future__ import annotations

from torch import Tensor

STYLE_SCALE = 1e3  # Gatys weighs the mean squared error of a layer's Gram matrix by 1000 / C²


def gram_matrix(activation: Tensor) -> Tensor:
    """Return the Gram matrix (C, C), float32, of an activation (1, C, H, W), divided by H·W."""
    _, channels, height, width = activation.shape
    # (1, C, H, W) channels_last -> (H·W, C) without a copy
    flat = activation.permute(0, 2, 3, 1).reshape(height * width, channels)
    return (flat.T @ flat).float() / (height * width)


def content_loss(activation: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared difference of two activations of one shape (1, C, H, W)."""
    return (activation.float() - target.float()).square().mean()


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Return Gatys' weighted distance of two Gram matrices (C, C): 1000 / C² times the mean squared difference."""
    channels = gram.shape[-1]
    return (gram - target).square().mean() * (STYLE_SCALE / channels**2)


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, H, W), on 0 to 255."""
    across = picture[..., :, 1:] - picture[..., :, :-1]
    down = picture[..., 1:, :] - picture[..., :-1, :]
    return (across.square().mean() + down.square().mean()) * 255.0**2
