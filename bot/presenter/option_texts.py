"""Sentences about options: what each is, what it takes, and what was wrong with a value."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from bot.outcomes import OptionRefused
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words
from nst_engine.options import LAYERS, OPTION_TABLE, WISHES, OptionInfo, Options

_LABELS = {
    "size": N_("Size"),
    "quality": N_("Quality"),
    "strength": N_("Strength"),
    "colors": N_("Colors"),
    "init": N_("Start"),
    "seed": N_("Seed"),
    "style_scale": N_("Style scale"),
    "smooth": N_("Smooth"),
    "square": N_("Square"),
    "invert_mask": N_("Invert mask"),
    "reconstruct": N_("Reconstruct"),
    "style_loss": N_("Style loss"),
    "pooling": N_("Pooling"),
    "optimizer": N_("Optimizer"),
    "learning_rate": N_("Learning rate"),
    "iterations": N_("Iterations"),
    "scales": N_("Scales"),
    "content_weight": N_("Content weight"),
    "style_weight": N_("Style weight"),
    "tv_weight": N_("Smoothing weight"),
    "content_layers": N_("Content layers"),
    "style_layers": N_("Style layers"),
    # What verbs take besides, refused in the same words.
    "format": N_("Format"),
    "pick": N_("Pick"),
    "person": N_("Person"),
    "blend": N_("Blend"),
    "mask": N_("Mask"),
    "background": N_("Background"),
    "swap": N_("Swap"),
    "film": N_("Film"),
    "paintings_a_day": N_("Paintings a day"),
    "waiting_at_once": N_("Waiting at once"),
    "largest_size": N_("Largest size"),
    # What those who run a place choose besides.
    "preset": N_("Style"),
    "paintings_a_day_for_all": N_("Paintings a day, all together"),
    "channels": N_("Channels"),
    "roles": N_("Roles"),
    "spoiler": N_("Hide paintings"),
    "topics": N_("Topics"),
    "who": N_("Who may ask"),
    "daily": N_("Paintings a day"),
    "daily_for_all": N_("Paintings a day, all together"),
    "reset": N_("What to take back"),
    # What owners type besides.
    "days": N_("Days"),
}

_TYPED = {
    "channels": "topics",
    "roles": "who",
    "paintings_a_day_for_all": "daily_for_all",
}
"""What is typed in a message for what has another name inside."""

_FROM_TO = re.compile(r"a whole number from (\d+) to (\d+)")


class OptionHelp(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of options, in one person's language; `name` is what they type."""

    name: str
    help: str
    allowed: str
    default: str


def options_help(words: Words) -> tuple[OptionHelp, ...]:
    """Return the table of options, in the order in which people should read about them."""
    return tuple(
        OptionHelp(
            name=info.name,
            help=words.gettext(info.help),
            allowed=_allowed(info, words),
            default=typed(info.default, words),
        )
        for info in WISHES.values()
    )


_ALWAYS_SHOWN = ("strength", "size", "quality", "colors")


def settings_line(options: Options, words: Words) -> str:
    """Return the settings of a painting: the usual ones, and what else was chosen; the seed is told elsewhere."""
    usual = Options()
    return " · ".join(
        f"{option_label(name, words)}: {typed(value, words)}"
        for name, value in ((name, getattr(options, name)) for name in OPTION_TABLE)
        if name in _ALWAYS_SHOWN or (name != "seed" and value != getattr(usual, name))
    )


def option_refused(outcome: OptionRefused, words: Words) -> View:
    """Say what the option takes instead."""
    if words.dialect.typed and outcome.option in _TYPED:
        outcome = msgspec.structs.replace(outcome, option=_TYPED[outcome.option])
    if outcome.option not in _LABELS:
        return plain(_unknown(outcome, words), is_error=True)
    if outcome.option == "style_weight" and "content_weight" in outcome.allowed:
        return plain(
            words.gettext("Content weight and style weight can't both be 0. Please raise one of them."), is_error=True
        )
    if outcome.option in ("content_weight", "style_weight") and "reconstruct" in outcome.allowed:
        return plain(
            words.gettext(
                "{option} can't be 0, nor can all of its layers: they are what is reconstructed.",
                option=option_label(outcome.option, words),
            ),
            is_error=True,
        )
    if outcome.option == "person" and words.dialect.typed and not outcome.found.strip():
        return plain(
            words.gettext("Whom do you mean? Reply to a message of theirs with the command, or put their id after it."),
            is_error=True,
        )
    option = option_label(outcome.option, words)
    info = WISHES.get(outcome.option)
    allowed = _allowed(info, words, outcome.allowed) if info else _allowed_argument(outcome, words)
    if not outcome.found.strip():
        return plain(words.gettext("{option} needs a value: {allowed}.", option=option, allowed=allowed), is_error=True)
    return plain(
        words.gettext(
            "{option} must be {allowed}; you gave {found}.",
            option=option,
            allowed=allowed,
            found=words.quoted(outcome.found),
        ),
        is_error=True,
    )


