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
from bot.presenter.drafts import beside, draft_buttons, gallery_heading, reply_hint
from bot.presenter.forms import how_to_save, saved_label
from bot.presenter.style_words import style_title
from bot.presenter.view import CAPTION_LENGTH, Button, Rows, View, plain, shortened
from bot.presenter.words import N_, Words

_NAMED_IN_ALT_TEXT = 9
_PICKS_A_ROW, _DROPS_A_ROW = 3, 5  # three as on the contact sheet
_DROP = "🗑️"


def _page(outcome: StylesPage, words: Words) -> View:
    if not outcome.entries:
        return plain(words.gettext("There is no saved style yet."), how_to_save(words))
    position = ""
    if outcome.pages > 1:
        position = words.gettext("Page {page} of {pages}", page=outcome.page, pages=outcome.pages)
    lines = _lines(outcome, words)
    view = plain(*_heading(outcome, words), *lines, _hint(outcome, words), position, buttons=_buttons(outcome, words))
    titles = [style_title(entry, words) for entry in outcome.entries[:_NAMED_IN_ALT_TEXT]]
    alt_text = words.gettext("Numbered pictures of the styles: {styles}.", styles=words.both(titles))
    return msgspec.structs.replace(
        view,
        text=shortened(view.text, CAPTION_LENGTH),
        picture=outcome.picture,
        alt_text=shortened(alt_text, CAPTION_LENGTH) if outcome.picture else None,
        spoiler=outcome.spoiler,
    )


def _heading(outcome: StylesPage, words: Words) -> tuple[str, ...]:
    if outcome.draft is not None:
        return gallery_heading(outcome.draft, words), beside(outcome.draft, words), reply_hint(words)
    if outcome.saved_only:
        return (words.gettext("The styles that were saved:"),)
    return (words.gettext("The styles to paint in:"),)


def _hint(outcome: StylesPage, words: Words) -> str:
    if not words.dialect.typed:
        return ""
    if outcome.saved_only:
        return words.gettext("Press a number to paint in that style, {remove} to remove it.", remove=_DROP)
    return words.gettext("Press a number to paint in that style.") if outcome.draft is None else ""


def _lines(outcome: StylesPage, words: Words) -> list[str]:
    """Return the entries, one a line; with buttons to choose by, in rows like the sheet's, lest those be far down."""
    lines = [f"{number}. {_line(entry, words)}" for number, entry in enumerate(outcome.entries, start=outcome.first)]
    if not words.dialect.typed:
        return lines
    return [" · ".join(lines[at : at + _PICKS_A_ROW]) for at in range(0, len(lines), _PICKS_A_ROW)]


def _line(entry: StyleEntry, words: Words) -> str:
    return saved_label(entry, words) or style_title(entry, words)


def _buttons(outcome: StylesPage, words: Words) -> Rows:
    if not words.dialect.typed:
        return _turning(outcome, words)
    removal = _numbered("style_drop", outcome, _DROP, _DROPS_A_ROW) if outcome.saved_only else ()
    cancel: Rows = (draft_buttons(outcome.draft, words),) if outcome.draft is not None else ()
    return *_numbered("style_pick", outcome, None, _PICKS_A_ROW), *removal, *_turning(outcome, words), *cancel


def _numbered(verb: str, outcome: StylesPage, emoji: str | None, beside: int) -> Rows:
    buttons = [
        Button(verb=verb, argument=entry.token, label=str(number), emoji=emoji)
        for number, entry in enumerate(outcome.entries, start=outcome.first)
    ]
    return tuple(tuple(buttons[at : at + beside]) for at in range(0, len(buttons), beside))


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
        sentence = words.here(
            N_("Saved: everybody on this server can choose the style {name} now."),
            N_("Saved: everybody in this group can choose the style {name} now."),
            name=name,
        )
    else:
        sentence = words.gettext("Saved: you can choose the style {name} now.", name=name)
    return plain(sentence)


def _remove_asked(outcome: StyleRemoveAsked, words: Words) -> View:
    name = words.quoted(outcome.name)
    confirm = Button(
        verb="style_remove",
        argument=outcome.token if words.dialect.typed else f"{'place' if outcome.for_place else 'mine'}:{outcome.name}",
        # Translators: button, at most 20 characters
        label=words.gettext("Remove"),
        emoji="🗑️",
        style="danger",
    )
    question = (
        words.here(
            N_("Shall I remove the style {name} of this server, for everybody?"),
            N_("Shall I remove the style {name} of this group, for everybody?"),
            name=name,
        )
        if outcome.for_place
        else words.gettext("Shall I remove your style {name}?", name=name)
    )
    return plain(question, words.gettext("Paintings that were made with it stay."), buttons=((confirm,),))


def _removed(outcome: StyleRemoved, words: Words) -> View:
    return plain(words.gettext("The style {name} is removed.", name=words.quoted(outcome.name)))


# ---- refusals ---------------------------------------------------------------------------------------------------


def _name_refused(outcome: StyleNameRefused, words: Words) -> View:
    if not outcome.found.strip():
        how = how_to_save(words) if words.dialect.typed else ""
        return plain(words.gettext("The style needs a name. Please give it one."), how, is_error=True)
    return plain(
        words.gettext(
            "A style can't be called {name}. Please use 1 to 40 letters, digits, spaces, hyphens or apostrophes.",
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
    elif outcome.for_place and words.dialect.groups:
        sentence = words.ngettext(
            "This group has {n} saved style already, which is the most there is. Please remove it first.",
            "This group has {n} saved styles already, which is the most there is. Please remove one first.",
            outcome.limit,
        )
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
