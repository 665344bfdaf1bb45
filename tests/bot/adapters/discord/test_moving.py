"""Moving pictures: a GIF or a short clip in, a moving painting out."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image
from yarl import URL

from tests.bot import films
from tests.bot.adapters.discord.conftest import picture

SIZE = (96, 72)
TENOR = "https://media.tenor.com/abc/dancing-cat.mp4"
DISCORDS = f"https://images-ext-1.discordapp.net/external/xyz/{TENOR.replace('://', '/')}"
STILL = "https://images-ext-1.discordapp.net/external/xyz/https/media.tenor.com/abc/dancing-cat.png"


def moving(kind: str, frames: int = 3) -> bytes:
    """A square that wanders, as GIF, WEBP, PNG, mp4, mov or webm."""
    pictures = []
    for number in range(frames):
        frame = Image.open(io.BytesIO(picture(1, SIZE))).convert("RGB")
        frame.paste((250, 240, 20), (8 + 20 * number, 20, 32 + 20 * number, 44))
        pictures.append(frame)
    stream = io.BytesIO()
    if kind in ("GIF", "WEBP", "PNG"):
        pictures[0].save(stream, kind, save_all=True, append_images=pictures[1:], duration=100, loop=0)
        return stream.getvalue()
    with av.open(stream, "w", format=kind) as container:
        track = container.add_stream("libvpx-vp9" if kind == "webm" else "h264", rate=10)
        track.width, track.height, track.pix_fmt = *SIZE, "yuv420p"
        for frame in pictures:
            container.mux(track.encode(av.VideoFrame.from_ndarray(np.asarray(frame), format="rgb24")))
        container.mux(track.encode())
    return stream.getvalue()


async def frames_of(attachment) -> int:
    """How many pictures a delivered file shows one after another."""
    data = await attachment.read()
    if attachment.filename.endswith(".mp4"):
        with av.open(io.BytesIO(data)) as container:
            return sum(1 for _ in container.decode(video=0))
    return getattr(Image.open(io.BytesIO(data)), "n_frames", 1)


# ---- /stylize ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "suffix"),
    [
        ("dance.gif", "GIF", ".gif"),
        ("dance.webp", "WEBP", ".gif"),
        ("dance.png", "PNG", ".gif"),
        ("dance.mp4", "mp4", ".mp4"),
        ("dance.mov", "mov", ".mp4"),
        ("dance.webm", "webm", ".mp4"),
    ],
)
async def test_what_moves_becomes_a_painting_that_moves(house, env, name, kind, suffix):
    message = await house.painted(house.anna, photo=(name, moving(kind)))
    job = await house.newest(house.anna)
    assert (job.task, job.request.frames) == ("animate", 3)
    (attachment,) = message.attachments
    assert attachment.filename.endswith(suffix)  # by which Discord tells that it is to be played in the chat
    assert await frames_of(attachment) >= 3
    assert attachment.description
    assert message.content.startswith(house.anna.mention)


async def test_a_clip_keeps_its_sound(house, env):
    clip = films.talkie(4)
    message = await house.painted(house.anna, photo=("dance.mp4", clip))
    (attachment,) = message.attachments
    packets = films.heard(await attachment.read())[1]
    assert packets == films.heard(clip)[1][: len(packets)] != []


async def test_a_gif_with_one_picture_is_a_photo(house, env):
    message = await house.painted(house.anna, photo=("still.gif", moving("GIF", 1)))
    assert (await house.newest(house.anna)).task == "paint"
    assert message.attachments[0].filename.endswith(".png")


async def test_nothing_is_painted_at_more_than_is_wanted_of_what_moves(house, env):
    await house.stylize(house.anna, photo=("dance.gif", moving("GIF")), size=64, strength=70)
    options = (await house.newest(house.anna)).request.options
    assert (options.size, options.strength, options.quality) == (64, 70, "draft")


async def test_a_mask_does_not_go_with_what_moves_and_that_is_said_in_private(house, env):
    result = await house.stylize(house.anna, photo=("dance.gif", moving("GIF")), mask=("mask.png", picture(2)))
    (message,) = result.followups
    assert message.ephemeral
    assert "mask" in message.content
    assert not await house.jobs(house.anna)


async def test_while_it_is_painted_the_status_can_be_cancelled(house, env):
    result = await house.stylize(house.anna, photo=("dance.gif", moving("GIF")), preset="slow")
    (button,) = result.response.message.components[0].children
    await house.anna.click(result.response, custom_id=button.custom_id)
    job = await house.told((await house.newest(house.anna)).id)
    assert job.state == "cancelled"


async def test_what_looks_like_a_clip_and_is_none_is_refused_in_private(house, env):
    result = await house.stylize(house.anna, photo=("dance.mp4", moving("mp4")[:200]))
    (message,) = result.followups
    assert message.ephemeral
    assert not await house.jobs(house.anna)


async def test_a_clip_that_is_too_large_is_refused_before_it_is_fetched(unopened):
    unopened.sections["intake"] = {"max_bytes": 2000}
    await unopened.open()
    try:
        read = []
        unopened.env.backend.cdn.get = read.append
        result = await unopened.stylize(unopened.anna, photo=("dance.mp4", b"\0" * 3000))
        (message,) = result.followups
        assert message.ephemeral
        assert not read
    finally:
        await unopened.close()


# ---- Stylize this ------------------------------------------------------------------------------------------------


async def asked_for(house, message):
    """What is painted of a message, in oil."""
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.anna.submit_modal(shown, {"preset": ["oil"]})
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    return job


async def embedded(house, **embed):
    """A message of Bert's with a link of which Discord shows something."""
    message = await house.bert.send(house.channel, "https://tenor.com/view/dancing-cat")
    stored = house.env.backend.get_message(house.channel.id, message.id)
    stored.embeds = [{"type": "gifv", "url": "https://tenor.com/view/dancing-cat", **embed}]
    return message


