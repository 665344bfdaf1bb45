"""How much the photo and the style weigh against each other: the strength dial and what it turns."""

from __future__ import annotations

from typing import NamedTuple

from nst_engine.options import Options


class Balance(NamedTuple):
    """The weight of each layer's loss at one scale, and of the total variation."""

    content_layers: dict[str, float]
    style_layers: dict[str, float]
    tv_weight: float


def balance(options: Options, coarseness: int) -> Balance:
    """Return the weights for a scale that lies `coarseness` halvings below the finest one."""
    content = options.content_weight
    style = options.style_weight
    if content is None:
        content = 10 ** ((50 - options.strength) / 50) * 1.0
    if style is None:
        style = 1.0
    content *= 1.5**coarseness
    return Balance(
        {name: weight * content for name, weight in options.content_layers.items() if weight > 0},
        {name: weight * style for name, weight in options.style_layers.items() if weight > 0},
        options.tv_weight or 0.0,
    )


def recoloring(options: Options) -> float:
    """Return how far the start's colours move towards the style's, 0 to 1."""
    return min(1.0, 0.5 + options.strength / 100)
