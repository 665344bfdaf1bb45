"""How much memory a painting takes, whole or in tiles: plain arithmetic, shared by the painter and the bot.

Nothing here imports torch.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from nst_engine.options import OPTION_TABLE, Options
from nst_engine.schedule import painted_size
from nst_engine.settings import Precision
from nst_engine.tiling import STRIDE, margin

# Measured as the peak of the engine process on a CPU; see docs/benchmarks.md.
_PROCESS = 450e6  # bytes: Python, torch and the network
_PICTURE = (
    330.0  # bytes for each pixel of the painting: the picture, its gradients, L-BFGS' history, the content's target
)
_NETWORK: dict[Precision, float] = {"bfloat16": 1750.0, "float32": 2600.0}  # bytes for each pixel looked at together

SMALLEST_TILE = 256  # pixels, the side: below this nearly all of the work would go into the margins
_TILES = (2048, 1536, 1024, 768, 512, SMALLEST_TILE)
_LAYERS = ("relu5_1",)


class Need(NamedTuple):
    """What a painting takes: bytes of the whole engine process, and the side of its tiles (None: one for all)."""

    bytes: int
    tile: int | None


def need(options: Options, width: int, height: int, memory_bytes: int = 0, precision: Precision = "float32") -> Need:
    """Return what painting a photo of `width` × `height` pixels takes in at most `memory_bytes` (0: no bound).

    Whole pictures are preferred, then large tiles; where even the smallest do not fit, these are what is returned.
    """
    width, height = painted_size(options, width, height)
    for tile in (None, *_TILES):
        found = _bytes(width, height, tile, precision)
        if not memory_bytes or found <= memory_bytes:
            break
    return Need(found, tile)


def needed_bytes(options: Options, width: int, height: int, memory_bytes: int = 0) -> int:
    """Return the memory that the engine process takes for a painting, in bytes, in tiles where it must."""
    return need(options, width, height, memory_bytes).bytes


def fitting_size(options: Options, width: int, height: int, memory_bytes: int) -> int | None:
    """Return the largest size (long side, in pixels) at which a painting fits; None: it fits at `options.size`.

    Where nothing at all fits this is the smallest size there is.
    """
    if not memory_bytes or needed_bytes(options, width, height, memory_bytes) <= memory_bytes:
        return None
    smallest, size = int(OPTION_TABLE["size"].minimum or 0), options.size
    while size > smallest:
        size = max(smallest, round(size * 0.95))
        smaller = msgspec.structs.replace(options, size=size)
        if needed_bytes(smaller, width, height, memory_bytes) <= memory_bytes:
            break
    return size


def smaller_tile(tile: int | None, width: int, height: int) -> int | None:
    """Return the side of the next smaller tiles for a picture of `width` × `height` pixels; None: there are none."""
    bound = max(width, height) if tile is None else tile
    return next((side for side in _TILES if side < bound), None)


def _bytes(width: int, height: int, tile: int | None, precision: Precision) -> int:
    around = 2 * margin(_LAYERS)
    seen = width * height
    if tile is not None:
        # Cores are cut to equal sizes, so a tile may be smaller than the bound; this is the most it can be.
        seen = min(width, tile + STRIDE + around) * min(height, tile + STRIDE + around)
    return round(_PROCESS + _PICTURE * width * height + _NETWORK[precision] * seen)
