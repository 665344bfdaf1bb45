"""Files that fit a place's limit; simcord takes any size, so this is tested by itself."""

from __future__ import annotations

import io

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.fitting import fit, fitted, on_white
from bot.outcomes import DeliveredFile
from bot.presenter import Presenter, View

MIB = 1024 * 1024


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    """The hardest picture to compress."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def png(width: int, height: int, seed: int = 0) -> DeliveredFile:
    return DeliveredFile(
        role="painting", media_type="image/png", data=saved(noise(width, height, seed), "PNG"), name="starry-k3f9.png"
    )


def gif(width: int, height: int, frames: int = 6) -> DeliveredFile:
    first, *rest = [noise(width, height, seed) for seed in range(frames)]
    data = saved(first, "GIF", save_all=True, append_images=rest, duration=[40, *[80] * (frames - 1)], loop=0)
    return DeliveredFile(role="film", media_type="image/gif", data=data, name="starry-k3f9.gif")


def opened(file: DeliveredFile) -> Image.Image:
    picture = Image.open(io.BytesIO(file.data))
    picture.load()
    return picture


def test_what_fits_stays_as_it_is():
    file = png(64, 64)
    assert fit(file, len(file.data)) is file


def test_a_picture_of_2048_pixels_that_is_all_noise_fits_ten_mebibytes_at_its_full_size():
    file = png(2048, 2048)
    assert len(file.data) > 10 * MIB
    small = fit(file, 10 * MIB)
    assert small is not None
    assert len(small.data) <= 10 * MIB
    assert (small.name, small.media_type) == ("starry-k3f9.jpg", "image/jpeg")
    assert opened(small).size == (2048, 2048)


def test_the_best_quality_that_fits_is_taken():
    file = png(256, 256)
    high, low = fit(file, len(file.data) - 1), fit(file, 40_000)
    assert high is not None and low is not None
    assert len(high.data) > len(low.data)
    ours, original = (np.asarray(opened(each).convert("RGB"), dtype=float) for each in (high, file))
    assert np.abs(ours - original).mean() < 12


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(16, 320), height=st.integers(16, 320), limit=st.integers(2_000, 120_000), seed=st.integers(0, 9)
)
def test_whatever_comes_out_fits_and_keeps_its_proportions(width, height, limit, seed):
    file = png(width, height, seed)
    small = fit(file, limit)
    if small is None:
        assert max(width, height) < 100 or limit < 6_000  # nothing to be done: it would be no picture any more
        return
    assert len(small.data) <= limit
    found = opened(small)
    assert abs(found.width * height - found.height * width) <= max(width, height)


def cut_out(width: int, height: int) -> DeliveredFile:
    picture = noise(width, height)
    picture.putalpha(Image.linear_gradient("L").resize((width, height)))
    return msgspec.structs.replace(png(1, 1), data=saved(picture, "PNG"), transparent=True)


@pytest.mark.parametrize("limit", [150_000, 20_000])
def test_what_is_transparent_stays_so_and_becomes_webp(limit):
    file = cut_out(256, 256)
    small = fit(file, limit)
    assert small is not None
    assert len(small.data) <= limit < len(file.data)
    assert (small.name, small.media_type) == ("starry-k3f9.webp", "image/webp")
    found = opened(small)
    assert (found.format, found.mode) == ("WEBP", "RGBA")
    wanted = Image.linear_gradient("L").resize(found.size)
    assert np.abs(np.asarray(found)[..., 3].astype(int) - np.asarray(wanted)).max() <= 3


def test_a_message_says_that_a_transparent_picture_became_webp(presenter):
    view = View(text="Here.", short="Here.", picture=cut_out(256, 256), alt_text="A painting")
    small = fitted(view, 100_000, presenter, "en")
    assert small.picture is not None and small.picture.media_type == "image/webp"
    assert "Saved again as WebP" in small.text


def test_a_picture_is_laid_on_white_where_it_is_transparent_and_nowhere_else():
    file = png(32, 32)
    assert on_white(file) is file
    white = on_white(cut_out(64, 64))
    assert (white.name, white.media_type, white.transparent) == ("starry-k3f9.jpg", "image/jpeg", False)
    found = np.asarray(opened(white)).astype(int)
    assert found.shape == (64, 64, 3)
    assert found[0].min() > 235
    assert np.abs(found[-1] - np.asarray(noise(64, 64)).astype(int)[-1]).mean() < 20


def test_a_film_keeps_all_its_frames_and_their_times():
    file = gif(200, 120)
    small = fit(file, len(file.data) // 3)
    assert small is not None
    assert len(small.data) <= len(file.data) // 3
    film = opened(small)
    assert film.size[0] < 200
    assert film.n_frames == 6
    assert film.info["loop"] == 0
    durations = []
    for number in range(6):
        film.seek(number)
        durations.append(film.info["duration"])
    assert durations == [40, *[80] * 5]


def test_a_film_that_is_far_too_large_is_not_made_anew_at_every_size(monkeypatch):
    file = gif(200, 120)
    made = []
    save = Image.Image.save
    monkeypatch.setattr(Image.Image, "save", lambda *given, **how: (made.append(given), save(*given, **how)))
    assert fit(file, len(file.data) // 4) is not None
    assert len(made) <= 2


def test_what_cannot_be_made_smaller_is_left_out():
    film = DeliveredFile(role="film", media_type="video/mp4", data=b"0" * 1000, name="film.mp4")
    assert fit(film, 999) is None
    assert fit(png(64, 64), 100) is None


@pytest.fixture
def presenter():
    return Presenter()


def test_a_view_that_fits_is_not_touched(presenter):
    view = View(text="Here.", short="Here.", picture=png(32, 32), alt_text="A painting")
    assert fitted(view, MIB, presenter, "en") is view


def test_the_message_says_what_was_changed_and_what_was_left_out(presenter):
    film = DeliveredFile(role="film", media_type="video/mp4", data=b"0" * 90_000, name="film.mp4")
    view = View(
        text="Here.",
        short="Here.",
        picture=png(256, 256),
        alt_text="A painting",
        files=(film, png(32, 32)),
        file_alt_texts=("A film", "A sheet"),
    )
    small = fitted(view, 50_000, presenter, "en")
    assert small.picture is not None
    assert (small.picture.media_type, small.alt_text) == ("image/jpeg", "A painting")
    assert [file.name for file in small.files] == ["starry-k3f9.png"]
    assert small.file_alt_texts == ("A sheet",)
    first, *notes = small.text.splitlines()
    assert first == "Here."
    assert "JPEG" in notes[0]
    assert "film.mp4" in notes[1]


def test_where_nothing_fits_the_words_remain(presenter):
    view = View(text="Here.", short="Here.", picture=png(64, 64), alt_text="A painting")
    small = fitted(view, 100, presenter, "de")
    assert (small.picture, small.alt_text, small.files) == (None, None, ())
    assert small.text.startswith("Here.\n")
