"""A clip's sound comes out of the sandbox packet by packet; what is wrong with it costs no frame."""

from __future__ import annotations

import io

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from bot import animated_png
from bot.intake import Intake, Limits, Moving, Picture, Rejected
from bot.intake import intake as intake_module
from nst_engine.film import make_animation
from nst_engine.sound import Sound, has_sound, unpacked
from tests.bot import films


async def moving(intake: Intake, data: bytes, limits: Limits | None = None) -> tuple[Moving, bytes | None]:
    """What comes out of a clip, and its packed sound."""
    found = await intake.clean_moving(data, limits)
    assert isinstance(found, Moving), found
    sound = animated_png.sound(found.png)
    assert found.sound == (sound is not None)
    assert Image.open(io.BytesIO(found.png)).n_frames == found.frames, "readers of pictures pass over it"
    return found, sound


async def heard(intake: Intake, data: bytes, limits: Limits | None = None) -> tuple[Moving, Sound]:
    """The same of a clip whose sound is kept."""
    found, sound = await moving(intake, data, limits)
    assert sound
    return found, unpacked(sound)


def seconds(found: Moving) -> float:
    return sum(animated_png.motion(found.png).seconds)


@pytest.mark.parametrize(
    ("kind", "codec", "encoder"),
    [
        ("mp4", "libx264", "aac"),
        ("mov", "libx264", "aac"),
        ("mp4", "libx264", "libmp3lame"),
        ("mp4", "libx264", "ac3"),
        ("webm", "libvpx", "libopus"),
        ("webm", "libvpx-vp9", "libopus"),
    ],
)
async def test_the_packets_are_those_of_the_clip(intake: Intake, kind: str, codec: str, encoder: str) -> None:
    if encoder not in av.codecs_available:
        pytest.skip(f"this PyAV has no {encoder}")
    clip = films.talkie(10, kind, codec, encoder)
    found, sound = await heard(intake, clip)
    times, packets, _ = films.heard(clip)
    assert (found.frames, found.clip) == (10, True)
    assert [packet.data for packet in sound.packets] == packets[: len(sound.packets)]
    assert len(packets) - len(sound.packets) <= 3
    begins = [packet.start / sound.rate for packet in sound.packets]
    assert begins == pytest.approx(times[: len(begins)], abs=0.001)
    assert sound.seconds == pytest.approx(1.0, abs=0.03)


async def test_what_is_cut_is_cut_for_the_ear_as_well(intake: Intake) -> None:
    found, sound = await heard(intake, films.talkie(200))
    assert (found.frames, found.frames_per_second) == (48, 5)
    assert sound.seconds == pytest.approx(9.6, abs=0.001) == seconds(found)
    found, sound = await heard(intake, films.talkie(10, lasts=3.0))
    assert sound.seconds == pytest.approx(1.0, abs=0.001) == seconds(found)


async def test_where_the_sound_stands_behind_the_frames_it_is_looked_for_there(intake: Intake) -> None:
    clip, limits = films.talkie(60, "webm", "libvpx", "libopus"), Limits(max_moving_frames=12)
    found, sound = await heard(intake, clip, limits)
    assert (found.frames, seconds(found)) == (12, pytest.approx(2.4, abs=0.01))
    assert sound.seconds == pytest.approx(2.4, abs=0.01)


async def test_a_quick_clip_loses_frames_and_no_sound(intake: Intake) -> None:
    found, sound = await heard(intake, films.talkie(60, rate=30))
    assert found.frames == 20
    assert sound.seconds == pytest.approx(2.0, abs=0.06)


@pytest.mark.parametrize("begins", [0.3, 0.7])
async def test_a_sound_begins_when_it_did(intake: Intake, begins: float) -> None:
    _, sound = await heard(intake, films.talkie(10, begins=begins, lasts=0.3))
    assert sound.packets[0].start / sound.rate == pytest.approx(begins, abs=0.05)


async def test_what_makes_no_sound_has_none(intake: Intake) -> None:
    for data in (films.clip(5), films.animation(5), films.animation(5, "WEBP"), films.talkie(5, begins=2.0, lasts=0.2)):
        found, sound = await moving(intake, data)
        assert (found.frames, sound) == (5, None)
    assert isinstance(await intake.clean_moving(films.talkie(1)), Picture)


async def test_what_no_mp4_holds_is_left_out(intake: Intake) -> None:
    found, sound = await moving(intake, films.talkie(5, "webm", "libvpx", "libvorbis"))
    assert (found.frames, sound) == (5, b"")
    found, sound = await moving(intake, films.talkie(5, "mov", "libx264", "pcm_s16le"))
    assert (found.frames, sound) == (5, b"")


