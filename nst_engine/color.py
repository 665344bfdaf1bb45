"""Colours as statistics: giving one picture the colours of another, and keeping a photo's chroma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, on gamma-encoded RGB
_CHROMA_NOISE = 2 / 255  # standard deviation of a photo's chroma that compression and sensors bring about
_REACH = 4  # pixels to each side
_FLOOR = 1e-5  # variance added to each direction, so that a grey picture has a covariance that can be inverted


class Colors(NamedTuple):
    """Mean (3) and covariance (3, 3) of a picture's RGB values, float64."""

    mean: Tensor
    covariance: Tensor


def colors_of(picture: Tensor, guide: Tensor | None = None) -> Colors:
    """Return the colour statistics of a picture (1, 3, H, W).

    A `guide` (1, 1, H, W), at least 0, says how much each pixel counts; one that is 0 everywhere counts as none.
    """
    values = picture[0].flatten(1).to("cpu", torch.float64)  # (3, H·W)
    if guide is None or not guide.any():
        mean = values.mean(1)
        centred = values - mean[:, None]
        covariance = centred @ centred.T / values.shape[1]
    else:
        share = guide.flatten().to("cpu", torch.float64)
        share = share / share.sum()
        mean = values @ share
        centred = values - mean[:, None]
        covariance = centred * share @ centred.T
    return Colors(mean, covariance + _FLOOR * torch.eye(3, dtype=torch.float64))


def blend(parts: Sequence[tuple[Colors, float]]) -> Colors:
    """Return the weighted mean of several colour statistics; the weights are relative to their sum."""
    total = sum(weight for _, weight in parts)
    mean = sum((part.mean * (weight / total) for part, weight in parts), torch.zeros(3, dtype=torch.float64))
    covariance = sum(
        (part.covariance * (weight / total) for part, weight in parts), torch.zeros(3, 3, dtype=torch.float64)
    )
    return Colors(mean, covariance)


def recolor(picture: Tensor, wanted: Colors, amount: float = 1.0, guide: Tensor | None = None) -> Tensor:
    """Move a picture's (1, 3, H, W) colours by `amount` (0 to 1) of the way towards the wanted mean and covariance.

    With a `guide`, as of `colors_of`, it is the part where that is above 0 that gets these.
    The map is the linear one that moves every colour the least: optimal transport between two normal distributions
    (Pitié and Kokaram, 2007). Values may leave 0 to 1.
    """
    own = colors_of(picture, guide)
    root = _root(own.covariance)
    inverse = torch.linalg.inv(root)
    transport = inverse @ _root(root @ wanted.covariance @ root) @ inverse
    transport = torch.lerp(torch.eye(3, dtype=torch.float64), transport, amount)
    mean = torch.lerp(own.mean, wanted.mean, amount)
    transport, shift = transport.to(picture), (mean - transport @ own.mean).to(picture)
    return torch.einsum("ij,bjhw->bihw", transport, picture) + shift.view(1, 3, 1, 1)


def calmed(photo: Tensor) -> Tensor:
    """Return a photo (1, 3, H, W) without the noise in its chroma, which nobody sees before colours are stretched.

    Wiener's filter, pixel by pixel (Lee, 1980): where chroma varies around a pixel no more than noise does, it becomes
    the mean around there; where it varies much more it stays.
    """
    chroma = photo - _luma(photo)
    mean = _around(chroma)
    variance = (_around(chroma**2) - mean**2).mean(1, keepdim=True).clamp(min=1e-12)
    kept = (1 - _CHROMA_NOISE**2 / variance).clamp(min=0)
    return photo + (kept - 1) * (chroma - mean)


def _around(picture: Tensor) -> Tensor:
    """Return the mean of the pixels around each one."""
    return functional.avg_pool2d(picture, 2 * _REACH + 1, 1, _REACH, count_include_pad=False)


def with_chroma_of(painting: Tensor, photo: Tensor) -> Tensor:
    """Return the painting's luma with the photo's chroma (both (1, 3, H, W), RGB in 0 to 1).

    This is the luminance-only transfer of Gatys and others (2016), done at the end. Values may leave 0 to 1.
    """
    return photo + _luma(painting - photo)


def _luma(picture: Tensor) -> Tensor:
    """Return the luma (1, 1, H, W) of a picture, or of a difference of two."""
    return (picture * torch.tensor(_LUMA).to(picture).view(1, 3, 1, 1)).sum(1, keepdim=True)


def _root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    return root
