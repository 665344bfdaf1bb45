"""Masks: subject and background painted differently, or one of them kept as a photo."""

import io

import numpy as np
import pytest
import skimage.data
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nst_engine import Options, color_mask, images
from nst_engine.errors import BadOptions, BadPicture
from nst_engine.masks import Laid, Mask

OPTIONS = Options(size=64, quality="draft", scales=2, iterations=4)


def halves(size: tuple[int, int], soft: bool = False) -> Image.Image:
    """White on the left and black on the right, with a ramp in between where soft."""
    x = np.linspace(0, 1, size[0])
    row = np.clip((0.6 - x) / 0.2, 0, 1) if soft else (x < 0.5).astype(float)
    return Image.fromarray((np.tile(row, (size[1], 1)) * 255).astype(np.uint8))


def seen(photo: Image.Image) -> np.ndarray:
    return np.array(photo.resize((64, 51), Image.Resampling.LANCZOS)).astype(int)


@pytest.mark.parametrize("colors", ["style", "photo"])
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_outside_the_mask_the_photo_stays_pixel_for_pixel(painter, photo, waves, colors, optimizer):
    options = Options(size=64, quality="draft", scales=2, iterations=2, colors=colors, optimizer=optimizer)
    painting = painter.stylize(photo, waves, options, mask=halves((96, 77)))
    changed = np.abs(painting.picture.astype(int) - seen(photo)).max(axis=2)
    assert (changed[:, 33:] == 0).all()
    assert (changed[:, :30] > 8).mean() > 0.5


def test_a_soft_mask_fades_from_the_painting_to_the_photo(painter, photo, waves):
    painting = painter.stylize(photo, waves, OPTIONS, mask=halves((300, 200), soft=True))
    change = np.abs(painting.picture.astype(int) - seen(photo)).mean(axis=(0, 2))
    assert change[:24].mean() > 3 * change[34:37].mean() > 0
    assert (change[40:] == 0).all()


def test_an_inverted_mask_paints_the_other_side(painter, photo, waves):
    options = Options(size=64, scales=1, iterations=6, invert_mask=True)
    painting = painter.stylize(photo, waves, options, mask=halves((96, 77)))
    assert (painting.picture[:, :30].astype(int) == seen(photo)[:, :30]).all()
    assert np.abs(painting.picture[:, 34:].astype(int) - seen(photo)[:, 34:]).mean() > 8


@pytest.mark.long
def test_subject_and_background_are_painted_in_different_styles(painter, photo, waves, bricks):
    blue_left = painter.stylize(photo, waves, OPTIONS, mask=halves((96, 77)), background=bricks).picture.astype(int)
    red_left = painter.stylize(photo, bricks, OPTIONS, mask=halves((96, 77)), background=waves).picture.astype(int)
    redness = [(picture[..., 0] - picture[..., 2]).mean(axis=0) for picture in (blue_left, red_left)]
    assert redness[0][40:].mean() > redness[1][40:].mean() + 15
    assert redness[1][:24].mean() > redness[0][:24].mean() + 15


def test_a_white_mask_is_no_mask(painter, photo, waves):
    white = Image.new("L", (10, 10), 255)
    masked = painter.stylize(photo, waves, OPTIONS, mask=white).picture.astype(int)
    plain = painter.stylize(photo, waves, OPTIONS).picture.astype(int)
    assert np.abs(masked - plain).mean() < 2


def test_a_mask_is_cropped_along_with_the_photo(painter, photo, waves):
    options = Options(size=64, scales=1, iterations=4, square=True)
    painting = painter.stylize(photo, waves, options, mask=halves((96, 77)))
    assert (painting.width, painting.height) == (64, 64)
    kept = np.array(images.resize(images.square(photo), 64, 64)).astype(int)
    assert (painting.picture[:, 34:] == kept[:, 34:]).all()
    assert np.abs(painting.picture[:, :28].astype(int) - kept[:, :28]).mean() > 8


