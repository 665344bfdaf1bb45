"""Takes pictures of what one person sees in the channel, and writes down the same as text."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import discord
from PIL import Image
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from tools.browser import BrowserFailure, Page
from tools.discord_transcript.world import World

WIDTH = 680  # of the channel, in CSS pixels
SHARPNESS = 1.5
_HEIGHT = 6000  # taller than any conversation, so that nothing has to scroll

_FORM_HEIGHT = 960

# The preview's tools and the line to type in are no part of the conversation. Buttons look pale while the page is busy,
# and stand above the files, where Discord has them below.
_STYLE = """
.preview-toolbar, .messages-sidebar, .inspector-panel, .drawer-scrim, .channel-composer, .history-button,
.attachment-media-actions, .message-edited { display: none !important; }
.preview-workspace { display: flex !important; }
.channel-message { box-shadow: none !important; }
.component-button { opacity: 1 !important; }
* { outline: none !important; transition: none !important; animation: none !important; }
"""
_DRESS = f"""(() => {{
  const style = document.createElement("style");
  style.textContent = {json.dumps(_STYLE)};
  document.head.append(style);
  return true;
}})()"""
_ORDER = """(() => {
  for (const files of document.querySelectorAll(".message-components + .message-attachments")) {
    files.after(files.previousElementSibling);
  }
  return true;
})()"""
_READY = "Boolean(window.simcordPreview && window.simcordPreview.ready)"
_BOXES = """[...document.querySelectorAll("#channel-message-list .channel-message")].map((each) => {
  const box = each.getBoundingClientRect();
  const margin = parseFloat(getComputedStyle(each).marginTop);
  return { id: each.dataset.messageId, x: box.x, y: box.y - margin, width: box.width, height: box.height + margin };
})"""
_MODAL = """(() => {
  const box = (document.querySelector("#modal-root .modal") || document.querySelector("#modal-root > *"))
    .getBoundingClientRect();
  return { x: box.x, y: box.y, width: box.width, height: box.height };
})()"""


class Camera:
    """Takes pictures into a folder, and keeps the transcript beside them."""

    def __init__(self, world: World, page: Page, folder: Path) -> None:
        self._world, self._page, self._folder = world, page, folder
        self._numbers = itertools.count(1)
        self._lines: list[str] = ["# A conversation with Impasto on Discord", ""]

    def says(self, text: str) -> None:
        """Write down what somebody does."""
        self._lines += [f"## {text}", ""]

    def notes(self, text: str) -> None:
        """Write down what no picture shows."""
        self._lines += [text, ""]

    async def take(
        self,
        name: str,
        viewer: MemberActor,
        *,
        last: int | None = None,
        only: Sequence[int] = (),
        form: InteractionResult | None = None,
    ) -> Image.Image:
        """Take a picture of the last messages that a person sees, of some by id, or of the form before them."""
        world = self._world
        async with world.env.preview(
            world.channel,
            viewers=[viewer],
            layout="channel",
            display="fixed",
            width=WIDTH,
            height=_HEIGHT if form is None else _FORM_HEIGHT,
            assets=world.assets,
        ) as preview:
            if form is not None:
                await preview.show(form)
            await self._page.open(preview.url, WIDTH, _HEIGHT if form is None else _FORM_HEIGHT, SHARPNESS)
            await self._page.until(_READY)
            await self._page.evaluate(_DRESS)
            await self._page.until(_READY)
            await self._page.evaluate(_ORDER)
            if form is not None:
                boxes = [await self._page.evaluate(_MODAL)]
            else:
                found = await self._page.evaluate(_BOXES)
                boxes = [box for box in found if not only or int(box["id"]) in only][-(last or len(found)) :]
            if not boxes:
                raise BrowserFailure(f"there is nothing to see for {name}")
            top, bottom = boxes[0]["y"], boxes[-1]["y"] + boxes[-1]["height"]
            data = await self._page.picture(boxes[0]["x"], top, boxes[0]["width"], bottom - top)
        file = self._folder / f"{next(self._numbers):02d}-{name}.png"
        file.write_bytes(data)
        self._lines += [f"![{name}]({file.name})", ""]
        return Image.open(io.BytesIO(data)).convert("RGB")

    def writes_down(self, viewer: MemberActor, *, last: int | None = None) -> None:
        """Write down the last messages that a person sees, with all that the picture does not show."""
        messages = self._world.channel.history(viewer=viewer)
        for message in messages[-(last or len(messages)) :]:
            self._lines += [*_told(message), ""]
            for attachment in message.attachments:
                self._keep(attachment)

    def close(self) -> None:
        """Write the transcript."""
        (self._folder / "transcript.md").write_text("\n".join(self._lines), encoding="utf-8")

    def _keep(self, attachment: discord.Attachment) -> None:
        data = self._world.env.backend.cdn.get(attachment.url)
        if data is not None:
            (self._folder / f"file-{attachment.id}-{attachment.filename}").write_bytes(data)


def _author(message: discord.Message) -> str:
    return message.author.global_name or message.author.name


def _told(message: discord.Message) -> list[str]:
    private = " (only for this person)" if message.flags.ephemeral else ""
    lines = [f"**{_author(message)}**{private}, {message.created_at:%H:%M:%S}:", "", "```text"]
    lines += [message.content or "(no text)", "```"]
    for attachment in message.attachments:
        lines.append(
            f"- file {attachment.filename}, {attachment.size:,} bytes, alt text: {attachment.description or '(none)'}"
        )
    for row in message.components:
        labels = [f"[{each.emoji or ''}{each.label}]" for each in getattr(row, "children", ())]
        lines.append("- buttons: " + " ".join(labels))
    return lines
