"""`impasto stylize` with masks, with what moves, and for reconstructions; `impasto reconstruct`."""

import json

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageSequence

from bot.adapters.cli.inputs import Typed, build_request
from tests.bot import films

from .conftest import engine_command

STYLE = ("--style", "style.png")
LIMIT = 20_000_000  # bytes, of a picture


@pytest.fixture(autouse=True)
def _pictures(folder):
    half = Image.new("L", (120, 80))
    half.paste(255, (0, 0, 60, 80))
    half.save(folder / "mask.png")
    frames = []
    for step in range(5):
        frame = Image.linear_gradient("L").resize((120, 80)).convert("RGB")
        ImageDraw.Draw(frame).ellipse((10 + 15 * step, 20, 40 + 15 * step, 50), fill=(230, 60, 20))
        frames.append(frame)
    frames[0].save(folder / "ball.gif", save_all=True, append_images=frames[1:], duration=120, loop=0)
    frames[0].save(folder / "one.gif")


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


# ---- masks ------------------------------------------------------------------------------------------------------


def paint(impasto, name, *flags):
    ended = impasto("stylize", "photo.jpg", *STYLE, "--size", 120, "-o", name, *flags)
    assert ended.code == 0, ended.err


def test_what_is_black_in_the_mask_stays_the_photo(impasto, folder):
    paint(impasto, "whole.png")
    paint(impasto, "masked.png", "--mask", "mask.png")
    photo, whole, masked = (pixels(folder / name) for name in ("photo.jpg", "whole.png", "masked.png"))
    assert np.array_equal(masked[:, :58], whole[:, :58])
    assert np.array_equal(masked[:, 62:], photo[:, 62:])


def test_a_mask_turned_round_paints_the_rest(impasto, folder):
    paint(impasto, "masked.png", "--mask", "mask.png", "--invert-mask")
    photo, masked = pixels(folder / "photo.jpg"), pixels(folder / "masked.png")
    assert np.array_equal(masked[:, :58], photo[:, :58])
    assert not np.array_equal(masked[:, 62:], photo[:, 62:])


def test_a_background_is_painted_in_styles_of_its_own(impasto, folder):
    paint(impasto, "masked.png", "--mask", "mask.png")
    for name in ("mosaic", "neon:2"):
        paint(impasto, f"{name[:4]}.png", "--mask", "mask.png", "-b", name, "--background", "style.png:0.5")
    masked, mosaic, neon = (pixels(folder / name) for name in ("masked.png", "mosa.png", "neon.png"))
    assert np.array_equal(masked[:, :58], mosaic[:, :58])
    assert not np.array_equal(masked[:, 62:], mosaic[:, 62:])
    assert not np.array_equal(mosaic[:, 62:], neon[:, 62:])


