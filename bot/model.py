"""The nouns: person, place, request, job. Plain values without behaviour; everybody may import them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from nst_engine.options import Options
from nst_engine.protocol import PaintFacts

# ---- person -----------------------------------------------------------------------------------------------------


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked. `locale` is a BCP 47 tag as the platform gives it; `name` is for greeting only."""

    platform: str
    id: str
    locale: str = "en"
    name: str = ""

    @property
    def key(self) -> str:
        """The identity that rows are stored under, such as "discord:1234"."""
        return f"{self.platform}:{self.id}"


# ---- place ------------------------------------------------------------------------------------------------------


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


# ---- request ----------------------------------------------------------------------------------------------------

StyleWeight = Annotated[float, Meta(gt=0, le=1000)]


class RequestedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style as asked for: the name of a saved style or a preset, or a picture's untrusted bytes."""

    preset: str | None = None
    picture: bytes | None = None
    weight: float = 1.0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for, pictures included. Nothing in it has been checked yet.

    `options` holds only what the person chose, by name ("strength": "70" or 70); the studio fills in the rest from
    the preset's good settings, the place's settings and the defaults, in this order.

    `blend` is the share of the last style in percent, 0 to 100; the others divide the rest by their weights. With
    `swap` the photo and the heaviest style change roles. `film` asks for a film of the way as well.

    A `mask` is a grey picture: only where it is white are the `styles` painted; where it is black the `background`
    styles are, or, where there are none, the photo stays as it is. A moving `content` (an animated GIF, WebP or PNG,
    or a clip) becomes a moving painting.
    """

    content: bytes
    styles: tuple[RequestedStyle, ...]
    options: dict[str, Any] = {}
    init: bytes | None = None
    blend: float | None = None
    swap: bool = False
    film: bool = False
    mask: bytes | None = None
    background: tuple[RequestedStyle, ...] = ()
    format: Literal["gif", "mp4"] | None = None  # of a moving painting; None: as the content is one


class StoredStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style as stored: `digest` names the picture in the store.

    `preset` or `saved` say where it came from, by the name of a preset or of a saved style; a picture has neither.
    `lent` marks somebody else's picture: to paint with, not to be painted itself. Its name stayed with its person.
    """

    digest: str
    preset: str | None = None
    saved: str | None = None
    weight: float = 1.0
    lent: bool = False


class StoredRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request whose pictures are files of the store, named by SHA-256 digests (hexadecimal).

    `photo_name` and the like are not kept: names of files are private. `strengths` belongs to variations only,
    `format` to films only.
    """

    content: str
    styles: tuple[StoredStyle, ...]
    options: Options
    width: int  # of the content picture, in pixels
    height: int
    init: str | None = None
    chosen: dict[str, Any] = {}
    strengths: tuple[int, int, int, int] | None = None
    format: Literal["gif", "mp4"] | None = None
    film: bool = False  # is to follow when the painting was handed over
    mask: str | None = None
    background: tuple[StoredStyle, ...] = ()
    frames: int = 1  # of the content: more than one make it a moving picture, whose file is an animated PNG
    frames_per_second: float = 8.0  # at which a moving picture plays


# ---- job --------------------------------------------------------------------------------------------------------

TaskKind = Literal["paint", "variations", "animate", "film", "inspect"]
State = Literal["queued", "painting", "painted", "delivered", "failed", "cancelled", "expired"]

TRANSITIONS: dict[State, tuple[State, ...]] = {
    "queued": ("painting", "cancelled", "failed", "expired"),
    "painting": ("painted", "queued", "cancelled", "failed"),
    "painted": ("delivered", "expired"),
    "delivered": (),
    "failed": (),
    "cancelled": (),
    "expired": (),
}
"""Which state may follow which; docs/architecture.md says who may cause each and what it refunds."""

ENDED: tuple[State, ...] = ("delivered", "failed", "cancelled", "expired")
WAITING: tuple[State, ...] = ("queued", "painting")

Verb = Literal[
    "submit",
    "again",
    "stronger",
    "softer",
    "colors",
    "bigger",
    "swap",
    "variations",
    "pick",
    "film",
    "details",
    "restyle",
]
"""What made a job. The verbs that make none (cancel, delete, history…) are methods of the studio alone."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was accepted and stored. Times are Unix seconds, cost is in megapixel-iterations."""

    id: str
    key: str  # idempotency key: the same key never makes a second job
    state: State
    person: Person
    place: Place
    verb: Verb
    task: TaskKind
    request: StoredRequest
    cost: float
    paintings: int  # how much of the day's quota it took
    created_at: float
    parent: str | None = None
    attempts_engine: int = 0  # times an engine died or hung over it
    attempts_delivery: int = 0
    lease_until: float | None = None
    deliver_after: float | None = None
    status_ref: str | None = None
    sent_ref: str | None = None
    upload: str | None = None  # the platform's own name of the delivered picture, to send it again without uploading
    told: bool = False  # its place knows how it ended, or never will
    started_at: float | None = None
    painted_at: float | None = None
    ended_at: float | None = None
    refunded: bool = False
    deleted: bool = False
    error_code: str | None = None
    error_detail: str | None = None
    width: int | None = None  # of the result
    height: int | None = None
    facts: PaintFacts | None = None


FileRole = Literal[
    "content",
    "style",
    "init",
    "mask",
    "background",
    "painting",
    "variations",
    "film",
    "progress_sheet",
    "loss_plot",
    "frames",
    "history",
]


class JobFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job refers to; `position` orders files of one role."""

    role: FileRole
    digest: str
    position: int = 0
    media_type: str = "image/png"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one person may do. `None` means that this layer says nothing; 0 means none at all."""

    paintings_a_day: int | None = None
    waiting_at_once: int | None = None
    largest_size: int | None = None  # long side, in pixels


class PlaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the people who run a place chose for it. Empty lists of channels or roles allow all of them."""

    options: dict[str, Any] = {}  # defaults of options, by name
    preset: str | None = None
    limits: Limits = Limits()
    paintings_a_day_for_all: int | None = None
    allowed_channels: tuple[str, ...] = ()
    allowed_roles: tuple[str, ...] = ()
    spoiler: bool = False  # results are hidden until somebody wants to see them


class SavedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style picture that somebody keeps under a name, for themselves or (`for_place`) for a place."""

    name: str
    digest: str
    for_place: bool = False
    saved_at: float = 0.0  # Unix seconds


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants the owners to look at; `link` finds the message that it is about, where there is one."""

    id: str
    text: str
    reported_at: float
    place_key: str
    job_id: str | None = None
    link: str | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A half-made request of one person in one place; pictures are digests of files in the store."""

    person: Person
    place: Place
    expires_at: float
    content: str | None = None
    styles: tuple[StoredStyle, ...] = ()
    options: dict[str, Any] = {}
    blend: float | None = None  # these three as in Request
    swap: bool = False
    film: bool = False
    seen: tuple[str, ...] = ()  # idempotency keys of what it was made of: a repetition changes nothing
    shown_ref: str | None = None  # the message that shows how the draft stands
