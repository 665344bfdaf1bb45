"""How fast an engine paints: guessed from its trial at first, then learned from what it paints."""

from __future__ import annotations

import math

import msgspec

from nst_engine.protocol import Hello

TRIAL_SECONDS = 2.0  # of painting, as which the trial at start counts: it lasts a moment, which may be a busy one
RECALLED_SECONDS = 10.0  # the same of what was learned before a restart: the machine may have less or more to do now
_HALF_LIFE_SECONDS = 60.0  # of painting, after which what was learned counts half
_SHORTEST_SECONDS = 1.0  # of a stretch that teaches anything: shorter ones are mostly reading and writing pictures


class Learned(msgspec.Struct, frozen=True):
    """What may be kept across a restart: megapixel-iterations a second, and of what."""

    painter: str
    speed: float


class Pace:
    """Megapixel-iterations a second, as work done over seconds taken, in which what is long past counts little.

    So a painting weighs as much as it takes, and a short one cannot say much.
    """

    def __init__(self) -> None:
        self._painter = ""
        self._work = self._seconds = 0.0

    @property
    def speed(self) -> float | None:
        """None while nothing is known."""
        return self._work / self._seconds if self._seconds else None

    @property
    def learned(self) -> Learned | None:
        """What to recall after a restart; None while nothing is known."""
        return None if self.speed is None else Learned(self._painter, self.speed)

    def recall(self, learned: Learned) -> None:
        """Begin with what was learned before a restart."""
        self._begin(learned.painter, learned.speed, RECALLED_SECONDS)

    def greeted(self, hello: Hello) -> None:
        """Begin with the trial's speed, unless this device, computing in this way, is known already."""
        painter = " ".join((hello.device, hello.device_name, hello.dtype, hello.convolutions, hello.backbone))
        if painter != self._painter or self.speed is None:
            self._begin(painter, hello.speed, TRIAL_SECONDS)

    def learn(self, work: float, seconds: float) -> None:
        """Take in that so many megapixel-iterations took so long."""
        if seconds < _SHORTEST_SECONDS or not (0 < work < math.inf and seconds < math.inf):
            return
        fade = 0.5 ** (seconds / _HALF_LIFE_SECONDS)
        self._work = self._work * fade + work
        self._seconds = self._seconds * fade + seconds

    def _begin(self, painter: str, speed: float, seconds: float) -> None:
        self._painter, self._work, self._seconds = painter, 0.0, 0.0
        if 0 < speed < math.inf:
            self._work, self._seconds = speed * seconds, seconds


class Stint:
    """One task under way: teaches the pace stretch by stretch, so that a long painting need not end first.

    What is lost on the way, as when a painting begins anew in smaller tiles, teaches nothing.
    """

    def __init__(self, pace: Pace, work: float, now: float) -> None:
        """`work` is the whole task's, in megapixel-iterations; `now` is in seconds of any clock that never stops."""
        self._pace, self._work = pace, work
        self._since, self._done = now, 0.0

    def advanced(self, done: float, now: float) -> None:
        """Note which share of the work is done, 0 to 1."""
        work, seconds = (done - self._done) * self._work, now - self._since
        if not 0 <= done <= 1 or (work > 0 and seconds < _SHORTEST_SECONDS):
            return  # no share, or too short a stretch so far
        self._pace.learn(work, seconds)
        self._since, self._done = now, done
