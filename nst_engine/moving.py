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
_ANEW = 12  # of 255: where less than this is held, a place counts as painted anew
_SEEN_SIDE = 320  # pixels, the most that the long side of what is compared has: filters' work would grow as its square
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


class Watch:
    """Sees what moved in a moving picture, frame by frame."""

    def __init__(self, first: Image.Image) -> None:
        self._painted_from = first

    def still(self, frame: Image.Image) -> Image.Image:
        """Return the stillness of the next frame, of the same size: what may be held.

        Each place is compared with the frame from which it was last painted anew, not with the one before: else what
        changes slowly, as in a fade, would be held for ever.
        """
        grey = stillness(self._painted_from, frame)
        held = grey.point(lambda value: 255 * (value > _ANEW)).resize(frame.size, Image.Resampling.NEAREST)
        self._painted_from = Image.composite(self._painted_from, frame, held)
        return grey


def stillness(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return a grey picture that is white where two frames of the same size are alike, and black where they differ.

    It has their proportions, and is no larger than is needed.
    """
    factor = min(1.0, _SEEN_SIDE / max(before.size))
    width, height = (max(1, round(side * factor)) for side in before.size)
    before, after = images.resize(before, width, height), images.resize(after, width, height)
    radius = max(1.0, _BLUR * max(before.size))
    difference = ImageChops.difference(
        before.filter(ImageFilter.GaussianBlur(radius)), after.filter(ImageFilter.GaussianBlur(radius))
    )
    most = ImageChops.lighter(ImageChops.lighter(*difference.split()[:2]), difference.split()[2])
    # A pixel next to one that moved may move along, as brush strokes are wider than pixels.
    most = most.filter(ImageFilter.MaxFilter(2 * round(2 * radius) + 1))
    grey: Image.Image = most.point(
        lambda value: round(255 * min(1.0, max(0.0, (_MOTION - value) / (_MOTION - _NOISE))))
    )
    return grey.filter(ImageFilter.GaussianBlur(radius))
