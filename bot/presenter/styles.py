"""Styles: the gallery, page by page, and the styles that people keep under names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.outcomes import (
    Outcome,
    StyleEntry,
    StyleNameRefused,
    StyleNameTaken,
    StyleRemoveAsked,
    StyleRemoved,
    StyleSaved,
    StylesPage,
    TooManySaved,
)
from bot.presenter.commands import command_name
from bot.presenter.view import CAPTION_LENGTH, Button, Rows, View, plain, shortened
from bot.presenter.words import Words, safe
from bot.presets import typed_name

_NAMED_IN_ALT_TEXT = 9


def _page(outcome: StylesPage, words: Words) -> View:
    if not outcome.entries:
        return plain(words.gettext("There is no saved style yet."), _how_to_save(words))
    heading = (
        words.gettext("The styles that were saved:") if outcome.saved_only else words.gettext("The styles to paint in:")
    )
    position = ""
    if outcome.pages > 1:
        position = words.gettext("Page {page} of {pages}", page=outcome.page, pages=outcome.pages)
    lines = (f"{number}. {_line(entry, words)}" for number, entry in enumerate(outcome.entries, start=outcome.first))
    view = plain(heading, *lines, position, buttons=_turning(outcome, words))
    titles = [_title(entry, words) for entry in outcome.entries[:_NAMED_IN_ALT_TEXT]]
    alt_text = words.gettext("Numbered pictures of the styles: {styles}.", styles=words.both(titles))
    return msgspec.structs.replace(
        view,
        text=shortened(view.text, CAPTION_LENGTH),
        picture=outcome.picture,
        alt_text=shortened(alt_text, CAPTION_LENGTH) if outcome.picture else None,
    )


def _how_to_save(words: Words) -> str:
    return words.gettext("{command} keeps a picture as a style.", command=command_name("style save", words))


def _line(entry: StyleEntry, words: Words) -> str:
    if entry.kind == "mine":
        return words.gettext("{style} (yours)", style=safe(entry.name))
    if entry.kind == "place":
        return words.gettext("{style} (this server's)", style=safe(entry.name))
    title, name = _title(entry, words), safe(entry.name)
    # Without its name where somebody who types the title is understood.
    return title if typed_name(title) == typed_name(name) else f"{title} ({name})"


def _title(entry: StyleEntry, words: Words) -> str:
    """Return what a style is called: presets in the person's language, saved ones as their people named them."""
    return words.name(entry.title) if entry.kind == "preset" else safe(entry.title)


def _turning(outcome: StylesPage, words: Words) -> Rows:
    def button(page: int, label: str, emoji: str) -> Button:
        argument = f"{page}:saved" if outcome.saved_only else str(page)
        return Button(verb="styles", argument=argument, label=label, emoji=emoji)

    row = []
    if outcome.page > 1:
        # Translators: button, at most 20 characters
        row.append(button(outcome.page - 1, words.gettext("Previous"), "◀️"))
    if outcome.page < outcome.pages:
        # Translators: button, at most 20 characters
        row.append(button(outcome.page + 1, words.gettext("Next"), "▶️"))
    return (tuple(row),) if row else ()


def _saved(outcome: StyleSaved, words: Words) -> View:
    name = words.quoted(outcome.name)
    if outcome.replaced:
        sentence = words.gettext("The style {name} is now this picture; the earlier one is gone.", name=name)
    elif outcome.for_place:
        sentence = words.gettext("Saved: everybody on this server can choose the style {name} now.", name=name)
    else:
        sentence = words.gettext("Saved: you can choose the style {name} now.", name=name)
    return plain(sentence)


def _remove_asked(outcome: StyleRemoveAsked, words: Words) -> View:
    name = words.quoted(outcome.name)
    confirm = Button(
        verb="style_remove",
        argument=f"{'place' if outcome.for_place else 'mine'}:{outcome.name}",
        # Translators: button, at most 20 characters
        label=words.gettext("Remove"),
        emoji="🗑️",
        style="danger",
    )
    question = (
        words.gettext("Shall I remove the style {name} of this server, for everybody?", name=name)
        if outcome.for_place
        else words.gettext("Shall I remove your style {name}?", name=name)
    )
    return plain(question, words.gettext("Paintings that were made with it stay."), buttons=((confirm,),))


def _removed(outcome: StyleRemoved, words: Words) -> View:
    return plain(words.gettext("The style {name} is removed.", name=words.quoted(outcome.name)))


# ---- refusals ---------------------------------------------------------------------------------------------------


def _name_refused(outcome: StyleNameRefused, words: Words) -> View:
    if not outcome.found.strip():
        return plain(words.gettext("The style needs a name. Please give it one."), is_error=True)
    return plain(
        words.gettext(
            "A style can't be called {name}. Please use 1 to 40 letters, digits, spaces or hyphens.",
            name=words.quoted(outcome.found),
        ),
        is_error=True,
    )


def _name_taken(outcome: StyleNameTaken, words: Words) -> View:
    return plain(
        words.gettext(
            "One of my own styles is called {name} already. Please choose another name.",
            name=words.quoted(outcome.name),
        ),
        is_error=True,
    )


def _too_many(outcome: TooManySaved, words: Words) -> View:
    if outcome.limit == 0:
        sentence = words.gettext("Saving styles is switched off here. Please ask the people who run this bot.")
    elif outcome.for_place:
        sentence = words.ngettext(
            "This server has {n} saved style already, which is the most there is. Please remove it first.",
            "This server has {n} saved styles already, which is the most there is. Please remove one first.",
            outcome.limit,
        )
    else:
        sentence = words.ngettext(
            "You have {n} saved style already, which is the most there is. Please remove it first.",
            "You have {n} saved styles already, which is the most there is. Please remove one first.",
            outcome.limit,
        )
    return plain(sentence, is_error=True)


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    StylesPage: _page,
    StyleSaved: _saved,
    StyleRemoveAsked: _remove_asked,
    StyleRemoved: _removed,
    StyleNameRefused: _name_refused,
    StyleNameTaken: _name_taken,
    TooManySaved: _too_many,
}
