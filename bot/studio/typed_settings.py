"""What those who run a place, and owners, type: settings, limits and bans as name=value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot import outcomes
from bot.faults import near
from bot.model import ADMINISTRATORS, Limits, Place, rooms
from bot.studio import typed
from bot.studio.choices import whole_number
from bot.studio.context import Refused

_ALIASES = {
    "daily": "paintings_a_day",
    "daily_for_all": "paintings_a_day_for_all",
    "who": "roles",
    "topics": "channels",
    **typed.ALIASES,
}
_LIMITS = ("paintings_a_day", "waiting_at_once", "largest_size")
_EVERYONE = ("everyone", "everybody", "all")
_ADMINISTRATORS = (ADMINISTRATORS, "administrator", "admins", "admin")
_ALL, _HERE, _RESET = "all", "here", "reset"
_MOST, _MOST_DAYS = 1_000_000, 3650

_DAYS = re.compile(r"(?<!\S)[-–—]{0,2}days?\s*=\s*(\S*)", re.IGNORECASE)


def settings(text: str, place: Place, known: Sequence[str]) -> dict[str, Any]:
    """Return the changes that a text asks for, by the studio's names, which are `known`; raises Refused.

    "who" is everyone or administrators; "topics" is all, here or their ids; "reset" is a list of names, or all.
    """
    words, said = typed.pairs(text)
    if words and words[0].lower() == _RESET:  # "reset size"
        words, said = [], {_RESET: " ".join(words[1:]), **said}
    if words:
        raise Refused(outcomes.OptionRefused(option=words[0], found="", allowed=f"{words[0]}=VALUE"))
    changes: dict[str, Any] = {}
    for name in _taken_back(said.pop(_RESET, None), known):
        changes[name] = None
    for name, value in said.items():
        changes[_known(name, value, known)] = _value(name, value, place)
    return changes


def limits(text: str) -> tuple[bool, Limits]:
    """Return whether to begin anew, and the limits to set then, which may be none; raises Refused."""
    words, said = typed.pairs(text)
    reset = [word.lower() for word in words] == [_RESET]
    if words and not reset:
        raise Refused(outcomes.OptionRefused(option=words[0], found="", allowed=f"{words[0]}=VALUE"))
    chosen = {}
    for name, value in said.items():
        name = _known(name, value, _LIMITS)
        chosen[name] = whole_number(name, value, 0, _MOST)
    return reset, Limits(**chosen)


def ban(text: str) -> tuple[int | None, str]:
    """Return for how many days, and why, in "days=7 for being rude"; without days it is for good. Raises Refused."""
    found = _DAYS.search(text)
    if found is None:
        return None, " ".join(text.split())
    days = whole_number("days", typed.cleaned(found[1]), 1, _MOST_DAYS)
    return days, " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


def _taken_back(value: str | None, known: Sequence[str]) -> Sequence[str]:
    names = _listed(value or "")
    if value is not None and not names:
        raise Refused(outcomes.OptionRefused(option=_RESET, found="", allowed=f"{_RESET}=VALUE"))
    if names == [_ALL]:
        return known
    return [_known(name, "", known) for name in names]


def _known(name: str, value: str, known: Sequence[str]) -> str:
    """Return the studio's name of a setting; raises Refused with near ones, as they may be typed."""
    found = _ALIASES.get(name, name)
    if found not in known:
        typed_as = {studios: alias for alias, studios in _ALIASES.items() if alias not in typed.ALIASES}
        shown = [typed_as.get(one, one) for one in known]
        similar = tuple(near(name, shown))
        allowed = " or ".join(similar or shown)
        raise Refused(outcomes.OptionRefused(option=name, found=value, allowed=allowed, near=similar))
    return found


def _value(name: str, value: str, place: Place) -> Any:
    word = value.lower()
    if name == "who":
        if word not in (*_EVERYONE, *_ADMINISTRATORS):
            allowed = f"everyone or {ADMINISTRATORS}"
            raise Refused(outcomes.OptionRefused(option=name, found=value, allowed=allowed))
        return (ADMINISTRATORS,) if word in _ADMINISTRATORS else ()
    if name == "topics":
        return () if word == _ALL else [_topic(one, place) for one in _listed(value) or [""]]
    if name in ("channels", "roles"):
        return _listed(value)
    return value


def _topic(word: str, place: Place) -> str:
    here = rooms(place)
    if word.lower() == _HERE and here:
        return here[-1]
    if not (word.isascii() and word.isdigit()):  # a list with a slip in it would shut everybody out
        raise Refused(outcomes.OptionRefused(option="topics", found=word, allowed=f"{_ALL} or {_HERE}"))
    return word


def _listed(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text) if word]
