"""Asking for a painting: `/stylize` in words, below pictures and in replies, and pictures and words without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.adapters.telegram import places
from bot.adapters.telegram.albums import Albums
from bot.adapters.telegram.brought import NOTHING, Brought, apart, pictures_of, rejected_in, with_hidden
from bot.adapters.telegram.commands import Typed, is_command, replied_to, stop, typed_in
from bot.adapters.telegram.desk import Desk, Make
from bot.adapters.telegram.kinds import COMMAND, Asks, HasPicture, HasUnsupported
from bot.adapters.telegram.meant import answers, begins, captions_of, is_corrected, is_gallery, is_private
from bot.adapters.telegram.pictures import Picture, picture_of, rejected
from bot.adapters.telegram.replies import serve_reply
from bot.adapters.telegram.turns import Turns
from bot.adapters.telegram.unknown import answer_anything, answer_unknown
from bot.outcomes import PictureRejected, Refusal
from bot.ports import Fetch
from bot.recent import Recent
from bot.studio import How
from bot.studio import typed as words
from bot.studio.context import Refused

log = structlog.get_logger(__name__)

_REMEMBERED = 500  # messages
_TOGETHER = 2  # pictures of an album that may be meant as photo and style, or photo and mask


class Asking:
    """Understands what people send: which words and which pictures belong together. What that means says the studio."""

    def __init__(self, desk: Desk, turns: Turns) -> None:
        self._desk, self._turns = desk, turns
        self.albums = Albums(desk.clock, self._serve_album, self._serve_late)
        self._refused = Recent[str, None](_REMEMBERED)  # by the key of what was asked for: it may be corrected in place
        self._unheard_of = Recent[str, None](_REMEMBERED)  # below albums: a command that there is not

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """Return what serves /stylize, then pictures and then words that came without any command."""
        fresh, private = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST, filters.ChatType.PRIVATE
        return [
            MessageHandler(Asks(), self._command),
            MessageHandler(fresh & HasPicture(), self._pictures),
            MessageHandler(fresh & private & HasUnsupported(), self._unsupported),
            MessageHandler(fresh & filters.TEXT, self._words),
            MessageHandler(filters.UpdateType.EDITED & (HasPicture() | filters.TEXT), self._corrected),
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
        if message.media_group_id is not None:  # it is served with its album
            self._unheard_of[places.message_key(message.chat_id, message.message_id)] = None
            return
        pictures = pictures_of([message])
        if not await serve_reply(self._desk, update, None, pictures) and await self._are_for_me(update, [message]):
            masked, how = await self._masked(update, message), await self._desk.how(update)
            await self._add(update, [*masked, *pictures], how, self._captions([message]), instead=bool(masked))

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
        if await serve_reply(desk, update, None, []) or not self._may_answer(message):
            return
        person, place = desk.person(update), desk.place(update)
        if place.private or await desk.studio.has_draft(person, place):  # in groups, people talk about paintings
            if desk.presenter.verb_meant(text, person.locale) == "cancel":  # as the button says
                await stop(desk, update)
                return
            how = await desk.how(update)
            await self._serve(
                update, how, lambda: desk.studio.draft_text(person, place, text, title=desk.title(person), **how)
            )

    async def _corrected(self, update: Update, context: Any) -> None:
        """Hear words that were changed soon: those of a draft, and those that were refused and may ask for more now."""
        desk, message = self._desk, update.effective_message
        assert message is not None
        if not is_corrected(message) or not self._may_answer(message):
            return
        person, place = desk.person(update), desk.place(update)
        own, words = self.albums.of(message), message.text or self._captions([message])
        how = await self._how(update, min(own, default=message.message_id))
        key = how["key"]
        assert key is not None and message.edit_date is not None
        changed = How(key=f"{key}:{int(message.edit_date.timestamp())}", roles=how["roles"])
        has_draft = await desk.studio.has_draft(person, place)
        is_in_draft = has_draft and await desk.studio.has_draft(person, place, of=key)
        if not words or words.startswith("/"):
            return
        if message.text is not None:
            if has_draft:
                await self._serve(
                    update,
                    changed,
                    lambda: desk.studio.draft_text(person, place, words, title=desk.title(person), **changed),
                )
        elif is_in_draft:  # the pictures are there
            await self._add(update, [], changed, words)
        elif key in self._refused:
            del self._refused[key]
            await self._add(update, list(own.values()), how, words)

    async def _anything(self, update: Update, context: Any) -> None:
        await answer_anything(self._desk, update)

    # ---- albums -------------------------------------------------------------------------------------------------

    async def _serve_album(self, updates: Sequence[Update]) -> None:
        messages = [message for update in updates if (message := update.effective_message) is not None]
        typed = [self._command_in(message) for message in messages]
        commands = [number for number, command in enumerate(typed) if command is not None]
        at = commands[0] if commands else 0
        update, message, command = updates[at], messages[at], typed[at]
        async with self._desk.telling(update), self._turns.turn(update):
            if command is not None:
                if command.name == COMMAND:
                    await self._stylize(update, message, self.albums.of(message), self._captions(messages))
            elif await self._are_for_me(update, messages):
                await self._add_album(update, messages)

    def _command_in(self, message: Message) -> Typed | None:
        """Return the command below a picture of an album, where there is such a command."""
        is_none = places.message_key(message.chat_id, message.message_id) in self._unheard_of
        return None if is_none else typed_in(message, self._desk.bot.username)

    async def _add_album(self, update: Update, messages: Sequence[Message]) -> None:
        pictures = pictures_of(messages)
        if pictures:
            how = await self._how(update, messages[0].message_id)
            await self._add(update, pictures, how, self._captions(messages))
        elif self._desk.place(update).private:
            await self._refuse(update, next(filter(None, (rejected(message, "photo") for message in messages)), None))

    async def _serve_late(self, update: Update) -> None:
        """Serve a message that came when the rest of its album had been served."""
        desk, message = self._desk, update.effective_message
        assert message is not None
        async with desk.telling(update), self._turns.turn(update):
            if typed_in(message, desk.bot.username) is not None:
                await self._stylize(update, message, self.albums.of(message))
            elif await self._are_for_me(update, [message]) and await desk.studio.has_draft(
                desk.person(update), desk.place(update)
            ):
                await self._add(update, pictures_of([message]), await desk.how(update), self._captions([message]))
            else:
                log.info("telegram.late_for_album", chat=message.chat_id, message=message.message_id)

    # ---- asking the studio --------------------------------------------------------------------------------------

    async def _stylize(self, update: Update, message: Message, own: dict[int, Picture], captions: str = "") -> None:
        """Ask with the words of the command, its own pictures and those of the message that it replies to.

        `captions` are the words below the other pictures of its album.
        """
        desk = self._desk
        typed = typed_in(message, desk.bot.username)
        text = typed.words if typed is not None else ""
        if typed is not None and await serve_reply(desk, update, typed, [*own.values()]):
            return
        person, place = desk.person(update), desk.place(update)
        # The one that is replied to is the photo, which is there already; one's own is the style for it.
        album = self._album_replied_to(update, text, [*own.values()])
        brought = apart(album or [*self._replied_to(update, text, bool(own)), *own.values()])
        styles = [desk.fetch(picture, "style") for picture in own.values()] if album else []
        if brought == NOTHING and (found := rejected_in(message)) is not None:
            await self._refuse(update, found)
            return
        how = await self._how(update, min(own, default=message.message_id))
        how = with_hidden(how, brought._replace(pictures=[*brought.pictures, *own.values()]))
        await self._serve(
            update,
            how,
            lambda: desk.studio.stylize(
                person,
                place,
                text,
                self._fetches(brought),
                styles=styles,
                caption=captions,
                mask=self._mask(brought),
                title=desk.title(person),
                **how,
            ),
        )

    def _album_replied_to(self, update: Update, text: str, own: Sequence[Picture]) -> list[Picture]:
        """Return the photos of the album that a command with a style replies to as a whole, by its first message.

        Who replies to another picture of it means that one. A mask, a share and a swap are about photo and style.
        """
        about, said = replied_to(update), _said(text)
        pictures = {} if about is None else self.albums.of(about)
        if about is None or len(pictures) < _TOGETHER or about.message_id != min(pictures):
            return []
        has_style = bool(said.names) or len(own) == 1
        if not has_style or len(own) > 1 or said.mask or said.swap or said.blend is not None:
            return []
        is_masked = any(picture.is_mask for picture in (*pictures.values(), *own))
        return [] if is_masked or about.is_automatic_forward else [*pictures.values()]

    def _replied_to(self, update: Update, text: str, has_own: bool) -> list[Picture]:
        """Return the pictures of the message that a command replies to: of an album photo, style and mask."""
        message, about = update.effective_message, replied_to(update)
        if about is None:
            external = message.external_reply if message is not None else None
            return pictures_of([external] if external is not None else [])
        if is_gallery(about, self._desk.bot.id) or (about.is_automatic_forward and has_own):
            return []  # every comment below a channel's post is a reply to that, whatever it is about
        whole = apart(self.albums.of(about).values())
        mask, said = [] if whole.mask is None else [whole.mask], _said(text)
        # With a style named, of two pictures it can only be the word "mask" that makes both of them meant.
        is_whole = len(whole.pictures) == _TOGETHER and not has_own and (not said.names or (said.mask and not mask))
        meant = [picture for picture in pictures_of([about]) if not picture.is_mask] or whole.pictures[:1]
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

    async def _add(
        self, update: Update, pictures: Sequence[Picture], how: How, captions: str, *, instead: bool = False
    ) -> None:
        """Ask with pictures that came without a command, and the words below; `instead`: of a photo that waits."""
        desk, person, place = self._desk, self._desk.person(update), self._desk.place(update)
        brought = apart(pictures)
        how = with_hidden(how, brought)
        await self._serve(
            update,
            how,
            lambda: desk.studio.draft_pictures(
                person,
                place,
                self._fetches(brought),
                caption=captions,
                mask=self._mask(brought),
                instead=instead,
                title=desk.title(person),
                **how,
            ),
        )

    async def _serve(self, update: Update, how: How, make: Make) -> None:
        """Ask the studio and answer, and remember what was refused: it may be corrected in place."""
        outcome = await self._desk.serve(update, make)
        if isinstance(outcome, Refusal) and (key := how.get("key")) is not None:
            self._refused[key] = None

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

    def _may_answer(self, message: Message) -> bool:
        """Tell whether something without a command may be meant for me: in private, and in reply to what I asked."""
        return is_private(message) or answers(message, self._desk.bot.id)

    async def _are_for_me(self, update: Update, messages: Sequence[Message]) -> bool:
        """Tell the same of pictures. In groups people react with them: these count where a picture is awaited."""
        desk, place = self._desk, self._desk.place(update)
        if place.private or any(begins(message, desk.bot.id) for message in messages):
            return True
        answer = any(answers(message, desk.bot.id) for message in messages)
        return answer and await desk.studio.has_draft(desk.person(update), place)

    def _captions(self, messages: Sequence[Message]) -> str:
        return captions_of(messages, self._desk.bot.username, COMMAND)


def _said(text: str) -> words.Typed:
    """Return what words say, as far as that can be told without knowing the styles."""
    try:
        return words.read(text, lambda name: False)
    except Refused:  # the studio says what is wrong
        return words.Typed()
