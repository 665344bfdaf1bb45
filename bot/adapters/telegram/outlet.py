"""The way back to a place on Telegram, also after a restart, a flood, or the end of the place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from msgspec.structs import replace
from telegram import Bot
from telegram.error import TelegramError

from bot.adapters.telegram.failures import Trouble, answer_of, trouble_of
from bot.adapters.telegram.removing import remove
from bot.adapters.telegram.render import private_chat
from bot.adapters.telegram.sending import PLAINLY, Manner, Sender, edit, parted
from bot.adapters.telegram.statuses import Shown, Statuses, Wait
from bot.model import Person, Place, TelegramPlace
from bot.outcomes import Cancelled, Deleted, DeliveryOutcome, Outcome, StatusOutcome
from bot.ports import Clock, Gone, Later, Removal, Sent
from bot.presenter import Presenter, View
from bot.recent import Recent
from bot.under_way import UnderWay

log = structlog.get_logger(__name__)

Moved = Callable[[str, str], Awaitable[None]]
"""Told the old and the new id of a group that has become a supergroup."""

_NOT_READY_SECONDS = 5.0
_PATIENCE_SECONDS = 60.0  # that a removal waits for a bot that still connects, and what is told for a flood, too
_UNSURE_SECONDS = 60.0  # after a delivery that may have arrived; four times as long after each further one
_LONGEST_UNSURE_SECONDS = 3600.0
_BEGINNINGS = 3  # attempts at a job's status message
_SILENTLY = Manner(silent=True)
_KNOWN = 1000  # jobs and chats in memory; the oldest are forgotten first


class TelegramOutlet:
    """The Outlet port for Telegram. It is there before the bot is, and answers Later until that is ready.

    Telegram knows no idempotency keys. A result comes twice if the program dies between Telegram's acceptance and the
    store's commit, or if Telegram's answer is lost on its way; nothing lets a bot ask whether a message has come, and
    a result that never comes is worse. So such a delivery is repeated, after a time in which a broken connection is
    replaced: one message too many in all likelihood, and more only where answer after answer is lost. What the end of
    a run cuts off is repeated soon: it was most likely still on its way up, and waiting would not tell.
    """

    def __init__(self, presenter: Presenter, clock: Clock, *, local_mode: bool = False) -> None:
        """`local_mode`: the Bot API server is one's own, and takes larger files."""
        self.on_moved: Moved | None = None
        self._presenter, self._clock = presenter, clock
        self._sender = Sender(presenter, local_mode=local_mode)
        self._bot: Bot | None = None
        self._ready = asyncio.Event()
        self.statuses = self._statuses = Statuses(clock)  # for whoever edits messages beside the outlet
        self._moved = Recent[str, str](_KNOWN)
        self._albums = Recent[tuple[str, str], list[int]](_KNOWN)  # half-delivered, by key and chat
        self._unsure = Recent[str, int](_KNOWN)  # times that a delivery may have arrived, by key
        self._beginnings = Recent[str, tuple[int, Wait]](_KNOWN)  # failed, by job
        self._under_way = UnderWay()  # deliveries and new status messages

    def serve(self, bot: Bot) -> None:
        """Send through this bot from now on."""
        self._bot = bot
        self._ready.set()

    def rest(self) -> None:
        """Send nothing until the next `serve`."""
        self._bot = None
        self._ready.clear()
        self._statuses.stop()

    async def finish(self, seconds: float) -> None:
        """Send nothing more, but give what is on its way some time to arrive: else it would have to be repeated."""
        self.rest()
        if left := await self._under_way.ended(seconds):
            log.warning("telegram.messages_cut_off", under_way=left)

    # ---- status messages ----------------------------------------------------------------------------------------

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        """Show how the job stands; the first time at once, later when it is the message's turn."""
        assert isinstance(place, TelegramPlace)
        bot = self._bot
        if bot is None:
            return ref
        view = self._presenter.view(outcome, outcome.job.person.locale, private=place.private)
        if ref is None:
            return await self._begin(bot, place, outcome, view)

        async def bring_up_to_date(shown: Shown) -> Trouble | None:
            if self._bot is None:
                return None
            picture = None if view.picture is None else hash(view.picture.data)
            new = view if picture != shown.picture and not shown.no_pictures else replace(view, picture=None)
            try:
                shown.shape = await edit(self._bot, ref, new, private=place.private, shape=shown.shape)
                shown.picture = shown.picture if picture is None else picture
            except TelegramError as error:
                trouble = trouble_of(error)
                if trouble.meaning == "no_media" and not shown.no_pictures:
                    shown.no_pictures = True
                    return await bring_up_to_date(shown)
                if trouble.meaning != "unchanged":
                    log.info("telegram.status_not_shown", job=outcome.job.id, reason=trouble.reason)
                return trouble
            return None

        return ref if self._statuses.update(ref, bring_up_to_date) else None

    async def _begin(self, bot: Bot, place: TelegramPlace, outcome: StatusOutcome, view: View) -> str | None:
        place, job = self._now(place), outcome.job
        failed, wait = self._beginnings.get(job.id, (0, Wait()))
        if not self._statuses.may_begin(place.chat) or failed >= _BEGINNINGS or wait.left(self._clock.now()):
            return None  # without a message, the next update comes here again
        with self._under_way.one():  # a message that nobody knows of would stay
            answer = await self._send(bot, place, view, job.person.locale, _SILENTLY)
        if isinstance(answer, Sent):
            self._statuses.begun(answer.ref, "text" if view.picture is None else "media")
            self._beginnings.pop(job.id, None)
            return answer.ref
        log.info("telegram.status_not_shown", job=job.id, reason=answer.reason)
        if answer.meaning != "flood":
            wait.extend(self._clock.now(), answer.seconds or 0.0)
            self._beginnings[job.id] = (_BEGINNINGS if answer.seconds is None else failed + 1, wait)
        return None

    # ---- removing -----------------------------------------------------------------------------------------------

    async def remove(self, place: Place, ref: str) -> Removal:
        """Remove messages that belong together."""
        assert isinstance(place, TelegramPlace)
        self._statuses.drop(ref)
        chat, messages = parted(ref)
        if not await self._connected():
            log.warning("telegram.not_removed", ref=ref, reason="not connected")
            return "later"
        instead, found = self._presenter.view(Deleted(job_id=""), ""), set[Removal]()
        for message in messages:
            bot = self._bot
            found.add(
                "later" if bot is None else await remove(bot, self._statuses, self._clock, chat, message, instead)
            )
        return "later" if "later" in found else "stays" if "stays" in found else "done"

    # ---- new messages -------------------------------------------------------------------------------------------

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        """Deliver an ending; where the group is lost, the person gets it in private."""
        assert isinstance(place, TelegramPlace)
        bot = self._bot
        if bot is None:
            return Later(_NOT_READY_SECONDS)
        with self._under_way.one():
            person = outcome.job.person
            view = self._presenter.view(outcome, person.locale, private=place.private)
            answer = await self._deliver(bot, place, view, person.locale, key)
            direct = private_chat(person.id)
            if not isinstance(answer, Gone) or isinstance(outcome, Cancelled) or direct in (None, place.chat):
                return answer
            view = self._presenter.view(outcome, person.locale, private=True)
            view = replace(view, text=f"{self._presenter.phrase('moved_here', person.locale)}\n{view.text}")
            second = await self._deliver(bot, _private(direct), view, person.locale, key)
            return answer if isinstance(second, Gone) else second

    async def _deliver(self, bot: Bot, place: TelegramPlace, view: View, locale: str, key: str) -> Sent | Gone | Later:
        place = self._now(place)
        if (seconds := self._statuses.paused(place.chat)) > 0:
            return Later(seconds)
        album = key, place.chat
        async with self._statuses.delivering(place.chat):
            begun = self._albums[album] = self._albums.get(album, [])
            answer = await self._send(bot, place, view, locale, begun=begun)
        if not begun or isinstance(answer, Sent):
            self._albums.pop(album, None)
        if isinstance(answer, Trouble) and answer.meaning == "unsure":
            if self._bot is not bot:  # cut off by the end of this run: the next one has connections of its own
                return Later(_NOT_READY_SECONDS)
            times = self._unsure.get(key, 0)
            self._unsure[key] = times + 1
            return Later(min(_UNSURE_SECONDS * 4.0**times, _LONGEST_UNSURE_SECONDS))
        return answer if isinstance(answer, Sent) else answer_of(answer)

    async def send(
        self,
        place: TelegramPlace,
        view: View,
        locale: str,
        manner: Manner = PLAINLY,
        *,
        private_to: str | None = None,
    ) -> Sent | Gone | Later:
        """Answer at a place, or `private_to` the person of this id; Later while the chat is to be left alone."""
        bot = self._bot
        if bot is None:
            return Later(_NOT_READY_SECONDS)
        if private_to is not None:
            direct = private_chat(private_to)
            if direct is None:
                return Gone("a chat has no private chat")
            place = place if place.chat == direct else _private(direct)
        answer = await self._send(bot, place, view, locale, manner)
        return answer if isinstance(answer, Sent) else answer_of(answer)

    async def tell(self, place: Place, person: Person, outcome: Outcome) -> bool:
        """Tell a person something at a place, after a short flood as well, or in private where a group refuses it.

        False when that is not possible.
        """
        assert isinstance(place, TelegramPlace)
        view = replace(self._presenter.view(outcome, person.locale, private=place.private), mention=person)
        if not await self._connected():
            return False
        answer = await self.send(place, view, person.locale)
        wait = self._statuses.paused(self._now(place).chat)
        if isinstance(answer, Later) and 0 < wait <= _PATIENCE_SECONDS:  # without a flood it may have arrived
            await self._clock.sleep(wait)
            answer = await self.send(place, view, person.locale)
        if isinstance(answer, Gone) and not place.private:
            view = replace(view, text=f"{self._presenter.phrase('moved_here', person.locale)}\n{view.text}")
            answer = await self.send(place, view, person.locale, private_to=person.id)
        return isinstance(answer, Sent)

    async def notify(self, person_id: str, outcome: Outcome, locale: str = "") -> bool:
        """Tell a person something in private; False when that is not possible."""
        direct = private_chat(person_id)
        if direct is None:  # as an owner in the config may be
            log.warning("telegram.no_such_person", id=person_id)
            return False
        view = self._presenter.view(outcome, locale, private=True)
        return isinstance(await self.send(_private(direct), view, locale), Sent)

    # ---- how ----------------------------------------------------------------------------------------------------

    async def _send(
        self,
        bot: Bot,
        place: TelegramPlace,
        view: View,
        locale: str,
        manner: Manner = PLAINLY,
        *,
        begun: list[int] | None = None,
    ) -> Sent | Trouble:
        """Send, following a group to its new id; a flood is taken note of."""
        place = self._now(place)
        if (seconds := self._statuses.paused(place.chat)) > 0:
            return Trouble("flood", "flood control", seconds=seconds)
        answer = await self._sender.send(bot, place, view, locale, manner, begun=begun)
        if isinstance(answer, Sent):
            return answer
        if answer.meaning == "moved" and answer.chat is not None and answer.chat != place.chat:
            await self._follow(place.chat, answer.chat)
            place = self._now(place)
            answer = await self._sender.send(bot, place, view, locale, manner)
        if isinstance(answer, Trouble) and answer.meaning == "flood" and answer.seconds is not None:
            self._statuses.pause(place.chat, answer.seconds)
        return answer

    async def _follow(self, old: str, new: str) -> None:
        self._moved[old] = new
        log.info("telegram.moved", old=old, new=new)
        if self.on_moved is not None:
            try:
                await self.on_moved(old, new)
            except Exception:
                log.exception("telegram.move_broke", old=old, new=new)

    def _now(self, place: TelegramPlace) -> TelegramPlace:
        """Return where a place is now; what a group called its messages means nothing in its supergroup."""
        new = self._moved.get(place.chat)
        return place if new is None else TelegramPlace(chat=new, private=place.private)

    def knows_move(self, old: str, new: str) -> None:
        """Take note of a group's new id."""
        self._moved[old] = new

    def has_moved_to(self, chat: str) -> bool:
        """Tell whether a chat is what a group has become, lately."""
        return chat in self._moved.values()

    async def _connected(self) -> bool:
        """Wait for a bot that still connects; False when that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._ready.wait()
        return self._ready.is_set()


def _private(chat: str) -> TelegramPlace:
    return TelegramPlace(chat=chat, private=True)
