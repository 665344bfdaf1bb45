"""Paintings as pictures for stickers: WebP with its transparency, of the size that Telegram's static stickers have."""

from __future__ import annotations

import io

SIDE = 512
"""Pixels of the long side."""
MOST_BYTES = 512 * 1024

_QUALITIES = (95, 85, 70, 50, 25, 0)  # even noise fits at the last


def sticker(painting: bytes) -> bytes:
    """Return a painting, a PNG, as a WebP of at most MOST_BYTES whose long side has SIDE pixels. Takes a moment."""
    from PIL import Image  # here, as whoever names the size need not load it

    from nst_engine import images

    with Image.open(io.BytesIO(painting)) as opened:
        opened.load()
        factor = SIDE / max(opened.size)
        width, height = (max(1, round(side * factor)) for side in opened.size)
        picture = images.resize(opened, width, height)
    tries = (images.encoded(picture, "WEBP", quality) for quality in _QUALITIES)
    data = next(tries)
    while len(data) > MOST_BYTES and (smaller := next(tries, None)) is not None:
        data = smaller
    return data
