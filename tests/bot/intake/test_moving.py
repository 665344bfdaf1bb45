"""What moves: animations and clips come out as frames, still ones as pictures, and hostile ones with a reason."""

from __future__ import annotations

import importlib.util
import io
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import animated_png
from bot.intake import Intake, Limits, Moving, Picture, Rejected
from bot.intake import intake as intake_module
from bot.intake.answers import FASTEST, check_plain_png
from bot.intake.moving import Coming, Reel
from nst_engine.film import check_animation
from tests.bot import films

SIZE = (96, 72)
PIXEL = Image.new("RGB", (1, 1))


async def moving(intake: Intake, data: bytes, limits: Limits | None = None) -> Moving:
    found = await intake.clean_moving(data, limits)
    assert isinstance(found, Moving), found
    parts = animated_png.split(found.png)
    assert len(parts) == found.frames
    for part in parts:
        check_plain_png(part, found.width, found.height)
    return found


async def rejected(intake: Intake, data: bytes, limits: Limits | None = None) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(Rejected) as error:
        await intake.clean_moving(data, limits)
    return error.value.rejection.code, error.value.rejection.facts


def looks(found: Moving, index: int) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(animated_png.split(found.png)[index])), int)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_animations_come_out_frame_by_frame(intake: Intake, kind: str) -> None:
    found = await moving(intake, films.animation(10, kind))

    assert (found.width, found.height, found.frames, found.clip) == (*SIZE, 10, False)
    assert found.frames_per_second == pytest.approx(10)
    wanted = [np.asarray(image, int) for image in films.frames(10)]
    for index in (0, 4, 9):
        assert np.abs(looks(found, index) - wanted[index]).mean() < 6


@pytest.mark.parametrize(
    ("kind", "codec"),
    [("mp4", "libx264"), ("mov", "libx264"), ("mp4", "mpeg4"), ("webm", "libvpx"), ("webm", "libvpx-vp9")],
)
async def test_clips_come_out_frame_by_frame(intake: Intake, kind: str, codec: str) -> None:
    found = await moving(intake, films.clip(10, kind, codec))

    assert (found.width, found.height, found.frames, found.clip) == (*SIZE, 10, True)
    assert found.frames_per_second == pytest.approx(10)
    wanted = [np.asarray(image, int) for image in films.frames(10)]
    for index in (0, 4, 9):
        assert np.abs(looks(found, index) - wanted[index]).mean() < 12


@pytest.mark.parametrize("data", [films.animation(1), films.clip(1), films.animation(1, "WEBP")])
async def test_what_has_one_frame_is_a_picture(intake: Intake, data: bytes) -> None:
    found = await intake.clean_moving(data)
    assert isinstance(found, Picture)
    assert (found.width, found.height) == SIZE


@pytest.mark.parametrize(
    "data",
    [
        films.animation(1, size=(128, 64)),
        films.animation(3, milliseconds=20, size=(128, 64)),
        films.clip(1, size=(128, 64)),
        films.clip(2, rate=60, size=(128, 64)),
    ],
)
async def test_of_what_has_one_frame_left_the_picture_is_as_large_as_a_photos(intake: Intake, data: bytes) -> None:
    found = await intake.clean_moving(data, Limits(max_moving_side=64))
    assert isinstance(found, Picture)
    assert (found.width, found.height) == (128, 64)
    check_plain_png(found.png, 128, 64)
    seen = np.asarray(Image.open(io.BytesIO(found.png)), int)
    assert np.abs(seen - np.asarray(films.frames(1, (128, 64))[0], int)).mean() < 12
    smaller = await intake.clean_moving(data, Limits(max_moving_side=64, max_output_side=32))
    assert (smaller.width, smaller.height) == (32, 16)


async def test_photos_are_what_they_were(intake: Intake) -> None:
    stream = io.BytesIO()
    films.frames(1)[0].save(stream, "JPEG")
    assert await intake.clean_moving(stream.getvalue()) == await intake.clean(stream.getvalue())


