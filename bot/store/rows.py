"""Between a job and its row."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from bot.model import Job, JobFile
from bot.store.errors import JobUnreadable

_JSON = ("person", "place", "request", "facts")
_FLAGS = ("refunded", "deleted", "told")


def job_to_row(job: Job) -> dict[str, Any]:
    """Return a new job's columns, all but those of the quota."""
    row: dict[str, Any] = {name: getattr(job, name) for name in job.__struct_fields__}
    for name in _JSON:
        row[name] = None if row[name] is None else to_json(row[name])
    for name in _FLAGS:
        row[name] = int(row[name])
    return row | {"person_key": job.person.key, "place_key": job.place.key}


def row_to_job(row: sqlite3.Row) -> Job:
    """Return a row's job; raises JobUnreadable."""
    fields: dict[str, Any] = dict(row)
    try:
        for name in _JSON:
            fields[name] = None if fields[name] is None else msgspec.json.decode(fields[name])
        for name in _FLAGS:
            fields[name] = bool(fields[name])
        return msgspec.convert(fields, Job)
    except msgspec.MsgspecError as error:
        raise JobUnreadable(row["id"], str(error)) from error


def row_to_file(row: sqlite3.Row) -> JobFile:
    """Return the reference that a row of `file_refs` stands for."""
    return msgspec.convert({name: row[name] for name in ("role", "digest", "position", "media_type")}, JobFile)


def to_json(value: object) -> str:
    """Return a struct as JSON text."""
    return msgspec.json.encode(value).decode()
