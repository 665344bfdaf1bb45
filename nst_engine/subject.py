"""What is to be painted: the pictures of one call, decoded, checked and weighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from nst_engine import images
from nst_engine.errors import BadOptions
from nst_engine.images import Picture
from nst_engine.masks import Mask
from nst_engine.moving import Held
from nst_engine.options import Options

Styles = Picture | Sequence[Picture | tuple[Picture, float]]
Weighted = tuple[Image.Image, float]


@dataclass(frozen=True)
class Subject:
    """A photo and everything that goes with it."""

    photo: Image.Image
    styles: list[Weighted]
    background: list[Weighted] = field(default_factory=list)
    first: Image.Image | None = None  # to start from
    mask: Mask | None = None
    held: Held | None = None  # the painting of the frame before

    @classmethod
    def load(
        cls,
        content: Picture,
        styles: Styles,
        options: Options,
        *,
        init: Picture | None = None,
        mask: Picture | None = None,
        background: Styles | None = None,
    ) -> Subject:
        """Decode the pictures; raises BadPicture, and BadOptions where they do not go together."""
        if (options.init == "file") != (init is not None):
            raise BadOptions('a picture to start from goes with init "file", and only with it')
        if background is not None and mask is None:
            raise BadOptions("styles for a background go with a mask, which says where it is")
        photo = images.load(content)
        laid = None
        if mask is not None:
            laid = Mask(mask, photo, square=options.square, invert=options.invert_mask)
            if background is None and laid.paints_nothing:
                raise BadOptions("the mask leaves nothing to paint: it is black everywhere (white, where inverted)")
        return cls(
            images.square(photo) if options.square else photo,
            _weighted(styles),
            [] if background is None else _weighted(background),
            None if init is None else images.load(init),
            laid,
        )


def _weighted(styles: Styles) -> list[Weighted]:
    """Load the styles; their weights are relative to their sum."""
    if isinstance(styles, (str, bytes, Path, Image.Image, np.ndarray)):
        styles = [styles]
    pairs = [style if isinstance(style, tuple) else (style, 1.0) for style in styles]
    total = sum(weight for _, weight in pairs)
    if not pairs or not 0 < total < float("inf") or any(weight < 0 for _, weight in pairs):
        raise BadOptions("there must be at least one style, with a weight above zero and none below")
    return [(images.load(picture), weight / total) for picture, weight in pairs if weight > 0]
