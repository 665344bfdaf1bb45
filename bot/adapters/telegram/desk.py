"""What every message and every button works with: who asks and where, the studio, and the way to answer.

Handlers only ask the studio and show what it says; whatever takes long happens behind the studio.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
import structlog
from telegram import Bot, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import TelegramError

from bot.adapters.telegram import places
from bot.adapters.telegram.administrators import Administrators
from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.own_rights import OwnRights
from bot.adapters.telegram.pictures import Picture, Pictures
from bot.adapters.telegram.sending import PLAINLY, Manner
from bot.adapters.telegram.writing import Writing
from bot.config import Config
from bot.downloads import Source
from bot.model import Person, TelegramPlace
from bot.outcomes import Accepted, Broken, DraftState, Finished, Outcome, StylesPage, Which
from bot.patience import told_when_late
from bot.ports import Clock, Fetch, Gone, Later, Sent
from bot.presenter import Presenter, View
from bot.presenter.view import plain
from bot.studio import How, Studio

log = structlog.get_logger(__name__)

Said = TypeVar("Said")

Make = Callable[[], Awaitable[Outcome]]
"""Asks the studio for something that may take a while, such as fetching pictures."""

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_PATIENCE_SECONDS = 10.0  # that an answer waits for a chat that had too many messages
_ACTION_SECONDS = 4.5  # Telegram shows an action for five


class Desk:
    """Where updates are served."""

    def __init__(
        self,
        studio: Studio,
        presenter: Presenter,
        outlet: TelegramOutlet,
        config: Config,
        clock: Clock,
        source: Source,
        bot: Bot,
    ) -> None:
        """`source` is where pictures are fetched from."""
        self.bot = bot
        self.studio, self.presenter, self.outlet, self.config, self.clock = studio, presenter, outlet, config, clock
        self.administrators = Administrators(bot, clock.now)
        self.writing = Writing(bot, clock.now)
        self.own_rights = OwnRights(bot, clock.now)
        self._pictures = Pictures(source, max_bytes=config.intake.max_bytes, local=config.telegram.local_mode)

    # ---- who and where ------------------------------------------------------------------------------------------

    def person(self, update: Update) -> Person:
        """Return who asks."""
        return places.person_of(update)

    def place(self, update: Update) -> TelegramPlace:
        """Return where to answer."""
        return places.place_of(update)

    async def how(self, update: Update) -> How:
        """Return what goes along with a wish for a job: a repeated update makes no second one."""
        lacking = await self.own_rights.lacking(update.effective_chat)
        return How(key=places.key_of(update), roles=await self.roles(update), lacking=lacking)

    async def roles(self, update: Update) -> tuple[str, ...]:
        """Return the one role that Telegram knows, where whoever asks in a group has it."""
        return await self.administrators.roles(update)

    async def is_manager(self, update: Update) -> bool:
        """Tell whether whoever asks may change this chat's settings; in private, everybody may."""
        return await self.administrators.runs(update)

    def fetch(self, picture: Picture, which: Which) -> Fetch:
        """Return what fetches a picture, once the studio wants it."""
        return self._pictures.fetch(self.bot, picture, which)

    # ---- answering ----------------------------------------------------------------------------------------------

    def view(self, outcome: Outcome, person: Person, *, private: bool = False) -> View:
        """Return an outcome in the person's words; `private`: nobody else is there."""
        return self.presenter.view(outcome, person.locale, private=private)

    @property
    def inline_name(self) -> str | None:
        """What people type in any chat to send something of mine; None where my owner has not allowed that."""
        return self.bot.username if self.bot.supports_inline_queries else None

    def title(self, person: Person) -> Callable[[str], str]:
        """Return what says a preset's title in the person's language."""
        return lambda title: self.presenter.preset_text(title, person.locale)

    async def answer(
        self, update: Update, outcome: Outcome, *, private: bool = False, as_documents: bool = False
    ) -> Sent | Gone | Later:
        """Show an outcome as a reply to what was asked or, `private`, to the person alone.

        Telegram's troubles are logged: there is nobody to tell them to.
        """
        view = self.view(outcome, self.person(update), private=private or self.place(update).private)
        if as_documents:  # a copy of what has its buttons already
            view = msgspec.structs.replace(view, buttons=())
        chat = update.effective_chat
        asks_group = isinstance(outcome, DraftState) and chat is not None and chat.type in _GROUPS
        manner = Manner(as_documents=as_documents, force_reply=asks_group)
        instead = self._ask_me_here(update) if _asks(outcome) else None
        answered = await self.show(update, view, manner, private=private, instead=instead)
        if isinstance(outcome, Finished) and isinstance(answered, Sent):
            await self.studio.copied(outcome.job.id, self.place(update), answered.ref)
        return answered

    async def show(
        self,
        update: Update,
        view: View,
        manner: Manner = PLAINLY,
        *,
        private: bool = False,
        or_private: bool = True,
        instead: View | None = None,
    ) -> Sent | Gone | Later:
        """Send a view where `answer` sends an outcome.

        Where a group refuses it, it goes to the person in private (`or_private`), or what is to be said `instead`.
        """
        person, place = self.person(update), self.place(update)

        async def send(view: View, manner: Manner, *, private: bool) -> Sent | Gone | Later:
            return await self.outlet.send(place, view, person.locale, manner, private_to=person.id if private else None)

        answered = await send(view, manner, private=private)
        if isinstance(answered, Later) and answered.seconds <= _PATIENCE_SECONDS:
            await self.clock.sleep(answered.seconds)
            answered = await send(view, manner, private=private)
        if isinstance(answered, Gone) and or_private and not (private or place.private):
            log.info("telegram.group_refused", chat=place.chat, reason=answered.reason)
            moved = f"{self.presenter.phrase('moved_here', person.locale)}\n{view.text}"
            manner = msgspec.structs.replace(manner, force_reply=False)
            answered = await send(instead or msgspec.structs.replace(view, text=moved), manner, private=True)
        if not isinstance(answered, Sent):
            log.info("telegram.not_answered", chat=place.chat, reason=repr(answered))
        return answered

    def _ask_me_here(self, update: Update) -> View:
        """What is asked in a group can only be answered there: who cannot be asked there begins anew."""
        return plain(self.presenter.phrase("ask_me_here", self.person(update).locale))

    async def serve(self, update: Update, make: Make) -> Outcome:
        """Ask the studio, showing meanwhile that something happens, and answer; returns what the studio said.

        A job that was accepted has its status message from the outlet.
        """
        outcome = await self.during(update, make())
        if isinstance(outcome, Accepted):
            return outcome
        sent = await self.answer(update, outcome)
        if _asks(outcome) and isinstance(sent, Sent):
            await self.studio.draft_shown(self.person(update), self.place(update), sent.ref)
        return outcome

    async def during(self, update: Update, asked: Awaitable[Said]) -> Said:
        """Await what the studio says, showing meanwhile that something happens."""
        late = Late(self, update)
        try:
            async with self._busy(update):
                with told_when_late(late.tell):
                    return await asked
        finally:
            await late.over()

    async def is_free(self, chat: str) -> bool:
        """Wait, but not for long, until a chat may be written to again; False while it is to be left alone."""
        if 0 < (wait := self.outlet.statuses.paused(chat)) <= _PATIENCE_SECONDS:
            await self.clock.sleep(wait)
        return not self.outlet.statuses.paused(chat)

    async def moved(self, old: str, new: str) -> None:
        """Follow a chat to its new id."""
        log.info("telegram.chat_moved", old=old, new=new)
        self.outlet.knows_move(old, new)
        self.administrators.forget(int(old))
        await self.studio.moved(TelegramPlace(chat=old), TelegramPlace(chat=new))

    async def broken(self, update: Update, error: BaseException) -> None:
        """Say that something broke, with the reference under which it stands in the log."""
        reference = secrets.token_hex(4)
        log.error("telegram.broke", reference=reference, update=update.update_id, exc_info=error)
        try:
            outcome = Broken(reference=reference)
            if (query := update.callback_query) is not None:
                await query.answer(self.view(outcome, self.person(update)).short, show_alert=True)
            elif update.effective_message is not None:
                await self.answer(update, outcome)
        except (TelegramError, places.Nowhere) as second:
            log.warning("telegram.not_told", reference=reference, reason=type(second).__name__)

    @asynccontextmanager
    async def telling(self, update: Update) -> AsyncIterator[None]:
        """Say so to whoever asks, when what is done meanwhile breaks; for what no handler of the library waits for."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - `broken` logs it
            await self.broken(update, error)

    @asynccontextmanager
    async def _busy(self, update: Update) -> AsyncIterator[None]:
        """Keep a chat action going."""
        acting = asyncio.create_task(self._act(update))
        try:
            yield
        finally:
            acting.cancel()
            await asyncio.wait({acting})

    async def _act(self, update: Update) -> None:
        chat, place = update.effective_chat, self.place(update)
        if chat is None or chat.type == ChatType.CHANNEL:  # channels show no actions
            return
        thread = int(place.thread) if place.thread is not None else None
        try:
            while not self.outlet.statuses.paused(place.chat):
                await chat.send_action(ChatAction.UPLOAD_PHOTO, message_thread_id=thread)
                await self.clock.sleep(_ACTION_SECONDS)
        except TelegramError as error:  # nothing depends on it
            log.debug("telegram.no_action", chat=place.chat, reason=type(error).__name__)


class Late:
    """The message that says that a picture does not come through, for as long as that is so."""

    def __init__(self, desk: Desk, update: Update) -> None:
        self._desk, self._update = desk, update
        self._said: Sent | Gone | Later | None = None

    async def tell(self) -> None:
        """Say so."""
        person = self._desk.person(self._update)
        self._said = await self._desk.show(
            self._update, plain(self._desk.presenter.phrase("picture_late", person.locale))
        )

    async def over(self) -> None:
        """Take it back."""
        if isinstance(self._said, Sent):
            await self._desk.outlet.remove(self._desk.place(self._update), self._said.ref)


def _asks(outcome: Outcome) -> bool:
    """Tell whether an outcome asks for what a half-made request lacks."""
    return isinstance(outcome, DraftState) or (isinstance(outcome, StylesPage) and outcome.draft is not None)
