"""`impasto stylize` as a person uses it: from files to files, over the real studio and a real (fake) engine process."""

import json
import signal

import numpy as np
import psutil
import pytest
from PIL import Image

from tests.waiting import PATIENCE
from tests.worlds import cut_out

from .conftest import engine_command, read_until

STYLE = ("--style", "style.png")
PAINTED = ("stylize", "photo.jpg", *STYLE, "-o", "out.png")


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith((".", "impasto-"))]


def test_a_photo_and_a_style_become_a_painting(impasto, folder):
    ended = impasto("stylize", "photo.jpg", *STYLE)
    assert (ended.code, ended.out) == (0, "")
    assert "photo-style.png" in ended.err
    with Image.open(folder / "photo-style.png") as painting:
        assert (painting.format, painting.size) == ("PNG", (512, 341))
    assert leftovers(folder) == []
    assert not (folder / "data").exists(), "it paints in a store of its own"


def test_a_second_painting_gets_a_name_of_its_own(impasto, folder):
    impasto("stylize", "photo.jpg", *STYLE, "--size", 64)
    before = (folder / "photo-style.png").read_bytes()
    assert impasto("stylize", "photo.jpg", *STYLE, "--size", 64, "--seed", 7).code == 0
    assert (folder / "photo-style.png").read_bytes() == before
    assert (folder / "photo-style-2.png").read_bytes() != before


