"""What Mia and Ben do, moment by moment, and what is worth a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import discord
from PIL import Image
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.model import Job
from tools.discord_transcript.camera import Camera
from tools.discord_transcript.world import World

_SMALL = 320  # pixels
_WORTH_SEEING = 30  # percent: the painting is recognisable, and the camera has time left for it


class Photo(NamedTuple):
    """A picture that somebody brings along."""

    name: str
    data: bytes


class Wishes(NamedTuple):
    """What is painted."""

    cat: Photo
    face: Photo  # a mask: white where the cat's face is
    coffee: Photo
    stroll: Photo  # a GIF
    preset: str
    second_preset: str
    options: Mapping[str, Any]


async def play(world: World, camera: Camera, wishes: Wishes) -> dict[str, Image.Image]:
    """Play the whole conversation, and return the pictures that tell it in short, by name."""
    mia, ben, channel = world.mia, world.ben, world.channel
    shots: dict[str, Image.Image] = {}

    camera.says("Mia opens /help")
    await mia.slash(channel, "help")
    await _last(camera, "help", mia)

    camera.says("Mia types a few letters of a style")
    offered = await mia.autocomplete(channel, "stylize", "preset", wishes.preset[:3], photo=wishes.cat)
    camera.notes(" | ".join(str(choice["name"]) for choice in offered))

    camera.says("Mia sends /stylize with her cat")
    await mia.slash(channel, "stylize", photo=wishes.cat, preset=wishes.preset, **wishes.options)
    await _last(camera, "accepted", mia)
    job = await world.newest(mia)
    shots["painting"] = await _while_painting(world, camera, mia, job)
    painting = await world.result(job.id)
    shots["result"] = await _last(camera, "result", mia)

    camera.says("Mia presses Stronger")
    await _press(mia, painting, "stronger")
    job = await world.newest(mia)
    await _while_painting(world, camera, mia, job)
    await world.result(job.id)
    await _last(camera, "stronger", mia)

    camera.says("Ben presses a button that is not his")
    answer = await _press(ben, painting, "softer")
    shots["not-yours"] = await _last(camera, "not-yours", ben)
    (refusal,) = answer.followups
    form = await _press(ben, refusal.message, "restyle")
    await camera.take("form-on-my-photo", ben, form=form)

    camera.says("Ben sends a text file as a photo")
    await ben.slash(channel, "stylize", photo=("notes.txt", b"no picture"), preset=wishes.preset)
    await _last(camera, "no-picture", ben)

    camera.says("Ben posts a photo of his own and opens Stylize this")
    await world.catch_up()
    posted = await ben.send(channel, "Breakfast!", attachments=[wishes.coffee])
    form = await ben.context_menu(channel, "Stylize this", posted)
    await camera.take("form", ben, form=form)
    await ben.submit_modal(form, {"preset": [wishes.second_preset]})
    job = await world.newest(ben)
    await _while_painting(world, camera, ben, job)
    camera.says("Meanwhile, Mia sends /queue")
    await mia.slash(channel, "queue")
    await _last(camera, "queue", mia)
    await world.result(job.id)
    await _last(camera, "stylized-this", ben, last=2)
    shots["stylized-this"] = await camera.take("stylized-this-alone", ben, last=1)

    camera.says("Mia has only the cat's face painted, and the rest in another style")
    await world.catch_up()
    faced = {"mask": wishes.face, "background": wishes.second_preset, "size": _SMALL, "quality": "draft"}
    await mia.slash(channel, "stylize", photo=wishes.cat, preset=wishes.preset, **faced)
    await world.result((await world.newest(mia)).id)
    shots["masked"] = await _last(camera, "masked", mia)

    camera.says("Ben sends /stylize with a GIF")
    await world.catch_up()
    await ben.slash(channel, "stylize", photo=wishes.stroll, preset=wishes.second_preset)
    job = await world.newest(ben)
    await _last(camera, "moving-accepted", ben)
    await world.result(job.id)
    shots["moving"] = await _last(camera, "moving", ben)

    for command in ("styles", "quota", "history", "privacy"):
        camera.says(f"Mia sends /{command}")
        await world.catch_up()
        await mia.slash(channel, command)
        shots[command] = await _last(camera, command, mia)

    camera.says("Mia presses Details")
    await world.catch_up()
    await _press(mia, painting, "details")
    job = await world.newest(mia)
    await _last(camera, "details-asked", mia)
    await world.result(job.id)
    await _last(camera, "details", mia)

    camera.says("All that Mia sees in the end")
    await _last(camera, "all-of-mia", mia, last=50)
    camera.says("All that Ben sees in the end")
    await _last(camera, "all-of-ben", ben, last=50)
    return shots


async def _while_painting(world: World, camera: Camera, who: MemberActor, job: Job) -> Image.Image:
    """Wait until a painting has taken shape, and return a picture of its status message."""
    await world.until(job.id, lambda job: job.state == "painting")
    while (job := await world.job(job.id)).state == "painting" and job.status_ref is not None:
        message = world.message(job.status_ref)
        percent = re.search(r"(\d+)%", message.content)
        if message.attachments and percent is not None and int(percent[1]) >= _WORTH_SEEING:
            break
        await world.clock.sleep(0.5)
    return await _last(camera, "while-painting", who)


async def _last(camera: Camera, name: str, who: MemberActor, last: int = 1) -> Image.Image:
    camera.writes_down(who, last=last)
    return await camera.take(name, who, last=last)


async def _press(who: MemberActor, message: discord.Message, verb: str) -> InteractionResult:
    for row in message.components:
        for button in getattr(row, "children", ()):
            if button.custom_id.split(":")[2:3] == [verb]:
                return await who.click(message, custom_id=button.custom_id)
    raise LookupError(f"there is no button {verb}")
