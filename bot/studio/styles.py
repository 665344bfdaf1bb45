"""Styles by name: a person's own, then the place's, then presets; and how to keep one under a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import structlog

from bot import outcomes
from bot.faults import near
from bot.model import Person, Place, PlaceSettings, SavedStyle
from bot.outcomes import StyleRemoveAsked, StyleRemoved, StyleSaved
from bot.ports import Fetch
from bot.presets import Preset, UnknownPreset
from bot.store import kept_by_person, kept_by_place, style_key
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrivals, brought
from bot.studio.context import Context, Refused
from bot.studio.managers import require_manager
from bot.studio.pictures import Pictures
from bot.studio.style_tokens import kind_of, tokens_of

log = structlog.get_logger(__name__)

Title = Callable[[str], str]
"""Returns a preset's title in the person's language."""

_NAME_LENGTH = 40  # characters
_AT_ONCE = 3  # pictures of one person that are being saved
_NEAR = 3

# Letters and marks that nobody sees: joiners, fillers, vowels that are not written, selectors of variants
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


class Styles:
    """Finds, keeps and removes styles."""

    def __init__(self, context: Context, admission: Admission, pictures: Pictures, arrivals: Arrivals) -> None:
        self._context, self._admission, self._pictures, self._arrivals = context, admission, pictures, arrivals

    async def find(self, name: str, place: Place, person: Person | None = None) -> Preset | SavedStyle:
        """Return the style that has this name at the place; raises Refused with near names.

        Without a person only what everybody there has is looked at, as for the place's default.
        """
        saved = {style_key(style.name): style for style in reversed(await self.saved(place, person))}
        key = style_key(name)
        if style := saved.get(key):
            return style
        try:
            return self._context.presets.get(name)
        except UnknownPreset as error:
            similar = [saved[other].name for other in near(key, saved)]
            raise Refused(outcomes.PresetUnknown(name=name, near=(*similar, *error.near)[:_NEAR])) from None

    async def known(
        self, place: Place, person: Person, title: Title = str
    ) -> Callable[[str], Preset | SavedStyle | None]:
        """Return what finds a style by its name, or a preset by its title too, in English or as `title` puts it."""
        saved, presets = await self.saved(place, person), [*self._context.presets]
        found: dict[str, Preset | SavedStyle] = {}
        for names in (  # whom a name means is who comes first
            ((style.name, style) for style in saved),
            ((preset.name, preset) for preset in presets),
            ((preset.name.replace("-", " "), preset) for preset in presets),
            ((title(preset.title), preset) for preset in presets),
            ((preset.title, preset) for preset in presets),
        ):
            for name, style in names:
                found.setdefault(style_key(name), style)
        return lambda name: found.get(style_key(name))

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
        for name in (settings.preset, self._context.config.defaults.preset):
            if name:
                try:
                    return await self.find(name, place)
                except Refused:
                    log.warning("style.default_gone", place=place.key)
        return None

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
        saved = {style_key(style.name): style.name for style in await self._context.store.styles.all_of([keeper])}
        key = style_key(name)
        if key not in saved:
            similar = tuple(saved[other] for other in near(key, saved))
            raise Refused(outcomes.PresetUnknown(name=name, near=similar))
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


def _keeper(person: Person, place: Place, *, for_place: bool) -> str:
    return kept_by_place(place.key) if for_place else kept_by_person(person.key)


def _checked(name: str) -> str:
    """Return a name as it is kept: composed, with single spaces; raises Refused for one that will not do."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= _NAME_LENGTH or not all(map(_is_fit, name)) or not re.search(r"[^\W_]", name):
        raise Refused(outcomes.StyleNameRefused(found=name))
    return name


def _is_fit(sign: str) -> bool:
    """Allow letters with their marks, which many scripts write as characters of their own, and digits."""
    return sign in " -" or (unicodedata.category(sign)[0] in "LMN" and not _INVISIBLE.match(sign))
