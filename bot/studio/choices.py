"""Options by name, as people choose them: checked, and put on top of one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from bot import outcomes
from bot.studio.context import Refused
from nst_engine.options import OptionError, Options, leaves_quality, wished

log = structlog.get_logger(__name__)

_MOST_DIGITS = 20


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return wishes as the options take them; raises Refused for one that an option does not take."""
    try:
        return wished(values)
    except OptionError as error:
        raise Refused(
            outcomes.OptionRefused(option=error.option, found=error.found, allowed=error.allowed, near=error.near)
        ) from None


def with_options(values: Mapping[str, Any], base: Options) -> Options:
    """Return `base` with these wishes, standard for a quality that they leave open; raises Refused as `checked`."""
    taken = checked(values)
    if "quality" in taken and leaves_quality(taken):
        taken["quality"] = "standard"
    return msgspec.structs.replace(base, **taken)


def still_taken(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what options take of values that were checked once, perhaps by another version."""
    taken: dict[str, Any] = {}
    for name, value in values.items():
        try:
            taken |= wished({name: value})
        except OptionError:
            log.warning("option.no_longer_taken", option=name)
    return taken


_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def yes_or_no(option: str, value: Any) -> bool:
    """Return what somebody means by a word; raises Refused for one that is neither yes nor no."""
    word = str(value).strip().lower()
    if word not in (*_YES, *_NO):
        raise Refused(outcomes.OptionRefused(option=option, found=str(value), allowed="yes or no"))
    return word in _YES


def whole_number(option: str, value: Any, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`; raises Refused for everything else."""
    text = str(value).strip()
    # int() reads digits of any script, underscores too: that is not what anybody meant
    digits = not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not digits or not least <= int(text) <= most:
        allowed = f"a whole number from {least} to {most}"
        raise Refused(outcomes.OptionRefused(option=option, found=str(value), allowed=allowed))
    return int(text)


def require_losses(options: Options) -> None:
    """Refuse weights of 0 for both photo and style, or for what is to be reconstructed: nothing to paint towards."""
    content = options.content_weight != 0 and any(options.content_layers.values())
    style = options.style_weight != 0 and any(options.style_layers.values())
    if (options.reconstruct == "content" and not content) or (options.reconstruct == "style" and not style):
        option, allowed = f"{options.reconstruct}_weight", f"more than 0 where reconstruct is {options.reconstruct}"
        raise Refused(outcomes.OptionRefused(option=option, found="0", allowed=allowed))
    if not content and not style:
        allowed = "more than 0 where content_weight is 0"
        raise Refused(outcomes.OptionRefused(option="style_weight", found="0", allowed=allowed))
