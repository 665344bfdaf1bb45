"""What there is to choose from: pages with a contact sheet, and names while they are being typed."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import structlog
from PIL import Image

from bot.model import Person, Place, SavedStyle
from bot.naming import likeness_to, loosely, number_in, style_key
from bot.outcomes import DeliveredFile, StyleEntry, StylesPage
from bot.presets import Preset, Presets
from bot.sheets import UNREADABLE, Tile, contact_sheet, thumbnail
from bot.store import FileDamaged, FileGone
from bot.studio.arrivals import Turns
from bot.studio.context import Context
from bot.studio.drafts import Drafts
from bot.studio.style_tokens import entry_of, tokens_of
from bot.studio.styles import Styles, Title

log = structlog.get_logger(__name__)

_A_PAGE, _COLUMNS = 9, 3
_QUALITY = 85
_SHEETS_KEPT = 32  # of about 150 kB
_NEAR = 0.7  # of two words that are meant to be one
_SHORTEST_WORD = 3


class Gallery:
    """Shows styles."""

    def __init__(self, context: Context, styles: Styles, drafts: Drafts) -> None:
        self._context, self._styles, self._drafts = context, styles, drafts
        self._drawing = Turns(1, 1)  # one sheet at a time keeps a core free; who turns many pages waits for others
        self._sheets: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._sheets_of: Presets | None = None  # an admin may load others

    async def page(self, person: Person, place: Place, page: int, *, saved_only: bool, title: Title) -> StylesPage:
        """Return a page of the styles that this person may name here; one out of range is the nearest that there is.

        The pictures that people keep for themselves are not shown where others look on.
        """
        tokens = await self._styles.offered(person, place, saved_only=saved_only)
        if tokens:  # where nothing is shown, numbers mean what they meant before
            self._styles.showed(person, place, [*tokens])
        styles = list(tokens.values())
        pages = max(1, -(-len(styles) // _A_PAGE))
        page = min(max(1, page), pages)
        first = (page - 1) * _A_PAGE
        shown = styles[first : first + _A_PAGE]
        draft = await self._drafts.find(person, place)
        return StylesPage(
            entries=tuple(
                entry_of(style, title, token) for token, style in list(tokens.items())[first : first + _A_PAGE]
            ),
            page=page,
            pages=pages,
            first=first + 1,
            picture=await self._sheet(person, shown, first + 1, title) if shown else None,
            spoiler=any(style.hidden for style in shown if isinstance(style, SavedStyle)),
            saved_only=saved_only,
            draft=None if draft is None else self._drafts.state_of(draft, title),
        )

    async def names(
        self, person: Person, place: Place, text: str, *, limit: int, title: Title
    ) -> tuple[StyleEntry, ...]:
        """Return the styles that a beginning of a name may mean, best first; without text, all of them in order.

        Of more than `limit`, about as many presets as saved styles are shown then.
        """
        entries: dict[str, StyleEntry] = {}
        tokens = tokens_of([*await self._styles.saved(place, person), *self._context.presets])
        for token, style in tokens.items():
            entries.setdefault(
                style_key(style.name), entry_of(style, title, token)
            )  # whom a name means is who comes first
        if not text.strip():
            return tuple(_some_of_each(list(entries.values()), max(0, limit)))
        found = ranked(text, list(entries.values()), self.titles_of)
        if number_in(text) is not None:
            names = await self._styles.names(place, person)
            found = [*(entry_of(read.meant, title) for read in names.read(text).named), *found]
        return tuple({(entry.kind, entry.name): entry for entry in found}.values())[: max(0, limit)]

    def titles_of(self, entry: StyleEntry) -> Sequence[str]:
        """Return what a style is called in other languages."""
        return self._context.presets.get(entry.name).titles if entry.kind == "preset" else ()

    async def _sheet(
        self, person: Person, styles: Sequence[Preset | SavedStyle], first: int, title: Title
    ) -> DeliveredFile:
        """Return the contact sheet; only those of presets alone are remembered: they are everybody's."""
        presets = self._context.presets
        if self._sheets_of is not presets:
            self._sheets.clear()
            self._sheets_of = presets
        common = all(isinstance(style, Preset) for style in styles)
        key = (first, *((style.name, entry_of(style, title, "").title) for style in styles))
        data = self._sheets.get(key) if common else None
        if data is None:
            async with self._drawing.of(person.key):
                tiles = [await self._tile(style, title) for style in styles]
                data = await asyncio.to_thread(_drawn, tiles, first)
            if common and self._sheets_of is presets and all(tile.picture is not None for tile in tiles):
                self._sheets[key] = data
                while len(self._sheets) > _SHEETS_KEPT:
                    self._sheets.popitem(last=False)
        elif common:
            self._sheets.move_to_end(key)
        return DeliveredFile(role="styles", media_type="image/jpeg", data=data, name="styles.jpg")

    async def _tile(self, style: Preset | SavedStyle, title: Title) -> Tile:
        """Return a tile with a thumbnail, so that one whole picture at a time is in memory."""
        try:
            source = style.path if isinstance(style, Preset) else await self._context.store.files.get(style.digest)
            picture: Image.Image | None = await asyncio.to_thread(thumbnail, source)
        except (FileGone, FileDamaged, *UNREADABLE) as error:
            log.error("style.lost", detail=str(error))
            picture = None
        if isinstance(style, Preset):
            return Tile(picture=picture, title=title(style.title), name=style.name, plain_title=style.title)
        return Tile(picture=picture, title=style.name)


def _drawn(tiles: Sequence[Tile], first: int) -> bytes:
    stream = io.BytesIO()
    contact_sheet(tiles, _COLUMNS, first=first).save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _some_of_each(entries: Sequence[StyleEntry], most: int) -> list[StyleEntry]:
    """Return the first saved styles and the first presets, about as many of each where there is no room for all."""
    presets = [entry for entry in entries if entry.kind == "preset"]
    saved = [entry for entry in entries if entry.kind != "preset"]
    kept = saved[: max(most - len(presets), most - most // 2)]
    return [*kept, *presets][:most]


def ranked(text: str, entries: Sequence[StyleEntry], titles: Callable[[StyleEntry], Sequence[str]]) -> list[StyleEntry]:
    """Return the entries that a text fits: exactly, as a beginning, as a part, nearly; each kind in its own order.

    `titles` says what an entry is called in other languages, by which it comes later, unless exactly so.
    """
    if not text.strip():
        return list(entries)
    key = loosely(text)
    if not key:  # signs alone are part of no name
        return []
    alike = likeness_to(key)
    ranks = (
        (_rank(key, alike, {loosely(entry.name), loosely(entry.title)}, titles(entry)), entry) for entry in entries
    )
    return [entry for rank, entry in sorted(ranks, key=lambda pair: pair[0] or 0) if rank is not None]


def _rank(text: str, alike: Callable[[str, float], float], names: set[str], titles: Sequence[str]) -> float | None:
    """Return how well a text fits, from 0 (exactly) on; None when it does not."""
    foreign = {loosely(title) for title in titles}
    if text in names or text in foreign:
        return 0
    if any(name.startswith(text) for name in names):
        return 1
    if any(text in name for name in names):
        return 2
    likeness = max(alike(word, _NEAR) for word in _words(names))
    if likeness:
        return 4 - likeness
    if any(name.startswith(text) for name in foreign):
        return 5
    return 6 if any(text in name for name in foreign) else None


def _words(names: set[str]) -> Iterator[str]:
    """Yield the names and their words, but for such as "on", which is like many another."""
    for name in names:
        yield name
        yield from (word for word in name.split() if len(word) >= _SHORTEST_WORD)
