"""One painting by the real engine, from the command to the message."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.engines.process import Limits, ProcessEngine, engine_command
from nst_engine.settings import Settings
from tests.bot.adapters.discord.conftest import picture

LIMITS = Limits(hello_seconds=300, silent_seconds=120, stall_seconds=300)


@pytest.mark.slow
async def test_a_photo_is_painted_for_real(unopened):
    house = unopened
    house.make_engine = lambda: ProcessEngine(engine_command(Settings(device="cpu", threads=1), 10), limits=LIMITS)
    photo = picture(1, (80, 64))
    try:
        await house.open()
        message = await house.painted(house.anna, photo=("photo.png", photo), size=64, quality="draft")
        (file,) = message.attachments
        assert file.description
        painting = Image.open(io.BytesIO(house.env.backend.cdn.get(file.url))).convert("RGB")
        assert max(painting.size) == 64
        small = Image.open(io.BytesIO(photo)).convert("RGB").resize(painting.size)
        difference = np.abs(np.asarray(painting, dtype=float) - np.asarray(small, dtype=float)).mean()
        assert difference > 5  # it is another picture, and not noise:
        assert (
            np.corrcoef(np.asarray(painting.convert("L")).ravel(), np.asarray(small.convert("L")).ravel())[0, 1] > 0.3
        )
        assert "seed 7" in message.content
    finally:
        await house.close()