async def test_of_an_animation_as_a_style_the_first_frame_is_used(intake: Intake) -> None:
    picture = await intake.clean(films.animation(5))
    assert np.abs(np.asarray(Image.open(io.BytesIO(picture.png)), int) - np.asarray(films.frames(1)[0])).mean() < 6


async def test_frames_are_scaled_to_what_was_asked_for(intake: Intake) -> None:
    limits = Limits(max_moving_side=64)
    for data in (films.animation(3, size=(128, 64)), films.clip(3, size=(128, 64))):
        found = await moving(intake, data, limits)
        assert (found.width, found.height) == (64, 32)


async def test_a_clip_from_a_phone_stands_upright(intake: Intake) -> None:
    found = await moving(intake, films.turned(films.clip(5)))

    assert (found.width, found.height) == (SIZE[1], SIZE[0])
    upright = films.frames(1)[0].transpose(Image.Transpose.ROTATE_270)  # clockwise
    assert np.abs(looks(found, 0) - np.asarray(upright, int)).mean() < 12


async def test_what_is_too_long_is_thinned_and_then_cut(intake: Intake) -> None:
    thinned = await moving(intake, films.animation(80, milliseconds=100))
    assert (thinned.frames, thinned.frames_per_second) == (40, 5)
    cut = await moving(intake, films.animation(200, milliseconds=100))
    assert (cut.frames, cut.frames_per_second) == (48, 5)
    slow = await moving(intake, films.animation(60, milliseconds=200))
    assert (slow.frames, slow.frames_per_second) == (48, 5)


async def test_quick_films_lose_frames_rather_than_speed(intake: Intake) -> None:
    found = await moving(intake, films.clip(60, rate=30))
    assert (found.frames, found.frames_per_second) == (20, 10)


async def test_frames_that_are_to_take_no_time_take_what_they_do_in_browsers(intake: Intake) -> None:
    found = await moving(intake, films.animation(6, milliseconds=0))
    assert (found.frames, found.frames_per_second) == (6, 10)


async def test_frames_that_stay_for_ever_stay_for_a_minute(intake: Intake) -> None:
    found = await moving(intake, films.animation(3, milliseconds=600_000))
    assert animated_png.motion(found.png).seconds == (60, 60, 60)


UNEVEN = (2000, 100, 100, 100, 700)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_each_frame_keeps_its_time(intake: Intake, kind: str) -> None:
    found = await moving(intake, films.animation(5, kind, milliseconds=list(UNEVEN)))
    motion = animated_png.motion(found.png)
    assert motion.seconds == pytest.approx([each / 1000 for each in UNEVEN])
    assert found.frames_per_second == pytest.approx(5 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "loop", "plays"),
    [
        ("GIF", None, 1),
        ("GIF", 0, 0),
        ("GIF", 2, 3),
        ("PNG", 1, 1),
        ("PNG", 0, 0),
        ("PNG", 3, 3),
        ("WEBP", 1, 1),
        ("WEBP", 0, 0),
    ],
)
async def test_what_plays_once_does_not_play_for_ever(intake: Intake, kind: str, loop: int | None, plays: int) -> None:
    found = await moving(intake, films.animation(3, kind, loop=loop))
    assert animated_png.motion(found.png).plays == plays


async def test_the_last_frame_of_a_quick_clip_is_shown_for_as_long_as_a_film_can_show_one(intake: Intake) -> None:
    for count in range(20, 32):
        found = await moving(intake, films.clip(count, rate=120))
        seconds = animated_png.motion(found.png).seconds
        check_animation(len(seconds), 0, "gif", seconds)


def test_frames_of_hours_are_shown_for_a_minute() -> None:
    reel = Reel(3)
    reel.fill([Coming(0.0, 7200.0, lambda: PIXEL), Coming(7200.0, 7200.0, lambda: PIXEL)])
    assert reel.milliseconds == (60_000, 60_000)


