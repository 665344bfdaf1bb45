"""The outcomes that say no: one clear sentence each, and what to do next."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from bot.outcomes import (
    Banned,
    Broken,
    ChosenTwice,
    FormForgotten,
    InputsGone,
    JobUnknown,
    MissingPicture,
    MoreThanADay,
    NotAdmin,
    NothingStronger,
    NotYours,
    OptionRefused,
    Outcome,
    Paused,
    PictureRejected,
    QueueFull,
    QuotaUsedUp,
    SizeNotAllowed,
    StillOnly,
    StorageFull,
    TooLargeForMemory,
    TooManyPhotos,
    TooManyStyles,
    TooManyWaiting,
    TooMuchWork,
    TooNarrow,
    WeightRefused,
    Which,
    WrongState,
)
from bot.presenter.buttons import restyle_button, size_button
from bot.presenter.commands import command_name
from bot.presenter.forms import how_to_save
from bot.presenter.option_texts import named, option_label, option_refused
from bot.presenter.rejections import picture_rejected, too_narrow
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words, safe

_REASON_LENGTH = 300  # characters


def _refused(*lines: str) -> View:
    return plain(*lines, is_error=True)


def because(reason: str, words: Words) -> str:
    """Repeat the reason that somebody gave, if they gave one."""
    return words.gettext("The reason given: {reason}", reason=safe(reason, _REASON_LENGTH)) if reason.strip() else ""


def switched_off(words: Words) -> str:
    """Say that somebody's quota is none at all."""
    return words.gettext("Painting is switched off for you here. Please ask the people who run this bot.")


def _banned(outcome: Banned, words: Words) -> View:
    if outcome.until is None:
        sentence = words.gettext("You may not ask for paintings any more. Please ask the people who run this bot.")
    else:
        sentence = words.gettext(
            "You may not ask for paintings at the moment. You can try again {when}.", when=words.when(outcome.until)
        )
    return _refused(sentence, because(outcome.reason, words))


def _paused(outcome: Paused, words: Words) -> View:
    return _refused(
        words.gettext(
            "I take no new paintings for the moment; those that wait are still painted. Please try again later."
        ),
        because(outcome.reason, words),
    )


def _quota_used_up(outcome: QuotaUsedUp, words: Words) -> View:
    when = words.when(outcome.resets_at)
    if outcome.limit == 0:
        return _refused(switched_off(words))
    left = max(0, outcome.limit - outcome.used)
    if left and outcome.needed > 1:
        return _refused(
            words.ngettext(
                "This counts as {needed} paintings, and there is {n} left for today. There will be more {when}.",
                "This counts as {needed} paintings, and there are {n} left for today. There will be more {when}.",
                left,
                needed=outcome.needed,
                when=when,
            )
        )
    if outcome.whose == "place":
        return _refused(
            words.ngettext(
                "The one painting for everybody here is used up for today. There will be a new one {when}.",
                "The {n} paintings for everybody here are used up for today. There will be new ones {when}.",
                outcome.limit,
                when=when,
            )
        )
    if outcome.whose == "here":
        return _refused(
            words.ngettext(
                "Your painting for today is used up here. You get a new one {when}.",
                "Your {n} paintings for today are used up here. You get new ones {when}.",
                outcome.limit,
                when=when,
            )
        )
    return _refused(
        words.ngettext(
            "Your painting for today is used up. You get a new one {when}.",
            "Your {n} paintings for today are used up. You get new ones {when}.",
            outcome.limit,
            when=when,
        )
    )


def _more_than_a_day(outcome: MoreThanADay, words: Words) -> View:
    return _refused(
        words.ngettext(
            "This moving picture counts as {needed} paintings, and there is only {n} a day. Please send a shorter one.",
            "This moving picture counts as {needed} paintings, and there are only {n} a day. Please send a shorter"
            " one.",
            outcome.limit,
            needed=outcome.needed,
        )
    )


