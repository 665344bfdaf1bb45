"""What was refused and may be had otherwise: kept for a while, to be asked for with one button."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot import outcomes
from bot.model import Person
from bot.store import StoreError
from bot.studio.context import Context, Refused
from bot.studio.jobs_wanted import NewJob

log = structlog.get_logger(__name__)

_SECONDS = 1800.0  # shorter than the store spares pictures that nobody refers to
_KEPT, _KEPT_OF_ONE = 200, 3  # in all, and of one person: pictures wait with them, and cost nobody's quota
_TOKEN_BYTES = 6


@dataclass(frozen=True)
class _Offer:
    new: NewJob
    until: float


class Offers:
    """Remembers jobs that were not accepted, changed so that they may be."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._offers: dict[str, _Offer] = {}  # by token, the oldest first

    async def make(self, new: NewJob) -> str:
        """Keep a job to be taken up within half an hour; returns its token. Its pictures must not be discarded."""
        token = secrets.token_hex(_TOKEN_BYTES)
        self._offers[token] = _Offer(new, self._context.clock.now() + _SECONDS)
        theirs = self._of(new.person)[:-_KEPT_OF_ONE]
        await self._drop(theirs or [*self._offers][:-_KEPT])
        return token

    def find(self, person: Person, token: str) -> NewJob:
        """Return the job that is kept under a token; raises Refused for somebody else's, and one that is over."""
        offer = self._offers.get(token)
        if offer is None or offer.until <= self._context.clock.now():
            raise Refused(outcomes.JobUnknown(job_id=""))
        if offer.new.person.key != person.key:
            raise Refused(outcomes.NotYours(verb="offer"))
        return offer.new

    def take(self, person: Person, token: str) -> None:
        """Keep what `find` finds no longer, as it is about to be accepted; raises Refused as `find` does."""
        self.find(person, token)
        del self._offers[token]

    def give_back(self, token: str, new: NewJob) -> None:
        """Keep a job again that could not be accepted just now."""
        self._offers[token] = _Offer(new, self._context.clock.now() + _SECONDS)

    async def forget(self, person: Person) -> None:
        """Drop what a person was offered, and the pictures that were kept for it."""
        await self._drop(self._of(person))

    def _of(self, person: Person) -> list[str]:
        return [token for token, offer in self._offers.items() if offer.new.person.key == person.key]

    async def _drop(self, tokens: Sequence[str]) -> None:
        for offer in [self._offers.pop(token) for token in tokens]:
            digests = {file.digest for file in offer.new.files}
            self._context.store.files.settle(digests)
            try:
                await self._context.store.files.discard(digests)
            except StoreError:
                log.exception("offer.pictures_left")  # to the sweep
