"""Albums: Telegram brings their pictures one by one and never says which was the last."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Message, Update

from bot.adapters.telegram.pictures import Picture, picture_of
from bot.background import Background
from bot.ports import Clock

log = structlog.get_logger(__name__)

QUIET_SECONDS = 1.0
"""How long nothing more of an album has come when it counts as complete."""

_REMEMBERED = 500  # albums
_REMEMBERED_SECONDS = 24 * 3600.0
_CLOSE_SECONDS = 5.0

Serve = Callable[[Sequence[Update]], Coroutine[Any, Any, None]]
"""Serves a complete album, in the order of its messages."""
Late = Callable[[Update], Coroutine[Any, Any, None]]
"""Serves a message of an album that counted as complete already."""

_Key = tuple[int, str]


@dataclass
class _Album:
    came_at: float  # when its latest message came, in Unix seconds
    updates: dict[int, Update] = field(default_factory=dict)  # by message id, while it is not complete
    pictures: dict[int, Picture] = field(default_factory=dict)  # by message id
    complete: bool = False


class Albums:
    """Gathers albums, without keeping anybody waiting, and remembers which pictures belonged together."""

    def __init__(self, clock: Clock, serve: Serve, late: Late) -> None:
        """What `serve` and `late` raise ends in the log only: they tell people themselves."""
        self._clock, self._serve, self._late = clock, serve, late
        self._albums: OrderedDict[_Key, _Album] = OrderedDict()  # by when their first message came
        self._background = Background()
        self._closing = asyncio.Event()

    def add(self, update: Update) -> None:
        """Take in a message of an album; it is served when the album is complete."""
        message = update.effective_message
        assert message is not None
        album = self._albums.get(_key(message))
        is_new = album is None
        if album is None:
            album = self._albums[_key(message)] = _Album(self._clock.now())
            self._forget_old()
        album.came_at = self._clock.now()
        album.pictures.update(_numbered(message))
        if album.complete:
            self._background.start(_noted(self._late(update)), "a late part of an album")
            return
        album.updates[message.message_id] = update
        if is_new:
            self._background.start(_noted(self._gather(album)), "an album")

    def is_gathering(self, message: Message) -> bool:
        """Tell whether the album of a message is not complete yet."""
        album = self._albums.get(_key(message))
        return album is not None and not album.complete

    def of(self, message: Message) -> dict[int, Picture]:
        """Return the pictures of the album that a message belongs to, as far as they are known, by message id.

        A message of its own has its own picture only.
        """
        album = self._albums.get(_key(message)) if message.media_group_id is not None else None
        known = _numbered(message) | (album.pictures if album is not None else {})
        return dict(sorted(known.items()))

    async def close(self) -> None:
        """Serve at once what has come; nothing may be added any more."""
        self._closing.set()
        await self._background.close(wait_seconds=_CLOSE_SECONDS)

    async def _gather(self, album: _Album) -> None:
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            while not closing.done() and (left := album.came_at + QUIET_SECONDS - self._clock.now()) > 0:
                sleeping = asyncio.ensure_future(self._clock.sleep(left))
                await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
                sleeping.cancel()
        finally:
            closing.cancel()
        album.complete = True
        updates, album.updates = album.updates, {}
        await self._serve([updates[number] for number in sorted(updates)])

    def _forget_old(self) -> None:
        oldest = self._clock.now() - _REMEMBERED_SECONDS
        for key, album in list(self._albums.items()):
            if len(self._albums) <= _REMEMBERED and album.came_at > oldest:
                break
            if album.complete:
                del self._albums[key]


async def _noted(serving: Coroutine[Any, Any, None]) -> None:
    """Let the log tell of what the end of the bot cut off: Telegram does not bring it again."""
    try:
        await serving
    except asyncio.CancelledError:
        log.warning("telegram.album_not_served")
        raise


def _key(message: Message) -> _Key:
    return message.chat_id, message.media_group_id or ""


def _numbered(message: Message) -> dict[int, Picture]:
    picture = picture_of(message)
    return {} if picture is None else {message.message_id: picture}
