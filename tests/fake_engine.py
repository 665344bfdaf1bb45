"""A fake engine behind the real protocol: it blends instead of painting, in about 0.3 seconds, without torch.

Run it as `python -m tests.fake_engine` from the project's root, or by its path from anywhere. For a ProcessEngine:

    from tests.fake_engine import fake_engine, SEEDS
    engine = fake_engine()                                        # well behaved
    engine = fake_engine(FAKE_ENGINE_TROUBLE="crash-once")        # misbehaves at the first painting only
    Options(seed=SEEDS["crash"])                                  # this one painting makes it misbehave

What it paints depends on the photo, the styles, the strength, the colors and the seed, and has the size and the
proportions that the real engine would give it; it reports progress with previews, and returns history and frames.
With a mask, what is outside stays the photo, or is blended with the background. What is transparent in the photo is so
in the painting. A moving picture is painted frame by
frame, in the time of one painting. Films and Inspect are the engine's own. Weights decide how the styles mix; options
that only matter to VGG are ignored.

Trouble is chosen for all tasks by an environment variable, or for one task by its seed:

| FAKE_ENGINE_TROUBLE | SEEDS[…] | what happens in the middle of the painting |
| --- | --- | --- |
| crash          | 666001 | the process kills itself with SIGKILL |
| crash-once     | 666002 | the same, but only when no trouble came before (see FAKE_ENGINE_MARKER) |
| hang           | 666003 | no more beats, no progress: the process stops (SIGSTOP) |
| stall          | 666004 | beats go on, iterations don't; Cancel is not heeded |
| hang-once      | 666005 | as hang, but only once |
| garbage        | 666006 | bytes that are no frame on stdout |
| torn           | 666007 | half a frame, then the process exits |
| exit           | 666008 | the process exits with status 3 |
| print          | 666009 | prints on stdout, from Python and from a child; the painting must arrive |
| slow           | 666010 | a painting takes 60 seconds (and can be cancelled) |
| out-of-memory  | 666011 | Failure("out_of_memory") |
| not-finite     | 666012 | Failure("not_finite") |
| engine-error   | 666013 | Failure("engine_error") |
| huge           | 666014 | the painting comes with 100 MB of PNG padding |
| chatter        | 666015 | 5 MB on stderr without an end of line; the painting must arrive |
| never-hello    |        | at start: beats, but no Hello |
| never-alive    |        | at start: neither beats nor Hello |
| exit-at-start  |        | at start: exits with status 3 |
| wrong-protocol |        | at start: a Hello with another protocol version |

More environment variables: FAKE_ENGINE_SECONDS, how long a painting takes (0.3); FAKE_ENGINE_START_SECONDS, how long
after its first beat it says Hello (0); FAKE_ENGINE_GATE, a path of a file without which it does not say Hello;
FAKE_ENGINE_MARKER, a path for the memory of the "once" troubles (must be set for them); FAKE_ENGINE_DIARY, a path of a
file that gets a line "start ID" and "end ID" for every task, so that a test can count who was painted how often;
FAKE_ENGINE_SPEED, what Hello claims (10 megapixel-iterations a second); FAKE_ENGINE_MEMORY, what Hello says that a
painting may take (0: not known); FAKE_ENGINE_DONE, when set, lets it tell which share of the work is done.
"""

from __future__ import annotations

import hashlib
import io
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__" and __package__ in (None, ""):  # run by path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image, ImageChops, ImageEnhance, ImageOps, UnidentifiedImageError

from nst_engine.errors import PaintError
from nst_engine.pipes import Pipes, die_with_parent
from nst_engine.progress import OnProgress, parts
from nst_engine.protocol import (
    PROTOCOL_VERSION,
    Animate,
    Cancel,
    Failure,
    FailureCode,
    File,
    Film,
    Frame,
    Hello,
    Inspect,
    LossPoint,
    Paint,
    PaintFacts,
    Progress,
    Result,
    Style,
    Task,
    ToEngine,
    Variations,
    encode,
)
from nst_engine.schedule import painted_size

if TYPE_CHECKING:
    from bot.engines.process import Limits, ProcessEngine

