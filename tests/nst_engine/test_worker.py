"""The engine process as its parent sees it: real processes, real pipes."""

import contextlib
import io
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from nst_engine import pipes
from nst_engine.options import Options
from nst_engine.protocol import (
    PROTOCOL_VERSION,
    Alive,
    Animate,
    Cancel,
    Failure,
    Film,
    FromEngine,
    Hello,
    Inspect,
    Paint,
    Progress,
    Region,
    Result,
    Style,
    ToEngine,
    Variations,
    decode_from_engine,
    encode,
    read_body,
)
from nst_engine.sound import sound_of
from nst_engine.worker import EXIT_DEVICE_LOST, EXIT_NOT_READY, PROGRESS_SECONDS
from tests.bot import films
from tests.nst_engine import quick_worker
from tests.nst_engine.sketches import as_bytes, sketch, some_frames, some_history
from tests.waiting import PATIENCE

PHOTO, STYLE = as_bytes(sketch(96, 64)), as_bytes(sketch(80, 80, 9))


class Engine:
    """A child process and its pipes, read without any help of the bot's."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self.alive: list[Alive] = []

    def say(self, *messages: ToEngine) -> None:
        for message in messages:
            self.write(encode(message))

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def hear(self) -> FromEngine | None:
        """Return the next message that is no beat; None at the end."""
        assert self.process.stdout is not None
        while (body := read_body(self.process.stdout)) is not None:
            message = decode_from_engine(body)
            if not isinstance(message, Alive):
                return message
            self.alive.append(message)
        return None

    def hear_until(self, *kinds: type) -> list[Any]:
        """Return all messages up to the first of one of these kinds."""
        heard: list[Any] = []
        while not heard or not isinstance(heard[-1], kinds):
            message = self.hear()
            assert message is not None, f"the engine ended: {self.end()}"
            is_fault = isinstance(message, Failure) and message.code == "engine_error"
            assert not is_fault or Failure in kinds, message
            heard.append(message)
        return heard

    def end(self, seconds: float = PATIENCE) -> tuple[int, str]:
        """Wait for the end; return the exit status and the log."""
        _, log = self.process.communicate(timeout=seconds)
        return self.process.returncode, log.decode()


Start = Callable[..., Engine]


@pytest.fixture
def start() -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def starter(*arguments: str, real: bool = False, **environment: str) -> Engine:
            command = (
                [sys.executable, "-m", "nst_engine", *arguments] if real else [sys.executable, quick_worker.__file__]
            )
            engine = Engine(command, {"PATH": "/usr/bin:/bin", "HOME": str(Path.home()), **environment})
            stack.callback(engine.process.wait)
            stack.callback(engine.process.kill)
            return engine

        yield starter


def paint(task_id: str = "p", seed: int = 0, **options: Any) -> Paint:
    return Paint(id=task_id, content=PHOTO, styles=(Style(picture=STYLE),), options=Options(seed=seed, **options))


def test_an_engine_says_hello_and_paints(start: Start) -> None:
    engine = start()
    hello = engine.hear()
    assert isinstance(hello, Hello)
    assert hello.protocol == PROTOCOL_VERSION
    assert hello.pid == engine.process.pid
    assert (hello.device, hello.dtype, hello.speed) == ("cpu", "float32", 5.0)
    engine.say(paint("one"), paint("two"))
    first = engine.hear_until(Result)
    result = first[-1]
    assert {message.id for message in first} == {"one"}
    assert result.files[0].role == "painting"
    assert Image.open(io.BytesIO(result.files[0].data)).size == (96, 64)
    assert result.facts.iterations == len(result.history) == 60
    assert result.frames
    assert engine.hear_until(Result)[-1].id == "two"


def test_progress_is_told_a_few_times_a_second_up_to_the_end(start: Start) -> None:
    engine = start()
    engine.hear()
    began = time.monotonic()
    engine.say(paint(seed=quick_worker.PREVIEWS))
    heard = [message for message in engine.hear_until(Result) if isinstance(message, Progress)]
    iterations = [progress.iteration for progress in heard]
    assert iterations == sorted(iterations)
    assert iterations[0] == 1
    assert iterations[-1] == heard[-1].iterations == 60
    assert len(heard) <= 2 + (time.monotonic() - began) / PROGRESS_SECONDS
    previews = [progress.preview for progress in heard if progress.preview]
    assert previews[-1] == b"preview 50", "a preview is never dropped for coming at the wrong moment"


def test_beats_come_while_it_paints(start: Start) -> None:
    engine = start()
    engine.say(paint(seed=quick_worker.LONG))
    while len(engine.alive) < 2:
        assert engine.hear() is not None, f"the engine ended: {engine.end()}"
    assert engine.alive[-1].resident_bytes > 5_000_000


def test_cancel_stops_a_painting_and_the_next_is_painted(start: Start) -> None:
    engine = start()
    engine.say(paint("long", seed=quick_worker.LONG), paint("never begun"), paint("next"))
    engine.hear_until(Progress)
    engine.say(Cancel(id="never begun"), Cancel(id="long"), Cancel(id="unknown"))
    endings = [engine.hear_until(Result, Failure)[-1] for _ in range(3)]
    assert endings[0] == Failure(id="long", code="cancelled", detail=endings[0].detail)
    assert endings[1] == Failure(id="never begun", code="cancelled", detail=endings[1].detail)
    assert isinstance(endings[2], Result)
    engine.say(paint("long"))
    assert isinstance(engine.hear_until(Result, Failure)[-1], Result), "an id may be used again"


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        (10, "out_of_memory"), (11, "out_of_memory"), (12, "not_finite"), (13, "bad_task"), (14, "bad_picture"),
        (15, "engine_error"), (16, "engine_error"),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_has_a_code_and_the_engine_goes_on(start: Start, seed: int, code: str) -> None:
    engine = start()
    engine.say(paint("bad", seed=seed), paint("good"))
    failure = engine.hear_until(Failure)[-1]
    assert (failure.id, failure.code) == ("bad", code)
    assert "Traceback" not in failure.detail
    assert engine.hear_until(Result)[-1].id == "good"
    engine.process.stdin.close()  # type: ignore[union-attr]
    engine.process.stdin = None
    assert ("Traceback" in engine.end()[1]) == (code == "engine_error")


def test_a_lost_device_ends_the_process(start: Start) -> None:
    engine = start()
    engine.say(paint(seed=quick_worker.LOST_DEVICE))
    while engine.hear() is not None:
        pass
    status, log = engine.end()
    assert status == EXIT_DEVICE_LOST
    assert "illegal memory access" in log


def test_stray_prints_land_in_the_log(start: Start) -> None:
    engine = start()
    engine.say(paint(seed=quick_worker.PRINTS))
    assert isinstance(engine.hear_until(Result, Failure)[-1], Result)
    engine.process.kill()
    log = engine.end()[1]
    for source in ("Python", "C", "another process"):
        assert f"a stray print from {source}\n" in log


def test_films_and_reports(start: Start) -> None:
    engine = start()
    assert isinstance(engine.hear(), Hello)
    frames, painting = some_frames(6), as_bytes(sketch(120, 80))
    engine.say(
        Film(id="film", frames=frames, painting=painting),
        Inspect(id="look", frames=frames, history=some_history(2, 9), painting=painting),
        Film(id="nothing", frames=(), painting=painting),
    )
    film, look, nothing = engine.hear(), engine.hear(), engine.hear()
    assert isinstance(film, Result)
    assert isinstance(look, Result)
    assert [file.role for file in (*film.files, *look.files)] == ["film", "progress_sheet", "loss_plot"]
    assert isinstance(nothing, Failure)
    assert nothing.code == "bad_task"


def test_a_moving_picture_is_painted_frame_by_frame(start: Start) -> None:
    engine = start()
    frames = tuple(as_bytes(sketch(96, 64, step)) for step in (0, 7, 14))
    engine.say(Animate(id="a", frames=frames, styles=(Style(picture=STYLE),), frames_per_second=5))
    heard = engine.hear_until(Result)
    assert {message.iterations for message in heard if isinstance(message, Progress)} == {180}
    (film,) = heard[-1].files
    with Image.open(io.BytesIO(film.data)) as gif:
        assert (film.role, gif.size, gif.n_frames, gif.info["duration"]) == ("film", (96, 64), 3, 200)
    engine.say(Animate(id="none", frames=(), styles=(Style(picture=STYLE),)))
    failure = engine.hear_until(Failure)[-1]
    assert failure.code == "bad_task"


def test_a_moving_painting_keeps_the_sound(start: Start) -> None:
    engine = start()
    frames, clip = tuple(as_bytes(sketch(96, 64, step)) for step in range(5)), films.talkie(5)
    task = Animate(
        id="a", frames=frames, styles=(Style(picture=STYLE),), seconds=(0.1,) * 5, format="mp4",
        sound=sound_of(clip, 0.5),
    )  # fmt: skip
    engine.say(task, msgspec.structs.replace(task, id="b", sound=b"no sound"))
    (film,), (silent,) = (engine.hear_until(Result)[-1].files for _ in range(2))
    packets = films.heard(film.data)[1]
    assert packets == films.heard(clip)[1][: len(packets)] != []
    assert films.heard(silent.data)[1] == []


def test_variations_are_one_task_with_one_progress(start: Start) -> None:
    engine = start()
    engine.say(Variations(id="v", content=PHOTO, styles=(Style(picture=STYLE),), strengths=(10, 30, 50, 70)))
    heard = engine.hear_until(Result)
    told = [message for message in heard if isinstance(message, Progress)]
    assert {progress.iterations for progress in told} == {240}
    iterations = [progress.iteration for progress in told]
    assert iterations == sorted(iterations)
    assert iterations[-1] == 240
    assert told[1].seconds_left > 1.2, "what is left of the first, and three more"
    result = heard[-1]
    assert [file.role for file in result.files] == ["variations"]
    assert result.files[0].width > 2 * 96
    assert result.facts.iterations == 240
    assert result.facts.style_loss == 40
    assert not result.frames


def test_a_frame_that_is_no_task_is_refused_and_the_next_is_done(start: Start) -> None:
    engine = start()
    engine.hear()
    engine.write((5).to_bytes(4, "big") + b"hello")
    refused = engine.hear()
    assert isinstance(refused, Failure)
    assert (refused.id, refused.code) == ("", "bad_task")
    engine.say(paint())
    assert isinstance(engine.hear_until(Result, Failure)[-1], Result)


@pytest.mark.parametrize("rubbish", [b"\xff\xff\xff\xffrubbish", b"\0\0\0\0"], ids=["too long", "no length"])
def test_rubbish_ends_the_process_with_a_reason(start: Start, rubbish: bytes) -> None:
    engine = start()
    engine.hear()
    engine.write(rubbish)
    refused = engine.hear()
    assert isinstance(refused, Failure)
    assert refused.code == "bad_task"
    status, log = engine.end()
    assert status == 2
    assert "stdin is torn" in log


@pytest.mark.parametrize("torn", [b"", encode(paint())[:-10]], ids=["cleanly", "in mid-frame"])
def test_the_end_of_stdin_ends_the_process_in_the_middle_of_a_painting(start: Start, torn: bytes) -> None:
    engine = start()
    engine.say(paint(seed=quick_worker.LONG))
    engine.hear_until(Progress)
    engine.write(torn)
    engine.process.stdin.close()  # type: ignore[union-attr]
    engine.process.stdin = None
    status, _ = engine.end()
    assert status == (2 if torn else 0)


def test_an_engine_that_can_hear_no_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when there is no memory for a frame: a deaf engine would go on beating, and heed neither task nor Cancel."""
    left: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()

    def leave(reason: str, status: int = 0) -> None:
        left.put((reason, status))
        threading.Event().wait()  # as good as gone

    class Full(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise MemoryError

    monkeypatch.setattr(pipes, "leave", leave)
    pipes.Pipes(Full(), io.BytesIO()).start_hearing(lambda message: None)
    assert left.get(timeout=PATIENCE)[1] != 0


def test_the_end_of_stdin_ends_the_process_while_it_loads(start: Start) -> None:
    engine = start(LOADING_SECONDS="300")
    assert engine.end()[0] == 0


def test_a_reader_that_goes_away_ends_the_process(start: Start) -> None:
    engine = start()
    engine.say(paint(seed=quick_worker.LONG))
    engine.hear_until(Progress)
    engine.process.stdout.close()  # type: ignore[union-attr]
    assert engine.process.wait(timeout=PATIENCE) == 0


def test_an_engine_that_cannot_load_says_why(start: Start) -> None:
    engine = start(LOADING_FAILS="the weights are damaged")
    assert engine.hear() is None
    status, log = engine.end()
    assert status == EXIT_NOT_READY
    assert "the weights are damaged" in log


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--device", "abacus"], "use auto, cpu, mps, cuda or cuda:N"),
        (["--threads", "0"], "use 1 to 1024"),
        (["--nice", "20"], "use 0 to 19"),
        (["--backbone", "file"], "weights_file"),
        (["--token", "secret"], "unrecognized"),
    ],
)
def test_a_bad_command_line_is_one_clear_complaint(start: Start, arguments: list[str], complaint: str) -> None:
    status, log = start(*arguments, real=True).end()
    assert status == 2
    assert complaint in log
    assert "Traceback" not in log


