"""`impasto stylize` with several photos, a folder, or several styles: one painting after the other, in one go."""

import json
import signal

import numpy as np
import pytest
from PIL import Image

from bot.sheets import _EMPTY
from tests.bot.films import animation
from tests.waiting import PATIENCE

from .conftest import engine_command, paint_photo, read_until

STYLE = ("--style", "style.png", "--size", 64)


@pytest.fixture
def presets(impasto):
    """The names of all presets."""
    return [preset["name"] for preset in json.loads(impasto("styles", "--json").out)]


@pytest.fixture
def holiday(folder):
    """A folder with two photos, and with what is not to be painted."""
    inside = folder / "holiday"
    (inside / "deeper").mkdir(parents=True)
    for name in ("b.jpg", "A.png", ".hidden.jpg", "deeper/c.jpg"):
        paint_photo(inside / name)
    (inside / "notes.txt").write_text("these are words")
    return inside


def said_of(ended):
    """The objects that `--json` printed."""
    return [json.loads(line) for line in ended.out.splitlines()]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# ---- photos and folders -----------------------------------------------------------------------------------------


def test_photos_and_the_pictures_of_a_folder_are_painted_beside_themselves_by_one_painter(impasto, folder, holiday):
    ended = impasto("stylize", "photo.jpg", "holiday", "photo.jpg", *STYLE)
    assert ended.code == 0, ended.err
    assert (folder / "photo-style.png").is_file()
    made = {path.name for path in holiday.iterdir()} - {"b.jpg", "A.png", ".hidden.jpg", "deeper", "notes.txt"}
    assert made == {"A-style.png", "b-style.png"}
    assert Image.open(holiday / "A-style.png").size == (64, 43)
    begun = [line.partition(":")[0] for line in ended.err.splitlines() if line.endswith(": Painting")]
    assert begun == ["1 of 3, photo.jpg", "2 of 3, holiday/A.png", "3 of 3, holiday/b.jpg"]
    assert "3 of 3, holiday/b.jpg: Loading" not in ended.err
    assert "holiday: skipped 1 file of another kind." in ended.err
    assert ended.err.count("Painted ") == 3


def test_a_photo_that_cannot_be_painted_does_not_keep_the_others_from_it(impasto, holiday):
    (holiday / "a-broken.jpg").write_bytes(b"no photo at all")
    (holiday / "empty.jpg").write_bytes(b"")
    ended = impasto("stylize", "holiday", *STYLE, "--json")
    assert ended.code == 3
    assert ended.complaint.startswith("2 of 4 paintings failed: ")
    assert "holiday/a-broken.jpg: " in ended.complaint
    assert "holiday/empty.jpg: " in ended.complaint
    told = {said["photo"]: said for said in said_of(ended)}
    painted = {photo for photo, said in told.items() if "error" not in said}
    assert painted == {"holiday/A.png", "holiday/b.jpg"}
    assert "empty" in told["holiday/empty.jpg"]["error"]
    assert told["holiday/b.jpg"]["output"] == str(holiday / "b-style.png")
    assert not (holiday / "a-broken-style.png").exists()


def test_when_nothing_can_be_painted_the_exit_code_is_that_of_the_mistake(impasto, folder, holiday):
    (holiday / "A.png").write_bytes(b"no photo at all")
    (holiday / "b.jpg").write_bytes(b"no photo at all")
    ended = impasto("stylize", "holiday", *STYLE, "-o", "out/")
    assert ended.code == 2
    assert "holiday/A.png, holiday/b.jpg: " in ended.complaint, "what failed alike is said once"
    assert not (folder / "out").exists()


def test_one_photo_is_told_of_as_ever(impasto, folder, holiday):
    (holiday / "b.jpg").unlink()
    assert "photo" not in said_of(impasto("stylize", "photo.jpg", *STYLE, "-o", "a.png", "--json"))[0]
    [said] = said_of(impasto("stylize", "holiday", *STYLE, "--json"))
    assert (said["photo"], said["width"]) == ("holiday/A.png", 64)


def test_photos_of_one_name_do_not_overwrite_each_other(impasto, folder):
    for width, name in ((120, "one/cat.jpg"), (80, "two/cat.jpg"), (60, "two/Cat.png")):
        (folder / name).parent.mkdir(exist_ok=True)
        paint_photo(folder / name, width)
    ended = impasto("stylize", "one/cat.jpg", "two", *STYLE, "--output", "out")
    assert ended.code == 0
    widths = {path.name: Image.open(path).size for path in (folder / "out").iterdir()}
    assert widths == {"cat-style.png": (64, 43), "cat-style-2.png": (64, 64), "Cat-style-3.png": (48, 64)}


