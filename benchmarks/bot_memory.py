"""The peak memory of the bot process, while it takes requests and a real engine paints them.

    python -m benchmarks.bot_memory [--jobs 3] [--megapixels 12] [--json]

Starts `impasto run` on a temporary data directory, submits photos through its socket, as `impasto stylize --submit`
does, waits for the paintings, and reads the bot's high-water mark from the kernel (VmHWM: the bot alone, not its
engine and not the intake's children).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MEGABYTES = 200.0
START_SECONDS = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--megapixels", type=float, default=12.0, help="size of each photo")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="impasto-bench-") as name:
        folder = Path(name)
        photo = write_photo(folder / "photo.jpg", arguments.megapixels)
        with _running_bot(folder) as bot:
            idle = _peak_megabytes(bot)
            clients = [_submit(folder, photo, number) for number in range(arguments.jobs)]
            codes = [client.wait() for client in clients]
            peak = _peak_megabytes(bot)
    figures = {
        "bot_peak_megabytes": round(peak, 1),
        "limit_megabytes": LIMIT_MEGABYTES,
        "bot_idle_megabytes": round(idle, 1),
        "jobs": arguments.jobs,
        "painted": codes.count(0),
        "photo_megapixels": arguments.megapixels,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
    print(json.dumps(figures) if arguments.json else "\n".join(f"{key:20} {value}" for key, value in figures.items()))
    sys.exit(any(codes))


def write_photo(path: Path, megapixels: float) -> Path:
    """Write a photo-like JPEG: smooth forms with grain, as cameras make them."""
    width, height = round((megapixels * 1e6 * 4 / 3) ** 0.5), round((megapixels * 1e6 * 3 / 4) ** 0.5)
    random = np.random.default_rng(0)
    forms = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((width, height))
    grain = random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    pixels = np.clip(np.asarray(forms, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=92)
    return path


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def _running_bot(folder: Path) -> Iterator[int]:
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=_environment(folder), cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not list(folder.rglob("impasto.sock")):
            if bot.poll() is not None or time.monotonic() > until:
                sys.exit("the bot did not start; try: impasto run")
            time.sleep(0.1)
        yield bot.pid
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(60)


def _submit(folder: Path, photo: Path, number: int) -> subprocess.Popen[bytes]:
    out = folder / f"painting-{number}.png"
    command = [sys.executable, "-m", "bot", "stylize", str(photo), "--style", "mosaic", "--quality", "draft"]
    return subprocess.Popen(
        [*command, "--seed", str(number), "--submit", "--quiet", "-o", str(out)],
        env=_environment(folder),
        cwd=folder,
    )


def _peak_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("this kernel tells no high-water mark")


if __name__ == "__main__":
    main()