def test_help_teaches() -> None:
    said = subprocess.run([sys.executable, "-m", "nst_engine", "--help"], capture_output=True, text=True, check=True)
    for word in ("--device", "--threads", "--weights-file", "--deterministic", "Hello", "impasto stylize"):
        assert word in said.stdout


@pytest.mark.long
@pytest.mark.paints
def test_the_real_engine_paints_cancels_and_paints_the_same_again(start: Start) -> None:
    began = time.monotonic()
    engine = start("--device", "cpu", "--convolutions", "winograd", "--threads", "1", "--nice", "5", real=True)
    hello = engine.hear()
    assert isinstance(hello, Hello)
    assert hello.backbone == "vgg19"
    assert len(hello.weights) == 64
    assert hello.speed > 0
    assert 0 < hello.seconds_to_ready < time.monotonic() - began
    engine.say(paint("long", size=128, iterations=5000), paint("small", size=64, iterations=4))
    engine.hear_until(Progress)
    engine.say(Cancel(id="long"), paint("again", size=64, iterations=4))
    cancelled = engine.hear_until(Result, Failure)[-1]
    assert (cancelled.id, cancelled.code) == ("long", "cancelled")
    small, again = (engine.hear_until(Result, Failure)[-1] for _ in range(2))
    assert isinstance(small, Result)
    assert small.files == again.files, "same seed, same bytes"
    assert (small.files[0].width, small.files[0].height) == (64, 43)
    assert small.facts.iterations == len(small.history) == 4
    engine.say(
        Film(id="film", frames=small.frames, painting=small.files[0].data),
        Variations(id="v", content=PHOTO, styles=(Style(picture=STYLE),), options=Options(size=64, iterations=4)),
    )
    film = engine.hear_until(Result, Failure)[-1]
    assert Image.open(io.BytesIO(film.files[0].data)).n_frames == len(small.frames) + 1
    sheet = engine.hear_until(Result, Failure)[-1]
    assert sheet.files[0].role == "variations"


