"""Round trips of every message, and what happens to bytes that are no frame."""

import io
import types
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_engine.options import OPTION_TABLE, Options
from nst_engine.protocol import (
    LENGTH_BYTES,
    MAX_FRAME_BYTES,
    Alive,
    Animate,
    Cancel,
    Failure,
    FailureCode,
    File,
    Film,
    Frame,
    FrameError,
    FromEngine,
    Hello,
    Inspect,
    LossPoint,
    Paint,
    PaintFacts,
    Progress,
    Result,
    Role,
    Style,
    ToEngine,
    Variations,
    body_length,
    decode_from_engine,
    decode_to_engine,
    encode,
    read_body,
)

TO_ENGINE, FROM_ENGINE = get_args(ToEngine), get_args(FromEngine)

ids = st.text(max_size=40)
data = st.binary(max_size=200)
numbers = st.floats(allow_nan=False)
counts = st.integers(0, 2**53)
styles = st.lists(st.builds(Style, picture=data, weight=numbers), max_size=3).map(tuple)
frames = st.lists(st.builds(Frame, counts, data), max_size=4).map(tuple)
points = st.lists(st.builds(LossPoint, counts, counts, numbers, numbers, numbers, numbers), max_size=4).map(tuple)
options = st.builds(
    Options,
    size=st.integers(64, 6000),
    quality=st.sampled_from(OPTION_TABLE["quality"].choices),
    strength=st.integers(0, 100),
    colors=st.sampled_from(OPTION_TABLE["colors"].choices),
    init=st.sampled_from(OPTION_TABLE["init"].choices),
    smooth=st.integers(0, 100),
    invert_mask=st.booleans(),
    reconstruct=st.sampled_from(OPTION_TABLE["reconstruct"].choices),
    pooling=st.sampled_from(OPTION_TABLE["pooling"].choices),
    seed=st.integers(0, 2**32 - 1),
    square=st.booleans(),
    style_scale=st.floats(0.1, 4),
    content_weight=st.none() | st.floats(0, 1e9),
    iterations=st.none() | st.integers(1, 5000),
)
files = st.builds(
    File, role=st.sampled_from(get_args(Role)), media_type=ids, data=data, width=counts, height=counts
)  # fmt: skip
facts = st.builds(
    PaintFacts, engine_seconds=numbers, iterations=counts, content_loss=numbers, style_loss=numbers,
    backbone=ids, device=ids, dtype=ids, seed=counts,
)  # fmt: skip

to_engine = st.one_of(
    st.builds(
        Paint, id=ids, content=data, styles=styles, options=options, init=st.none() | data, mask=st.none() | data,
        background=styles,
    ),
    st.builds(
        Variations, id=ids, content=data, styles=styles, options=options,
        strengths=st.tuples(*[st.integers(0, 100)] * 4), init=st.none() | data, mask=st.none() | data,
        background=styles,
    ),
    st.builds(Film, id=ids, frames=frames, painting=data, format=st.sampled_from(["gif", "mp4"]), max_bytes=counts),
    st.builds(
        Animate, id=ids, frames=st.lists(data, max_size=3).map(tuple), styles=styles, options=options,
        init=st.none() | data, frames_per_second=numbers, plays=counts, sound=st.none() | data,
        seconds=st.lists(numbers, max_size=3).map(tuple), format=st.sampled_from(["gif", "mp4"]), max_bytes=counts,
    ),
    st.builds(Inspect, id=ids, frames=frames, history=points, painting=data),
    st.builds(Cancel, id=ids),
)  # fmt: skip
from_engine = st.one_of(
    st.builds(
        Hello, protocol=counts, device=ids, device_name=ids, dtype=st.sampled_from(["float32", "bfloat16"]),
        backbone=ids, weights=ids, speed=numbers, seconds_to_ready=numbers, pid=counts,
        memory_bytes=counts,
    ),
    st.builds(Alive, resident_bytes=counts),
    st.builds(
        Progress, id=ids, iteration=counts, iterations=counts, scale=counts, scales=counts, width=counts,
        height=counts, content_loss=numbers, style_loss=numbers, seconds_left=numbers, preview=st.none() | data,
    ),
    st.builds(
        Result, id=ids, files=st.lists(files, max_size=2).map(tuple), facts=st.none() | facts, history=points,
        frames=frames,
    ),
    st.builds(Failure, id=ids, code=st.sampled_from(get_args(FailureCode)), detail=ids),
)  # fmt: skip


