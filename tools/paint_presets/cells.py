"""Pictures made of cells: labels, the distance to a cell's edge, and ways to cut a canvas into cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tools.paint_presets.easel import Array, Easel

Labels = NDArray[np.int64]


def compact(labels: Labels) -> Labels:
    """The same cells numbered 0, 1, 2…"""
    _, numbered = np.unique(labels, return_inverse=True)
    return np.asarray(numbered.reshape(labels.shape), dtype=np.int64)


def edge_distance(easel: Easel, labels: Labels) -> Array:
    """How far (units) each pixel is from the nearest other cell."""
    inside = np.ones(labels.shape, dtype=bool)
    across = labels[:, 1:] != labels[:, :-1]
    down = labels[1:] != labels[:-1]
    inside[:, 1:] &= ~across
    inside[:, :-1] &= ~across
    inside[1:] &= ~down
    inside[:-1] &= ~down
    return np.asarray(ndimage.distance_transform_edt(inside) / easel.px, dtype=np.float32)


def mean_of(picture: Array, labels: Labels) -> Array:
    """The mean of `picture` in each cell: (N,) or (N, 3)."""
    count = np.maximum(np.bincount(labels.ravel()), 1)
    if picture.ndim == 2:
        return np.asarray(np.bincount(labels.ravel(), picture.ravel()) / count, dtype=np.float32)
    sums = [np.bincount(labels.ravel(), p.ravel()) / count for p in np.moveaxis(picture, -1, 0)]
    return np.stack(sums, axis=-1).astype(np.float32)


def local_frame(easel: Easel, labels: Labels) -> tuple[Array, Array, Array]:
    """Each pixel's offset (x, y) from its cell's centre, and the radius of a disc of the cell's area; units."""
    cx, cy = mean_of(easel.x, labels), mean_of(easel.y, labels)
    radius = np.sqrt(np.bincount(labels.ravel()) / np.pi).astype(np.float32) / np.float32(easel.px)
    return easel.x - cx[labels], easel.y - cy[labels], radius[labels]


def voronoi(easel: Easel, spacing: float, x: Array | None = None, y: Array | None = None) -> Labels:
    """Voronoi cells around a jittered lattice; pass warped coordinates for bent cells."""
    x = easel.x if x is None else x
    y = easel.y if y is None else y
    columns, rows = int(easel.w / spacing) + 9, int(easel.h / spacing) + 9
    jitter = easel.rng.uniform(0.1, 0.9, (rows, columns, 2)).astype(np.float32)
    column = np.floor(x / spacing).astype(np.int64) + 4
    row = np.floor(y / spacing).astype(np.int64) + 4
    best = np.full(x.shape, np.inf, dtype=np.float32)
    owner = np.zeros(x.shape, dtype=np.int64)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = np.clip(row + dr, 0, rows - 1), np.clip(column + dc, 0, columns - 1)
            px = (c - 4 + jitter[r, c, 0]) * spacing
            py = (r - 4 + jitter[r, c, 1]) * spacing
            distance = (x - px) ** 2 + (y - py) ** 2
            closer = distance < best
            best = np.where(closer, distance, best).astype(np.float32)
            owner = np.where(closer, r * columns + c, owner)
    return owner


def cut(easel: Easel, cuts: int, smallest: float) -> Labels:
    """The canvas cut by straight lines, the largest piece first, until `cuts` lines or `smallest` square units."""
    rng = easel.rng
    labels = np.zeros((easel.height, easel.width), dtype=np.int64)
    area = {0: float(easel.w * easel.h)}
    for new in range(1, cuts + 1):
        # Mostly the largest, sometimes any: pieces of one size alone look like a floor.
        names = sorted(area, key=lambda name: -area[name])
        name = names[0] if rng.uniform() < 0.7 else names[int(rng.integers(len(names)))]
        if area[name] < smallest:
            continue
        where = labels == name
        ys, xs = np.nonzero(where)
        middle = int(rng.integers(len(xs)))
        cx = 0.6 * xs.mean() + 0.4 * xs[middle]
        cy = 0.6 * ys.mean() + 0.4 * ys[middle]
        long_axis = 0.5 * np.arctan2(2 * np.mean((xs - cx) * (ys - cy)), np.var(xs) - np.var(ys))
        angle = long_axis + np.pi / 2 + rng.normal(0, 0.55)
        side = (xs - cx) * np.sin(angle) - (ys - cy) * np.cos(angle) > 0
        labels[ys[side], xs[side]] = new
        area[new] = float(side.sum()) / easel.px**2
        area[name] -= area[new]
    return labels


def dots(easel: Easel, spacing: float, radius: float, jitter: float = 0.45) -> tuple[Labels, Array]:
    """Round dots strewn on a jittered lattice, some over others: the dot's number or -1, and 0..1 from its middle."""
    columns, rows = int(easel.w / spacing) + 5, int(easel.h / spacing) + 5
    rng = easel.rng
    move = rng.uniform(-jitter, jitter, (rows, columns, 2)).astype(np.float32) + 0.5
    size = (radius * rng.uniform(0.75, 1.15, (rows, columns))).astype(np.float32)
    rank = rng.permutation(rows * columns).reshape(rows, columns)
    column = np.floor(easel.x / spacing).astype(np.int64) + 2
    row = np.floor(easel.y / spacing).astype(np.int64) + 2
    top = np.full(column.shape, -1, dtype=np.int64)
    owner = np.full(column.shape, -1, dtype=np.int64)
    reach = np.zeros(column.shape, dtype=np.float32)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = np.clip(row + dr, 0, rows - 1), np.clip(column + dc, 0, columns - 1)
            dx = easel.x - (c - 2 + move[r, c, 0]) * np.float32(spacing)
            dy = easel.y - (r - 2 + move[r, c, 1]) * np.float32(spacing)
            t = np.sqrt(dx * dx + dy * dy) / size[r, c]
            over = (t < 1) & (rank[r, c] > top)
            top = np.where(over, rank[r, c], top)
            owner = np.where(over, r * columns + c, owner)
            reach = np.where(over, t, reach).astype(np.float32)
    return owner, reach
