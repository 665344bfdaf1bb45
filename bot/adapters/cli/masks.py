"""`--mask` as it is typed: FILE is where --style goes, FILE[:COLOR]=STYLE a part of the photo in a style of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bot.adapters.cli.errors import CliError
from nst_engine.regions import MOST_REGIONS


class Mask(msgspec.Struct, frozen=True):
    """A part of the photo: where a picture is white, or has a `color`; `styles` as typed, none for those of --style."""

    path: Path
    color: str | None
    styles: tuple[str, ...]


def read_masks(texts: Sequence[str]) -> list[Mask]:
    """Split what was typed; the styles of one part are mixed. Raises CliError where it makes no sense."""
    found: dict[tuple[Path, str | None, bool], Mask] = {}
    for text in texts:
        named, style = _split_style(text)
        if not named:
            raise CliError(f"--mask {text}: name a picture before the style, like sky.png{text or '=mosaic'}")
        path, color = _split_color(named)
        key = path, color, style is not None
        so_far = found.get(key, Mask(path, color, ()))
        found[key] = msgspec.structs.replace(so_far, styles=so_far.styles if style is None else (*so_far.styles, style))
    plain = [mask for mask in found.values() if not mask.styles]
    if len(plain) > 1:
        raise CliError(
            f"two masks are without a style, {plain[0].path} and {plain[1].path}; give each its own, "
            f"like --mask {plain[1].path}=mosaic"
        )
    if len(found) > MOST_REGIONS:
        raise CliError(f"there are {len(found)} masks; use {MOST_REGIONS} at most")
    return sorted(found.values(), key=lambda mask: bool(mask.styles))  # that of --style lies below the others


def _split_style(text: str) -> tuple[str, str | None]:
    """Split FILE=STYLE, whose names may hold an equals sign themselves: that which makes the file one is taken."""
    if Path(text).expanduser().exists() or "=" not in text:
        return text, None
    splits = list(_splits(text, "="))
    named, style = next(((name, rest) for name, rest in splits if _is_there(name)), splits[0])
    if not style:
        raise CliError(f"--mask {text}: name a style after the equals sign, like {named}=mosaic")
    return named, style


def _splits(text: str, mark: str) -> Iterator[tuple[str, str]]:
    parts = text.split(mark)
    return ((mark.join(parts[:at]), mark.join(parts[at:])) for at in range(1, len(parts)))


def _is_there(named: str) -> bool:
    return any(Path(name).expanduser().exists() for name in (named, named.rpartition(":")[0]) if name)


def _split_color(named: str) -> tuple[Path, str | None]:
    """Split FILE:COLOR, a name of CSS or #rrggbb; raises CliError for what is no colour."""
    head, colon, color = named.rpartition(":")
    if not colon or Path(named).expanduser().exists() or not Path(head).expanduser().exists():
        return Path(named), None
    from PIL import ImageColor

    try:
        ImageColor.getrgb(color)
    except ValueError:
        raise CliError(f'--mask {named}: "{color}" is no colour; use a name like red, or #ff0000') from None
    return Path(head), color
