"""Styles by name: a person's own, then the place's, then presets; and how to keep one under a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import structlog

from bot import outcomes
from bot.model import Person, Place, PlaceSettings, SavedStyle, others_look_on
from bot.naming import Names, Read, style_key
from bot.outcomes import StyleRemoveAsked, StyleRemoved, StyleSaved
from bot.ports import Fetch
from bot.presets import Preset
from bot.recent import Recent
from bot.store import kept_by_person, kept_by_place
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrivals, brought
from bot.studio.context import Context, Refused
from bot.studio.managers import require_manager
from bot.studio.pictures import Pictures
from bot.studio.style_tokens import entry_of, kind_of, tokens_of

log = structlog.get_logger(__name__)

Title = Callable[[str], str]
"""Returns a preset's title in the person's language."""

Found = Preset | SavedStyle
"""A style that has a name."""

_NAME_LENGTH = 40  # characters
_AT_ONCE = 3  # pictures of one person that are being saved
_NEAR = 3
_GALLERIES = 2000  # that people see, whose numbers are remembered: 30 tokens each

# Letters and marks that nobody sees: joiners, fillers, vowels that are not written, selectors of variants
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


class Styles:
    """Finds, keeps and removes styles."""

    def __init__(self, context: Context, admission: Admission, pictures: Pictures, arrivals: Arrivals) -> None:
        self._context, self._admission, self._pictures, self._arrivals = context, admission, pictures, arrivals
        self._shown: Recent[tuple[str, str], tuple[str, ...]] = Recent(_GALLERIES)  # by person and place

    async def names(self, place: Place, person: Person | None = None) -> Names[Found]:
        """Return what finds the styles that may be named at the place: saved names, then presets' names and titles.

        Without a person only what everybody there has is looked at, as for the place's default, and no numbers.
        """
        saved = await self.saved(place, person)
        named: list[tuple[str, Found]] = [*((style.name, style) for style in saved), *self._context.presets.named()]
        return Names(named, await self._numbered(place, person) if person else ())

    async def read(self, text: str, place: Place, person: Person) -> list[Read[Found]]:
        """Return the styles that a text names, one or several; raises Refused for words that name none."""
        return all_named(await self.names(place, person), text)

    async def find(self, name: str, place: Place) -> Found:
        """Return the one style that everybody at the place has under this name; raises Refused with near ones."""
        return one_named(await self.names(place), name).meant

    async def by_token(self, token: str, place: Place, person: Person) -> Preset | SavedStyle:
        """Return the style that a button stands for; raises Refused for one that is no more, or is somebody else's."""
        style = tokens_of([*await self.saved(place, person), *self._context.presets]).get(token)
        if style is None:
            raise Refused(outcomes.PresetUnknown(name=""))
        return style

    async def default(self, place: Place, settings: PlaceSettings) -> Preset | SavedStyle | None:
        """Return the style that is used where a person chose none: the place's, else the config's.

        One that has gone since it was chosen counts as not chosen.
        """
        chosen = [name for name in (settings.preset, self._context.config.defaults.preset) if name]
        names = await self.names(place) if chosen else None
        for name in chosen:
            if names is not None and (found := names.exactly(name)) is not None:  # for slips, somebody must look on
                return found
            log.warning("style.default_gone", place=place.key)
        return None

    async def offered(self, person: Person, place: Place, *, saved_only: bool) -> dict[str, Found]:
        """Return what a gallery shows at the place, by token and in order.

        The pictures that people keep for themselves are not shown where others look on.
        """
        saved = await self.saved(place, None if others_look_on(place) else person)
        return tokens_of(saved if saved_only else [*saved, *self._context.presets])

    def showed(self, person: Person, place: Place, tokens: Sequence[str]) -> None:
        """Take note of the gallery that a person sees at a place: its numbers are what they mean from now on."""
        self._shown.pop((person.key, place.key), None)
        self._shown[person.key, place.key] = tuple(tokens)

    async def _numbered(self, place: Place, person: Person) -> Sequence[Found | None]:
        """Return the styles in the order of the gallery that the person saw last, or would see now."""
        shown = self._shown.get((person.key, place.key))
        if shown is None:
            return [*(await self.offered(person, place, saved_only=False)).values()]
        there = tokens_of([*await self.saved(place, person), *self._context.presets])
        return [there.get(token) for token in shown]

    async def saved(self, place: Place, person: Person | None) -> list[SavedStyle]:
        """Return the person's styles, then the place's, each by name."""
        keepers = [kept_by_person(person.key)] if person else []
        return await self._context.store.styles.all_of([*keepers, kept_by_place(place.key)])

    async def save(
        self,
        person: Person,
        place: Place,
        name: str,
        picture: bytes | Fetch,
        *,
        for_place: bool,
        manager: bool,
        hidden: bool,
    ) -> StyleSaved:
        """Keep a picture under a name; what is cheap to refuse is refused before the picture is fetched."""
        await self._admission.require_not_banned(person)
        if for_place:
            require_manager(place, "style_save", manager=manager)
        name, keeper = _checked(name), _keeper(person, place, for_place=for_place)
        if style_key(name) in self._context.presets:
            raise Refused(outcomes.StyleNameTaken(name=name))
        limit = self._context.config.limits.saved_styles
        too_many = Refused(outcomes.TooManySaved(limit=limit, for_place=for_place))
        known = await self._context.store.styles.all_of([keeper])
        if len(known) >= limit and style_key(name) not in {style_key(style.name) for style in known}:
            raise too_many
        with self._arrivals.noted(person, "style") as arrival:
            async with self._arrivals.turn(arrival, _AT_ONCE):
                data = picture if isinstance(picture, bytes) else await brought(picture, "style")
                stored = await self._pictures.clean("style", data)
            if arrival.forgotten:
                await self._pictures.drop([stored.digest])
            arrival.require_wanted("style_save")
            done = await self._context.store.styles.save(keeper, name, stored.digest, limit=limit, hidden=hidden)
        if done == "too_many":
            raise too_many
        log.info("style.saved", for_place=for_place, replaced=done == "replaced")
        return StyleSaved(name=name, for_place=for_place, replaced=done == "replaced")

    async def remove(
        self, person: Person, place: Place, name: str, *, for_place: bool, manager: bool, confirmed: bool
    ) -> StyleRemoveAsked | StyleRemoved:
        """Ask first; when confirmed, keep a style no longer."""
        if for_place:
            require_manager(place, "style_remove", manager=manager)
        keeper = _keeper(person, place, for_place=for_place)
        kept = await self._context.store.styles.all_of([keeper])
        saved = {style_key(style.name): style.name for style in kept}
        key = style_key(name)
        if key not in saved:
            names = Names((style.name, style) for style in kept)
            found = names.exactly(name)
            if found is None or confirmed:
                raise Refused(outcomes.PresetUnknown(name=name, near=tuple(map(entry_of, names.near(name)))))
            key = style_key(found.name)
        if not confirmed:
            listed = tokens_of(await self.saved(place, person))
            kind = "place" if for_place else "mine"
            token = next(
                (it for it, style in listed.items() if kind_of(style) == kind and style_key(style.name) == key), ""
            )
            return StyleRemoveAsked(name=saved[key], token=token, for_place=for_place)
        await self._context.store.styles.remove(keeper, name)
        log.info("style.removed", for_place=for_place)
        return StyleRemoved(name=saved[key], for_place=for_place)

    async def remove_by_token(
        self, person: Person, place: Place, token: str, *, manager: bool, confirmed: bool
    ) -> StyleRemoveAsked | StyleRemoved:
        """Do as `remove` with the style that a button stands for."""
        style = tokens_of(await self.saved(place, person)).get(token)
        if not isinstance(style, SavedStyle):
            raise Refused(outcomes.PresetUnknown(name=""))
        return await self.remove(
            person, place, style.name, for_place=style.for_place, manager=manager, confirmed=confirmed
        )


