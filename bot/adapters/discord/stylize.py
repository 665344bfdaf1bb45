"""`/stylize`: a photo and a style go in, a painting comes out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import discord
import msgspec
from discord import app_commands
from discord.app_commands import Choice

from bot.adapters.discord import pictures
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.other_options import complete_others, read_others
from bot.adapters.discord.parameters import (
    Percent,
    Size,
    Smooth,
    Strength,
    StyleName,
    StyleScale,
    Text,
    choices,
    command,
    everywhere,
    style_choices,
)
from bot.adapters.discord.places import most_photos
from bot.model import Request, RequestedStyle
from bot.outcomes import Accepted, BatchAccepted, Refusal
from bot.ports import Bring, Fetch
from bot.studio.context import Refused
from bot.studio.typed import KEEP


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """Return `/stylize`."""

    async def complete(interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        return await style_choices(desk, interaction, current)

    async def complete_options(interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        return complete_others(desk, interaction, current)

    @command("stylize")
    @app_commands.autocomplete(preset=complete, second_preset=complete, background=complete, options=complete_options)
    @app_commands.choices(quality=choices("quality"), colors=choices("colors"), init=choices("init"))
    async def stylize(
        interaction: discord.Interaction,
        photo: discord.Attachment,
        style: discord.Attachment | None = None,
        preset: StyleName | None = None,
        second_preset: StyleName | None = None,
        blend: Percent | None = None,
        strength: Strength | None = None,
        size: Size | None = None,
        quality: str | None = None,
        colors: str | None = None,
        mask: discord.Attachment | None = None,
        background: StyleName | None = None,
        invert_mask: bool | None = None,
        smooth: Smooth | None = None,
        style_scale: StyleScale | None = None,
        init: str | None = None,
        init_picture: discord.Attachment | None = None,
        swap: bool = False,
        film: bool = False,
        second_photo: discord.Attachment | None = None,
        third_photo: discord.Attachment | None = None,
        fourth_photo: discord.Attachment | None = None,
        options: Text | None = None,
    ) -> None:
        try:
            others = read_others(options or "", has_mask=mask is not None)
        except Refused as refused:
            await desk.answer(interaction, refused.refusal)
            return
        given = {
            "strength": strength,
            "size": size,
            "quality": quality,
            "colors": colors,
            "invert_mask": invert_mask,
            "smooth": smooth,
            "style_scale": style_scale,
            "init": init if init_picture is None else "file",
        }
        photos = [each for each in (photo, second_photo, third_photo, fourth_photo) if each is not None]
        wish = Wish(
            photos=tuple(desk.fetch(each, "photo") for each in photos),
            style=None if style is None else desk.fetch(style, "style"),
            presets=tuple(name for name in (preset, second_preset) if name is not None),
            mask=None if mask is None or others.mask is False else desk.fetch(mask, "mask"),
            background=background or others.background,
            init=None if init_picture is None else desk.fetch(init_picture, "init"),
            options={**others.options, **{name: value for name, value in given.items() if value is not None}},
            blend=others.share if blend is None else blend,
            swap=swap or bool(others.swap),
            film=film or bool(others.film),
            hidden=pictures.are_hidden(*photos, style, mask, init_picture),
        )
        await submit(desk, interaction, wish)

    return [everywhere(stylize)]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants painted, before any picture was fetched; several photos are painted one by one."""

    photos: tuple[Fetch, ...]
    style: Fetch | None = None
    presets: tuple[str, ...] = ()
    mask: Fetch | None = None
    background: str | None = None
    init: Fetch | None = None
    options: Mapping[str, Any] = {}
    blend: float | None = None
    swap: bool = False
    film: bool = False
    hidden: bool = False  # one of the pictures was sent as a spoiler

    @property
    def has_background(self) -> bool:
        """Whether the rest is to be painted too, and not to stay the photo."""
        return self.background is not None and self.background.strip().lower() != KEEP

    @property
    def brings(self) -> list[Bring]:
        """What fetches the pictures for each of the photos."""
        return [partial(self._bring, photo) for photo in self.photos]

    async def _bring(self, photo: Fetch) -> Request:
        """Fetch the pictures; raises NotBrought."""
        styles = [RequestedStyle(preset=name) for name in self.presets]
        if self.style is not None:
            styles.insert(0, RequestedStyle(picture=await self.style()))
        return Request(
            content=await photo(),
            styles=tuple(styles),
            mask=None if self.mask is None else await self.mask(),
            background=(RequestedStyle(preset=self.background),) if self.has_background else (),
            init=None if self.init is None else await self.init(),
            options=dict(self.options),
            blend=self.blend,
            swap=self.swap,
            film=self.film,
        )


async def submit(desk: Desk, interaction: discord.Interaction, wish: Wish) -> None:
    """Acknowledge, and ask the studio for the painting, or for one of each of several photos."""
    person, place = desk.person(interaction), desk.place(interaction)
    brings = wish.brings

    async def make(ref: str | None) -> Accepted | Refusal:
        return await desk.studio.submit(person, place, brings[0], **desk.how(interaction, ref, hidden=wish.hidden))

    async def make_several() -> BatchAccepted | Refusal:
        most, how = most_photos(interaction, film=wish.film), desk.how(interaction, hidden=wish.hidden)
        return await desk.studio.submit_batch(person, place, brings, most=most, **how)

    if len(brings) > 1:
        await desk.ask_for_several(interaction, make_several)
    else:
        await desk.ask(interaction, make)
