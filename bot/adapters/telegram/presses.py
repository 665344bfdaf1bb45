"""Buttons: each carries its verb and its job, so that it works for as long as the message is there.

Every press is answered, or the button would seem to hang: refusals in a window, the rest in a line at the top.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple, get_args

import msgspec
import structlog
from telegram import CallbackQuery, Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.adapters.telegram.commands import answer_alone, replied_to
from bot.adapters.telegram.data import decode
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.press import Press, may_delete, mentions_presser, reference_of, replace, take_away, whom
from bot.model import Verb
from bot.outcomes import (
    Accepted,
    AdminDone,
    Cancelled,
    Deleted,
    DraftDropped,
    JobUnknown,
    MayNotWrite,
    NotYours,
    Outcome,
    Refusal,
    StyleRemoved,
    offer_of,
)
from bot.ports import Gone, Sent
from bot.presenter import moments_in, number_in
from bot.recent import Recent
from bot.studio.captions import Role

log = structlog.get_logger(__name__)

_SAID = (Accepted, AdminDone, Cancelled, Deleted, DraftDropped, StyleRemoved)
"""What is worth a line at the top; anything else shows in a message."""

_PERSONAL = ("history", "forget")
"""What nobody shows of themselves to a group, by the button of somebody who cannot be told any more."""

_GALLERIES_REMEMBERED = 500


Then = Callable[[], Awaitable[object]]


class Answer(NamedTuple):
    """What comes of a press: what is said at the button, where that is worth it, and what is done after that."""

    outcome: Outcome | None
    then: Then | None = None


Serve = Callable[[Desk, Press], Awaitable[Answer]]


def handlers(desk: Desk) -> list[BaseHandler[Any, Any, Any]]:
    """Return what serves the buttons, bound to the desk."""
    served = {**_SERVED, "style_pick": _Picks().serve}

    async def serve(update: Update, context: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        try:
            answer = await _served(desk, served, update, query)
            if answer.outcome is not None and offer_of(answer.outcome) is not None:
                answer = Answer(None, partial(desk.answer, update, answer.outcome))  # windows have no buttons
            await _say(desk, update, query, answer.outcome)
            if answer.then is not None:
                await answer.then()
        except Exception as error:  # noqa: BLE001 - the library would only log it, and the button would hang
            await desk.broken(update, error)

    return [CallbackQueryHandler(serve)]


async def _served(desk: Desk, served: dict[str, Serve], update: Update, query: CallbackQuery) -> Answer:
    pressed = decode(query.data) if query.data is not None else None
    if pressed is None or query.message is None or pressed.verb not in served:  # of another version, or not mine at all
        return Answer(JobUnknown(job_id=pressed.job_id or "" if pressed is not None else ""))
    person, mine = await whom(desk, update, query, pressed)
    place = desk.place(update)
    press = Press(update, query, person, place, pressed.job_id or "", pressed.argument or "", mine)
    is_alone = place.private or person.id == place.chat
    is_known = mine or pressed.verb == "offer"  # which the studio knows whose it is
    if pressed.job_id is None and (not is_known or (pressed.verb in _PERSONAL and not is_alone)):
        return Answer(NotYours(verb=pressed.verb))
    return await served[pressed.verb](desk, press)


async def _say(desk: Desk, update: Update, query: CallbackQuery, outcome: Outcome | None) -> None:
    """Answer at the button."""
    refused, text = isinstance(outcome, Refusal), None
    if isinstance(outcome, (Refusal, *_SAID)):
        text = desk.view(outcome, desk.person(update)).short
    try:
        await query.answer(text, show_alert=refused)
    except TelegramError as error:  # it waited too long, as after a restart
        log.info("telegram.press_not_answered", reason=trouble_of(error).reason)


# ---- verbs that make a job ---------------------------------------------------------------------------------------


def _asking(verb: str) -> Serve:
    async def serve(desk: Desk, press: Press) -> Answer:
        if not await desk.writing.may(press.update):
            return Answer(MayNotWrite())
        more: tuple[Any, ...] = ()
        if verb in ("pick", "smaller"):
            more = (number_in(press.argument),)
        elif verb == "film":
            more = (press.argument or "gif",)
        method = getattr(desk.studio, verb)
        return Answer(await method(press.person, press.place, press.job_id, *more, **await desk.how(press.update)))

    return serve


class _Picks:
    """Chooses styles from galleries: from each once, however fast somebody presses."""

    def __init__(self) -> None:
        # The galleries from which one was, or is just being chosen
        self._chosen = Recent[str, None](_GALLERIES_REMEMBERED)

    async def serve(self, desk: Desk, press: Press) -> Answer:
        """Choose a style for the draft; with all there is to it, the gallery has done its work."""
        if not await desk.writing.may(press.update):
            return Answer(MayNotWrite())
        gallery = reference_of(press)
        if gallery in self._chosen:
            return Answer(None)
        self._chosen[gallery] = None
        done = False
        try:
            answer = await _pick(desk, press)
            done = isinstance(answer.outcome, Accepted)
        finally:
            if not done:
                self._chosen.pop(gallery, None)
        return answer


async def _pick(desk: Desk, press: Press) -> Answer:
    how, title = await desk.how(press.update), desk.title(desk.person(press.update))
    outcome: Outcome = await desk.studio.draft_pick(press.person, press.place, press.argument, title=title, **how)

    async def show_draft() -> None:
        sent = await desk.answer(press.update, outcome)
        if isinstance(sent, Sent):
            await desk.studio.draft_shown(press.person, press.place, sent.ref)

    if isinstance(outcome, Accepted):
        return Answer(outcome, lambda: take_away(desk, press))
    return Answer(outcome, None if isinstance(outcome, Refusal) else show_draft)


async def _draft_others(desk: Desk, press: Press) -> Answer:
    """Hear what the other pictures of a draft are for; as styles, they are all that the photo waited for."""
    how, title = await desk.how(press.update), desk.title(desk.person(press.update))
    role: Role = "photo" if press.argument == "photo" else "style"
    outcome: Outcome = await desk.studio.draft_others(press.person, press.place, role, title=title, **how)
    if isinstance(outcome, Accepted):
        return Answer(outcome, lambda: take_away(desk, press))
    return _shown(desk, press, outcome)


async def _offer(desk: Desk, press: Press) -> Answer:
    """Take what a refusal offered; once that is done, the refusal has nothing more to say."""
    if not await desk.writing.may(press.update):
        return Answer(MayNotWrite())
    how, asked = await desk.how(press.update), replied_to(press.update)
    place = press.place if asked is None else msgspec.structs.replace(press.place, message=str(asked.message_id))
    outcome: Outcome = await desk.studio.take_offer(press.person, place, press.argument, **how)
    return Answer(outcome, (lambda: take_away(desk, press)) if isinstance(outcome, Accepted) else None)


# ---- verbs that make none ----------------------------------------------------------------------------------------


async def _cancel(desk: Desk, press: Press) -> Answer:
    return Answer(await desk.studio.cancel(press.person, press.job_id, place=press.place))


async def _delete(desk: Desk, press: Press) -> Answer:
    moderates = press.place if await may_delete(desk, press) else None
    mentioned = mentions_presser(press)
    outcome = await desk.studio.delete(
        press.person, press.job_id, place=press.place, moderates=moderates, mentioned=mentioned
    )
    # The result itself is the studio's; what was pressed may be a copy, such as one out of the history.
    return Answer(outcome, (lambda: take_away(desk, press)) if isinstance(outcome, Deleted) else None)


def _sending(verb: str, *, as_documents: bool) -> Serve:
    async def serve(desk: Desk, press: Press) -> Answer:
        if not await desk.writing.may(press.update):
            return Answer(MayNotWrite())
        outcome = await getattr(desk.studio, verb)(press.person, press.job_id, place=press.place)
        if isinstance(outcome, Refusal):
            return Answer(outcome)

        async def hand_over() -> None:
            sent = await desk.answer(press.update, outcome, as_documents=as_documents)
            if isinstance(sent, Gone) and not press.place.private:  # the chat takes no pictures
                await answer_alone(desk, press.update, outcome, as_documents=as_documents)

        return Answer(outcome, hand_over)

    return serve


async def _history(desk: Desk, press: Press) -> Answer:
    before, after = moments_in(press.argument)
    return _shown(desk, press, await desk.studio.history(press.person, before=before, after=after))


async def _styles(desk: Desk, press: Press) -> Answer:
    page, _, saved = press.argument.partition(":")
    outcome = await desk.studio.styles(
        press.person,
        press.place,
        page=number_in(page),
        saved_only=saved == "saved",
        title=desk.title(desk.person(press.update)),
    )
    return _shown(desk, press, outcome)


async def _style_drop(desk: Desk, press: Press) -> Answer:
    outcome = await _remove_style(desk, press, confirmed=False)
    return Answer(outcome, None if isinstance(outcome, Refusal) else lambda: desk.answer(press.update, outcome))


async def _style_remove(desk: Desk, press: Press) -> Answer:
    return _shown(desk, press, await _remove_style(desk, press, confirmed=True))


async def _remove_style(desk: Desk, press: Press, *, confirmed: bool) -> Outcome:
    manager = await desk.is_manager(press.update)
    return await desk.studio.style_remove_token(
        press.person, press.place, press.argument, manager=manager, confirmed=confirmed
    )


async def _draft_drop(desk: Desk, press: Press) -> Answer:
    outcome = await desk.studio.draft_drop(press.person, press.place)
    return Answer(outcome, None if isinstance(outcome, Refusal) else lambda: take_away(desk, press))


async def _draft_unmask(desk: Desk, press: Press) -> Answer:
    title = desk.title(desk.person(press.update))
    return _shown(desk, press, await desk.studio.draft_unmask(press.person, press.place, title=title))


def _about_report(verb: str) -> Serve:
    async def serve(desk: Desk, press: Press) -> Answer:
        outcome = await getattr(desk.studio, verb)(press.person, press.argument)
        if isinstance(outcome, Refusal):
            return Answer(outcome)
        left = await desk.studio.reports(press.person)
        return Answer(outcome, _shown(desk, press, left).then)

    return serve


async def _forget(desk: Desk, press: Press) -> Answer:
    return _shown(desk, press, await desk.studio.forget(press.person, press.argument))


def _shown(desk: Desk, press: Press, outcome: Outcome) -> Answer:
    """Show an outcome in place of the message; a refusal at the button alone."""
    return Answer(outcome, None if isinstance(outcome, Refusal) else lambda: replace(desk, press, outcome))


_SERVED: dict[str, Serve] = {
    **{
        verb: _asking(verb)
        for verb in get_args(Verb)
        if verb not in ("submit", "restyle", "revise")  # which need a photo or words
    },
    "offer": _offer,
    "cancel": _cancel,
    "delete": _delete,
    "result": _sending("result", as_documents=False),
    "full": _sending("result", as_documents=True),
    "sticker": _sending("sticker", as_documents=True),
    "history": _history,
    "styles": _styles,
    "style_drop": _style_drop,
    "style_remove": _style_remove,
    "draft_drop": _draft_drop,
    "draft_unmask": _draft_unmask,
    "draft_others": _draft_others,
    "report_close": _about_report("report_close"),
    "report_delete": _about_report("report_delete"),
    "forget": _forget,
}
"""What happens when a button is pressed, by its verb; picking styles is remembered by each run for itself."""
