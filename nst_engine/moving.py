"""Moving pictures: where nothing moved between two frames, and the painting that is held there.

The temporal loss follows Ruder, Dosovitskiy and Brox (2016), without their optical flow: what moves is painted anew
from its own frame, by the same seed and thus much alike; what stands still keeps its brush strokes.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from PIL import Image, ImageChops, ImageFilter

from nst_engine import images
from nst_engine.goal import Anchor
from nst_engine.images import Pixels
from nst_engine.tensors import to_tensor

_BLUR = 0.008  # of the long side: noise and compression differ from frame to frame where nothing moves
_NOISE, _MOTION = 6.0, 14.0  # of 255: the most that is noise alone, and the least that is motion for certain
HOLD = 10_000.0
"""Weight of the temporal loss, the mean squared difference of pixels in 0 to 1 where nothing moved."""


class Held(NamedTuple):
    """The painting of the frame before, and where nothing moved since: a grey picture, white there."""

    painting: Pixels
    still: Image.Image

    def at(self, width: int, height: int, device: torch.device) -> Anchor:
        """Return both at a scale; the weight is 0 to 1."""
        painting = images.resize(Image.fromarray(self.painting), width, height)
        still = self.still.resize((width, height), Image.Resampling.BOX)
        return Anchor(to_tensor(painting, device), to_tensor(still, device))


def stillness(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return a grey picture that is white where two frames of the same size are alike, and black where they differ."""
    radius = max(1.0, _BLUR * max(before.size))
    difference = ImageChops.difference(
        before.filter(ImageFilter.GaussianBlur(radius)), after.filter(ImageFilter.GaussianBlur(radius))
    )
    most = ImageChops.lighter(ImageChops.lighter(*difference.split()[:2]), difference.split()[2])
    # A pixel next to one that moved may move along, as brush strokes are wider than pixels.
    most = most.filter(ImageFilter.MaxFilter(2 * round(2 * radius) + 1))
    grey: Image.Image = most.point(lambda value: round(255 * min(1.0, max(0.0, (_MOTION - value) / (_MOTION - _NOISE)))))
    return grey.filter(ImageFilter.GaussianBlur(radius))