def all_named(names: Names[Found], text: str) -> list[Read[Found]]:
    """Return what a text names; raises Refused where a part of it names nothing."""
    reading = names.read(text)
    if not reading.unknown:
        return list(reading.named)
    unknown = reading.unknown[0]
    meant = {style.name: style for style in (*names.near(unknown), *(read.meant for read in reading.named))}
    raise Refused(outcomes.PresetUnknown(name=unknown, near=tuple(map(entry_of, meant.values()))[:_NEAR]))


def one_named(names: Names[Found], text: str) -> Read[Found]:
    """Return the one style that a text names; raises Refused where it names none, or several."""
    found = all_named(names, text)
    if len(found) > 1:
        raise Refused(outcomes.PresetUnknown(name=text, near=tuple(entry_of(read.meant) for read in found)[:_NEAR]))
    return found[0]


def _keeper(person: Person, place: Place, *, for_place: bool) -> str:
    return kept_by_place(place.key) if for_place else kept_by_person(person.key)


def _checked(name: str) -> str:
    """Return a name as it is kept: composed, with single spaces; raises Refused for one that will not do."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= _NAME_LENGTH or not all(map(_is_fit, name)) or not re.search(r"[^\W_]", name):
        raise Refused(outcomes.StyleNameRefused(found=name))
    return name


def _is_fit(sign: str) -> bool:
    """Allow letters with their marks, which many scripts write as characters of their own, digits and apostrophes."""
    return sign in " -'’" or (unicodedata.category(sign)[0] in "LMN" and not _INVISIBLE.match(sign))
