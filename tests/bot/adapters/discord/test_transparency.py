"""A cut-out on Discord: the painting is as transparent, also where its PNG is too large a file."""

from __future__ import annotations

import io

import discord
import numpy as np
from PIL import Image

from tests.bot.adapters.discord.conftest import House
from tests.worlds import cut_out


def shown(house: House, message: discord.Message) -> Image.Image:
    (attachment,) = message.attachments
    return Image.open(io.BytesIO(house.env.backend.cdn.get(attachment.url)))


def assert_cut_out(image: Image.Image) -> None:
    alpha = np.asarray(image.getchannel("A"))
    assert not alpha[:, : image.width // 3].any()
    assert (alpha[:, -image.width // 3 :] == 255).all()


async def test_the_painting_of_a_cut_out_is_transparent(house, env):
    message = await house.painted(house.anna, photo=("cat.png", cut_out(1)))
    found = shown(house, message)
    assert (found.format, found.size) == ("PNG", (96, 72))
    assert_cut_out(found)
    assert "sticker" not in message.content.lower()


async def test_where_its_file_is_too_large_it_comes_as_webp(house, env):
    env.inject_error("POST", "/channels/*/messages", status=413, code=40005, times=2)
    message = await house.painted(house.anna, photo=("cat.png", cut_out(1)), size=256)
    found = shown(house, message)
    assert found.format == "WEBP"
    assert_cut_out(found)


async def test_what_is_opaque_has_no_alpha(house, env):
    assert shown(house, await house.painted(house.anna)).mode == "RGB"
