"""Colour statistics move as they should."""

import torch

from nst_engine.color import blend, colors_of, recolor, with_chroma_of


def picture(seed: int, *tint: float) -> torch.Tensor:
    noise = torch.rand(1, 3, 20, 30, generator=torch.Generator().manual_seed(seed))
    return noise * torch.tensor(tint).view(1, 3, 1, 1)


def test_recolouring_gives_the_wanted_mean_and_covariance():
    wanted = colors_of(picture(1, 0.2, 0.9, 0.5))
    moved = colors_of(recolor(picture(2, 1.0, 0.4, 0.1), wanted))
    torch.testing.assert_close(moved.mean, wanted.mean, atol=1e-5, rtol=0)
    torch.testing.assert_close(moved.covariance, wanted.covariance, atol=1e-3, rtol=1e-2)


def test_recolouring_by_nothing_changes_nothing():
    own = picture(2, 1.0, 0.4, 0.1)
    torch.testing.assert_close(recolor(own, colors_of(picture(1, 0.2, 0.9, 0.5)), 0.0), own)


def test_a_picture_with_its_own_colours_stays():
    own = picture(2, 1.0, 0.4, 0.1)
    torch.testing.assert_close(recolor(own, colors_of(own)), own, atol=1e-5, rtol=0)


def test_a_grey_picture_can_be_recoloured():
    grey = picture(3, 1, 1, 1).mean(1, keepdim=True).expand(1, 3, 20, 30)
    assert recolor(grey, colors_of(picture(1, 0.2, 0.9, 0.5))).isfinite().all()


def test_a_blend_lies_between():
    one, other = colors_of(picture(1, 0.2, 0.9, 0.5)), colors_of(picture(2, 1.0, 0.4, 0.1))
    torch.testing.assert_close(blend([(one, 3), (other, 1)]).mean, 0.75 * one.mean + 0.25 * other.mean)


def test_the_photos_chroma_comes_with_the_paintings_luma():
    painting, photo = picture(1, 1, 1, 1), picture(2, 1, 1, 1)
    mixed = with_chroma_of(painting, photo)
    luma = torch.tensor((0.299, 0.587, 0.114)).view(1, 3, 1, 1)
    torch.testing.assert_close((mixed * luma).sum(1), (painting * luma).sum(1))
    torch.testing.assert_close(mixed[:, 0] - mixed[:, 2], photo[:, 0] - photo[:, 2])


def test_colours_of_a_part_are_those_of_its_places_alone():
    left, right = picture(1, 0.2, 0.9, 0.5), picture(2, 1.0, 0.4, 0.1)
    both = torch.cat((left, right), 3)
    guide = torch.zeros(1, 1, 20, 60)
    guide[..., :30] = 1.0
    for whole, part in zip(colors_of(both, guide), colors_of(left), strict=True):
        torch.testing.assert_close(whole, part)
    half = torch.cat((guide[..., :30], torch.full((1, 1, 20, 30), 0.5)), 3)
    for weighted, repeated in zip(colors_of(both, half), colors_of(torch.cat((left, left, right), 3)), strict=True):
        torch.testing.assert_close(weighted, repeated)
    for nowhere, everywhere in zip(colors_of(both, 0 * guide), colors_of(both), strict=True):
        torch.testing.assert_close(nowhere, everywhere)


def test_recolouring_for_a_part_gives_that_part_the_wanted_colours():
    both = torch.cat((picture(1, 0.2, 0.9, 0.5), picture(2, 1.0, 0.4, 0.1)), 3)
    guide = torch.zeros(1, 1, 20, 60)
    guide[..., 30:] = 1.0
    wanted = colors_of(picture(3, 0.6, 0.6, 0.9))
    moved = colors_of(recolor(both, wanted, guide=guide)[..., 30:])
    torch.testing.assert_close(moved.mean, wanted.mean, atol=1e-5, rtol=0)
    torch.testing.assert_close(moved.covariance, wanted.covariance, atol=1e-3, rtol=1e-2)
