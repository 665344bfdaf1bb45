"""Cut-outs: what is transparent counts for nothing, whatever is hidden there, and comes back as it was."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter

from nst_engine import Options, cutout, images
from nst_engine.errors import BadPicture
from nst_engine.film import make_film
from nst_engine.report import progress_sheet, variations_sheet
from tests.nst_engine.sketches import as_bytes, some_frames

CPU = torch.device("cpu")
OPTIONS = Options(size=64, quality="draft", scales=2, iterations=4)
ONE_STEP = Options(size=64, scales=1, iterations=1)
MAGENTA, GREY = (255, 0, 255), (128, 128, 128)


def shape(size: tuple[int, int]) -> Image.Image:
    """White in an ellipse, with a soft edge."""
    large = Image.new("L", (4 * size[0], 4 * size[1]))
    ImageDraw.Draw(large).ellipse((size[0], size[1] // 2, 3 * size[0], 7 * size[1] // 2), fill=255)
    return large.resize(size, Image.Resampling.BOX)


def cut_out(photo: Image.Image, hidden: tuple[int, int, int]) -> Image.Image:
    """The photo in the ellipse alone, with one colour hidden beneath the rest."""
    alpha = shape(photo.size)
    found = photo.convert("RGB")
    found.paste(hidden, mask=alpha.point(lambda value: 255 * (value == 0)))
    found.putalpha(alpha)
    return found


def laid_on(photo: Image.Image, ground: tuple[int, int, int]) -> Image.Image:
    return images.load(cut_out(photo, GREY), ground="rgb({},{},{})".format(*ground))


def alpha_of(painting) -> np.ndarray:
    assert painting.picture.shape[2] == 4
    return painting.picture[..., 3]


def inside(size: tuple[int, int]) -> np.ndarray:
    """Where it is opaque at this size, a little away from the edge."""
    found = shape((96, 77)).resize(size, Image.Resampling.BOX).filter(ImageFilter.MinFilter(3))
    return np.asarray(found) == 255


# ---- filling ---------------------------------------------------------------------------------------------------------


def test_what_is_transparent_gets_the_colours_of_the_nearest_opaque_pixels():
    picture, alpha = torch.zeros(1, 3, 48, 80), torch.zeros(1, 1, 48, 80)
    picture[:, 0, :, :16] = 1  # red on the left, blue on the right, and something else hidden between them
    picture[:, 2, :, 64:] = 1
    picture[:, 1, :, 16:64] = 1
    alpha[..., :16] = alpha[..., 64:] = 1
    found = cutout.filled(picture, alpha)
    torch.testing.assert_close(found[..., :16], picture[..., :16])
    torch.testing.assert_close(found[..., 64:], picture[..., 64:])
    assert found[:, 1].abs().max() < 1e-5
    assert found[:, 0, :, 16].min() > 0.9
    assert found[:, 2, :, 63].min() > 0.9
    assert (found[:, 0, :, :36] > found[:, 2, :, :36]).all()
    assert (found[..., 1:] - found[..., :-1]).abs().max() < 0.2, "an edge"


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 1), (33, 47), (64, 64)])
def test_one_opaque_pixel_fills_a_picture_of_any_size(size):
    picture, alpha = torch.rand(1, 3, *size), torch.zeros(1, 1, *size)
    alpha[..., -1, -1] = 1
    found = cutout.filled(picture, alpha)
    torch.testing.assert_close(found, picture[..., -1:, -1:].expand_as(found))


def test_nothing_opaque_is_filled_with_black_and_no_numbers_break():
    assert not cutout.filled(torch.rand(1, 3, 9, 5), torch.zeros(1, 1, 9, 5)).any()


def test_glass_keeps_its_own_colours():
    """What is half transparent everywhere has colours of its own, which the network should see."""
    picture = torch.rand(1, 3, 20, 30)
    torch.testing.assert_close(cutout.filled(picture, torch.full((1, 1, 20, 30), 0.5)), picture)


@pytest.mark.parametrize("size", [(96, 77), (64, 51), (300, 240), (8, 6)])
def test_alpha_is_opaque_and_transparent_where_it_was_at_any_size(photo, size):
    _, alpha = cutout.seen(cut_out(photo, MAGENTA), *size, CPU)
    assert alpha is not None
    found = np.asarray(alpha[0, 0])
    assert np.abs(found - np.asarray(shape(photo.size).resize(size, Image.Resampling.BILINEAR)) / 255).mean() < 0.05
    assert (found[size[1] // 3 : -size[1] // 3, size[0] // 2] == 1).all()
    assert (found[: size[1] // 20] == 0).all()


def test_an_opaque_picture_has_no_alpha(photo):
    seen, alpha = cutout.seen(photo, 64, 51, CPU)
    assert alpha is None
    assert seen.shape == (1, 3, 51, 64)


# ---- paintings -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def painted(painter, photo, waves):
    """A cut-out that hides magenta."""
    return painter.stylize(cut_out(photo, MAGENTA), waves, OPTIONS)


def test_a_painting_has_the_alpha_of_its_photo(painted, photo):
    wanted = np.asarray(shape(photo.size).resize((64, 51), Image.Resampling.LANCZOS)).astype(int)
    assert (painted.width, painted.height) == (64, 51)
    assert np.abs(alpha_of(painted) - wanted).max() <= 24
    assert (alpha_of(painted)[inside((64, 51))] == 255).all()
    with Image.open(io.BytesIO(painted.png())) as found:
        assert found.mode == "RGBA"


def test_hidden_colours_change_nothing(painter, photo, waves, painted):
    other = painter.stylize(cut_out(photo, GREY), waves, OPTIONS)
    assert np.abs(painted.picture.astype(int) - other.picture.astype(int)).max() <= 2
    # As they would, were they seen.
    magenta, grey = (painter.stylize(laid_on(photo, ground), waves, OPTIONS).picture for ground in (MAGENTA, GREY))
    assert np.abs(magenta.astype(int) - grey.astype(int))[inside((64, 51))].mean() > 4


@pytest.mark.parametrize(
    "changed",
    [
        {"colors": "photo"},
        {"colors": "match"},
        {"init": "noise"},
        {"init": "style"},
        {"optimizer": "adam"},
        {"smooth": 60},
    ],
    ids=str,
)
def test_hidden_colours_change_nothing_whatever_is_chosen(painter, photo, waves, changed):
    options = Options(size=64, scales=1, iterations=2, **changed)
    one, other = (painter.stylize(cut_out(photo, hidden), waves, options).picture for hidden in (MAGENTA, GREY))
    assert np.abs(one.astype(int) - other.astype(int)).max() <= 2


def test_beneath_what_is_transparent_lies_what_is_painted_beside_it(painted):
    colors = painted.picture[..., :3].astype(int)
    assert np.abs(colors[0, 0] - MAGENTA).max() > 60
    steps = np.abs(colors[:, 1:] - colors[:, :-1]).max(axis=2)
    hidden = alpha_of(painted)[:, 1:] == 0
    assert steps[hidden & (alpha_of(painted)[:, :-1] == 0)].max() < 40, "noise that would only cost bytes"


def test_opaque_alpha_is_none(painter, photo, waves):
    one, other = (painter.stylize(picture, waves, ONE_STEP).png() for picture in (photo.convert("RGBA"), photo))
    assert one == other


def test_what_is_cropped_away_may_be_transparent(painter, photo, waves):
    wide = photo.convert("RGBA")
    wide.putalpha(Image.new("L", wide.size))
    wide.paste(photo.crop((4, 0, 92, 77)), (4, 0))
    options = Options(size=64, scales=1, iterations=1, square=True)
    assert painter.stylize(wide, waves, options).picture.shape == (64, 64, 3)
    hole = photo.convert("RGBA")
    hole.paste((0, 0, 0, 0), (4, 0, 92, 77))
    with pytest.raises(BadPicture, match="transparent everywhere"):
        painter.stylize(hole, waves, options)


def test_a_square_of_a_cut_out_is_transparent_along(painter, photo, waves):
    options = Options(size=64, scales=1, iterations=1, square=True)
    found = alpha_of(painter.stylize(cut_out(photo, MAGENTA), waves, options))
    wanted = np.asarray(images.resize(images.square(shape(photo.size)), 64, 64)).astype(int)
    assert found.shape == (64, 64)
    assert np.abs(found - wanted).max() <= 30


def test_what_nobody_can_see_is_refused(painter, photo, waves):
    nothing = photo.convert("RGBA")
    nothing.putalpha(0)
    with pytest.raises(BadPicture, match="transparent everywhere"):
        painter.stylize(nothing, waves, OPTIONS)


def test_what_is_hardly_there_does_no_harm(painter, photo, waves):
    speck = photo.convert("RGBA")
    speck.putalpha(0)
    speck.putpixel((5, 5), (200, 30, 30, 9))  # at 8 pixels it is gone, and with it every loss
    options = Options(size=64, quality="draft", scales=4, iterations=1)
    assert alpha_of(painter.stylize(speck, waves, options)).max() <= 9


def test_outside_the_mask_a_cut_out_stays_as_it_is(painter, photo, waves):
    mask = Image.new("L", photo.size)
    mask.paste(255, (0, 0, 48, 77))
    painting = painter.stylize(cut_out(photo, MAGENTA), waves, OPTIONS, mask=mask)
    kept = np.array(photo.resize((64, 51), Image.Resampling.LANCZOS)).astype(int)
    changed = np.abs(painting.picture[..., :3].astype(int) - kept).max(axis=2)
    opaque = inside((64, 51))
    assert changed[:, 36:][opaque[:, 36:]].mean() < 3
    assert (changed[:, :30][opaque[:, :30]] > 8).mean() > 0.5


def test_the_background_of_a_cut_out_is_painted_where_it_is_opaque(painter, photo, waves, bricks):
    mask = Image.new("L", photo.size)
    mask.paste(255, (0, 0, 48, 77))
    one, other = (
        painter.stylize(cut_out(photo, hidden), waves, OPTIONS, mask=mask, background=bricks).picture
        for hidden in (MAGENTA, GREY)
    )
    assert one.shape == (51, 64, 4)
    assert np.abs(one.astype(int) - other.astype(int)).max() <= 2


def test_a_painting_may_be_started_from_again(painter, photo, waves, painted):
    options = Options(size=96, scales=1, iterations=1, init="file")
    garish = painted.picture.copy()
    garish[garish[..., 3] == 0, :3] = MAGENTA
    one, other = (
        painter.stylize(cut_out(photo, GREY), waves, options, init=init).picture for init in (painted.picture, garish)
    )
    assert np.abs(one.astype(int) - other.astype(int)).max() <= 2


def test_frames_and_previews_are_on_white(painter, photo, waves, monkeypatch):
    monkeypatch.setattr("nst_engine.record._FIRST_PREVIEW", 0.0)
    told = []
    painting = painter.stylize(cut_out(photo, MAGENTA), waves, OPTIONS, on_progress=told.append)
    shown = [frame.jpeg for frame in painting.frames] + [step.preview for step in told if step.preview]
    assert len(shown) > 4
    for jpeg in shown:
        with Image.open(io.BytesIO(jpeg)) as found:
            assert min(found.convert("RGB").getpixel((0, 0))) > 240


def test_moving_pictures_are_on_white(painter, photo, waves):
    first, second = painter.animate([cut_out(photo, MAGENTA)] * 2, waves, ONE_STEP)
    assert first.picture.shape == second.picture.shape == (51, 64, 3)


# ---- what is made of paintings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "RGBA"), ("a.webp", "RGBA"), ("a.tif", "RGBA"), ("a.jpg", "RGB"), ("a.bmp", "RGB")],
)
def test_it_is_saved_with_its_alpha_or_on_white(painted, tmp_path, name, mode):
    with Image.open(painted.save(tmp_path / name)) as found:
        assert found.mode == mode
        if mode == "RGBA":
            assert np.array_equal(np.asarray(found)[..., 3], alpha_of(painted))
        else:
            assert min(found.getpixel((0, 0))) > 250


def test_films_and_sheets_lay_it_on_white(painted):
    film = make_film(some_frames(3, 64, 51), painted.png())
    with Image.open(io.BytesIO(film.data)) as found:
        found.seek(found.n_frames - 1)
        assert min(found.convert("RGB").getpixel((1, 1))) > 225
    sheet = Image.open(io.BytesIO(variations_sheet([painted.picture] * 4, (1, 2, 3, 4)))).convert("RGB")
    assert sheet.getpixel((20, 20)) == (255, 255, 255)
    assert progress_sheet(some_frames(3, 64, 51), painted.to_pil())


def test_as_a_style_it_is_on_white(painter, photo, waves):
    """As ever: what is painted with is what people see of it."""
    cut = cut_out(waves, MAGENTA)
    one, other = (painter.stylize(photo, style, ONE_STEP).png() for style in (cut, images.load(as_bytes(cut))))
    assert one == other
