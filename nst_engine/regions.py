"""Parts of a photo that are given by a picture whose colours name them. Nothing here imports torch, or numpy at once.

After Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling Perceptual Factors in Neural Style Transfer" (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PIL import Image, ImageChops, ImageColor

from nst_engine.errors import BadPicture

if TYPE_CHECKING:
    from nst_engine.images import Picture

MOST_REGIONS = 8
"""How many parts of a photo may have styles of their own, besides the rest."""

_NEAR = 48  # of 255 in each channel: so far a JPEG's colours go from what they were
_SHOWN_SHARE = 0.01  # of a picture's pixels: a colour with less is an edge or noise


class NoSuchColor(BadPicture):
    """A picture has nothing in the colour that is to name a part; `there` are the colours that it has, as #rrggbb."""

    def __init__(self, color: str, there: tuple[str, ...]) -> None:
        super().__init__(f"nothing in it is {color}; its colours are {', '.join(there)}")
        self.there = there


def color_mask(picture: Picture, color: str) -> Image.Image:
    """Return the mask (mode L, the picture's size) of a part of a photo: 255 where the picture has this colour, else 0.

    The colour is a name of CSS or #rrggbb; what differs a little counts, as a JPEG's colours do. Raises NoSuchColor
    where nothing has the colour, BadPicture for what is no picture, and ValueError for what is no colour.
    """
    from nst_engine import images

    return in_color(images.load(picture), color)


def in_color(found: Image.Image, color: str) -> Image.Image:
    """Return what `color_mask` does of an RGB picture."""
    wanted = Image.new("RGB", found.size, ImageColor.getrgb(color)[:3])
    red, green, blue = ImageChops.difference(found, wanted).split()
    farthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = farthest.point([255 if distance <= _NEAR else 0 for distance in range(256)])
    if mask.getextrema() == (0, 0):
        raise NoSuchColor(color, colors_of(found))
    return mask


def colors_of(picture: Image.Image) -> tuple[str, ...]:
    """Return the main colours of an RGB picture as #rrggbb, the commonest first, at most 8."""
    few = picture.quantize(MOST_REGIONS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).convert("RGB")
    counted = cast("list[tuple[int, tuple[int, int, int]]]", few.getcolors(few.width * few.height))
    least = few.width * few.height * _SHOWN_SHARE
    return tuple(f"#{bytes(color).hex()}" for count, color in sorted(counted, reverse=True) if count >= least)
