"""Takes pictures of what one person sees in a chat, and writes down the same as text."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tests.telegram_api import world
from tests.telegram_api.queries import Query
from tests.telegram_api.server import Call, FakeTelegram
from tools.browser import Page
from tools.telegram_transcript import reading
from tools.telegram_transcript.page import WIDTH, Extra, page

SHARPNESS = 1.5
_HEIGHT = 2000  # of the window; pictures may be longer

_READY = "document.readyState === 'complete' && [...document.images].every((image) => image.complete)"
_END = "document.body.getBoundingClientRect().bottom"
_CUT_OFF = """[...document.querySelectorAll(".key")].filter((key) => key.scrollWidth > key.clientWidth)
  .map((key) => key.textContent)"""


class Camera:
    """Takes pictures into a folder, and keeps the transcript beside them."""

    def __init__(self, telegram: FakeTelegram, browser: Page, folder: Path) -> None:
        self._telegram, self._browser, self._folder = telegram, browser, folder
        self._numbers = itertools.count(1)
        self._lines: list[str] = ["# A conversation with Impasto on Telegram", ""]
        self.cut_off: set[str] = set()  # buttons that say more than a phone can show

    def says(self, text: str) -> None:
        """Write down what somebody does."""
        self._lines += [f"## {text}", ""]

    def notes(self, text: str) -> None:
        """Write down what no picture shows."""
        self._lines += [text, ""]

    async def take(
        self,
        name: str,
        where: world.Chat,
        viewer: world.Human,
        *,
        last: int = 1,
        extra: Extra | None = None,
        bar: bool = False,
        only: Sequence[int] = (),
    ) -> Image.Image:
        """Take a picture of the last messages, or of `only` some, that a person sees in a chat; `bar`: with its title.

        What the picture does not show is written down below it.
        """
        messages = self._telegram.messages(where)
        bubbles = reading.bubbles(messages, viewer)
        numbers = [bubble.number for bubble in bubbles]
        shown = [number for number in numbers if number in only] if only else numbers[max(0, len(numbers) - last) :]
        text = page(reading.chat(where), [bubble for bubble in bubbles if bubble.number in shown], extra, bar=bar)
        data = await self._picture(text)
        file = self._folder / f"{next(self._numbers):02d}-{name}.png"
        file.write_bytes(data)
        self._lines += [f"![{name}]({file.name})", ""]
        if extra is not None:
            self._lines += [f"{extra.kind}: {extra.words}", ""]
        for message in messages:
            if message.id in shown or (shown and message.album and message.id > min(shown)):
                self._lines += [*_told(message), ""]
                self._keep(message)
        return Image.open(io.BytesIO(data)).convert("RGB")

    def writes_down(self, calls: list[Call], since: float) -> None:
        """Write down what the bot asked of Telegram, in seconds since a moment."""
        self._lines += ["| s | call | said |", "|--:|---|---|"]
        for call in calls:
            said = call.params.get("text") or call.params.get("caption") or ""
            media = call.params.get("media")
            if not said and isinstance(media, dict):
                said = media.get("caption", "")
            code = "" if call.code == 200 else f" ({call.code})"
            words = " / ".join(str(said).splitlines()).replace("|", "\\|")
            self._lines.append(f"| {call.at - since:.1f} | {call.method}{code} | {words} |")
        self._lines.append("")

    def close(self) -> None:
        """Write the transcript."""
        (self._folder / "transcript.md").write_text("\n".join(self._lines), encoding="utf-8")

    async def _picture(self, text: str) -> bytes:
        file = self._folder / "page.html"
        file.write_text(text, encoding="utf-8")
        try:
            await self._browser.open(file.resolve().as_uri(), WIDTH, _HEIGHT, SHARPNESS)
            await self._browser.until(f"location.protocol === 'file:' && {_READY}")
            self.cut_off.update(await self._browser.evaluate(_CUT_OFF))
            end: float = await self._browser.evaluate(_END)
        finally:
            file.unlink()
        return await self._browser.picture(0, 0, WIDTH, end)

    def _keep(self, message: world.Message) -> None:
        if message.media is not None and message.sender is self._telegram.world.me:
            file = message.media.file
            suffix = Path(file.path).suffix
            (self._folder / f"file-{message.chat.id}-{message.id}{suffix}").write_bytes(file.data)


def answer_of(query: Query) -> Extra | None:
    """Return what a press was answered with, as it shows; None where nothing is said."""
    if not query.text:
        return None
    return Extra(kind="alert" if query.alert else "toast", words=query.text)


def _told(message: world.Message) -> list[str]:
    who = message.sender_chat.title if message.sender_chat else message.sender.name if message.sender else ""
    facts = []
    if message.reply_to is not None:
        facts.append(f"in reply to {message.reply_to.id}")
    if message.silent:
        facts.append("silent")
    if message.mentioned:
        facts.append(f"mentions {message.mentioned}")
    lines = [f"**{who}**, {message.id}{', ' + ', '.join(facts) if facts else ''}:", "", "```text"]
    lines += [message.words or "(no text)", "```"]
    if message.media is not None:
        file = message.media.file
        lines.append(f"- {message.media.kind} {file.name or ''} {file.size:,} bytes, {file.width} × {file.height}")
    for row in message.keyboard or ():
        told = " ".join(f"[{button['text']}](`{button.get('callback_data') or button.get('url')}`)" for button in row)
        lines.append(f"- buttons: {told}")
    return lines
