"""Films decode to what they should show, fit where they must, and say so when they cannot be."""

import io
import random
import sys

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageSequence, ImageStat

from nst_engine.errors import BadOptions, BadPicture
from nst_engine.film import FRAMES_PER_SECOND, HOLD_SECONDS, FilmError, make_animation, make_film
from nst_engine.protocol import Frame
from tests.nst_engine.sketches import as_bytes, sketch, some_frames


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures' pixels, in 0 to 255."""
    other = other.convert("RGB").resize(one.size)
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other)).mean) / 3


def noisy_frames(count: int, width: int, height: int) -> tuple[Frame, ...]:
    """Return frames that no codec likes."""
    dice = random.Random(1)
    return tuple(
        Frame(step, as_bytes(Image.frombytes("RGB", (width, height), dice.randbytes(3 * width * height)), "JPEG"))
        for step in range(count)
    )


def test_a_gif_shows_every_frame_and_rests_on_the_painting() -> None:
    painting = sketch(600, 400, 20)
    frames = some_frames(12)
    film = make_film(frames, as_bytes(painting))
    gif = Image.open(io.BytesIO(film.data))
    shown = [(picture.info["duration"], picture.convert("RGB")) for picture in ImageSequence.Iterator(gif)]
    assert (film.role, film.media_type, film.width, film.height) == ("film", "image/gif", 120, 80)
    assert gif.size == (120, 80)
    assert len(shown) == 13
    durations = [duration for duration, _ in shown[:-1]]
    assert set(durations) == {120, 130}  # an eighth of a second, which GIF counts in hundredths
    assert sum(durations) == 1500
    assert shown[-1][0] == 2000
    assert gif.info["loop"] == 0
    for (_, picture), frame in zip(shown, frames, strict=False):
        assert difference(picture, Image.open(io.BytesIO(frame.jpeg))) < 12
    assert difference(shown[-1][1], painting) < 12


def test_a_gif_keeps_small_bright_areas() -> None:
    frames = some_frames(6)
    gif = Image.open(io.BytesIO(make_film(frames, as_bytes(sketch(120, 80, 6))).data))
    gif.seek(0)
    red, green, blue = gif.convert("RGB").getpixel((24, 40))
    assert red > 215
    assert green > 185
    assert blue < 80


@pytest.mark.parametrize("max_bytes", [120_000, 40_000, 15_000])
def test_a_gif_meets_its_limit(max_bytes: int) -> None:
    frames = noisy_frames(12, 160, 120)
    film = make_film(frames, frames[-1].jpeg, "gif", max_bytes)
    assert len(film.data) <= max_bytes
    gif = Image.open(io.BytesIO(film.data))
    assert gif.size == (film.width, film.height)
    assert abs(film.width / film.height - 4 / 3) < 0.15


def test_a_limit_that_no_film_meets_is_said() -> None:
    frames = noisy_frames(4, 160, 120)
    for kind in ("gif", "mp4"):
        with pytest.raises(FilmError, match="fits into 100 bytes"):
            make_film(frames, frames[-1].jpeg, kind, 100)


@pytest.mark.parametrize(
    ("size", "expected"), [((600, 401), (600, 400)), ((1201, 801), (640, 426)), ((75, 301), (76, 300))]
)
def test_an_mp4_has_even_sides_and_rests_on_the_painting(size: tuple[int, int], expected: tuple[int, int]) -> None:
    painting = sketch(*size, 20)
    frames = some_frames(10, 150, 100)
    film = make_film(frames, as_bytes(painting), "mp4")
    assert (film.media_type, film.width, film.height) == ("video/mp4", *expected)
    with av.open(io.BytesIO(film.data)) as container:
        video = container.streams.video[0]
        assert video.codec_context.name in ("h264", "mpeg4")
        assert video.codec_context.pix_fmt == "yuv420p"
        assert video.average_rate == FRAMES_PER_SECOND
        shown = [frame.to_image() for frame in container.decode(video=0)]
    assert len(shown) == 10 + HOLD_SECONDS * FRAMES_PER_SECOND
    assert all(picture.size == expected for picture in shown)
    assert difference(shown[-1], painting) < 8
    assert difference(shown[0], Image.open(io.BytesIO(frames[0].jpeg))) < 12
    assert film.data.index(b"moov") < film.data.index(b"mdat"), "players should not have to load it all to begin"


