"""The other benchmarks of this folder, as part of the same run: their figures go onto the same page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.painter.kernels import WORDS, Kernels, environment
from benchmarks.painter.runs import ROOT, conditions

STANDARD, STANDARD_HELD = "standard", f"standard, {WORDS['avx2']}"
STANDING, STANDING_HELD = "standing", f"standing, {WORDS['avx2']}"
_PATIENCE = 1200.0  # seconds

# What the page shows of each, with the words for it; the aims are the programs' own.
_STANDARD = {
    "engine_seconds": "a standard painting, 512 × 384, from an engine that just started (s)",
    "seconds_to_ready": "from the start of the process to a network that is ready (s)",
    "first_preview_seconds": "first preview, after the first iteration (s)",
    "peak_megabytes": "peak memory of the engine (MB)",
}
_WAYS = {"float32_direct": "float32, direct", "float32_winograd": "float32, Winograd", "bfloat16_direct": "bfloat16"}
_STANDING = {
    f"{name}_ratio": f"a painting of 58 × 128 pixels over the same one lying, processor time, {way}"
    for name, way in _WAYS.items()
}
_SHOWN: dict[str, dict[str, str]] = {
    STANDARD: _STANDARD,
    STANDARD_HELD: _STANDARD,
    "convolutions": {
        f"iteration_{size}_ratio": (
            f"an iteration at {size} px by Winograd's filtering, over the direct one in the same process, held to AVX2"
        )
        for size in (128, 256, 512, 1024)
    },
    STANDING: _STANDING,
    STANDING_HELD: _STANDING,
    "bot_memory": {
        "bot_peak_megabytes": "peak memory of the bot's process while it takes requests (MB)",
        "bot_idle_megabytes": "the same before the first request (MB)",
    },
    "acknowledgement": {
        "acknowledged_p50_milliseconds": "Discord hears back, median of many people at once (ms)",
        "acknowledged_p99_milliseconds": "the same, 99 of 100 people (ms)",
        "placed_p50_seconds": "until each is told a place in the queue, median (s)",
    },
}

Figures = dict[str, object]


def programs(plain: Kernels | None) -> dict[str, tuple[str, Kernels]]:
    """Return the modules to run and the instructions for each, by the name on the page.

    `plain` are the instructions that stand for a machine without bfloat16, None where there are none.
    """
    chosen: dict[str, tuple[str, Kernels]] = {STANDARD: ("standard", "own")}
    chosen[STANDING] = "standing", "own"
    if plain == "avx2":
        chosen[STANDARD_HELD] = "standard", plain
        chosen[STANDING_HELD] = "standing", plain
    if plain is not None:
        chosen["convolutions"] = "convolutions", plain
    return chosen | {name: (name, "own") for name in ("bot_memory", "acknowledgement")}


def measure(folder: Path, plain: Kernels | None, *, fresh: bool = False) -> None:
    """Run each program and keep its figures in `folder`; one that fails is left out, and said to be on stderr.

    Figures of this very commit are taken over, unless `fresh`.
    """
    commit = conditions().commit
    found = {} if fresh else {name: figures for name, figures in known(folder).items() if figures["commit"] == commit}
    for name, (module, kernels) in programs(plain).items():
        if name in found:
            continue
        print(f"[also] {name} …", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}", "--json"]
        around = {**os.environ, **environment(kernels)}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=_PATIENCE, check=True
            )
            found[name] = {**json.loads(done.stdout), "commit": commit}
        except (subprocess.SubprocessError, json.JSONDecodeError) as error:
            print(f"        {error}", file=sys.stderr, flush=True)
    _file(folder).write_text(json.dumps(found, indent=2))


def known(folder: Path) -> dict[str, Figures]:
    """Return the figures of each program, by its name, as far as they are known."""
    path = _file(folder)
    found: dict[str, Figures] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _file(folder: Path) -> Path:
    return folder / "others.json"


def rows(found: Mapping[str, Figures]) -> list[tuple[str, str, str]]:
    """Return what the page shows: the program, what was measured, the figure."""
    return [
        (_title(name, found[name]), words, str(found[name][key]))
        for name, shown in _SHOWN.items()
        if name in found
        for key, words in shown.items()
        if found[name].get(key) is not None
    ]


def _title(name: str, figures: Figures) -> str:
    """Return a program's name and, where it paints, how the painting was computed."""
    precision = figures.get("dtype")
    convolutions = figures.get("convolutions") if precision != "bfloat16" else None
    return ", ".join(str(word) for word in (name, precision, convolutions) if word)