TROUBLES = (
    "crash", "crash-once", "hang", "stall", "hang-once", "garbage", "torn", "exit", "print", "slow", "out-of-memory",
    "not-finite", "engine-error", "huge", "chatter",
)  # fmt: skip
SEEDS: dict[str, int] = {trouble: 666001 + place for place, trouble in enumerate(TROUBLES)}
"""The seed that makes one painting go wrong, by trouble."""

_STEPS = 12
_FAILURES: dict[str, FailureCode] = {
    "out-of-memory": "out_of_memory", "not-finite": "not_finite", "engine-error": "engine_error",
}  # fmt: skip


def fake_engine(limits: Limits | None = None, *, forked: bool = False, **environment: str) -> ProcessEngine:
    """Return a ProcessEngine over this module; keywords are its environment variables.

    Without limits of one's own it is let wait for as long as a busy machine may need: for hangs, give shorter ones.
    `forked`: it starts at once (see tests.forking), where the start is not what a test is about.
    """
    from bot.engines.process import Limits, ProcessEngine  # not needed, and slow to import, in the child
    from tests.forking import forked_command

    command = forked_command("tests.fake_engine") if forked else [sys.executable, str(Path(__file__).resolve())]
    usual = Limits(hello_seconds=300, silent_seconds=60, stall_seconds=60, backoff_seconds=0.05, close_seconds=3)
    return ProcessEngine(command, limits=limits or usual, environment=environment)


class _Cancelled(Exception):
    pass


