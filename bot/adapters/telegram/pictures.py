"""Pictures in messages, still and moving: what counts as one, and how its bytes are fetched, from Telegram's own files
only.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import structlog
from telegram import (
    Animation,
    Bot,
    Document,
    ExternalReplyInfo,
    LivePhoto,
    Message,
    PaidMediaLivePhoto,
    PaidMediaPhoto,
    PaidMediaVideo,
    PhotoSize,
    Sticker,
    Video,
    VideoNote,
)
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram.failures import trouble_of
from bot.config import Config
from bot.downloads import Gone, Source, TooLarge, Unreachable, fetching
from bot.outcomes import PictureRejected, Which
from bot.patience import Passing
from bot.ports import Fetch
from bot.studio.typed import means_mask

log = structlog.get_logger(__name__)

TELEGRAM_FILES = "https://api.telegram.org/file/bot"
LARGEST_DOWNLOAD = 20 << 20
"""Bytes of a file that Telegram hands to bots: "20 MB", says the manual, and its open-source server says which those
are. A server of one's own in local mode has no such limit."""

_STILL_SUFFIXES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".jfif",
    ".webp",
    ".heic",
    ".heif",
    ".hif",
    ".avif",
    ".bmp",
    ".tif",
    ".tiff",
)
_MOVING_SUFFIXES = (".gif", ".apng", ".mp4", ".m4v", ".webm", ".mov")
_MOVING = ("image/gif", "image/apng", "video/mp4", "video/x-m4v", "video/webm", "video/quicktime")
_ALLOWED = "MP4, WebM, MOV, GIF"  # of what moves
_OTHER_VIDEOS = {"video/x-matroska": "Matroska", "video/x-msvideo": "AVI", "video/ogg": "Ogg"}  # the rest by its type
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-binary")
# Only the bytes tell what such a file is
_KINDS = {"application/pdf": "PDF", "application/zip": "archive", "text/html": "web page"}
_TOO_LARGE = "file is too big"
_NOT_NOW = "temporarily unavailable"  # or never more: Telegram says the same of ids that mean nothing
_SECONDS = 120.0  # that a server of one's own may take to fetch a large file from Telegram, before it says where it is

Medium = PhotoSize | Sticker | Animation | VideoNote | Video | Document | LivePhoto
Carrier = Message | ExternalReplyInfo
"""What may carry a picture: a message, or what is shown of a message in another chat that one replies to."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture by Telegram's own name of it; `size` is in bytes as announced, None where nothing is.

    `moves` is what Telegram makes believe: a GIF may turn out to be a single frame. `is_mask` is what is written below.
    `hidden`: whoever sent it hid it (a spoiler).
    """

    file_id: str
    size: int | None = None
    moves: bool = False
    is_mask: bool = False
    hidden: bool = False


def picture_of(carrier: Carrier) -> Picture | None:
    """Return the picture of a message: a photo at its largest, a film, an image or a film sent as a file, a sticker.

    Telegram brings GIFs as films without sound ("animations"); a sticker may be a film as well, or a drawing in Lottie,
    which is no picture. Of a live photo the photo counts. Of what is paid for, that is the first one.
    """
    return next(iter(pictures_in(carrier)), None)


def pictures_in(carrier: Carrier) -> list[Picture]:
    """Return all the pictures of a message; there are several where they are paid for together."""
    is_mask = isinstance(carrier, Message) and means_mask(carrier.caption or "")
    hidden = bool(carrier.has_media_spoiler)
    return [
        Picture(file_id=file.file_id, size=file.file_size, moves=moves, is_mask=is_mask, hidden=hidden)
        for file, moves in (_paid(carrier) if carrier.paid_media is not None else [_file_of(carrier)])
        if file is not None
    ]


def rejected(carrier: Carrier, which: Which) -> PictureRejected | None:
    """Say what a message carries that cannot be painted; None where it carries nothing of the kind."""
    if picture_of(carrier) is not None:
        return None
    if carrier.sticker is not None:
        return _no_picture(which, "animated sticker")
    if carrier.paid_media is not None:
        return PictureRejected(which=which, code="unpaid")
    if (file := carrier.video or carrier.document) is not None:
        mime_type = _mime_type(file)
        group, _, name = mime_type.partition("/")
        if group == "video":
            name = _OTHER_VIDEOS.get(mime_type, name.removeprefix("x-").upper())
            facts: dict[str, str | int] = {"found": name, "allowed": _ALLOWED}
            return PictureRejected(which=which, code="unsupported_format", facts=facts)
        return _no_picture(which, _kind(mime_type))
    kinds = {
        "voice": carrier.voice,
        "audio": carrier.audio,
        "story": carrier.story,
        "poll": carrier.poll,
        "contact": carrier.contact,
        "location": carrier.venue or carrier.location,
        "dice": carrier.dice,
        "game": carrier.game,
    }
    return next((_no_picture(which, kind) for kind, found in kinds.items() if found is not None), None)


def origins(config: Config) -> tuple[str, ...]:
    """Return where files may be fetched from."""
    return (config.telegram.base_file_url or TELEGRAM_FILES,)


