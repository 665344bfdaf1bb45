"""What was aimed at, what came of it, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.painter.figures import QUALITIES, Match, costs, done, matches, mean_ratio, power_law, time_to_match
from benchmarks.painter.plan import Pair
from benchmarks.painter.runs import Result

SHARE_OF_PASTICHE = 1 / 12
DRAFT_SECONDS, PREVIEW_SECONDS = 8.0, 2.0  # at 512 × 384
MEMORY = {512: 1.5e9, 1024: 4e9, 2048: 6e9}  # bytes, by the long side in pixels
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


def targets(results: Sequence[Result], pairs: Iterable[Pair], gpu: Sequence[Result]) -> list[Target]:
    """Return all targets with what was measured."""
    found = matches(results, pairs)
    rows = [_share_of_time(found)]
    rows += [_quality_share(found, quality) for quality in QUALITIES]
    rows += [*_seconds(results), *_memory(results), _growth(results), *_on_gpu(gpu)]
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
    previews = [r.first_preview_seconds for r in ours if r.run.recipe in QUALITIES and r.first_preview_seconds]
    size = f"{drafts[0].width} × {drafts[0].height}" if drafts else "512 × 384"
    return [
        _at_most(f"`draft` at {size}, median", [r.engine_seconds for r in drafts], DRAFT_SECONDS, "s"),
        _at_most("first preview, after asking for the painting, median", previews, PREVIEW_SECONDS, "s"),
    ]


def _memory(results: Sequence[Result]) -> list[Target]:
    by_size = {result.run.size: result for result in costs(results)}
    return [
        _at_most(
            f"peak memory of the process at {size} px",
            [by_size[size].peak_bytes / 1e9] if size in by_size else [],
            aim / 1e9,
            "GB",
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


def _at_most(what: str, found: Sequence[float], aim: float, unit: str) -> Target:
    wanted = f"≤ {aim:g} {unit}"
    if not found:
        return Target(what, wanted, NOT_MEASURED, NOT_MEASURED)
    figure = median(found)
    return Target(what, wanted, f"{figure:.3g} {unit}", _verdict(figure <= aim))


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


def fraction(ratio: float) -> str:
    """Write a ratio as people compare times: 1/12, or 1.4 where it is no small one."""
    return f"{ratio:.2g}" if ratio > 0.8 else f"1/{1 / ratio:.3g}"
