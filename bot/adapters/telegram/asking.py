"""Asking for a painting: `/stylize` in words, below pictures and in replies, and pictures and words without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import structlog
from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.adapters.telegram import places
from bot.adapters.telegram.albums import Albums
from bot.adapters.telegram.commands import (
    buttons_of,
    is_command,
    is_mine,
    replied_to,
    typed_in,
)
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.pictures import Carrier, Picture, picture_of, rejected
from bot.adapters.telegram.replies import serve_reply
from bot.adapters.telegram.turns import Turns
from bot.adapters.telegram.unknown import answer_anything, answer_unknown
from bot.outcomes import PictureRejected
from bot.ports import Fetch
from bot.studio import How
from bot.studio import typed as words
from bot.studio.context import Refused

log = structlog.get_logger(__name__)

COMMAND = "stylize"

_TOGETHER = 2  # pictures of an album that may be meant as photo and style, or photo and mask


class Asking:
    """Understands what people send: which words and which pictures belong together. What that means says the studio."""

    def __init__(self, desk: Desk, turns: Turns) -> None:
        self._desk, self._turns = desk, turns
        self.albums = Albums(desk.clock, self._serve_album, self._serve_late)

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """Return what serves /stylize, then pictures and then words that came without any command."""
        fresh, private = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST, filters.ChatType.PRIVATE
        return [
            MessageHandler(_Asks(), self._command),
            MessageHandler(fresh & _HasPicture(), self._pictures),
            MessageHandler(fresh & private & _HasUnsupported(), self._unsupported),
            MessageHandler(fresh & filters.TEXT, self._words),
            MessageHandler(fresh & private & ~filters.StatusUpdate.ALL, self._anything),
        ]

    def gather(self, update: Update) -> bool:
        """Take in a message of an album; False for one that is to be served by itself.

        That is a command of another kind, and a message that was edited after its album had been served.
        """
        message = update.effective_message
        if message is None or message.media_group_id is None:
            return False
        is_edited = update.edited_message is not None or update.edited_channel_post is not None
        if is_edited and not self.albums.is_gathering(message):
            return False
        self.albums.add(update)
        typed = typed_in(message, self._desk.bot.username)
        return typed is None or typed.name == COMMAND

    # ---- messages by themselves ---------------------------------------------------------------------------------

    async def _command(self, update: Update, context: Any) -> None:
        message = update.effective_message
        assert message is not None
        # An album whose caption was edited afterwards is asked for anew as a whole.
        await self._stylize(update, message, self.albums.of(message))

    async def _pictures(self, update: Update, context: Any) -> None:
        message = update.effective_message
        assert message is not None
        if message.media_group_id is not None:  # it comes with its album
            return
        pictures = _pictures_of([message])
        if not await serve_reply(self._desk, update, None, pictures) and await self._are_for_me(update, [message]):
            masked, how = await self._masked(update, message), await self._desk.how(update)
            await self._add(update, [*masked, *pictures], how, instead=bool(masked))

    async def _unsupported(self, update: Update, context: Any) -> None:
        message = update.effective_message
        assert message is not None
        await self._refuse(update, rejected(message, "photo"))

    async def _words(self, update: Update, context: Any) -> None:
        desk, message = self._desk, update.effective_message
        assert message is not None
        text = message.text or ""
        if is_command(text):  # that there is not
            await answer_unknown(desk, update)
            return
        if not self._is_for_me(message) or await serve_reply(desk, update, None, []):
            return
        person, place = desk.person(update), desk.place(update)
        if place.private or await desk.studio.has_draft(person, place):  # in groups, people talk about paintings
            how = await desk.how(update)
            await desk.serve(
                update, lambda: desk.studio.draft_text(person, place, text, title=desk.title(person), **how)
            )

    async def _anything(self, update: Update, context: Any) -> None:
        await answer_anything(self._desk, update)

    # ---- albums -------------------------------------------------------------------------------------------------

    async def _serve_album(self, updates: Sequence[Update]) -> None:
        messages = [message for update in updates if (message := update.effective_message) is not None]
        typed = [typed_in(message, self._desk.bot.username) for message in messages]
        commands = [number for number, command in enumerate(typed) if command is not None]
        at = commands[0] if commands else 0
        update, message, command = updates[at], messages[at], typed[at]
        async with self._desk.telling(update), self._turns.turn(update):
            if command is not None:
                if command.name == COMMAND:
                    await self._stylize(update, message, self.albums.of(message))
            elif await self._are_for_me(update, messages):
                await self._add_album(update, messages)

    async def _add_album(self, update: Update, messages: Sequence[Message]) -> None:
        pictures = _pictures_of(messages)
        if pictures:
            await self._add(update, pictures, await self._how(update, messages[0].message_id))
        elif self._desk.place(update).private:
            await self._refuse(update, next(filter(None, (rejected(message, "photo") for message in messages)), None))

    async def _serve_late(self, update: Update) -> None:
        """Serve a message that came when the rest of its album had been served."""
        desk, message = self._desk, update.effective_message
        assert message is not None
        async with desk.telling(update), self._turns.turn(update):
            if typed_in(message, desk.bot.username) is not None:
                await self._stylize(update, message, self.albums.of(message))
            elif await desk.studio.has_draft(desk.person(update), desk.place(update)):
                await self._add(update, _pictures_of([message]), await desk.how(update))
            else:
                log.info("telegram.late_for_album", chat=message.chat_id, message=message.message_id)

    # ---- asking the studio --------------------------------------------------------------------------------------

    async def _stylize(self, update: Update, message: Message, own: dict[int, Picture]) -> None:
        """Ask with the words of the command, its own pictures and those of the message that it replies to."""
        desk = self._desk
        typed = typed_in(message, desk.bot.username)
        text = typed.words if typed is not None else ""
        if typed is not None and await serve_reply(desk, update, typed, [*own.values()]):
            return
        person, place = desk.person(update), desk.place(update)
        # The one that is replied to is the photo, which is there already; one's own is the style for it.
        brought = _apart([*self._replied_to(update, text, bool(own)), *own.values()])
        if brought == _NOTHING and (found := _rejected(message)) is not None:
            await self._refuse(update, found)
            return
        how = await self._how(update, min(own, default=message.message_id))
        await desk.serve(
            update,
            lambda: desk.studio.stylize(
                person, place, text, self._fetches(brought), mask=self._mask(brought), title=desk.title(person), **how
            ),
        )

    def _replied_to(self, update: Update, text: str, has_own: bool) -> list[Picture]:
        """Return the pictures of the message that a command replies to: of an album photo, style and mask."""
        message, about = update.effective_message, replied_to(update)
        if about is None:
            external = message.external_reply if message is not None else None
            return _pictures_of([external] if external is not None else [])
        if self._is_gallery(about):
            return []
        whole = _apart(self.albums.of(about).values())
        mask, said = [] if whole.mask is None else [whole.mask], _said(text)
        # With a style named, of two pictures it can only be the word "mask" that makes both of them meant.
        is_whole = len(whole.pictures) == _TOGETHER and not has_own and (not said.names or (said.mask and not mask))
        meant = [picture for picture in _pictures_of([about]) if not picture.is_mask] or whole.pictures[:1]
        return [*(whole.pictures if is_whole else meant), *mask]

    async def _masked(self, update: Update, message: Message) -> list[Picture]:
        """Return what a mask replies to: the photo, unless that waits for its mask already."""
        mask, about, desk = picture_of(message), replied_to(update), self._desk
        if mask is None or not mask.is_mask or about is None:
            return []
        person, place = desk.person(update), desk.place(update)
        photo = [each for each in self._replied_to(update, "", False) if not each.is_mask]
        key = places.message_key(about.chat_id, min(self.albums.of(about), default=about.message_id))
        return [] if await desk.studio.has_draft(person, place, of=key) else photo

    async def _add(self, update: Update, pictures: Sequence[Picture], how: How, *, instead: bool = False) -> None:
        """Ask with pictures that came without a command; `instead`: of a photo that waits."""
        desk, person, place = self._desk, self._desk.person(update), self._desk.place(update)
        brought = _apart(pictures)
        await desk.serve(
            update,
            lambda: desk.studio.draft_pictures(
                person,
                place,
                self._fetches(brought),
                mask=self._mask(brought),
                instead=instead,
                title=desk.title(person),
                **how,
            ),
        )

    async def _refuse(self, update: Update, found: PictureRejected | None) -> None:
        await self._desk.answer(update, found or PictureRejected(which="photo", code="not_a_picture"))

    def _fetches(self, brought: Brought) -> list[Fetch]:
        return [
            self._desk.fetch(picture, "style" if number else "photo") for number, picture in enumerate(brought.pictures)
        ]

    def _mask(self, brought: Brought) -> Fetch | None:
        return None if brought.mask is None else self._desk.fetch(brought.mask, "mask")

    async def _how(self, update: Update, first: int) -> How:
        """Return what goes along; an album is known by its first message, whichever bears the words."""
        how = await self._desk.how(update)
        message = update.effective_message
        assert message is not None
        how["key"] = places.message_key(message.chat_id, first)
        return how

    # ---- what is meant for me -----------------------------------------------------------------------------------

    def _is_for_me(self, message: Message) -> bool:
        """Tell whether something without a command is meant for me: in private, and in replies to what I said."""
        if message.chat.type == message.chat.PRIVATE:
            return True
        return message.reply_to_message is not None and is_mine(message.reply_to_message, self._desk.bot.id)

    async def _are_for_me(self, update: Update, messages: Sequence[Message]) -> bool:
        """Tell the same of pictures. In groups people react with films: these count where a picture is awaited."""
        if not any(self._is_for_me(message) for message in messages):
            return False
        desk, place = self._desk, self._desk.place(update)
        only_films = all(picture.moves for picture in _pictures_of(messages))
        return place.private or not only_films or await desk.studio.has_draft(desk.person(update), place)

    def _is_gallery(self, message: Message) -> bool:
        """Tell whether a message's picture shows what may be chosen, which nobody wants painted."""
        is_choice = any(button.verb == "style_pick" for button in buttons_of(message))
        return is_choice and is_mine(message, self._desk.bot.id)


