"""The context menus: "Stylize this" and "Report painting" on messages, "Stylize avatar" on people."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import discord
from discord import app_commands

from bot.adapters.discord.desk import Desk
from bot.adapters.discord.forms import Found, ReportForm, StylizeForm
from bot.adapters.discord.parameters import ALL_STYLES, everywhere, styles_for
from bot.downloads import Source

AVATAR_SIDE = 1024  # pixels
_KINDS = ("image/", "video/")
_STILL = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff")
_MOVING = (".gif", ".apng", ".mp4", ".m4v", ".webm", ".mov")


def menus(desk: Desk) -> list[app_commands.ContextMenu]:
    """Return the menus."""

    async def open_form(interaction: discord.Interaction, pictures: list[Found]) -> None:
        styles = await styles_for(desk, interaction, "", limit=ALL_STYLES)
        await interaction.response.send_modal(StylizeForm(desk, pictures, styles, interaction.locale.value))

    async def stylize_this(interaction: discord.Interaction, message: discord.Message) -> None:
        pictures = list(pictures_of(message, desk.source))
        if pictures:
            await open_form(interaction, pictures)
        else:
            sentence = desk.presenter.phrase("no_picture", interaction.locale.value)
            await interaction.response.send_message(sentence, ephemeral=True)

    async def stylize_avatar(interaction: discord.Interaction, user: discord.User | discord.Member) -> None:
        avatar = user.display_avatar.replace(size=AVATAR_SIDE, format="png")
        await open_form(interaction, [Found(user.display_name, avatar)])

    async def report_painting(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(ReportForm(desk, message, interaction.locale.value))

    return [
        everywhere(app_commands.ContextMenu(name="Stylize this", callback=stylize_this)),
        everywhere(app_commands.ContextMenu(name="Stylize avatar", callback=stylize_avatar)),
        everywhere(app_commands.ContextMenu(name="Report painting", callback=report_painting)),
    ]


def pictures_of(message: discord.Message, source: Source) -> Iterator[Found]:
    """Find the pictures of a message, of what it forwards, and of the message that it replies to; each once.

    `source` is where pictures may be fetched from. In servers, Discord shows me the message itself and what it
    forwards; of what it replies to, without the message content intent, only what I wrote.
    """
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    answered = message.reference.resolved if message.reference is not None else None
    if isinstance(answered, discord.Message):
        parts += [answered, *answered.message_snapshots]
    seen: set[str] = set()
    for part in parts:
        for found in (*_attached(part), *_embedded(part, message, source)):
            address = urlsplit(found.picture.url).path
            if address not in seen:
                seen.add(address)
                yield found


def _attached(part: discord.Message | discord.MessageSnapshot) -> Iterator[Found]:
    for attachment in part.attachments:
        kind = attachment.content_type or ""
        if kind.startswith(_KINDS) or attachment.filename.lower().endswith(_STILL + _MOVING):
            yield Found(attachment.filename, attachment)


def _embedded(
    part: discord.Message | discord.MessageSnapshot, message: discord.Message, source: Source
) -> Iterator[Found]:
    def own(*addresses: str | None) -> str | None:
        # What lies elsewhere is taken from Discord's own copy: to fetch from any address that somebody writes into a
        # message would let them send me anywhere.
        return next((address for address in addresses if address and source.has(address)), None)

    for embed in part.embeds:
        moving, *still = (own(media.proxy_url, media.url) for media in (embed.video, embed.image, embed.thumbnail))
        for address in (moving,) if moving else still:  # the thumbnail of what moves is a still of it
            if address is not None:
                yield Found(embed.title or "", discord.Asset(message._state, url=address, key=address))
