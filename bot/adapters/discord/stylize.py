"""`/stylize`: a photo and a style go in, a painting comes out."""

from __future__ import annotations

from typing import Any

import discord
import msgspec
from discord import app_commands
from discord.app_commands import Choice

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.parameters import (
    Percent,
    Size,
    Strength,
    StyleName,
    choices,
    command,
    everywhere,
    style_choices,
)
from bot.model import Request, RequestedStyle
from bot.ports import Fetch


def commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """Return `/stylize`."""

    async def complete(interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        return await style_choices(desk, interaction, current)

    @command("stylize")
    @app_commands.autocomplete(preset=complete, second_preset=complete)
    @app_commands.choices(quality=choices("quality"), colors=choices("colors"))
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
        swap: bool = False,
        film: bool = False,
    ) -> None:
        options = {"strength": strength, "size": size, "quality": quality, "colors": colors}
        wish = Wish(
            photo=desk.fetch(photo, "photo"),
            style=None if style is None else desk.fetch(style, "style"),
            presets=tuple(name for name in (preset, second_preset) if name is not None),
            options={name: value for name, value in options.items() if value is not None},
            blend=blend,
            swap=swap,
            film=film,
        )
        await submit(desk, interaction, wish)

    return [everywhere(stylize)]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants painted, before any picture was fetched."""

    photo: Fetch
    style: Fetch | None = None
    presets: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    blend: float | None = None
    swap: bool = False
    film: bool = False

    async def bring(self) -> Request:
        """Fetch the pictures; raises NotBrought."""
        styles = [RequestedStyle(preset=name) for name in self.presets]
        if self.style is not None:
            styles.insert(0, RequestedStyle(picture=await self.style()))
        return Request(
            content=await self.photo(),
            styles=tuple(styles),
            options=self.options,
            blend=self.blend,
            swap=self.swap,
            film=self.film,
        )


async def submit(desk: Desk, interaction: discord.Interaction, wish: Wish) -> None:
    """Acknowledge, and ask the studio for the painting."""
    person, place = desk.person(interaction), desk.place(interaction)
    await desk.ask(interaction, lambda ref: desk.studio.submit(person, place, wish.bring, **desk.how(interaction, ref)))
