"""Two distances that no painter optimises: how far a painting is from its style, and how far from its photo.

    judge = Judge(photo, style)
    judge(painting)  ->  Distances(style, content, pixels, layers)

The style distance compares what occurs in two pictures, wherever it occurs, by sliced-Wasserstein distances (Rabin et
al., 2011): of 7 × 7 patches in each band of a Laplacian pyramid (after Karras et al., 2018, section 5), and of VGG-19's
activations in layers that no Gram loss here uses. It is 1 for the photo as it is, and about 0 for another part of the
style. The content distance compares the same places of two pictures: one minus the cosine of VGG-19's activations, in
layers outside the content loss (as LPIPS does, Zhang et al., 2018, but for its learned weights). It is 0 for the photo
as it is, and 1 for the style picture, which shows nothing of the photo.

The network is always Oxford's, in float32 on the CPU, whatever painted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nst_engine import images, weights
from nst_engine.images import Picture
from nst_engine.settings import Settings
from nst_engine.vgg import Vgg19

STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
CONTENT_LAYERS = ("relu3_3", "relu4_3", "relu5_3")
PATCH = 7  # pixels
LEVELS = 5  # of the pyramid: four bands and what is left, each half the size of the one before
SEED = 20_160_627

_DIRECTIONS = 64  # random projections of each kind of feature
_PLACES = 2**14  # places looked at, of a feature that has more
_QUANTILES = 512  # of each projection's distribution, which are compared one by one
_SMALLEST = 2 * PATCH  # pixels, the short side of the pyramid's last level

Features = dict[str, Tensor]
"""Projections sorted into quantiles, (directions, quantiles), for each kind of feature by name."""

Activations = Mapping[str, Tensor]
"""VGG-19's activations (1, C, H', W') by the layer's name."""


class Distances(NamedTuple):
    """A painting's distances; each 0 at its target, and 1 at the other of the two pictures."""

    style: float  # the mean of the next but one and the last
    content: float
    pixels: float  # the style distance of patches of pixels alone
    layers: float  # the style distance of VGG-19's layers alone


