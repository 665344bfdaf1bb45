"""The engine process: hears tasks on stdin, works through them, answers on stdout. Nothing here imports torch.

The main thread loads the painter, says Hello and works through the tasks in their order. A second hears stdin, so that
a Cancel is heeded at once; a third beats.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, NoReturn

import msgspec

from nst_engine import errors
from nst_engine.film import check_animation, make_animation, make_film
from nst_engine.pipes import Pipes, leave
from nst_engine.progress import parts
from nst_engine.protocol import (
    PROTOCOL_VERSION,
    Animate,
    Cancel,
    Failure,
    FailureCode,
    File,
    Film,
    FrameError,
    Hello,
    Paint,
    PaintFacts,
    Progress,
    Result,
    Style,
    Task,
    ToEngine,
    Variations,
)
from nst_engine.report import inspect, png_file, variations_sheet
from nst_engine.schedule import variation_options

if TYPE_CHECKING:
    from nst_engine.finished import Painting
    from nst_engine.images import Picture
    from nst_engine.options import Options
    from nst_engine.painting import Painter

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.25  # between two Progress messages
EXIT_NOT_READY = 3  # the painter cannot be had: no such device, damaged weights
EXIT_DEVICE_LOST = 4  # the device failed in a way that only another process recovers from

_CODES: tuple[tuple[type[BaseException], FailureCode], ...] = (
    (errors.Cancelled, "cancelled"),
    (errors.OutOfMemory, "out_of_memory"),
    (MemoryError, "out_of_memory"),
    (errors.BadPicture, "bad_picture"),
    (errors.NotFinite, "not_finite"),
    (errors.WeightsError, "engine_error"),
    (errors.DeviceError, "engine_error"),
    (errors.PaintError, "bad_task"),  # whatever else is raised on purpose: options or a film that cannot be
)


class Worker:
    """Works through what its parent asks for. `make_painter` loads the network, in the thread that calls `serve`."""

    def __init__(self, pipes: Pipes, make_painter: Callable[[], Painter]) -> None:
        self._pipes = pipes
        self._make_painter = make_painter
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._known: set[str] = set()  # ids of tasks that were heard and are not answered
        self._cancelled: set[str] = set()
        self._ids = threading.Lock()

    def serve(self, started: float) -> NoReturn:
        """Work until stdin ends, which ends the process. `started` is when it began, by `time.monotonic`."""
        self._pipes.start_hearing(self._hear)
        self._pipes.start_beating()
        painter = self._ready_painter()
        seconds = time.monotonic() - started
        way = painter.dtype, painter.convolutions
        log.info("event=ready device=%s dtype=%s convolutions=%s seconds=%.2f", painter.device, *way, seconds)
        self._send(_hello(painter, seconds))
        while True:
            self._answer(painter, self._tasks.get())

    def _hear(self, message: ToEngine) -> None:
        with self._ids:
            if isinstance(message, Cancel):
                if message.id in self._known:
                    self._cancelled.add(message.id)
                return
            self._known.add(message.id)
        self._tasks.put(message)

    def _do(self, painter: Painter, task: Task) -> Result:
        if isinstance(task, Paint):
            return self._paint(painter, task)
        if isinstance(task, Variations):
            return self._vary(painter, task)
        if isinstance(task, Animate):
            return self._animate(painter, task)
        if isinstance(task, Film):
            film = make_film(task.frames, task.painting, task.format, task.max_bytes)
            return Result(id=task.id, files=(film,))
        return Result(id=task.id, files=inspect(task.frames, task.history, task.painting))

    def _ready_painter(self) -> Painter:
        try:
            return self._make_painter()
        except errors.PaintError as error:
            leave(f"not ready: {error}", EXIT_NOT_READY)
        except Exception:
            log.exception("event=not_ready")
            leave("not ready, for the reason above", EXIT_NOT_READY)

    def _answer(self, painter: Painter, task: Task) -> None:
        """Do the work and send what came of it: always one Result or one Failure."""
        began = time.monotonic()
        log.info("event=task id=%s kind=%s", task.id, type(task).__name__)
        answer: Result | Failure
        try:
            if task.id in self._cancelled:
                raise errors.Cancelled
            answer = self._do(painter, task)
        except Exception as error:
            code = _code(error)
            if code == "engine_error":
                log.exception("event=failed id=%s", task.id)
            if _device_is_lost(error):
                leave(f"the device failed: {error}", EXIT_DEVICE_LOST)
            answer = Failure(id=task.id, code=code, detail=f"{type(error).__name__}: {error}"[:2000])
        with self._ids:
            self._known.discard(task.id)
            self._cancelled.discard(task.id)
        ending = answer.code if isinstance(answer, Failure) else "done"
        log.info("event=answer id=%s ending=%s seconds=%.2f", task.id, ending, time.monotonic() - began)
        try:
            self._send(answer)
        except FrameError as error:
            self._send(Failure(id=task.id, code="engine_error", detail=str(error)))

    def _stylize(
        self, painter: Painter, task: Paint | Variations, options: Options, tell: Callable[[Progress], None]
    ) -> Painting:
        """Paint one picture of a task, until it is cancelled."""
        return painter.stylize(
            task.content,
            _pairs(task.styles) or None,
            options,
            init=task.init,
            mask=task.mask,
            background=_pairs(task.background) or None,
            regions=[(region.mask, _pairs(region.styles)) for region in task.regions],
            on_progress=tell,
            should_stop=lambda: task.id in self._cancelled,
        )

    def _paint(self, painter: Painter, task: Paint) -> Result:
        painting = self._stylize(painter, task, task.options, self._teller(task.id))
        file = File(
            role="painting", media_type="image/png", data=painting.png(), width=painting.width, height=painting.height
        )
        facts = _facts([painting])
        return Result(id=task.id, files=(file,), facts=facts, history=painting.history, frames=painting.frames)

    def _vary(self, painter: Painter, task: Variations) -> Result:
        paintings = [
            self._stylize(painter, task, variation_options(task.options, strength), tell)
            for strength, tell in zip(task.strengths, parts(self._teller(task.id), len(task.strengths)), strict=True)
        ]
        sheet = variations_sheet([painting.picture for painting in paintings], task.strengths)
        return Result(id=task.id, files=(png_file("variations", sheet),), facts=_facts(paintings))

    def _animate(self, painter: Painter, task: Animate) -> Result:
        check_animation(len(task.frames), task.frames_per_second, task.format, task.seconds)
        paintings = painter.animate(
            task.frames,
            _pairs(task.styles),
            task.options,
            init=task.init,
            on_progress=self._teller(task.id),
            should_stop=lambda: task.id in self._cancelled,
        )
        pictures = [painting.picture for painting in paintings]
        film = make_animation(
            pictures,
            task.frames_per_second,
            task.format,
            task.max_bytes,
            seconds=task.seconds,
            plays=task.plays,
            sound=task.sound,
        )
        return Result(id=task.id, files=(film,), facts=_facts(paintings))

    def _teller(self, task_id: str) -> Callable[[Progress], None]:
        """Return what passes progress on, no oftener than PROGRESS_SECONDS, and never without the latest preview."""
        next_time, preview = 0.0, None

        def tell(progress: Progress) -> None:
            nonlocal next_time, preview
            preview = progress.preview or preview
            now = time.monotonic()
            if now >= next_time or progress.iteration == progress.iterations:
                self._send(msgspec.structs.replace(progress, id=task_id, preview=preview))
                next_time, preview = now + PROGRESS_SECONDS, None

        return tell

    def _send(self, message: Hello | Progress | Result | Failure) -> None:
        try:
            self._pipes.send(message)
        except OSError as error:
            leave(f"nobody reads the answers: {error}")


def _pairs(styles: Sequence[Style]) -> list[Picture | tuple[Picture, float]]:
    return [(style.picture, style.weight) for style in styles]


def _hello(painter: Painter, seconds_to_ready: float) -> Hello:
    return Hello(
        protocol=PROTOCOL_VERSION,
        device=painter.device,
        device_name=painter.device_name,
        dtype=painter.dtype,
        convolutions=painter.convolutions,
        backbone=painter.backbone,
        weights=painter.weights,
        speed=painter.speed,
        seconds_to_ready=seconds_to_ready,
        pid=os.getpid(),
        memory_bytes=painter.memory_bytes,
    )


def _facts(paintings: Sequence[Painting]) -> PaintFacts:
    """Sum up what one task painted: times and iterations added up, losses averaged."""
    last = paintings[-1]
    return PaintFacts(
        engine_seconds=sum(painting.engine_seconds for painting in paintings),
        iterations=sum(painting.iterations for painting in paintings),
        content_loss=fmean(painting.content_loss for painting in paintings),
        style_loss=fmean(painting.style_loss for painting in paintings),
        backbone=last.backbone,
        device=last.device,
        dtype=last.dtype,
        convolutions=last.convolutions,
        seed=last.seed,
    )


def _code(error: Exception) -> FailureCode:
    return next((code for kind, code in _CODES if isinstance(error, kind)), "engine_error")


def _device_is_lost(error: Exception) -> bool:
    """Tell whether this is one of CUDA's sticky errors, after which every call fails until the process ends."""
    return not isinstance(error, errors.PaintError) and "CUDA error" in str(error)
