"""What Discord's errors mean for a message that is to be sent, edited or removed."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
import discord

MESSAGE_GONE = 10008

_LOST = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown guild
        50001,  # missing access
        50007,  # this person takes no direct messages
        50013,  # missing permissions
        50083,  # the thread is archived
        50278,  # no server in common with this person
    }
)
_OVER = frozenset({10015, 10062, 40060, 50027})  # the interaction or its token is over
_TOO_LARGE = 40005
_GATE = (0, 40333)  # codes of a 403 that comes from what stands before Discord, not from Discord: that passes

_SERVER_SECONDS = 15.0
_CONNECTION_SECONDS = 15.0
_LIMIT_SECONDS = 30.0
_LONGEST_LIMIT_SECONDS = 3600.0
_LOGIN_SECONDS = 300.0
_GATE_SECONDS = 60.0


@dataclass(frozen=True)
class Trouble:
    """Why a message did not get through.

    `retry_after` (seconds) is set where another try makes sense; `gone`: the message itself is not there any more;
    `lost`: the place cannot be reached any more; `too_large`: a file exceeded the limit of the place.
    """

    reason: str
    retry_after: float | None = None
    gone: bool = False
    lost: bool = False
    too_large: bool = False


TROUBLES = (discord.DiscordException, aiohttp.ClientError, OSError)
"""The errors that may come of talking to Discord."""


def trouble_of(error: Exception) -> Trouble:
    """Return what one of TROUBLES means."""
    if isinstance(error, discord.RateLimited):
        return Trouble("rate limit", retry_after=error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return Trouble(type(error).__name__, retry_after=_CONNECTION_SECONDS)
    reason = f"Discord answered {error.status}/{error.code}"
    if error.code == MESSAGE_GONE:
        return Trouble(reason, gone=True)
    if error.status == 413 or error.code == _TOO_LARGE:
        return Trouble(reason, too_large=True)
    if error.status == 403 and error.code in _GATE:
        return Trouble(reason, retry_after=_GATE_SECONDS)
    if error.code in _LOST or error.code in _OVER or error.status in (403, 404):
        return Trouble(reason, lost=True)
    if error.status == 401:  # the bot's own token is not accepted any more: somebody has to change it
        return Trouble(reason, retry_after=_LOGIN_SECONDS)
    if error.status == 429:
        return Trouble(reason, retry_after=_announced(error) or _LIMIT_SECONDS)
    if error.status >= 500:
        return Trouble(reason, retry_after=_SERVER_SECONDS)
    return Trouble(reason)


def _announced(error: discord.HTTPException) -> float | None:
    """Return how long Discord, or what stands before it, wants to be left alone; a ban lasts longer if we are not."""
    try:
        seconds = float(error.response.headers["Retry-After"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return min(seconds, _LONGEST_LIMIT_SECONDS) if seconds > 0 else None


def is_over(error: BaseException) -> bool:
    """Tell whether an error says no more than that an interaction waited too long or was answered already."""
    return isinstance(error, discord.HTTPException) and error.code in _OVER
