"""How much the photo and the style weigh against each other: the strength dial and what it turns."""

from __future__ import annotations

from typing import NamedTuple

from nst_engine.options import STYLE_LAYERS, Options, Quality
from nst_engine.schedule import scale_count


class Balance(NamedTuple):
    """The weight of each layer's loss at one scale, and of the total variation."""

    content_layers: dict[str, float]
    style_layers: dict[str, float]
    tv_weight: float


# The content weight at strength 0, 25, 50, 75 and 100; in between it moves evenly in its logarithm. Measured so that
# the distance to the photo grows evenly; see docs/experiments.md.
_CONTENT_WEIGHTS = (59.0, 11.5, 3.0, 0.92, 0.14)
# The longer the painting, the more of the photo comes back; these keep a strength about as strong at each quality.
_QUALITY_CONTENT: dict[Quality, float] = {"draft": 2.2, "standard": 1.0, "fine": 0.75}
_STYLE_WEIGHT = 200.0
# How much each block's layers count in the style loss. Gatys' absolute losses leave nine tenths of it to relu4_1; with
# more on the shallow layers, colours and brushwork come sooner and the same likeness to the style costs less subject.
_STYLE_SHARES = {"relu1": 0.48, "relu2": 0.33, "relu3": 0.12, "relu4": 0.055, "relu5": 0.015}
_SMOOTHING = 0.1  # the weight of the total variation at smooth 1; it grows with the square
_FORMS = "relu5_1"  # large forms: these come at coarse scales, and the finest only adds brushwork to them
_COARSE_CONTENT = 2.0  # the content weight grows by this with each halving, or coarse strokes eat the subject


def balance(options: Options, coarseness: int) -> Balance:
    """Return the weights for a scale that lies `coarseness` halvings below the finest one."""
    content = options.content_weight
    if content is None:
        content = content_weight(options.strength) * _QUALITY_CONTENT[options.quality]
    content *= _COARSE_CONTENT**coarseness
    style = _STYLE_WEIGHT if options.style_weight is None else options.style_weight
    # A reconstruction is what one of the two losses makes of noise, alone.
    if options.reconstruct == "style":
        content = 0.0
    elif options.reconstruct == "content":
        style = 0.0
    return Balance(
        {name: weight * content for name, weight in options.content_layers.items() if weight * content > 0},
        {
            name: weight * style * _STYLE_SHARES[name[:5]]
            for name, weight in _style_layers(options, coarseness).items()
            if weight * style > 0
        },
        _SMOOTHING * options.smooth**2 if options.tv_weight is None else options.tv_weight,
    )


def _style_layers(options: Options, coarseness: int) -> dict[str, float]:
    """Return the layers to look at for style; those that somebody chose are looked at everywhere."""
    layers = options.style_layers
    if layers != STYLE_LAYERS or coarseness > 0 or scale_count(options) == 1:
        return layers
    return {name: weight for name, weight in layers.items() if name != _FORMS}


def content_weight(strength: int) -> float:
    """Return the content weight that a strength of 0 to 100 stands for, at standard quality."""
    step, rest = divmod(strength, 25)
    low, high = _CONTENT_WEIGHTS[step], _CONTENT_WEIGHTS[min(step + 1, 4)]
    return float(low * (high / low) ** (rest / 25))


def recoloring(strength: int) -> float:
    """Return how far the start's colours move towards the style's, 0 to 1."""
    return min(1.0, 0.4 + strength / 80)
