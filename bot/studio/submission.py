"""From a request, in which nothing has been checked, to a job."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from bot import outcomes
from bot.model import JobFile, Person, Place, PlaceSettings, Request, StoredRequest, StoredStyle, Verb
from bot.outcomes import Accepted, BatchAccepted, Which
from bot.presets import Preset
from bot.studio import batches
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrival, Arrivals, brought
from bot.studio.choices import require_losses, still_taken, with_options
from bot.studio.context import Context, Refused
from bot.studio.inputs import input_files, swapped
from bot.studio.jobs_wanted import How, NewJob
from bot.studio.moving import as_moving, moving_size, paintings_of, task_of
from bot.studio.pictures import Pictures, StoredPicture
from bot.studio.qualities import affordable
from bot.studio.standing import Standing
from bot.studio.styles import Styles
from bot.studio.wanted import BringWanted, Source, Wanted, WantedStyle, blended, slip_of, wanted_style
from nst_engine.options import SMALLEST_SIZE, Options, leaves_quality

MAX_WEIGHT = 1000.0


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
            if how.get("hidden"):
                stored = msgspec.structs.replace(stored, hidden=True)
            new = NewJob(
                person=person,
                place=place,
                request=stored,
                verb=verb,
                files=files,
                task=task_of(stored),
                paintings=paintings_of(stored, self._context.config.limits.frames_a_painting),
                parent=parent,
            ).told(how)
            digests = [file.digest for file in files]
            if arrival.forgotten:
                await self._pictures.drop(digests)
            arrival.require_wanted(verb)
            try:
                return await self._admission.accept(new, standing)
            except Refused as refused:
                if outcomes.offer_of(refused.refusal) is None:
                    await self._pictures.discard(digests)  # else the offer needs them
                raise

    async def submit_batch(
        self, person: Person, place: Place, requests: Sequence[Request | BringWanted], how: How, most: int
    ) -> BatchAccepted:
        """Do the same for each of several photos, as many as may be taken; raises Refused where none is."""
        with self._arrivals.noted(person, "painting") as arrival:

            def asking(request: Request | BringWanted) -> batches.Ask:
                async def ask(how: How) -> Accepted:
                    arrival.require_wanted("submit")
                    return await self.submit(person, place, request, how)

                return ask

            return await batches.accepted([asking(request) for request in requests], how, most=most)

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
        background = await self._background(person, place, wanted)
        options, is_open = self._options(wanted, standing, self._heaviest(styles))
        moving_side = moving_size(wanted, options, standing.largest(moving=True))
        pictures = await self._bring_pictures(wanted, styles, background, options, moving_side)
        try:
            if pictures.content.frames > 1:
                options = as_moving(wanted, options, standing.largest(moving=True))
            hidden = wanted.hidden or any(style.hidden for style in (*styles, *background))
            request = msgspec.structs.replace(_request(wanted, pictures, options), hidden=hidden)
            if is_open and request.frames == 1:
                request = await affordable(self._context, request)
        except Refused:
            await self._pictures.drop(pictures.digests)
            raise
        return request, input_files(request)

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
        styles = await self._found(person, place, styles)
        if wanted.blend is not None:
            styles = blended(styles, wanted.blend)
        if wanted.swap:
            styles = (max(styles, key=lambda style: style.weight),)
        return styles

    async def _background(self, person: Person, place: Place, wanted: Wanted) -> tuple[WantedStyle, ...]:
        """Return the styles for where the mask is black, as `_styles` does."""
        if not wanted.background:
            return ()
        if any(not style.preset and style.picture is None for style in wanted.background):
            raise Refused(outcomes.MissingPicture(which="background"))
        if wanted.mask is None:
            raise Refused(outcomes.MissingPicture(which="mask"))
        return await self._found(person, place, wanted.background)

    async def _found(self, person: Person, place: Place, styles: Sequence[WantedStyle]) -> tuple[WantedStyle, ...]:
        """Look up the styles that are given by words alone, which may name several of the same weight."""
        self.require_count(len(styles))
        found: list[WantedStyle] = []
        for style in styles:
            self.require_weight(style.weight)
            if not style.preset or style.picture is not None:
                found.append(style)
                continue
            named = await self._named.read(style.preset, place, person)
            found += [wanted_style(read.meant, style.weight, slip_of(read) or style.slip) for read in named]
        self.require_count(len(found))
        return tuple(found)

    def _options(self, wanted: Wanted, standing: Standing, preset: Preset | None) -> tuple[Options, bool]:
        """Put the layers of options on top of each other: defaults, the place's, the preset's, the person's.

        Also returns whether they leave the quality open, which is standard then.
        """
        chosen = dict(wanted.options)
        if wanted.init is not None:
            chosen.setdefault("init", "file")
        of_place = still_taken(standing.settings.options)
        wishes = {**self._context.config.defaults.options, **of_place, **(preset.settings if preset else {})}
        if wanted.base is not None:
            wishes = {"quality": wanted.base.quality}
        options = with_options(wishes, wanted.base or Options())
        largest = standing.limits.largest_size or 0
        if "size" not in chosen and options.size > largest >= SMALLEST_SIZE:
            options = msgspec.structs.replace(options, size=largest)
        options = with_options(chosen, options)
        if options.init == "file" and wanted.init is None:
            raise Refused(outcomes.MissingPicture(which="init"))
        if options.invert_mask and "invert_mask" in chosen and wanted.mask is None and not wanted.swap:
            raise Refused(outcomes.MissingPicture(which="mask", verb="invert_mask"))
        require_losses(options)
        self._admission.require_size(options.size, standing)
        return options, leaves_quality({**wishes, **chosen})

    async def _bring_pictures(
        self,
        wanted: Wanted,
        styles: Sequence[WantedStyle],
        background: Sequence[WantedStyle],
        options: Options,
        moving_side: int,
    ) -> _Brought:
        """Bring all pictures into the store, or none of them; `moving_side` is for a content that moves, in pixels."""
        work = [self._content(wanted.content, moving_side)]
        work += [self._picture("style", style) for style in styles]
        work += [self._picture("background", style) for style in background]
        has_init = wanted.init is not None and options.init == "file"
        if wanted.init is not None and has_init:
            work.append(self._source("init", wanted.init))
        if wanted.mask is not None:
            work.append(self._source("mask", wanted.mask))
        content, *others = await self._pictures.all_of(work)
        return _Brought(
            content=content,
            styles=self._stored_styles(styles, others),
            background=self._stored_styles(background, others[len(styles) :]),
            init=others[len(styles) + len(background)].digest if has_init else None,
            mask=others[-1].digest if wanted.mask is not None else None,
            style_size=(others[0].width, others[0].height),
            digests=tuple(picture.digest for picture in (content, *others)),
        )

    async def _content(self, source: Source, moving_side: int) -> StoredPicture:
        if isinstance(source, bytes):
            return await self._pictures.clean_content(source, moving_side)
        return await self._pictures.kept("photo", source)

    async def _picture(self, which: Which, style: WantedStyle) -> StoredPicture:
        if style.picture is None:
            return await self._pictures.from_preset(self._pictures.preset(style.preset or ""))
        return await self._source(which, style.picture)

    async def _source(self, which: Which, source: Source) -> StoredPicture:
        if isinstance(source, bytes):
            return await self._pictures.clean(which, source)
        return await self._pictures.kept(which, source)

    def _stored_styles(
        self, styles: Sequence[WantedStyle], pictures: Sequence[StoredPicture]
    ) -> tuple[StoredStyle, ...]:
        """Return what is stored of styles whose pictures come first in these."""
        return tuple(
            msgspec.structs.replace(
                style.stored or StoredStyle(digest=picture.digest, preset=self._preset_name(style)),
                weight=style.weight,
                slip=style.slip,
            )
            for style, picture in zip(styles, pictures, strict=False)
        )

    def _preset_name(self, style: WantedStyle) -> str | None:
        return self._pictures.preset(style.preset).name if style.preset else None

    def _heaviest(self, styles: Sequence[WantedStyle]) -> Preset | None:
        named = [(style.weight, style.preset) for style in styles if style.preset]
        return self._pictures.preset(max(named, key=lambda pair: pair[0])[1]) if named else None


class _Brought(msgspec.Struct, frozen=True, kw_only=True):
    """The pictures of a request, in the store."""

    content: StoredPicture
    styles: tuple[StoredStyle, ...]
    background: tuple[StoredStyle, ...]
    init: str | None
    mask: str | None
    style_size: tuple[int, int]  # of the first style's picture
    digests: tuple[str, ...]


def _request(wanted: Wanted, brought: _Brought, options: Options) -> StoredRequest:
    content, moves = brought.content, brought.content.frames > 1
    request = StoredRequest(
        content=content.digest,
        styles=brought.styles,
        options=options,
        width=content.width,
        height=content.height,
        init=brought.init,
        chosen={name: getattr(options, name) for name in wanted.options},
        film=wanted.film and not moves,  # it is one
        mask=brought.mask,
        background=brought.background,
        frames=content.frames,
        frames_per_second=content.frames_per_second,
        format=(wanted.format or content.format or "gif") if moves else None,
    )
    return swapped(request, brought.styles[0], *brought.style_size) if wanted.swap else request
