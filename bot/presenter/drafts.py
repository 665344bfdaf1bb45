"""Half-made requests: what there is, what is missing, and how they end without a painting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.outcomes import DraftDropped, DraftExpired, DraftState, Outcome
from bot.presenter.buttons import cancel_draft_button, gallery_button, other_buttons, unmask_button
from bot.presenter.view import Button, Rows, View, plain
from bot.presenter.words import Words, safe


def draft_state(outcome: DraftState, words: Words) -> View:
    """Say what is missing, how to send it, and how long I wait."""
    if outcome.has_photo and outcome.has_style and not outcome.others:
        return plain(words.gettext("I have the photo and the style."))
    lines = [_needed(outcome, words), beside(outcome, words), reply_hint(words)]
    if outcome.has_photo or outcome.has_style or outcome.has_mask:
        lines.append(words.gettext("If nothing more comes, I let it go {when}.", when=words.when(outcome.expires_at)))
    return plain(*lines, buttons=_buttons(outcome, words))


def beside(outcome: DraftState, words: Words) -> str:
    """Say what there is besides photo and style, and which words named nothing; nothing where there is neither."""
    return "\n".join(filter(None, (_unread(outcome, words), _others(outcome, words), _mask(outcome, words))))


def _unread(outcome: DraftState, words: Words) -> str:
    if not outcome.unread:
        return ""
    return words.gettext("In {words} I found neither a style nor an option.", words=words.quoted(outcome.unread))


def _others(outcome: DraftState, words: Words) -> str:
    if not outcome.others:
        return ""
    return words.ngettext(
        "There is one more picture: is it the style, or should I paint that one instead?",
        "There are {n} more pictures: are they the styles?",
        outcome.others,
    )


def _mask(outcome: DraftState, words: Words) -> str:
    if outcome.background:
        background = words.both(safe(style) for style in outcome.background)
        if not outcome.has_mask:
            return words.gettext(
                "Background: {styles}. It goes with a mask, which is still missing.", styles=background
            )
        return words.gettext("I have the mask as well. Background: {styles}.", styles=background)
    return words.gettext("I have the mask as well; where it is black, the photo stays.") if outcome.has_mask else ""


def _needed(outcome: DraftState, words: Words) -> str:
    if outcome.has_photo and outcome.has_style:
        return words.gettext("I have the photo and the style.")
    if outcome.has_photo:
        return words.gettext("I have the photo. Now name a style or send a second picture.")
    if outcome.styles:
        return words.gettext(
            "Style: {styles}. Now send the photo that I should paint.",
            styles=words.both(safe(style) for style in outcome.styles),
        )
    if outcome.has_style:
        return words.gettext("I have the style. Now send the photo that I should paint.")
    return words.gettext("Send the photo that I should paint, then the style.")


def _buttons(outcome: DraftState, words: Words) -> Rows:
    if not words.dialect.typed:
        return ()
    buttons = () if outcome.has_style else (gallery_button(words),)
    return ((*buttons, *draft_buttons(outcome, words)),)


def draft_buttons(outcome: DraftState, words: Words) -> tuple[Button, ...]:
    """Return what can be done with any half-made request: say what its pictures are, take its mask away, drop it."""
    unmask = (unmask_button(words),) if outcome.has_mask else ()
    return (*other_buttons(outcome.others, words), *unmask, cancel_draft_button(words))


def gallery_heading(outcome: DraftState, words: Words) -> str:
    """Say what a style is chosen for, above the gallery, and how."""
    if outcome.has_photo and outcome.has_style:
        return _needed(outcome, words)
    if outcome.has_photo:
        return words.gettext(
            "I have the photo. Choose its style by number, type its name, or send a picture whose style you like."
        )
    if outcome.has_style:
        return _needed(outcome, words)
    return words.gettext("Choose a style by number, then send the photo that I should paint.")


def reply_hint(words: Words) -> str:
    """Say how to answer in a group, where I see nothing but commands and replies; nothing where that goes unsaid."""
    if words.private or not words.dialect.typed:
        return ""
    return words.gettext("Words and pictures reach me only as a reply to this message.")


def _dropped(outcome: DraftDropped, words: Words) -> View:
    return plain(
        words.gettext("Dropped; nothing is painted.")
        if outcome.existed
        else words.gettext("There is nothing to cancel.")
    )


def _expired(outcome: DraftExpired, words: Words) -> View:
    return plain(
        words.gettext("The style never came, so I let your photo go. Send it again whenever you like.")
        if outcome.had_photo
        else words.gettext("The photo never came, so I have stopped waiting for it. Begin again whenever you like.")
    )


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    DraftState: draft_state,
    DraftDropped: _dropped,
    DraftExpired: _expired,
}
