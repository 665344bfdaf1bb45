"""Measure the painter against its peers, and write docs/benchmarks.md with its pictures.

    python -m benchmarks.painter                two photos in two styles
    python -m benchmarks.painter --full         four photos in four styles: a night's work
    python -m benchmarks.painter --quick        everything in miniature, in a minute or two, to see that it works
    python -m benchmarks.painter --gpu          the figures of a CUDA device, for the page of a machine that has none

What was measured is kept under build/benchmarks: stopped, it goes on where it was, and what depends on sources that
have changed since is measured again. Let nothing else run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.painter import others, plots
from benchmarks.painter.conduct import conduct
from benchmarks.painter.judging import ends
from benchmarks.painter.kernels import without_bfloat16
from benchmarks.painter.page import COST, CURVES, SHEET, page
from benchmarks.painter.plan import FULL, QUICK, STANDARD, Profile, gpu_plan, plan
from benchmarks.painter.runs import ROOT, Folder, Result
from benchmarks.painter.sheet import contact_sheet

_BUILD = ROOT / "build/benchmarks"
_GPU = ROOT / "benchmarks/gpu.json"  # kept with the sources: not every machine can make it anew


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.painter", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--quick", action="store_true", help="3 iterations at 96 px; the page stays under build/")
    amount.add_argument("--full", action="store_true", help="four photos in four styles")
    amount.add_argument("--gpu", action="store_true", help=f"only what a CUDA device is aimed at, into {_GPU.name}")
    parser.add_argument("--fresh", action="store_true", help="measure again what is known")
    parser.add_argument("--minutes", type=float, metavar="N", help="leave out what N minutes have no room for")
    parser.add_argument("--others", action="store_true", help="run the other benchmarks of this folder, too")
    parser.add_argument("--page-only", action="store_true", help="measure nothing: write the page from what is known")
    parser.add_argument("--build", type=Path, default=_BUILD, metavar="FOLDER", help="where results are kept")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="where the page goes; default docs/")
    arguments = parser.parse_args()
    if arguments.gpu:
        _measure_gpu(arguments.build, fresh=arguments.fresh)
        return
    profile = QUICK if arguments.quick else FULL if arguments.full else STANDARD
    build: Path = arguments.build / "quick" if arguments.quick else arguments.build
    docs: Path = arguments.docs or (build / "docs" if arguments.quick else ROOT / "docs")
    plain = without_bfloat16()
    folder, runs = Folder(build / "runs"), plan(profile, plain)
    if arguments.fresh:
        folder.forget(runs)
    began = time.monotonic()
    if arguments.others and not arguments.page_only:
        others.measure(build, plain, fresh=arguments.fresh)  # first, so that what is left of the hour is the painter's
    minutes = arguments.minutes and arguments.minutes - (time.monotonic() - began) / 60
    results = conduct(runs, folder, minutes, measuring=not arguments.page_only)
    around = others.known(build)
    _write(docs, folder, profile, results, around)
    sys.exit(any(result.status == "failed" for result in results))


def _write(
    docs: Path, folder: Folder, profile: Profile, results: list[Result], around: dict[str, others.Figures]
) -> None:
    pictures = docs / "images"
    pictures.mkdir(parents=True, exist_ok=True)
    both = {pair: ends(folder, pair, profile.size) for pair in profile.pairs}
    plots.curves(results, both, pictures / CURVES)
    plots.cost(results, pictures / COST)
    contact_sheet(results, profile.pairs, folder, pictures / SHEET)
    gpu = msgspec.json.decode(_GPU.read_bytes(), type=list[Result]) if _GPU.exists() else []
    (docs / "benchmarks.md").write_text(page(results, both, gpu, around))
    print(f"The page lies at {docs / 'benchmarks.md'}", file=sys.stderr)


def _measure_gpu(build: Path, *, fresh: bool) -> None:
    import torch

    if not torch.cuda.is_available():
        sys.exit("there is no CUDA device here")
    folder, runs = Folder(build / "gpu"), gpu_plan()
    if fresh:
        folder.forget(runs)
    results = conduct(runs, folder)
    _GPU.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")
    for result in results:
        memory = (result.device_peak_bytes or 0) / 1e9
        print(f"{result.run.label}: {result.engine_seconds} s, {memory:.2f} GB {result.reason}")


if __name__ == "__main__":
    main()