@pytest.mark.parametrize(
    ("name", "form"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WEBP")]
)
def test_the_ending_chooses_the_format(impasto, folder, name, form):
    assert impasto("stylize", "photo.jpg", *STYLE, "-o", name, "--size", 64).code == 0
    with Image.open(folder / name) as painting:
        assert (painting.format, max(painting.size)) == (form, 64)


def test_everything_that_can_be_asked_for(impasto, folder):
    ended = impasto(
        "stylize", "photo.jpg", "--style", "style.png:2", "--style", "photo.jpg:0.5", "-o", "out.png", "--size", 96,
        "--quality", "draft", "--strength", 70, "--colors", "photo", "--init", "style.png", "--seed", 5, "--square",
        "--film", "film.gif", "--progress-sheet", "sheet.png", "--loss-plot", "plot.jpg", "--json",
        "--optimizer", "adam", "--learning-rate", "0.05", "--style-layers", "relu1_1:1,relu2_1:2",
    )  # fmt: skip
    assert ended.code == 0
    report = json.loads(ended.out)
    assert ended.out.count("\n") == 1
    wanted = (
        "output width height styles seconds engine_seconds iterations content_loss style_loss backbone device dtype"
    )
    assert set(report) == {*wanted.split(), "convolutions", "seed", "quality", "film", "progress_sheet", "loss_plot"}
    assert (report["output"], report["width"], report["height"]) == (str(folder / "out.png"), 96, 96)
    assert (report["seed"], report["backbone"], report["device"]) == (5, "fake", "cpu")
    assert report["seconds"] >= report["engine_seconds"] > 0
    formats = {"out.png": "PNG", "film.gif": "GIF", "sheet.png": "PNG", "plot.jpg": "JPEG"}
    for name, form in formats.items():
        with Image.open(folder / name) as picture:
            assert picture.format == form
    assert Image.open(folder / "film.gif").n_frames > 1


def test_an_mp4_film(impasto, folder):
    assert impasto("stylize", "photo.jpg", *STYLE, "-o", "o.png", "--size", 64, "--film", "film.mp4").code == 0
    assert (folder / "film.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_preset_by_name(impasto, folder):
    name = json.loads(impasto("styles", "--json").out)[0]["name"]
    assert impasto("stylize", "photo.jpg", "--style", f"{name}:2", "--size", 64).code == 0
    assert (folder / f"photo-{name}.png").exists()


def test_the_default_preset_of_the_config(impasto, folder):
    name = json.loads(impasto("styles", "--json").out)[0]["name"]
    with (folder / "config.toml").open("a") as config:
        config.write(f'[defaults]\npreset = "{name}"\n')
    assert impasto("stylize", "photo.jpg", "--size", 64).code == 0
    assert (folder / "photo.png").exists()


def test_nobody_limits_a_person_at_their_own_machine(impasto, folder):
    with (folder / "config.toml").open("a") as config:
        config.write(
            "[limits]\npaintings_a_day = 0\nwaiting_at_once = 0\nlargest_size = 64\n"
            "[ceiling]\nlargest_size = 64\nmegapixel_iterations = 1\n"
        )
    assert impasto("stylize", "photo.jpg", *STYLE, "--size", 128).code == 0


def test_options_reach_the_engine(impasto, folder):
    for strength in (0, 100):
        assert impasto("stylize", "photo.jpg", *STYLE, "-o", f"{strength}.png", "--strength", strength).code == 0
    assert (folder / "0.png").read_bytes() != (folder / "100.png").read_bytes()


def test_force_replaces(impasto, folder):
    (folder / "out.png").write_bytes(b"old")
    assert impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--size", 64, "--force").code == 0
    assert Image.open(folder / "out.png").size == (64, 43)


def test_progress_goes_to_stderr_in_plain_lines(impasto):
    ended = impasto("stylize", "photo.jpg", *STYLE, "--size", 64, "-o", "out.jpg")
    assert ended.out == ""
    assert "iteration 12/12" in ended.err
    assert "\r" not in ended.err
    assert "\x1b" not in ended.err


def test_quiet_says_nothing(impasto):
    ended = impasto("stylize", "photo.jpg", *STYLE, "--size", 64, "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


# ---- trouble ----------------------------------------------------------------------------------------------------


def test_an_engine_that_dies_once_is_tried_again(impasto, folder, monkeypatch):
    command = engine_command(FAKE_ENGINE_TROUBLE="crash-once", FAKE_ENGINE_MARKER=folder / "marker")
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", command)
    assert impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png").code == 0


@pytest.mark.parametrize(
    ("trouble", "code"), [("crash", 1), ("not-finite", 1), ("engine-error", 1), ("out-of-memory", 2)]
)
def test_a_painting_that_fails_says_why(impasto, folder, monkeypatch, trouble, code):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE=trouble))
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png", "--json")
    assert (ended.code, ended.out) == (code, "")
    assert ended.complaint
    assert not (folder / "out.png").exists()
    assert leftovers(folder) == []


@pytest.mark.parametrize(
    "command", ["/nonexistent/engine", engine_command(forked=False, FAKE_ENGINE_TROUBLE="exit-at-start")]
)
def test_an_engine_that_does_not_start_ends_the_command(impasto, folder, monkeypatch, command):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", command)
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png")
    assert ended.code == 1
    assert "impasto doctor" in ended.complaint
    assert leftovers(folder) == []


def test_an_engine_that_never_gives_a_sign_of_life_ends_the_command(impasto, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE="never-alive"))
    with (folder / "config.toml").open("a") as config:
        config.write("[engine]\nstart_seconds = 5\n")
    ended = impasto("stylize", "photo.jpg", *STYLE, "-o", "out.png")
    assert ended.code == 1
    assert "no sign of life for 5 s" in ended.complaint
    assert ended.err.count("Loading the painter") == 1
    assert leftovers(folder) == []


def test_a_stop_is_heard_where_ctrl_c_is_ignored_as_in_a_shells_background(processes, folder):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        command = engine_command(forked=False, FAKE_ENGINE_SECONDS=20)
        process = processes.start(*PAINTED, forked=False, IMPASTO_ENGINE_COMMAND=command)
    finally:
        signal.signal(signal.SIGINT, before)
    read_until(process, "iteration")
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_painting_leaves_nothing(processes, folder, number):
    command = engine_command(forked=False, FAKE_ENGINE_SECONDS=20)
    process = processes.start(*PAINTED, forked=False, IMPASTO_ENGINE_COMMAND=command)
    read_until(process, "iteration")
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "impasto: interrupted"
    assert "Traceback" not in err
    assert not psutil.wait_procs(children, timeout=PATIENCE)[1]
    assert not (folder / "out.png").exists()
    assert leftovers(folder) == []


def test_a_killed_command_takes_its_engine_along(processes):
    command = engine_command(forked=False, FAKE_ENGINE_SECONDS=20)
    process = processes.start(*PAINTED, forked=False, IMPASTO_ENGINE_COMMAND=command)
    read_until(process, "iteration")
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert not psutil.wait_procs(children, timeout=PATIENCE)[1]