async def test_too_much_is_left_out_unless_the_frames_end_before(intake: Intake) -> None:
    found, sound = await moving(intake, films.talkie(20), Limits(max_sound_bytes=2000))
    assert (found.frames, sound) == (20, b"")
    long = films.talkie(10, lasts=20.0)
    enough = Limits(max_sound_bytes=40_000)
    assert sum(map(len, films.heard(long)[1])) > 2 * enough.max_sound_bytes
    found, kept = await heard(intake, long, enough)
    assert (found.frames, kept.seconds) == (10, pytest.approx(1.0, abs=0.001))


# ---- hostile ones -------------------------------------------------------------------------------------------------


def spoilt(clip: bytes, fill: bytes | None = None) -> bytes:
    """A clip whose sound is nonsense from the second packet on: noise, or the same byte again and again."""
    dice = np.random.default_rng(5)
    for packet in films.heard(clip)[1][1:]:
        assert clip.count(packet) == 1 or len(packet) < 9
        if len(packet) >= 9:
            clip = clip.replace(packet, dice.bytes(len(packet)) if fill is None else fill * len(packet))
    return clip


def boxed(clip: bytes, name: bytes, change: bytes, *, skip: int = 0) -> bytes:
    """An MP4 whose last box of a name, which is the sound's, begins otherwise."""
    at = clip.rindex(name) + 4 + skip
    return clip[:at] + change + clip[at + len(change) :]


TALKIE = films.talkie(10)


@pytest.mark.parametrize(
    "clip",
    [
        spoilt(TALKIE),
        spoilt(TALKIE, b"\0"),
        spoilt(TALKIE, b"\xff"),
        spoilt(films.talkie(10, "webm", "libvpx", "libopus")),
        spoilt(films.talkie(10, sound="libmp3lame")),
        TALKIE.replace(b"mp4a", b"zzzz"),
        boxed(TALKIE, b"stts", b"\0\0\0\1\xff\xff\xff\xff\0\0\0\0", skip=4),  # packets that take no time
        boxed(TALKIE, b"stts", b"\0\0\0\1\0\0\0\1\xff\xff\xff\xff", skip=4),  # and some that take hours
        boxed(TALKIE, b"stsz", b"\0\0\0\0\0\x0f\xff\xff", skip=4),  # packets beyond the end of the file
        boxed(TALKIE, b"mdhd", b"\0\0\0\1", skip=12),  # a second is one sample
        boxed(TALKIE, b"esds", b"\xff" * 20, skip=4),
        films.talkie(10, sounds=60),
    ],
    ids=range(12),
)
async def test_a_hostile_sound_costs_no_frame(intake: Intake, clip: bytes) -> None:
    found, sound = await moving(intake, clip)
    assert found.frames == 10
    frames = animated_png.split(found.png)
    film = make_animation(frames, 10, "mp4", sound=sound or None)
    with av.open(io.BytesIO(film.data)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 10
    assert films.seen(film.data) == pytest.approx(1.0)
    if has_sound(film.data):
        assert films.heard(film.data)[2] < 1.1


async def test_a_decoder_that_was_taken_over_is_not_believed(intake: Intake) -> None:
    found, sound = await moving(intake, TALKIE)
    assert sound
    frames = animated_png.split(found.png)
    times = tuple(round(1000 * each) for each in animated_png.motion(found.png).seconds)
    answer = intake_module.Animated(found.width, found.height, tuple(map(len, frames)), times, 0, len(sound))
    rest, limits = b"".join(frames) + sound, Limits()
    assert intake_module._joined(answer, rest, limits, is_clip=True).sound
    late = unpacked(sound)
    late = msgspec.structs.replace(late, packets=(*late.packets, *_after(late)))
    for lie, data, is_clip in (
        (answer, rest, False),
        (answer, rest[:-1], True),
        (msgspec.structs.replace(answer, sound=len(sound) - 1), rest, True),
        (msgspec.structs.replace(answer, sound=-1), rest, True),
        (msgspec.structs.replace(answer, sound=None), rest, True),
        (answer, b"".join(frames) + bytes(len(sound)), True),
        (_with(answer, msgspec.msgpack.encode(late)), b"".join(frames) + msgspec.msgpack.encode(late), True),
        (_with(answer, bytes(limits.max_sound_bytes + 1)), rest + bytes(limits.max_sound_bytes + 1), True),
    ):
        with pytest.raises(Rejected):
            intake_module._joined(lie, data, limits, is_clip=is_clip)


def _with(answer: intake_module.Animated, sound: bytes) -> intake_module.Animated:
    return msgspec.structs.replace(answer, sound=len(sound))


def _after(sound: Sound) -> tuple[object, ...]:
    last = sound.packets[-1]
    return (msgspec.structs.replace(last, start=last.start + 48_000),)
