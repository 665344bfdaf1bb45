"""Messages that are meant for me: in direct messages, and in servers replies to a painting of mine that mention me.

Discord shows a bot without the message content intent no other words. It says nothing of a person's language either:
that in which they asked last will do.
"""

from __future__ import annotations

import re

import discord
import structlog

from bot.adapters.discord import permissions
from bot.adapters.discord.desk import Desk
from bot.adapters.discord.failures import TROUBLES, trouble_of
from bot.adapters.discord.forms import job_of
from bot.adapters.discord.places import PLATFORM
from bot.adapters.discord.render import Rendered
from bot.adapters.discord.routes import DEFAULT_LIMIT
from bot.adapters.discord.sending import sent_to_fit
from bot.model import DiscordPlace, Person
from bot.outcomes import Accepted, Cancelled, Finished, Outcome
from bot.studio import How

log = structlog.get_logger(__name__)


async def serve_message(desk: Desk, me: discord.ClientUser, message: discord.Message) -> None:
    """Serve a message, if it is meant for me."""
    about = message.reference.resolved if message.reference is not None else None
    painting = about if isinstance(about, discord.Message) and about.author.id == me.id else None
    alone = isinstance(message.channel, discord.DMChannel)  # a server that is not known has no guild either
    if message.guild is None and not alone:
        return
    if message.author.bot or message.is_system() or not (alone or (painting is not None and me in message.mentions)):
        return
    person, place = await _person(desk, message), _place(message)
    if painting is not None and await _replied(desk, message, painting, _words(message, me), person, place):
        return
    if alone:
        await _answer(desk, message, await desk.studio.help(person, place, brief=True), person, place)


async def _replied(
    desk: Desk, message: discord.Message, painting: discord.Message, text: str, person: Person, place: DiscordPlace
) -> bool:
    """Serve a reply; False where it is about no painting, or asks for nothing."""
    ref = desk.outlet.ref(str(painting.channel.id), painting.id)
    job_id = job_of(painting) or await desk.studio.job_shown_by(ref, person)
    if job_id is None:
        return False
    verb = desk.presenter.verb_meant(text, person.locale)
    outcome: Outcome | None = permissions.missing_at(message)
    if outcome is not None and verb is None and "=" not in text:
        return True  # it may be talk
    outcome = outcome or await desk.studio.reply(
        person,
        place,
        job_id,
        text,
        [desk.fetch(attachment, "photo") for attachment in message.attachments[:1]],
        verb=verb,
        title=lambda title: desk.presenter.preset_text(title, person.locale),
        **_how(message),
    )
    if outcome is None:
        return False
    is_told = isinstance(outcome, Cancelled) and outcome.told_here  # by the studio
    if not isinstance(outcome, Accepted) and not is_told:
        await _answer(desk, message, outcome, person, place)
    return True


async def _answer(desk: Desk, message: discord.Message, outcome: Outcome, person: Person, place: DiscordPlace) -> None:
    """Reply, or where the channel refuses that, write to the person."""
    limit = message.guild.filesize_limit if message.guild is not None else DEFAULT_LIMIT
    view = desk.view(outcome, person.locale, private=message.guild is None)

    async def send(rendered: Rendered) -> discord.Message:
        return await message.reply(**rendered.to_send())

    try:
        answer = await sent_to_fit(view, limit, desk.presenter, person.locale, send)
        if isinstance(outcome, Finished):
            ref = desk.outlet.ref(str(answer.channel.id), answer.id)
            await desk.studio.copied(outcome.job.id, place, ref)
    except TROUBLES as error:
        log.info("discord.not_answered", reason=trouble_of(error).reason)
        if message.guild is not None:
            await desk.outlet.notify(person.id, outcome, person.locale)


async def _person(desk: Desk, message: discord.Message) -> Person:
    author = message.author
    found = Person(platform=PLATFORM, id=str(author.id), locale="", name=author.display_name)
    locale = await desk.studio.locale_of(found)
    if not locale and message.guild is not None:
        locale = message.guild.preferred_locale.value
    return Person(platform=PLATFORM, id=found.id, locale=locale, name=found.name)


def _place(message: discord.Message) -> DiscordPlace:
    channel = message.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return DiscordPlace(
        channel=str(parent or channel.id),
        thread=str(channel.id) if parent else None,
        guild=str(message.guild.id) if message.guild is not None else None,
    )


def _how(message: discord.Message) -> How:
    author = message.author
    roles = tuple(str(role.id) for role in author.roles) if isinstance(author, discord.Member) else ()
    return How(key=f"message:{message.id}", roles=roles)


def _words(message: discord.Message, me: discord.ClientUser) -> str:
    return re.sub(rf"<@!?{me.id}>", " ", message.content).strip()
