"""A network, photos and styles that the painter's tests share."""

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image

from nst_engine.settings import Settings
from nst_engine.vgg import CONVOLUTIONS


@pytest.fixture(scope="session")
def painter():
    """The real painter on the CPU, in one way on one thread, so that every machine does the same."""
    from nst_engine import Painter

    return Painter(Settings(device="cpu", dtype="float32", convolutions="winograd", threads=1))


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    return Image.fromarray(skimage.data.astronaut()).crop((60, 0, 380, 256)).resize((96, 77))


@pytest.fixture(scope="session")
def waves() -> Image.Image:
    """Blue and yellow waves, with a finer ripple on them."""
    y, x = np.mgrid[0:96, 0:128] / 96
    height = np.sin(18 * (y + 0.15 * np.sin(9 * x))) + 0.4 * np.sin(70 * (x + 0.2 * y))
    yellow = (height > 0)[..., None] * np.array([235, 190, 40]) + (height <= 0)[..., None] * np.array([20, 40, 130])
    return Image.fromarray((yellow * (0.85 + 0.1 * np.sin(60 * y)[..., None])).astype(np.uint8))


@pytest.fixture(scope="session")
def bricks() -> Image.Image:
    """Red bricks with pale joints."""
    y, x = np.mgrid[0:96, 0:96]
    joint = (y % 12 < 2) | ((x + 9 * (y // 12 % 2)) % 18 < 2)
    return Image.fromarray(np.where(joint[..., None], [225, 215, 200], [165, 45, 30]).astype(np.uint8))


@pytest.fixture
def tiny_parameters() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """VGG-19's table with four channels everywhere: small enough for formulas and numeric gradients."""
    generator = torch.Generator().manual_seed(7)
    return {
        row.name: (
            torch.randn(4, 3 if row.inputs == 3 else 4, 3, 3, generator=generator) * 0.4,
            torch.randn(4, generator=generator) * 0.1,
        )
        for row in CONVOLUTIONS
    }
