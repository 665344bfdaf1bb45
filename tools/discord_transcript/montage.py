"""Puts the pictures that tell the conversation in short side by side."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image

COLUMNS = (("painting", "result"), ("not-yours", "stylized-this", "history"))
_BACKGROUND = (49, 51, 56)  # a chat's, in the preview's dark theme
_MARGIN, _GAP = 24, 28  # pixels


def montage(shots: Mapping[str, Image.Image]) -> bytes:
    """Return a PNG with a column of pictures for each of `COLUMNS`."""
    columns = [[shots[name] for name in column] for column in COLUMNS]
    widths = [max(shot.width for shot in column) for column in columns]
    heights = [sum(shot.height for shot in column) + _GAP * (len(column) - 1) for column in columns]
    size = (sum(widths) + _GAP * (len(columns) - 1) + 2 * _MARGIN, max(heights) + 2 * _MARGIN)
    sheet = Image.new("RGB", size, _BACKGROUND)
    left = _MARGIN
    for column, width in zip(columns, widths, strict=True):
        top = _MARGIN
        for shot in column:
            sheet.paste(shot, (left, top))
            top += shot.height + _GAP
        left += width + _GAP
    stream = io.BytesIO()
    palette = sheet.quantize(256, Image.Quantize.MEDIANCUT)
    sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(stream, "PNG", optimize=True)
    return stream.getvalue()
