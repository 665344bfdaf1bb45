"""What was aimed at, what came of it, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.painter.figures import (
    QUALITIES,
    Match,
    compared,
    costs,
    done,
    matches,
    mean_ratio,
    plain,
    power_law,
    time_to_match,
)
from benchmarks.painter.others import STANDARD, STANDARD_HELD, Figures
from benchmarks.painter.plan import Pair
from benchmarks.painter.runs import Result

SHARE_OF_PASTICHE = 1 / 12
DRAFT_SECONDS, PREVIEW_SECONDS = 8.0, 2.0  # at 512 × 384
MEMORY = {512: 1.5e9, 1024: 4e9, 2048: 6e9}  # bytes, by the long side in pixels
SHARE_OF_DIRECT = 0.6  # of the time with direct convolutions, where there is no bfloat16
READY_SECONDS = 5.0  # from the start of a process
LINEAR = 1.05  # an exponent of the pixels up to here counts as linear
GPU_SECONDS = {512: 2.0, 1024: 5.0, 2048: 20.0}
GPU_BYTES = {4096: 80e9}

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Target:
    """One row of the table of targets."""

    what: str
    aim: str
    figure: str
    verdict: str  # met, missed, not measured; for a part of an aim, what there is to say


def targets(
    results: Sequence[Result], pairs: Iterable[Pair], gpu: Sequence[Result], around: Mapping[str, Figures]
) -> list[Target]:
    """Return all targets with what was measured."""
    found = matches(results, pairs)
    rows = [_share_of_time(found)]
    rows += [_quality_share(found, quality) for quality in QUALITIES]
    rows += [*_seconds(results), *_memory(results), _growth(results)]
    rows += [*_plain(results), *_ready(around), *_on_gpu(gpu)]
    return rows


def _share_of_time(found: list[Match]) -> Target:
    what = "time to pastiche's style distance after 500 iterations, at its content distance, over pastiche's time"
    aim = f"≤ {fraction(SHARE_OF_PASTICHE)}"
    pairs = list(dict.fromkeys(match.pair for match in found))
    if not pairs:
        return Target(what, aim, NOT_MEASURED, NOT_MEASURED)
    if not any(match.comparable for match in found):
        figure = "no such content distance: at every strength more of the photo is lost than by pastiche"
        return Target(what, aim, figure, _verdict(met=False))
    times = [time_to_match(match for match in found if match.pair == pair) for pair in pairs]
    reached = [time for time in times if time is not None]
    mean = mean_ratio(reached)
    figure = "not reached" if mean is None else f"{fraction(mean)}"
    if mean is not None and len(pairs) > 1:
        figure += f" (worst pair {fraction(max(reached))})"
    if mean is not None and len(reached) < len(pairs):
        figure += f", on {len(reached)} of {len(pairs)} pairs; on the others the style distance was not reached"
    return Target(what, aim, figure, _verdict(len(reached) == len(pairs) and max(reached) <= SHARE_OF_PASTICHE))


def _quality_share(found: list[Match], quality: str) -> Target:
    what = (
        f"`{quality}` at pastiche's content distance: its time over pastiche's, and its style distance less pastiche's"
    )
    aim = "(part of the row above)"
    chosen = [match for match in found if match.quality == quality]
    ratio = mean_ratio(match.time_ratio for match in chosen)
    if ratio is None:
        return Target(what, aim, NOT_MEASURED, NOT_MEASURED)
    apart = sum(match.at.style - match.peer.style for match in chosen) / len(chosen)
    figure = f"{fraction(ratio)}, {apart:+.3f}"
    if not all(match.within for match in chosen):
        figure += " (outside what the strengths span on some pair: the nearest end)"
    closer = sum(match.as_close for match in chosen)
    return Target(what, aim, figure, f"as close on {closer} of {len(chosen)} pairs")


def _seconds(results: Sequence[Result]) -> list[Target]:
    ours = [result for result in results if done(result) and result.run.tool == "impasto"]
    drafts = [result for result in ours if result.run.recipe == "draft"]
    seen = [result for result in ours if result.run.recipe in QUALITIES and result.first_preview_seconds]
    previews = [result.first_preview_seconds or 0.0 for result in seen]
    size = f"{drafts[0].width} × {drafts[0].height}" if drafts else "512 × 384"
    return [
        _at_most(f"`draft` at {size}, median", [r.engine_seconds for r in drafts], DRAFT_SECONDS, "s", drafts),
        _at_most("first preview, after asking for the painting, median", previews, PREVIEW_SECONDS, "s", seen),
    ]


def _memory(results: Sequence[Result]) -> list[Target]:
    by_size = {result.run.size: result for result in costs(results)}
    return [
        _at_most(
            f"peak memory of the process at {size} px",
            [by_size[size].peak_bytes / 1e9] if size in by_size else [],
            aim / 1e9,
            "GB",
            [by_size[size]] if size in by_size else [],
        )
        for size, aim in MEMORY.items()
    ]


def _growth(results: Sequence[Result]) -> Target:
    what, aim = "seconds an iteration grow with the number of pixels to the power of", "1 (linear)"
    found = timed(costs(results))
    if len(found) < 2:
        return Target(what, aim, NOT_MEASURED, NOT_MEASURED)
    _, exponent = power_law(*zip(*found, strict=True))
    span = f"{found[0][0] / 1e6:.2g} to {found[-1][0] / 1e6:.2g} megapixels"
    return Target(what, aim, f"{exponent:.2f} ({span})", _verdict(exponent <= LINEAR))


def _plain(results: Sequence[Result]) -> list[Target]:
    """Return what is aimed at where there is no bfloat16."""
    size = 512
    chosen = [r for r in plain(results) if r.run.tool == "impasto" and r.run.convolutions == "auto"]
    alone = [r for r in chosen if r.run.purpose == "cost" and r.run.size == size]
    what, aim = f"seconds an iteration at {size} px with AVX2 alone, over direct convolutions'", f"≤ {SHARE_OF_DIRECT}"
    rows = [Target(what, aim, NOT_MEASURED, NOT_MEASURED)]
    for pair in compared(results, "cost"):
        ratio = pair.iteration_ratio
        if pair.chosen.run.size == size and ratio is not None:
            both = f"{pair.chosen.seconds_an_iteration:.3g} / {pair.direct.seconds_an_iteration:.3g} s"
            figure = f"{ratio:.2f} ({both}; {pair.chosen.way})"
            rows = [Target(what, aim, figure, _verdict(ratio <= SHARE_OF_DIRECT))]
    rows += [_share_of_direct(results, quality) for quality in ("draft", "standard")]
    what = f"peak memory of the process at {size} px with AVX2 alone"
    return [*rows, _at_most(what, [r.peak_bytes / 1e9 for r in alone], MEMORY[size] / 1e9, "GB", alone)]


def _share_of_direct(results: Sequence[Result], quality: str) -> Target:
    what = f"`{quality}` with AVX2 alone: its time over that with direct convolutions, and its distances less theirs"
    found = [pair for pair in compared(results, "quality") if pair.chosen.run.recipe == quality]
    ratios = [pair.time_ratio for pair in found]
    mean = mean_ratio(ratios)
    if mean is None:
        return Target(what, f"≤ {SHARE_OF_DIRECT}", NOT_MEASURED, NOT_MEASURED)
    style, content = (max(apart, key=abs) for apart in zip(*(pair.apart for pair in found), strict=True))
    figure = f"{mean:.2f}" + (f" (worst pair {max(ratios):.2f})" if len(found) > 1 else "")
    figure += f"; style {style:+.3f}, content {content:+.3f}" + (" at most" if len(found) > 1 else "")
    return Target(what, f"≤ {SHARE_OF_DIRECT}", figure, _verdict(max(ratios) <= SHARE_OF_DIRECT))


def _ready(around: Mapping[str, Figures]) -> list[Target]:
    """Return the times to ready: by this machine itself and, which may be the same, with AVX2 alone."""
    own = around.get(STANDARD, {})
    held = around.get(STANDARD_HELD, own if own.get("instructions") == "AVX2" else {})
    what = "from the start of a process to a network that is ready"
    return [
        _at_most(words, [float(str(figures[_READY]))] if _READY in figures else [], READY_SECONDS, "s")
        for words, figures in ((what, own), (f"{what}, with AVX2 alone", held))
    ]


_READY = "seconds_to_ready"


def timed(results: Iterable[Result]) -> list[tuple[float, float]]:
    """Return pixels and seconds an iteration."""
    return [(r.width * r.height, r.seconds_an_iteration) for r in results if r.seconds_an_iteration]


def _on_gpu(gpu: Sequence[Result]) -> list[Target]:
    by_size = {result.run.size: result for result in gpu if result.status == "done"}
    name = next((f" on {result.device_name}" for result in by_size.values()), " on a GPU")
    rows = [
        _at_most(f"`standard` at {size} px{name}", [by_size[size].engine_seconds] if size in by_size else [], aim, "s")
        for size, aim in GPU_SECONDS.items()
    ]
    for size, aim in GPU_BYTES.items():
        peak = by_size[size].device_peak_bytes if size in by_size else None
        rows.append(
            _at_most(f"the GPU's memory at {size} px{name}", [] if peak is None else [peak / 1e9], aim / 1e9, "GB")
        )
    return rows


def _at_most(what: str, found: Sequence[float], aim: float, unit: str, results: Sequence[Result] = ()) -> Target:
    wanted = f"≤ {aim:g} {unit}"
    if not found:
        return Target(what, wanted, NOT_MEASURED, NOT_MEASURED)
    figure = median(found)
    ways = "; ".join(sorted({result.way for result in results} - {""}))
    return Target(what, wanted, f"{figure:.3g} {unit}" + (f" ({ways})" if ways else ""), _verdict(figure <= aim))


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


def fraction(ratio: float) -> str:
    """Write a ratio as people compare times: 1/12, or 1.4 where it is no small one."""
    return f"{ratio:.2g}" if ratio > 0.8 else f"1/{1 / ratio:.3g}"
