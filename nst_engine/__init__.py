"""Impasto's painter: neural style transfer by optimising the picture itself, after Gatys, Ecker and Bethge (2016).

    from nst_engine import stylize
    stylize("photo.jpg", "starry_night.jpg").save("painting.png")

Importing this package loads no torch; the painter is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from nst_engine.options import Options
from nst_engine.settings import Settings

if TYPE_CHECKING:
    from nst_engine.finished import Painting
    from nst_engine.painting import Painter, stylize
    from nst_engine.regions import color_mask

__all__ = ["Options", "Painter", "Painting", "Settings", "color_mask", "stylize"]


def __getattr__(name: str) -> Any:
    if name in ("Painter", "Painting", "stylize"):
        from nst_engine import painting

        return getattr(painting, name)
    if name == "color_mask":
        from nst_engine import regions

        return regions.color_mask
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
