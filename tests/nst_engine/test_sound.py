"""A clip's sound goes into a film packet by packet, as it was, or the film is silent."""

import io
from itertools import pairwise
from types import SimpleNamespace

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from nst_engine import sound
from nst_engine.film import make_animation
from nst_engine.protocol import File
from nst_engine.sound import Ear, Sound, SoundPacket, has_sound, sound_of, unpacked
from tests.bot import films
from tests.nst_engine.sketches import sketch

KINDS = [
    ("mp4", "libx264", "aac"),
    ("mov", "libx264", "aac"),
    ("mp4", "libx264", "libmp3lame"),
    ("mp4", "libx264", "ac3"),
    ("mp4", "libx264", "eac3"),
    ("mp4", "libx264", "alac"),
    ("mp4", "libx264", "flac"),
    ("mp4", "libx264", "libopus"),
    ("webm", "libvpx", "libopus"),
    ("matroska", "libx264", "aac"),
]
A_FRAME = 0.1  # seconds
PICTURES = [sketch(96, 72, step) for step in range(10)]


def film_of(packed: bytes | None, count: int = 10, max_bytes: int = 8 * 1024 * 1024) -> File:
    """Return a film of so many pictures, ten to a second."""
    pictures = [PICTURES[number % 10] for number in range(count)]
    film = make_animation(pictures, 10, "mp4", max_bytes, sound=packed)
    with av.open(io.BytesIO(film.data)) as container:
        assert sum(1 for _ in container.decode(video=0)) == count
    return film


@pytest.mark.parametrize(("kind", "codec", "encoder"), KINDS)
def test_packets_come_into_the_film_as_they_are(kind: str, codec: str, encoder: str) -> None:
    if encoder not in av.codecs_available:
        pytest.skip(f"this PyAV has no {encoder}")
    clip = films.talkie(10, kind, codec, encoder)

    film = film_of(sound_of(clip, 1.0))

    begins, packets, ends = films.heard(film.data)
    meant, originals, _ = films.heard(clip)
    assert has_sound(film.data)
    assert packets == originals[: len(packets)]
    assert len(originals) - len(packets) <= 3, "only what begins after the last frame is left out"
    assert begins == pytest.approx(meant[: len(begins)], abs=0.002)
    assert abs(ends - films.seen(film.data)) < A_FRAME
    assert film.data.index(b"moov") < film.data.index(b"mdat")


@pytest.mark.parametrize(("kind", "codec", "encoder"), [KINDS[0], KINDS[2], KINDS[8]])
def test_what_is_heard_is_what_was_heard(kind: str, codec: str, encoder: str) -> None:
    clip = films.talkie(10, kind, codec, encoder)
    film = film_of(sound_of(clip, 1.0))
    shown = []
    for data in (film.data, clip):
        with av.open(io.BytesIO(data)) as container:
            shown.append([frame.to_ndarray() for frame in container.decode(audio=0)])
    assert len(shown[0]) > 10
    pairs = list(zip(*shown, strict=False))[1:-3]  # the first may be shortened, the last ones are cut
    assert all((one == other).all() for one, other in pairs)


@pytest.mark.parametrize("hertz", [8000, 96_000])
def test_a_decoder_gets_what_it_needs_to_begin(hertz: int) -> None:
    clip = films.talkie(10, hertz=hertz)
    times, packets, _ = films.heard(film_of(sound_of(clip, 1.0)).data)
    assert times[0] == pytest.approx(-1024 / hertz, abs=0.001)
    assert packets == films.heard(clip)[1]


def test_a_sound_ends_with_the_pictures() -> None:
    film = film_of(sound_of(films.talkie(50), 1.0))
    _, _, ends = films.heard(film.data)
    assert ends == pytest.approx(1.0, abs=0.001)
    assert films.seen(film.data) == pytest.approx(1.0)


