"""Pictures come back from tensors as they went in, and in between are rounded to the nearest."""

import numpy as np
import torch
from PIL import Image

from nst_engine.tensors import to_pixels, to_tensor


def test_every_value_comes_back():
    pixels = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    assert (to_pixels(to_tensor(Image.fromarray(pixels), torch.device("cpu"))) == pixels).all()


def test_values_in_between_go_to_the_nearest_and_what_leaves_the_range_to_its_end():
    values = torch.tensor([-0.5, 10.4 / 255, 10.6 / 255, 1.5]).view(1, 1, 1, 4).expand(1, 3, 1, 4)
    assert to_pixels(values)[0, :, 0].tolist() == [0, 10, 11, 255]