def test_masks_that_make_no_sense_are_refused(painter, photo, waves, bricks):
    black = Image.new("L", (8, 8))
    with pytest.raises(BadOptions, match="leaves nothing to paint"):
        painter.stylize(photo, waves, OPTIONS, mask=black)
    with pytest.raises(BadOptions, match="leaves nothing to paint"):
        painter.stylize(photo, waves, Options(size=64, invert_mask=True), mask=Image.new("L", (8, 8), 255))
    with pytest.raises(BadOptions, match="go with a mask"):
        painter.stylize(photo, waves, OPTIONS, background=bricks)
    cut_out = photo.convert("RGBA")
    cut_out.putalpha(halves((96, 77)))
    with pytest.raises(BadOptions, match="leaves nothing to paint"):
        painter.stylize(cut_out, waves, Options(size=64, invert_mask=True), mask=halves((96, 77)))
    with pytest.raises(BadPicture):
        painter.stylize(photo, waves, OPTIONS, mask=b"no picture")
    # With a background there is something to paint, whatever the mask.
    only_background = painter.stylize(photo, waves, OPTIONS, mask=black, background=bricks)
    assert Image.open(io.BytesIO(only_background.png())).size == (64, 51)


def test_a_mask_that_is_hardly_there_does_no_harm(painter, photo, waves):
    speck = Image.new("L", (64, 51))
    speck.putpixel((5, 5), 255)
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=3), mask=speck)
    assert (painting.picture.astype(int) == seen(photo))[10:].all()


@pytest.mark.parametrize("changed", [{"content_weight": 0.0}, {"reconstruct": "style"}], ids=str)
def test_a_mask_that_coarse_scales_do_not_see_leaves_nothing_to_do_there(painter, photo, waves, changed):
    speck = Image.new("L", photo.size)
    speck.putpixel((5, 5), 9)  # at 8 pixels it is gone, and with it every loss
    options = Options(size=64, quality="draft", scales=4, iterations=1, **changed)
    painting = painter.stylize(photo, waves, options, mask=speck)
    assert (painting.picture.astype(int) == seen(photo))[20:].all()


def test_on_the_way_there_too_the_photo_stays_outside_the_mask(painter, photo, waves, monkeypatch):
    monkeypatch.setattr("nst_engine.record._FIRST_PREVIEW", 0.0)
    monkeypatch.setattr("nst_engine.record._NEXT_PREVIEW", 0.0)
    told = []
    options = Options(size=64, quality="draft", scales=2, iterations=3)
    painting = painter.stylize(photo, waves, options, mask=halves((96, 77)), on_progress=told.append)
    frames = [frame.jpeg for frame in painting.frames] + [step.preview for step in told if step.preview]
    assert len(frames) > 10
    for jpeg in frames:
        shown = np.array(Image.open(io.BytesIO(jpeg)).resize((64, 51))).astype(int)
        assert (
            np.abs(shown[:, 40:] - seen(photo)[:, 40:]).mean() < 16
        )  # coarse scales are soft, and JPEGs lose a little
    assert np.abs(shown[:, 40:] - seen(photo)[:, 40:]).mean() < 6


def test_each_part_starts_in_the_colours_of_its_own_style(painter, photo, waves, bricks):
    painting = painter.stylize(
        photo, waves, Options(size=64, scales=1, iterations=1), mask=halves((96, 77)), background=bricks
    )
    left, right = (painting.picture[:, part].reshape(-1, 3).mean(axis=0) for part in (np.s_[:30], np.s_[34:]))
    blue, red = (np.array(style).reshape(-1, 3).mean(axis=0) for style in (waves, bricks))
    assert np.abs(left - blue).max() < 20  # clouds and clipping move them a little
    assert np.abs(right - red).max() < 20
    assert np.abs(red - blue).max() > 40


def test_half_a_mask_is_half_a_painting(painter, photo, waves):
    options = Options(size=64, scales=1, iterations=1)  # the start itself
    half, whole = (
        painter.stylize(photo, waves, options, mask=Image.new("L", (4, 4), value)).picture.astype(int)
        for value in (128, 255)
    )
    assert np.abs(half - (seen(photo) + whole) / 2).max() <= 2