async def test_frames_that_are_left_out_leave_their_time_to_others(intake: Intake) -> None:
    found = await moving(intake, films.animation(80, milliseconds=100))
    assert sum(animated_png.motion(found.png).seconds) == pytest.approx(8)
    quick = await moving(intake, films.clip(60, rate=30))
    assert sum(animated_png.motion(quick.png).seconds) == pytest.approx(2, abs=0.05)


# ---- hostile files ----------------------------------------------------------------------------------------------


async def test_a_bomb_of_frames_is_refused_before_any_is_decoded(intake: Intake) -> None:
    data = films.gif_bomb(100_000)
    assert len(data) < 3_000_000
    assert await rejected(intake, data) == ("too_many_frames", {"format": "GIF", "limit": 2000})


async def test_more_frames_declared_than_there_are_end_with_the_last(intake: Intake) -> None:
    data = bytearray(films.animation(4, "PNG"))
    at = data.index(b"acTL") + 4
    data[at : at + 4] = (1900).to_bytes(4, "big")  # Pillow does not look at the checksum of this chunk
    code = "moving"
    try:
        found = await moving(intake, bytes(data))
        assert found.frames == 4
    except Rejected as error:
        code = error.rejection.code
    assert code in ("moving", "unreadable", "truncated")


@pytest.mark.parametrize("data", [films.animation(10)[:-400], films.clip(30)[:-200], films.clip(30)[:2000]])
async def test_what_ends_early_is_refused(intake: Intake, data: bytes) -> None:
    code, _ = await rejected(intake, data)
    assert code == "truncated"


async def test_a_clip_without_pictures_is_sound(intake: Intake) -> None:
    assert await rejected(intake, films.sound()) == ("not_a_picture", {"found": "audio"})


@pytest.mark.parametrize("start", [b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", b"\x1a\x45\xdf\xa3"])
async def test_noise_behind_the_beginning_of_a_clip_is_refused(intake: Intake, start: bytes) -> None:
    noise = np.random.default_rng(7).bytes(4000)
    code, _ = await rejected(intake, start + noise)
    assert code in ("unreadable", "truncated", "not_a_picture")


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "libx264"), ("webm", "libvpx")])
async def test_what_is_written_into_a_clip_in_no_known_letters_does_no_harm(
    intake: Intake, kind: str, codec: str
) -> None:
    data = films.clip(5, kind, codec, title="A title to spoil")
    assert (await moving(intake, data.replace(b"A title", b"\xe9\xff title"[:7]))).frames == 5


@pytest.mark.parametrize(
    ("kind", "codec", "name", "other"), [("mp4", "libx264", b"avc1", b"zzzz"), ("webm", "libvpx", b"V_VP8", b"V_XYZ")]
)
async def test_a_clip_in_a_format_that_nobody_knows_is_refused(
    intake: Intake, kind: str, codec: str, name: bytes, other: bytes
) -> None:
    code, facts = await rejected(intake, films.clip(5, kind, codec).replace(name, other))
    assert code == "unsupported_format"
    assert "H.264" in str(facts["allowed"])


@pytest.mark.parametrize(("count", "size"), [(1, (8, 8)), (5, (8, 8)), (1, (1600, 12)), (5, (1600, 20))])
async def test_frames_too_small_to_paint_are_refused_however_few_there_are(
    intake: Intake, count: int, size: tuple[int, int]
) -> None:
    code, facts = await rejected(intake, films.clip(count, size=size))
    assert (code, facts["limit"]) == ("too_small", 16)


async def test_huge_frames_are_refused_by_their_size(intake: Intake) -> None:
    code, facts = await rejected(intake, films.clip(2, size=(640, 480)), Limits(max_pixels=200_000))
    assert (code, facts["width"], facts["height"]) == ("too_many_pixels", 640, 480)


