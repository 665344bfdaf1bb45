"""How jobs end: with a painting, a sheet, a film or details to hand over, with an apology, or cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import Job, TaskKind
from bot.outcomes import Cancelled, DeliveredFile, Failed, Finished, Outcome
from bot.presenter.buttons import (
    delete_button,
    full_quality,
    painting_buttons,
    pick_buttons,
    result_button,
    retry_button,
    size_button,
    sticker,
)
from bot.presenter.commands import command_name
from bot.presenter.option_texts import settings_line
from bot.presenter.refusals import nothing_fits
from bot.presenter.view import CAPTION_LENGTH, Rows, View, plain, shortened
from bot.presenter.words import N_, Words, safe
from bot.stickers import SIDE
from nst_engine.options import SMALLEST_SIZE
from nst_engine.protocol import Variations

_CREDIT_LENGTH = 200  # characters


def finished(outcome: Finished, words: Words) -> View:
    """Hand over what was made, with credits, facts and buttons."""
    maker = _sticker if any(file.role == "sticker" for file in outcome.files) else _MAKERS[outcome.job.task]
    lines, buttons = maker(outcome, words)
    view = plain(*lines, buttons=buttons)
    files = outcome.files
    return msgspec.structs.replace(
        view,
        text=shortened(view.text, CAPTION_LENGTH),
        mention=outcome.job.person,
        picture=files[0] if files else None,
        alt_text=_alt_text(files[0], outcome, words) if files else None,
        files=files[1:],
        spoiler=outcome.spoiler,
        file_alt_texts=tuple(_alt_text(file, outcome, words) for file in files[1:]),
    )


def _styles(outcome: Finished, own_picture: str, words: Words) -> str:
    """List the styles: presets have titles, saved styles names; pictures of their own are called `own_picture`."""
    styles = outcome.job.request.styles
    titles = [name for title in outcome.styles if (name := words.name(title))]
    titles += [safe(style.saved) for style in styles if style.saved]
    nameless = [style for style in styles if style.preset is None and style.saved is None]
    if not titles or nameless:
        titles.append(words.gettext("another picture") if any(style.lent for style in nameless) else own_picture)
    return words.both(dict.fromkeys(titles))


def _painting(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    styles = _styles(outcome, words.gettext("your style picture"), words)
    sentence = words.gettext("Here is your painting. Style: {styles}.", styles=styles)
    transparent = any(file.transparent for file in outcome.files)
    white = _white_here(words) if transparent and words.dialect.recompressed else ""
    lines = [sentence, white, _background(outcome, words), _facts(outcome, words), _credits(outcome, words)]
    return lines, painting_buttons(outcome.job, words, transparent=transparent)


def _white_here(words: Words) -> str:
    """Say how to get what a chat loses of a painting."""
    return words.gettext(
        "What is transparent shows as white here: the buttons “{full}” and “{sticker}” send it as it is.",
        full=full_quality(words),
        sticker=sticker(words),
    )


def _sticker(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    sentence = words.gettext(
        "Here is your painting for a sticker: a WebP file, {size} pixels on the long side.", size=str(SIDE)
    )
    return [sentence, _credits(outcome, words)], ()


def _moving(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    styles = _styles(outcome, words.gettext("your style picture"), words)
    sentence = words.gettext("Here is your moving painting. Style: {styles}.", styles=styles)
    lines = [sentence, silence(outcome, words), _facts(outcome, words), _credits(outcome, words)]
    return lines, painting_buttons(outcome.job, words)


def silence(outcome: Finished, words: Words) -> str:
    """Say that a film is silent where the clip was not; of a GIF, which has no sound, nobody wonders."""
    request, film = outcome.job.request, outcome.files[0] if outcome.files else None
    if not request.sound or film is None or film.media_type != "video/mp4" or film.sound:
        return ""
    return words.gettext("The clip's sound could not be kept, so this one is silent.")


def _background(outcome: Finished, words: Words) -> str:
    """Say what is where the mask is black, unless that is the photo."""
    styles = outcome.job.request.background
    titles = [name for title in outcome.background if (name := words.name(title))]
    titles += [safe(style.saved) for style in styles if style.saved]
    if any(style.preset is None and style.saved is None for style in styles):
        titles.append(words.gettext("your style picture"))
    return words.gettext("Background: {styles}.", styles=words.both(dict.fromkeys(titles))) if titles else ""


def _facts(outcome: Finished, words: Words) -> str:
    job, options = outcome.job, outcome.job.request.options
    parts = [words.gettext("strength {strength}", strength=options.strength)]
    if options.colors == "photo":
        parts.append(words.gettext("the photo's colours"))
    elif options.colors == "match":
        parts.append(words.gettext("colours like the photo's"))
    if job.request.mask is not None:
        parts.append(words.gettext("with a mask"))
    if job.task == "animate":
        parts.append(words.ngettext("{n} frame", "{n} frames", job.request.frames))
    if job.width and job.height:
        parts.append(words.gettext("{size} pixels", size=words.size(job.width, job.height)))
    parts.append(words.gettext("seed {seed}", seed=str(outcome.facts.seed if outcome.facts else options.seed)))
    if outcome.facts:
        parts.append(words.gettext("painted in {time}", time=words.exact_duration(outcome.facts.engine_seconds)))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def _credits(outcome: Finished, words: Words) -> str:
    named = dict.fromkeys(safe(credit, _CREDIT_LENGTH) for credit in outcome.credits)
    credit = "; ".join(filter(None, named))
    return words.gettext("Style picture by {credits}.", credits=credit) if credit else ""


def _variations(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    sentence = words.gettext(
        "Here are four strengths: {strengths}. Pick the one that I should paint properly.",
        strengths=words.both(str(strength) for strength in _strengths(outcome.job)),
    )
    return [sentence, _credits(outcome, words)], pick_buttons(outcome.job, _strengths(outcome.job), words)


def _strengths(job: Job) -> tuple[int, int, int, int]:
    return job.request.strengths or Variations(id="", content=b"", styles=()).strengths


def _film(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    sentence = words.gettext("Here is the film of your painting, from the first stroke to the last.")
    return [sentence, _credits(outcome, words)], ((delete_button(outcome.job, words),),)


def _details(outcome: Finished, words: Words) -> tuple[list[str], Rows]:
    lines = [
        words.gettext("This is how your painting came about: pictures from along the way, and how the losses fell.")
    ]
    if facts := outcome.facts:
        lines.append(
            words.ngettext(
                "{n} iteration in {time} with {backbone} on {device} ({dtype}), seed {seed}.",
                "{n} iterations in {time} with {backbone} on {device} ({dtype}), seed {seed}.",
                facts.iterations,
                time=words.exact_duration(facts.engine_seconds),
                backbone=safe(facts.backbone),
                device=safe(facts.device),
                dtype=safe(facts.dtype),
                seed=str(facts.seed),
            )
        )
        lines.append(
            words.gettext(
                "Final losses: content {content}, style {style}.",
                content=words.figure(facts.content_loss),
                style=words.figure(facts.style_loss),
            )
        )
    lines.append(settings_line(outcome.job.request.options, words))
    return lines, ((delete_button(outcome.job, words),),)


_MAKERS: dict[TaskKind, Callable[[Finished, Words], tuple[list[str], Rows]]] = {
    "paint": _painting,
    "variations": _variations,
    "animate": _moving,
    "film": _film,
    "inspect": _details,
}


def _alt_text(file: DeliveredFile, outcome: Finished, words: Words) -> str:
    styles = _styles(outcome, words.gettext("another picture"), words)
    if file.role in ("painting", "sticker"):
        text = words.gettext("A painting of the sent photo. Style: {styles}.", styles=styles)
    elif file.role == "variations":
        text = words.gettext(
            "Four paintings of the sent photo, with strengths {strengths}. Style: {styles}.",
            styles=styles,
            strengths=words.both(str(strength) for strength in _strengths(outcome.job)),
        )
    elif outcome.job.task == "animate":
        text = words.gettext("A moving painting of what was sent. Style: {styles}.", styles=styles)
    elif file.role == "film":
        text = words.gettext("A film of the painting as it takes shape. Style: {styles}.", styles=styles)
    elif file.role == "progress_sheet":
        text = words.gettext("The painting at several moments, from the first to the last.")
    elif file.role == "loss_plot":
        text = words.gettext("A plot of the content, style and total losses over the iterations.")
    else:
        text = words.gettext("A picture that belongs to the painting.")
    return shortened(text, CAPTION_LENGTH)


# ---- no result --------------------------------------------------------------------------------------------------

_FAILURES = {
    "out_of_memory": N_("This painting is too large for my memory. Please try again with a size below {size}."),
    "bad_picture": N_("One of the pictures could not be read after all. Please send it again as JPEG or PNG."),
    "bad_task": N_("These options don't go together. Please try again with fewer of them."),
    "not_finite": N_("The painting fell apart on the way. Please try again with another seed or less strength."),
    "engine_died": N_("The painter broke down over this one, twice. Please try again with a smaller size."),
    "engine_hung": N_("The painter got stuck over this one. Please try again with a smaller size."),
    "engine_unavailable": N_("The painter does not start at the moment. Please try again later."),
    "inputs_gone": N_("The pictures for this one were gone before I got to it. Please send them again."),
    "storage_full": N_("There was no room to keep the painting. Please try again later."),
    "storage_error": N_("The pictures for this one could not be read or kept. Please send them again."),
    "undeliverable": N_(
        "It is done, but I could not hand it over: I may send no pictures here, and I can't reach you in private."
        " Please press the button to have it sent again, or use {history}."
    ),
    "expired": N_("This one waited too long, so I gave it up. Please ask for it again."),
}
_NO_FILM = N_("I cannot make this film here. Please ask for a GIF, or for one of a smaller painting.")
_RETRY = ("not_finite", "engine_error", "engine_unavailable", "storage_full", "expired")


def failed(outcome: Failed, words: Words) -> View:
    """Say what went wrong in one sentence, and what to do."""
    job = outcome.job
    film_refused = job.task == "film" and outcome.reason == "bad_task"  # such as an MP4 where PyAV is not installed
    if message := _NO_FILM if film_refused else _FAILURES.get(outcome.reason):
        size = job.request.options.size
        is_smallest = outcome.reason == "out_of_memory" and size <= SMALLEST_SIZE
        history = command_name("history", words)
        sentence = nothing_fits(words) if is_smallest else words.gettext(message, size=str(size), history=history)
    else:
        sentence = words.gettext(
            "Something went wrong with this one, and it is not your fault. Please try again; "
            "if it happens again, tell the people who run this bot the number {job_id}.",
            job_id=safe(job.id),
        )
    buttons: Rows = ()
    if outcome.smaller is not None:
        buttons = ((size_button("smaller", outcome.smaller, words, job=job),),)
    elif outcome.reason == "undeliverable":
        buttons = ((result_button(job, words),),)
    elif job.task in ("paint", "variations", "animate") and outcome.reason in _RETRY:
        buttons = ((retry_button(job, words),),)
    view = plain(sentence, _refund(outcome.refunded, words), buttons=buttons, is_error=True)
    return msgspec.structs.replace(view, mention=job.person)


def cancelled(outcome: Cancelled, words: Words) -> View:
    """Confirm that the job was cancelled; where others read it, say who cancelled it."""
    if outcome.by_admin and outcome.answer:
        return plain(words.gettext("The job is cancelled."))
    refund = _refund(outcome.refunded, words)
    if outcome.by_admin:
        view = plain(words.gettext("The people who run this bot cancelled this one."), refund)
        return msgspec.structs.replace(view, mention=outcome.job.person)
    if outcome.answer or words.private:
        return plain(words.gettext("Cancelled, as you asked."), refund)
    person = safe(outcome.job.person.name or "")
    return plain(
        words.gettext("{person} cancelled this job.", person=person)
        if person
        else words.gettext("This job was cancelled by the person who asked for it."),
        words.gettext("It does not count as a painting of today.") if outcome.refunded else "",
    )


def _refund(paintings: int, words: Words) -> str:
    return words.gettext("It does not count towards your paintings for today.") if paintings > 0 else ""


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Finished: finished,
    Failed: failed,
    Cancelled: cancelled,
}
