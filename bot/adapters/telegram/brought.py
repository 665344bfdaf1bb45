"""Pictures that belong together: which of them is the mask, and which one can only be the photo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from telegram import Message

from bot.adapters.telegram.pictures import Carrier, Picture, pictures_in, rejected
from bot.outcomes import PictureRejected
from bot.studio import How


class Brought(NamedTuple):
    """Pictures that belong together, in the order photo, style; and the one that is called a mask."""

    pictures: list[Picture]
    mask: Picture | None = None


NOTHING = Brought([])


def apart(pictures: Iterable[Picture]) -> Brought:
    """Tell masks from the rest, and put what moves first of that: nothing can be painted in the style of a film.

    Of several masks the last counts, as it does where one comes after the other.
    """
    together = list(pictures)
    masks = [picture for picture in together if picture.is_mask]
    rest = sorted((picture for picture in together if not picture.is_mask), key=lambda picture: not picture.moves)
    return Brought(rest, masks[-1] if masks else None)


def pictures_of(carriers: Iterable[Carrier]) -> list[Picture]:
    """Return the pictures of messages, in their order."""
    return [picture for carrier in carriers for picture in pictures_in(carrier)]


def rejected_in(message: Message) -> PictureRejected | None:
    """Say what was sent along, or replied to, that cannot be painted."""
    carriers = (message, message.reply_to_message, message.external_reply)
    return next((found for each in carriers if each is not None and (found := rejected(each, "photo"))), None)


def with_hidden(how: How, brought: Brought) -> How:
    """Return what goes along with a wish, and whether somebody hid one of its pictures."""
    pictures = [*brought.pictures, *([] if brought.mask is None else [brought.mask])]
    return How(**{**how, "hidden": any(picture.hidden for picture in pictures)})