def _too_many_waiting(outcome: TooManyWaiting, words: Words) -> View:
    if outcome.limit == 0:
        return _refused(switched_off(words))
    return _refused(
        words.ngettext(
            "You have a painting under way already. Please wait until it is done, or cancel it.",
            "You have {n} paintings under way already. Please wait until one is done, or cancel one.",
            outcome.limit,
        )
    )


def _queue_full(outcome: QueueFull, words: Words) -> View:
    return _refused(
        words.ngettext(
            "The queue is full: one painting is waiting. Please try again in a few minutes.",
            "The queue is full: {n} paintings are waiting. Please try again in a few minutes.",
            outcome.limit,
        )
    )


def _size_not_allowed(outcome: SizeNotAllowed, words: Words) -> View:
    if outcome.moving:
        return _refused(
            words.gettext(
                "What moves is painted at up to {largest} pixels, and {size} is more. Please choose {largest} or less.",
                size=str(outcome.size),
                largest=str(outcome.largest),
            )
        )
    return _refused(
        words.gettext(
            "A size of {size} pixels is more than you may have. Please choose {largest} or less.",
            size=str(outcome.size),
            largest=str(outcome.largest),
        )
    )


def nothing_fits(words: Words) -> str:
    """Say that the engine's memory holds no painting of any size."""
    return words.gettext(
        "Not even the smallest painting fits into my memory. Please ask the people who run this bot to allow me more"
        " (engine.memory_gb)."
    )


def _too_large_for_memory(outcome: TooLargeForMemory, words: Words) -> View:
    if outcome.largest is None:
        return _refused(nothing_fits(words))
    sentence = words.gettext(
        "A painting of {size} pixels does not fit into my memory; up to {largest} pixels do.",
        size=str(outcome.size),
        largest=str(outcome.largest),
    )
    return _with_offer(sentence, outcome.largest, outcome.offer, words.gettext("Please choose a smaller size."), words)


def _too_narrow(outcome: TooNarrow, words: Words) -> View:
    if outcome.least is None:
        return _refused(too_narrow(words.gettext("The photo"), words))
    sentence = words.gettext(
        "The photo is so narrow that {size} pixels would squash it; from {least} pixels on it keeps its shape.",
        size=str(outcome.size),
        least=str(outcome.least),
    )
    return _with_offer(sentence, outcome.least, outcome.offer, words.gettext("Please choose a larger size."), words)


def _with_offer(sentence: str, size: int, offer: str | None, advice: str, words: Words) -> View:
    """Refuse a size with a button for another one; with advice where nothing was kept for that."""
    if offer is None:
        return _refused(sentence, advice)
    return plain(sentence, is_error=True, buttons=((size_button("offer", size, words, argument=offer),),))


_STILL_ONLY = {
    "mask": N_("A moving picture is painted all over. Please leave the mask out, or send a single picture."),
    "background": N_(
        "A moving picture is painted all over. Please leave out the background's style, or send a single picture."
    ),
    "swap": N_("A moving picture cannot lend its style to another one. Please send a single picture for that."),
    "bigger": N_("This one moves, so it does not get bigger. Please send the moving picture again with a larger size."),
    "film": N_("This one is a film already."),
    "variations": N_(
        "This one moves, and I make variations of single pictures only. Stronger and softer work, though."
    ),
    "details": N_("This one moves, and I keep the details of single pictures only."),
}


def _still_only(outcome: StillOnly, words: Words) -> View:
    if message := _STILL_ONLY.get(outcome.what):
        return _refused(words.gettext(message))
    return _refused(words.gettext("That goes with a single picture only."))


def _too_much_work(outcome: TooMuchWork, words: Words) -> View:
    times = words.number(math.ceil(10 * outcome.work / outcome.largest) / 10)
    if outcome.iterations is not None:
        return _refused(
            words.ngettext(
                "That is {times} times the work that I may put into one job. Please choose {n} iteration or a"
                " smaller size.",
                "That is {times} times the work that I may put into one job. Please choose {n} iterations or fewer,"
                " or a smaller size.",
                outcome.iterations,
                times=times,
            )
        )
    return _refused(
        words.gettext(
            "That is {times} times the work that I may put into one job. Please choose a smaller size or a lower"
            " quality.",
            times=times,
        )
    )


