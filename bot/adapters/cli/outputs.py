"""Where results go: checked before the work begins, encoded as the name's ending says, written whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Collection, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.adapters.cli.errors import CliError, Exit
from bot.faults import listed

if TYPE_CHECKING:
    from PIL import Image


PICTURE_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
FILM_FORMATS = (".gif", ".mp4")
_MOVING = {".gif": ".gif", ".apng": ".gif"} | dict.fromkeys((".mp4", ".m4v", ".mov", ".webm"), ".mp4")


def default_output(photo: Path, styles: Sequence[str], folder: Path) -> Path:
    """Return a free name in `folder` such as photo-starry.png, with a number where that is taken.

    What seems to move gets the ending of a film; see `settled`.
    """
    return _free(folder, _stem([photo.stem, *styles]), usual_ending(photo))


def usual_ending(photo: Path) -> str:
    """Return the ending of a photo's painting where nobody named another: that of a film for what seems to move."""
    return _MOVING.get(photo.suffix.lower(), ".png")


class Apart:
    """Names for many results, none of which goes where another one does, or over one of the files that are read."""

    def __init__(self, inputs: Collection[Path]) -> None:
        """`inputs` are resolved paths."""
        self._inputs, self._taken = inputs, set[tuple[Path, str]]()

    def path(self, folder: Path, words: Sequence[str], ending: str) -> Path:
        """Return a path such as photo-starry.png, with a number where an earlier one has that name.

        Names that differ in case or ending alone are not apart: a disk may know no case, and what does not move after
        all is no film.
        """
        stem = _stem(words)
        for number in count(1):
            name = stem if number == 1 else f"{stem}-{number}"
            path, key = folder / f"{name}{ending}", (folder, name.casefold())
            if key not in self._taken and path.resolve() not in self._inputs:
                self._taken.add(key)
                break
        return path


def film_ending(form: str | None) -> str:
    """Return the ending of a film of this format."""
    return f".{form or 'gif'}"


def film_format(path: Path) -> Literal["gif", "mp4"] | None:
    """Return the format of a film that a path asks for; None for a picture's path."""
    formats: dict[str, Literal["gif", "mp4"]] = {".gif": "gif", ".mp4": "mp4"}
    return formats.get(path.suffix.lower())


def settled(path: Path, film: str | None, *, named: bool) -> Path:
    """Return where a painting goes now that it is known what it is: a film with this ending, or a picture (None).

    A path that nobody `named` gets another ending where it must; else this raises CliError.
    """
    ending = path.suffix.lower()
    if ending in ((film,) if film else PICTURE_FORMATS):
        return path
    if not named:
        return _free(path.parent, path.stem, film or ".png")
    if film:
        raise CliError(f"{path.name}: the photo moves, so its painting is a film; use {listed(FILM_FORMATS)}")
    raise CliError(
        f"{path.name}: the photo does not move, so its painting is a picture; use {listed([*PICTURE_FORMATS])}, "
        f"or --film {path.name} for a film of the way"
    )


def suited(path: Path, media_type: str) -> Path:
    """Return a path for a result that is there already: a film's ending for a film, a picture's for a picture."""
    film = {"image/gif": ".gif", "video/mp4": ".mp4"}.get(media_type)
    suits = path.suffix.lower() == film if film else path.suffix.lower() not in FILM_FORMATS
    return path if suits else path.with_suffix(film or ".png")


def _stem(words: Sequence[str]) -> str:
    return "-".join(words)[:100]


def _free(folder: Path, stem: str, ending: str) -> Path:
    names = (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}" for number in count(1))
    return next(path for path in (folder / name for name in names) if not path.exists())


def checked(path: Path, endings: Sequence[str], *, force: bool) -> Path:
    """Return the absolute path of a result; raises CliError when it could not be written there."""
    path = path.expanduser()
    if path.is_dir():
        raise CliError(f"{path} is a folder; give a file in it, such as {path / ('painting' + endings[0])}")
    if path.suffix.lower() not in endings:
        found = f'the ending "{path.suffix}" is none that can be written' if path.suffix else "the ending is missing"
        raise CliError(f"{path}: {found}; use {listed(endings)}")
    if not path.parent.is_dir():
        raise CliError(f"there is no folder {path.parent}; make it first, or choose another")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise CliError(f"the folder {path.parent} cannot be written to; choose another")
    if path.exists() and not force:
        raise CliError(f"{path} is there already; choose another name, or replace it with --force")
    return path.absolute()


def checked_together(photo: Path, paths: Sequence[Path]) -> None:
    """Raise CliError when two results would go to the same file, or one to the photo's own."""
    if photo.resolve() in [path.resolve() for path in paths]:
        raise CliError(f"{photo} is the photo itself; give the painting another name")
    if len(set(paths)) < len(paths):
        twice = next(path for path in paths if paths.count(path) > 1)
        raise CliError(f"{twice} is named for two results; give each its own file")


def encoded(png: bytes, path: Path) -> bytes:
    """Return a picture's PNG bytes in the format of the path's ending; of a film's ending, what they are."""
    if PICTURE_FORMATS.get(path.suffix.lower(), "PNG") == "PNG":
        return png
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        return encoded_picture(picture, path)


def encoded_picture(picture: Image.Image, path: Path) -> bytes:
    """Return a picture in the format of the path's ending."""
    from nst_engine import images

    return images.encoded(picture, PICTURE_FORMATS[path.suffix.lower()])


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace a file so that it is there as a whole or not at all; raises OSError."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Write as `write_whole` does; raises CliError in words."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror or error}", Exit.OURS) from error
