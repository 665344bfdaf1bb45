"""What holds for a person, told to them and to owners: how much is left, by whose cap, what stands against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.model import Limits
from bot.outcomes import (
    Banned,
    DayCap,
    Outcome,
    PersonLimits,
    QuotaState,
    QuotaUsedUp,
    Refusal,
)
from bot.presenter import places, refusals
from bot.presenter.option_texts import named
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words, safe

_LIMITS = Limits.__struct_fields__


def someone(key: str, name: str, words: Words) -> str:
    """Name a person as owners need it: by their name, where that is known, and by the id that commands take."""
    if not name.strip():
        return safe(key)
    # Translators: a person's name, and the id that commands take
    return words.gettext("{name} ({id})", name=safe(name, _NAME_LENGTH), id=safe(key))


_NAME_LENGTH = 40  # characters


def why_not(refusal: Refusal, words: Words) -> View:
    """Say what a refusal says, where it is told before anybody asks."""
    return {**refusals.VIEWS, **places.VIEWS}[type(refusal)](refusal, words)


def _quota_state(outcome: QuotaState, words: Words) -> View:
    refusal = outcome.refusal
    against = plain() if refusal is None else why_not(refusal, words)
    if isinstance(refusal, Banned) or 0 in (*(cap.limit for cap in outcome.caps), outcome.limits.waiting_at_once):
        return plain(against.text)
    lines = [against.text] if refusal is not None else []
    lines += _left(outcome, words)
    if any(cap.used for cap in outcome.caps) and not isinstance(refusal, QuotaUsedUp):
        lines.append(words.gettext("The count starts again {when}.", when=words.when(outcome.resets_at)))
    most, size = outcome.limits.waiting_at_once or 0, outcome.limits.largest_size or 0
    lines.append(words.gettext("Under way now: {waiting} of at most {limit}.", waiting=outcome.waiting, limit=most))
    if outcome.largest_moving_size < size:
        lines.append(
            words.gettext(
                "Largest size: {size} pixels, of what moves {moving}.",
                size=str(size),
                moving=str(outcome.largest_moving_size),
            )
        )
    else:
        lines.append(words.gettext("Largest size: {size} pixels.", size=str(size)))
    lines.append(
        words.ngettext(
            "What moves counts as a painting for every frame.",
            "What moves counts as one painting for every {n} frames or part of them.",
            outcome.frames_a_painting,
        )
    )
    return msgspec.structs.replace(plain(*lines), references=against.references)


def _left(outcome: QuotaState, words: Words) -> list[str]:
    """Tell the cap that binds and, where that is everybody's, the person's own; what is used up is said already."""
    said = outcome.refusal.whose if isinstance(outcome.refusal, QuotaUsedUp) else None
    own = min((cap for cap in outcome.caps if cap.whose != "place"), key=_in_order)
    shared = [cap for cap in outcome.caps if cap.whose == "place" and cap.left < own.left]
    return [_cap(cap, words, beside=bool(shared)) for cap in (*shared, own) if cap.whose != said]


def _in_order(cap: DayCap) -> tuple[int, bool]:
    return cap.left, cap.whose == "person"


def _cap(cap: DayCap, words: Words, *, beside: bool) -> str:
    """Tell how much of a cap is left; `beside`: everybody's is told along with it."""
    if cap.whose == "place":
        return words.ngettext(
            "Everybody here together has {n} painting left today, of {limit}.",
            "Everybody here together has {n} paintings left today, of {limit}.",
            cap.left,
            limit=cap.limit,
        )
    if beside:
        return words.ngettext(
            "You yourself have {n} painting left today, of {limit}.",
            "You yourself have {n} paintings left today, of {limit}.",
            cap.left,
            limit=cap.limit,
        )
    if cap.whose == "here":
        return words.ngettext(
            "You have {n} painting left here today, of {limit}.",
            "You have {n} paintings left here today, of {limit}.",
            cap.left,
            limit=cap.limit,
        )
    return words.ngettext(
        "You have {n} painting left today, of {limit}.",
        "You have {n} paintings left today, of {limit}.",
        cap.left,
        limit=cap.limit,
    )


# ---- to owners --------------------------------------------------------------------------------------------------

_HEADINGS = {
    "": N_("The limits of {person} now:"),
    "quota_set": N_("The limits of {person} are set. They are now:"),
    "quota_reset": N_("{person} starts the day anew, with the usual limits:"),
}


def _person_limits(outcome: PersonLimits, words: Words) -> View:
    person = someone(outcome.person, outcome.name, words)
    lines = [words.gettext(_HEADINGS[outcome.done], person=person)]
    lines += [f"• {named(name, words)}: {_limit(name, outcome, words)}" for name in _LIMITS]
    lines.append(
        words.gettext("Used today: {used}. Under way now: {waiting}.", used=outcome.used, waiting=outcome.waiting)
    )
    if outcome.own.paintings_a_day is None:
        lines.append(
            words.here(
                N_("Where a server has limits of its own, those hold."),
                N_("Where a group has limits of its own, those hold."),
            )
        )
    if (ban := outcome.ban) is not None:
        lines.append(banned(person, ban.until, words))
        lines.append(refusals.because(ban.reason, words))
    return plain(*lines)


def _limit(name: str, outcome: PersonLimits, words: Words) -> str:
    """Tell a limit and where it comes from."""
    own, holds = getattr(outcome.own, name), getattr(outcome.limits, name)
    if own is None:
        return places.as_usual(str(holds), words)
    return str(own) if own == holds else places.at_most(str(own), str(holds), words)


def banned(person: str, until: float | None, words: Words) -> str:
    """Tell an owner that somebody is banned."""
    if until is None:
        return words.gettext("{person} may not ask for paintings any more.", person=person)
    return words.gettext("{person} may not ask for paintings; this ends {when}.", person=person, when=words.when(until))


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    QuotaState: _quota_state,
    PersonLimits: _person_limits,
}
