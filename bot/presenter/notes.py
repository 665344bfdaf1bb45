"""Sentences that an adapter adds to a view when its platform gets in the way."""

from __future__ import annotations

from bot.presenter.words import Words


def reduced(words: Words) -> str:
    """Say that a file was made smaller for the platform."""
    return words.gettext("It was too large a file for this chat, so I compressed it.")


def left_out(words: Words) -> str:
    """Say that a file could not be made small enough."""
    return words.gettext("A file is too large for this chat, so I had to leave it out. Please choose a smaller size.")


def sent_here_instead(words: Words) -> str:
    """Say why an answer comes in private."""
    return words.gettext("I cannot write where you asked me any more, so here it is.")
