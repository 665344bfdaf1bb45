"""What says no."""

from __future__ import annotations

from typing import Literal

from bot.outcomes.base import Outcome, Refusal, Whose
from bot.outcomes.styles import StyleEntry

Which = Literal["photo", "style", "init", "mask", "background"]


class Banned(Refusal, frozen=True, kw_only=True):
    """The person is banned, until `until` (Unix seconds) or for good."""

    until: float | None = None
    reason: str = ""


class Paused(Refusal, frozen=True, kw_only=True):
    """An admin paused new work; what is queued will be painted."""

    reason: str = ""


class QuotaUsedUp(Refusal, frozen=True, kw_only=True):
    """The day's paintings are used; `resets_at` is Unix seconds. `whose` tells whose cap that is."""

    limit: int
    used: int
    needed: int
    resets_at: float
    whose: Whose = "person"


class MoreThanADay(Refusal, frozen=True, kw_only=True):
    """What moves counts as more paintings than there are in a whole day (`limit`): it would not fit tomorrow either."""

    limit: int
    needed: int


class TooManyWaiting(Refusal, frozen=True, kw_only=True):
    """The person has `limit` jobs waiting or painting already."""

    limit: int


class QueueFull(Refusal, frozen=True, kw_only=True):
    """Everybody together has `limit` jobs waiting."""

    limit: int


class SizeNotAllowed(Refusal, frozen=True, kw_only=True):
    """The long side asked for exceeds what this person may have, in pixels; `moving`: of what moves."""

    size: int
    largest: int
    moving: bool = False


class TooLargeForMemory(Refusal, frozen=True, kw_only=True):
    """The painting would not fit into the engine's memory at this size (long side, pixels), but would at `largest`.

    `largest` is None where nothing at all fits. `offer` is the token by which the same request is painted at that size
    (`Studio.take_offer`); None where nothing was kept for that.
    """

    size: int
    largest: int | None
    offer: str | None = None


class TooNarrow(Refusal, frozen=True, kw_only=True):
    """The photo is so narrow that a painting of this size (long side, pixels) would be squashed; `least` is enough.

    `least` is None where no size that the person may have is enough. `offer` is as in TooLargeForMemory.
    """

    size: int
    least: int | None
    offer: str | None = None


def offer_of(outcome: Outcome | None) -> str | None:
    """Return the token by which the same request is painted at another size, where a refusal offers that."""
    return outcome.offer if isinstance(outcome, (TooLargeForMemory, TooNarrow)) else None


class StillOnly(Refusal, frozen=True, kw_only=True):
    """A moving picture does not go with this: a verb, or "mask", "background", "init" or "style", of a request."""

    what: str


class TooMuchWork(Refusal, frozen=True, kw_only=True):
    """The painting would take more megapixel-iterations than anybody may ask for.

    `iterations` is how many would do at this size, where their number was chosen; None where size or quality decide.
    """

    work: float
    largest: float
    iterations: int | None = None


class PictureRejected(Refusal, frozen=True, kw_only=True):
    """A picture did not pass the intake; `code` and `facts` are those of bot.intake.Rejection."""

    which: Which
    code: str
    facts: dict[str, str | int] = {}


class MissingPicture(Refusal, frozen=True, kw_only=True):
    """The request lacks one of its pictures; `verb` is what that was to be for.

    A mask is missing where a background was asked for, where the word came without a picture, or where one was to be
    inverted ("invert_mask").
    """

    which: Which
    verb: str = "submit"


class PresetUnknown(Refusal, frozen=True, kw_only=True):
    """No style has this name; `near` holds those that may be meant, best first."""

    name: str
    near: tuple[StyleEntry, ...] = ()


class BlendAlone(Refusal, frozen=True, kw_only=True):
    """A share in percent was given to a style that is the only one."""


class ReplyNotUnderstood(Refusal, frozen=True, kw_only=True):
    """Words in reply to a painting name neither a verb nor an option nor a style; `near` holds similar styles."""

    said: str
    near: tuple[StyleEntry, ...] = ()


class OptionRefused(Refusal, frozen=True, kw_only=True):
    """An option's name or value is wrong; see nst_engine.options.OptionError."""

    option: str
    found: str
    allowed: str
    near: tuple[str, ...] = ()


