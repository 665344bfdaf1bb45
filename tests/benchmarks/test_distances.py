"""The distances that judge painters: do they measure what they say, and nothing else?"""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.distances import (
    Judge,
    activations,
    content_distance,
    laplacian_pyramid,
    style_features,
    wasserstein,
)

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 128, 96


@pytest.fixture(scope="module")
def photo():
    from skimage import data

    return Image.fromarray(data.astronaut()[:384]).resize((WIDTH, HEIGHT))


@pytest.fixture(scope="module")
def style():
    return Image.open(ROOT / "bot/styles/starry-river.jpg").convert("RGB")


@pytest.fixture(scope="module")
def judge(photo, style):
    return Judge(photo, style)


@pytest.fixture(scope="module")
def noise():
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8))


def test_the_photo_as_it_is_lies_at_one_end(judge, photo):
    assert judge.of_photo(WIDTH, HEIGHT) == pytest.approx((1.0, 0.0, 1.0, 1.0), abs=1e-5)
    assert judge(photo) == judge.of_photo(WIDTH, HEIGHT)


def test_the_style_itself_lies_at_the_other_end(judge, style):
    found = judge(style.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))
    assert found.style == pytest.approx(0, abs=1e-5)
    assert found.content == pytest.approx(1, abs=0.01)
    other_part = judge.of_style(WIDTH, HEIGHT)
    assert 0 < other_part.style < 0.3
    assert other_part.content == pytest.approx(1, abs=0.1)


def test_a_style_far_longer_than_high_is_compared_band_by_band(photo, style):
    panorama = style.resize((640, 160))
    judge = Judge(photo, panorama)
    assert judge(photo).style == pytest.approx(1, abs=1e-5)
    assert judge(panorama.resize((WIDTH, WIDTH // 4)).crop((0, 0, WIDTH, 30)).resize((WIDTH, HEIGHT))).style < 0.9


def test_where_things_are_is_no_matter_to_the_style_but_all_the_matter_to_the_content(judge, photo):
    mirrored = judge(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert mirrored.style == pytest.approx(1, abs=0.15)
    assert mirrored.content > 0.5


def test_noise_is_no_style(judge, noise):
    assert judge(noise).style > 1
    assert judge(noise).content > 0.8


def test_content_grows_as_the_photo_fades_into_noise(judge, photo, noise):
    found = [judge(Image.blend(photo, noise, share)).content for share in (0, 0.1, 0.25, 0.5, 0.75, 1)]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_style_falls_as_a_crossfade_nears_the_style(judge, photo, style):
    resized = style.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    found = [judge(Image.blend(photo, resized, share)).style for share in (0, 0.25, 0.5, 0.75, 1)]
    assert found[-1] < found[3] < found[2] < found[0]


@pytest.mark.long
def test_another_seed_tells_about_the_same(photo, style, noise):
    fade = Image.blend(photo, noise, 0.3)
    one, other = Judge(photo, style, seed=1)(fade), Judge(photo, style, seed=2)(fade)
    assert one.style == pytest.approx(other.style, rel=0.05)
    assert one.content == other.content
    assert Judge(photo, style, seed=1)(fade) == one


def _pictures(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.rand(1, 3, 48, 64, generator=generator),
        torch.rand(1, 3, 64, 48, generator=generator) ** 2,
    )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**31))
@pytest.mark.long
def test_both_are_symmetric_and_zero_for_the_same(seed):
    a, b = _pictures(seed)
    first, second = style_features(a, activations(a)), style_features(b, activations(b))
    for name, found in first.items():
        assert wasserstein(found, found) == 0
        assert wasserstein(found, second[name]) == wasserstein(second[name], found) > 0
    upright = b.transpose(2, 3)
    forth, back = (content_distance(activations(x), activations(y)) for x, y in ((a, upright), (upright, a)))
    assert forth == pytest.approx(back, abs=1e-6)
    assert 0 < forth <= 1
    assert content_distance(activations(a), activations(a)) == pytest.approx(0, abs=1e-5)


def test_the_bands_of_the_pyramid_add_up_to_the_picture():
    picture, _ = _pictures(0)
    bands = laplacian_pyramid(picture)
    whole = bands[-1]
    for band in reversed(bands[:-1]):
        whole = torch.nn.functional.interpolate(whole, size=band.shape[-2:], mode="bilinear") + band
    assert len(bands) > 1
    assert torch.allclose(whole, picture, atol=1e-5)
