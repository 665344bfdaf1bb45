"""Files that Telegram cannot hide: it shows a preview of a document, and knows no spoiler for one."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

import msgspec

from bot.outcomes import DeliveredFile

_MEDIA_TYPE = "application/zip"


def zipped(file: DeliveredFile) -> DeliveredFile:
    """Return an archive with the file in it, of which no chat shows a preview."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:  # pictures are compressed already
        archive.writestr(zipfile.ZipInfo(PurePath(file.name).name), file.data)
    name = str(PurePath(file.name).with_suffix(".zip"))
    return msgspec.structs.replace(file, data=stream.getvalue(), media_type=_MEDIA_TYPE, name=name)


def is_zipped(file: DeliveredFile) -> bool:
    """Tell whether this is what `zipped` made."""
    return file.media_type == _MEDIA_TYPE
