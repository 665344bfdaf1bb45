"""One step of asking: what came from somebody at a place, what was meant by it, and what its pictures are for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.model import Draft, Person, Place, SavedStyle
from bot.naming import Read
from bot.ports import Fetch
from bot.studio.captions import Role, names_nothing
from bot.studio.jobs_wanted import How
from bot.studio.styles import Found, Title
from bot.studio.typed import Typed


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What came from somebody at a place: words, pictures, a mask, or the token of a style's button.

    `styles` are pictures that are styles for certain. `caption` are words below pictures, `others` those pictures of
    which nobody said what they are for, and `role` is what is said of those that are there already. `anew` marks a
    command, which begins anew and for which the place's own style will do where none is named; `instead` marks pictures
    that begin anew where a photo waits already.
    """

    person: Person
    place: Place
    how: How
    title: Title
    text: str | None = None
    caption: str = ""
    pictures: Sequence[Fetch] = ()
    styles: Sequence[Fetch] = ()
    others: Sequence[Fetch] = ()
    mask: Fetch | None = None
    token: str | None = None
    role: Role | None = None
    anew: bool = False
    instead: bool = False

    @property
    def brings(self) -> int:
        """How many pictures came."""
        return len(self.pictures) + len(self.styles) + len(self.others) + (self.mask is not None)

    @property
    def only_speaks(self) -> bool:
        """Whether there are words, and neither a picture nor a command that they come with."""
        return not self.anew and not self.brings and (self.text is not None or self.caption != "")


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody meant: the styles that were named or picked, and the words besides; `unread` named nothing."""

    styles: Sequence[Read[Found]] = ()
    background: Read[Found] | None = None
    said: Typed = Typed()
    unread: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the picture of one of the styles was hidden by who saved it."""
        named = (*self.styles, *([] if self.background is None else [self.background]))
        return any(isinstance(read.meant, SavedStyle) and read.meant.hidden for read in named)


def photos_of(came: Came, meant: Meant, draft: Draft) -> Sequence[Fetch]:
    """Return the pictures that came where each of them is a photo: several, for a style that is given otherwise.

    With a mask, with photo and style swapped, and where one style is to have a share of the painting, the pictures are
    what they are without it: the photo, and styles.
    """
    given = len(came.styles) + len(meant.styles or draft.styles)
    if len(came.pictures) < 2 or not given or draft.content is not None:
        return ()
    is_blend = draft.blend is not None and given < 2
    if came.mask is not None or draft.mask is not None or is_blend or draft.swap:
        return ()
    return came.pictures


def with_mask_apart(came: Came, said: Typed) -> Came:
    """Take the last picture for the mask, where the words say that there is one."""
    if not said.mask or came.mask is not None or not came.pictures:
        return came
    *pictures, mask = came.pictures
    return msgspec.structs.replace(came, pictures=pictures, mask=mask)


def with_others_apart(came: Came, meant: Meant, draft: Draft | None) -> Came:
    """Tell which pictures have a use. Below one that names a style, that is painted, whatever waits.

    Words that name nothing make no picture a style: what is not awaited as the photo is kept until its person says so.
    """
    if came.anew or not came.caption:
        return came
    waits = draft is not None and draft.content is not None
    if meant.styles:
        return msgspec.structs.replace(came, instead=came.instead or (waits and bool(came.pictures)))
    if not names_nothing(meant.said):
        return came
    awaited = 0 if waits and not came.instead else 1
    return msgspec.structs.replace(came, pictures=came.pictures[:awaited], others=came.pictures[awaited:])