class TooManyPhotos(Refusal, frozen=True, kw_only=True):
    """More photos in one request than `limit`, which is as many as can be painted at once at this place."""

    limit: int


class WeightRefused(Refusal, frozen=True, kw_only=True):
    """A style's weight is not a number above 0 and at most 1000, or there are too many styles."""

    found: float


class TooManyStyles(Refusal, frozen=True, kw_only=True):
    """More styles than `limit` in one request."""

    limit: int


class ChosenTwice(Refusal, frozen=True, kw_only=True):
    """Two values of one option were chosen from a list."""

    option: str


class JobUnknown(Refusal, frozen=True, kw_only=True):
    """No such job: never was, or its person was forgotten. Nobody hears of a stranger's job of elsewhere, either."""

    job_id: str


class NotYours(Refusal, frozen=True, kw_only=True):
    """Only the requester may do this (and admins or moderators, where the verb says so).

    `restyle` names the painting whose style the person may put on a photo of their own instead, where there is one.
    """

    verb: str
    restyle: str | None = None


class NotAdmin(Refusal, frozen=True, kw_only=True):
    """Only the owners named in the config may do this."""

    verb: str


class WrongState(Refusal, frozen=True, kw_only=True):
    """The job is in a state in which this verb means nothing: "it is already painted"."""

    verb: str
    state: str


class InputsGone(Refusal, frozen=True, kw_only=True):
    """The job's pictures have been cleaned away (or deleted), so that the verb cannot work from them."""

    verb: str


class NothingStronger(Refusal, frozen=True, kw_only=True):
    """The dial is at its end already: stronger at 100, softer at 0, bigger at the largest size."""

    verb: str
    value: int


class NotManager(Refusal, frozen=True, kw_only=True):
    """Only those who run the place may do this (on Discord: Manage Server)."""

    verb: str


class NobodysPlace(Refusal, frozen=True, kw_only=True):
    """There is nothing to decide for this place, as nobody runs it: a conversation without a server on Discord."""

    verb: str


class RuleForOthers(Refusal, frozen=True, kw_only=True):
    """A setting says what others may do, and in a private chat there are none."""

    setting: str


class MayNotWrite(Refusal, frozen=True, kw_only=True):
    """The person may not write here, so they may not make the bot write either."""


class FormForgotten(Refusal, frozen=True, kw_only=True):
    """A form came back of which nobody knows any more what it was about."""


class ChannelNotAllowed(Refusal, frozen=True, kw_only=True):
    """Those who run the place let me paint in `channels` (ids of the platform) only."""

    channels: tuple[str, ...]


class RoleNotAllowed(Refusal, frozen=True, kw_only=True):
    """Those who run the place let me paint for people with one of `roles` (ids of the platform) only."""

    roles: tuple[str, ...]


class TooLongHere(Refusal, frozen=True, kw_only=True):
    """The place can be reached for `largest` more seconds, but the job would take `seconds` in all."""

    seconds: float
    largest: float


class PermissionMissing(Refusal, frozen=True, kw_only=True):
    """I lack permissions at this place; `permissions` are the platform's names ("attach_files")."""

    permissions: tuple[str, ...]


class StyleNameRefused(Refusal, frozen=True, kw_only=True):
    """A saved style's name must be 1 to 40 letters, digits, spaces, hyphens or apostrophes."""

    found: str


class StyleNameTaken(Refusal, frozen=True, kw_only=True):
    """A preset has this name already."""

    name: str


class TooManySaved(Refusal, frozen=True, kw_only=True):
    """The person (or `for_place`: the place) has `limit` saved styles already."""

    limit: int
    for_place: bool = False


class ReportEmpty(Refusal, frozen=True, kw_only=True):
    """A report needs a few words."""


class ReportUnread(Refusal, frozen=True, kw_only=True):
    """Nobody could read a report: the config names no owners in a chat. `contact` is the admin's, None without."""

    contact: str | None = None


class TooManyReports(Refusal, frozen=True, kw_only=True):
    """The person has sent `limit` reports today."""

    limit: int


class Broken(Refusal, frozen=True, kw_only=True):
    """A fault of the program; `reference` finds it in the log."""

    reference: str


class StorageFull(Refusal, frozen=True, kw_only=True):
    """The disk has no room for another job; admins see the figures in the log."""