@pytest.mark.parametrize("begins", [0.25, 0.6])
def test_a_sound_that_begins_later_still_does(begins: float) -> None:
    clip = films.talkie(10, begins=begins, lasts=0.4)
    times, packets, _ = films.heard(film_of(sound_of(clip, 1.0)).data)
    meant, originals, _ = films.heard(clip)
    assert times == pytest.approx(meant[: len(times)], abs=0.002)
    assert times[0] == pytest.approx(begins, abs=0.05)
    assert packets == originals[: len(packets)]


def test_what_is_heard_before_the_first_frame_is_not_heard_in_the_film() -> None:
    clip = films.talkie(10, begins=-0.5, lasts=1.5)
    assert films.heard(clip)[0][0] < -0.45
    film = film_of(sound_of(clip, 1.0)).data
    times, packets, ends = films.heard(film)
    assert -0.35 < times[0] < 0
    originals = films.heard(clip)[1]
    first = originals.index(packets[0])
    assert packets == originals[first : first + len(packets)]
    assert ends == pytest.approx(1.0, abs=0.001)
    shown = []
    for data in (film, clip):
        with av.open(io.BytesIO(data)) as container:
            shown.append([(round(frame.time, 3), frame.to_ndarray()) for frame in container.decode(audio=0)])
    assert shown[0][0][0] == shown[1][0][0] == pytest.approx(0, abs=0.03)
    pairs = list(zip(*shown, strict=False))[2:-3]
    assert len(pairs) > 20
    assert [one[0] for one, _ in pairs] == [other[0] for _, other in pairs]
    assert all(np.abs(one[1] - other[1]).max() < 0.001 for one, other in pairs)


def test_a_sound_stands_beside_the_pictures_that_are_seen_with_it() -> None:
    film = film_of(sound_of(films.talkie(40), 4.0), 40)
    with av.open(io.BytesIO(film.data)) as container:
        kinds = [packet.stream.type for packet in container.demux() if packet.size]
    changes = sum(one != other for one, other in pairwise(kinds))
    assert changes > 4, "players read both as they go"


def test_what_no_mp4_holds_is_left_out() -> None:
    assert sound_of(films.talkie(5, "webm", "libvpx", "libvorbis"), 0.5) == b""
    assert sound_of(films.clip(5), 0.5) is None
    assert sound_of(films.sound(), 0.5) is None


def test_a_gif_has_no_sound() -> None:
    packed = sound_of(films.talkie(10), 1.0)
    assert make_animation(PICTURES, 10, "gif", sound=packed) == make_animation(PICTURES, 10, "gif")


# ---- where there is little room -----------------------------------------------------------------------------------


def noise(count: int) -> list[Image.Image]:
    """Return pictures that no codec likes."""
    return [Image.effect_noise((160, 120), 90 + number).convert("RGB") for number in range(count)]


