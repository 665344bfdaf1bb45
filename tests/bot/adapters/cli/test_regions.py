"""`impasto stylize` with several masks, each with its style, and with a picture whose colours name parts."""

import json

import numpy as np
import pytest
from PIL import Image

from bot.adapters.cli.errors import CliError
from bot.adapters.cli.masks import read_masks
from nst_engine.regions import MOST_REGIONS

from .conftest import paint_photo


@pytest.fixture(autouse=True)
def _masks(folder):
    """Left, middle and right third in pictures of their own, and in one of three colours."""
    painted = Image.new("RGB", (120, 80), "white")
    for name, left, color in (("left", 0, "red"), ("middle", 40, "blue"), ("right", 80, "white")):
        third = Image.new("L", (120, 80))
        third.paste(255, (left, 0, left + 40, 80))
        third.save(folder / f"{name}.png")
        painted.paste(color, (left, 0, left + 40, 80))
    painted.save(folder / "map.png")
    for name in ("oak.png", "elm.png", "ash.png"):  # small ones: a preset takes a while to clean
        paint_photo(folder / name, 64, 64)


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


@pytest.fixture
def paint(impasto, folder):
    def run(name, *flags, code=0):
        ended = impasto("stylize", "photo.jpg", "--size", 120, "-o", name, "--json", *flags)
        assert ended.code == code, ended.err
        return ended if code else (pixels(folder / name), json.loads(ended.out))

    return run


def test_each_mask_has_its_own_style_and_the_rest_stays_the_photo(paint, folder):
    painted, said = paint("both.png", "--mask", "left.png=mosaic", "--mask", "middle.png=style.png")
    mosaic, _ = paint("mosaic.png", "-s", "mosaic", "--mask", "left.png")
    own, _ = paint("own.png", "--mask", "left.png=mosaic", "--mask", "middle.png=elm.png")
    assert np.array_equal(painted[:, 80:], pixels(folder / "photo.jpg")[:, 80:])
    assert np.array_equal(painted[:, :40], mosaic[:, :40])
    assert np.array_equal(painted[:, :40], own[:, :40])
    assert not np.array_equal(painted[:, 40:80], own[:, 40:80])
    assert not np.array_equal(painted[:, 40:80], pixels(folder / "photo.jpg")[:, 40:80])
    assert said["parts"] == [["mosaic"], [None]]


def test_a_style_without_a_mask_is_for_the_rest(paint, folder):
    flags = ("--mask", "left.png=oak.png", "--mask", "middle.png=elm.png")
    rest, _ = paint("rest.png", "-s", "ash.png", *flags)
    as_background, _ = paint("background.png", *flags, "--background", "ash.png")
    kept, _ = paint("kept.png", *flags)
    assert np.array_equal(rest, as_background)
    assert np.array_equal(rest[:, :80], kept[:, :80])
    assert not np.array_equal(rest[:, 80:], kept[:, 80:])


def test_a_later_mask_lies_over_an_earlier_one(paint):
    over, _ = paint("over.png", "-s", "oak.png", "--mask", "middle.png=elm.png", "--mask", "middle.png")
    neon, _ = paint("neon.png", "--mask", "middle.png=elm.png", "--mask", "left.png=oak.png")
    assert np.array_equal(over[:, 40:80], neon[:, 40:80])


def test_the_colours_of_a_picture_name_parts(paint):
    by_color, _ = paint("colors.png", "--mask", "map.png:red=oak.png", "--mask", "map.png:#0000ff=elm.png")
    by_masks, _ = paint("masks.png", "--mask", "left.png=oak.png", "--mask", "middle.png=elm.png")
    assert np.array_equal(by_color, by_masks)
    of_style, _ = paint(
        "style.png", "-s", "oak.png", "--mask", "map.png:red", "--mask", "map.png:blue=elm.png", "--force"
    )
    assert np.array_equal(of_style, by_masks)


def test_a_repeated_mask_mixes_its_styles(paint, folder):
    mixed, said = paint(
        "mixed.png", "--mask", "left.png=oak.png:2", "--mask", "left.png=elm.png", "--mask", "right.png=ash.png"
    )
    assert [len(styles) for styles in said["parts"]] == [2, 1]
    assert np.array_equal(mixed[:, 40:80], pixels(folder / "photo.jpg")[:, 40:80])


def test_the_output_is_named_after_all_styles(impasto, folder):
    ended = impasto("stylize", "photo.jpg", "--size", 120, "--mask", "left.png=oak.png", "--mask", "middle.png=elm.png")
    assert ended.code == 0
    assert (folder / "photo-oak-elm.png").exists()


def test_a_running_bot_paints_parts_too(processes, folder):
    bot = processes.bot()
    flags = ("--mask", "left.png=oak.png", "--mask", "middle.png=elm.png")
    ended = processes.run("stylize", "photo.jpg", "--size", 120, "-o", "there.png", *flags, "--submit")
    assert ended.code == 0, ended.err
    assert bot.stop() == 0
    here = processes.run("stylize", "photo.jpg", "--size", 120, "-o", "here.png", *flags)
    assert here.code == 0, here.err
    assert np.array_equal(pixels(folder / "there.png"), pixels(folder / "here.png"))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--mask", "left.png=mosacut"], ["mosacut", "mosaic"]),
        (["--mask", "none.png=mosaic"], ["no file none.png"]),
        (["--mask", "left.png="], ["name a style after the equals sign", "left.png=mosaic"]),
        (["--mask", "=mosaic"], ["name a picture before the style", "sky.png=mosaic"]),
        (["--mask", "left.png:sea=mosaic"], ['"sea" is no colour', "#ff0000"]),
        (["--mask", "map.png:#00ff00=mosaic"], ["nothing in", "#00ff00", "#ff0000", "#0000ff"]),
        (["--mask", "left.png=mosaic:x"], ['"x" is no number']),
        (["--mask", "left.png=mosaic", "--mask", "middle.png"], ["middle.png is where --style goes"]),
        (["-s", "neon", "--mask", "left.png", "--mask", "middle.png"], ["two masks are without a style"]),
        (["-s", "neon", "--mask", "left.png=mosaic", "-b", "woodcut"], ["--style paints what no mask covers"]),
        (
            ["--mask", "left.png=mosaic", "--mask", "middle.png=neon", "--invert-mask"],
            ["--invert-mask turns a single mask round"],
        ),
        ([f"--mask=map.png:#{n:06x}=mosaic" for n in range(MOST_REGIONS + 1)], [f"use {MOST_REGIONS} at most"]),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(paint, flags, words):
    ended = paint("none.png", *flags, code=2)
    assert all(word in ended.complaint for word in words), ended.complaint


def test_names_may_hold_the_marks_themselves(folder):
    for name in ("a=b.png", "c:d.png"):
        (folder / name).write_bytes((folder / "left.png").read_bytes())
    found = read_masks(["a=b.png", "c:d.png=x=y.png", "a=b.png:red=mosaic"])
    assert [(str(mask.path), mask.color, mask.styles) for mask in found] == [
        ("a=b.png", None, ()),
        ("c:d.png", None, ("x=y.png",)),
        ("a=b.png", "red", ("mosaic",)),
    ]


def test_masks_without_a_style_come_first():
    assert [str(mask.path) for mask in read_masks(["left.png=neon", "right.png"])] == ["right.png", "left.png"]
    with pytest.raises(CliError):
        read_masks(["left.png", "right.png"])
