"""Tiles of a large picture: what each covers, and how much around it the network must see. Nothing here imports torch.

A layer's activation at one place depends on a bounded patch of the picture. So a tile that is looked at with a wide
enough margin around it has, in its core, exactly the activations of the whole picture: nothing is approximated, and
there are no seams. Losses that are sums over places can then be summed tile by tile, and so can their gradients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nst_engine.options import LAYERS

STRIDE = 16  # pixels of the picture to one place of relu5_x: tiles begin at multiples of it, or poolings would shift


class Span(NamedTuple):
    """A tile's extent along one side of the picture, in pixels."""

    start: int  # of the core
    stop: int
    seen_from: int  # of core and margin
    seen_to: int
    last: bool  # the core reaches the picture's end, where a layer's places may be rounded down

    @property
    def seen_length(self) -> int:
        """Return how many pixels core and margin are long."""
        return self.seen_to - self.seen_from

    def in_tile(self, stride: int) -> slice:
        """Return where the core's places lie among a tile's, for a layer of one place to `stride` pixels."""
        begin = (self.start - self.seen_from) // stride
        return slice(begin, None if self.last else begin + (self.stop - self.start) // stride)

    def in_whole(self, stride: int) -> slice:
        """Return where they lie among the whole picture's."""
        return slice(self.start // stride, None if self.last else self.stop // stride)


class Tile(NamedTuple):
    """A rectangle of the picture."""

    rows: Span
    columns: Span

    @property
    def seen(self) -> tuple[slice, slice]:
        """What the network must see of the picture: core and margin, as slices of rows and columns."""
        return slice(self.rows.seen_from, self.rows.seen_to), slice(self.columns.seen_from, self.columns.seen_to)


def stride(layer: str) -> int:
    """Return how many pixels of the picture, along a side, stand behind one place of a layer such as relu4_2."""
    return 1 << (int(layer[4]) - 1)


def margin(layers: Iterable[str]) -> int:
    """Return how many pixels around a place its activations can depend on, rounded up to a multiple of STRIDE."""
    deepest = max((LAYERS.index(layer) for layer in layers), default=0)
    # A 3 × 3 convolution sees one place more on each side; a pooling no more than the pixels behind its own place.
    reach = sum(stride(layer) for layer in LAYERS[: deepest + 1])
    return -(-reach // STRIDE) * STRIDE


def cut(height: int, width: int, side: int | None, layers: Iterable[str]) -> tuple[Tile, ...]:
    """Cut a picture into tiles whose cores are about as large as one another and at most `side` pixels long and wide.

    `side` is rounded up to a multiple of STRIDE; None stands for the whole picture in one tile.
    """
    around = margin(layers)
    return tuple(
        Tile(rows, columns) for rows in _spans(height, side, around) for columns in _spans(width, side, around)
    )


def _spans(length: int, side: int | None, around: int) -> list[Span]:
    count = 1 if side is None else -(-length // side)
    step = -(-length // (count * STRIDE)) * STRIDE
    starts = range(0, length, step)
    return [
        Span(
            start,
            min(start + step, length),
            max(0, start - around),
            min(start + step + around, length),
            start + step >= length,
        )
        for start in starts
    ]