def test_the_pictures_make_do_with_what_a_small_sound_leaves() -> None:
    packed = sound_of(films.talkie(10), 1.0)
    assert packed
    full = make_animation(noise(10), 10, "mp4", sound=packed)
    room = max(len(full.data) // 2, 5 * len(packed))
    small = make_animation(noise(10), 10, "mp4", room, sound=packed)
    assert has_sound(full.data)
    assert has_sound(small.data)
    assert len(small.data) <= room < len(full.data)


def test_a_large_sound_gives_way() -> None:
    packed = sound_of(films.talkie(10, sound="alac"), 1.0)
    assert packed
    film = film_of(packed, max_bytes=3 * len(packed))
    assert not has_sound(film.data)


# ---- hostile ones -------------------------------------------------------------------------------------------------


def packed(*packets: SoundPacket, codec: sound.Codec = "aac", rate: int = 48_000, head: bytes = b"\x11\x88") -> bytes:
    """Return a sound that somebody made up."""
    return msgspec.msgpack.encode(Sound(codec, rate, 1, head, packets))


FINE = (SoundPacket(0, 1024, b"one"), SoundPacket(1024, 1024, b"two"))


@pytest.mark.parametrize(
    "bad",
    [
        b"no sound",
        packed()[:-1],
        packed(),
        packed(*FINE[::-1]),
        packed(FINE[0], FINE[0]),
        packed(SoundPacket(0, 1024, b"")),
        packed(SoundPacket(2**50, 1024, b"late")),
        packed(SoundPacket(-(2**50), 1024, b"early")),
        packed(*FINE, rate=1),
        packed(*FINE, codec="pcm_s16le"),  # type: ignore[arg-type]
        packed(*FINE, head=bytes(70_000)),
    ],
)
def test_what_is_no_sound_is_noticed_and_the_film_is_silent(bad: bytes) -> None:
    with pytest.raises(ValueError, match="sound"):
        unpacked(bad)
    assert not has_sound(film_of(bad).data)


@pytest.mark.parametrize("codec", ["aac", "mp3", "opus", "ac3", "eac3", "alac", "flac"])
@pytest.mark.parametrize("head", [b"", b"\x11\x88", bytes(40), b"\xff" * 5000])
def test_nonsense_in_a_sound_costs_no_more_than_the_sound(codec: sound.Codec, head: bytes) -> None:
    nonsense = [b"\xff\xf1\x50\x80\0\x1f\xfc" * 9, b"\x0b\x77" * 30, bytes(4000), b"\xff" * 500, b"\xff\xfb\x90"]
    packets = [SoundPacket(1000 * number, 1000, data) for number, data in enumerate(nonsense * 3)]
    film_of(packed(*packets, codec=codec, head=head), 5)


def test_without_the_encoder_the_film_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sound._ENCODERS, "aac", "an_encoder_of_tomorrow")
    assert not has_sound(film_of(sound_of(films.talkie(10), 1.0)).data)


def stream(codec: str = "aac", rate: int = 4000) -> SimpleNamespace:
    """Something like PyAV's audio stream."""
    context = SimpleNamespace(
        codec=SimpleNamespace(canonical_name=codec), sample_rate=rate, extradata_size=2, extradata=b"\x11\x88",
        layout=SimpleNamespace(nb_channels=1),
    )  # fmt: skip
    return SimpleNamespace(codec_context=context)


class Bytes(bytes):
    """Something like PyAV's packet, which gives its bytes when it is asked for them."""

    pts: int | None
    dts: int | None = None
    duration: int | None = 10
    time_base = 0.001

    @property
    def size(self) -> int:
        return len(self)


def said(pts: int | None, size: int = 5) -> Bytes:
    packet = Bytes(size)
    packet.pts = pts
    return packet


def heard(*packets: Bytes, most_bytes: int = 10_000, **of: object) -> Ear:
    ear = Ear(stream(**of), most_bytes)  # type: ignore[arg-type]
    for packet in packets:
        ear.hear(packet)
    return ear


def test_an_ear_keeps_what_is_heard_with_the_frames() -> None:
    ear = heard(*(said(10 * number) for number in range(100)))
    data = ear.sound(0.5, 0.205)
    assert data
    found = unpacked(data)
    assert [packet.start for packet in found.packets] == list(range(-1200, 820, 40)), "and a little from before them"
    assert found.seconds == pytest.approx(0.205)


def test_an_ear_gives_up_what_is_too_much_unless_the_frames_end_before() -> None:
    ear = heard(*(said(10 * number, 100) for number in range(100)), most_bytes=2000)
    assert ear.closed
    assert ear.sound(0.0, 0.5) == b""
    assert ear.sound(0.0, 0.1)


def test_an_ear_gives_up_where_times_make_no_sense() -> None:
    assert heard(said(0), said(None), said(20)).sound(0.0, 0.5) == b""
    assert heard(said(20), said(10), said(30)).sound(0.0, 0.5) == b""
    assert heard(said(0), rate=0).sound(0.0, 0.5) == b""
    assert heard(said(0), codec="vorbis").sound(0.0, 0.5) == b""
    assert heard().sound(0.0, 0.5) is None
    assert heard(said(700)).sound(0.0, 0.5) is None
