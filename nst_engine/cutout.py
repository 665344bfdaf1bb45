"""Cut-outs: photos with transparent parts. These count for nothing, and come back as transparent as they were."""

from __future__ import annotations

from functools import reduce

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from nst_engine import images
from nst_engine.tensors import to_tensor

_TRUSTED = 4.0  # a pixel that is opaque by a quarter has a colour of its own; below, eight bits hold ever less of it
_NOTHING = 1e-12


def seen(picture: Image.Image, width: int, height: int, device: torch.device) -> tuple[Tensor, Tensor | None]:
    """Return an RGB or RGBA picture at this size, (1, 3, H, W), and its alpha, (1, 1, H, W), both float32, 0 to 1.

    The alpha is None for RGB. What is transparent is `filled`, whatever colours are hidden beneath.
    """
    resized = to_tensor(images.resize(picture, width, height), device)  # Pillow weights colours by their alpha
    if picture.mode != "RGBA":
        return resized, None
    # Not Lanczos' filter, which leaves ripples beside each edge: what is opaque would not quite be so.
    alpha = picture.getchannel("A").resize((width, height), Image.Resampling.BICUBIC)
    return filled(resized[:, :3], resized[:, 3:]), to_tensor(alpha, device)


def filled(picture: Tensor, alpha: Tensor) -> Tensor:
    """Return a picture (1, 3, H, W) whose transparent parts, by its alpha (1, 1, H, W), have their neighbours' colours.

    Those are the colours of the nearest opaque pixels, the softer the farther away these are, so that the network sees
    no edge there: pull and push, after Gortler and others (The Lumigraph, 1996). All black without an opaque pixel.
    """
    weight = (alpha * _TRUSTED).clamp(max=1)
    return _spread(picture * weight, weight)


def _spread(colors: Tensor, weight: Tensor) -> Tensor:
    """Return colours everywhere, of those that are known by their `weight`, 0 to 1, and multiplied by it."""
    height, width = weight.shape[-2:]
    if height == width == 1:
        return colors / weight.clamp(min=_NOTHING)
    coarse = 4 * functional.avg_pool2d(weight, 2, ceil_mode=True)  # one known pixel of four is enough
    scale = 4 / coarse.clamp(min=1)
    around = _spread(functional.avg_pool2d(colors, 2, ceil_mode=True) * scale, coarse.clamp(max=1))
    around = functional.interpolate(around, size=(height, width), mode="bilinear", align_corners=False)
    return colors + (1 - weight) * around


def together(*guides: Tensor | None) -> Tensor | None:
    """Return the product of guides (1, 1, H, W); None counts everywhere."""
    given = [guide for guide in guides if guide is not None]
    return reduce(torch.mul, given) if given else None


def cut(painting: Tensor, alpha: Tensor) -> Tensor:
    """Return a painting (1, 3, H, W) with this alpha, (1, 4, H, W).

    Beneath what is transparent lie its neighbours' colours, so that no viewer that scales it shows a fringe.
    """
    return torch.cat((filled(painting, alpha), alpha), dim=1)


def on_white(painting: Tensor, alpha: Tensor) -> Tensor:
    """Return a painting (1, 3, H, W) of this alpha laid on white."""
    return 1 - alpha * (1 - painting)
