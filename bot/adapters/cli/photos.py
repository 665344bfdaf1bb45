"""Which photos a command paints: the files that it names, and the pictures in the folders that it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.adapters.cli.errors import CliError
from bot.adapters.cli.inputs import PICTURE_SUFFIXES, require_file

SHEET_WORD = "styles"
"""Ends the name of a contact sheet, as a style's name does a painting's."""

_OTHER_WORDS = (SHEET_WORD, "layers")  # what else stands behind a photo's name in the names of our pictures


class Photos(NamedTuple):
    """The photos, each once, and what there is to say about the folders that they come from."""

    paths: list[Path]
    notes: list[str]


def photos_in(named: Sequence[Path], styles: Collection[str]) -> Photos:
    """Return the photos that are named, those of a folder by name; raises CliError for what is not there.

    A folder's own folders are not looked into. Left out is what is no picture, and what an earlier run painted: it is
    called after a photo beside it and `styles`, which are the styles' names.
    """
    found: dict[Path, Path] = {}  # by where they really are
    notes: list[str] = []
    for path in (each.expanduser() for each in named):
        if not path.is_dir():
            require_file(path, "photo")
            found.setdefault(path.resolve(), path)
            continue
        inside = _inside(path, [*styles, *_OTHER_WORDS])
        if not inside.photos:
            raise CliError(f"{path} is a folder without a photo{inside.left_out}")
        if inside.left_out:
            notes.append(f"{path}{inside.left_out}.")
        for photo in inside.photos:
            found.setdefault(photo.resolve(), photo)
    return Photos(list(found.values()), notes)


class _Inside(NamedTuple):
    photos: list[Path]
    left_out: str  # ends a sentence, or is empty


def _inside(folder: Path, words: Collection[str]) -> _Inside:
    try:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    except OSError as error:
        raise CliError(f"the folder {folder} cannot be read: {error.strerror or error}") from None
    files.sort(key=lambda path: (path.name.casefold(), path.name))
    pictures = [path for path in files if path.suffix.lower() in PICTURE_SUFFIXES]
    ours = set(_painted(pictures, words))
    parts = [
        _counted(len(ours), "painting of an earlier run", "paintings of earlier runs"),
        _counted(len(files) - len(pictures), "file of another kind", "files of other kinds"),
    ]
    said = " and ".join(filter(None, parts))
    return _Inside([path for path in pictures if path not in ours], f": skipped {said}" if said else "")


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count else ""


def _painted(pictures: Sequence[Path], words: Collection[str]) -> Iterable[Path]:
    """Yield those that are called after another one of them and styles, as in photo-mosaic and photo-mosaic-neon-2."""
    stems = {path.stem for path in pictures}
    for path in pictures:
        stem = path.stem
        cuts = (at for at, sign in enumerate(stem) if sign == "-")
        if any(stem[:at] in stems and _names_styles(stem[at:], words) for at in cuts):
            yield path


def _names_styles(text: str, words: Collection[str]) -> bool:
    """Tell whether a text is -STYLE, once or several times, and perhaps a number behind that."""
    ends = {0}
    for at in range(len(text)):
        if at in ends:
            ends |= {at + 1 + len(word) for word in words if text.startswith(f"-{word}", at)}
    return any(re.fullmatch(r"(-\d+)?", text[end:]) for end in ends if end)
