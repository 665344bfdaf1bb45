"""Presets: the shipped ones are whole, an admin adds and replaces some, and every mistake is named at once."""

from __future__ import annotations

import io
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.faults import ConfigError
from bot.presets import LIST_FILE, SHIPPED, Presets, PresetsError, UnknownPreset
from bot.sheets import contact_sheet
from nst_engine.options import Options

RED, GREEN = (220, 30, 40), (20, 160, 60)


@pytest.fixture(scope="module")
def shipped() -> Presets:
    return Presets.load()


def picture(path: Path, color: tuple[int, int, int] = RED, size: tuple[int, int] = (64, 48)) -> None:
    Image.new("RGB", size, color).save(path)


def folder(path: Path, text: str) -> Path:
    path.mkdir(exist_ok=True)
    (path / LIST_FILE).write_text(text, encoding="utf-8")
    return path


def test_the_shipped_presets_are_many_credited_and_whole(shipped: Presets) -> None:
    assert len(shipped) >= 12
    for preset in shipped:
        with Image.open(io.BytesIO(preset.picture_bytes())) as opened:
            opened.load()
            assert max(opened.size) == 1024, preset.name
        assert preset.credits == "Impasto"
        assert preset.licence == "CC0-1.0"
        assert preset.description.endswith("."), preset.name
        assert isinstance(preset.options(), Options)
    assert {file.name for file in SHIPPED.glob("*.jpg")} == {preset.path.name for preset in shipped}
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 5 * 1024 * 1024


def test_an_admin_adds_a_preset_with_a_picture_and_three_lines(tmp_path: Path, shipped: Presets) -> None:
    own = folder(tmp_path / "own", '[dragon-scales]\ntitle = "Dragon scales"\nfile = "dragon.png"\n')
    picture(own / "dragon.png")
    presets = Presets.load(own)
    assert presets.names() == (*shipped.names(), "dragon-scales")
    dragon = presets.get("dragon-scales")
    assert (dragon.title, dragon.description, dict(dragon.settings)) == ("Dragon scales", "", {})
    assert dragon.picture_bytes() == (own / "dragon.png").read_bytes()


def test_an_admins_preset_replaces_the_shipped_one_in_its_place(tmp_path: Path, shipped: Presets) -> None:
    own = folder(
        tmp_path / "own",
        '[mosaic]\ntitle = "Our mosaic"\nfile = "m.jpg"\n[mosaic.settings]\nstrength = 70\ncolors = "Photo"\n',
    )
    picture(own / "m.jpg")
    presets = Presets.load(own)
    assert presets.names() == shipped.names()
    assert presets.get("mosaic").title == "Our mosaic"
    options = presets.get("mosaic").options(Options(size=300, strength=20))
    assert (options.size, options.strength, options.colors) == (300, 70, "photo")


def test_a_title_in_any_language_finds_its_preset(shipped: Presets) -> None:
    assert shipped.get("Sternenfluss").name == "starry-river"
    assert shipped.get("ЗВЕЗДНАЯ РЕКА").name == "starry-river"
    assert len(set(shipped.get("mosaic").titles)) == len(shipped.get("mosaic").titles) >= 6


def test_names_are_found_in_any_case_and_near_ones_are_offered(shipped: Presets) -> None:
    assert shipped.get(" Starry-River ").name == "starry-river"
    assert shipped.get("Starry  river").name == "starry-river", "its title does as well"
    with pytest.raises(UnknownPreset) as misspelt:
        shipped.get("stary-rivr")
    assert (misspelt.value.name, misspelt.value.near[0]) == ("stary-rivr", "starry-river")
    with pytest.raises(UnknownPreset) as part:
        shipped.get("glass")
    assert "stained-glass" in part.value.near
    with pytest.raises(UnknownPreset) as strange:
        shipped.get("zzzzzzzz")
    assert strange.value.near == ()


@given(st.text(max_size=60))
def test_any_name_is_found_or_refused_in_words(name: str) -> None:
    presets = Presets.load()
    try:
        assert presets.get(name).name == name.strip().lower()
    except UnknownPreset as error:
        assert set(error.near) <= set(presets.names())
        assert str(error).isprintable()