_MISSING: dict[Which, str] = {
    "photo": N_("The photo is missing. Please send the picture that I should paint."),
    "style": N_("The style is missing. Please name a style or send a second picture."),
    "init": N_("The picture to start from is missing. Please send it too, or start from the photo."),
    "mask": N_("The mask is missing. Please send a grey picture too: white where I am to paint, black elsewhere."),
    "background": N_("The style for the background is not there any more. Please choose another one."),
}
_MASK_MISSING_TYPED = N_(
    "The mask is missing. Please send it as a picture with the caption “mask”: white where I am to paint, black"
    " elsewhere."
)


def _no_mask_to_invert(words: Words) -> str:
    if words.dialect.typed:
        return words.gettext(
            "There is no mask to invert. Please send a picture with the caption “mask”, or write invert_mask=no."
        )
    option = words.quoted(option_label("invert_mask", words))
    return words.gettext("There is no mask to invert. Please send one too, or leave out {option}.", option=option)


def _missing_picture(outcome: MissingPicture, words: Words) -> View:
    if outcome.verb == "style_save":
        return _refused(how_to_save(words))
    if outcome.verb == "invert_mask":
        return _refused(_no_mask_to_invert(words))
    if outcome.which == "mask" and words.dialect.typed:
        return _refused(words.gettext(_MASK_MISSING_TYPED))
    return _refused(words.gettext(_MISSING[outcome.which]))


def _weight_refused(outcome: WeightRefused, words: Words) -> View:
    return _refused(
        words.gettext(
            "A style's weight must be a number above 0 and at most 1000; you gave {found}.", found=f"{outcome.found:g}"
        )
    )


def _too_many_styles(outcome: TooManyStyles, words: Words) -> View:
    return _refused(
        words.ngettext(
            "I can mix no more than one style in a painting. Please leave the others out.",
            "I can mix no more than {n} styles in a painting. Please leave some out.",
            outcome.limit,
        )
    )


def _too_many_photos(outcome: TooManyPhotos, words: Words) -> View:
    return _refused(
        words.ngettext(
            "I can paint no more than one photo at a time here. Please send the others afterwards.",
            "I can paint no more than {n} photos at a time here. Please send the others afterwards.",
            outcome.limit,
        )
    )


def _job_unknown(outcome: JobUnknown, words: Words) -> View:
    if not outcome.job_id:  # a button of an earlier version, or one that somebody made up
        return _refused(words.gettext("This button does not work any more. Please ask me again."))
    return _refused(words.gettext("I don't know this painting any more. Please send the photo again."))


def _chosen_twice(outcome: ChosenTwice, words: Words) -> View:
    option = words.quoted(named(outcome.option, words))
    return _refused(words.gettext("{option} can have one value only. Please choose one of them.", option=option))


def _form_forgotten(outcome: FormForgotten, words: Words) -> View:
    return _refused(
        words.gettext(
            "I no longer know which picture this form was about. Please open it once more and fill it in anew."
        )
    )


_NOT_YOURS = {
    "cancel": N_("Only the person who asked for this painting can cancel it."),
    "delete": N_("Only the person who asked for this painting, or a moderator, can delete it."),
}
_NOT_YOURS_IN_GROUPS = {
    **_NOT_YOURS,
    "delete": N_("Only the person who asked for this painting, or an administrator, can delete it."),
}


def _not_yours(outcome: NotYours, words: Words) -> View:
    message = (_NOT_YOURS_IN_GROUPS if words.dialect.groups else _NOT_YOURS).get(outcome.verb)
    if outcome.verb == "revise" and outcome.restyle is not None and words.dialect.typed:
        return _refused(
            words.gettext(
                "This painting is somebody else's. To have its style, reply to it with a photo of yours and {stylize}"
                " below that.",
                stylize=command_name("stylize", words),
            )
        )
    if outcome.restyle is None or not words.dialect.lending:
        return _refused(
            words.gettext(message or N_("This painting is somebody else's. Please send a photo of your own."))
        )
    sentence = words.gettext(message or N_("This painting is somebody else's."))
    offer = words.gettext("I can paint a photo of yours in the same style, though.")
    return plain(sentence, offer, is_error=True, buttons=((restyle_button(outcome.restyle, words),),))


