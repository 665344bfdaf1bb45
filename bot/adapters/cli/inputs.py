"""What a person types, made into a request: photo, styles with weights, options. Pictures are read, never decoded."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from bot.adapters.cli.errors import CliError
from bot.adapters.cli.masks import Mask, read_masks
from bot.faults import listed, near
from bot.model import Request, RequestedRegion, RequestedStyle
from bot.outcomes import PictureRejected, Which
from bot.presenter import Presenter

LOCALE = "en"  # the terminal speaks English throughout, as its help does
PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff"}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stood on the command line: files, styles as NAME|FILE[:WEIGHT], and options that were checked."""

    photo: Path
    styles: Sequence[str] = ()
    options: Mapping[str, Any] = {}
    init: Path | None = None
    masks: Sequence[str] = ()  # see bot.adapters.cli.masks
    background: Sequence[str] = ()
    format: Literal["gif", "mp4"] | None = None


def build_request(typed: Typed, max_bytes: int, *, content: bytes | None = None) -> Request:
    """Read the pictures and return the request; raises CliError where a file cannot be read, or a mask is missing.

    `content` is what counts as the photo's bytes, where that is not to be read.
    """
    masks = read_masks(typed.masks)
    _require_mask(typed, masks)
    if content is None:
        content = read_picture(typed.photo, "photo", max_bytes)
    styles = tuple(_style(text, "--style", max_bytes) for text in typed.styles)
    background = tuple(_style(text, "--background", max_bytes) for text in typed.background)
    plain = next((mask for mask in masks if not mask.styles), None)
    pictures = {path: read_picture(path, "mask", max_bytes) for path in dict.fromkeys(mask.path for mask in masks)}
    regions = [
        RequestedRegion(
            mask=pictures[mask.path],
            color=mask.color,
            styles=tuple(_style(text, "--mask", max_bytes) for text in mask.styles) or styles,
        )
        for mask in masks
        if mask.styles or mask.color
    ]
    if masks and (plain is None or plain.color):  # then every part is a region, and the other styles are for the rest
        styles, background = background or (styles if plain is None else ()), ()
    if not styles and typed.options.get("reconstruct") == "content":
        styles = (RequestedStyle(picture=content),)  # it is not looked at
    return Request(
        content=content,
        styles=styles,
        options=dict(typed.options),
        init=read_picture(typed.init, "init", max_bytes) if typed.init else None,
        mask=pictures[plain.path] if plain and not plain.color else None,
        background=background,
        regions=tuple(regions),
        format=typed.format,
    )


def _require_mask(typed: Typed, masks: Sequence[Mask]) -> None:
    if masks:
        if typed.options.get("invert_mask") and len(masks) > 1:
            raise CliError("--invert-mask turns a single mask round; of several, invert the pictures")
        lowest = masks[0]
        if not lowest.styles and not typed.styles and (lowest.color or len(masks) > 1):
            raise CliError(f"--mask {lowest.path} is where --style goes; add --style, or write {lowest.path}=mosaic")
        if typed.background and typed.styles and all(mask.styles for mask in masks):
            raise CliError("--style paints what no mask covers, and so does --background; leave one of them out")
        return
    if typed.background:
        raise CliError(
            "--background paints what a mask leaves; add --mask FILE, a picture that is white on the subject"
        )
    if typed.options.get("invert_mask"):
        raise CliError("--invert-mask turns a mask round; add --mask FILE")


def split_style(text: str, flag: str = "--style") -> tuple[str, float]:
    """Split NAME|FILE[:WEIGHT]; the weight is 1 where none is given. Raises CliError when it is no number."""
    head, colon, tail = text.rpartition(":")
    if not colon or Path(text).exists():
        return text, 1.0
    try:
        weight = float(tail)
    except ValueError:
        if not looks_like_file(text):
            raise CliError(f'{flag} {text}: the weight "{tail}" is no number; write it like {head}:0.5') from None
        return text, 1.0
    if not head:
        raise CliError(f"{flag} {text}: name a style before the weight, like starry{text}")
    if not (math.isfinite(weight) and 0 < weight <= 1000):
        raise CliError(f"{flag} {text}: the weight must be above 0 and at most 1000; write it like {head}:0.5")
    return head, weight


def typed_styles(typed: Typed) -> list[str]:
    """Return all styles of a command but the background's: those of --style, then those of masks of their own."""
    return [*typed.styles, *(style for mask in read_masks(typed.masks) for style in mask.styles)]


def looks_like_file(text: str) -> bool:
    """Tell a picture's path from a preset's name."""
    return os.sep in text or Path(text).suffix.lower() in PICTURE_SUFFIXES or Path(text).is_file()


def style_word(text: str) -> str:
    """Return a style's short name, for the name of a painting's file."""
    name, _ = split_style(text)
    return Path(name).stem if looks_like_file(name) else name


def read_picture(path: Path, which: Which, max_bytes: int) -> bytes:
    """Return a file's bytes; raises CliError in words when it is missing, no file, unreadable or too large."""
    try:
        with path.expanduser().open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise CliError(_missing(path, which)) from None
    except IsADirectoryError:
        raise CliError(f"{path} is a folder; give a picture's file") from None
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(data) > max_bytes:
        facts: dict[str, str | int] = {"found": max(size, len(data)), "limit": max_bytes}
        rejected = PictureRejected(which=which, code="too_many_bytes", facts=facts)
        raise CliError(f"{path}: {Presenter().view(rejected, LOCALE).text}")
    return data


def require_file(path: Path, which: Which) -> None:
    """Raise CliError where there is no such file, with the names that are near."""
    try:
        path.stat()
    except FileNotFoundError:
        raise CliError(_missing(path, which)) from None
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror or error}") from None


def _style(text: str, flag: str, max_bytes: int) -> RequestedStyle:
    name, weight = split_style(text, flag)
    if not name.strip():
        raise CliError(f'{flag} "": name a style (impasto styles lists them), or a picture of your own')
    if looks_like_file(name):
        which: Which = "background" if flag == "--background" else "style"
        return RequestedStyle(picture=read_picture(Path(name), which, max_bytes), weight=weight)
    return RequestedStyle(preset=name, weight=weight)


def _missing(path: Path, which: Which) -> str:
    folder = path.expanduser().parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    alike = near(path.name, (entry.name for entry in folder.iterdir()))
    hint = f"; did you mean {listed(alike)}?" if alike else ""
    return f"there is no file {path}{hint}"
