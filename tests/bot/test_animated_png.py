"""Plain PNGs put together into an animated one, and taken apart again."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot import animated_png
from tests.bot.films import animation, frames


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


@settings(deadline=None, max_examples=20)
@given(count=st.integers(2, 60), rate=st.floats(1, 30), size=st.tuples(st.integers(1, 90), st.integers(1, 70)))
def test_frames_come_back_as_they_went_in_and_any_reader_sees_them(
    count: int, rate: float, size: tuple[int, int]
) -> None:
    pictures = [image.resize(size) for image in frames(count)]

    joined = animated_png.join(
        [png(picture) for picture in pictures], animated_png.Motion((1 / rate,) * count, plays=3)
    )

    seen = Image.open(io.BytesIO(joined))
    assert (seen.n_frames, seen.size) == (count, size)  # type: ignore[attr-defined]
    assert seen.info["duration"] == pytest.approx(1000 / rate, abs=0.5)
    assert animated_png.motion(joined).frames == count
    assert seen.info["loop"] == animated_png.motion(joined).plays == 3
    assert animated_png.motion(joined).frames_per_second == pytest.approx(rate, rel=0.02)
    parts = animated_png.split(joined)
    assert len(parts) == count
    for index, (picture, part) in enumerate(zip(pictures, parts, strict=True)):
        seen.seek(index)
        assert Image.open(io.BytesIO(part)).tobytes() == picture.tobytes() == seen.convert("RGB").tobytes()


def test_a_still_picture_is_its_own_only_frame() -> None:
    still = png(frames(1)[0])
    assert animated_png.split(still) == (still,)
    assert animated_png.motion(still) == animated_png.STILL


@pytest.mark.parametrize("sound", [b"", b"packets"])
def test_a_sound_is_no_part_of_the_picture(sound: bytes) -> None:
    pictures = [png(picture) for picture in frames(3)]
    motion = animated_png.Motion((0.1,) * 3)
    joined = animated_png.join(pictures, motion, sound)
    assert animated_png.sound(joined) == sound
    assert animated_png.motion(joined) == motion
    assert animated_png.split(joined) == animated_png.split(animated_png.join(pictures, motion))
    assert animated_png.sound(animated_png.join(pictures, motion)) is None
    assert animated_png.sound(pictures[0]) is None
    with Image.open(io.BytesIO(joined)) as shown:
        assert shown.n_frames == 3  # type: ignore[attr-defined]
        for index in range(3):
            shown.seek(index)
            shown.load()


def test_frames_of_different_sizes_are_not_put_together() -> None:
    with pytest.raises(ValueError, match="size"):
        animated_png.join([png(frames(1)[0]), png(frames(1, (50, 50))[0])], animated_png.Motion((1, 1)))


def test_a_frame_without_pixels_is_noticed() -> None:
    torn = animation(3, "PNG")
    torn = torn[: torn.rindex(b"fdAT") - 4]
    with pytest.raises(ValueError, match="pixels"):
        animated_png.split(torn)