def test_where_a_mask_is_transparent_nothing_is_painted(painter, photo, waves):
    grey = halves((96, 77))
    cut_out = Image.new("RGBA", grey.size, "white")
    cut_out.putalpha(grey)
    options = Options(size=64, scales=1, iterations=2)
    one, other = (painter.stylize(photo, waves, options, mask=mask) for mask in (cut_out, grey))
    assert one.png() == other.png()


def test_a_mask_stands_upright_and_takes_the_photos_proportions(painter, photo, waves, tmp_path):
    lying = halves((96, 77)).transpose(Image.Transpose.ROTATE_90).resize((50, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    lying.save(tmp_path / "mask.png", exif=exif)
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=2), mask=tmp_path / "mask.png")
    changed = np.abs(painting.picture.astype(int) - seen(photo)).max(axis=2)
    assert (changed[:, 34:] == 0).all()
    assert (changed[:, :30] > 8).mean() > 0.5


def test_a_mask_brings_no_specks(painter, photo):
    """As it did where the painting was judged with the photo around it, and all of its losses pulled at the edge."""
    tissue = Image.fromarray(skimage.data.immunohistochemistry()).resize((128, 128))  # pale, and without specks
    ellipse = Image.new("L", photo.size)
    ImageDraw.Draw(ellipse).ellipse((20, 6, 76, 74), fill=255)
    painting = painter.stylize(photo, tissue, Options(size=96, scales=1, iterations=30), mask=ellipse)
    picture = painting.picture.astype(float)
    chroma = picture - picture.mean(axis=2, keepdims=True)
    around = chroma[:-2, 1:-1] + chroma[2:, 1:-1] + chroma[1:-1, :-2] + chroma[1:-1, 2:]
    apart = np.abs(chroma[1:-1, 1:-1] - around / 4).max(axis=2)[np.array(ellipse)[1:-1, 1:-1] > 0]
    assert (apart > 25).sum() < 20


def test_a_mask_of_a_square_is_cut_at_its_sides():
    photo, wide = Image.new("RGB", (96, 32)), Image.new("L", (96, 32))
    wide.paste(255, (0, 0, 32, 32))  # all of it in what is cut off
    assert Mask(wide, photo, square=True, invert=False).paints_nothing_of(images.square(photo))
    wide.paste(255, (32, 0, 48, 32))
    found = Mask(wide, photo, square=True, invert=False).at(32, 32, torch.device("cpu"))
    assert (found.mean(2)[0, 0] == (torch.arange(32) < 16)).all()


def thirds(*white: int) -> Image.Image:
    """White in some of three upright strips, 0 to 2, black elsewhere."""
    picture = Image.new("L", (96, 77))
    for strip in white:
        picture.paste(255, (32 * strip, 0, 32 * strip + 32, 77))
    return picture


def redness(picture: np.ndarray) -> np.ndarray:
    """How much redder than blue each column is."""
    return (picture[..., 0].astype(int) - picture[..., 2]).mean(axis=0)


@pytest.mark.slow
def test_each_region_is_painted_in_its_own_style_and_the_rest_stays_the_photo(painter, photo, waves, bricks):
    painting = painter.stylize(photo, options=OPTIONS, regions=[(thirds(0), bricks), (thirds(1), waves)])
    assert (painting.picture[:, 44:].astype(int) == seen(photo)[:, 44:]).all()
    other = painter.stylize(photo, options=OPTIONS, regions=[(thirds(0), waves), (thirds(1), bricks)])
    difference = redness(painting.picture) - redness(other.picture)
    assert difference[:18].mean() > 15
    assert difference[25:40].mean() < -15


@pytest.mark.slow
def test_the_styles_are_for_what_no_region_covers(painter, photo, waves, bricks):
    painting = painter.stylize(photo, waves, OPTIONS, regions=[(thirds(0), bricks)]).picture
    as_background = painter.stylize(photo, bricks, OPTIONS, mask=thirds(0), background=waves).picture
    assert (painting == as_background).all()


