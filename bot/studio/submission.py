"""From a request, in which nothing has been checked, to a job."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bot import outcomes
from bot.model import JobFile, Person, Place, PlaceSettings, Request, SavedStyle, StoredRequest, StoredStyle, Verb
from bot.outcomes import Accepted, Which
from bot.presets import Preset
from bot.studio.admission import Admission, How, NewJob, Standing
from bot.studio.arrivals import Arrival, Arrivals, brought
from bot.studio.choices import require_losses, still_taken, with_options
from bot.studio.context import Context, Refused
from bot.studio.pictures import Pictures, StoredPicture
from bot.studio.styles import Styles
from nst_engine.options import OPTION_TABLE, Options

MAX_WEIGHT = 1000.0
_SMALLEST_SIZE = int(OPTION_TABLE["size"].minimum or 0)

Source = bytes | str
"""A picture: a stranger's bytes, or the digest of a clean one in the store."""


class WantedStyle(msgspec.Struct, frozen=True, kw_only=True):
    """A style that a person wants; of a preset, `picture` may be left out. One of an old job is taken as `stored`."""

    preset: str | None = None
    picture: Source | None = None
    weight: float = 1.0
    stored: StoredStyle | None = None

    @classmethod
    def of(cls, stored: StoredStyle) -> WantedStyle:
        """Return the wish for a style of an old job, whatever has become of its preset or its name since."""
        return cls(picture=stored.digest, weight=stored.weight, stored=stored)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A request or a draft: what a person wants, with pictures from wherever they come.

    `base` is what `options` are changes of, instead of the defaults, the place's settings and the preset's.
    """

    content: Source
    styles: tuple[WantedStyle, ...]
    options: dict[str, Any] = {}
    init: Source | None = None
    base: Options | None = None
    blend: float | None = None
    swap: bool = False
    film: bool = False

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Return what a request wants."""
        styles = (
            WantedStyle(preset=style.preset, picture=style.picture, weight=style.weight) for style in request.styles
        )
        return cls(
            content=request.content,
            styles=tuple(styles),
            options=request.options,
            init=None if request.swap else request.init,  # a picture of what is not painted then
            blend=request.blend,
            swap=request.swap,
            film=request.film,
        )


BringWanted = Callable[[], Awaitable[Request | Wanted]]
"""Bring, or the like for what is partly in the store."""


