"""The forms that a chat opens, and the few words that an adapter needs besides what outcomes say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from bot.outcomes import StyleEntry
from bot.presenter.commands import CHOICES, command_name, command_text
from bot.presenter.option_texts import named
from bot.presenter.view import shortened
from bot.presenter.words import N_, Words, safe

LABEL_LIMIT = 45
"""Characters of a form's title, labels and button, in every language; Discord's limit."""
HINT_LIMIT = 100
"""Characters of a hint or a choice, in every language; Discord's limit."""

_SIZES = (384, 512, 768, 1024)  # long sides to choose from, in pixels

FormName = Literal["stylize", "restyle", "report"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `hint` stands below the label; `choices` are labels by value, where the answer is one of them."""

    label: str
    hint: str = ""
    choices: Mapping[str, str] = {}


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form says; the adapter decides what each field looks like, and whether `submit` is shown."""

    title: str
    submit: str
    fields: Mapping[str, Field]


def _stylize(words: Words) -> Form:
    return Form(
        # Translators: title of a form, at most 45 characters
        title=words.gettext("Paint this picture"),
        submit=_paint(words),
        fields={
            "style": _style(words),
            # Translators: label in a form, at most 45 characters
            "saved": Field(label=words.gettext("A saved style")),
            "preset": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("A ready-made style"),
                # Translators: hint in a form, below "A saved style" and "A ready-made style", at most 100 characters
                hint=words.gettext("If you choose both, I mix them."),
            ),
            "own_style": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("Or a style picture of your own"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("If you choose a style above as well, I mix them."),
            ),
            "how": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("How? Strength, size, quality"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("One of each, or none: then the style and I decide."),
                choices=dict(_how(words)),
            ),
            "mask": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("Only a part of it? A mask"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext(
                    "A black-and-white picture of the same view: only where it is white is the style painted."
                ),
            ),
            "picture": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("Which picture?"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("There are several in this message."),
            ),
            "pictures": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("Which pictures?"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("There are several in this message. I paint each that you choose, in the same way."),
            ),
        },
    )


def _how(words: Words) -> Iterator[tuple[str, str]]:
    """Yield what can be chosen of strength, size and quality, as `name=value`, with its label."""

    def labelled(name: str, value: object, label: str) -> tuple[str, str]:
        # Translators: choice in a form, at most 100 characters, such as "Size: 512 pixels"
        return f"{name}={value}", words.gettext("{what}: {value}", what=named(name, words), value=label)

    for strength, label in (
        # Translators: choice in a form, after "Strength: "
        (30, words.gettext("gentle ({strength})", strength=30)),
        # Translators: choice in a form, after "Strength: "
        (50, words.gettext("balanced ({strength})", strength=50)),
        # Translators: choice in a form, after "Strength: "
        (70, words.gettext("strong ({strength})", strength=70)),
        # Translators: choice in a form, after "Strength: "
        (90, words.gettext("mostly style ({strength})", strength=90)),
    ):
        yield labelled("strength", strength, label)
    for size in _SIZES:
        yield labelled("size", size, words.gettext("{size} pixels", size=str(size)))
    for quality, english in CHOICES["quality"].items():
        yield labelled("quality", quality, command_text("choice", english, words) or english)


def _restyle(words: Words) -> Form:
    return Form(
        # Translators: title of a form, at most 45 characters
        title=words.gettext("The same style, another photo"),
        submit=_paint(words),
        fields={
            "photo": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("Your photo"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("It is painted with the style and the settings of this painting."),
            )
        },
    )


def _report(words: Words) -> Form:
    return Form(
        # Translators: title of a form, at most 45 characters
        title=words.gettext("Report a painting"),
        # Translators: button of a form, at most 45 characters
        submit=words.gettext("Report it"),
        fields={
            "text": Field(
                # Translators: label in a form, at most 45 characters
                label=words.gettext("What is wrong?"),
                # Translators: hint in a form, at most 100 characters
                hint=words.gettext("The people who run this bot will read it."),
            )
        },
    )


