"""The figures that a standard painting should reach: time, readiness, first preview, memory.

    python benchmarks/standard.py [PHOTO STYLE] [--size 512] [--quality standard] [--repeats 1] [--json]

Each run is a fresh process, so that the time to ready and the peak memory are those of an engine that just started.
Run it on a quiet machine: the load average at the start is part of what is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"engine_seconds": 60.0, "seconds_to_ready": 5.0, "first_preview_seconds": 5.0, "peak_megabytes": 2500.0}


def measure(photo: str, style: str, size: int, quality: str) -> dict[str, Any]:
    """Paint once in this process and return the figures."""
    started = time.perf_counter()
    sys.path.insert(0, str(ROOT))
    import torch

    from nst_engine import Options, Painter
    from nst_engine.protocol import Progress

    painter = Painter()
    ready = time.perf_counter()
    first_iteration: float | None = None
    first_preview: float | None = None

    def heard(progress: Progress) -> None:
        nonlocal first_iteration, first_preview
        now = time.perf_counter()
        first_iteration = first_iteration or now
        if progress.preview and first_preview is None:
            first_preview = now - first_iteration

    content: Any = photo
    if not Path(photo).exists():
        import skimage.data

        content = getattr(skimage.data, photo)()[:, :]
        content = content[: content.shape[1] * 3 // 4]  # 4 : 3, so that the long side 512 gives 512 × 384
    options = Options(size=size, quality=quality)  # type: ignore[arg-type]
    painting = painter.stylize(content, style, options, on_progress=heard)
    return {
        "width": painting.width,
        "height": painting.height,
        "quality": quality,
        "engine_seconds": round(painting.engine_seconds, 2),
        "seconds_to_ready": round(ready - started, 2),
        "first_preview_seconds": None if first_preview is None else round(first_preview, 2),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "iterations": painting.iterations,
        "content_loss": painting.content_loss,
        "style_loss": painting.style_loss,
        "megapixel_iterations_per_second": round(painter.speed, 3),
        "device": painter.device,
        "device_name": painter.device_name,
        "dtype": painter.dtype,
        "convolutions": painter.convolutions,
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


def main() -> None:
    """Measure in fresh processes and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo", nargs="?", default="astronaut", help="a file, or a picture of skimage.data")
    parser.add_argument("style", nargs="?", default=str(ROOT / "bot/styles/starry-river.jpg"))
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--quality", default="standard", choices=("draft", "standard", "fine"))
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(measure(arguments.photo, arguments.style, arguments.size, arguments.quality)))
        return
    load = os.getloadavg()[0]
    command = [sys.executable, __file__, arguments.photo, arguments.style, "--once"]
    command += ["--size", str(arguments.size), "--quality", arguments.quality]
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ}  # as the engine process sets it
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout)
        for _ in range(arguments.repeats)
    ]
    figures = {**runs[-1], "load_average_before": round(load, 2), "repeats": arguments.repeats}
    for name in LIMITS:
        values = [run[name] for run in runs if run[name] is not None]
        figures[name] = round(median(values), 2) if values else None
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        limit = f"  (limit {LIMITS[name]:g} at 512 × 384, standard)" if name in LIMITS else ""
        print(f"{name:32} {value}{limit}")


if __name__ == "__main__":
    main()
