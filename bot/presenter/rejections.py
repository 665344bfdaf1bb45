"""Why a picture was not taken, for each code of `bot.intake.Rejection`, and what to send instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.outcomes import PictureRejected, Which
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words, safe

Facts = Mapping[str, str | int]

# Every one of these begins a sentence, as its subject.
_PICTURES: dict[Which, str] = {
    "photo": N_("The photo"),
    "style": N_("The style picture"),
    "init": N_("The picture to start from"),
    "mask": N_("The mask"),
    "background": N_("The style picture for the background"),
}

_KINDS = {
    "PDF": N_("a PDF"),
    "text": N_("a text file"),
    "web page": N_("a web page"),
    "video": N_("a video"),
    "audio": N_("a sound file"),
    "archive": N_("an archive"),
    "office document": N_("an office document"),
    "program": N_("a program"),
}

# What comes instead of a picture where people send more than files.
_MESSAGES = {
    "video": N_("a video"),
    "video note": N_("a video message"),
    "animation": N_("an animation"),
    "animated sticker": N_("an animated sticker"),
    "voice": N_("a voice message"),
    "voice message": N_("a voice message"),
    "audio": N_("a sound file"),
    "document": N_("a file of another kind"),
    "story": N_("a story"),
    "poll": N_("a poll"),
    "contact": N_("a contact"),
    "location": N_("a location"),
    "dice": N_("a game"),
    "game": N_("a game"),
}


def picture_rejected(outcome: PictureRejected, words: Words) -> View:
    """Say what is wrong with the picture."""
    sentence = _SENTENCES.get(outcome.code, _internal)
    return plain(sentence(words.gettext(_PICTURES[outcome.which]), outcome.facts, words), is_error=True)


def _empty(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext("{picture} is an empty file. Please send it again.", picture=picture)


def _too_many_bytes(picture: str, facts: Facts, words: Words) -> str:
    found, limit = _number(facts, "found"), _number(facts, "limit")
    if found <= limit:  # nobody told how large it is
        return words.gettext(
            "{picture} is too large a file: I take at most {limit}. Please send a smaller one.",
            picture=picture,
            limit=words.bytes(limit),
        )
    return words.gettext(
        "{picture} is too large a file: {found}, and I take at most {limit}. Please send a smaller one.",
        picture=picture,
        found=words.bytes(found),
        limit=words.bytes(limit),
    )


def _too_many_pixels(picture: str, facts: Facts, words: Words) -> str:
    width, height = _number(facts, "width"), _number(facts, "height")
    size = words.size(width, height)
    if max(width, height) > (side := _number(facts, "limit_side")) > 0:
        return words.gettext(
            "{picture} has {size} pixels, and I take at most {side} on a side. Please send a smaller one.",
            picture=picture,
            size=size,
            side=str(side),
        )
    return words.gettext(
        "{picture} has {size} pixels, and I take at most {limit}. Please send a smaller one.",
        picture=picture,
        size=size,
        limit=words.megapixels(_number(facts, "limit")),
    )


def _too_small(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} has only {size} pixels; each side needs at least {limit}. Please send a larger one.",
        picture=picture,
        size=words.size(_number(facts, "width"), _number(facts, "height")),
        limit=_number(facts, "limit"),
    )


def _not_a_picture(picture: str, facts: Facts, words: Words) -> str:
    found = str(facts.get("found", ""))
    if words.dialect.typed and (message := _MESSAGES.get(found)):
        return words.gettext(
            "That is {kind}, not a picture. Please send a photo, an image file or a plain sticker.",
            kind=words.gettext(message),
        )
    kind = _KINDS.get(found)
    if kind is None:
        return words.gettext("{picture} is in no format that I know. Please send a JPEG or PNG.", picture=picture)
    return words.gettext(
        "{picture} is {kind}, which I can't use. Please send a JPEG or PNG.", picture=picture, kind=words.gettext(kind)
    )


def _unsupported_format(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is in a format that I can't read ({format}). Please send it as {allowed}.",
        picture=picture,
        format=safe(facts.get("found", "?")),
        allowed=words.either(safe(name) for name in str(facts.get("allowed", "JPEG, PNG")).split(",")),
    )


def _truncated(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is incomplete: the end of the file is missing. Please send it again.", picture=picture
    )


def _too_many_frames(picture: str, facts: Facts, words: Words) -> str:
    return words.ngettext(
        "{picture} has more than {n} frame. Please send a single picture.",
        "{picture} has more than {n} frames. Please send something shorter, or a single picture.",
        _number(facts, "limit"),
        picture=picture,
    )


def _too_much(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is too much work to read. Please send it smaller, or saved again as JPEG.", picture=picture
    )


def _unreadable(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is damaged, so I can't read it. Please send another, or save it again as JPEG or PNG first.",
        picture=picture,
    )


def _flat_mask(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is the same everywhere. Please make it white where I am to paint, and black elsewhere.",
        picture=picture,
    )


def _flat_style(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is of one colour, so it has nothing to paint with. "
        "Please send a picture with brush strokes, shapes or a texture.",
        picture=picture,
    )


def _color_missing(picture: str, facts: Facts, words: Words) -> str:
    there = words.both(str(facts.get("there", "")).split(", "))
    return words.gettext(
        "{picture} has nothing in {color}. Its colours are {there}.",
        picture=picture,
        color=words.quoted(str(facts.get("found", ""))),
        there=there,
    )


def _transparent(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is transparent everywhere, so there is nothing to paint. Please send another.", picture=picture
    )


def too_narrow(picture: str, words: Words) -> str:
    """Say that no size that may be had leaves a picture its shape."""
    return words.gettext("{picture} is too long and narrow to be painted. Please crop it first.", picture=picture)


def _too_narrow(picture: str, facts: Facts, words: Words) -> str:
    return too_narrow(picture, words)


def _no_clips(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} is a video, and here I can read GIFs only. Please send it as a GIF.", picture=picture
    )


def _unpaid(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} has to be paid for before I can see it. Please send it without a price.", picture=picture
    )


def _gone(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext("{picture} is not there any more. Please send it again.", picture=picture)


def _unreachable(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext("{picture} could not be fetched just now. Please try again in a moment.", picture=picture)


def _internal(picture: str, facts: Facts, words: Words) -> str:
    return words.gettext(
        "{picture} could not be checked, which is not your fault. Please try again in a moment.", picture=picture
    )


_SENTENCES: dict[str, Callable[[str, Facts, Words], str]] = {
    "empty": _empty,
    "too_many_bytes": _too_many_bytes,
    "too_many_pixels": _too_many_pixels,
    "too_small": _too_small,
    "too_narrow": _too_narrow,
    "not_a_picture": _not_a_picture,
    "unsupported_format": _unsupported_format,
    "truncated": _truncated,
    "too_many_frames": _too_many_frames,
    "too_slow": _too_much,
    "too_much_memory": _too_much,
    "unreadable": _unreadable,
    "flat_mask": _flat_mask,
    "flat_style": _flat_style,
    "color_missing": _color_missing,
    "transparent": _transparent,
    "no_clips": _no_clips,
    "unpaid": _unpaid,
    "gone": _gone,
    "unreachable": _unreachable,
    "internal": _internal,
}


def _number(facts: Facts, name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0
