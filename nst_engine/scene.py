"""What there is to see of a subject at one scale, as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from nst_engine import color, cutout, images, start
from nst_engine.goal import Anchor, Region
from nst_engine.masks import Kept, Laid
from nst_engine.moving import HOLD
from nst_engine.options import Options
from nst_engine.schedule import SMALLEST_SIDE, Scale
from nst_engine.subject import Subject, Weighted
from nst_engine.tensors import to_tensor


class Scene(NamedTuple):
    """A subject at one scale."""

    content: Tensor  # (1, 3, H, W), and so are all pictures here
    alpha: Tensor | None  # (1, 1, H, W), where the photo is transparent somewhere
    regions: list[Region]  # what no mask covers comes last
    first: Tensor  # what painting starts from
    kept: Kept
    anchor: Anchor | None  # the painting of the frame before

    @classmethod
    def of(cls, subject: Subject, scale: Scale, options: Options, device: torch.device) -> Scene:
        """Look at a subject at a scale."""
        content, alpha = cutout.seen(subject.photo, scale.width, scale.height, device)
        masks = [part.mask.at(scale.width, scale.height, device) for part in subject.parts]
        laid = Laid.of(masks) if masks else None
        regions = _regions(subject, scale, options, content, laid, alpha)
        if subject.first is not None:
            first, _ = cutout.seen(subject.first, scale.width, scale.height, device)
        else:
            first = _start(content, regions, laid, options)
        mask = None if subject.styles or laid is None else laid.all
        kept = Kept(content, mask, chroma=options.colors == "photo", alpha=alpha)
        anchor = None
        if subject.held is not None:
            held = subject.held.at(scale.width, scale.height, device)
            anchor = Anchor(held.picture, held.weight * HOLD)
        return cls(content, alpha, regions, first, kept, anchor)

    def begun(self, coarser: Tensor | None, options: Options) -> Tensor:
        """Return the picture to go on with, given that of the coarser scale where there was one."""
        if coarser is None:
            picture = start.perturbed(self.first, options)
        else:
            picture = start.enlarged(coarser, self.first, options)
        if self.anchor is None:
            return picture
        return torch.lerp(picture, self.anchor.picture, self.anchor.weight / HOLD)


def _regions(
    subject: Subject, scale: Scale, options: Options, content: Tensor, laid: Laid | None, alpha: Tensor | None
) -> list[Region]:
    """Return the parts of the picture with their styles as they are seen at a scale: what no mask covers is last."""
    shares = () if laid is None else laid.shares
    parts = [(part.styles, cutout.together(share, alpha)) for part, share in zip(subject.parts, shares, strict=True)]
    if subject.styles:
        parts.append((subject.styles, cutout.together(None if laid is None else 1 - laid.all, alpha)))
    return [Region(_styles(styles, scale, options, content, guide), guide) for styles, guide in parts]


def _start(content: Tensor, regions: Sequence[Region], laid: Laid | None, options: Options) -> Tensor:
    """Return what painting starts from where no picture was given: the start of each region, where that is seen."""
    starts = [start.source(content, region.styles, options, region.guide) for region in regions]
    if laid is None or len(starts) == 1:
        return starts[0]
    # What no mask covers has styles of its own, which come last; else the photo stays there, and nobody sees its start.
    rest = starts[-1] if len(starts) > len(laid.shares) else starts[0]
    parts = (share * own for share, own in zip(laid.shares, starts, strict=False))
    return sum(parts, (1 - laid.all) * rest)


def _styles(
    styles: Sequence[Weighted], scale: Scale, options: Options, content: Tensor, guide: Tensor | None
) -> list[tuple[Tensor, float]]:
    """Return styles as they are seen at a scale, in the photo's colours (of that part) where it is to keep them."""
    seen = [(_style(style, scale, options, content.device), weight) for style, weight in styles]
    if options.colors == "style":
        return seen
    own = color.colors_of(content, guide)
    return [(color.recolor(style, own).clamp(0, 1), weight) for style, weight in seen]


def _style(style: Image.Image, scale: Scale, options: Options, device: torch.device) -> Tensor:
    """Return a style at the painting's long side × `options.style_scale`, in its own proportions.

    A style that is so narrow that the network would see nothing of it is seen larger.
    """
    ratio = max(scale.width, scale.height) * options.style_scale / max(style.size)
    ratio = max(ratio, SMALLEST_SIDE / min(style.size))
    width, height = (round(side * ratio) for side in style.size)
    return to_tensor(images.resize(style, width, height), device)
