"""The commands besides /stylize: help, styles, and what people ask about themselves and the place."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

from telegram import Chat, Message, Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler

from bot.adapters.telegram.data import Pressed, decode
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.pictures import Picture, picture_of, rejected
from bot.adapters.telegram.sending import reference
from bot.model import TelegramPlace
from bot.outcomes import Cancelled, MissingPicture, Outcome, Refusal, StylesPage
from bot.ports import Sent
from bot.presenter.meant import command_meant
from bot.presenter.view import plain

STYLE_LINK = "style-"
"""Begins what t.me/<bot>?start= is given to paint in a style; its token follows."""

_LINK = re.compile(
    r"(?:https?://)?t(?:elegram)?\.me/(?:c/(?P<group>\d+)|(?P<name>[A-Za-z]\w{3,31}))/(?:\d+/)?(?P<message>\d+)\b",
    re.ASCII | re.IGNORECASE,
)
# Signs that end a sentence may follow a name, as may a hyphen stand in it; an address or a path is no command.
_TYPED = re.compile(r"\s*[/／]([\w-]{1,64})(?:@([A-Za-z0-9_]+))?(?![\w/@-])[.,;:!?…。、！？，：；]*\s*")
_FOR_GROUP = "for=group"

Serve = Callable[[Update, str], Awaitable[None]]
"""Serves a command: the update, and what was typed behind the command's name."""


class Typed(NamedTuple):
    """A command as somebody typed it, in lower case and without its slash, and the words behind it."""

    name: str
    words: str


def typed_in(message: Message | None, username: str) -> Typed | None:
    """Return the command at the beginning of a text or caption; None for one of another bot, or in other's words.

    Those are forwarded, or were sent through another bot. A command's name may be that in another language, but not
    where another bot's command may be meant.
    """
    if message is None or message.forward_origin is not None or message.via_bot is not None:
        return None
    text = message.text or message.caption or ""
    found = _TYPED.match(text)
    if found is None or (found[2] or username).lower() != username.lower():
        return None
    is_for_me = found[2] is not None or message.chat.type == ChatType.PRIVATE
    name = (command_meant(found[1]) if is_for_me else None) or found[1].lower()
    return Typed(name, text[found.end() :].strip())


def is_command(text: str) -> bool:
    """Tell whether a text looks like a command, of whomever."""
    return text.lstrip().startswith(("/", "／"))


def is_addressed(update: Update) -> bool:
    """Tell whether a command names the bot that it is for."""
    message = update.effective_message
    found = None if message is None else _TYPED.match(message.text or message.caption or "")
    return found is not None and found[2] is not None