def test_an_mp4_meets_its_limit() -> None:
    frames = noisy_frames(12, 160, 120)
    full = make_film(frames, frames[-1].jpeg, "mp4")
    small = make_film(frames, frames[-1].jpeg, "mp4", len(full.data) // 3)
    assert len(small.data) <= len(full.data) // 3


@pytest.mark.parametrize("encoder", ["libopenh264", "mpeg4"])
def test_an_mp4_can_do_without_x264(encoder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if encoder not in av.codecs_available:
        pytest.skip(f"this PyAV has no {encoder}")
    monkeypatch.setattr("nst_engine.film._ENCODERS", (encoder,))
    film = make_film(some_frames(5), as_bytes(sketch(320, 200)), "mp4")
    with av.open(io.BytesIO(film.data)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 5 + HOLD_SECONDS * FRAMES_PER_SECOND


def test_without_pyav_an_mp4_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(FilmError, match=r"impasto\[mp4\]"):
        make_film(some_frames(3), as_bytes(sketch(60, 40)), "mp4")
    assert make_film(some_frames(3), as_bytes(sketch(60, 40)), "gif").data


def test_without_frames_there_is_no_film() -> None:
    with pytest.raises(BadOptions):
        make_film((), as_bytes(sketch(60, 40)))


def test_a_broken_frame_is_a_bad_picture() -> None:
    with pytest.raises(BadPicture):
        make_film((Frame(0, b"no jpeg"),), as_bytes(sketch(60, 40)))


@pytest.mark.parametrize("media", ["gif", "mp4"])
def test_an_animation_plays_its_pictures_at_their_pace(media: str) -> None:
    pictures = [sketch(120, 80, step) for step in (0, 6, 12, 18)]
    film = make_animation(pictures, 12.5, media)
    if media == "gif":
        with Image.open(io.BytesIO(film.data)) as gif:
            assert (gif.size, gif.n_frames, gif.info["duration"]) == ((120, 80), 4, 80)
    else:
        with av.open(io.BytesIO(film.data)) as container:
            assert container.streams.video[0].average_rate == 12.5
            decoded = [frame.to_image() for frame in container.decode(video=0)]
        assert [picture.size for picture in decoded] == [(120, 80)] * 4
        assert all(difference(shown, meant) < 12 for shown, meant in zip(decoded, pictures, strict=True))


UNEVEN = (2.0, 0.1, 0.1, 0.1, 0.7)


@pytest.mark.parametrize(("plays", "loop"), [(0, 0), (1, None), (3, 2)])
def test_each_picture_of_a_gif_has_its_own_time_and_all_their_number_of_turns(plays: int, loop: int | None) -> None:
    film = make_animation([sketch(120, 80, 6 * step) for step in range(5)], 8, seconds=UNEVEN, plays=plays)
    with Image.open(io.BytesIO(film.data)) as gif:
        assert gif.info.get("loop") == loop
        assert [picture.info["duration"] for picture in ImageSequence.Iterator(gif)] == [2000, 100, 100, 100, 700]


@pytest.mark.parametrize(
    "seconds", [UNEVEN, (3.0, 3.0, 5.0, 3.0), (0.1, 0.15, 0.1, 0.15), (0.12, 0.13, 0.12, 0.13), (1.0,)]
)
def test_each_picture_of_an_mp4_stays_for_its_own_time(seconds: tuple[float, ...]) -> None:
    pictures = [sketch(120, 80, 9 * step) for step in range(len(seconds))]
    film = make_animation(pictures, 8, "mp4", seconds=seconds)
    with av.open(io.BytesIO(film.data)) as container:
        shown = [(float(frame.time), frame.to_image()) for frame in container.decode(video=0)]
        total = container.duration / 1e6
    assert total == pytest.approx(sum(seconds), abs=0.05)
    begins = 0.0
    for picture, stays in zip(pictures, seconds, strict=True):
        middle = next(image for time, image in reversed(shown) if time <= begins + stays / 2 + 1e-6)
        assert difference(middle, picture) < 12
        begins += stays


def test_a_gif_that_loses_frames_keeps_its_time() -> None:
    pictures = [noise.resize((160, 120)) for noise in moving(12, 160, 120)]
    whole = make_animation(pictures, 8, seconds=[0.2] * 12)
    film = make_animation(pictures, 8, "gif", len(whole.data) // 8, seconds=[0.2] * 12)
    with Image.open(io.BytesIO(film.data)) as gif:
        durations = [picture.info["duration"] for picture in ImageSequence.Iterator(gif)]
    assert sum(durations) == 2400


@pytest.mark.parametrize("seconds", [(1.0,), (0.0, 1.0), (1.0, float("nan")), (1.0, 1e6)])
def test_times_that_cannot_be_are_refused(seconds: tuple[float, ...]) -> None:
    with pytest.raises(BadOptions):
        make_animation([sketch(64, 64)] * 2, 8, seconds=seconds)


def moving(count: int, width: int, height: int) -> list[Image.Image]:
    """Return pictures of which no two are alike: a bar that grows."""
    pictures = [Image.linear_gradient("L").resize((width, height)).convert("RGB") for _ in range(count)]
    for step, picture in enumerate(pictures, start=1):
        ImageDraw.Draw(picture).rectangle((0, 0, width * step // count, height // 2), fill=(220, 30, 30))
    return pictures


counts, sides = st.integers(1, 9), st.integers(17, 90)
rates = st.one_of(st.integers(1, 30), st.floats(1, 30))


@given(counts, sides, sides, rates)
@settings(max_examples=40, deadline=None)
def test_any_gif_has_its_pictures_its_size_and_its_duration(count: int, width: int, height: int, rate: float) -> None:
    film = make_animation(moving(count, width, height), rate)
    with Image.open(io.BytesIO(film.data)) as gif:
        durations = [picture.info["duration"] for picture in ImageSequence.Iterator(gif)]
        assert (len(durations), gif.size, (film.width, film.height)) == (count, (width, height), (width, height))
    assert abs(sum(durations) - 1000 * count / rate) <= 10


@given(counts, sides, sides, rates)
@settings(max_examples=20, deadline=None)
def test_any_mp4_has_its_pictures_its_size_and_its_duration(count: int, width: int, height: int, rate: float) -> None:
    film = make_animation(moving(count, width, height), rate, "mp4")
    with av.open(io.BytesIO(film.data)) as container:
        (video,) = container.streams.video
        decoded = [frame.to_image().size for frame in container.decode(video)]
        assert container.duration is not None
        assert abs(container.duration / 1e6 - count / rate) < 0.01
    assert len(decoded) == count
    assert {(film.width, film.height), *decoded} == {(film.width, film.height)}
    assert all(side % 2 == 0 for side in decoded[0])
    assert abs(decoded[0][0] - width) <= 1
    assert abs(decoded[0][1] - height) <= 1


def test_what_stands_still_in_a_gif_does_not_flicker() -> None:
    ground = sketch(120, 80)
    pictures = []
    for step in range(6):
        picture = ground.copy()
        ImageDraw.Draw(picture).rectangle((10 + 15 * step, 5, 20 + 15 * step, 15), fill=(20, 20, 20))
        pictures.append(picture)
    with Image.open(io.BytesIO(make_animation(pictures, 8).data)) as gif:
        still = [picture.convert("RGB").crop((0, 16, 120, 80)) for picture in ImageSequence.Iterator(gif)]
    assert len(still) == 6
    assert len({picture.tobytes() for picture in still}) == 1
    assert difference(still[0], ground.crop((0, 16, 120, 80))) < 8


def test_a_film_from_noise_ends_in_true_colours() -> None:
    noise, painting = noisy_frames(8, 120, 80), sketch(120, 80, 6)
    film = make_film([*noise, Frame(40, as_bytes(painting, "JPEG"))], as_bytes(painting))
    with Image.open(io.BytesIO(film.data)) as gif:
        shown = [picture.convert("RGB") for picture in ImageSequence.Iterator(gif)]
    assert len(shown) == 10
    blurred = [picture.resize((30, 20), Image.Resampling.BOX) for picture in (shown[-1], painting)]
    assert difference(*blurred) < 6


def test_frames_that_are_alike_last_as_long_as_all_of_them() -> None:
    with Image.open(io.BytesIO(make_animation([sketch(64, 64)] * 5, 8).data)) as gif:
        assert getattr(gif, "n_frames", 1) == 1
        assert abs(gif.info["duration"] - 625) <= 10


@pytest.mark.parametrize("pace", [0, 31, float("nan")])
def test_an_animation_at_an_impossible_pace_is_refused(pace: float) -> None:
    with pytest.raises(BadOptions):
        make_animation([sketch(64, 64)], pace)


def test_an_animation_is_as_large_as_it_was_painted() -> None:
    for media in ("gif", "mp4"):
        film = make_animation([sketch(800, 500, step) for step in (0, 9)], 8, media)
        assert (film.width, film.height) == (800, 500)
