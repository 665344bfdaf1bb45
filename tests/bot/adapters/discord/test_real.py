"""One painting by the real engine, from the command to the message."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.engines.process import ProcessEngine, engine_command
from bot.intake import Intake
from nst_engine.settings import Settings
from tests.bot.adapters.discord.conftest import picture
from tests.waiting import PATIENCE, painting_limits, slowness


@pytest.mark.paints
async def test_a_photo_is_painted_for_real(unopened):
    house = unopened
    house.make_intake, house.patience = Intake, PATIENCE * slowness()
    command = engine_command(Settings(device="cpu", threads=1), 10)
    house.make_engine = lambda: ProcessEngine(command, limits=painting_limits())
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