class Trickle:
    """A pipe that hands out its bytes in pieces, as pipes do."""

    def __init__(self, content: bytes, piece: int) -> None:
        self._stream, self._piece = io.BytesIO(content), piece

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._piece))


def test_the_strategies_cover_the_whole_union() -> None:
    assert {kind.__name__ for kind in TO_ENGINE} == {
        "Paint", "Variations", "Film", "Animate", "Inspect", "Cancel",
    }  # fmt: skip
    assert {kind.__name__ for kind in FROM_ENGINE} == {"Hello", "Alive", "Progress", "Result", "Failure"}


@given(st.lists(to_engine, max_size=4), st.integers(1, 50))
def test_what_the_bot_says_arrives_as_it_was_said(messages: list[Any], piece: int) -> None:
    pipe = Trickle(b"".join(encode(message) for message in messages), piece)
    bodies = iter(lambda: read_body(pipe), None)
    assert [decode_to_engine(body) for body in bodies] == messages


@given(st.lists(from_engine, max_size=4), st.integers(1, 50))
def test_what_an_engine_says_arrives_as_it_was_said(messages: list[Any], piece: int) -> None:
    pipe = Trickle(b"".join(encode(message) for message in messages), piece)
    bodies = iter(lambda: read_body(pipe), None)
    assert [decode_from_engine(body) for body in bodies] == messages


@given(to_engine, st.data())
def test_a_torn_frame_is_told_from_a_clean_end(message: Any, draw: st.DataObject) -> None:
    frame = encode(message)
    cut = draw.draw(st.integers(1, len(frame) - 1))
    with pytest.raises(FrameError):
        read_body(io.BytesIO(frame[:cut]))
    assert read_body(io.BytesIO(b"")) is None


@given(st.binary(max_size=300))
def test_no_bytes_decode_into_anything_but_a_message_or_an_error(body: bytes) -> None:
    for decode, kinds in ((decode_to_engine, TO_ENGINE), (decode_from_engine, FROM_ENGINE)):
        try:
            assert isinstance(decode(body), kinds)
        except FrameError as error:
            assert str(error)


@given(st.integers(0, 2**32 - 1))
def test_a_length_is_believed_only_within_the_limit(length: int) -> None:
    header = length.to_bytes(LENGTH_BYTES, "big")
    if 0 < length <= MAX_FRAME_BYTES:
        assert body_length(header) == length
    else:
        with pytest.raises(FrameError):
            body_length(header)


def test_a_frame_beyond_the_limit_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nst_engine.protocol.MAX_FRAME_BYTES", 1000)
    with pytest.raises(FrameError, match="exceeds the limit of 1000"):
        encode(Paint(id="1", content=b"x" * 1001, styles=()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Paint", "id": "1", "content": b"", "styles": [], "options": {"size": 9_000_000}},
        {"type": "Paint", "id": "1", "content": b"", "styles": [], "options": {"brush": 3}},
        {"type": "Paint", "id": "1", "content": b""},
        {"type": "Repaint", "id": "1"},
        {"type": "Hello"},
        ["Paint"],
    ],
    ids=["value out of range", "unknown option", "missing field", "unknown kind", "not for engines", "not a message"],
)
def test_a_message_that_does_not_fit_is_refused_as_a_whole(wrong: Any) -> None:
    with pytest.raises(FrameError):
        decode_to_engine(msgspec.msgpack.encode(wrong))


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    with pytest.raises(FrameError):
        decode_to_engine(b"\x91" * 100_000)


def test_unions_are_what_the_types_say() -> None:
    assert isinstance(ToEngine, types.UnionType)
    assert all(kind.__struct_config__.tag == kind.__name__ for kind in (*TO_ENGINE, *FROM_ENGINE))


def test_messages_from_before_masks_and_memory_are_still_understood() -> None:
    task = {"id": "1", "content": b"photo", "styles": [{"picture": b"style"}], "options": {"size": 64}}
    for kind in (Paint, Variations):
        old = decode_to_engine(msgspec.msgpack.encode({"type": kind.__name__, **task}))
        assert isinstance(old, kind)
        assert (old.mask, old.background, old.options) == (None, (), Options(size=64))
    hello = {
        "type": "Hello", "protocol": 1, "device": "cpu", "device_name": "a", "dtype": "float32", "backbone": "vgg19",
        "weights": "0", "speed": 1.0, "seconds_to_ready": 1.0, "pid": 1,
    }  # fmt: skip
    greeting = decode_from_engine(msgspec.msgpack.encode(hello))
    assert isinstance(greeting, Hello)
    assert greeting.memory_bytes == 0
