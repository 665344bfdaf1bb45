"""What nobody serves: commands that there are not, and whatever else comes in private: none of it meets silence."""

from __future__ import annotations

from telegram import Update

from bot.adapters.telegram.commands import Typed, is_addressed, typed_in
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.replies import serve_reply
from bot.outcomes import CommandUnknown


async def answer_unknown(desk: Desk, update: Update) -> None:
    """Answer a command that there is not, in groups only where it names me."""
    typed, place = typed_in(update.effective_message, desk.bot.username), desk.place(update)
    said = "" if typed is None else f"{typed.name} {typed.words}".strip()
    is_verb = desk.presenter.verb_meant(said, desk.person(update).locale) is not None
    if is_verb and await serve_reply(desk, update, Typed("", said), []):  # "/stronger", to a painting
        return
    if typed is not None and (place.private or is_addressed(update)):
        near = desk.presenter.commands_near(typed.name)
        await desk.answer(update, CommandUnknown(name=typed.name, near=near))
    elif place.private:  # a path, a command of another bot, or one that was forwarded
        await answer_anything(desk, update)


async def answer_anything(desk: Desk, update: Update) -> None:
    """Say in one sentence what to do."""
    await desk.answer(update, await desk.studio.help(desk.person(update), desk.place(update), brief=True))
