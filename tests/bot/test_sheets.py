"""Contact sheets of styles that come as bytes, as files or not at all; see test_presets for those of presets."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.presets import Presets
from bot.sheets import Tile, contact_sheet

RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(colour: tuple[int, int, int], size: tuple[int, int] = (640, 480)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


def middle(sheet: Image.Image, column: int, columns: int) -> object:
    step = (sheet.width - 16) // columns
    return sheet.getpixel((16 + column * step + step // 2, sheet.height // 2))


def drawn(**changes: object) -> bytes:
    tile = Tile(**({"picture": None, "title": ""} | changes))  # type: ignore[arg-type]
    return contact_sheet([tile]).tobytes()


def test_pictures_come_as_bytes_as_files_and_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "blue.png").write_bytes(encoded(BLUE, (3000, 200)))
    tiles = [
        Tile(picture=encoded(RED, (200, 3000)), title="tall"),
        Tile(picture=tmp_path / "blue.png", title="wide"),
        Tile(picture=None, title="gone"),
    ]
    sheet = contact_sheet([*tiles, next(iter(Presets.load()))], 4)
    assert [middle(sheet, column, 4) for column in (0, 1)] == [RED, BLUE]
    empty = middle(sheet, 2, 4)
    assert empty not in (RED, BLUE, sheet.getpixel((0, 0)))  # a frame without a picture, not bare paper
    (tmp_path / "blue.png").unlink()
    with pytest.raises(OSError, match="blue"):
        contact_sheet(tiles)


def test_numbers_begin_where_the_page_does() -> None:
    tiles = [Tile(picture=None, title="a"), Tile(picture=None, title="a")]
    from_one, from_two = contact_sheet(tiles, 2), contact_sheet(tiles, 2, first=2)
    second = (16 + (from_one.width - 16) // 2, 0)  # its tile, laid over the first one's
    moved = Image.new("RGB", (from_one.width // 2, from_one.height))
    moved.paste(from_one.crop((*second, from_one.width, from_one.height)))
    shown = Image.new("RGB", moved.size)
    shown.paste(from_two.crop((16, 0, 16 + from_one.width - second[0], from_two.height)))
    inside = (0, 0, 320, moved.height)
    assert moved.crop(inside).tobytes() == shown.crop(inside).tobytes()  # what was second there is first here
    assert from_one.tobytes() != from_two.tobytes()
    assert contact_sheet(tiles, 2, first=1000).size == from_one.size


@pytest.mark.parametrize("title", ["Größe", "Звёздная река", "Ґанок їжака", "Été à São Paulo", "Ελληνικά"])
def test_the_letters_of_our_languages_are_drawn(title: str) -> None:
    """Each sign has a shape of its own: a font without it draws one box for all."""
    assert drawn(title=title, plain_title="plain") not in (drawn(), drawn(title="plain"))


def test_a_title_with_a_sign_that_the_font_lacks_gives_way_to_the_plain_one() -> None:
    assert drawn(title="星の川", plain_title="Starry river") == drawn(title="Starry river")
    assert drawn(title="星の川") == drawn()  # the number is enough
