"""Arrays and tensors as pictures: one rule for their shapes, and one for what is black and what is white.

- An array is height × width (grey), or height × width × 1, 3 or 4 (grey, RGB, RGBA). A tensor of torch's is 1, 3 or 4 ×
  height × width, with or without a batch of one before.
- Floats are 0 to 1. Whole numbers span their type's range: white is 255 in uint8, 65535 in uint16. True is white.

What does not keep to this is refused with a sentence, and so is what keeps to it but would be black everywhere, as
0 to 255 in an int32 would be. Nothing here imports torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_CHANNELS = (1, 3, 4)
_SLACK = 1e-3  # beyond 0 to 1, which rounding and resampling bring about


def to_image(array: Any) -> Image.Image:
    """Return an array or a tensor as a Pillow image, L, RGB or RGBA; raises ValueError or TypeError in a sentence."""
    pixels = _rows(array)
    levels = _levels(pixels)
    return Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels)


def _rows(array: Any) -> NDArray[Any]:
    """Return it as height × width × channels."""
    is_tensor = hasattr(array, "detach")
    if is_tensor:  # perhaps on a device, with a gradient, or in bfloat16
        array = array.detach().cpu()
        array = array.float() if array.is_floating_point() else array
    elif not hasattr(array, "__array__"):
        raise TypeError(
            f"{type(array).__name__} is no picture; give a path, bytes, a Pillow image, an array or a tensor"
        )
    pixels: NDArray[Any] = np.asarray(array)
    shape = pixels.shape
    if pixels.ndim == 4 and shape[0] == 1:
        pixels = pixels[0]
    is_planar = pixels.ndim == 3 and pixels.shape[0] in _CHANNELS
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    elif is_tensor and is_planar:
        pixels = pixels.transpose(1, 2, 0)
    elif is_tensor:
        raise ValueError(f"a tensor is (3, height, width), 0 to 1; this one is {tuple(shape)}")
    elif pixels.ndim != 3 or pixels.shape[2] not in _CHANNELS:
        turned = "; turn it with .transpose(1, 2, 0)" if is_planar else ""
        raise ValueError(f"an array is (height, width, 3); this one is {tuple(shape)}{turned}")
    if 0 in pixels.shape:
        raise ValueError("it is empty")
    return pixels


def _levels(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the pixels as 0 to 255."""
    kind = pixels.dtype
    if kind == np.bool_:
        pixels, white = pixels.astype(np.uint8), 1
    else:
        white = _white(pixels)
    levels: NDArray[np.uint8] = np.rint(pixels.astype(np.float64).clip(0, white) * (255 / white)).astype(np.uint8)
    return levels


def _white(pixels: NDArray[Any]) -> int:
    """Return the number that means white; raises ValueError or TypeError where the numbers cannot be meant so."""
    kind, low, high = pixels.dtype, pixels.min(), pixels.max()
    if np.issubdtype(kind, np.floating):
        if not (low >= -_SLACK and high <= 1 + _SLACK):  # also where something is not a number
            advice = "; divide them by 255" if low >= 0 and 1 < high <= 255 else ""
            raise ValueError(f"floats are 0 to 1; these are {low:.6g} to {high:.6g}{advice}")
        return 1
    if not np.issubdtype(kind, np.integer):
        raise TypeError(f"an array of {kind} is no picture; use uint8, or floats from 0 to 1")
    white = int(np.iinfo(kind).max)
    if low < 0:
        raise ValueError(f"whole numbers are 0 to {white} in {kind}; these begin at {low}")
    if 0 < high * 255.0 <= 1.5 * white:  # black to the eye, and hardly meant so
        if high == 1:
            advice = f"multiply it by {white}, or give booleans"
        else:
            advice = "convert it with .astype(numpy.uint8)" if high <= 255 else "divide it by its white, as floats"
        raise ValueError(f"in {kind} white is {white}, and this ends at {high}: {advice}")
    return white
