"""What stands below pictures: words that ask for something, or words about the picture.

A caption is read as `typed` reads words, but nobody is refused for what they say of their own picture: what names
neither a style nor an option asks for nothing. Then it does not tell either what the picture is for.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from bot import outcomes
from bot.model import Draft, StoredStyle
from bot.naming import Names
from bot.studio import typed
from bot.studio.context import Refused
from bot.studio.styles import Found
from bot.studio.typed import Typed

Role = Literal["style", "photo"]
"""What the other pictures are for: they are styles, or the last of them is to be painted instead of the first."""


def read_caption(text: str, names: Names[Found]) -> tuple[Typed, str]:
    """Return what a caption asks for, and what of it names nothing.

    Numbers name nothing here: below a picture, they seldom are those of the gallery. Raises Refused for the value that
    an option does not take, and for an option that is nearly one.
    """
    whole = " ".join(text.split())
    try:
        said = typed.read(text, lambda name: names.exactly(name) is not None)
    except Refused as refused:
        refusal = refused.refusal
        if isinstance(refusal, outcomes.OptionRefused) and refusal.allowed and _is_nothing_like_ours(refusal):
            return Typed(), whole
        raise
    known = tuple(name for name in said.names if _names_styles(name, names))
    unread = ", ".join(name for name in said.names if name not in known)
    if unread and not known and not said.options and said.background is None and said.blend is None:
        return Typed(), whole  # "the film" of a sentence asks for none
    return msgspec.structs.replace(said, names=known), unread


def names_nothing(said: Typed) -> bool:
    """Tell whether words ask for nothing at all."""
    return said == Typed()


def together(first: Typed, then: Typed) -> Typed:
    """Return what both ask for; what the first says counts where the other says something else."""
    return Typed(
        names=(*first.names, *then.names),
        options={**then.options, **first.options},
        blend=then.blend if first.blend is None else first.blend,
        swap=then.swap if first.swap is None else first.swap,
        film=then.film if first.film is None else first.film,
        mask=then.mask if first.mask is None else first.mask,
        background=then.background if first.background is None else first.background,
    )


def decided(draft: Draft, role: Role) -> Draft:
    """Return the draft in which the other pictures are what their person says."""
    if role == "photo":
        return msgspec.structs.replace(draft, content=draft.others[-1], format=None, mask=None, others=())
    styles = tuple(StoredStyle(digest=digest) for digest in draft.others)
    return msgspec.structs.replace(draft, styles=(*styles, *draft.styles), others=())


def _names_styles(words: str, names: Names[Found]) -> bool:
    return any(sign.isalpha() for sign in words) and not names.read(words).unknown


def _is_nothing_like_ours(refusal: outcomes.OptionRefused) -> bool:
    return typed.option_named(refusal.option) is None and not refusal.near