async def test_without_what_reads_clips_animations_still_move(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> object:
        return None if name == "av" else importlib.util.find_spec(name)

    monkeypatch.setattr(intake_module, "find_spec", find_spec)
    assert (await rejected(intake, films.clip(5)))[0] == "no_clips"
    assert (await moving(intake, films.animation(5))).frames == 5


async def test_clips_are_no_pictures_where_pictures_are_asked_for(intake: Intake) -> None:
    with pytest.raises(Rejected) as error:
        await intake.clean(films.clip(5))
    assert error.value.rejection.facts == {"found": "video"}


async def test_a_decoder_that_was_taken_over_is_not_believed(intake: Intake) -> None:
    found = await moving(intake, films.animation(3))
    frames = animated_png.split(found.png)
    answer = intake_module.Animated(found.width, found.height, tuple(map(len, frames)), (100, 100, 100))
    rest = b"".join(frames)
    limits = Limits()
    assert intake_module._joined(answer, rest, limits, is_clip=False).frames == 3
    for lie in (
        msgspec.structs.replace(answer, width=10_000),
        msgspec.structs.replace(answer, width=found.width + 1),
        msgspec.structs.replace(answer, sizes=answer.sizes[:-1]),
        msgspec.structs.replace(answer, sizes=answer.sizes * 30),
        msgspec.structs.replace(answer, sizes=(len(rest), 0, 0)),
        msgspec.structs.replace(answer, milliseconds=(100, 100)),
        msgspec.structs.replace(answer, milliseconds=(100, 0, 100)),
        msgspec.structs.replace(answer, milliseconds=(100, 10**9, 100)),
        msgspec.structs.replace(answer, plays=10**9),
        msgspec.structs.replace(answer, plays=-1),
    ):
        with pytest.raises(Rejected):
            intake_module._joined(lie, rest, limits, is_clip=False)


@given(gaps=st.lists(st.floats(0.001, 20), min_size=1, max_size=400), most=st.integers(2, 60))
def test_a_reel_is_never_fuller_nor_faster_than_it_may_be(gaps: list[float], most: int) -> None:
    times = np.cumsum([0.0, *gaps])
    reel = Reel(most)

    reel.fill(Coming(float(at), 0.5, lambda: PIXEL) for at in times)

    kept = [shot.at for shot in reel.shots]
    assert 1 <= len(kept) <= most
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    assert all(after - before >= 0.94 / FASTEST for before, after in pairwise(kept))
    assert len(reel.milliseconds) == len(kept)
    shown = np.cumsum([0, *reel.milliseconds[:-1]])
    assert np.abs(shown - 1000 * np.array(kept)).max() <= 1


def test_a_reel_asks_for_no_picture_that_it_does_not_keep() -> None:
    asked = 0

    def picture() -> Image.Image:
        nonlocal asked
        asked += 1
        return PIXEL

    reel = Reel(48)
    reel.fill(Coming(number / 1000, 0.001, picture) for number in range(3000))

    assert asked == len(reel.shots) <= 38  # in three seconds


# ---- masks ------------------------------------------------------------------------------------------------------


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


async def test_a_mask_is_grey_and_black_where_it_is_transparent(intake: Intake) -> None:
    drawn = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    drawn.paste((255, 255, 255, 255), (0, 0, 20, 30))
    drawn.paste((255, 0, 0, 255), (20, 0, 30, 30))

    mask = await intake.clean(_png(drawn), purpose="mask")

    found = Image.open(io.BytesIO(mask.png))
    assert [found.getpixel((x, 10)) for x in (5, 25, 35)] == [(255,) * 3, (76,) * 3, (0,) * 3]


@pytest.mark.parametrize("color", ["black", "white", "grey"])
async def test_a_mask_that_is_the_same_everywhere_is_refused(intake: Intake, color: str) -> None:
    with pytest.raises(Rejected) as error:
        await intake.clean(_png(Image.new("RGB", (40, 30), color)), purpose="mask")
    assert error.value.rejection.code == "flat_mask"
