"""The way back to a place on Discord, also after a restart and after an interaction's token has died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import msgspec
import structlog

from bot.adapters.discord.failures import TROUBLES, Trouble, trouble_of
from bot.adapters.discord.render import Rendered, render
from bot.adapters.discord.routes import ChannelRoute, Route, channel_of, reference, route_back, route_to
from bot.adapters.discord.sending import sent_to_fit
from bot.adapters.discord.statuses import Statuses
from bot.model import DiscordPlace, Person, Place
from bot.outcomes import Cancelled, DeliveryOutcome, Outcome, Painting, StatusOutcome
from bot.ports import Clock, Gone, Later, Removal, Sent
from bot.presenter import Presenter, View
from bot.recent import Recent
from bot.under_way import UnderWay

log = structlog.get_logger(__name__)

_NOT_READY_SECONDS = 5.0
_KNOWN = 1000  # status messages in memory
_PATIENCE_SECONDS = 60.0  # that a removal waits for a client that still connects


class DiscordOutlet:
    """The Outlet port for Discord. It is there before the client is, and answers Later until that is ready."""

    def __init__(self, presenter: Presenter, clock: Clock) -> None:
        self._presenter = presenter
        self._client: discord.Client | None = None
        self._ready = asyncio.Event()
        self._statuses = Statuses(clock)
        self._pictures = Recent[str, int](_KNOWN)  # the hashes of the previews that status messages show
        self._under_way = UnderWay()  # deliveries

    def serve(self, client: discord.Client) -> None:
        """Send through this client from now on."""
        self._client = client
        self._ready.set()

    def rest(self) -> None:
        """Send nothing until the next `serve`."""
        self._client = None
        self._ready.clear()
        self._statuses.stop()

    def ref(self, channel: str, message: int) -> str:
        """Return the reference of a message that was sent already."""
        return reference(channel, message)

    @asynccontextmanager
    async def first(self, ref: str) -> AsyncIterator[bool]:
        """Hold back updates of a status message while its first text is written; False: there was an update already."""
        async with self._statuses.first(ref) as nothing_yet:
            yield nothing_yet

    async def finish(self, seconds: float) -> None:
        """Send nothing more, but give what is on its way some time to arrive: else it would have to be repeated."""
        self.rest()
        if left := await self._under_way.ended(seconds):
            log.warning("discord.deliveries_cut_off", under_way=left)

    # ---- the port -----------------------------------------------------------------------------------------------

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        """Show how the job stands; what comes too soon after the last update is shown later, unless more comes."""
        assert isinstance(place, DiscordPlace)
        client = self._client
        if client is None:
            return ref
        if ref is None:
            return await self._show_anew(client, place, outcome)

        async def edit() -> Trouble | None:
            if self._client is None:
                return None
            view = self._presenter.view(outcome, outcome.job.person.locale, private=place.private)
            picture = None if view.picture is None else hash(view.picture.data)
            # Most updates bring no new preview: the last one stays until there is another.
            keep = isinstance(outcome, Painting) and outcome.progress is not None
            keep = keep and picture in (None, self._pictures.get(ref))
            if keep:
                view = msgspec.structs.replace(view, picture=None)
            route, message = route_back(self._client, place, ref)
            try:
                await route.edit(message, render(view), keep_files=keep)
            except TROUBLES as error:
                trouble = trouble_of(error)
                log.info("discord.status_not_shown", job=outcome.job.id, reason=trouble.reason)
                return trouble
            if picture is not None:
                self._pictures[ref] = picture
            return None

        return ref if await self._statuses.update(ref, edit) else None

    async def remove(self, place: Place, ref: str) -> Removal:
        """Remove a message."""
        assert isinstance(place, DiscordPlace)
        await self._statuses.drop(ref)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            log.warning("discord.not_removed", ref=ref, reason="not connected")
            return "later"
        client = self._client
        if client is None:
            return "later"
        route, message = route_back(client, place, ref)
        try:
            await route.remove(message)
        except TROUBLES as error:
            trouble = trouble_of(error)
            if trouble.gone:
                return "done"
            log.warning("discord.not_removed", ref=ref, reason=trouble.reason)
            return "stays" if trouble.retry_after is None else "later"
        return "done"

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        """Deliver an ending; where the place is lost, the person gets it in a direct message."""
        assert isinstance(place, DiscordPlace)
        client = self._client
        if client is None:
            return Later(_NOT_READY_SECONDS)
        with self._under_way.one():
            return await self._deliver(client, place, outcome, key)

    async def _deliver(
        self, client: discord.Client, place: DiscordPlace, outcome: DeliveryOutcome, key: str
    ) -> Sent | Gone | Later:
        person = outcome.job.person
        view = self._presenter.view(outcome, person.locale, private=place.private)
        answer = await self._send(route_to(client, place), view, person, key)
        if not isinstance(answer, Gone) or isinstance(outcome, Cancelled):
            return answer
        direct = await self._direct(client, person.id)
        if isinstance(direct, Later):
            return direct
        if isinstance(direct, Gone) or direct == channel_of(place):
            return answer
        note = self._presenter.phrase("moved_here", person.locale)
        view = self._presenter.view(outcome, person.locale, private=True)
        view = msgspec.structs.replace(view, text=f"{note}\n{view.text}")
        second = await self._send(ChannelRoute(client, direct), view, person, key)
        return answer if isinstance(second, Gone) else second

    async def tell(self, place: Place, person: Person, outcome: Outcome) -> bool:
        """Tell a person something at a place, in a new message; False when that is not possible."""
        assert isinstance(place, DiscordPlace)
        client = self._client
        if client is None:
            return False
        view = self._presenter.view(outcome, person.locale, private=place.private)
        return isinstance(await self._send(route_to(client, place), view, person, None), Sent)

    async def notify(self, person_id: str, outcome: Outcome, locale: str = "") -> bool:
        """Tell a person something in a direct message; False when that is not possible."""
        client = self._client
        if client is None:
            return False
        if not person_id.isdecimal():  # as an owner in the config may be
            log.warning("discord.no_such_person", id=person_id)
            return False
        direct = await self._direct(client, person_id)
        if not isinstance(direct, int):
            return False
        person = Person(platform="discord", id=person_id, locale=locale)
        view = self._presenter.view(outcome, person.locale, private=True)
        return isinstance(await self._send(ChannelRoute(client, direct), view, person, None), Sent)

    # ---- how ----------------------------------------------------------------------------------------------------

    async def _show_anew(self, client: discord.Client, place: DiscordPlace, outcome: StatusOutcome) -> str | None:
        view = self._presenter.view(outcome, outcome.job.person.locale, private=place.private)
        try:
            ref = await route_to(client, place).send(render(view))
        except TROUBLES as error:
            log.info("discord.status_not_shown", job=outcome.job.id, reason=trouble_of(error).reason)
            return None
        self._statuses.shown(ref)
        return ref

    async def _send(self, route: Route, view: View, person: Person, key: str | None) -> Sent | Gone | Later:
        async def send(rendered: Rendered) -> Sent:
            return Sent(await route.send(rendered, key))

        try:
            return await sent_to_fit(view, route.limit, self._presenter, person.locale, send)
        except TROUBLES as error:
            trouble = trouble_of(error)
        if trouble.retry_after is None and not trouble.lost:
            log.error("discord.refused", reason=trouble.reason, key=key)
        return _answer_to(trouble)

    async def _direct(self, client: discord.Client, person_id: str) -> int | Gone | Later:
        """Return the channel for direct messages to a person."""
        try:
            return (await client.create_dm(discord.Object(int(person_id)))).id
        except TROUBLES as error:
            trouble = trouble_of(error)
            log.info("discord.no_direct_message", reason=trouble.reason)
            return _answer_to(trouble)


def _answer_to(trouble: Trouble) -> Gone | Later:
    return Gone(trouble.reason) if trouble.retry_after is None else Later(trouble.retry_after)