# ---- filters ----------------------------------------------------------------------------------------------------


class _Asks(filters.MessageFilter):
    """Messages and channel posts, edited or not, that begin with /stylize."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        typed = typed_in(message, message.get_bot().username)
        return typed is not None and typed.name == COMMAND


class _HasPicture(filters.MessageFilter):
    """Messages with a picture."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        return picture_of(message) is not None


class _HasUnsupported(filters.MessageFilter):
    """Messages with something that cannot be painted."""

    def filter(self, message: Message) -> bool:
        """Tell whether this is one."""
        return rejected(message, "photo") is not None


class Brought(NamedTuple):
    """Pictures that belong together, in the order photo, style; and the one that is called a mask."""

    pictures: list[Picture]
    mask: Picture | None = None


_NOTHING = Brought([])


def _apart(pictures: Iterable[Picture]) -> Brought:
    """Tell masks from the rest, and put what moves first of that: nothing can be painted in the style of a film.

    Of several masks the last counts, as it does where one comes after the other.
    """
    together = list(pictures)
    masks = [picture for picture in together if picture.is_mask]
    rest = sorted((picture for picture in together if not picture.is_mask), key=lambda picture: not picture.moves)
    return Brought(rest, masks[-1] if masks else None)


def _pictures_of(carriers: Iterable[Carrier]) -> list[Picture]:
    return [picture for carrier in carriers if (picture := picture_of(carrier)) is not None]


def _said(text: str) -> words.Typed:
    """Return what words say, as far as that can be told without knowing the styles."""
    try:
        return words.read(text, lambda name: False)
    except Refused:  # the studio says what is wrong
        return words.Typed()


def _rejected(message: Message) -> PictureRejected | None:
    """Say what was sent along, or replied to, that cannot be painted."""
    carriers = (message, message.reply_to_message, message.external_reply)
    return next((found for each in carriers if each is not None and (found := rejected(each, "photo"))), None)