def test_every_fault_in_every_folder_is_told_at_once(tmp_path: Path) -> None:
    one = folder(
        tmp_path / "one",
        """
        stray = 3
        [Bad_Name]
        title = "Bad"
        file = "good.png"
        [thing]
        titel = "Typo"
        file = "missing.png"
        [other]
        title = 7
        file = "notes.png"
        settings = { strength = 101, strenght = 3, quality = "best", init = "file" }
        """,
    )
    picture(one / "good.png")
    (one / "notes.png").write_text("not a picture")
    two = tmp_path / "two"
    with pytest.raises(PresetsError) as caught:
        Presets.load(one, two)
    faults = {fault.path.removeprefix(f"{one / LIST_FILE}: "): fault for fault in caught.value.faults}
    assert set(faults) == {
        "stray", "Bad_Name", "thing.title", "thing.titel", "thing.file", "other.title", "other.file",
        "other.settings.strength", "other.settings.strenght", "other.settings.quality", "other.settings.init",
        str(two / LIST_FILE),
    }  # fmt: skip
    assert faults["thing.titel"].allowed == "title"
    assert (faults["thing.title"].found, faults["other.title"].found) == ("nothing", "7")
    assert '"missing.png"' in faults["thing.file"].found
    assert faults["other.settings.strength"].allowed == "a whole number from 0 to 100"
    assert "strength" in faults["other.settings.strenght"].allowed
    assert faults["other.settings.quality"].allowed == "draft or standard or fine"


def test_faults_of_one_file_name_it_once(tmp_path: Path) -> None:
    broken = folder(tmp_path / "broken", "[mosaic\ntitle=")
    with pytest.raises(PresetsError) as caught:
        Presets.load(broken)
    assert caught.value.file == broken / LIST_FILE
    [fault] = caught.value.faults
    assert (fault.path, "TOML" in fault.found) == ("", True)


@pytest.mark.parametrize("file", ["../outside.png", "/etc/hostname", ".", "a\\u0000.png"])
def test_a_picture_lies_in_its_own_folder(tmp_path: Path, file: str) -> None:
    picture(tmp_path / "outside.png")
    own = folder(tmp_path / "own", f'[sly]\ntitle = "Sly"\nfile = "{file}"\n')
    with pytest.raises(PresetsError) as caught:
        Presets.load(own)
    assert [fault.path for fault in caught.value.faults] == ["sly.file"]


@given(
    st.dictionaries(
        st.text(string.ascii_letters + "-_", min_size=1, max_size=12),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.dictionaries(
                st.sampled_from(["title", "file", "settings", "seed", "x"]), inner, max_size=4
            ),
            max_leaves=8,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_list_of_presets_is_half_accepted(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, object]
) -> None:
    """No picture lies in the folder, so every section is at fault, and each is named."""
    own = folder(tmp_path_factory.mktemp("own"), _toml(entries))
    with pytest.raises(PresetsError) as caught:
        Presets.load(own, shipped=None)
    assert {fault.path.split(".")[0] for fault in caught.value.faults} == set(entries)


def _toml(entries: dict[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in entries.items())


def _value(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            text = "".join(f"\\U{ord(sign):08x}" for sign in str(value or "") if not 0xD800 <= ord(sign) < 0xE000)
            return f'"{text}"'


def test_the_contact_sheet_shows_every_picture_in_order(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", "".join(f'[p{i}]\ntitle = "{"Long " * 15}"\nfile = "p{i}.png"\n' for i in range(5)))
    for i in range(5):
        picture(own / f"p{i}.png", RED if i % 2 else GREEN, size=(30 + 400 * i, 200))
    sheet = contact_sheet(Presets.load(own, shipped=None), columns=2)
    width, height = sheet.width // 2, sheet.height // 3
    centres = [sheet.getpixel((i % 2 * width + width // 2, i // 2 * height + height // 2)) for i in range(5)]
    assert centres == [RED if i % 2 else GREEN for i in range(5)]
    paper = sheet.getpixel((0, 0))
    assert sheet.getpixel((width + width // 2, 2 * height + height // 2)) == paper  # the sixth place is empty
    assert contact_sheet(Presets([])).size > (0, 0)
    with pytest.raises(ValueError, match="column"):
        contact_sheet(Presets([]), columns=0)


def test_the_contact_sheet_takes_other_words_for_titles(shipped: Presets) -> None:
    plain = contact_sheet(shipped)
    german = contact_sheet(shipped, titles={"mosaic": "Mosaik aus Stein"})
    assert plain.size == german.size
    assert plain.tobytes() != german.tobytes()


def test_the_default_preset_has_to_be_one_of_them() -> None:
    for name in ("stained-glass", "Stained glass", "Glasfenster", "rivière étoilée"):
        assert "stained-glass" in Presets.load(default=name)
    with pytest.raises(ConfigError) as error:
        Presets.load(default="stained-glas")
    [fault] = error.value.faults
    assert (fault.path, fault.allowed) == ("defaults.preset", '"stained-glass"')