class FakeEngine:
    """Hears tasks and works through them, as the real one does."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._seconds = float(os.environ.get("FAKE_ENGINE_SECONDS", "0.3"))

    def serve(self) -> None:
        """Say Hello and work until stdin ends."""
        trouble = os.environ.get("FAKE_ENGINE_TROUBLE", "")
        self._pipes.start_hearing(self._hear)
        if trouble == "never-alive":
            threading.Event().wait()
        self._pipes.start_beating()
        if trouble == "exit-at-start":
            sys.exit(3)
        if trouble == "never-hello":
            threading.Event().wait()
        time.sleep(float(os.environ.get("FAKE_ENGINE_START_SECONDS", "0")))
        while (gate := os.environ.get("FAKE_ENGINE_GATE")) and not Path(gate).exists():
            time.sleep(0.02)
        self._pipes.send(_hello(PROTOCOL_VERSION + 1 if trouble == "wrong-protocol" else PROTOCOL_VERSION))
        while True:
            task = self._tasks.get()
            _write_diary(f"start {task.id}")
            try:
                answer: Result | Failure = self._work(task)
            except _Cancelled:
                answer = Failure(id=task.id, code="cancelled")
            except (PaintError, UnidentifiedImageError, OSError) as error:
                answer = Failure(id=task.id, code="bad_picture", detail=str(error))
            _write_diary(f"end {task.id}")
            self._pipes.send(answer)

    def _hear(self, message: ToEngine) -> None:
        if isinstance(message, Cancel):
            self._cancelled.add(message.id)
        else:
            self._tasks.put(message)

    def _work(self, task: Task) -> Result | Failure:
        if isinstance(task, Film):
            from nst_engine.film import make_film

            return Result(id=task.id, files=(make_film(task.frames, task.painting, task.format, task.max_bytes),))
        if isinstance(task, Inspect):
            from nst_engine.report import inspect

            return Result(id=task.id, files=inspect(task.frames, task.history, task.painting))
        trouble = os.environ.get("FAKE_ENGINE_TROUBLE") or next(
            (name for name, seed in SEEDS.items() if seed == task.options.seed), ""
        )
        if isinstance(task, Variations):
            return self._vary(task, trouble)
        if isinstance(task, Animate):
            return self._animate(task, trouble)
        return self._paint(task, trouble, self._seconds, self._pipes.send)

    def _paint(self, task: Paint, trouble: str, seconds: float, tell: OnProgress) -> Result | Failure:
        started = time.monotonic()
        photo = _open(task.init or task.content) if task.options.init == "file" else _open(task.content)
        width, height = painted_size(task.options, *photo.size)
        photo = ImageOps.fit(photo, (width, height))
        style = _mixed(task.styles, photo.size, task.options.seed)
        seconds, steps = (60.0, 20 * _STEPS) if trouble == "slow" else (seconds, _STEPS)
        history, frames = [], []
        for step in range(steps):
            time.sleep(seconds / steps)
            if task.id in self._cancelled:
                raise _Cancelled
            picture = _blend(photo, style, task, (step + 1) / steps)
            preview = _small_jpeg(picture)
            if step * _STEPS % steps == 0:
                frames.append(Frame(step, preview))
            history.append(_loss(step, steps))
            last = history[-1]
            tell(
                Progress(
                    id=task.id,
                    iteration=step + 1,
                    iterations=steps,
                    scale=step * 2 // steps + 1,
                    scales=2,
                    width=width,
                    height=height,
                    content_loss=last.content,
                    style_loss=last.style,
                    seconds_left=seconds * (1 - (step + 1) / steps),
                    done=(step + 1) / steps if "FAKE_ENGINE_DONE" in os.environ else None,
                    preview=preview if step % 3 == 0 else None,
                )
            )
            if step == steps // 2:
                self._misbehave(trouble, task.id)
        if code := _FAILURES.get(trouble):
            return Failure(id=task.id, code=code, detail="as asked by the test")
        data = _png(_cut_out(picture, task.content)) + (b"\0" * 100_000_000 if trouble == "huge" else b"")
        facts = PaintFacts(
            engine_seconds=time.monotonic() - started, iterations=steps, content_loss=last.content,
            style_loss=last.style, backbone="fake", device="cpu", dtype="float32", seed=task.options.seed,
        )  # fmt: skip
        file = File(role="painting", media_type="image/png", data=data, width=width, height=height)
        return Result(id=task.id, files=(file,), facts=facts, history=tuple(history), frames=tuple(frames))

    def _take_time(self, task_id: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
            if task_id in self._cancelled:
                raise _Cancelled

    def _vary(self, task: Variations, trouble: str) -> Result | Failure:
        paint = Paint(
            id=task.id, content=task.content, styles=task.styles, options=task.options, init=task.init,
            mask=task.mask, background=task.background, regions=task.regions,
        )  # fmt: skip
        painted = self._paint(paint, trouble, self._seconds, self._pipes.send)
        if isinstance(painted, Failure):
            return painted
        picture = _open(painted.files[0].data)
        width, height = picture.size
        sheet = Image.new("RGB", (2 * width, 2 * height))
        for place in range(4):
            sheet.paste(
                ImageEnhance.Color(picture).enhance(0.25 * (place + 1)), (place % 2 * width, place // 2 * height)
            )
        file = File(role="variations", media_type="image/png", data=_png(sheet), width=2 * width, height=2 * height)
        return Result(id=task.id, files=(file,), facts=painted.facts)

    def _animate(self, task: Animate, trouble: str) -> Result | Failure:
        from nst_engine.film import make_animation

        paintings = []
        for frame, tell in zip(task.frames, parts(self._pipes.send, len(task.frames)), strict=True):
            paint = Paint(id=task.id, content=frame, styles=task.styles, options=task.options)
            painted = self._paint(paint, trouble, self._seconds / len(task.frames), tell)
            if isinstance(painted, Failure):
                return painted
            paintings.append(painted.files[0].data)
        film = make_animation(
            paintings, task.frames_per_second, task.format, task.max_bytes,
            seconds=task.seconds, plays=task.plays, sound=task.sound,
        )  # fmt: skip
        return Result(id=task.id, files=(film,), facts=painted.facts)

    def _misbehave(self, trouble: str, task_id: str) -> None:
        if trouble.endswith("-once"):
            marker = Path(os.environ["FAKE_ENGINE_MARKER"])
            if marker.exists():
                return
            marker.touch()
            trouble = trouble.removesuffix("-once")
        if trouble == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        elif trouble == "hang":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif trouble == "stall":
            threading.Event().wait()
        elif trouble == "garbage":
            self._pipes.send_bytes(b"Segmentation fault? No, but this is no frame either.\n")
            threading.Event().wait()
        elif trouble == "torn":
            self._pipes.send_bytes(encode(Failure(id=task_id, code="engine_error", detail="torn"))[:-3])
            os._exit(0)
        elif trouble == "exit":
            sys.stderr.write("the fake engine exits in the middle of a painting\n")
            sys.stderr.flush()
            os._exit(3)
        elif trouble == "chatter":
            sys.stderr.write("so much to say " * 350_000)
        elif trouble == "print":
            sys.stdout.write("a stray print\n")
            sys.stdout.flush()
            subprocess.run(["echo", "a stray print of another process"], check=True)


def _hello(protocol: int) -> Hello:
    return Hello(
        protocol=protocol, device="cpu", device_name="fake", dtype="float32", backbone="fake", weights="0" * 64,
        speed=float(os.environ.get("FAKE_ENGINE_SPEED", "10")), seconds_to_ready=0.1, pid=os.getpid(),
        memory_bytes=int(os.environ.get("FAKE_ENGINE_MEMORY", "0")),
    )  # fmt: skip


def _mixed(styles: tuple[Style, ...], size: tuple[int, int], seed: int) -> Image.Image:
    mixed, total = None, 0.0
    for style in styles:
        picture = ImageOps.fit(_open(style.picture), size)
        total += style.weight
        mixed = picture if mixed is None else Image.blend(mixed, picture, style.weight / total if total else 0.0)
    assert mixed is not None, "a task without styles"
    tint = hashlib.sha256(str(seed).encode()).digest()
    return Image.blend(mixed, Image.new("RGB", size, (tint[0], tint[1], tint[2])), 0.1)


def _blend(photo: Image.Image, style: Image.Image, task: Paint, done: float) -> Image.Image:
    picture = Image.blend(photo, style, done * (0.2 + 0.6 * task.options.strength / 100))
    if task.options.colors == "photo":
        luma, _, _ = picture.convert("YCbCr").split()
        _, blue, red = photo.convert("YCbCr").split()
        picture = Image.merge("YCbCr", (luma, blue, red)).convert("RGB")
    if task.mask is not None:
        picture = _masked(picture, photo, task, task.mask)
    for region in task.regions:
        own = Image.blend(photo, _mixed(region.styles, photo.size, task.options.seed), 0.5)
        picture = Image.composite(own, picture, ImageOps.fit(_open(region.mask).convert("L"), photo.size))
    return picture


def _masked(picture: Image.Image, photo: Image.Image, task: Paint, mask: bytes) -> Image.Image:
    white = ImageOps.fit(_open(mask).convert("L"), photo.size)
    if task.options.invert_mask:
        white = ImageChops.invert(white)
    rest = photo
    if task.background:
        rest = Image.blend(photo, _mixed(task.background, photo.size, task.options.seed), 0.5)
    return Image.composite(picture, rest, white)


def _cut_out(picture: Image.Image, content: bytes) -> Image.Image:
    photo = Image.open(io.BytesIO(content))
    if photo.mode == "RGBA":
        picture = picture.copy()
        picture.putalpha(ImageOps.fit(photo.getchannel("A"), picture.size))
    return picture


def _loss(step: int, steps: int) -> LossPoint:
    content, style = 100.0 * (1 - 0.5**step), 5000.0 * 0.7**step + 20
    return LossPoint(step, step * 2 // steps, content, style, 0.0, content + style)


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _small_jpeg(picture: Image.Image) -> bytes:
    small, stream = picture.copy(), io.BytesIO()
    small.thumbnail((192, 192))
    small.save(stream, "JPEG")
    return stream.getvalue()


def _write_diary(line: str) -> None:
    if path := os.environ.get("FAKE_ENGINE_DIARY"):
        with Path(path).open("a", encoding="utf-8") as diary:
            diary.write(line + "\n")


def main() -> None:
    """Run as an engine process."""
    die_with_parent()
    FakeEngine(Pipes.take_over()).serve()


if __name__ == "__main__":
    main()