class Pictures:
    """Fetches pictures: over HTTP from the one configured origin or, in local mode, from the server's disk."""

    def __init__(self, source: Source, *, max_bytes: int, local: bool) -> None:
        """`local`: the Bot API server is one's own, on this machine, and names its files by their paths."""
        self._source, self._local = source, local
        self._limit = max_bytes if local else min(max_bytes, LARGEST_DOWNLOAD)

    def fetch(self, bot: Bot, picture: Picture, which: Which) -> Fetch:
        """Return what fetches the picture, once; it raises NotBrought where it is too large, lost or out of reach."""

        async def read() -> bytes:
            if picture.size is not None and picture.size > self._limit:
                raise TooLarge(picture.size)
            return await self._read(await self._address(bot, picture))

        return fetching(read, which, self._limit, self._source.clock)

    async def _address(self, bot: Bot, picture: Picture) -> str:
        """Return where the file lies. It holds the bot's token: no log and no error may have it."""
        try:
            found = await bot.get_file(picture.file_id, read_timeout=_SECONDS)
        except BadRequest as error:
            if _TOO_LARGE in error.message.lower():
                raise TooLarge(max(picture.size or 0, self._limit + 1)) from None
            log.info("telegram.file_refused", reason=error.message)
            raise (Passing(Gone()) if _NOT_NOW in error.message.lower() else Gone()) from None
        except TelegramError as error:
            log.info("telegram.file_not_found", reason=type(error).__name__)
            trouble = trouble_of(error)
            if trouble.seconds is None or isinstance(error, (InvalidToken, Conflict)):
                raise Unreachable from None
            raise Passing(Unreachable(), trouble.seconds if isinstance(error, RetryAfter) else None) from None
        if found.file_size is not None and found.file_size > self._limit:
            raise TooLarge(found.file_size)
        if not found.file_path:
            raise Unreachable
        return found.file_path

    async def _read(self, address: str) -> bytes:
        if self._local and Path(address).is_absolute():
            return await asyncio.to_thread(_read_file, Path(address), self._limit)
        return await self._source.read(address, self._limit)


def _read_file(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes; raises TooLarge, Gone or Unreachable."""
    try:
        # Whatever else stands there (a pipe would never end) is not waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreachable
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise Gone from None
    except OSError as error:
        log.warning("telegram.local_file_not_read", reason=type(error).__name__)
        raise Unreachable from None
    if len(data) > limit:
        raise TooLarge(len(data))
    return data


def _file_of(carrier: Carrier) -> tuple[Medium | None, bool]:
    """Return the file that is a message's picture, and whether it moves."""
    if (live := carrier.live_photo) is not None:
        return (live, True) if not live.photo else (_largest(live.photo), False)
    if carrier.photo:
        return _largest(carrier.photo), False
    if (sticker := carrier.sticker) is not None:
        return (None, False) if sticker.is_animated else (sticker, sticker.is_video)
    if (film := carrier.animation or carrier.video_note) is not None:  # an animation stands in `document` as well
        return film, True
    if (file := carrier.video or carrier.document) is not None and (_moves(file) or _is_still(file)):
        return file, _moves(file)
    return None, False


def _paid(carrier: Carrier) -> Iterator[tuple[Medium | None, bool]]:
    """Yield what was paid for; what was not shows nothing but its size."""
    for media in carrier.paid_media.paid_media if carrier.paid_media is not None else ():
        if isinstance(media, PaidMediaPhoto):
            yield _largest(media.photo), False
        elif isinstance(media, PaidMediaLivePhoto):
            yield (_largest(media.live_photo.photo), False) if media.live_photo.photo else (media.live_photo, True)
        elif isinstance(media, PaidMediaVideo):
            yield media.video, True


def _largest(sizes: Sequence[PhotoSize]) -> PhotoSize:
    return max(sizes, key=lambda size: size.width * size.height)


def _mime_type(file: Document | Video) -> str:
    """Return what a file is said to be, the way that everybody else writes it."""
    return (file.mime_type or "").partition(";")[0].strip().lower()


def _no_picture(which: Which, kind: str) -> PictureRejected:
    return PictureRejected(which=which, code="not_a_picture", facts={"found": kind})


def _kind(mime_type: str) -> str:
    """Return what a file is, in the words of the intake."""
    if mime_type in _KINDS:
        return _KINDS[mime_type]
    group = mime_type.partition("/")[0]
    return group if group in ("audio", "text") else "document"


def _moves(file: Document | Video) -> bool:
    named = (file.file_name or "").lower()
    is_nameless_video = isinstance(file, Video) and file.mime_type is None
    return is_nameless_video or _mime_type(file) in _MOVING or named.endswith(_MOVING_SUFFIXES)


def _is_still(file: Document | Video) -> bool:
    mime_type = _mime_type(file)
    named = (file.file_name or "").lower()
    return mime_type.startswith("image/") or mime_type in _SAYS_NOTHING or named.endswith(_STILL_SUFFIXES)
