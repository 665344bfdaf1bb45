"""Reads a call off the wire: a form or a multipart body, neither larger than Telegram would take."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.telegram_api.parameters import Upload
from tests.telegram_api.refusals import Refused, bad

MAX_FIELD_BYTES = 1_000_000
MAX_PARTS = 64
MAX_FILE_BYTES = int(50e6)
MAX_FILE_BYTES_LOCAL = int(2000e6)

Call = tuple[dict[str, str], dict[str, Upload]]


async def read(request: web.Request, max_file: int = MAX_FILE_BYTES) -> Call:
    """Return the fields and the files of a call."""
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request, max_file)
    if request.content_type in ("application/x-www-form-urlencoded", "application/octet-stream"):
        body = bytearray()
        async for chunk in request.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > MAX_FIELD_BYTES:
                raise _too_large()
        text = body.decode("utf-8", "strict") if body else request.query_string
        return _unique(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARTS)), {}
    raise bad(f"a body of the type {request.content_type}")


async def _read_multipart(request: web.Request, max_file: int) -> Call:
    fields: list[tuple[str, str]] = []
    uploads: dict[str, Upload] = {}
    parts = 0
    async for part in await request.multipart():
        parts += 1
        if not isinstance(part, BodyPartReader) or not part.name or parts > MAX_PARTS:
            raise bad("wrong multipart body")
        is_file = part.filename is not None
        data = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            data += chunk
            if len(data) > (max_file if is_file else MAX_FIELD_BYTES):
                raise _too_large()
        if is_file:
            if part.name in uploads:
                raise bad(f"two files {part.name}")
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename or "", mime, bytes(data))
        else:
            fields.append((part.name, data.decode("utf-8", "strict")))
    return _unique(fields), uploads


def _unique(fields: list[tuple[str, str]]) -> dict[str, str]:
    found = dict(fields)
    if len(found) != len(fields):
        raise bad("a parameter that comes twice")
    return found


def _too_large() -> Refused:
    return Refused(413, "Request Entity Too Large")
