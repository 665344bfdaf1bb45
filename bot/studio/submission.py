"""From a request, in which nothing has been checked, to a job."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from bot import outcomes
from bot.model import JobFile, Person, Place, PlaceSettings, Request, StoredRequest, Verb
from bot.outcomes import Accepted, BatchAccepted
from bot.presets import Preset
from bot.studio import batches
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrival, Arrivals, brought
from bot.studio.bringing import Bringing, request_of, styles_of
from bot.studio.choices import require_losses, still_taken, with_options
from bot.studio.context import Context, Refused
from bot.studio.inputs import input_files
from bot.studio.jobs_wanted import How, NewJob
from bot.studio.moving import as_moving, moving_size, paintings_of, task_of
from bot.studio.pictures import Pictures
from bot.studio.qualities import affordable
from bot.studio.standing import Standing
from bot.studio.styles import Styles
from bot.studio.wanted import BringWanted, Wanted, WantedRegion, WantedStyle, blended, slip_of, wanted_style
from nst_engine.options import SMALLEST_SIZE, Options, leaves_quality

MAX_WEIGHT = 1000.0


class Submission:
    """Makes jobs of requests."""

    def __init__(
        self, context: Context, admission: Admission, pictures: Pictures, arrivals: Arrivals, styles: Styles
    ) -> None:
        self._context, self._admission, self._pictures = context, admission, pictures
        self._arrivals, self._named = arrivals, styles
        self._bringing = Bringing(pictures)

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
        regions = [await self._region(person, place, region) for region in wanted.regions]
        options, is_open = self._options(wanted, standing, self._heaviest(styles))
        moving_side = moving_size(wanted, options, standing.largest(moving=True))
        pictures = await self._bringing.bring(wanted, styles, background, regions, options, moving_side)
        try:
            if pictures.content.frames > 1:
                options = as_moving(wanted, options, standing.largest(moving=True))
            hidden = wanted.hidden or any(style.hidden for style in (*styles, *background, *styles_of(regions)))
            request = msgspec.structs.replace(request_of(wanted, pictures, options), hidden=hidden)
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

    async def _region(self, person: Person, place: Place, region: WantedRegion) -> WantedRegion:
        """Return a part of the photo whose styles are looked up, as `_styles` does."""
        if not region.styles or any(not style.preset and style.picture is None for style in region.styles):
            raise Refused(outcomes.MissingPicture(which="style"))
        return msgspec.structs.replace(region, styles=await self._found(person, place, region.styles))

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

    def _heaviest(self, styles: Sequence[WantedStyle]) -> Preset | None:
        named = [(style.weight, style.preset) for style in styles if style.preset]
        return self._pictures.preset(max(named, key=lambda pair: pair[0])[1]) if named else None