@pytest.mark.parametrize(("name", "kind"), [("dance.gif", "GIF"), ("DANCE.MP4", "mp4"), ("dance.webm", "webm")])
async def test_what_moves_in_the_chat_is_found(house, env, name, kind):
    message = await house.bert.send(house.channel, "look", attachments=[(name, moving(kind))])
    assert (await asked_for(house, message)).task == "animate"


async def test_of_a_gif_that_is_linked_discords_own_copy_is_painted_and_not_its_still(house, env):
    env.bot.desk.source.origins |= {URL("https://images-ext-1.discordapp.net")}
    env.backend.cdn._blobs[DISCORDS] = moving("mp4")
    message = await embedded(
        house,
        video={"url": TENOR, "proxy_url": DISCORDS},
        thumbnail={"url": "https://media.tenor.com/abc/dancing-cat.png", "proxy_url": STILL},
    )
    assert (await asked_for(house, message)).request.frames == 3


async def test_of_a_film_that_lies_with_strangers_the_still_is_painted(house, env):
    env.bot.desk.source.origins |= {URL("https://images-ext-1.discordapp.net")}
    env.backend.cdn._blobs[STILL] = picture(4, (80, 40))
    message = await embedded(
        house,
        type="video",
        video={"url": "https://www.youtube.com/embed/dancing-cat"},
        thumbnail={"url": "https://i.ytimg.com/dancing-cat.png", "proxy_url": STILL},
    )
    job = await asked_for(house, message)
    assert (job.task, job.request.width, job.request.height) == ("paint", 80, 40)


async def test_a_film_that_lies_only_with_strangers_is_not_offered(house, env):
    message = await embedded(house, video={"url": TENOR, "proxy_url": TENOR})
    result = await house.anna.context_menu(house.channel, "Stylize this", message)
    assert result.modal is None
    assert result.response.ephemeral
