"""What is to be painted: the pictures of one call, decoded, checked and weighted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, NamedTuple, cast

from PIL import Image

from nst_engine import images
from nst_engine.errors import BadOptions, BadPicture
from nst_engine.images import Picture
from nst_engine.masks import Mask
from nst_engine.moving import Held
from nst_engine.options import LARGEST_SIZE, Options
from nst_engine.regions import MOST_REGIONS
from nst_engine.schedule import SMALLEST_SIDE, least_size
from nst_engine.srgb import LEAST_CONTRAST, contrast

Styles = Picture | tuple[Picture, float] | Iterable[Picture | tuple[Picture, float]] | Mapping[Any, float]
"""One style picture or several, each alone or with its weight; also a mapping of pictures (or paths) to weights."""
Weighted = tuple[Image.Image, float]

Regions = Sequence[tuple[Picture, Styles]]
"""Parts of a photo: masks, and the styles to paint each in."""


class Part(NamedTuple):
    """The styles for where a mask is white."""

    mask: Mask
    styles: list[Weighted]


@dataclass(frozen=True)
class Subject:
    """A photo and everything that goes with it.

    The `styles` are for what no mask covers, or for everything where there is no mask; with none of them that stays
    the photo. Where masks overlap, that of a later part lies over those of earlier ones.
    """

    photo: Image.Image  # RGB, or RGBA where it is transparent somewhere
    styles: list[Weighted]
    parts: list[Part] = field(default_factory=list)
    first: Image.Image | None = None  # to start from
    held: Held | None = None  # the painting of the frame before

    @classmethod
    def load(
        cls,
        content: Picture,
        styles: Styles | None,
        options: Options,
        *,
        init: Picture | None = None,
        mask: Picture | None = None,
        background: Styles | None = None,
        regions: Regions = (),
    ) -> Subject:
        """Decode the pictures; raises BadPicture, and BadOptions where they do not go together."""
        if (options.init == "file") != (init is not None):
            raise BadOptions('a picture to start from goes with init "file", and only with it')
        if background is not None and mask is None:
            raise BadOptions("styles for a background go with a mask, which says where it is")
        if styles is None and (mask is not None or not regions):
            raise BadOptions("there must be at least one style; regions alone have their own")
        photo = images.load(content, ground=None)
        pairs, rest = list(regions), styles
        if mask is not None:
            assert styles is not None, "a mask has its styles"
            pairs, rest = [(mask, styles), *pairs], background
        require_proportions(options, photo)
        looked_at = options.reconstruct != "content"
        shape = _shape(photo, options)
        return cls(
            shape,
            [] if rest is None else _weighted(rest, looked_at=looked_at),
            _parts(pairs, photo, shape, options, looked_at=looked_at, needed=rest is None),
            _first(init, options, "white" if shape.mode == "RGB" else None),
        )


def _parts(
    pairs: Regions, photo: Image.Image, shape: Image.Image, options: Options, *, looked_at: bool, needed: bool
) -> list[Part]:
    """Load masks and their styles; raises BadOptions where they are `needed` and leave nothing to paint.

    `shape` is what of the photo is painted.
    """
    if len(pairs) > MOST_REGIONS:
        raise BadOptions(f"there are {len(pairs)} masks; use {MOST_REGIONS} at most")
    if options.invert_mask and len(pairs) > 1:
        raise BadOptions("only a single mask can be inverted: of several, invert the pictures")
    parts = []
    for picture, styles in pairs:
        mask = Mask(picture, photo, square=options.square, invert=options.invert_mask)
        parts.append(Part(mask, _weighted(styles, looked_at=looked_at)))
    if parts and needed and all(part.mask.paints_nothing_of(shape) for part in parts):
        raise BadOptions("the mask leaves nothing to paint: it is black wherever the photo is to be seen")
    return parts


def require_proportions(options: Options, photo: Image.Image) -> None:
    """Raise BadOptions where a photo is so narrow that a painting of this size would be squashed."""
    least = least_size(options, *photo.size)
    if options.size < least:
        larger = f"use a size of {least} or more, or crop it" if least <= LARGEST_SIZE else "crop it"
        raise BadOptions(
            f"at {options.size} pixels this photo of {photo.width} × {photo.height} would be squashed: "
            f"its short side must have {SMALLEST_SIDE} at least; {larger}"
        )


def _shape(photo: Image.Image, options: Options) -> Image.Image:
    """Return what of a photo is painted; raises BadPicture where nothing of that can be seen."""
    found = images.square(photo) if options.square else photo
    if found.mode == "RGB":
        return found
    least, most = cast("tuple[int, int]", found.getchannel("A").getextrema())
    if most == 0:
        raise BadPicture("this photo is transparent everywhere, which leaves nothing to paint")
    return found.convert("RGB") if least == 255 else found


def _first(init: Picture | None, options: Options, ground: str | None) -> Image.Image | None:
    """Load a picture to start from, and crop it as the photo is cropped."""
    if init is None:
        return None
    first = images.load(init, ground)
    return images.square(first) if options.square else first


def _weighted(styles: Styles, *, looked_at: bool = True) -> list[Weighted]:
    """Load the styles; their weights are relative to their sum. Those that are `looked_at` must not be flat."""
    pairs = list(_pairs(styles))
    total = sum(weight for _, weight in pairs)
    if not pairs or not 0 < total < float("inf") or any(weight < 0 for _, weight in pairs):
        raise BadOptions("there must be at least one style, with a weight above zero and none below")
    loaded = [(images.load(picture), weight / total) for picture, weight in pairs if weight > 0]
    if looked_at and any(contrast(picture) < LEAST_CONTRAST for picture, _ in loaded):
        raise BadPicture("a style of one colour has nothing to paint with: use one with strokes, shapes or a texture")
    return loaded


def _pairs(styles: Any) -> Iterable[tuple[Picture, float]]:
    if isinstance(styles, Mapping):
        return [(picture, _weight(weight)) for picture, weight in styles.items()]
    if _is_pair(styles):
        return [(styles[0], _weight(styles[1]))]
    if isinstance(styles, Iterable) and not _is_picture(styles):
        return [(style[0], _weight(style[1])) if _is_pair(style) else (style, 1.0) for style in styles]
    return [(styles, 1.0)]


def _is_pair(style: Any) -> bool:
    return isinstance(style, (tuple, list)) and len(style) == 2 and isinstance(style[1], Real)


def _is_picture(styles: Any) -> bool:
    """Tell what can be walked through and is one picture all the same, such as text, bytes, files and arrays."""
    single = (str, bytes, bytearray, memoryview, Image.Image)
    return isinstance(styles, single) or hasattr(styles, "read") or hasattr(styles, "__array__")


def _weight(weight: Any) -> float:
    if not isinstance(weight, Real) or isinstance(weight, bool):
        raise BadOptions(f"a style's weight is a number, not {weight!r}")
    return float(weight)
