"""Files as Telegram keeps them: photos in several sizes, everything under ids of its own."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image, UnidentifiedImageError

from tests.telegram_api.refusals import bad

Kind = Literal["photo", "document", "animation", "video", "sticker", "voice", "audio", "video_note"]

MAX_PHOTO_BYTES = int(10e6)
MAX_PHOTO_SIDES = 10_000  # width and height together, in pixels
MAX_PHOTO_RATIO = 20
MAX_DOWNLOAD_BYTES = int(20e6)
PHOTO_SIDES = (90, 320, 800, 1280)  # of the sizes that a photo is kept in

_PREFIXES: dict[Kind, str] = {
    "photo": "AgACAgIAAxkB", "document": "BQACAgIAAxkB", "animation": "CgACAgIAAxkB", "video": "BAACAgIAAxkB",
    "sticker": "CAACAgIAAxkB", "voice": "AwACAgIAAxkB", "audio": "CQACAgIAAxkB", "video_note": "DQACAgIAAxkB",
}  # fmt: skip


@dataclass(eq=False, frozen=True)
class File:
    """One file; `size` is what Telegram says it has in bytes, `path` where it can be fetched."""

    id: str
    unique_id: str
    kind: Kind
    data: bytes
    size: int
    path: str
    name: str | None = None
    mime: str | None = None
    width: int = 0
    height: int = 0


@dataclass(eq=False, frozen=True)
class Media:
    """What a message shows: a photo in its sizes, smallest first, or one file. `sent` is what was uploaded."""

    kind: Kind
    files: tuple[File, ...]
    sent: bytes
    facts: dict[str, Any]
    thumbnail: File | None = None

    @property
    def file(self) -> File:
        """The file itself, or the largest size."""
        return self.files[-1]


class Shelf:
    """All files of one server. `local`: a folder for them where the server runs with --local."""

    def __init__(self) -> None:
        self.local: Path | None = None
        self._files: dict[str, File] = {}
        self._media: dict[str, Media] = {}
        self._by_path: dict[str, File] = {}

    def photo(self, data: bytes) -> Media:
        """Keep a photo as Telegram does: as JPEG, scaled down to its sizes. Raises Refused."""
        if len(data) > MAX_PHOTO_BYTES:
            raise bad(f"file is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes")
        picture = _decoded(data)
        width, height = picture.size
        if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(width, height):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        picture = picture.convert("RGB")
        sides = [side for side in PHOTO_SIDES if side < max(width, height)] or [PHOTO_SIDES[0]]
        if PHOTO_SIDES[-1] >= max(width, height):
            sides.append(max(width, height))
        files = []
        for side in dict.fromkeys(sides):
            sized = picture.copy()
            sized.thumbnail((side, side))
            stream = io.BytesIO()
            sized.save(stream, "JPEG", quality=87)
            files.append(self._add("photo", stream.getvalue(), None, "image/jpeg", sized.size))
        return self._keep(Media("photo", tuple(files), data, {}))

    def file(
        self, kind: Kind, data: bytes, name: str | None, mime: str | None, *, size: int | None = None, **facts: Any
    ) -> Media:
        """Keep any other file. `size` is what Telegram is to say; `facts` what else is known, such as a duration."""
        box = (int(facts.get("width", 0)), int(facts.get("height", 0)))
        return self._keep(Media(kind, (self._add(kind, data, name, mime, box, size),), data, facts))

    def get(self, file_id: str) -> File:
        """Return a file by its id; raises Refused."""
        if file_id not in self._files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self._files[file_id]

    def of(self, file_id: str) -> Media:
        """Return what a file belongs to."""
        return self._media[file_id]

    def known(self, file_id: str, kind: Kind) -> Media:
        """Return what a message may show again; raises Refused."""
        media = self._media.get(file_id)
        if media is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if media.kind != kind:
            raise bad(f"can't use file of type {media.kind.capitalize()} as {kind.capitalize()}")
        return media

    def at(self, path: str) -> File | None:
        """Return the file that can be fetched at a path."""
        return self._by_path.get(path)

    def _keep(self, media: Media) -> Media:
        for file in media.files:
            self._media[file.id] = media
        return media

    def _add(
        self,
        kind: Kind,
        data: bytes,
        name: str | None,
        mime: str | None,
        box: tuple[int, int],
        size: int | None = None,
    ) -> File:
        number = len(self._files) + 1
        suffix = Path(name).suffix if name else {"photo": ".jpg", "sticker": ".webp"}.get(kind, "")
        path = f"{kind}s/file_{number}{suffix}"
        if self.local is not None:
            place = self.local / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            path = str(place)
        file = File(
            id=_PREFIXES[kind] + secrets.token_urlsafe(45),
            unique_id="AQAD" + hashlib.sha256(data).hexdigest()[:12],
            kind=kind, data=data, size=len(data) if size is None else size, path=path,
            name=name, mime=mime, width=box[0], height=box[1],
        )  # fmt: skip
        self._files[file.id] = self._by_path[path] = file
        return file


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width + height <= MAX_PHOTO_SIDES:
                picture.load()
            return picture.copy() if width + height <= MAX_PHOTO_SIDES else Image.new("1", picture.size)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise bad("IMAGE_PROCESS_FAILED") from None