def test_a_film_that_cannot_be_made_is_refused_before_anything_is_painted(start: Start) -> None:
    engine = start()
    engine.hear()
    frames = (as_bytes(sketch(96, 64)),)
    engine.say(Animate(id="a", frames=frames, styles=(Style(picture=STYLE),), frames_per_second=0.5))
    answer = engine.hear()
    assert isinstance(answer, Failure), "no progress of a painting in vain"
    assert answer.code == "bad_task"


def test_masks_backgrounds_and_regions_reach_the_painter(start: Start) -> None:
    engine = start()
    engine.hear()
    task = Paint(
        id="m", content=PHOTO, styles=(Style(picture=STYLE),), options=Options(seed=quick_worker.TELLS),
        init=b"init", mask=b"mask", background=(Style(picture=b"ground", weight=2.0),),
        regions=(Region(mask=b"sky", styles=(Style(picture=b"blue"),)),),
    )  # fmt: skip
    engine.say(task, Variations(**{**msgspec.structs.asdict(task), "id": "v"}), paint("p", seed=quick_worker.TELLS))
    said = [engine.hear_until(Failure)[-1].detail for _ in range(3)]
    assert said[0] == said[1] == "BadOptions: b'init' b'mask' [(b'ground', 2.0)] [(b'sky', [(b'blue', 1.0)])]"
    assert said[2] == "BadOptions: None None None []"
