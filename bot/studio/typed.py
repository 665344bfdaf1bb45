"""What people type who ask for a painting, as in "starry river + waves strength=70 blend=40 film".

* name=value is an option, with spaces around the sign or without; a colon does where the name is one.
* All other words are names of styles. Those that follow one another are one name; "+", a comma, a new line, quotes or
  an option separates two.
* "swap", "film" and "mask" may stand alone, before or behind a name, unless with them the words are the name of a
  style. "mask" means that the last of the pictures is one; "mask=no" takes back that there is one.
* background=NAME is a style for where the mask is black; background=keep leaves the photo there.

Values of options alone ("fine") are not guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from bot import outcomes
from bot.faults import near
from bot.studio.choices import checked, require_losses, with_options, yes_or_no
from bot.studio.context import Refused
from nst_engine.options import OPTION_TABLE, Options

IsName = Callable[[str], bool]
"""Tells whether words are the name of a style."""

ALIASES = {"colours": "colors", "style": "preset", "styles": "preset"}
"""What people also call what is called otherwise here."""

KEEP = "keep"
"""Said of the background, it leaves the photo there."""

_FLAGS = ("swap", "film", "mask")
_NAMES = (*OPTION_TABLE, "blend", "background", *_FLAGS)
_MASKS = ("mask", "maske", "masque", "máscara", "mascara", "маска", "маску", "マスク")
# What nobody sees, directions and joints, comes along with what is copied
_UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
# Signs of other keyboards, and of helpful ones
_KEYBOARDS = str.maketrans("＝，、＋：；“”„‟«»‹›＂", '=,,+:;"""""""""', _UNSEEN)
_NAMED = "|".join((*_NAMES, *ALIASES)).replace("_", "[_-]")
_PIECE = re.compile(
    rf"""
    [-–—]{{0,2}} (?: (?P<name> [^\W\d][\w-]* ) \s* = | (?P<known> {_NAMED} ) \s* : ) \s*
        (?: "(?P<quoted_value> [^"]* )" | (?P<value> (?: (?! , \s* [^\W\d][\w-]* \s* = ) [^\s"] )* ) )
    | "(?P<quoted> [^"]* )"
    | (?P<break> [+,;"\n] )
    | (?P<word> [^\s+,;"=]+ | = )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_PAIR = re.compile(r"(?<![^\s,;])[-–—]{0,2}([^\W\d][\w-]*)\s*(?:=|:(?=\s))")


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for in words: names of styles, checked options; None where nothing was said.

    `blend` is False where no share is to be given any more. `mask`: one of the pictures is a mask (False: there is to
    be none). `background` is a style's name, or KEEP.
    """

    names: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    blend: float | Literal[False] | None = None
    swap: bool | None = None
    film: bool | None = None
    mask: bool | None = None
    background: str | None = None

    @property
    def share(self) -> float | None:
        """The share in percent that the last style is to have; None where there is to be none."""
        return None if self.blend is False else self.blend


def means_mask(caption: str) -> bool:
    """Tell whether a caption says, in any language that is spoken here, that the picture above it is a mask."""
    word = caption.translate(_KEYBOARDS).strip(" .!:\"'\n").casefold()
    return unicodedata.normalize("NFC", word) in _MASKS


def read(text: str, is_name: IsName) -> Typed:
    """Read what somebody typed; raises Refused for an option that there is not, or a value that it does not take."""
    said: dict[str, str] = {}
    names: list[str] = []
    for run, is_quoted in _runs(text.translate(_KEYBOARDS), said):
        if said.get("background") == "" and run:  # its name begins here
            said["background"], run = _background(run, is_name, is_quoted=is_quoted)
        rest = run if is_quoted else _without_flags(run, said, is_name)
        if rest:
            names.append(" ".join(rest))
    return _checked(tuple(names), said)


def option_named(name: str) -> str | None:
    """Return the option, or the like of one, that has this name; None where there is none."""
    name = name.lower().replace("-", "_")
    return name if name in _NAMES else ALIASES.get(name)


def pairs(text: str) -> tuple[list[str], dict[str, str]]:
    """Read name=value where values may be several words: returns the words before the first, and the values."""
    before, *rest = _PAIR.split(text.translate(_KEYBOARDS).replace('"', " "))
    names = (name.lower().replace("-", "_") for name in rest[::2])
    return before.split(), {
        name: cleaned(" ".join(value.split())) for name, value in zip(names, rest[1::2], strict=True)
    }


def cleaned(value: str) -> str:
    """Return a value as it was meant: in plain digits, without the sign that ended a sentence or a percent sign."""
    value = unicodedata.normalize("NFKC", value).strip().rstrip(",;.").strip()
    return value.removesuffix("%").rstrip() if re.fullmatch(r"[\d.]+\s*%", value) else value


def _runs(text: str, said: dict[str, str]) -> Iterator[tuple[list[str], bool]]:
    """Yield the words that belong together, and whether in quotes; what options were given is put into `said`."""
    run: list[str] = []
    for piece in _PIECE.finditer(text):
        if (word := piece["word"]) is not None:
            run.append(word)
            continue
        if run:
            yield run, False
            run = []
        if piece["quoted"] is not None:
            yield piece["quoted"].split(), True
        elif (name := piece["name"] or piece["known"]) is not None:
            name = name.lower().replace("-", "_")
            name = ALIASES.get(name, name)
            value = piece["quoted_value"] if piece["quoted_value"] is not None else piece["value"]
            if name == "preset":
                run = value.split()
            elif name == "background":
                said[name] = ""
                if piece["quoted_value"] is not None:
                    yield value.split(), True
                else:
                    run = value.split()
            else:
                said[name] = cleaned(value)
    if run:
        yield run, False


def _background(run: list[str], is_name: IsName, *, is_quoted: bool) -> tuple[str, list[str]]:
    """Return the name that stands first among words, as long as it can be, and the words behind it."""
    if is_quoted:
        return " ".join(run), []
    known = (count for count in range(len(run), 0, -1) if is_name(" ".join(run[:count])))
    count = 1 if run[0].lower() == KEEP else next(known, 1)
    return cleaned(" ".join(run[:count])), run[count:]


def _without_flags(run: list[str], said: dict[str, str], is_name: IsName) -> list[str]:
    rest = list(run)
    for at in (-1, 0):
        while rest and rest[at].lower().lstrip("-–—") in _FLAGS and not is_name(" ".join(rest)):
            said[rest.pop(at).lower().lstrip("-–—")] = "yes"
    return rest


def _checked(names: tuple[str, ...], said: dict[str, str]) -> Typed:
    for name, value in said.items():
        if name not in _NAMES:
            similar = tuple(near(name, _NAMES))
            allowed = " or ".join(similar or _NAMES)
            raise Refused(outcomes.OptionRefused(option=name, found=value, allowed=allowed, near=similar))
    chosen = checked({name: value for name, value in said.items() if name in OPTION_TABLE})
    options = with_options(chosen, Options())
    if "init" in chosen and options.init == "file":  # which words cannot bring
        raise Refused(outcomes.OptionRefused(option="init", found="file", allowed="photo or noise or style"))
    require_losses(options)
    return Typed(
        names=names,
        options=chosen,
        blend=_share(said["blend"]) if "blend" in said else None,
        swap=yes_or_no("swap", said["swap"]) if "swap" in said else None,
        film=yes_or_no("film", said["film"]) if "film" in said else None,
        mask=yes_or_no("mask", said["mask"]) if "mask" in said else None,
        background=_named_background(said["background"]) if "background" in said else None,
    )


def _named_background(name: str) -> str:
    if not name:
        raise Refused(outcomes.OptionRefused(option="background", found="", allowed=f"a style's name or {KEEP}"))
    return KEEP if name.lower() == KEEP else name


def _share(text: str) -> float | Literal[False]:
    if text.strip().lower() in ("no", "off"):
        return False
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 100:
        raise Refused(outcomes.OptionRefused(option="blend", found=text, allowed="a whole number from 0 to 100"))
    return share
