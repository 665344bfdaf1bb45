"""What there is to choose from: pages with a contact sheet, and names while they are being typed."""

from __future__ import annotations

import asyncio
import difflib
import io
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import structlog

from bot.model import Person, Place, SavedStyle
from bot.outcomes import DeliveredFile, StyleEntry, StylesPage
from bot.presets import Preset, Presets
from bot.sheets import Tile, contact_sheet
from bot.store import FileDamaged, FileGone, style_key
from bot.studio.context import Context
from bot.studio.styles import Styles

log = structlog.get_logger(__name__)

Title = Callable[[str], str]
"""Returns a preset's title in the person's language."""

_A_PAGE, _COLUMNS = 9, 3
_QUALITY = 85
_SHEETS_KEPT = 32  # of about 150 kB
_NEAR = 0.7  # of two words that are meant to be one
_SHORTEST_WORD = 3


class Gallery:
    """Shows styles."""

    def __init__(self, context: Context, styles: Styles) -> None:
        self._context, self._styles = context, styles
        self._drawing = asyncio.Lock()  # one sheet at a time keeps a core free
        self._sheets: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._sheets_of: Presets | None = None  # an admin may load others

    async def page(self, person: Person, place: Place, page: int, *, saved_only: bool, title: Title) -> StylesPage:
        """Return a page of the styles that this person may name here; one out of range is the nearest that there is."""
        styles: list[Preset | SavedStyle] = [*await self._styles.saved(place, person)]
        if not saved_only:
            styles += self._context.presets
        pages = max(1, -(-len(styles) // _A_PAGE))
        page = min(max(1, page), pages)
        first = (page - 1) * _A_PAGE
        shown = styles[first : first + _A_PAGE]
        return StylesPage(
            entries=tuple(_entry(style, title) for style in shown),
            page=page,
            pages=pages,
            first=first + 1,
            picture=await self._sheet(shown, first + 1, title) if shown else None,
            saved_only=saved_only,
        )

    async def names(
        self, person: Person, place: Place, text: str, *, limit: int, title: Title
    ) -> tuple[StyleEntry, ...]:
        """Return the styles that a beginning of a name may mean, best first; without text, all of them in order."""
        entries: dict[str, StyleEntry] = {}
        for style in (*await self._styles.saved(place, person), *self._context.presets):
            entries.setdefault(style_key(style.name), _entry(style, title))  # whom a name means is who comes first
        return tuple(_ranked(style_key(text), list(entries.values()))[: max(0, limit)])

    async def _sheet(self, styles: Sequence[Preset | SavedStyle], first: int, title: Title) -> DeliveredFile:
        """Return the contact sheet; only those of presets alone are remembered: they are everybody's."""
        async with self._drawing:
            if self._sheets_of is not self._context.presets:
                self._sheets.clear()
                self._sheets_of = self._context.presets
            tiles = [await self._tile(style, title) for style in styles]
            key = (first, *((tile.name, tile.title) for tile in tiles))
            common = all(isinstance(style, Preset) for style in styles)
            data = self._sheets.get(key) if common else None
            if data is None:
                data = await asyncio.to_thread(_drawn, tiles, first)
            if common:
                self._sheets[key] = data
                self._sheets.move_to_end(key)
                while len(self._sheets) > _SHEETS_KEPT:
                    self._sheets.popitem(last=False)
        return DeliveredFile(role="styles", media_type="image/jpeg", data=data, name="styles.jpg")

    async def _tile(self, style: Preset | SavedStyle, title: Title) -> Tile:
        if isinstance(style, Preset):
            return Tile(picture=style.path, title=title(style.title), name=style.name, plain_title=style.title)
        try:
            picture: bytes | None = await self._context.store.files.get(style.digest)
        except (FileGone, FileDamaged) as error:
            log.error("style.lost", detail=str(error))
            picture = None
        return Tile(picture=picture, title=style.name)


def _entry(style: Preset | SavedStyle, title: Title) -> StyleEntry:
    if isinstance(style, Preset):
        return StyleEntry(
            name=style.name, title=title(style.title), description=style.description, credits=style.credits
        )
    return StyleEntry(name=style.name, title=style.name, kind="place" if style.for_place else "mine")


def _drawn(tiles: Sequence[Tile], first: int) -> bytes:
    stream = io.BytesIO()
    tiles = [msgspec.structs.replace(tile, picture=None) if _has_gone(tile) else tile for tile in tiles]
    contact_sheet(tiles, _COLUMNS, first=first).save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _has_gone(tile: Tile) -> bool:
    return isinstance(tile.picture, Path) and not tile.picture.is_file()


def _ranked(text: str, entries: Sequence[StyleEntry]) -> list[StyleEntry]:
    """Return the entries that a text fits: exactly, as a beginning, as a part, nearly; each kind in its own order."""
    if not text:
        return list(entries)
    ranks = ((_rank(text, {style_key(entry.name), style_key(entry.title)}), entry) for entry in entries)
    return [entry for rank, entry in sorted(ranks, key=lambda pair: pair[0] or 0) if rank is not None]


def _rank(text: str, names: set[str]) -> float | None:
    """Return how well a text fits, from 0 (exactly) on; None when it does not."""
    if text in names:
        return 0
    if any(name.startswith(text) for name in names):
        return 1
    if any(text in name for name in names):
        return 2
    likeness = max(difflib.SequenceMatcher(None, word, text).ratio() for word in _words(names))
    return 4 - likeness if likeness >= _NEAR else None


def _words(names: set[str]) -> Iterator[str]:
    """Yield the names and their words, but for such as "on", which is like many another."""
    for name in names:
        yield name
        yield from (word for word in re.split(r"[ -]", name) if len(word) >= _SHORTEST_WORD)
