"""The page's section on machines that have AVX2 and no more, as most people's."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.painter.figures import compared, plain
from benchmarks.painter.runs import Result
from benchmarks.painter.tables import table

_SECTION = """\
## Where there is no bfloat16

bfloat16 is quick on processors that have AVX512-BF16 or AMX: newer servers, and AMD's processors since Zen 4. Most
laptops, home servers and small rented machines have AVX2 and no more, so Impasto paints in float32 there.
{how} First stands what Impasto chooses by itself, below it the same with direct convolutions, which compute what the
definition says. Their roundings differ, and so do the paintings a little: the distances tell by how much."""

_HELD = """\
So these figures are of the machine above with oneDNN, MKL, torch and Impasto's own vector code held to AVX2
(`ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2`); its clock, caches and memory stay its
own."""
_SUCH_A_ONE = "The machine above is such a one."

_COSTS = """\
What an iteration takes, and the highest memory of the process: cut short, as under "What more pixels cost"."""


def section(results: Sequence[Result]) -> str:
    """Return the section, which says so where there is nothing to show."""
    found = plain(results)
    if not found:
        return _SECTION.format(how="") + "\n\nNot measured."
    how = _HELD if any(result.run.kernels == "avx2" for result in found) else _SUCH_A_ONE
    parts = [_SECTION.format(how=how), _paintings(results), _COSTS, _costs(results)]
    return "\n\n".join(parts)


def _paintings(results: Sequence[Result]) -> str:
    rows = [
        (
            " in ".join(result.run.pair),
            result.run.recipe,
            result.convolutions if result.dtype == "float32" else result.way,
            f"{result.engine_seconds:.1f}",
            f"{result.last.style:.3f}",
            f"{result.last.content:.3f}",
            f"{result.peak_bytes / 1e9:.2f} GB",
            f"{ratio:.2f}",
        )
        for pair in compared(results, "quality")
        for result, ratio in ((pair.chosen, pair.time_ratio), (pair.direct, 1.0))
    ]
    return table(("pair", "quality", "convolutions", "seconds", "style", "content", "memory", "× direct"), rows)


def _costs(results: Sequence[Result]) -> str:
    both = compared(results, "cost")
    direct = {pair.direct.run.size: pair.direct.seconds_an_iteration for pair in both}
    peers = [r for r in plain(results) if r.run.purpose == "cost" and r.run.tool != "impasto" and r.run.size in direct]
    shown = [*(result for pair in both for result in (pair.chosen, pair.direct)), *peers]
    rows = [
        (
            "Impasto" if result.run.tool == "impasto" else result.run.tool,
            result.convolutions,
            f"{result.width} × {result.height}",
            *_seconds(result.seconds_an_iteration, direct[result.run.size]),
            f"{result.peak_bytes / 1e9:.2f} GB",
        )
        for result in shown
    ]
    return table(("tool", "convolutions", "pixels", "seconds an iteration", "× direct", "memory"), rows)


def _seconds(mine: float | None, direct: float | None) -> tuple[str, str]:
    """Return seconds, and how many times those of direct convolutions they are."""
    return ("" if mine is None else f"{mine:.3g}"), (f"{mine / direct:.2f}" if mine and direct else "")
