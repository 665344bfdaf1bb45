"""Where to answer, and what is known of a place without asking anybody."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.model.people import Person


class _Place(msgspec.Struct, frozen=True, kw_only=True, tag_field="platform"):
    """Base of the places. Stored as JSON, so a field may be added with a default but never renamed."""


class CliPlace(_Place, frozen=True, kw_only=True, tag="cli"):
    """A terminal: the painting goes to the absolute path `output`, a film or sheets to theirs."""

    output: str
    replace: bool = False  # may take the place of a file that is there

    @property
    def key(self) -> str:
        """All terminals of this machine are one place."""
        return "cli:local"


class DiscordPlace(_Place, frozen=True, kw_only=True, tag="discord"):
    """A channel, or a thread in it. `installation` is "user" where the bot's own token does not reach.

    There, all that reaches the place is `reply_token`, the interaction's own, until `reply_until` (Unix seconds);
    elsewhere both are None. The token is kept with the job so that a restart can still answer, and must not be logged.
    """

    channel: str
    guild: str | None = None
    thread: str | None = None
    message: str | None = None
    installation: Literal["guild", "user"] = "guild"
    reply_token: str | None = None
    reply_until: float | None = None

    def __repr__(self) -> str:
        """Leave the token out: a repr may end in a log."""
        return f"DiscordPlace(channel={self.channel!r}, thread={self.thread!r}, guild={self.guild!r})"

    @property
    def key(self) -> str:
        """Settings and caps belong to the guild, or to the channel where there is none."""
        return f"discord:{self.guild or self.channel}"

    @property
    def private(self) -> bool:
        """Whether one person and the bot are alone there: where its own token reaches outside of guilds."""
        return self.guild is None and self.installation == "guild"


GENERAL_TOPIC = "1"
"""The id of the forum topic whose messages name none."""

ADMINISTRATORS = "administrators"
"""The one role that Telegram knows: those who run a group."""


class TelegramPlace(_Place, frozen=True, kw_only=True, tag="telegram"):
    """A chat, a forum topic in it (`thread`) and the message to answer."""

    chat: str
    thread: str | None = None
    message: str | None = None
    private: bool = False

    @property
    def key(self) -> str:
        """Settings and caps belong to the chat."""
        return f"telegram:{self.chat}"


Place = CliPlace | DiscordPlace | TelegramPlace


def rooms(place: Place) -> tuple[str, ...]:
    """Return the ids that an admin's list of allowed channels may name for this place: channel and thread."""
    if isinstance(place, DiscordPlace):
        return tuple(room for room in (place.channel, place.thread) if room is not None)
    return (place.thread or GENERAL_TOPIC,) if isinstance(place, TelegramPlace) and not place.private else ()


def same_room(one: Place, other: Place) -> bool:
    """Tell whether what is said at one place is read at the other: the same chat, channel, thread or topic."""
    return one.key == other.key and _room(one) == _room(other)


def _room(place: Place) -> tuple[str, ...]:
    if isinstance(place, DiscordPlace):
        return place.channel, place.thread or ""
    return (place.thread or "",) if isinstance(place, TelegramPlace) else ()


def others_look_on(place: Place) -> bool:
    """Tell whether all that is said at this place is said before others: Discord and terminals can answer privately."""
    return isinstance(place, TelegramPlace) and not place.private


def reachable_until(place: Place) -> float | None:
    """Return until when (Unix seconds) a place can be reached at all; None where no end is in sight."""
    return place.reply_until if isinstance(place, DiscordPlace) else None


def own_place_key(person: Person) -> str | None:
    """Return the key of the place that is this person's alone, where their id tells it: a private chat on Telegram."""
    is_alone = person.platform == "telegram" and not person.id.startswith("-")
    return TelegramPlace(chat=person.id, private=True).key if is_alone else None


def platform_of(place: Place) -> str:
    """Return the name under which the place's outlet is registered."""
    return str(type(place).__struct_config__.tag)
