"""Everything a person can get wrong: exit code 2, one line that says what to do, nothing half-written."""

import functools
import struct
import zlib

import pytest
from PIL import Image

from .conftest import paint_photo

STYLE = ("--style", "style.png")


@pytest.fixture(autouse=True)
def _bad_files(folder):
    (folder / "notes.txt").write_text("these are words")
    (folder / "empty.jpg").write_bytes(b"")
    whole = paint_photo(folder / "whole.jpg", 600, 400).read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "huge.png").write_bytes(_png_of(30_000, 30_000))
    (folder / "fake.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 20)
    paint_photo(folder / "banner.png", 2000, 30)
    paint_photo(folder / "endless.png", 8000, 16)
    for name, color in (("one-colour.png", "teal"), ("nothing.png", (0, 0, 0, 0))):
        Image.new("RGBA", (64, 64), color).save(folder / name)
    (folder / "sub").mkdir()
    (folder / "there.png").write_bytes(b"somebody's")


@functools.cache
def _png_of(width: int, height: int) -> bytes:
    """Return a small file that declares a large, empty picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + bytes((width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        # the photo
        (["notes.txt", *STYLE], ["photo", "text"]),
        (["empty.jpg", *STYLE], ["empty"]),
        (["truncated.jpg", *STYLE], ["incomplete"]),
        (["huge.png", *STYLE], ["30000", "smaller"]),
        (["fake.png", *STYLE], ["photo"]),
        (["sub", *STYLE], ["sub is a folder"]),
        (["none.jpg", *STYLE], ["no file none.jpg"]),
        (["phto.jpg", *STYLE], ["did you mean photo.jpg"]),
        (["nowhere/photo.jpg", *STYLE], ["no folder nowhere"]),
        # the style
        (["photo.jpg"], ["--style NAME"]),
        (["photo.jpg", "--style", "strary-nihgt"], ["style", "strary-nihgt"]),
        (["photo.jpg", "--style", "notes.txt"], ["style", "text"]),
        (["photo.jpg", "--style", "none.png"], ["no file none.png"]),
        (["photo.jpg", "--style", "style.png:-1"], ["-1", "above 0", "style.png:0.5"]),
        (["photo.jpg", "--style", "style.png:0"], ["above 0"]),
        (["photo.jpg", "--style", "style.png:nan"], ["above 0"]),
        (["photo.jpg", "--style", "style.png:1001"], ["at most 1000"]),
        (["photo.jpg", "--style", "mosaic:much"], ["much", "no number"]),
        (["photo.jpg", "--style", ":2"], ["name a style"]),
        (["photo.jpg", "--style", ""], ["name a style"]),
        (["photo.jpg", "--style", "sub"], ["sub"]),
        (["photo.jpg", *STYLE * 17], ["16"]),
        (["photo.jpg", "--style", "one-colour.png"], ["style", "one colour"]),
        (["photo.jpg", "--style", "nothing.png"], ["style", "one colour"]),
        (["photo.jpg", *STYLE, "--mask", "whole.jpg", "--background", "nothing.png"], ["background", "one colour"]),
        # shapes
        (["banner.png", *STYLE, "--size", "192"], ["--size 192", "--size 1034 or more", "--square"]),
        (["endless.png", *STYLE], ["long and narrow", "crop it"]),
        # the options
        (["photo.jpg", *STYLE, "--strength", "101"], ["--strength", '"101"', "0 to 100"]),
        (["photo.jpg", *STYLE, "--size", "0"], ["--size", "64 to 6000"]),
        (["photo.jpg", *STYLE, "--size", "big"], ["--size", '"big"', "64 to 6000"]),
        (["photo.jpg", *STYLE, "--quality", "finest"], ["--quality", "draft", "standard", "fine"]),
        (["photo.jpg", *STYLE, "--colors", "blue"], ["--colors", "style", "photo"]),
        (["photo.jpg", *STYLE, "--init", "nois"], ["--init", "noise", "start.png"]),
        (["photo.jpg", *STYLE, "--init", "none.png"], ["no file none.png"]),
        (["photo.jpg", *STYLE, "--init", "notes.txt"], ["start from", "text"]),
        (["photo.jpg", *STYLE, "--seed", "-1"], ["--seed", "4294967295"]),
        (["photo.jpg", *STYLE, "--style-layers", "relu9_9"], ["--style-layers", "relu5_1"]),
        # the command line
        ([], ["PHOTO", "impasto stylize --help"]),
        (["photo.jpg", *STYLE, "--sytle", "x"], ["--sytle", "--style"]),
        (["photo.jpg", "more.jpg", *STYLE], ["more.jpg"]),
        (["photo.jpg", *STYLE, "--size"], ["--size"]),
        # the results
        (["photo.jpg", *STYLE, "-o", "sub"], ["sub is a folder"]),
        (["photo.jpg", *STYLE, "-o", "out.bmp"], [".bmp", ".png"]),
        (["photo.jpg", *STYLE, "-o", "out"], ["ending", ".png"]),
        (["photo.jpg", *STYLE, "-o", "nowhere/out.png"], ["no folder nowhere"]),
        (["photo.jpg", *STYLE, "-o", "there.png"], ["there already", "--force"]),
        (["photo.jpg", *STYLE, "-o", "a.png", "--film", "a.avi"], [".avi", ".gif", ".mp4"]),
        (["photo.jpg", *STYLE, "-o", "a.png", "--film", "there.png"], [".gif"]),
        (["photo.jpg", *STYLE, "-o", "a.png", "--loss-plot", "there.png"], ["there already"]),
        (["photo.jpg", *STYLE, "-o", "a.png", "--loss-plot", "./a.png"], ["two results"]),
        (["photo.jpg", *STYLE, "-o", "photo.jpg", "--force"], ["the photo itself"]),
        (["photo.jpg", *STYLE, "-o", "a.png", "--submit", "--film", "a.gif"], ["--submit", "--film"]),
        # several paintings
        (["photo.jpg", "whole.jpg", *STYLE, "-o", "a.png"], ["a.png is a file", "folder"]),
        (["photo.jpg", "whole.jpg", *STYLE, "-o", "notes.txt"], ["notes.txt is a file", "folder"]),
        (["photo.jpg", "whole.jpg", *STYLE, "-o", "notes.txt/in"], ["notes.txt is a file"]),
        (["photo.jpg", "whole.jpg", *STYLE, "--film", "a.gif"], ["--film", "one painting"]),
        (["photo.jpg", "whole.jpg", *STYLE, "--loss-plot", "a.png"], ["--loss-plot", "one painting"]),
        (["photo.jpg", "whole.jpg", *STYLE, "--init", "style.png"], ["--init FILE"]),
        (["photo.jpg", "whole.jpg"], ["--style NAME"]),
        (["photo.jpg", "whole.jpg", *STYLE, "--background", "neon"], ["--background", "--mask FILE"]),
        (["photo.jpg", "whole.jpg", *STYLE, "--mask", "none.png"], ["no file none.png"]),
        (["photo.jpg", *STYLE, "--style", "strary-nihgt", "--style-each"], ["strary-nihgt"]),
        (["photo.jpg", *STYLE, "--style", "none.png", "--style-each"], ["no file none.png"]),
        (["photo.jpg", *STYLE, "--all-styles"], ["--all-styles", "--style"]),
    ],
    ids=lambda value: " ".join(value)[:60] or "nothing",
)
def test_a_mistake_is_told_in_one_line(impasto, folder, arguments, words):
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    ended = impasto("stylize", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    for word in words:
        assert word in ended.complaint
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before, "nothing was written"


def test_a_file_that_is_too_large_is_not_even_read(impasto, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[intake]\nmax_bytes = 1024\n")
    with (folder / "large.jpg").open("wb") as file:
        file.truncate(1 << 40)
    ended = impasto("stylize", "large.jpg", *STYLE)
    assert ended.code == 2
    assert "large.jpg" in ended.complaint


def test_near_names_of_presets(impasto):
    ended = impasto("styles", "--json")
    import json

    name = json.loads(ended.out)[0]["name"]
    ended = impasto("stylize", "photo.jpg", "--style", name.partition("-")[0])
    assert ended.code == 2
    assert name in ended.complaint


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stylise", "photo.jpg"], ["stylise", "stylize"]),
        (["run", "--config", "x.toml"], ["--config", "before the command"]),
        (["--config", "none.toml", "run"], ["none.toml", "config init"]),
        (["--config", "sub", "styles"], ["sub", "directory"]),
        (["--config", "notes.txt", "styles"], ["notes.txt", "line 1"]),
        (["styles", "--sheet", "sheet.tiff"], [".tiff", ".png"]),
        (["config", "init", "there.png"], ["there already"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_mistakes_in_other_commands(impasto, folder, arguments, words):
    ended = impasto(*arguments)
    assert (ended.code, ended.out) == (2, "")
    for word in words:
        assert word in ended.complaint


def test_a_config_with_several_faults_names_them_all(impasto, folder):
    (folder / "config.toml").write_text('[bot]\nlog_levle = "info"\n[limits]\nlargest_size = 1\n')
    ended = impasto("stylize", "photo.jpg", *STYLE)
    assert ended.code == 2
    first, *faults = ended.err.splitlines()
    assert first.endswith("config.toml: 2 faults")
    assert [fault.split(":")[0].strip() for fault in faults] == ["bot.log_levle", "limits.largest_size"]
