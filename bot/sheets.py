"""Contact sheets: many style pictures in one, each with a number and its name."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot.presets import FORMATS, Preset

_TILE = (320, 240)  # pixels
_GAP, _CAPTION = 16, 50
_PAPER, _INK, _FAINT, _EMPTY = "#f7f4ee", "#221f1a", "#7d766a", "#e4dfd5"
_FONT = Path("mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
"""What Pillow raises over pictures that are none, or no longer whole."""

_NOWHERE = "\U0010fffe"  # no font has a sign for it

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of a contact sheet: a file, encoded bytes, a `thumbnail`, or None for one that has gone.

    `name` stands small under the title. `plain_title` is drawn where the font lacks a sign of the title.
    """

    picture: Path | bytes | Image.Image | None
    title: str
    name: str = ""
    plain_title: str = ""


def contact_sheet(
    styles: Iterable[Preset | Tile], columns: int = 4, *, titles: Mapping[str, str] | None = None, first: int = 1
) -> Image.Image:
    """Draw every style's picture with its number (from `first`), title and name.

    `titles` are other words for presets' titles, by name. Blocks; raises OSError when a file has gone, and ValueError
    for fewer than one column.
    """
    tiles = [style if isinstance(style, Tile) else _of_preset(style, titles or {}) for style in styles]
    if columns < 1:
        raise ValueError(f"a contact sheet takes at least one column, not {columns}")
    columns = min(columns, max(len(tiles), 1))
    step_x, step_y = _TILE[0] + _GAP, _TILE[1] + _CAPTION + _GAP
    rows = max(-(-len(tiles) // columns), 1)
    sheet = Image.new("RGB", (columns * step_x + _GAP, rows * step_y + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    large, small = _font(18), _font(13)
    for index, tile in enumerate(tiles):
        x, y = _GAP + index % columns * step_x, _GAP + index // columns * step_y
        picture = tile.picture
        if picture is None:
            picture = Image.new("RGB", _TILE, _EMPTY)
        sheet.paste(picture if isinstance(picture, Image.Image) else thumbnail(picture), (x, y))
        number = str(first + index)
        width = max(36, round(large.getlength(number)) + 16)
        pen.rounded_rectangle((x + 8, y + 8, x + 8 + width, y + 38), 8, fill=_PAPER)
        pen.text((x + 8 + width / 2, y + 23), number, _INK, large, anchor="mm")
        title = next((text for text in (tile.title, tile.plain_title) if _has_signs(large, text)), "")
        pen.text((x + 2, y + _TILE[1] + 6), _fitted(title, large), _INK, large)
        pen.text((x + 2, y + _TILE[1] + 31), _fitted(tile.name, small), _FAINT, small)
    return sheet


def _of_preset(preset: Preset, titles: Mapping[str, str]) -> Tile:
    title = titles.get(preset.name, preset.title)
    return Tile(picture=preset.path, title=title, name=preset.name, plain_title=preset.title)


def thumbnail(source: Path | bytes) -> Image.Image:
    """Return a picture as it stands on a sheet. Blocks; raises one of UNREADABLE where a file has gone or is broken."""
    return ImageOps.fit(on_white(source, _TILE), _TILE, Image.Resampling.LANCZOS)


def on_white(source: Path | bytes, size: tuple[int, int]) -> Image.Image:
    """Return a picture upright, and white where it is transparent; a large one coarsely reduced, to twice a size.

    The size is in pixels. Blocks; raises one of UNREADABLE where a file has gone or is broken.
    """
    with Image.open(source if isinstance(source, Path) else io.BytesIO(source), formats=FORMATS) as picture:
        picture.draft("RGB", (size[0] * 2, size[1] * 2))
        upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    coarse = min(upright.width // size[0], upright.height // size[1]) // 2
    upright = (upright.reduce(coarse) if coarse > 1 else upright).convert("RGBA")  # of megapixels, that is far quicker
    ground = Image.new("RGBA", upright.size, "white")
    ground.alpha_composite(upright)
    return ground.convert("RGB")


@cache
def _font(size: int) -> Font:
    """Return DejaVu Sans, which comes with matplotlib: Pillow's own font has not even an ä."""
    found = find_spec("matplotlib")  # which is not imported by that
    for folder in (found and found.submodule_search_locations) or ():
        if (path := Path(folder, _FONT)).is_file():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)


def _has_signs(font: Font, text: str) -> bool:
    """Tell whether a font can draw a text: where it lacks a sign, it draws the same box for each."""
    box = bytes(font.getmask(_NOWHERE))
    return all(sign.isspace() or bytes(font.getmask(sign)) != box for sign in text)


def _fitted(text: str, font: Font) -> str:
    if font.getlength(text) <= _TILE[0]:
        return text
    while text and font.getlength(text + "…") > _TILE[0]:
        text = text[:-1]
    return text.rstrip() + "…"
