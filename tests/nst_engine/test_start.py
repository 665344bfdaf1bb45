"""What painting starts from, and what is carried from scale to scale."""

import pytest
import torch
from torch.nn import functional

from nst_engine import Options, color, start
from nst_engine.tensors import to_tensor


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_start_from_the_style_takes_the_middle_of_the_heaviest():
    light, heavy = random(1, 3, 40, 40, seed=1), random(1, 3, 32, 96, seed=2)
    found = start.source(random(1, 3, 32, 40), [(light, 0.3), (heavy, 0.7)], Options(init="style"))
    torch.testing.assert_close(found, heavy[..., 28:68], atol=1e-4, rtol=0)


@pytest.mark.parametrize("kind", ["content", "style"])
def test_a_reconstruction_starts_from_noise_and_nothing_of_the_photo(kind):
    options, styles = Options(reconstruct=kind), [(random(1, 3, 20, 20, seed=3), 1.0)]
    one, other = (start.source(random(1, 3, 24, 24, seed=seed), styles, options) for seed in (1, 2))
    assert torch.equal(one, other)
    assert torch.equal(start.perturbed(one, options), one)
    assert not torch.equal(start.source(one, styles, Options(reconstruct=kind, seed=5)), one)


def test_a_larger_scale_brings_the_detail_that_fits_only_now():
    fine = random(1, 3, 32, 48)
    coarse = torch.nn.functional.interpolate(fine, size=(16, 24), mode="area")
    torch.testing.assert_close(start.enlarged(coarse, fine, Options()), fine)
    soft = start.enlarged(coarse, fine, Options(init="noise"))
    assert (soft - fine).abs().mean() > 0.1, "noise has no detail worth bringing"


def test_another_seed_is_another_start_in_range():
    grey = torch.full((1, 3, 30, 40), 0.5)
    one, same, other = (start.perturbed(grey, Options(seed=seed)) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert (one - other).abs().mean() > 0.02
    assert 0.02 < (one - grey).std() < 0.15


@pytest.mark.parametrize("noise", [0.5, 1.2, 2.0])
def test_noise_in_the_chroma_of_a_grey_photo_makes_no_confetti(photo, waves, noise):
    """It is invisible in the photo, and was stretched to the style's colours."""
    grey = to_tensor(photo.convert("L").convert("RGB"), torch.device("cpu"))
    random = torch.randn(grey.shape, generator=torch.Generator().manual_seed(1)) * noise / 255
    noisy = (grey + random - random.mean(1, keepdim=True)).clamp(0, 1)
    styles = [(to_tensor(waves, torch.device("cpu")), 1.0)]

    def spread(content: torch.Tensor) -> float:
        started = start.source(content, styles, Options())
        chroma = started - started.mean(1, keepdim=True)
        return float((chroma - functional.avg_pool2d(chroma, 5, 1, 2, count_include_pad=False)).std())

    assert spread(noisy) < 1.2 * spread(grey)


def test_colours_that_are_there_stay_in_the_start(photo):
    content = to_tensor(photo, torch.device("cpu"))
    changed = (color.calmed(content) - content).abs()
    assert float(changed.mean()) < 1.5 / 255
    assert float(changed.max()) < 12 / 255  # of lone pixels
