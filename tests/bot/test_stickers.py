"""Pictures for stickers: WebP, 512 pixels on the long side, small enough, as transparent as they were."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.stickers import MOST_BYTES, sticker


def png(width: int, height: int) -> bytes:
    """Noise of colours and of transparency: the hardest to compress."""
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[:, : width // 3, 3] = 0
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((900, 600), (512, 341)), ((512, 512), (512, 512)), ((96, 120), (410, 512)), ((2000, 1), (512, 1))],
)
def test_a_sticker_has_the_size_that_telegram_wants(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    data = sticker(png(*size))
    assert len(data) <= MOST_BYTES == 524_288
    with Image.open(io.BytesIO(data)) as found:
        assert (found.format, found.mode, found.size) == ("WEBP", "RGBA", wanted)
        assert not np.asarray(found)[:, : found.width // 4, 3].any()


def test_a_picture_that_is_quick_to_say_keeps_its_quality() -> None:
    picture = Image.radial_gradient("L").resize((512, 400)).convert("RGBA")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    with Image.open(io.BytesIO(sticker(stream.getvalue()))) as found:
        difference = np.asarray(found.convert("RGB")).astype(int) - np.asarray(picture.convert("RGB"))
    assert np.abs(difference).mean() < 2
