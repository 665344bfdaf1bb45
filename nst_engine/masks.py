"""Masks: grey pictures that say how much each pixel belongs to what is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from PIL import Image, ImageChops
from torch import Tensor

from nst_engine import color, cutout, images
from nst_engine.tensors import to_tensor


class Mask:
    """A mask for a photo: 1 where it is to be painted, 0 where not, and in between at soft edges."""

    def __init__(self, picture: images.Picture, photo: Image.Image, *, square: bool, invert: bool) -> None:
        """Read the mask, black where it is transparent, and lay it over the photo, whose proportions it takes.

        Raises BadPicture.
        """
        loaded = images.load(picture, ground="black")
        if loaded.size != photo.size:
            loaded = loaded.resize(photo.size, Image.Resampling.BILINEAR)
        grey = (images.square(loaded) if square else loaded).convert("L")
        self._grey = Image.eval(grey, lambda value: 255 - value) if invert else grey

    def paints_nothing_of(self, photo: Image.Image) -> bool:
        """Whether it is 0 wherever this photo, of the mask's size, can be seen."""
        seen = self._grey if photo.mode == "RGB" else ImageChops.darker(self._grey, photo.getchannel("A"))
        return seen.getextrema()[1] == 0

    def at(self, width: int, height: int, device: torch.device) -> Tensor:
        """Return the mask at this size: (1, 1, H, W), float32, 0 to 1."""
        # A box filter: unlike sharper ones it leaves 0 and 1 as they are away from the edges.
        return to_tensor(self._grey.resize((width, height), Image.Resampling.BOX), device)


class Laid(NamedTuple):
    """Masks at one size, each (1, 1, H, W), laid on each other in their order: a later one lies over the earlier."""

    shares: tuple[Tensor, ...]  # what of each is to be seen
    all: Tensor  # what they cover together

    @classmethod
    def of(cls, masks: Sequence[Tensor]) -> Laid:
        """Lay at least one mask down.

        Two whose soft edges meet leave no seam between them: a mask gives way only where there is no room for both.
        """
        *below, together = masks
        shares = [together]
        for mask in reversed(below):
            shares.insert(0, torch.minimum(mask, 1 - together))
            together = together + shares[0]
        return cls(tuple(shares), together)


class Kept(NamedTuple):
    """What of the photo (1, 3, H, W) stays in its painting: where `mask` (1, 1, H, W) is below 1; chroma and alpha.

    This is for showing alone: a picture that is painted with the photo around it fights the edge, with a ring of dots
    along it and garish specks within.
    """

    photo: Tensor
    mask: Tensor | None
    chroma: bool
    alpha: Tensor | None = None  # (1, 1, H, W)

    def finish(self, painted: Tensor) -> Tensor:
        """Return the painted picture (1, 3, H, W) as it is to be kept, (1, 4, H, W) where there is an alpha."""
        composed = self._composed(painted)
        return composed if self.alpha is None else cutout.cut(composed, self.alpha)

    def shown(self, painted: Tensor) -> Tensor:
        """Return the painted picture as it is shown on the way, in small JPEGs: (1, 3, H, W), on white."""
        composed = self._composed(painted)
        return composed if self.alpha is None else cutout.on_white(composed, self.alpha)

    def _composed(self, painted: Tensor) -> Tensor:
        composed = painted if self.mask is None else composite(painted, self.photo, self.mask)
        return color.with_chroma_of(composed, self.photo) if self.chroma else composed


def composite(painting: Tensor, photo: Tensor, mask: Tensor) -> Tensor:
    """Return the painting where the mask is 1 and the photo where it is 0, exactly."""
    return torch.where(mask > 0, torch.lerp(photo, painting, mask), photo)
