"""What of a message counts as its picture, and whether that moves, by all that Telegram tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message

from bot.adapters.telegram.brought import pictures_of
from bot.adapters.telegram.pictures import Picture, picture_of, rejected

FILE = {"file_id": "id", "file_unique_id": "unique", "file_size": 7}
BOX = {"width": 32, "height": 24, "duration": 2}
STICKER = {"type": "regular", "width": 32, "height": 24, "is_animated": False, "is_video": False}


def message(**media: Any) -> Message:
    """A message with this, as Telegram sends it."""
    return Message.de_json({"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, **media}, None)


def document(mime: str | None, name: str | None = None) -> dict[str, Any]:
    """The field of a file."""
    facts = {"mime_type": mime, "file_name": name}
    return {"document": FILE | {key: value for key, value in facts.items() if value is not None}}


def paid(*media: dict[str, Any]) -> dict[str, Any]:
    """The field of what is shown for stars."""
    return {"paid_media": {"star_count": 5, "paid_media": list(media)}}


STILL = {
    "photo": {"photo": [FILE | {"width": 32, "height": 24}]},
    "sticker": {"sticker": FILE | STICKER},
    "PNG": document("image/png"),
    "WebP, which may move all the same": document("image/webp"),
    "HEIC by its name": document("application/octet-stream", "IMG.HEIC"),
    "HEIF of a camera by its name": document("application/octet-stream", "DSC00001.HIF"),
    "PNG in capitals": document("IMAGE/PNG"),
    "PNG with more said of it": document("image/png; charset=binary"),
    "bytes without a name": document("application/octet-stream"),
    "bytes of which nothing is said": document(None),
    "bytes with a name that tells nothing": document("application/octet-stream", "download"),
    "what is said to be a PDF by its name alone": document("application/octet-stream", "a.pdf"),
    "bytes, as another program calls them": document("binary/octet-stream", "picture.dat"),
    "live photo": {"live_photo": FILE | BOX | {"file_id": "film", "photo": [FILE | {"width": 32, "height": 24}]}},
    "paid photo": paid({"type": "photo", "photo": [FILE | {"width": 32, "height": 24}]}),
    "paid live photo": paid(
        {"type": "live_photo", "live_photo": FILE | BOX | {"photo": [FILE | {"width": 32, "height": 24}]}}
    ),
}
MOVING = {
    "animation": {"animation": FILE | BOX | {"mime_type": "video/mp4"}, **document("video/mp4")},
    "GIF that stayed one": {"animation": FILE | BOX | {"mime_type": "image/gif"}, **document("image/gif")},
    "MP4 in capitals": document("VIDEO/MP4"),
    "live photo that is only a film": {"live_photo": FILE | BOX},
    "paid video": paid({"type": "video", "video": FILE | BOX | {"mime_type": "video/mp4"}}),
    "video": {"video": FILE | BOX | {"mime_type": "video/mp4"}},
    "video of no named type": {"video": FILE | BOX},
    "video message": {"video_note": FILE | {"length": 32, "duration": 2}},
    "sticker": {"sticker": FILE | STICKER | {"is_video": True}},
    "MP4 file": document("video/mp4"),
    "WebM file": document("video/webm"),
    "MOV file": document("video/quicktime"),
    "GIF file": document("image/gif"),
    "MOV by its name": document("application/octet-stream", "IMG_1.MOV"),
    "GIF by its name": document(None, "dance.gif"),
}
NONE = {
    "words": {"text": "hello"},
    "Lottie": {"sticker": FILE | STICKER | {"is_animated": True}},
    "sound": {"audio": FILE | {"duration": 2}},
    "PDF": document("application/pdf"),
    "paid, and not paid for": paid({"type": "preview", "width": 32, "height": 24}),
    "archive": document("application/zip", "photos.zip"),
    "AVI": document("video/x-msvideo", "old.avi"),
    "Matroska": {"video": FILE | BOX | {"mime_type": "video/x-matroska"}},
}


@pytest.mark.parametrize("kind", STILL)
def test_what_stands_still(kind: str) -> None:
    sent = message(**STILL[kind])
    assert picture_of(sent) == Picture(file_id="id", size=7)
    assert rejected(sent, "photo") is None


@pytest.mark.parametrize("kind", MOVING)
def test_what_moves(kind: str) -> None:
    sent = message(**MOVING[kind])
    assert picture_of(sent) == Picture(file_id="id", size=7, moves=True)
    assert rejected(sent, "photo") is None


@pytest.mark.parametrize("kind", NONE)
def test_what_is_no_picture(kind: str) -> None:
    sent = message(**NONE[kind])
    assert picture_of(sent) is None
    assert (rejected(sent, "photo") is None) == (kind == "words")


def test_all_of_what_was_paid_for_counts() -> None:
    photos = [{"type": "photo", "photo": [FILE | {"file_id": name, "width": 32, "height": 24}]} for name in "ab"]
    assert [picture.file_id for picture in pictures_of([message(**paid(*photos))])] == ["a", "b"]