def test_what_is_typed_becomes_a_request(folder):
    typed = Typed(
        photo=folder / "photo.jpg", styles=["mosaic:2"], options={"invert_mask": True},
        masks=[str(folder / "mask.png")], background=["my own one", "style.png:0.5"], format="mp4",
    )  # fmt: skip
    request = build_request(typed, LIMIT)
    assert request.mask == (folder / "mask.png").read_bytes()
    named, own = request.background
    assert (named.preset, named.picture, named.weight) == ("my own one", None, 1.0)
    assert (own.preset, own.picture, own.weight) == (None, (folder / "style.png").read_bytes(), 0.5)
    assert request.format == "mp4"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mask", "none.png"], ["no file none.png"]),
        (["--mask", "config.toml"], ["mask", "text"]),
        (["--mask", "mask.png", "--background", "none.png"], ["no file none.png"]),
        (["--mask", "mask.png", "--background", "config.toml"], ["text"]),
        (["--mask", "mask.png", "--background", "mosacut"], ["mosacut", "mosaic"]),
        (["--mask", "mask.png", "--background", "neon:0"], ["--background neon:0", "above 0"]),
        (["--mask", "mask.png", "--background", ""], ['--background ""', "name a style"]),
        (["--background", "neon"], ["--background", "--mask FILE"]),
        (["--invert-mask"], ["--invert-mask", "--mask FILE"]),
        (["--smooth", "101"], ["--smooth", "0 to 100"]),
        (["--pooling", "median"], ["--pooling", "max or average"]),
        (["--reconstruct", "both"], ["--reconstruct", "content or style"]),
        (["-o", "a.gif"], ["a.gif", "does not move", ".png", "--film a.gif"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_mistake_is_told_in_one_line(impasto, folder, arguments, words):
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    ended = impasto("stylize", "photo.jpg", *STYLE, *arguments)
    assert (ended.code, ended.out) == (2, "")
    for word in words:
        assert word in ended.complaint
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before, "nothing was written"


# ---- what moves -------------------------------------------------------------------------------------------------


def test_a_gif_becomes_a_moving_painting(impasto, folder):
    ended = impasto("stylize", "ball.gif", *STYLE, "--size", 96, "--json")
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    assert report["output"] == str(folder / "ball-style.gif")
    assert (report["width"], report["height"], report["frames"]) == (96, 64, 5)
    with Image.open(folder / "ball-style.gif") as painting:
        assert (painting.size, painting.n_frames) == ((96, 64), 5)
        assert abs(sum(frame.info["duration"] for frame in ImageSequence.Iterator(painting)) - 600) <= 30
    assert "frame 5 of 5" in ended.err


def test_the_ending_makes_a_moving_painting_an_mp4(impasto, folder):
    ended = impasto("stylize", "ball.gif", *STYLE, "--size", 96, "-o", "out.mp4")
    assert ended.code == 0, ended.err
    assert "5 frames" in ended.err
    with av.open(folder / "out.mp4") as container:
        assert [frame.to_image().size for frame in container.decode(video=0)] == [(96, 64)] * 5


def test_nobody_limits_the_size_at_ones_own_machine(impasto, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\nlargest_moving_size = 64\n")
    assert impasto("stylize", "ball.gif", *STYLE, "--size", 600, "-o", "out.gif").code == 0
    with Image.open(folder / "out.gif") as painting:
        assert max(painting.size) == 600


def test_a_clip_becomes_a_clip(impasto, folder):
    impasto("stylize", "ball.gif", *STYLE, "--size", 120, "-o", "clip.mp4")
    ended = impasto("stylize", "clip.mp4", *STYLE, "--size", 64)
    assert ended.code == 0, ended.err
    with av.open(folder / "clip-style.mp4") as container:
        assert [frame.to_image().width for frame in container.decode(video=0)] == [64] * 5


def test_a_clip_keeps_its_sound(impasto, folder):
    (folder / "purr.mp4").write_bytes(films.talkie(5))
    ended = impasto("stylize", "purr.mp4", *STYLE, "--size", 64)
    assert ended.code == 0, ended.err
    painted = (folder / "purr-style.mp4").read_bytes()
    _, packets, ends = films.heard(painted)
    assert packets == films.heard(films.talkie(5))[1][: len(packets)] != []
    assert ends == pytest.approx(0.5, abs=0.01) == films.seen(painted)
    assert "could not be kept" not in ended.err
    assert impasto("stylize", "purr.mp4", *STYLE, "--size", 64, "-o", "purr.gif").code == 0


def test_a_sound_that_cannot_be_kept_is_told_of(impasto, folder):
    (folder / "purr.webm").write_bytes(films.talkie(5, "webm", "libvpx", "libvorbis"))
    ended = impasto("stylize", "purr.webm", *STYLE, "--size", 64)
    assert ended.code == 0, ended.err
    assert ended.err.count("The clip's sound could not be kept") == 1
    assert films.heard((folder / "purr-style.mp4").read_bytes())[1] == []


def test_a_gif_that_does_not_move_is_a_photo(impasto, folder):
    ended = impasto("stylize", "one.gif", *STYLE, "--size", 64)
    assert ended.code == 0, ended.err
    with Image.open(folder / "one-style.png") as painting:
        assert painting.format == "PNG"


def test_what_moves_is_no_picture(impasto, folder):
    ended = impasto("stylize", "ball.gif", *STYLE, "-o", "out.png")
    assert ended.code == 2
    assert "moves" in ended.complaint
    assert ".gif or .mp4" in ended.complaint
    ended = impasto("stylize", "ball.gif", *STYLE, "-o", "out.gif", "--film", "way.gif")
    assert ended.code == 2
    assert "--film" in ended.complaint
    assert not (folder / "out.png").exists()
    assert not (folder / "out.gif").exists()


def test_the_running_bot_paints_what_moves_and_gives_it_its_ending(processes, folder):
    processes.bot()
    ended = processes.run("stylize", "ball.gif", *STYLE, "--size", 64, "--submit", "-o", "out.png", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["output"] == str(folder / "out.gif")
    with Image.open(folder / "out.gif") as painting:
        assert painting.n_frames == 5
    (folder / "purr.webm").write_bytes(films.talkie(5, "webm", "libvpx", "libvorbis"))
    ended = processes.run("stylize", "purr.webm", *STYLE, "--size", 64, "--submit")
    assert ended.code == 0, ended.err
    assert "The clip's sound could not be kept" in ended.err
    ended = processes.run("stylize", "one.gif", *STYLE, "--size", 64, "--submit")
    assert ended.code == 0, ended.err
    assert (folder / "one-style.png").exists()


# ---- time and memory --------------------------------------------------------------------------------------------


def test_a_long_painting_is_announced(impasto, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_SPEED=0.1))
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--quality", "standard")
    assert ended.code == 0
    (said,) = [line for line in ended.err.splitlines() if line.startswith("This takes about")]
    assert "minute" in said
    assert "B of memory" in said
    assert ended.err.index(said) < ended.err.index("iteration")


def test_a_short_one_is_not(impasto):
    assert "This takes" not in impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--size", 64).err


def test_what_does_not_fit_is_refused_with_what_does(impasto, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_MEMORY=1_500_000_000))
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--size", 6000)
    assert ended.code == 2
    assert "--size 6000" in ended.complaint
    assert not (folder / "out.png").exists()
    fitting = ended.complaint.rsplit("--size ", 1)[1]
    assert 64 <= int(fitting) < 6000
    assert impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--size", fitting).code == 0


@pytest.mark.parametrize("size", [64, 512])
def test_where_nothing_fits_no_size_is_named(impasto, folder, monkeypatch, size):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_MEMORY=1_000_000))
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--size", size)
    assert ended.code == 2
    assert "--size" not in ended.complaint
    assert "engine.memory_gb" in ended.complaint
    assert not (folder / "out.png").exists()


