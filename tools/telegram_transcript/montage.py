"""Puts the pictures that tell the conversation in short side by side."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image

COLUMNS = (("gallery",), ("first-preview-1", "first-result", "inline-words"), ("group",))
_BACKGROUND = (213, 223, 201)  # a chat's
_GAP = 12  # pixels
_WIDTH = 1400  # pixels


def montage(shots: Mapping[str, Image.Image]) -> bytes:
    """Return a PNG with a column of pictures for each of `COLUMNS`."""
    columns = [[shots[name] for name in column] for column in COLUMNS]
    widths = [max(shot.width for shot in column) for column in columns]
    heights = [sum(shot.height for shot in column) for column in columns]
    sheet = Image.new("RGB", (sum(widths) + _GAP * (len(columns) + 1), max(heights) + 2 * _GAP), _BACKGROUND)
    left = _GAP
    for column, width in zip(columns, widths, strict=True):
        top = _GAP
        for shot in column:
            sheet.paste(shot, (left, top))
            top += shot.height
        left += width + _GAP
    sheet = sheet.resize((_WIDTH, round(sheet.height * _WIDTH / sheet.width)), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    palette = sheet.quantize(256, Image.Quantize.MEDIANCUT)
    sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(stream, "PNG", optimize=True)
    return stream.getvalue()
