"""Jobs that somebody wants, before they are accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import msgspec

from bot.model import JobFile, Person, Place, StoredRequest, TaskKind, Verb


class How(TypedDict, total=False):
    """What an adapter may add to a wish for a job.

    `key` tells a repetition from a second wish: the same person's same key is answered with the same job.
    `status_ref` names a message that the adapter has sent already and that is to show how the job stands; without it
    the outlet makes one as soon as the job is accepted. `roles` are the person's at this place, as ids of the platform.
    `hidden`: a picture that comes with the wish was hidden by who sent it, and so is what is made of it.
    `lacking` are the permissions, as the platform calls them, without which the bot can hand over nothing there.
    """

    key: str | None
    status_ref: str | None
    roles: tuple[str, ...]
    hidden: bool
    lacking: tuple[str, ...]


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that somebody wants, checked but for the limits."""

    person: Person
    place: Place
    request: StoredRequest
    verb: Verb
    files: Sequence[JobFile]
    task: TaskKind = "paint"
    paintings: int = 1
    parent: str | None = None
    key: str | None = None
    status_ref: str | None = None

    def told(self, how: How) -> NewJob:
        """Return the job with what the adapter added."""
        return msgspec.structs.replace(self, key=how.get("key"), status_ref=how.get("status_ref"))
