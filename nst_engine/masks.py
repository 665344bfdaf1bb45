"""Masks: grey pictures that say how much each pixel belongs to what is painted."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from nst_engine import images
from nst_engine.tensors import to_tensor


class Mask:
    """A mask for a photo: 1 where it is to be painted, 0 where not, and in between at soft edges."""

    def __init__(self, picture: images.Picture, photo: Image.Image, *, square: bool, invert: bool) -> None:
        """Read the mask and lay it over the photo, whose proportions it takes; raises BadPicture."""
        loaded = images.load(picture)
        if loaded.size != photo.size:
            loaded = loaded.resize(photo.size, Image.Resampling.BILINEAR)
        grey = (images.square(loaded) if square else loaded).convert("L")
        self._grey = Image.eval(grey, lambda value: 255 - value) if invert else grey

    @property
    def paints_nothing(self) -> bool:
        """Whether it is 0 everywhere."""
        return self._grey.getextrema()[1] == 0

    def at(self, width: int, height: int, device: torch.device) -> Tensor:
        """Return the mask at this size: (1, 1, H, W), float32, 0 to 1."""
        # A box filter: unlike sharper ones it leaves 0 and 1 as they are away from the edges.
        return to_tensor(self._grey.resize((width, height), Image.Resampling.BOX), device)


def composite(painting: Tensor, photo: Tensor, mask: Tensor) -> Tensor:
    """Return the painting where the mask is 1 and the photo where it is 0, exactly."""
    return torch.where(mask > 0, torch.lerp(photo, painting, mask), photo)
