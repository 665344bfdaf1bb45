"""One view to one chat: as a text, a photo, an animation, a video, a document or an album."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple

import msgspec
from PIL import Image
from telegram import (
    Bot,
    ForceReply,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError

from bot.adapters.telegram.failures import Trouble, trouble_of
from bot.adapters.telegram.hiding import is_zipped, zipped
from bot.adapters.telegram.render import CAPTION_LENGTH, TEXT_LENGTH, keyboard_of, text_of
from bot.fitting import fit, on_white, tries
from bot.model import GENERAL_TOPIC, TelegramPlace
from bot.outcomes import DeliveredFile
from bot.ports import Sent
from bot.presenter import Presenter, View

PHOTO_SIDES = 10_000
"""Pixels that a photo's width and height may have together."""
PHOTO_RATIO = 20
"""How many times as long as wide a photo may be."""
PHOTO_BYTES = int(FileSizeLimit.PHOTOSIZE_UPLOAD)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TRIES = 8
READ_SECONDS = 60.0  # for the answer to a file: who waits less sends more of them twice
_ALBUM = 10  # items

Kind = Literal["photo", "animation", "video", "document"]
_KINDS: dict[str, Kind] = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "image/gif": "animation",
    "video/mp4": "animation",
}
VIDEO = "video:"
"""What the name of a video begins with, by which Telegram can show it again: it is not shown as an animation is."""


class Parcel(NamedTuple):
    """A file, and as what it goes."""

    kind: Kind
    file: DeliveredFile


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a view is sent.

    `as_documents` keeps every byte of its files. `force_reply` opens the field for a reply in place of the buttons:
    privacy mode lets replies through.
    """

    silent: bool = False
    as_documents: bool = False
    force_reply: bool = False


PLAINLY = Manner()


class Sender:
    """Sends views, and says what went wrong instead of raising."""

    def __init__(self, presenter: Presenter, *, local_mode: bool = False) -> None:
        """`local_mode`: the Bot API server is one's own, and takes larger files."""
        self._presenter = presenter
        limit = FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE if local_mode else FileSizeLimit.FILESIZE_UPLOAD
        self._largest = int(limit)

    async def send(
        self,
        bot: Bot,
        place: TelegramPlace,
        view: View,
        locale: str,
        manner: Manner = PLAINLY,
        *,
        begun: list[int] | None = None,
    ) -> Sent | Trouble:
        """Send a view as one message, or as its files and then a message with its words and buttons.

        Files that are too large are made smaller, what cannot be a photo or a GIF there goes as a document, and where a
        forum's topic is gone, the forum itself is left. `begun` takes the messages that are there already when a later
        one fails: hand it in with the next try, or they come twice.
        """
        begun = [] if begun is None else begun
        sizes = tries(view, self._largest, self._presenter, locale)
        fitting = await anext(sizes)
        for _ in range(_TRIES):
            try:
                parcels = await asyncio.to_thread(packed, fitting, self._largest, as_documents=manner.as_documents)
                if any(is_zipped(parcel.file) for parcel in parcels):
                    note = self._presenter.phrase("zipped", locale)
                    said = msgspec.structs.replace(fitting, text=f"{fitting.text}\n{note}")
                else:
                    said = fitting
                return await _post(bot, place, said, parcels, begun, manner)
            except TelegramError as error:
                trouble = trouble_of(error)
            if trouble.meaning == "topic" and place.thread is not None:
                place = msgspec.structs.replace(place, thread=None, message=None)
            elif trouble.meaning in ("no_photo", "no_media") and not manner.as_documents:
                manner = msgspec.structs.replace(manner, as_documents=True)
            elif trouble.meaning == "too_large" and (smaller := await anext(sizes, None)) is not None:
                fitting = smaller
            else:
                break
        await sizes.aclose()
        return trouble


# ---- what goes as what ------------------------------------------------------------------------------------------


