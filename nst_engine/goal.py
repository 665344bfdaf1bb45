"""What a painting should become: the weighted losses of a picture under the network, and their gradient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from nst_engine import memory, tiling
from nst_engine.balance import Balance
from nst_engine.losses import (
    ContentTarget,
    StyleTarget,
    content_loss,
    moment_sums,
    moment_sums_gradient,
    style_loss,
    total_variation,
)
from nst_engine.options import Pooling, StyleLoss
from nst_engine.tiling import Tile
from nst_engine.vgg import Vgg19


class Losses(NamedTuple):
    """The losses, each times its weight, and their sum, which may hold more than these."""

    content: float
    style: float
    total_variation: float
    total: float


class Region(NamedTuple):
    """The styles (1, 3, H, W) with their weights, relative to their sum, to paint a part of the picture in.

    The part is where the `guide` (1, 1, H, W), of the picture's size and in 0 to 1, is above 0; None is everywhere.
    """

    styles: Sequence[tuple[Tensor, float]]
    guide: Tensor | None = None


class Anchor(NamedTuple):
    """A picture (1, 3, H, W) to stay near to, and how much each pixel should, (1, 1, H, W), at least 0."""

    picture: Tensor
    weight: Tensor


class _RegionTarget(NamedTuple):
    """What a layer should see in one region."""

    layer: str
    target: StyleTarget
    weight: float
    guide: Tensor | None  # of the layer's size
    mass: float  # how many places count


class Goal:
    """The content of one picture (1, 3, H, W) and the styles of others, as something to descend towards.

    With `tile`, a side in pixels, the network never sees more of the picture at once than such a tile and the margin
    around it: twice the work and more, in memory that does not grow with the picture. Losses and gradient are the same.

    `alpha` (1, 1, H, W), 0 to 1, is how much each pixel of the content counts, all of them fully where it is None; how
    much for a style, the regions' guides say.
    """

    def __init__(
        self,
        network: Vgg19,
        content: Tensor,
        regions: Sequence[Region],
        balance: Balance,
        *,
        pooling: Pooling = "max",
        style_loss: StyleLoss = "covariance",
        anchor: Anchor | None = None,
        alpha: Tensor | None = None,
        tile: int | None = None,
    ) -> None:
        self._network, self._pooling, self._style_kind = network, pooling, style_loss
        self._style_tile = memory.style_tile(tile)
        self._tv_weight, self._anchor, self._alpha = balance.tv_weight, anchor, alpha
        layers = {*balance.content_layers, *balance.style_layers}
        self._tiles = tiling.cut(content.shape[2], content.shape[3], tile, layers)
        with torch.no_grad():
            self._content = list(self._content_targets(content, balance.content_layers))
            self._styles = list(self._style_targets(content, regions, balance.style_layers))
        # Fewer than were asked for where a mask, or what is opaque, is so small that a layer sees nothing of it.
        self._layers = {layer for layer, _, _ in self._content} | {found.layer for found in self._styles}

    def __call__(self, picture: Tensor) -> tuple[Losses, Tensor]:
        """Return the losses of a picture (1, 3, H, W) and the gradient of their sum, of the same shape."""
        content = style = tv = held = torch.zeros((), device=picture.device)
        gradient = torch.zeros_like(picture)
        if self._layers:
            content, style, gradient = (self._at_once if len(self._tiles) == 1 else self._tile_by_tile)(picture)
        if self._tv_weight or self._anchor is not None:
            x = picture.detach().requires_grad_()
            tv = total_variation(x, self._alpha) * self._tv_weight
            if self._anchor is not None:
                held = (self._anchor.weight * (x - self._anchor.picture).square()).mean()
            (pull,) = torch.autograd.grad(tv + held, x)
            gradient = gradient + pull
        return Losses(*torch.stack((content, style, tv, content + style + tv + held)).tolist()), gradient

    def _at_once(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = picture.detach().requires_grad_()
        seen = self._look(x, self._layers)
        content = self._content_loss(seen, self._tiles[0])
        style = self._style_loss(self._moment_sums(seen, self._tiles[0]))
        (gradient,) = torch.autograd.grad(content + style, x)
        return content.detach(), style.detach(), gradient

    def _tile_by_tile(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Look at every tile twice: for the sums over all of them, and, knowing how these pull, for the gradient."""
        styles = {target.layer for target in self._styles}
        sums: list[Tensor] = []
        with torch.no_grad():
            for tile in self._tiles if styles else ():
                parts = self._moment_sums(self._look(_seen(picture, tile), styles), tile)
                sums = [total + part for total, part in zip(sums, parts, strict=True)] if sums else parts
        sums = [total.requires_grad_() for total in sums]
        style = self._style_loss(sums)
        pulls = torch.autograd.grad(style, sums) if sums else ()
        content, gradient = torch.zeros((), device=picture.device), torch.zeros_like(picture)
        for tile in self._tiles:
            x = _seen(picture, tile).detach().requires_grad_()
            seen = self._look(x, self._layers)
            ends, ends_pulls = self._pulled(seen, tile, pulls)
            if self._content:
                own = self._content_loss(seen, tile)
                content += own.detach()
                ends, ends_pulls = [*ends, own], [*ends_pulls, torch.ones_like(own)]
            _seen(gradient, tile).add_(torch.autograd.grad(ends, x, ends_pulls)[0])
        return content, style.detach(), gradient

    def _look(self, picture: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        return self._network(picture, layers, self._pooling)

    def _content_loss(self, seen: dict[str, Tensor], tile: Tile) -> Tensor:
        parts = (
            content_loss(
                _core(seen[layer], layer, tile),
                ContentTarget(_place(target.activation, layer, tile), _place(target.detail, layer, tile), target.scale),
            )
            * weight
            for layer, target, weight in self._content
        )
        return sum(parts, torch.zeros((), device=self._network.device))

    def _moment_sums(self, seen: dict[str, Tensor], tile: Tile) -> list[Tensor]:
        """Return what a tile adds to the moments of each style target."""
        return [
            moment_sums(
                _core(seen[target.layer], target.layer, tile),
                None if target.guide is None else _place(target.guide, target.layer, tile),
            )
            for target in self._styles
        ]

    def _pulled(
        self, seen: dict[str, Tensor], tile: Tile, pulls: Sequence[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Return what the layers saw of a tile, and the style loss's gradient by it, given that by the sums."""
        found: dict[str, Tensor] = {}
        for region, pull in zip(self._styles, pulls, strict=True):
            guide = None if region.guide is None else _place(region.guide, region.layer, tile)
            activation = seen[region.layer].detach()
            if region.layer not in found:
                found[region.layer] = torch.zeros_like(activation)
            _core(found[region.layer], region.layer, tile).add_(
                moment_sums_gradient(_core(activation, region.layer, tile), guide, pull)
            )
        return [seen[layer] for layer in found], list(found.values())

    def _style_loss(self, sums: Sequence[Tensor]) -> Tensor:
        parts = (
            style_loss(total / region.mass, region.target) * region.weight
            for total, region in zip(sums, self._styles, strict=True)
        )
        return sum(parts, torch.zeros((), device=self._network.device))

    # ---- targets ------------------------------------------------------------------------------------------------

    def _content_targets(self, content: Tensor, layers: dict[str, float]) -> Iterator[tuple[str, ContentTarget, float]]:
        if not layers:
            return
        rows: dict[tuple[str, int], list[Tensor]] = {}
        for tile in self._tiles:
            for layer, activation in self._look(_seen(content, tile), layers).items():
                rows.setdefault((layer, tile.rows.start), []).append(_core(activation, layer, tile))
        for layer, weight in layers.items():
            whole = torch.cat([torch.cat(row, dim=3) for (name, _), row in rows.items() if name == layer], dim=2)
            guide = None if self._alpha is None else functional.avg_pool2d(self._alpha, tiling.stride(layer))
            if guide is None or guide.any():
                yield layer, ContentTarget.of(whole, guide), weight

    def _style_targets(
        self, content: Tensor, regions: Sequence[Region], layers: dict[str, float]
    ) -> Iterator[_RegionTarget]:
        for region in regions if layers else ():
            # A region's share of the picture is its share of the loss: so a pixel is pulled as hard as without regions.
            share = 1.0 if region.guide is None else region.guide.mean().item()
            moments = self._blended_moments(region.styles, layers)
            for layer, weight in layers.items():
                stride = tiling.stride(layer)
                guide, places = None, content.shape[2] // stride * (content.shape[3] // stride)
                if region.guide is not None:
                    guide = functional.avg_pool2d(region.guide, stride)
                mass = float(places) if guide is None else guide.sum().item()
                if mass > 0:
                    target = StyleTarget.of(moments[layer], self._style_kind)
                    yield _RegionTarget(layer, target, weight * share, guide, mass)

    def _blended_moments(self, styles: Sequence[tuple[Tensor, float]], layers: dict[str, float]) -> dict[str, Tensor]:
        total = sum(weight for _, weight in styles)
        blended: dict[str, Tensor] = {}
        for style, weight in styles:
            for tile in tiling.cut(style.shape[2], style.shape[3], self._style_tile, layers):
                for layer, activation in self._look(_seen(style, tile), layers).items():
                    stride = tiling.stride(layer)
                    places = style.shape[2] // stride * (style.shape[3] // stride)
                    found = moment_sums(_core(activation, layer, tile)) * (weight / total / places)
                    blended[layer] = blended[layer] + found if layer in blended else found
        return blended


def _seen(picture: Tensor, tile: Tile) -> Tensor:
    """Return the view of a picture that holds a tile and its margin."""
    rows, columns = tile.seen
    return picture[..., rows, columns]


def _core(activation: Tensor, layer: str, tile: Tile) -> Tensor:
    """Cut the margin off what a layer saw of a tile."""
    stride = tiling.stride(layer)
    return activation[..., tile.rows.in_tile(stride), tile.columns.in_tile(stride)]


def _place(whole: Tensor, layer: str, tile: Tile) -> Tensor:
    """Return the part of what a layer saw of the whole picture that belongs to a tile's core."""
    stride = tiling.stride(layer)
    return whole[..., tile.rows.in_whole(stride), tile.columns.in_whole(stride)]
