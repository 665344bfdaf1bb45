"""What painting starts from, and how a picture is carried from one scale to the next."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nst_engine import color
from nst_engine.balance import recoloring
from nst_engine.options import Options

_CLOUDS = 0.06  # standard deviation, of pixels in 0 to 1


def source(
    content: Tensor, styles: Sequence[tuple[Tensor, float]], options: Options, guide: Tensor | None = None
) -> Tensor:
    """Return what painting a photo (1, 3, H, W) starts from, of the same shape and in 0 to 1.

    It is meant for where the `guide` (1, 1, H, W) is above 0. Were the whole photo's colours given the style's, that
    part could miss some of these, and would get them as garish specks.

    `styles` are pictures of any size with weights; a start from the style takes the heaviest, cropped to fill.
    """
    if starts_from_noise(options):
        noise = torch.Generator().manual_seed(options.seed)
        return torch.rand(content.shape, generator=noise).to(content)
    if options.init == "style":
        return _filling(max(styles, key=lambda style: style[1])[0], *content.shape[-2:])
    # Colours are what painting from a photo learns last, so they are given to it at the start.
    wanted = color.blend([(color.colors_of(style), weight) for style, weight in styles])
    return color.recolor(color.calmed(content), wanted, amount=recoloring(options.strength), guide=guide).clamp(0, 1)


def starts_from_noise(options: Options) -> bool:
    """Tell whether no picture is in the start. To reconstruct a photo from the photo itself would show nothing."""
    return options.init == "noise" or (options.init == "photo" and options.reconstruct != "no")


def perturbed(picture: Tensor, options: Options) -> Tensor:
    """Lay soft coloured clouds over a start, which make another seed another painting; noise needs none."""
    if starts_from_noise(options):
        return picture
    generator = torch.Generator().manual_seed(options.seed)
    height, width = picture.shape[-2:]
    clouds = torch.zeros(picture.shape)
    for cells in (4, 8, 16):
        grid = torch.randn(1, 3, cells, max(2, round(cells * width / height)), generator=generator)
        clouds += resized(grid, height, width)
    return (picture + (clouds * _CLOUDS / 3**0.5).to(picture)).clamp(0, 1)


def enlarged(picture: Tensor, source: Tensor, options: Options) -> Tensor:
    """Carry a picture to the next scale, the size of `source`, with the fine detail of it that fits only now.

    Without that detail the enlarged picture is soft, and the first iterations go into sharpening it.
    """
    height, width = source.shape[-2:]
    larger = resized(picture, height, width)
    if not starts_from_noise(options):
        coarse = functional.interpolate(source, size=picture.shape[-2:], mode="area")
        larger = larger + source - resized(coarse, height, width)
    return larger.clamp(0, 1)


def resized(picture: Tensor, height: int, width: int) -> Tensor:
    """Return a picture (1, C, H, W) at another size, resampled with a bicubic filter that is for enlarging only."""
    return functional.interpolate(picture, size=(height, width), mode="bicubic", align_corners=False)


def _filling(picture: Tensor, height: int, width: int) -> Tensor:
    """Return the largest centred part of these proportions, at this size."""
    factor = max(height / picture.shape[2], width / picture.shape[3])
    size = max(height, round(picture.shape[2] * factor)), max(width, round(picture.shape[3] * factor))
    scaled = functional.interpolate(picture, size=size, mode="bicubic", antialias=True)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    return scaled[..., top : top + height, left : left + width].clamp(0, 1).contiguous()