def packed(view: View, limit: int, *, as_documents: bool = False) -> list[Parcel]:
    """Return the view's files and as what they go; this may encode pictures, so call it in a thread.

    A photo loses nothing by being JPEG: Telegram makes one of it in any case; what is transparent goes on white. A film
    with a sound is a video: as an animation nobody would hear it. What is to be hidden, and is no photo and no film,
    goes in an archive.
    """
    parcels = [_packed(file, limit, as_documents) for file in _files(view)]
    if not view.spoiler:
        return parcels
    return [Parcel(kind, zipped(file) if kind == "document" else file) for kind, file in parcels]


def _packed(file: DeliveredFile, limit: int, as_document: bool) -> Parcel:
    kind = "document" if as_document else _KINDS.get(file.media_type, "document")
    if kind == "animation" and file.sound:
        kind = "video"
    if kind != "photo":
        return Parcel(kind, file)
    small = fit(on_white(file), min(limit, PHOTO_BYTES)) if _may_be_photo(file.data) else None
    return Parcel("photo", small) if small is not None else Parcel("document", file)


def _may_be_photo(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)) as opened:
            width, height = opened.size
    except OSError:
        return False
    return width + height <= PHOTO_SIDES and max(width, height) <= PHOTO_RATIO * min(width, height)


def _files(view: View) -> list[DeliveredFile]:
    return [file for file in (view.picture, *view.files) if file is not None]


# ---- sending ----------------------------------------------------------------------------------------------------


async def _post(
    bot: Bot,
    place: TelegramPlace,
    view: View,
    parcels: Sequence[Parcel],
    begun: list[int],
    manner: Manner,
) -> Sent:
    keyboard = ForceReply(selective=True) if manner.force_reply else keyboard_of(view)
    where = _where(place, silent=manner.silent)
    if len(parcels) == 1:
        caption = text_of(view, CAPTION_LENGTH, private=place.private)
        words = {"caption": caption.text, "caption_entities": caption.entities, "reply_markup": keyboard}
        message = await _post_file(
            bot, parcels[0], spoiler=view.spoiler, **_where(place, silent=manner.silent), **words
        )
        return Sent(reference(place.chat, message.message_id), _upload(parcels[0], message))
    # An album takes no keyboard: the words come below it, and it is they that notify.
    for album in _albums(parcels[len(begun) :]):
        begun += await _post_album(bot, album, spoiler=view.spoiler, **_where(place, silent=True))
    text = text_of(view, TEXT_LENGTH, private=place.private)
    message = await bot.send_message(
        text=text.text,
        entities=text.entities,
        link_preview_options=NO_PREVIEW,
        reply_markup=keyboard,
        **where,
    )
    return Sent(reference(place.chat, *begun, message.message_id))


async def _post_file(bot: Bot, parcel: Parcel, *, spoiler: bool, **options: Any) -> Message:
    data = parcel.file.data
    options |= {"filename": parcel.file.name, "read_timeout": READ_SECONDS}
    if parcel.kind == "photo":
        return await bot.send_photo(photo=data, has_spoiler=spoiler, **options)
    if parcel.kind == "animation":
        return await bot.send_animation(animation=data, has_spoiler=spoiler, **options)
    if parcel.kind == "video":
        return await bot.send_video(video=data, has_spoiler=spoiler, supports_streaming=True, **options)
    # A GIF would become an animation again.
    return await bot.send_document(document=data, disable_content_type_detection=True, **options)


async def _post_album(bot: Bot, album: Sequence[Parcel], *, spoiler: bool, **options: Any) -> list[int]:
    """Send files without words; returns the messages' ids."""
    if len(album) == 1:
        return [(await _post_file(bot, album[0], spoiler=spoiler, **options)).message_id]
    media = [
        InputMediaPhoto(file.data, filename=file.name, has_spoiler=spoiler)
        if kind == "photo"
        else InputMediaDocument(file.data, filename=file.name, disable_content_type_detection=True)
        for kind, file in album
    ]
    return [
        message.message_id for message in await bot.send_media_group(media=media, read_timeout=READ_SECONDS, **options)
    ]