class Command(BaseHandler[Update, Any, None]):
    """Serves one command, in texts and captions; an edited message is not asked again."""

    def __init__(self, desk: Desk, name: str, serve: Serve) -> None:
        super().__init__(self._serve)
        self._desk, self._name, self._served = desk, name, serve

    def check_update(self, update: object) -> bool:
        """Tell whether an update is this command."""
        typed = self._typed(update) if isinstance(update, Update) else None
        return typed is not None and typed.name == self._name

    async def _serve(self, update: Update, context: Any) -> None:
        typed = self._typed(update)
        if typed is not None:
            await self._served(update, typed.words)

    def _typed(self, update: Update) -> Typed | None:
        return typed_in(update.message or update.channel_post, self._desk.bot.username)


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return the commands for everybody, each bound to the desk."""
    studio = desk.studio

    async def start(update: Update, words: str) -> None:
        person, place = desk.person(update), desk.place(update)
        if place.private and words.startswith(STYLE_LINK):
            how, token = await desk.how(update), words.removeprefix(STYLE_LINK)
            await desk.serve(update, lambda: studio.draft_pick(person, place, token, title=desk.title(person), **how))
        else:
            await help_(update, words)

    async def help_(update: Update, words: str) -> None:
        person, place, roles = desk.person(update), desk.place(update), await desk.roles(update)
        await desk.answer(update, await studio.help(person, place, name=desk.inline_name, roles=roles))

    async def styles(update: Update, words: str) -> None:
        person = desk.person(update)
        await desk.answer(update, await studio.styles(person, desk.place(update), title=desk.title(person)))

    async def mystyles(update: Update, words: str) -> None:
        person, place = desk.person(update), desk.place(update)
        here = await studio.styles(person, place, saved_only=True)
        alone = TelegramPlace(chat=person.id, private=True)
        own = None if place.private else await studio.styles(person, alone, saved_only=True)
        has_own = isinstance(own, StylesPage) and own.entries != ()
        if not has_own or (isinstance(here, StylesPage) and here.entries != ()):
            await desk.answer(update, here)
        if own is not None and has_own:  # one's own pictures are not for a group to see
            await answer_alone(desk, update, own)

    async def savestyle(update: Update, words: str) -> None:
        person, place = desk.person(update), desk.place(update)
        name = [word for word in words.split() if word.lower() != _FOR_GROUP]
        for_group = len(name) < len(words.split())
        manager = for_group and await desk.is_manager(update)
        picture = _picture_for_style(update)
        if isinstance(picture, Refusal):
            await desk.answer(update, picture)
            return
        await desk.serve(
            update,
            lambda: studio.style_save(
                person,
                place,
                " ".join(name),
                desk.fetch(picture, "style"),
                for_place=for_group,
                manager=manager,
                hidden=picture.hidden,
            ),
        )

    async def history(update: Update, words: str) -> None:
        await answer_alone(desk, update, await studio.history(desk.person(update)))

    async def quota(update: Update, words: str) -> None:
        person, place, roles = desk.person(update), desk.place(update), await desk.roles(update)
        await desk.answer(update, await studio.quota(person, place, roles=roles))

    async def queue(update: Update, words: str) -> None:
        await desk.answer(update, await studio.queue(desk.person(update)))

    async def cancel(update: Update, words: str) -> None:
        await stop(desk, update, words.lower())

    async def settings(update: Update, words: str) -> None:
        person, place = desk.person(update), desk.place(update)
        manager = await desk.is_manager(update)
        await desk.answer(update, await studio.settings_typed(person, place, words, manager=manager))

    async def privacy(update: Update, words: str) -> None:
        await desk.answer(update, await studio.privacy())

    async def report(update: Update, words: str) -> None:
        about = replied_to(update)
        job_id = None if about is None else job_of(about, desk.bot.id)
        link = None if about is None or job_id else about.link
        ref = None
        if about is None and (found := _LINK.search(words)):
            link, words = found[0], f"{words[: found.start()]} {words[found.end() :]}".strip()
            ref = _ref(found, update.effective_chat)
        person, place = desk.person(update), desk.place(update)
        where = update.effective_chat.title if update.effective_chat is not None else None
        reported = await studio.report(person, place, words, job_id=job_id, link=link, message=ref, place_name=where)
        await desk.answer(update, reported)

    async def myid(update: Update, words: str) -> None:
        await answer_alone(desk, update, await studio.own_id(desk.person(update)))

    async def forgetme(update: Update, words: str) -> None:
        await answer_alone(desk, update, await studio.forget(desk.person(update)))

    served = {
        "start": start,
        "help": help_,
        "styles": styles,
        "mystyles": mystyles,
        "savestyle": savestyle,
        "history": history,
        "quota": quota,
        "queue": queue,
        "cancel": cancel,
        "settings": settings,
        "privacy": privacy,
        "report": report,
        "forgetme": forgetme,
        "myid": myid,
    }
    return [Command(desk, name, serve) for name, serve in served.items()]


# ---- what several of them need -----------------------------------------------------------------------------------


async def stop(desk: Desk, update: Update, job_id: str = "") -> None:
    """Cancel a job, or what is being asked for or waits, and say so unless the studio does."""
    person, place = desk.person(update), desk.place(update)
    outcome: Outcome = (
        await desk.studio.cancel(person, job_id, place=place) if job_id else await desk.studio.stop(person, place)
    )
    if not isinstance(outcome, Cancelled) or not outcome.told_here:
        await desk.answer(update, outcome)


async def answer_alone(desk: Desk, update: Update, outcome: Outcome, *, as_documents: bool = False) -> None:
    """Answer where nobody else reads it; the group is only told where to look. Refusals are no secret."""
    person, place = desk.person(update), desk.place(update)
    if place.private or person.id == place.chat or isinstance(outcome, Refusal):  # a chat that asks is one person
        await desk.answer(update, outcome)
        return
    sent = await desk.answer(update, outcome, private=True, as_documents=as_documents)
    if isinstance(sent, Sent):
        phrase = desk.presenter.phrase("answered_in_private", person.locale)
    else:  # who never opened it cannot be written to
        phrase = desk.presenter.phrase("ask_in_private", person.locale, link=f"https://t.me/{desk.bot.username}")
    await desk.show(update, plain(phrase), or_private=False)


def replied_to(update: Update) -> Message | None:
    """Return the message that somebody replied to; in a forum, the beginning of the topic is none."""
    message = update.effective_message
    about = message.reply_to_message if message is not None else None
    return None if about is None or about.forum_topic_created is not None else about


def is_mine(message: Message, bot_id: int) -> bool:
    """Tell whether I said something; in channels, where nobody is named, my buttons tell."""
    if message.from_user is not None:
        return message.from_user.id == bot_id
    return message.chat.type == ChatType.CHANNEL and any(True for _ in buttons_of(message))


def buttons_of(message: Message) -> Iterator[Pressed]:
    """Find what the buttons of a message are for, as far as they may be mine."""
    for row in message.reply_markup.inline_keyboard if message.reply_markup is not None else ():
        for button in row:
            pressed = decode(button.callback_data) if isinstance(button.callback_data, str) else None
            if pressed is not None:
                yield pressed


def job_of(message: Message, bot_id: int) -> str | None:
    """Return the id of the job that a message of mine is about, as its buttons name it; None without just one."""
    if not is_mine(message, bot_id):
        return None
    jobs = {button.job_id for button in buttons_of(message) if button.job_id is not None}
    return jobs.pop() if len(jobs) == 1 else None


def _ref(link: re.Match[str], here: Chat | None) -> str | None:
    """Return the reference of the message that a link leads to; None where its group has a name, and is not this."""
    if link["group"] is not None:
        return reference(f"-100{link['group']}", int(link["message"]))
    if here is not None and here.username is not None and here.username.lower() == link["name"].lower():
        return reference(str(here.id), int(link["message"]))
    return None


def _picture_for_style(update: Update) -> Picture | Refusal:
    """Return the picture of the message itself, or of the one that it replies to."""
    message, about = update.effective_message, replied_to(update)
    carriers = [each for each in (message, about, message.external_reply if message else None) if each is not None]
    for carrier in carriers:
        if (picture := picture_of(carrier)) is not None:
            return picture
    found = next((found for carrier in carriers if (found := rejected(carrier, "style")) is not None), None)
    return found or MissingPicture(which="style", verb="style_save")
