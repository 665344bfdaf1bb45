"""What Mia and Ben bring along."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from skimage import data

_VIEWS = 6  # pictures of the GIF
_VIEW = (300, 200)  # pixels
_MILLISECONDS = 120  # for which each is shown
_STEP = 40  # pixels that the ball rolls from one to the next

_photos: Any = data


def coffee() -> bytes:
    """Return scikit-image's photo of a cup of coffee (CC0), as a JPEG."""
    return _saved(Image.fromarray(_photos.coffee()), "JPEG", quality=92)


def face() -> bytes:
    """Return a soft mask for scikit-image's photo of a cat: white where its face is."""
    photo = Image.fromarray(_photos.chelsea())
    mask = Image.new("L", photo.size, 0)
    width, height = photo.size
    ImageDraw.Draw(mask).ellipse((0.2 * width, 0.02 * height, 0.78 * width, 0.92 * height), fill=255)
    return _saved(mask.filter(ImageFilter.GaussianBlur(8)), "PNG")


def stroll() -> bytes:
    """Return a GIF of a ball that rolls past the cup of coffee, all else standing still."""
    table = Image.fromarray(_photos.coffee()).resize(_VIEW, Image.Resampling.LANCZOS)
    views = []
    for number in range(_VIEWS):
        view = table.copy()
        left = 20 + _STEP * number
        ImageDraw.Draw(view).ellipse((left, 140, left + 36, 176), fill=(222, 66, 48), outline=(90, 20, 20), width=2)
        views.append(view)
    return _saved(views[0], "GIF", save_all=True, append_images=views[1:], duration=_MILLISECONDS, loop=0)


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()