# ---- reconstructions --------------------------------------------------------------------------------------------


def test_what_layers_keep_of_a_photo_needs_no_style(impasto, folder):
    ended = impasto(
        "stylize", "photo.jpg", "--reconstruct", "content", "--content-layers", "relu3_1:1", "--size", 64
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert (folder / "photo-content.png").exists()
    assert impasto("stylize", "photo.jpg", "--reconstruct", "style").code == 2, "which style?"


@pytest.mark.parametrize(("style", "cells"), [((), 5), (STYLE, 10)])
def test_a_sheet_of_what_each_layer_keeps(impasto, folder, style, cells):
    ended = impasto("reconstruct", "photo.jpg", *style, "--size", 64)
    assert ended.code == 0, ended.err
    for number, layer in enumerate(("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), start=1):
        assert f"{number} of {cells}, content of {layer}: Painting" in ended.err
    assert ("10 of 10, … and of relu5_1: Painting" in ended.err) == bool(style)
    with Image.open(folder / "photo-layers.png") as sheet:
        assert sheet.width > 5 * 320
        assert (sheet.height > 2 * 240) == bool(style)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.jpg"], ["no file none.jpg"]),
        (["config.toml"], ["text"]),
        (["photo.jpg", "--style", "mosacut"], ["mosaic"]),
        (["photo.jpg", "--size", "1"], ["--size", "64 to 6000"]),
        (["photo.jpg", "--quality", "best"], ["--quality", "draft"]),
        (["photo.jpg", "-o", "photo.jpg", "--force"], ["the photo itself"]),
        (["photo.jpg", "-o", "sheet.gif"], [".gif", ".png"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_mistakes_about_sheets(impasto, arguments, words):
    ended = impasto("reconstruct", *arguments)
    assert (ended.code, ended.out) == (2, "")
    for word in words:
        assert word in ended.complaint
