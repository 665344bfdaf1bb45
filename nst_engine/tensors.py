"""Pictures between Pillow, arrays of pixels and tensors."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from nst_engine.images import Pixels


def to_tensor(picture: Image.Image, device: torch.device) -> Tensor:
    """Return an RGB, RGBA or grey picture as a tensor (1, 3, 4 or 1, H, W), float32, 0 to 1."""
    pixels = np.array(picture)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].to(device).float() / 255


def to_pixels(picture: Tensor) -> Pixels:
    """Return a picture (1, 3 or 4, H, W) in 0 to 1 as an array (H, W, 3 or 4) in 0 to 255."""
    rounded = picture.detach()[0].clamp(0, 1).mul(255).round().to(torch.uint8)
    pixels: Pixels = rounded.permute(1, 2, 0).contiguous().cpu().numpy()
    return pixels
