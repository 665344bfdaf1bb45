"""A batch: several paintings of one command. What is painted, and where each goes, is settled before the first."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bot.adapters.cli.answers import line
from bot.adapters.cli.errors import CliError
from bot.adapters.cli.inputs import Typed, build_request, looks_like_file, split_style, style_word, typed_styles
from bot.adapters.cli.masks import read_masks
from bot.adapters.cli.outputs import FILM_FORMATS, PICTURE_FORMATS, Apart, usual_ending
from bot.adapters.cli.photos import SHEET_WORD, photos_in
from bot.naming import Names
from bot.presenter import TERMINAL, Presenter
from bot.studio.context import Refused
from bot.studio.styles import Found, all_named

if TYPE_CHECKING:
    from bot.presets import Preset, Presets

MOST = 1000
"""Paintings of one command: more than a night's work, and few enough to be meant."""


class Wish(NamedTuple):
    """What was asked for several times over: photos and folders, and how their styles are meant.

    `typed` has no photo of its own yet. `each`: every style by itself. `every`: all the presets, and contact sheets.
    """

    named: Sequence[Path]
    typed: Typed
    output: Path | None
    force: bool = False
    each: bool = False
    every: bool = False


class Piece(NamedTuple):
    """One painting of a batch; `output` is absolute, `title` and `name` are its style's on the contact sheet."""

    typed: Typed
    output: Path
    label: str
    title: str = ""
    name: str = ""

    @property
    def photo(self) -> Path:
        """What is painted."""
        return self.typed.photo


class Plan(NamedTuple):
    """All paintings, a photo's one after the other; by photo where its contact sheet goes; what is to be said first."""

    pieces: list[Piece]
    sheets: Mapping[Path, Path]
    notes: list[str]


def is_batch(wish: Wish) -> bool:
    """Tell whether a command may make several paintings, or names a folder."""
    several_styles = wish.every or (wish.each and len(wish.typed.styles) > 1)
    return several_styles or len(wish.named) > 1 or any(path.expanduser().is_dir() for path in wish.named)


def planned(wish: Wish, presets: Presets, max_bytes: int, *, only: Sequence[str] = ()) -> Plan:
    """Return what is to be painted, with a file for each; raises CliError for all that can be known beforehand.

    `only` are flags that were given and go with one painting alone. No photo is read yet.
    """
    if wish.every and wish.typed.styles:
        raise CliError("--all-styles paints in every style that there is; leave --style away, or --all-styles")
    choices = _choices(wish, presets)
    words = {preset.name for preset in presets} | {style_word(style) for style in typed_styles(wish.typed)}
    photos = photos_in(wish.named, words)
    count = len(photos.paths) * len(choices)
    if count > MOST:
        raise CliError(f"these would be {count} paintings, and one command makes at most {MOST}; name fewer photos")
    if only:
        raise CliError(f"{only[0]} goes with one painting of one photo; leave it away, or name that photo alone")
    if wish.typed.init is not None and len(photos.paths) > 1:
        raise CliError("--init FILE begins every photo as the same picture; leave it away, or paint one photo")
    for choice in choices:  # what each of them has in common is read once, so that nothing is painted in vain
        build_request(msgspec.structs.replace(wish.typed, styles=choice), max_bytes, content=b"")
    plan = _laid_out(wish, photos.paths, choices, presets)
    _require_free(wish, plan)
    return plan._replace(notes=photos.notes)


def require_names(wish: Wish, presets: Presets) -> None:
    """Raise CliError, with near ones, for a style's name that no preset has."""
    named: list[tuple[str, Found]] = list(presets.named())
    names = Names(named, list(presets))
    for style in wish.typed.styles:
        name, _ = split_style(style)
        if looks_like_file(name):
            continue
        try:
            all_named(names, name)
        except Refused as refused:
            raise CliError(line(Presenter(dialect=TERMINAL), refused.refusal)) from None


def _choices(wish: Wish, presets: Presets) -> list[tuple[str, ...]]:
    """Return the styles of each painting of a photo, as they are typed."""
    if wish.every:
        return [(preset.name,) for preset in presets]
    styles = tuple(wish.typed.styles)
    return [(style,) for style in styles] if wish.each and styles else [styles]


def _laid_out(wish: Wish, photos: Sequence[Path], choices: Sequence[tuple[str, ...]], presets: Presets) -> Plan:
    """Give each painting a file of its own, and each photo a sheet where there is one."""
    folder = None if wish.output is None else _folder(wish.output)
    apart = Apart(_inputs(wish, photos))
    known: Mapping[str, Preset] = {preset.name: preset for preset in presets}
    pieces: list[Piece] = []
    sheets: dict[Path, Path] = {}
    for photo in photos:
        beside = folder or photo.absolute().parent
        if wish.every and folder is None:
            beside /= f"{photo.stem}-{SHEET_WORD}"
        for choice in choices:
            typed = msgspec.structs.replace(wish.typed, photo=photo, styles=choice)
            words = [style_word(style) for style in typed_styles(typed)] or [wish.typed.options.get("reconstruct", "")]
            output = apart.path(beside, [photo.stem, *filter(None, words)], usual_ending(photo))
            preset = known.get(choice[0]) if wish.every else None
            label = f"{photo} in {' + '.join(words)}" if len(choices) > 1 else str(photo)
            pieces.append(Piece(typed, output, label, *((preset.title, preset.name) if preset else ())))
        if wish.every:
            sheets[photo] = apart.path(beside, [photo.stem, SHEET_WORD], ".png")
    return Plan(pieces, sheets, [])


def _inputs(wish: Wish, photos: Sequence[Path]) -> set[Path]:
    """Return the files that are read, none of which may be painted over."""
    texts = [split_style(text)[0] for text in (*typed_styles(wish.typed), *wish.typed.background)]
    others = [Path(text) for text in texts if looks_like_file(text)]
    given = [mask.path for mask in read_masks(wish.typed.masks)]
    given += [] if wish.typed.init is None else [wish.typed.init]
    return {path.expanduser().resolve() for path in (*photos, *others, *given)}


def _folder(output: Path) -> Path:
    """Return the folder that --output means; raises CliError for a file."""
    folder = output.expanduser()
    if folder.is_dir():
        return folder.absolute()
    if folder.exists() or folder.suffix.lower() in (*PICTURE_FORMATS, *FILM_FORMATS):
        raise CliError(f"{output} is a file, but several paintings need a folder; use --output paintings{os.sep}")
    return folder.absolute()


def _require_free(wish: Wish, plan: Plan) -> None:
    """Raise CliError where a file could not be written, or would replace one without --force."""
    outputs = [*(piece.output for piece in plan.pieces), *plan.sheets.values()]
    for folder in dict.fromkeys(path.parent for path in outputs):
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if not there.is_dir():
            raise CliError(f"{there} is a file, so that there can be no folder {folder}; choose another with --output")
        if not os.access(there, os.W_OK | os.X_OK):
            raise CliError(f"the folder {there} cannot be written to; choose another with --output")
    taken = [path for path in outputs if path.exists()]
    if taken and not wish.force:
        whole = f"{taken[0]} is" if len(taken) == 1 else f"{len(taken)} of {len(outputs)} files ({taken[0]}, …) are"
        raise CliError(f"{whole} there already; choose another folder with --output, or replace with --force")
