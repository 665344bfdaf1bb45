"""How much memory a painting takes, whole or in tiles: plain arithmetic, shared by the painter and the bot.

Nothing here imports torch.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from nst_engine.options import SMALLEST_SIZE, Options
from nst_engine.schedule import painted_size
from nst_engine.settings import Precision
from nst_engine.tiling import STRIDE, cut, margin

# Measured as the peak of the engine process on a CPU; see docs/benchmarks.md.
_PROCESS: dict[Precision, float] = {"bfloat16": 530e6, "float32": 850e6}  # bytes: Python, torch and the network
# Bytes for each pixel of the painting: the picture, its gradients, L-BFGS' history, what relu4_2 saw of the photo.
_PICTURE = 600.0
_NETWORK: dict[Precision, float] = {"bfloat16": 2100.0, "float32": 3000.0}  # bytes for each pixel looked at together
_LOOK: dict[Precision, float] = {"bfloat16": 700.0, "float32": 1100.0}  # the same where no gradient is wanted
_START = 100.0  # bytes for each pixel of the painting while nothing is descended yet, and there is no history
_STYLE = 60.0  # bytes for each pixel of a style: itself, and its colours' statistics in double precision
_COPIES = 3  # of what a layer saw, on top of itself: while it is put together, and for its difference's gradient
_CHANNELS = (64, 128, 256, 512, 512)
_NUMBER: dict[Precision, int] = {"bfloat16": 2, "float32": 4}  # bytes

LARGEST_STYLE_TILE = 1024  # pixels: large styles are looked at in tiles of this side, or smaller where the picture is
SMALLEST_TILE = 256  # pixels, the side: below this nearly all of the work would go into the margins
_TILES = (2048, 1536, 1024, 768, 512, SMALLEST_TILE)


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
        found = _bytes(options, width, height, tile, precision)
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
    size = options.size
    while size > SMALLEST_SIZE:
        size = max(SMALLEST_SIZE, round(size * 0.95))
        smaller = msgspec.structs.replace(options, size=size)
        if needed_bytes(smaller, width, height, memory_bytes) <= memory_bytes:
            break
    return size


def smaller_tile(tile: int | None, width: int, height: int) -> int | None:
    """Return the side of the next smaller tiles for a picture of `width` × `height` pixels; None: there are none."""
    bound = max(width, height) if tile is None else tile
    return next((side for side in _TILES if side < bound), None)


def style_tile(tile: int | None) -> int:
    """Return the side of the tiles to look at styles in, when the picture is painted in tiles of this one."""
    return min(LARGEST_STYLE_TILE, tile or LARGEST_STYLE_TILE)


def _bytes(options: Options, width: int, height: int, tile: int | None, precision: Precision) -> int:
    """Return the larger of what looking at photo and styles takes and what painting takes then."""
    layers = _looked_at(options.content_layers) | _looked_at(options.style_layers)
    seen = max(part.rows.seen_length * part.columns.seen_length for part in cut(height, width, tile, layers))
    around = 2 * margin(layers) + STRIDE
    side = max(width, height) * options.style_scale
    style, style_seen = side * side, float(min(side, style_tile(tile) + around) ** 2)  # a square one, at worst
    kept = [_CHANNELS[block] * _NUMBER[precision] * 0.25**block for block in _content_blocks(options)]
    usual = _CHANNELS[3] * _NUMBER[precision] * 0.25**3  # relu4_2 is counted in _PICTURE
    pixels = width * height
    looking = (
        _LOOK[precision] * max(seen, style_seen)
        + _STYLE * style
        + (_START + sum(kept) + _COPIES * max(kept, default=0.0)) * pixels
    )
    more = max(0.0, sum(kept) - usual)
    painting = (_NETWORK[precision] + _COPIES * more) * seen + (_PICTURE + more) * pixels
    return round(_PROCESS[precision] + max(looking, painting))


def _looked_at(layers: dict[str, float]) -> set[str]:
    return {layer for layer, weight in layers.items() if weight > 0}


def _content_blocks(options: Options) -> list[int]:
    """Return the network's block, from 0, of each layer of the content loss."""
    if options.reconstruct == "style":
        return []
    return [int(layer[4]) - 1 for layer in _looked_at(options.content_layers)]
