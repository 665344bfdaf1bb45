"""What the scenes have in common: people do something, wait for what comes of it, and a picture is taken."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

from PIL import Image

from bot.model import Job
from tests.telegram_api.queries import Query
from tests.telegram_api.world import Chat, Human, Message
from tools.telegram_transcript.camera import Camera, answer_of
from tools.telegram_transcript.page import Extra
from tools.telegram_transcript.reading import offers
from tools.telegram_transcript.world import Disappointed, World, until

_A_MOMENT = 2.5  # seconds that people take between two things
_MOST_PAGES = 10

T = TypeVar("T")


class Wishes(NamedTuple):
    """What is painted: `title` is what Mia's style is called, `small` how a painting is made quickly.

    `pattern` is a picture whose style somebody likes, `face` a mask for the cat, and `stroll` a film.
    """

    cat: bytes
    face: bytes
    coffee: bytes
    portrait: bytes
    pattern: bytes
    stroll: bytes
    title: str
    second_preset: str
    small: Mapping[str, Any]

    @property
    def small_typed(self) -> str:
        """The same as people type it."""
        return " ".join(f"{name}={value}" for name, value in self.small.items())


class Stage:
    """Where it happens. `shots` are the pictures by name."""

    def __init__(self, world: World, camera: Camera, wishes: Wishes) -> None:
        self.world, self.camera, self.wishes = world, camera, wishes
        self.shots: dict[str, Image.Image] = {}
        self._began = time.monotonic()

    async def scene(self, says: str) -> None:
        """Let people catch their breath, and begin something new."""
        await asyncio.sleep(_A_MOMENT)
        self.camera.says(f"{time.monotonic() - self._began:.0f} s: {says}")

    async def shoot(self, name: str, where: Chat, viewer: Human, **how: Any) -> None:
        """Take a picture, as `Camera.take`."""
        self.shots[name] = await self.camera.take(name, where, viewer, **how)

    async def answered(self, name: str, where: Chat, viewer: Human, asking: Awaitable[Message], **how: Any) -> Message:
        """Do what gets an answer by a message, wait for that, and take a picture of both."""
        asked = await asking
        message = await self.world.said(where, asked.id)
        await self.shoot(name, where, viewer, **{"last": 2, **how})
        return message

    async def pressed(self, name: str, who: Human, message: Message, what: str) -> Query:
        """Press a button, and take a picture of what is said at it, if that has to be closed by hand."""
        query = await self.world.press(who, message, what)
        extra = answer_of(query)
        if extra is not None and extra.kind == "alert":
            await self.shoot(name, message.chat, who, only=(message.id,), extra=extra)
        else:
            self.camera.notes(
                f"(a line at the top: {extra.words})" if extra is not None else "(nothing is said to that)"
            )
        return query

    async def job_of(self, who: Human, doing: Awaitable[T]) -> tuple[Job, T]:
        """Do what gets a painting, and return its job with whatever else came of it."""
        before = await self.world.jobs(who)
        done = await doing
        return await self.world.next_job(who, before), done

    async def chosen(self, who: Human, gallery: Message, title: str) -> str:
        """Turn the pages of a gallery until a style is there; return its number."""
        for _ in range(_MOST_PAGES):
            found = re.search(rf"(?:^|· )(\d+)\. {re.escape(title)}(?: ·|$)", gallery.words, re.MULTILINE)
            if found is not None:
                return found[1]
            shown = gallery.edited
            await self.world.press(who, gallery, "▶️")
            await until(partial(_is_edited, gallery, shown), "another page")
        raise Disappointed(f"no gallery shows {title}")

    async def watched(self, name: str, who: Human, job: Job, *, at: tuple[int, ...] = (0,)) -> Message | None:
        """Take pictures of a job's status message, as soon as it shows each of these percents and a preview."""
        status = await self.world.status(job.id)
        if status is None:
            self.camera.notes("(there was no status message)")
            return None
        await self.shoot(f"{name}-accepted", status.chat, who, only=(status.id,))
        for number, percent in enumerate(at, start=1):
            while status.alive and not (status.photo and _percent(status) >= percent):  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # as a person watches
            if not status.alive:
                self.camera.notes(f"(it was done before it showed {percent}%)")
                break
            await self.shoot(f"{name}-preview-{number}", status.chat, who, only=(status.id,))
        return status

    async def delivered(self, name: str, who: Human, job: Job) -> Message:
        """Wait for a result and take a picture of it; return the message with its buttons."""
        messages = await self.world.result(job.id)
        await self.shoot(name, messages[0].chat, who, only=(messages[0].id, messages[-1].id))
        return messages[-1]

    async def inline(self, name: str, who: Human, where: Chat, words: str) -> Query:
        """Type the bot's name and some words, and take a picture of what is offered."""
        query = await self.world.telegram.inline(who, words, chat_type=where.kind)
        typed = f"@{self.world.telegram.world.me.username} {words}"
        found = offers(self.world.telegram, query)
        self.camera.notes("\n".join(f"- {each.title}: {each.description}" for each in found))
        await self.shoot(name, where, who, last=0, extra=Extra(kind="field", words=typed, offers=found))
        return query


def _is_edited(message: Message, shown: int | None) -> bool:
    return message.edited != shown


def _percent(message: Message) -> int:
    found = re.search(r"(\d+)\s?%", message.words)
    return int(found[1]) if found is not None else -1