class Submission:
    """Makes jobs of requests."""

    def __init__(
        self, context: Context, admission: Admission, pictures: Pictures, arrivals: Arrivals, styles: Styles
    ) -> None:
        self._context, self._admission, self._pictures = context, admission, pictures
        self._arrivals, self._named = arrivals, styles

    async def submit(
        self,
        person: Person,
        place: Place,
        request: Request | Wanted | BringWanted,
        how: How,
        *,
        verb: Verb = "submit",
        parent: str | None = None,
    ) -> Accepted:
        """Check what is cheap first, then bring and clean the pictures, then reserve and store; raises Refused."""
        if repeated := await self._admission.repeated(person, how):
            return repeated
        standing = await self._admission.admitted(person, place, how, paintings=1)
        with self._arrivals.noted(person, "painting") as arrival:
            stored, files = await self._bring_in(arrival, place, request, standing)
            new = NewJob(person=person, place=place, request=stored, verb=verb, files=files, parent=parent).told(how)
            digests = [file.digest for file in files]
            if arrival.forgotten:
                await self._pictures.drop(digests)
            arrival.require_wanted(verb)
            try:
                return await self._admission.accept(new, standing)
            except Refused:
                await self._pictures.discard(digests)
                raise

    async def _bring_in(
        self, arrival: Arrival, place: Place, request: Request | Wanted | BringWanted, standing: Standing
    ) -> tuple[StoredRequest, list[JobFile]]:
        person = arrival.person
        if isinstance(request, Wanted):  # its pictures are in the store, so that nothing large comes into memory
            return await self._take_in(person, place, request, standing)
        async with self._arrivals.turn(arrival, standing.limits.waiting_at_once or 0):
            found = request if isinstance(request, Request) else await brought(request)
            wanted = Wanted.of(found) if isinstance(found, Request) else found
            return await self._take_in(person, place, wanted, standing)

    async def _take_in(
        self, person: Person, place: Place, wanted: Wanted, standing: Standing
    ) -> tuple[StoredRequest, list[JobFile]]:
        styles = await self._styles(person, place, wanted, standing.settings)
        presets = [self._pictures.preset(style.preset) if style.preset else None for style in styles]
        options = self._options(wanted, standing, _heaviest(styles, presets))
        return await self._store(wanted, styles, presets, options)

    def require_weight(self, weight: float) -> None:
        """Refuse a style's weight that is not above 0 and at most MAX_WEIGHT."""
        if not (math.isfinite(weight) and 0 < weight <= MAX_WEIGHT):
            raise Refused(outcomes.WeightRefused(found=weight))

    def require_count(self, styles: int) -> None:
        """Refuse more styles than the config allows."""
        limit = self._context.config.limits.styles_at_once
        if styles > limit:
            raise Refused(outcomes.TooManyStyles(limit=limit))

    async def _styles(
        self, person: Person, place: Place, wanted: Wanted, settings: PlaceSettings
    ) -> tuple[WantedStyle, ...]:
        """Return the styles to paint with, none of them by a saved style's name any more."""
        styles = wanted.styles
        if not styles and (default := await self._named.default(place, settings)):
            styles = (wanted_style(default, 1.0),)
        if not styles or any(not style.preset and style.picture is None for style in styles):
            raise Refused(outcomes.MissingPicture(which="style"))
        self.require_count(len(styles))
        for style in styles:
            self.require_weight(style.weight)
        if wanted.blend is not None:
            styles = _blended(styles, wanted.blend)
        if wanted.swap:
            styles = (max(styles, key=lambda style: style.weight),)
        return tuple([await self._found(person, place, style) for style in styles])

    async def _found(self, person: Person, place: Place, style: WantedStyle) -> WantedStyle:
        """Look up a style that is given by its name alone."""
        if not style.preset or style.picture is not None:
            return style
        return wanted_style(await self._named.find(style.preset, place, person), style.weight)

    def _options(self, wanted: Wanted, standing: Standing, preset: Preset | None) -> Options:
        """Put the layers of options on top of each other: defaults, the place's, the preset's, the person's."""
        chosen = dict(wanted.options)
        if wanted.init is not None:
            chosen.setdefault("init", "file")
        of_place = still_taken(standing.settings.options)
        layers = (self._context.config.defaults.options, of_place, preset.settings if preset else {})
        options = wanted.base or Options()
        for layer in layers if wanted.base is None else ():
            options = with_options(layer, options)
        largest = standing.limits.largest_size or 0
        if "size" not in chosen and options.size > largest >= _SMALLEST_SIZE:
            options = msgspec.structs.replace(options, size=largest)
        options = with_options(chosen, options)
        if options.init == "file" and wanted.init is None:
            raise Refused(outcomes.MissingPicture(which="init"))
        require_losses(options)
        self._admission.require_size(options.size, standing)
        return options

    async def _store(
        self,
        wanted: Wanted,
        styles: tuple[WantedStyle, ...],
        presets: list[Preset | None],
        options: Options,
    ) -> tuple[StoredRequest, list[JobFile]]:
        work = [self._picture("photo", wanted.content)]
        for style, preset in zip(styles, presets, strict=True):
            if style.picture is not None:
                work.append(self._picture("style", style.picture))
            elif preset is not None:
                work.append(self._pictures.from_preset(preset))
        if wanted.init is not None and options.init == "file":
            work.append(self._picture("init", wanted.init))
        content, *others = await self._pictures.all_of(work)
        stored = tuple(
            msgspec.structs.replace(
                style.stored or StoredStyle(digest=picture.digest, preset=preset.name if preset else None),
                weight=style.weight,
            )
            for style, preset, picture in zip(styles, presets, others, strict=False)
        )
        init = others[len(styles)].digest if len(others) > len(styles) else None
        request = StoredRequest(
            content=content.digest,
            styles=stored,
            options=options,
            width=content.width,
            height=content.height,
            init=init,
            chosen={name: getattr(options, name) for name in wanted.options},
            film=wanted.film,
        )
        if wanted.swap:
            request = swapped(request, stored[0], others[0].width, others[0].height)
        return request, input_files(request)

    async def _picture(self, which: Which, source: Source) -> StoredPicture:
        if isinstance(source, bytes):
            return await self._pictures.clean(which, source)
        return await self._pictures.kept(which, source)


def swapped(request: StoredRequest, style: StoredStyle, width: int, height: int) -> StoredRequest:
    """Return the wish to paint a style's picture, `width` by `height` pixels, in the style of the photo."""
    options = request.options
    if options.init == "file":  # it began with a picture of what is no longer painted
        options = msgspec.structs.replace(options, init="photo")
    return msgspec.structs.replace(
        request,
        content=style.digest,
        styles=(StoredStyle(digest=request.content),),
        options=options,
        width=width,
        height=height,
        init=None,
    )


def input_files(request: StoredRequest) -> list[JobFile]:
    """Return the files that a painting works from."""
    files = [JobFile(role="content", digest=request.content)]
    files += [JobFile(role="style", digest=style.digest, position=n) for n, style in enumerate(request.styles)]
    if request.init is not None:
        files.append(JobFile(role="init", digest=request.init))
    return files


def wanted_style(found: Preset | SavedStyle, weight: float) -> WantedStyle:
    """Return the wish for a style that was found by its name."""
    if isinstance(found, Preset):
        return WantedStyle(preset=found.name, weight=weight)
    return WantedStyle.of(StoredStyle(digest=found.digest, saved=found.name, weight=weight))


def _blended(styles: tuple[WantedStyle, ...], share: float) -> tuple[WantedStyle, ...]:
    """Give the last of several styles this share in percent; the others divide the rest by their weights."""
    if not 0 <= share <= 100:
        raise Refused(outcomes.OptionRefused(option="blend", found=str(share), allowed="a whole number from 0 to 100"))
    *others, last = styles
    if not others:
        return styles
    whole = sum(style.weight for style in others)
    weighed = [msgspec.structs.replace(style, weight=style.weight / whole * (100 - share) / 100) for style in others]
    weighed.append(msgspec.structs.replace(last, weight=share / 100))
    return tuple(style for style in weighed if style.weight > 0)


def _heaviest(styles: tuple[WantedStyle, ...], presets: list[Preset | None]) -> Preset | None:
    named = [(style.weight, preset) for style, preset in zip(styles, presets, strict=True) if preset is not None]
    return max(named, key=lambda pair: pair[0])[1] if named else None
