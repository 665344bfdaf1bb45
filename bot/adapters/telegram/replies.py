"""Replies to a painting of mine: which one that is, and what words and which photo came with the reply."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message, Update

from bot.adapters.telegram import sending
from bot.adapters.telegram.commands import Typed, is_mine, job_of, replied_to
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.pictures import Picture
from bot.outcomes import Accepted, Cancelled, Finished


async def serve_reply(desk: Desk, update: Update, typed: Typed | None, own: Sequence[Picture]) -> bool:
    """Serve what replies to a painting; False where it does not, or where that means what it does without a painting.

    `typed` is the command, where there is one; `own` are the pictures that came, an album's all together. In groups,
    what replies to a painting without a command is meant for that, or else for people.
    """
    message = update.effective_message
    if message is None or len(own) > 1 or any(picture.is_mask for picture in own):
        return False  # photo and style, or a mask for the picture: that is asked for as with any other picture
    job_id = await _job_replied_to(desk, update)
    if job_id is None:
        return False
    person, place, how = desk.person(update), desk.place(update), await desk.how(update)
    is_talk = typed is None and not place.private
    if is_talk and own and _is_reaction(message, own[0]):
        return True
    text = typed.words if typed is not None else message.text or message.caption or ""
    outcome = await desk.during(
        update,
        desk.studio.reply(
            person,
            place,
            job_id,
            text,
            [desk.fetch(picture, "photo") for picture in own],
            verb=desk.presenter.verb_meant(text, person.locale),
            command=typed is not None,
            title=desk.title(person),
            **how,
        ),
    )
    if outcome is None:
        return is_talk
    is_told = isinstance(outcome, Cancelled) and outcome.told_here  # by the studio
    if not isinstance(outcome, Accepted) and not is_told:
        await desk.answer(update, outcome, as_documents=isinstance(outcome, Finished))
    return True


async def _job_replied_to(desk: Desk, update: Update) -> str | None:
    """Return the job whose message this replies to: as its buttons say, or as the store knows the message."""
    about = replied_to(update)
    if about is None or not is_mine(about, desk.bot.id):
        return None
    ref = sending.reference(str(about.chat_id), about.message_id)
    return job_of(about, desk.bot.id) or await desk.studio.job_shown_by(ref, desk.person(update))


def _is_reaction(message: Message, picture: Picture) -> bool:
    """Tell a reaction from a photo: people answer each other with stickers and films."""
    return message.sticker is not None or picture.moves