@dataclass
class Judge:
    """Measures paintings of one photo in one style.

    Raises BadPicture. Photo and paintings are compared at a painting's own size; the style is seen at the scale at
    which painters see it by default: its long side as many pixels as the painting's.
    """

    photo: Picture
    style: Picture
    seed: int = SEED

    def __call__(self, painting: Picture) -> Distances:
        """Return how far a painting is from the style and from the photo."""
        picture = images.load(painting)
        width, height = picture.size
        return self._at(width, height).measure(_tensor(picture, width, height))

    def of_photo(self, width: int, height: int) -> Distances:
        """Return the distances of the photo as it is: style 1, content 0."""
        return self._at(width, height).measure(_tensor(self.photo, width, height))

    def of_style(self, width: int, height: int) -> Distances:
        """Return the distances of another part of the style: its right four fifths, mirrored, cut to the photo's shape.

        What is left of its style distance is what two parts of one picture differ by. No painting need come closer.
        """
        whole = _style_at_scale(self.style, width, height)
        part = whole[..., whole.shape[-1] // 5 :].flip(-1)
        judged = self._at(width, height)
        return judged.measure(part)._replace(content=judged.measure(_resized(part, height, width)).content)

    def _at(self, width: int, height: int) -> _Sized:
        known: dict[tuple[int, int], _Sized] = self.__dict__.setdefault("_sized", {})
        if (width, height) not in known:
            photo = _tensor(self.photo, width, height)
            known[width, height] = _Sized(photo, _style_at_scale(self.style, width, height), self.seed)
        return known[width, height]


class _Sized:
    """The two targets at one size, with what their distances are relative to."""

    def __init__(self, photo: Tensor, style: Tensor, seed: int) -> None:
        self._seed = seed
        self._size = photo.shape[-2:]
        self._content = activations(photo)
        # What is left below the bands is another kind of thing than a band: so both have as many of them.
        self._levels = min(_levels(photo), _levels(style))
        self._style = style_features(style, activations(style), seed, self._levels)
        own = style_features(photo, self._content, seed, self._levels)
        # A band or layer in which the two hardly differ must not count for more than it shows: so each kind of feature
        # is measured by how far it spreads, and only the sum is made relative to the photo's.
        self._spread = {
            name: float(((own[name].var(1).mean() + self._style[name].var(1).mean()) / 2).sqrt()) for name in own
        }
        self._ends = self._style_parts(own)
        self._unlike = content_distance(self._content, activations(_resized(style, *self._size)))

    def measure(self, picture: Tensor) -> Distances:
        """Return the distances of a picture (1, 3, H, W) in 0 to 1; its content only where it has the photo's size."""
        seen = activations(picture)
        parts = self._style_parts(style_features(picture, seen, self._seed, self._levels))
        pixels, layers = (part / (end or 1.0) for part, end in zip(parts, self._ends, strict=True))
        same = picture.shape[-2:] == self._size
        content = content_distance(self._content, seen) / (self._unlike or 1.0) if same else float("nan")
        return Distances((pixels + layers) / 2, content, pixels, layers)

    def _style_parts(self, found: Features) -> tuple[float, float]:
        apart = {
            name: wasserstein(found[name], self._style[name]) / (self._spread[name] or 1.0)
            for name in found
            if name in self._style
        }
        pixels = [value for name, value in apart.items() if name not in STYLE_LAYERS]
        layers = [value for name, value in apart.items() if name in STYLE_LAYERS]
        return sum(pixels) / len(pixels), sum(layers) / len(layers)


def style_features(picture: Tensor, seen: Activations, seed: int = SEED, levels: int = LEVELS) -> Features:
    """Return what occurs in a picture (1, 3, H, W) in 0 to 1: patches of each band, and activations of each layer."""
    found: Features = {}
    for level, band in enumerate(laplacian_pyramid(picture, levels)):
        patches = functional.unfold(band, PATCH)[0] if band.numel() < _PLACES else _some_patches(band, seed)
        found[f"pixels/{2**level}"] = _quantiles(patches, seed + level)
    for number, name in enumerate(STYLE_LAYERS):
        found[name] = _quantiles(_some(seen[name][0].flatten(1), seed), seed + LEVELS + number)
    return found


def wasserstein(a: Tensor, b: Tensor) -> float:
    """Return the sliced-Wasserstein-2 distance of two sets of quantiles: at least 0, symmetric, 0 for equal ones."""
    return float((a - b).square().mean().sqrt())


def content_distance(a: Activations, b: Activations) -> float:
    """Return how differently two pictures of one size look place by place: 0 (alike) to 1, symmetric."""
    alike = [functional.cosine_similarity(a[name], b[name]).mean() for name in CONTENT_LAYERS]
    return max(0.0, 1.0 - float(torch.stack(alike).mean()))


def _levels(picture: Tensor) -> int:
    """Return how many levels a pyramid of a picture can have: no more than LEVELS."""
    halvings = (min(picture.shape[-2:]) // _SMALLEST).bit_length() - 1
    return max(1, min(LEVELS, halvings + 1))


def laplacian_pyramid(picture: Tensor, levels: int = LEVELS) -> list[Tensor]:
    """Split a picture (1, 3, H, W) into bands of detail, fine to coarse, and what is left, each half as large.

    They are at most `levels` in all: fewer where the picture is small.
    """
    bands: list[Tensor] = []
    for _ in range(min(levels, _levels(picture)) - 1):
        height, width = picture.shape[-2:]
        smaller = functional.interpolate(picture, size=(height // 2, width // 2), mode="bilinear", antialias=True)
        bands.append(picture - functional.interpolate(smaller, size=(height, width), mode="bilinear"))
        picture = smaller
    return [*bands, picture]


def _quantiles(features: Tensor, seed: int) -> Tensor:
    """Project features (C, places) on random directions, and return each projection's quantiles."""
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(_DIRECTIONS, features.shape[0], generator=generator)
    directions /= directions.norm(dim=1, keepdim=True)
    projected = (directions @ features).sort(dim=1).values
    return functional.interpolate(projected[None], size=_QUANTILES, mode="linear", align_corners=True)[0]


def _some_patches(band: Tensor, seed: int) -> Tensor:
    """Return patches (3 · 7 · 7, places) from random places, without laying out all the others."""
    height, width = (side - PATCH + 1 for side in band.shape[-2:])
    chosen = _choice(height * width, seed)
    rows, columns = chosen // width, chosen % width
    shifts = [(y, x) for y in range(PATCH) for x in range(PATCH)]
    return torch.cat([band[0, :, rows + y, columns + x] for y, x in shifts])


def _some(features: Tensor, seed: int) -> Tensor:
    return features if features.shape[1] <= _PLACES else features[:, _choice(features.shape[1], seed)]


def _choice(count: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:_PLACES]


def activations(picture: Tensor) -> Activations:
    """Return what VGG-19 sees in a picture (1, 3, H, W) in 0 to 1, in the layers of both distances."""
    with torch.no_grad():
        return _network()(picture, {*STYLE_LAYERS, *CONTENT_LAYERS})


@cache
def _network() -> Vgg19:
    return Vgg19(weights.load(Settings()).parameters, torch.device("cpu"), torch.float32)


def _resized(picture: Tensor, height: int, width: int) -> Tensor:
    return functional.interpolate(picture, size=(height, width), mode="bicubic", antialias=True).clamp(0, 1)


def _tensor(picture: Picture, width: int, height: int) -> Tensor:
    pixels = np.array(images.resize(images.load(picture), width, height))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def _style_at_scale(style: Picture, width: int, height: int) -> Tensor:
    loaded = images.load(style)
    ratio = max(width, height) / max(loaded.size)
    return _tensor(loaded, *(max(_SMALLEST, round(side * ratio)) for side in loaded.size))