def test_json_alone_on_stdout_also_in_a_process_of_its_own(processes):
    ended = processes.run(*PAINTED, "--json", forked=False)
    assert ended.code == 0
    assert json.loads(ended.out)["output"].endswith("out.png")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("Sternenfluss", ["starry-river"]),
        ("mosaic and woodcut", ["mosaic", "woodcut"]),
        ("River of dots:0.5", ["river-dots"]),
        ("5", ["stained-glass"]),
    ],
)
def test_styles_go_by_titles_and_numbers_and_several_at_once(impasto, folder, style, expected):
    ended = impasto("stylize", "photo.jpg", "--style", style, "--size", 64, "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["styles"] == expected


def test_a_slip_is_said_and_what_is_none_is_refused_by_name(impasto, folder):
    ended = impasto("stylize", "photo.jpg", "--style", "mosiac", "--size", 64)
    assert ended.code == 0
    assert "I took “mosiac” for Mosaic." in ended.err
    ended = impasto("stylize", "photo.jpg", "--style", "river", "--size", 64)
    assert ended.code == 2
    assert "starry-river" in ended.err


# ---- what is transparent ---------------------------------------------------------------------------------------------


def alpha_of(path):
    with Image.open(path) as painting:
        assert painting.mode == "RGBA", path.name
        return np.asarray(painting.getchannel("A"))


@pytest.mark.parametrize("name", [None, "a.png", "a.webp"])
def test_a_cut_out_comes_back_as_transparent_as_it_was(impasto, folder, name):
    (folder / "cat.png").write_bytes(cut_out())
    ended = impasto("stylize", "cat.png", *STYLE, "--size", 64, *(("-o", name) if name else ()))
    assert ended.code == 0
    alpha = alpha_of(folder / (name or "cat-style.png"))
    assert alpha.shape == (48, 64)
    assert not alpha[:, :28].any()
    assert (alpha[:, 36:] == 255).all()
    assert "transparent" not in ended.err


def test_in_a_jpeg_a_cut_out_is_on_white_which_is_said(impasto, folder):
    (folder / "cat.png").write_bytes(cut_out())
    ended = impasto("stylize", "cat.png", *STYLE, "--size", 64, "-o", "cat.jpg")
    assert ended.code == 0
    assert "what is transparent is white in cat.jpg" in ended.err
    with Image.open(folder / "cat.jpg") as painting:
        assert np.asarray(painting)[:, :24].min() > 245
    ended = impasto("stylize", "cat.png", *STYLE, "--size", 64, "-o", "cat.jpg", "--force", "--json")
    assert "white in cat.jpg" in json.loads(ended.out)["note"]
    ended = impasto("stylize", "photo.jpg", *STYLE, "--size", 64, "-o", "photo.jpeg")
    assert "transparent" not in ended.err


def test_the_running_bot_says_it_too(processes, folder):
    (folder / "cat.png").write_bytes(cut_out())
    processes.bot()
    ended = processes.run("stylize", "cat.png", *STYLE, "--size", 64, "--submit", "-o", "cat.jpg")
    assert ended.code == 0
    assert "what is transparent is white in cat.jpg" in ended.err
    assert processes.run("stylize", "cat.png", *STYLE, "--size", 64, "--submit", "-o", "cat.webp").code == 0
    assert not alpha_of(folder / "cat.webp")[:, :28].any()


def test_what_is_transparent_everywhere_is_refused(impasto, folder):
    Image.new("RGBA", (64, 64), (200, 30, 30, 0)).save(folder / "nothing.png")
    ended = impasto("stylize", "nothing.png", *STYLE)
    assert ended.code == 2
    assert "transparent everywhere" in ended.complaint


def test_a_film_and_sheets_of_a_cut_out(impasto, folder):
    (folder / "cat.png").write_bytes(cut_out())
    more = ("--film", "way.gif", "--progress-sheet", "steps.png", "--loss-plot", "losses.jpg")
    assert impasto("stylize", "cat.png", *STYLE, "--size", 64, *more).code == 0
    with Image.open(folder / "way.gif") as film:
        film.seek(film.n_frames - 1)
        assert min(film.convert("RGB").getpixel((2, 2))) > 225
