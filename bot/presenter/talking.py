"""What is said to people who talk: who say something that I don't know, who reply to a painting, who take me in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.outcomes import CommandUnknown, Outcome, OwnId, ReplyNotUnderstood, Welcome
from bot.presenter.buttons import gallery_button
from bot.presenter.commands import command_name
from bot.presenter.pages import brief_help
from bot.presenter.style_words import style_called
from bot.presenter.view import View, plain
from bot.presenter.words import Words, safe

_COMMAND_LENGTH = 40  # characters of a command that there is not


def _welcome(outcome: Welcome, words: Words) -> View:
    """Say in one line how to ask."""
    sentence = words.gettext(
        "Hello! Reply {stylize} to a photo here, and I repaint it in a style of your choice; {help} tells the rest.",
        stylize=command_name("stylize", words),
        help=command_name("help", words),
    )
    return plain(sentence, buttons=((gallery_button(words),),))


def _command_unknown(outcome: CommandUnknown, words: Words) -> View:
    command = safe(f"{words.dialect.prefix}{outcome.name}", _COMMAND_LENGTH)
    if outcome.near:
        near = words.either(words.dialect.prefix + name for name in outcome.near)
        return plain(words.gettext("I don't know {command}. Did you mean {near}?", command=command, near=near))
    unknown = words.gettext("I don't know {command}.", command=command)
    return plain(unknown, brief_help(words), buttons=((gallery_button(words),),))


def _own_id(outcome: OwnId, words: Words) -> View:
    told = words.gettext("Your id is {id}.", id=safe(outcome.key))
    if outcome.owner:
        return plain(told, words.gettext("You are one of the owners of this bot."))
    return plain(
        told,
        words.gettext("With it, whoever runs this bot can make you one of its owners (bot.owners in config.toml)."),
    )


def _reply_not_understood(outcome: ReplyNotUnderstood, words: Words) -> View:
    said = words.quoted(outcome.said)
    first = words.gettext("I don't know what {text} means for this painting.", text=said)
    if outcome.near:
        near = words.either(dict.fromkeys(style_called(entry, words) for entry in outcome.near))
        first = words.gettext(
            "I don't know what {text} means for this painting. Did you mean {near}?", text=said, near=near
        )
    possible = words.gettext(
        "In reply to a painting you can say {stronger}, {softer} or {bigger}, an option such as {option}, or the name"
        " of a style; or send a photo, and I paint it in the same style.",
        stronger=words.quoted(words.gettext("Stronger")),
        softer=words.quoted(words.gettext("Softer")),
        bigger=words.quoted(words.gettext("Bigger")),
        option="strength=90",
    )
    return plain(first, possible, is_error=True, buttons=((gallery_button(words),),))


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    Welcome: _welcome,
    CommandUnknown: _command_unknown,
    OwnId: _own_id,
    ReplyNotUnderstood: _reply_not_understood,
}