def _albums(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """Put together what may stand together: photos with photos, documents with documents, films alone."""
    for kind, group in groupby(parcels, key=lambda parcel: parcel.kind):
        files, size = list(group), 1 if kind in ("animation", "video") else _ALBUM
        for start in range(0, len(files), size):
            yield files[start : start + size]


def _where(place: TelegramPlace, *, silent: bool) -> dict[str, Any]:
    reply = ReplyParameters(int(place.message), allow_sending_without_reply=True) if place.message else None
    # A forum's first topic is the forum itself: Telegram knows no thread of that number.
    thread = int(place.thread) if place.thread and place.thread != GENERAL_TOPIC else None
    return {
        "chat_id": int(place.chat),
        "message_thread_id": thread,
        "reply_parameters": reply,
        "disable_notification": silent,
    }


def _upload(parcel: Parcel, message: Message) -> str | None:
    """Return the name by which Telegram can show this again: as what it is, a photo, an animation or a video."""
    if parcel.kind == "photo" and message.photo:
        return message.photo[-1].file_id
    if parcel.kind == "video" and message.video:
        return f"{VIDEO}{message.video.file_id}"
    return message.animation.file_id if parcel.kind == "animation" and message.animation else None


# ---- references -------------------------------------------------------------------------------------------------


def reference(chat: str, *messages: int) -> str:
    """Return what finds messages again that belong together: `<chat>/<message>[,<message>…]`."""
    return f"{chat}/{','.join(map(str, messages))}"


def parted(ref: str) -> tuple[str, tuple[int, ...]]:
    """Return the chat and the messages that a reference names."""
    chat, _, messages = ref.partition("/")
    return chat, tuple(map(int, messages.split(",")))


# ---- editing ----------------------------------------------------------------------------------------------------

Shape = Literal["text", "media"]
"""Whether a message's words are a text or a caption: they are edited by different methods."""


async def edit(bot: Bot, ref: str, view: View, *, private: bool, shape: Shape | None = None) -> Shape:
    """Give a message the words, the buttons and, where the view has one, the picture of a view.

    A picture can come to a message that had none; where the view has none, a picture that is there stays. `shape` is
    what the message is, as far as that is known; returns what it is now. Raises TelegramError.
    """
    chat, (message, *_) = parted(ref)
    which: dict[str, Any] = {"chat_id": int(chat), "message_id": message, "reply_markup": keyboard_of(view)}
    parcel = None if view.picture is None else await asyncio.to_thread(_packed, view.picture, PHOTO_BYTES, False)
    if parcel is not None and not (view.spoiler and parcel.kind == "document"):  # which could not be hidden
        await _edit_media(bot, parcel, view, which, private=private)
        return "media"
    first, second = (_edit_caption, _edit_text) if shape == "media" else (_edit_text, _edit_caption)
    try:
        return await first(bot, view, which, private=private)
    except TelegramError as error:
        # After a restart nobody remembers what it is, and Telegram tells.
        if trouble_of(error).meaning not in ("no_text", "no_caption"):
            raise
    return await second(bot, view, which, private=private)


async def _edit_media(bot: Bot, parcel: Parcel, view: View, which: dict[str, Any], *, private: bool) -> None:
    kind, file = parcel
    caption = text_of(view, CAPTION_LENGTH, private=private)
    words: dict[str, Any] = {
        "caption": caption.text,
        "caption_entities": caption.entities,
        "filename": file.name,
    }
    media: InputMediaPhoto | InputMediaAnimation | InputMediaDocument
    if kind == "photo":
        media = InputMediaPhoto(file.data, has_spoiler=view.spoiler, **words)
    elif kind == "animation":
        media = InputMediaAnimation(file.data, has_spoiler=view.spoiler, **words)
    else:
        media = InputMediaDocument(file.data, disable_content_type_detection=True, **words)
    await bot.edit_message_media(media, read_timeout=READ_SECONDS, **which)


async def _edit_text(bot: Bot, view: View, which: dict[str, Any], *, private: bool) -> Shape:
    text = text_of(view, TEXT_LENGTH, private=private)
    await bot.edit_message_text(text.text, entities=text.entities, link_preview_options=NO_PREVIEW, **which)
    return "text"


async def _edit_caption(bot: Bot, view: View, which: dict[str, Any], *, private: bool) -> Shape:
    caption = text_of(view, CAPTION_LENGTH, private=private)
    await bot.edit_message_caption(caption=caption.text, caption_entities=caption.entities, **which)
    return "media"