def _not_admin(outcome: NotAdmin, words: Words) -> View:
    return _refused(words.gettext("Only the owners of this bot can do that."))


_STATES = {
    "queued": N_("It is still in the queue."),
    "painting": N_("It is being painted right now."),
    "painted": N_("It is already finished."),
    "delivered": N_("It is already finished."),
    "failed": N_("It could not be painted."),
    "cancelled": N_("It was cancelled."),
    "expired": N_("It was given up."),
}


def _wrong_state(outcome: WrongState, words: Words) -> View:
    state = words.gettext(_STATES.get(outcome.state, ""))
    if outcome.verb == "cancel":
        advice = words.gettext("There is nothing left to cancel.")
    elif outcome.verb == "pick":
        return _refused(words.gettext("There is nothing to pick here; that goes with a sheet of four variations."))
    elif outcome.verb == "delete" and outcome.state == "painted":
        return _refused(words.gettext("It is on its way to you. Please try again in a moment."))
    elif outcome.state in ("painted", "delivered"):
        return _refused(words.gettext("That does not go with this one, only with a finished painting."))
    elif outcome.state not in ("queued", "painting"):
        advice = words.gettext("Please send the photo again.")
    elif outcome.verb == "delete":
        advice = words.gettext("Please cancel it first.")
    else:
        advice = words.gettext("Please try again when it is done.")
    return _refused(f"{state} {advice}".strip())


def _inputs_gone(outcome: InputsGone, words: Words) -> View:
    if outcome.verb in ("film", "details"):
        return _refused(
            words.gettext("What I kept of the way to this painting has been cleaned away. Please send the photo again.")
        )
    if outcome.verb == "restyle":
        return _refused(words.gettext("The style of this painting has been cleaned away. Please choose another style."))
    return _refused(words.gettext("The pictures behind this one have been cleaned away. Please send the photo again."))


def _nothing_stronger(outcome: NothingStronger, words: Words) -> View:
    if outcome.verb == "stronger":
        return _refused(
            words.gettext("Its strength is {value} already, which is the most there is.", value=outcome.value)
        )
    if outcome.verb == "softer":
        return _refused(
            words.gettext("Its strength is {value} already, which is the least there is.", value=outcome.value)
        )
    return _refused(
        words.gettext("It is as large as you may have it already: {value} pixels.", value=str(outcome.value))
    )


def _storage_full(outcome: StorageFull, words: Words) -> View:
    return _refused(words.gettext("There is no room to keep another painting at the moment. Please try again later."))


def _broken(outcome: Broken, words: Words) -> View:
    return _refused(
        words.gettext(
            "Something went wrong, and it is not your fault. Please try again; if it happens again, tell the people who"
            " run this bot the code {reference}.",
            reference=safe(outcome.reference),
        )
    )


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Banned: _banned,
    Paused: _paused,
    QuotaUsedUp: _quota_used_up,
    MoreThanADay: _more_than_a_day,
    TooManyWaiting: _too_many_waiting,
    QueueFull: _queue_full,
    SizeNotAllowed: _size_not_allowed,
    TooLargeForMemory: _too_large_for_memory,
    TooNarrow: _too_narrow,
    StillOnly: _still_only,
    TooMuchWork: _too_much_work,
    PictureRejected: picture_rejected,
    MissingPicture: _missing_picture,
    OptionRefused: option_refused,
    WeightRefused: _weight_refused,
    TooManyStyles: _too_many_styles,
    TooManyPhotos: _too_many_photos,
    JobUnknown: _job_unknown,
    FormForgotten: _form_forgotten,
    ChosenTwice: _chosen_twice,
    NotYours: _not_yours,
    NotAdmin: _not_admin,
    WrongState: _wrong_state,
    InputsGone: _inputs_gone,
    NothingStronger: _nothing_stronger,
    StorageFull: _storage_full,
    Broken: _broken,
}