def _paint(words: Words) -> str:
    # Translators: button of a form, at most 45 characters
    return words.gettext("Paint it")


def _style(words: Words) -> Field:
    return Field(
        # Translators: label in a form, at most 45 characters
        label=words.gettext("Which style?"),
        # Translators: hint in a form, at most 100 characters
        hint=words.gettext("Choose a style"),
    )


def form(name: FormName, words: Words) -> Form:
    """Return what a form says."""
    return {"stylize": _stylize, "restyle": _restyle, "report": _report}[name](words)


# ---- besides ----------------------------------------------------------------------------------------------------

PhraseName = Literal[
    "picture_number",
    "no_picture",
    "refitted",
    "too_large_here",
    "refitted_smaller",
    "left_out",
    "zipped",
    "moved_here",
    "ask_me_here",
    "answered_in_private",
    "picture_late",
    "ask_in_private",
    "paint_like_this",
]

_LINK_LENGTH = 200  # characters

_PHRASES: dict[PhraseName, str] = {
    # Translators: choice in a form, at most 100 characters
    "picture_number": N_("Picture {number}"),
    "no_picture": N_("There is no picture in this message that I could paint. Please choose one with a picture."),
    "refitted": N_("Saved again as {format} so that it fits here: this chat takes files of at most {limit}."),
    "too_large_here": N_("The file {name} is too large for this chat, which takes at most {limit}."),
    "refitted_smaller": N_("Saved again as a smaller {format}: this chat did not take the file as it was."),
    "left_out": N_("The file {name} is not here: this chat did not take it."),
    "zipped": N_("Telegram cannot hide a file, so this one is in a ZIP archive."),
    "moved_here": N_("I could not post this where you asked for it, so here it is."),
    "picture_late": N_("The picture does not come through yet. I keep trying for a moment."),
    "ask_me_here": N_("I may not write where you asked me. Please ask me here: send me the photo."),
    "answered_in_private": N_("I have answered you in private."),
    "ask_in_private": N_("That is for nobody else to read. Please ask me in private: {link}"),
    # Translators: button below a picture that was sent into any chat, at most 20 characters
    "paint_like_this": N_("Paint like this"),
}


def phrase(name: PhraseName, words: Words, /, *, limit: int | None = None, **values: str | int) -> str:
    """Return one of the few sentences of adapters; `limit` is in bytes, and strings are somebody's own words.

    "picture_number" takes `number`; "refitted" takes `format` and `limit`; "too_large_here" takes `name` and `limit`;
    "ask_in_private" takes `link`.
    """
    known = {key: safe(value) if isinstance(value, str) else value for key, value in values.items()}
    if "link" in values:
        known["link"] = safe(values["link"], _LINK_LENGTH)
    if limit is not None:
        known["limit"] = words.bytes(limit)
    return words.gettext(_PHRASES[name], **known)


def how_to_save(words: Words) -> str:
    """Say how to keep a picture as a style."""
    command = command_name("style save", words)
    if not words.dialect.typed:
        return words.gettext("{command} keeps a picture as a style.", command=command)
    # Translators: a name that somebody might give to a style of their own
    name = words.gettext("my cat")
    return words.gettext(
        "To keep a picture as a style, send it with a caption such as “{example}”, or write that as a reply to it.",
        example=f"{command} {name}",
    )


def saved_label(entry: StyleEntry, words: Words) -> str:
    """Return how a saved style is called in a list; nothing for a preset."""
    if entry.kind == "mine":
        return words.gettext("{style} (yours)", style=safe(entry.name))
    if entry.kind == "place":
        return words.here(N_("{style} (this server's)"), N_("{style} (this group's)"), style=safe(entry.name))
    return ""


def style_label(entry: StyleEntry, words: Words) -> str:
    """Return how a style is called in a list to choose from, in at most 100 characters."""
    return saved_label(entry, words) or shortened(words.name(entry.title) or safe(entry.name), HINT_LIMIT)