def _unknown(outcome: OptionRefused, words: Words) -> str:
    if not outcome.near and not outcome.found and outcome.allowed.endswith("=VALUE"):
        return words.gettext(
            "I don't understand {word}. Options are written as name=value, such as strength=70.",
            word=words.quoted(outcome.option),
        )
    if outcome.near:
        return words.gettext(
            "There is no option called {name}. Did you mean {near}?",
            name=words.quoted(outcome.option),
            near=words.either(dict.fromkeys(words.quoted(_name(name, words)) for name in outcome.near)),
        )
    known = [name for name in outcome.allowed.split(" or ") if name in _LABELS]
    return words.gettext(
        "There is no option called {name}. The options are {options}.",
        name=words.quoted(outcome.option),
        options=words.both(_name(name, words) for name in (known if len(known) > 1 else OPTION_TABLE)),
    )


def _name(name: str, words: Words) -> str:
    return _TYPED.get(name, name) if words.dialect.typed else name


def named(name: str, words: Words) -> str:
    """Name an option in the person's language."""
    return words.gettext(_LABELS[name])


def option_label(name: str, words: Words) -> str:
    """Name an option in the person's language, with the word to type where that differs."""
    label = named(name, words)
    return label if label.lower() == name.replace("_", " ") else f"{label} ({name})"


def _allowed(info: OptionInfo, words: Words, now: str = "") -> str:
    """Say what an option takes; `now` names the choices that it takes where it was refused, if those are fewer."""
    if info.choices:
        return words.either([choice for choice in info.choices if choice in now.split(" or ")] or info.choices)
    if isinstance(info.default, bool):
        return words.either(("yes", "no"))
    if isinstance(info.default, dict):
        return words.gettext(
            "one or more VGG-19 layers from {first} to {last}, with weights, such as {example}",
            first=LAYERS[0],
            last=LAYERS[-1],
            example=f"{next(iter(info.default))}:1",
        )
    low, high = _digits(info.minimum), _digits(info.maximum)
    if info.whole:
        return words.gettext("a whole number from {low} to {high}", low=low, high=high)
    return words.gettext("a number from {low} to {high}", low=low, high=high)


def _allowed_argument(outcome: OptionRefused, words: Words) -> str:
    name = outcome.option
    if name == "format":
        return words.either(("gif", "mp4"))
    if name == "pick":
        return words.gettext("a whole number from {low} to {high}", low="1", high="4")
    if name == "person":
        return words.gettext("a platform and an id, such as {example}", example=words.dialect.somebody)
    if name == "background":
        return words.gettext("the name of a style, or {keep}", keep="keep")
    if name == "who":
        return words.either(("everyone", "administrators"))
    if name == "topics":
        return words.gettext("{all}, {here} or the numbers of topics", all="all", here="here")
    if name == "reset":
        return words.gettext("{all} or names of settings, such as {example}", all="all", example="size,daily")
    if name in ("spoiler", "swap", "film", "mask"):
        return words.either(("yes", "no"))
    if name in ("channels", "roles"):
        return words.gettext("a shorter list")
    if match := _FROM_TO.fullmatch(outcome.allowed):
        return words.gettext("a whole number from {low} to {high}", low=match[1], high=match[2])
    return words.gettext("a whole number that is not below 0")


def _digits(value: float | None) -> str:
    """Write a number as it may be typed: no grouping, a dot for the decimals, no exponent."""
    return "…" if value is None else format(Decimal(f"{value:.10g}"), "f")


def typed(default: Any, words: Words) -> str:
    """Write an option's value as it may be typed."""
    if default is None:
        return words.gettext("by the other options")
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, dict):
        return ",".join(f"{layer}:{weight:g}" for layer, weight in default.items())
    return f"{default:g}" if isinstance(default, float) else str(default)
