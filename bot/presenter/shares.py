"""What a person sends into any chat from the line where they type: styles, and paintings of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import Job
from bot.outcomes import Outcome, Share, Shares, StyleEntry
from bot.presenter.forms import saved_label
from bot.presenter.view import CAPTION_LENGTH, View, plain, shortened
from bot.presenter.words import Words, safe

_CREDITS_LENGTH = 200  # characters
_DESCRIPTION_LENGTH = 200  # characters
_NAMED = 10  # in a list


class ShareText(msgspec.Struct, frozen=True, kw_only=True):
    """How something to send is shown in the list that one chooses from, and what is sent below its picture."""

    title: str
    description: str
    caption: str


def share_text(share: Share, words: Words) -> ShareText:
    """Return the words for one share."""
    if share.job is not None:
        return _painting(share.job, share.styles, words)
    assert share.entry is not None, "a share is a style or a painting"
    return _style(share.entry, words)


def _painting(job: Job, styles: tuple[str, ...], words: Words) -> ShareText:
    named = words.both(dict.fromkeys(name for style in styles if (name := safe(style))))
    parts = [words.when(job.created_at)]
    if job.width and job.height:
        parts.append(words.gettext("{size} pixels", size=words.size(job.width, job.height)))
    said = (
        words.gettext("Painted from a photo. Style: {styles}.", styles=named)
        if named
        else words.gettext("Painted from a photo.")
    )
    return ShareText(
        title=named or words.gettext("A painting of yours"),
        description=" · ".join(parts),
        caption=_caption(said),
    )


def _style(entry: StyleEntry, words: Words) -> ShareText:
    name = words.name(entry.title) if entry.kind == "preset" else safe(entry.name)
    said = words.gettext("A style to have photos painted in: {style}.", style=name)  # whose it is says only the list
    credit = safe(entry.credits, _CREDITS_LENGTH)
    return ShareText(
        title=saved_label(entry, words) or name,
        description=words.name(entry.description, _DESCRIPTION_LENGTH),
        caption=_caption(said, words.gettext("Style picture by {credits}.", credits=credit) if credit else ""),
    )


def _caption(*lines: str) -> str:
    return shortened("\n".join(filter(None, lines)), CAPTION_LENGTH)


def _shares(outcome: Shares, words: Words) -> View:
    if not outcome.shares:
        return plain(words.gettext("There is nothing of that name to send."))
    return plain(*(f"• {share_text(share, words).title}" for share in outcome.shares[:_NAMED]))


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {Shares: _shares}