def test_a_photo_is_never_painted_over(impasto, folder):
    photo = paint_photo(folder / "photo-style.png", 60)
    before = photo.read_bytes()
    assert impasto("stylize", "photo.jpg", "photo-style.png", *STYLE, "--force").code == 0
    assert photo.read_bytes() == before
    assert (folder / "photo-style-2.png").is_file()
    assert (folder / "photo-style-style.png").is_file()


def test_what_is_there_is_refused_for_all_before_anything_is_painted(impasto, folder, holiday):
    (folder / "out").mkdir()
    (folder / "out" / "b-style.png").write_bytes(b"somebody's")
    ended = impasto("stylize", "holiday", "photo.jpg", *STYLE, "-o", "out")
    assert ended.code == 2
    assert "b-style.png is there already" in ended.complaint
    assert "--force" in ended.complaint
    assert contents(folder / "out") == {"b-style.png": b"somebody's"}
    assert impasto("stylize", "holiday", "photo.jpg", *STYLE, "-o", "out", "--force").code == 0
    assert Image.open(folder / "out" / "b-style.png").size == (64, 43)
    again = impasto("stylize", "holiday", "photo.jpg", *STYLE, "-o", "out")
    assert "3 of 3 files (" in again.complaint


def test_what_an_earlier_run_painted_is_no_photo_of_the_next(impasto, holiday, presets):
    first, second = presets[:2]
    for flags in (["-s", first], ["-s", first, "-s", second], ["-s", second]):
        ended = impasto("stylize", "holiday", *flags, "--size", 64)
        assert ended.code == 0, ended.err
    assert "holiday: skipped 4 paintings of earlier runs and 1 file of another kind." in ended.err
    names = {path.name for path in holiday.iterdir() if path.suffix == ".png"}
    styles = (first, f"{first}-{second}", second)
    assert names == {"A.png", *(f"{photo}-{style}.png" for photo in "Ab" for style in styles)}


def test_what_moves_is_painted_moving_among_the_others(impasto, folder):
    (folder / "cat.gif").write_bytes(animation(2))
    ended = impasto("stylize", "cat.gif", "photo.jpg", *STYLE, "-o", "out", "--json")
    assert ended.code == 0
    assert [said.get("frames") for said in said_of(ended)] == [2, None]
    assert {path.name for path in (folder / "out").iterdir()} == {"cat-style.gif", "photo-style.png"}


def test_a_mask_is_for_all_photos(impasto, folder):
    paint_photo(folder / "more.jpg")
    mask = Image.new("L", (64, 64), 0)
    mask.paste(255, (0, 0, 32, 64))
    mask.save(folder / "mask.png")
    assert impasto("stylize", "photo.jpg", "more.jpg", *STYLE, "--mask", "mask.png").code == 0
    for name in ("photo", "more"):
        painting = np.asarray(Image.open(folder / f"{name}-style.png").convert("RGB"), dtype=int)
        photo = np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB").resize((64, 43)), dtype=int)
        assert np.abs(painting - photo)[:, 40:].mean() < np.abs(painting - photo)[:, :24].mean() / 2


# ---- styles -----------------------------------------------------------------------------------------------------


def test_each_photo_in_each_style(impasto, folder, presets):
    paint_photo(folder / "more.jpg")
    ended = impasto("stylize", "photo.jpg", "more.jpg", *STYLE, "-s", presets[0], "--style-each", "-o", "out", "--json")
    assert ended.code == 0
    made = [(said["photo"], said["styles"]) for said in said_of(ended)]
    assert made == [(photo, [style]) for photo in ("photo.jpg", "more.jpg") for style in (None, presets[0])]
    names = {f"{photo}-{style}.png" for photo in ("photo", "more") for style in ("style", presets[0])}
    assert {path.name for path in (folder / "out").iterdir()} == names


