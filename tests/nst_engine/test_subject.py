"""What goes together in one call: styles in every form with their weights, shapes that can be painted, crops."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_engine import images
from nst_engine.errors import BadOptions, BadPicture
from nst_engine.options import OptionError, Options
from nst_engine.schedule import least_size, painted_size
from nst_engine.subject import Subject


def textured(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


PHOTO, A, B = textured(), textured(seed=1), textured(seed=2)


@pytest.mark.parametrize(
    ("styles", "weights"),
    [
        (A, [1.0]),
        (np.asarray(A), [1.0]),
        (np.asarray(A) / 255, [1.0]),
        ((A, 3), [1.0]),
        ((A, np.float32(3)), [1.0]),
        ([(A, 3), (B, 1)], [0.75, 0.25]),
        (((A, 3), (B, 1)), [0.75, 0.25]),
        ([A, B], [0.5, 0.5]),
        ((A, B), [0.5, 0.5]),
        ([[A, 3], [B, 1]], [0.75, 0.25]),
        ([A, (B, 3)], [0.25, 0.75]),
        (iter([A, B]), [0.5, 0.5]),
        ([(A, 1), (B, 0)], [1.0]),
    ],
    ids=range(13),
)
def test_styles_come_in_any_form(styles, weights):
    subject = Subject.load(PHOTO, styles, Options())
    assert [weight for _, weight in subject.styles] == weights
    assert np.array_equal(subject.styles[0][0], A)


def test_styles_may_be_a_mapping_of_files_to_weights(tmp_path):
    paths = {tmp_path / "a.png": 1, str(tmp_path / "b.png"): 3}
    for path, picture in zip(paths, (A, B), strict=True):
        picture.save(path)
    assert [weight for _, weight in Subject.load(PHOTO, paths, Options()).styles] == [0.25, 0.75]


@pytest.mark.parametrize("styles", [[], {}, (A, 0), [(A, -1), (B, 2)], [(A, float("nan"))], {1: "much"}, (A, True)])
def test_weights_that_make_no_sense_are_refused(styles):
    with pytest.raises((BadOptions, BadPicture)):
        Subject.load(PHOTO, styles, Options())


@pytest.mark.parametrize("color", [(40, 120, 200), (0, 0, 0, 0), (255, 0, 0, 0)])
@pytest.mark.parametrize("way", ["styles", "background"])
def test_a_style_of_one_colour_is_refused(color, way):
    flat = Image.new("RGBA" if len(color) == 4 else "RGB", (64, 64), color)
    more = {"mask": Image.linear_gradient("L"), "background": flat} if way == "background" else {}
    with pytest.raises(BadPicture, match="one colour"):
        Subject.load(PHOTO, A if more else flat, Options(), **more)


def test_a_style_that_is_all_transparent_with_colours_beneath_is_refused():
    hidden = A.convert("RGBA")
    hidden.putalpha(0)
    with pytest.raises(BadPicture, match="one colour"):
        Subject.load(PHOTO, hidden, Options())


def test_a_style_that_nobody_looks_at_may_be_flat():
    Subject.load(PHOTO, Image.new("RGB", (64, 64)), Options(reconstruct="content"))


# ---- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_a_photo_that_would_be_squashed_is_refused_with_the_size_that_is_enough(turned):
    banner = textured(*((30, 2000) if turned else (2000, 30)))
    with pytest.raises(BadOptions, match="use a size of 1034 or more, or crop it"):
        Subject.load(banner, A, Options(size=192))
    Subject.load(banner, A, Options(size=1034))
    Subject.load(banner, A, Options(size=192, square=True))


def test_where_no_size_is_enough_only_cropping_helps():
    with pytest.raises(BadOptions, match=r"must have 16 at least; crop it"):
        Subject.load(textured(8000, 16), A, Options(size=512))


@pytest.mark.parametrize("shape", [(2000, 30), (640, 480), (97, 31), (4000, 17), (50, 50)])
def test_from_the_least_size_on_proportions_stay(shape):
    least = least_size(Options(), *shape)
    width, height = painted_size(Options(size=max(64, least)), *shape)
    assert abs(width / height - shape[0] / shape[1]) / (shape[0] / shape[1]) < 0.5 / min(width, height) + 0.01


def test_square_crops_what_the_painting_starts_from_as_well():
    photo, first = textured(96, 48), textured(96, 48, seed=3)
    subject = Subject.load(photo, A, Options(init="file", square=True), init=first)
    assert subject.first is not None
    assert np.array_equal(subject.first, images.square(first))


# ---- options are checked when they are made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"strength": 62.5}, {"seed": 1.5}, {"square": "no"}, {"square": 1}, {"invert_mask": "yes"}, {"size": "512"},
        {"size": True}, {"smooth": None}, {"iterations": 2.5}, {"style_scale": "1"}, {"colors": ["photo"]},
        {"quality": None}, {"content_layers": "relu4_2"}, {"style_layers": {"relu4_2": "1"}},
        {"style_layers": ["relu4_2"]},
        {"style_weight": float("nan")}, {"learning_rate": True},
    ],
    ids=str,
)  # fmt: skip
def test_options_of_another_type_are_refused_at_once(values):
    (name,) = values
    with pytest.raises(OptionError, match=f"{name}: found .*, use "):
        Options(**values)


def test_numbers_of_numpys_are_numbers():
    options = Options(size=np.int64(300), style_scale=np.float32(0.5), iterations=np.int32(4))
    assert (options.size, options.style_scale, options.iterations) == (300, 0.5, 4)
    assert [type(value) for value in (options.size, options.style_scale, options.iterations)] == [int, float, int]


def test_a_path_is_one_style(tmp_path):
    A.save(tmp_path / "a.png")
    assert len(Subject.load(PHOTO, Path(tmp_path / "a.png"), Options()).styles) == 1
