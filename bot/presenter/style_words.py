"""What styles are called in a sentence, what was taken for which, and words that name none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.model import Job, all_styles
from bot.outcomes import BlendAlone, Outcome, PresetUnknown, StyleEntry
from bot.presenter.buttons import gallery_button
from bot.presenter.option_texts import option_label
from bot.presenter.view import View, plain
from bot.presenter.words import Words, safe


def style_title(entry: StyleEntry, words: Words) -> str:
    """Return what a style is called: presets in the person's language, saved ones as their people named them."""
    return words.name(entry.title) if entry.kind == "preset" else safe(entry.title)


def slips(job: Job, words: Words) -> str:
    """Say what was taken for the names of which styles, where those were not typed quite right."""
    return " ".join(
        words.gettext(
            "I took {typed} for {style}.",
            typed=words.quoted(style.slip.typed),
            style=safe(style.slip.meant) if style.preset is None else words.name(style.slip.meant),
        )
        for style in all_styles(job.request)
        if style.slip is not None
    )


def _unknown(outcome: PresetUnknown, words: Words) -> View:
    buttons = ((gallery_button(words),),)
    if not outcome.name.strip():  # it was chosen by a button
        gone = words.gettext("This style is not there any more. Please choose another one.")
        return plain(gone, buttons=buttons, is_error=True)
    name = words.quoted(outcome.name)
    if outcome.near:
        near = words.either(dict.fromkeys(style_called(entry, words) for entry in outcome.near))
        sentence = words.gettext("There is no style called {name}. Did you mean {near}?", name=name, near=near)
    else:
        sentence = words.gettext("There is no style called {name}. The list of styles has all the names.", name=name)
    return plain(sentence, buttons=buttons, is_error=True)


def style_called(entry: StyleEntry, words: Words) -> str:
    """Return what to type for a style: in a terminal a title would need quotes."""
    return safe(entry.name) if words.dialect.by_name else style_title(entry, words)


def _blend_alone(outcome: BlendAlone, words: Words) -> View:
    if words.dialect.typed:
        sentence = words.gettext(
            "A share (blend) needs a second style to be shared with. Please name both, as in “{example}”, or write"
            " blend=no.",
            example="mosaic + woodcut blend=40",
        )
    else:
        sentence = words.gettext(
            "{option} needs a second style to be shared with. Please choose one more style, or leave {option} out.",
            option=words.quoted(option_label("blend", words)),
        )
    return plain(sentence, is_error=True)


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    PresetUnknown: _unknown,
    BlendAlone: _blend_alone,
}