@pytest.mark.long
def test_every_style_goes_into_a_folder_with_a_contact_sheet(impasto, folder, presets):
    ended = impasto("stylize", "photo.jpg", "--all-styles", "--size", 64)
    assert ended.code == 0, ended.err
    made = folder / "photo-styles"
    assert {path.name for path in made.iterdir()} == {
        "photo-styles.png", *(f"photo-{name}.png" for name in presets)
    }  # fmt: skip
    sheet = Image.open(made / "photo-styles.png").convert("RGB")
    rows = -(-len(presets) // 4)
    assert sheet.width > 4 * 320
    assert sheet.height > rows * 240
    assert sheet.getpixel((16 + 160, 16 + 120)) != Image.new("RGB", (1, 1), _EMPTY).getpixel((0, 0))
    assert f"photo.jpg lies at {made / 'photo-styles.png'}" in ended.err


def test_what_is_painted_is_forecast_for_all(impasto, folder, monkeypatch):
    slow = engine_command(FAKE_ENGINE_SECONDS=0.1, FAKE_ENGINE_SPEED=0.02)
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", slow)
    options = (*STYLE, "--quality", "draft", "-o")
    names = [f"{number}.jpg" for number in range(9)]
    for name in names:
        paint_photo(folder / name)
    assert "This takes about" not in impasto("stylize", names[0], *options, "one.png").err
    many = impasto("stylize", *names, *options, "many").err
    assert many.count("This takes about") == 1
    assert many.index("This takes about") < many.index("Painted ")


# ---- ends -------------------------------------------------------------------------------------------------------


def test_ctrl_c_ends_all_of_it_and_what_is_finished_stays(processes, folder):
    (folder / "styles").mkdir()
    paint_photo(folder / "styles" / "slow.png", 64, 64)
    settings = "settings = { seed = 666010 }"  # with which the fake engine paints for a minute
    (folder / "styles" / "styles.toml").write_text(f'[slow]\ntitle = "Slow"\nfile = "slow.png"\n{settings}\n')
    with (folder / "config.toml").open("a") as config:
        config.write('[styles]\nfolders = ["styles"]\n')
    process = processes.start("stylize", "photo.jpg", *STYLE, "-s", "slow", "--style-each", "--json")
    read_until(process, "2 of 2, photo.jpg in slow: Painting")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "impasto: interrupted; 1 of 2 paintings are finished"
    assert "Traceback" not in err
    assert json.loads(out)["output"] == str(folder / "photo-style.png")
    assert (folder / "photo-style.png").is_file()
    assert not (folder / "photo-slow.png").exists()
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "impasto-"))] == []


def test_an_engine_that_does_not_start_ends_all_of_it_at_once(impasto, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", "/nonexistent/engine")
    paint_photo(folder / "more.jpg")
    ended = impasto("stylize", "photo.jpg", "more.jpg", *STYLE)
    assert ended.code == 1
    assert "impasto doctor" in ended.complaint
    assert "more.jpg" not in ended.err


def test_what_the_engine_fails_at_is_named_and_the_next_is_tried(impasto, folder, monkeypatch):
    paint_photo(folder / "more.jpg")
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE="engine-error"))
    ended = impasto("stylize", "photo.jpg", "more.jpg", *STYLE)
    assert ended.code == 1
    assert ended.complaint.startswith("2 of 2 paintings failed: photo.jpg: Something went wrong")
    assert "; more.jpg: Something went wrong" in ended.complaint


def test_the_running_bot_gets_one_after_the_other(processes, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\nwaiting_at_once = 1\n")
    for name in ("more.jpg", "most.jpg"):
        paint_photo(folder / name)
    bot = processes.bot()
    ended = processes.run("stylize", "photo.jpg", "more.jpg", "most.jpg", *STYLE, "-o", "out", "--submit", "--json")
    assert ended.code == 0, ended.err
    assert [said["output"] for said in said_of(ended)] == [
        str(folder / "out" / f"{name}-style.png") for name in ("photo", "more", "most")
    ]
    assert bot.stop() == 0


def test_without_waiting_the_running_bot_gets_as_many_as_it_takes(processes, folder, monkeypatch):
    monkeypatch.setenv("IMPASTO_ENGINE_COMMAND", engine_command(FAKE_ENGINE_TROUBLE="slow"))
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\nwaiting_at_once = 2\n")
    for name in ("more.jpg", "most.jpg"):
        paint_photo(folder / name)
    bot = processes.bot()
    ended = processes.run("stylize", "photo.jpg", "more.jpg", "most.jpg", *STYLE, "--submit", "--no-wait")
    assert ended.code == 3
    assert ended.err.count(" is stored. ") == 2
    assert ended.complaint.startswith("1 of 3 paintings failed: most.jpg: ")
    assert bot.stop() == 0