@pytest.mark.long
def test_a_later_region_lies_over_an_earlier_one(painter, photo, waves, bricks):
    over = painter.stylize(photo, options=OPTIONS, regions=[(thirds(0, 1), bricks), (thirds(1), waves)]).picture
    beside = painter.stylize(photo, options=OPTIONS, regions=[(thirds(0), bricks), (thirds(1), waves)]).picture
    below = painter.stylize(photo, options=OPTIONS, regions=[(thirds(1), waves), (thirds(0, 1), bricks)]).picture
    # Where edges coincide a pixel differs, and with it a little of everything.
    alike, other = (np.abs(over.astype(int) - picture)[:, 24:40].mean() for picture in (beside, below))
    assert alike < other / 3
    masked = painter.stylize(photo, bricks, OPTIONS, mask=thirds(0, 1), regions=[(thirds(1), waves)]).picture
    assert (masked == over).all()


@given(st.lists(st.lists(st.floats(0, 1, width=16), min_size=4, max_size=4), min_size=1, max_size=5))
def test_the_shares_of_masks_fit_into_the_whole(levels):
    masks = [torch.tensor(level).view(1, 1, 2, 2) for level in levels]
    laid = Laid.of(masks)
    assert torch.allclose(sum(laid.shares), laid.all, atol=1e-6)
    assert laid.all.max() <= 1 + 1e-6
    assert torch.equal(laid.shares[-1], masks[-1])
    for share, mask in zip(laid.shares, masks, strict=True):
        assert share.min() >= -1e-6
        assert (share <= mask).all()


def test_masks_whose_soft_edges_meet_leave_no_seam():
    soft = torch.linspace(0, 1, 9).view(1, 1, 3, 3)
    laid = Laid.of([soft, 1 - soft])
    assert torch.equal(laid.all, torch.ones_like(soft))
    assert torch.equal(laid.shares[0], soft)
    over = Laid.of([torch.ones_like(soft), soft])
    assert torch.equal(over.shares[0], 1 - soft)


def test_regions_that_make_no_sense_are_refused(painter, photo, waves, bricks):
    with pytest.raises(BadOptions, match="at least one style"):
        painter.stylize(photo, options=OPTIONS)
    with pytest.raises(BadOptions, match="at least one style"):
        painter.stylize(photo, options=OPTIONS, mask=thirds(0), regions=[(thirds(1), waves)])
    with pytest.raises(BadOptions, match="leaves nothing to paint"):
        painter.stylize(photo, options=OPTIONS, regions=[(thirds(), waves), (thirds(), bricks)])
    with pytest.raises(BadOptions, match="8 at most"):
        painter.stylize(photo, options=OPTIONS, regions=[(thirds(0), waves)] * 9)
    with pytest.raises(BadOptions, match="single mask"):
        two = [(thirds(0), waves), (thirds(1), bricks)]
        painter.stylize(photo, options=Options(size=64, invert_mask=True), regions=two)
    with pytest.raises(BadOptions, match="go with a mask"):
        painter.stylize(photo, waves, OPTIONS, regions=[(thirds(0), bricks)], background=bricks)


def test_a_pictures_colours_name_parts():
    drawn = Image.new("RGB", (60, 40), "blue")
    drawn.paste((255, 0, 0), (0, 0, 20, 40))
    drawn.paste((0, 128, 0), (20, 0, 30, 40))
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", quality=90)
    for picture in (drawn, stream.getvalue(), np.array(drawn)):
        red = np.array(color_mask(picture, "red"))
        assert (red[:, :18] == 255).all()
        assert (red[:, 22:] == 0).all()
        assert (np.array(color_mask(picture, "#0000ff"))[:, 34:] == 255).all()
    assert set(np.unique(color_mask(drawn, "green"))) == {0, 255}


def test_a_colour_that_is_not_there_is_refused_with_those_that_are():
    drawn = Image.new("RGB", (60, 40), "blue")
    drawn.paste((255, 0, 0), (0, 0, 20, 40))
    with pytest.raises(BadPicture, match="nothing in it is white; its colours are #0000ff, #ff0000"):
        color_mask(drawn, "white")
    with pytest.raises(ValueError, match="sea"):
        color_mask(drawn, "sea")
    with pytest.raises(BadPicture):
        color_mask(b"no picture", "red")
