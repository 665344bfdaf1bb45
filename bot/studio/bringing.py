"""The pictures of a request on their way into the store, and what is stored of the request then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec

from bot.model import StoredRegion, StoredRequest, StoredStyle
from bot.outcomes import Which
from bot.studio.inputs import swapped
from bot.studio.pictures import Pictures, StoredPicture
from bot.studio.wanted import Source, Wanted, WantedRegion, WantedStyle
from nst_engine.options import Options


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """The pictures of a request, in the store."""

    content: StoredPicture
    styles: tuple[StoredStyle, ...]
    background: tuple[StoredStyle, ...]
    init: str | None
    mask: str | None
    regions: tuple[StoredRegion, ...]
    style_size: tuple[int, int]  # of the first style's picture
    digests: tuple[str, ...]


class Bringing:
    """Brings the pictures of requests into the store."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    async def bring(
        self,
        wanted: Wanted,
        styles: Sequence[WantedStyle],
        background: Sequence[WantedStyle],
        regions: Sequence[WantedRegion],
        options: Options,
        moving_side: int,
    ) -> Brought:
        """Bring all pictures into the store, or none of them; raises Refused.

        `moving_side` is for a content that moves, in pixels.
        """
        has_init = wanted.init is not None and options.init == "file"
        groups = [
            [self._content(wanted.content, moving_side)],
            [self._picture("style", style) for style in styles],
            [self._picture("background", style) for style in background],
            [self._source("init", wanted.init)] if wanted.init is not None and has_init else [],
            [] if wanted.mask is None else [self._source("mask", wanted.mask, wanted.mask_color)],
            [self._source("mask", region.mask, region.color) for region in regions],
            [self._picture("style", style) for style in styles_of(regions)],
        ]
        found = await self._pictures.all_of([work for group in groups for work in group])
        rest = iter(found)
        content, of_styles, of_background, init, mask, masks, of_regions = (
            list(islice(rest, len(group))) for group in groups
        )
        in_regions = iter(self._stored_styles(styles_of(regions), of_regions))
        return Brought(
            content=content[0],
            styles=self._stored_styles(styles, of_styles),
            background=self._stored_styles(background, of_background),
            init=init[0].digest if init else None,
            mask=mask[0].digest if mask else None,
            regions=tuple(
                StoredRegion(mask=one.digest, styles=tuple(islice(in_regions, len(region.styles))))
                for one, region in zip(masks, regions, strict=True)
            ),
            style_size=(of_styles[0].width, of_styles[0].height),
            digests=tuple(picture.digest for picture in found),
        )

    async def _content(self, source: Source, moving_side: int) -> StoredPicture:
        if isinstance(source, bytes):
            return await self._pictures.clean_content(source, moving_side)
        return await self._pictures.kept("photo", source)

    async def _picture(self, which: Which, style: WantedStyle) -> StoredPicture:
        if style.picture is None:
            return await self._pictures.from_preset(self._pictures.preset(style.preset or ""))
        return await self._source(which, style.picture)

    async def _source(self, which: Which, source: Source, color: str | None = None) -> StoredPicture:
        if isinstance(source, bytes):
            return await self._pictures.clean(which, source, color)
        return await self._pictures.kept(which, source)

    def _stored_styles(
        self, styles: Sequence[WantedStyle], pictures: Sequence[StoredPicture]
    ) -> tuple[StoredStyle, ...]:
        """Return what is stored of styles with these pictures."""
        return tuple(
            msgspec.structs.replace(
                style.stored or StoredStyle(digest=picture.digest, preset=self._preset_name(style)),
                weight=style.weight,
                slip=style.slip,
            )
            for style, picture in zip(styles, pictures, strict=True)
        )

    def _preset_name(self, style: WantedStyle) -> str | None:
        return self._pictures.preset(style.preset).name if style.preset else None


def request_of(wanted: Wanted, brought: Brought, options: Options) -> StoredRequest:
    """Return what is stored of a request."""
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
        regions=brought.regions,
        frames=content.frames,
        frames_per_second=content.frames_per_second,
        sound=content.sound,
        format=(wanted.format or content.format or "gif") if moves else None,
    )
    return swapped(request, brought.styles[0], *brought.style_size) if wanted.swap else request


def styles_of(regions: Sequence[WantedRegion]) -> list[WantedStyle]:
    """Return the styles of all regions, in their order."""
    return [style for region in regions for style in region.styles]
