"""What a person types, made into a request: photo, styles with weights, options. Pictures are read, never decoded."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.adapters.cli.errors import CliError
from bot.faults import listed, near
from bot.model import Request, RequestedStyle
from bot.outcomes import PictureRejected, Which
from bot.presenter import Presenter

LOCALE = "en"  # the terminal speaks English throughout, as its help does
_PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff"}


def build_request(
    photo: Path, styles: Sequence[str], options: Mapping[str, Any], init: Path | None, max_bytes: int
) -> Request:
    """Read the pictures and return the request; raises CliError when a file cannot be read."""
    return Request(
        content=read_picture(photo, "photo", max_bytes),
        styles=tuple(_style(text, max_bytes) for text in styles),
        options=dict(options),
        init=read_picture(init, "init", max_bytes) if init else None,
    )


def split_style(text: str) -> tuple[str, float]:
    """Split NAME|FILE[:WEIGHT]; the weight is 1 where none is given. Raises CliError when it is no number."""
    head, colon, tail = text.rpartition(":")
    if not colon or Path(text).exists():
        return text, 1.0
    try:
        weight = float(tail)
    except ValueError:
        if not looks_like_file(text):
            raise CliError(f'--style {text}: the weight "{tail}" is no number; write it like {head}:0.5') from None
        return text, 1.0
    if not head:
        raise CliError(f"--style {text}: name a style before the weight, like starry{text}")
    if not (math.isfinite(weight) and 0 < weight <= 1000):
        raise CliError(f"--style {text}: the weight must be above 0 and at most 1000; write it like {head}:0.5")
    return head, weight


def looks_like_file(text: str) -> bool:
    """Tell a picture's path from a preset's name."""
    return os.sep in text or Path(text).suffix.lower() in _PICTURE_SUFFIXES or Path(text).is_file()


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


def _style(text: str, max_bytes: int) -> RequestedStyle:
    name, weight = split_style(text)
    if not name.strip():
        raise CliError('--style "": name a style (impasto styles lists them), or a picture of your own')
    if looks_like_file(name):
        return RequestedStyle(picture=read_picture(Path(name), "style", max_bytes), weight=weight)
    return RequestedStyle(preset=name, weight=weight)


def _missing(path: Path, which: Which) -> str:
    folder = path.expanduser().parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    alike = near(path.name, (entry.name for entry in folder.iterdir()))
    hint = f"; did you mean {listed(alike)}?" if alike else ""
    return f"there is no file {path}{hint}"
